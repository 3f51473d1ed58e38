"""Networks as OpenVINO runs them: exported once from torch, ready in a fifth of a second, without torch."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.library.embedding import cores
from rag.library.tokens import Rows

# OpenVINO reports its use to its makers unless this optional package of its own is missing; Citewell reports nothing.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: "not to be imported"

import openvino  # noqa: E402


class Network:
    """An exported network, on the cores this process may use; many threads may run it at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._compiled = _compiled(path, {"PERFORMANCE_HINT": "LATENCY"})
        self._names = [entry.get_any_name() for entry in self._compiled.inputs]
        self._own = threading.local()

    def run(self, rows: Rows) -> npt.NDArray[np.float32]:
        """Its only output for these rows."""
        request = getattr(self._own, "request", None)
        if request is None:
            request = self._own.request = self._compiled.create_infer_request()
        request.infer(self._given(rows))
        return _output(request)

    def run_all(self, batches: Iterable[Rows]) -> Iterator[npt.NDArray[np.float32]]:
        """Its only output for each of many batches, in order.

        Each batch has a core of its own and as many are worked on at once as there are cores, while the next is made:
        half as much again in a second as all cores give to one batch after the other.
        """
        free = [self._for_many.create_infer_request() for _ in range(cores())]
        busy: deque[Any] = deque()
        try:
            for rows in batches:
                request = free.pop()
                request.start_async(self._given(rows))
                busy.append(request)
                if not free:
                    yield self._done(busy, free)
            while busy:
                yield self._done(busy, free)
        finally:
            for request in busy:
                request.wait()

    @staticmethod
    def _done(busy: deque[Any], free: list[Any]) -> npt.NDArray[np.float32]:
        request = busy.popleft()
        request.wait()
        free.append(request)
        return _output(request)

    @cached_property
    def _for_many(self) -> Any:
        return _compiled(self._path, {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": str(cores())})

    def _given(self, rows: Rows) -> dict[str, Any]:
        given = {"input_ids": rows.ids, "attention_mask": rows.mask, "token_type_ids": rows.types}
        return {name: given[name] for name in self._names}


def _compiled(path: Path, settings: dict[str, str]) -> Any:
    core = openvino.Core()
    return core.compile_model(core.read_model(path), "CPU", settings | {"INFERENCE_NUM_THREADS": str(cores())})


def _output(request: Any) -> npt.NDArray[np.float32]:
    return np.array(request.get_output_tensor(0).data, dtype=np.float32)


def export(module: Any, example: dict[str, Any], path: Path) -> None:
    """Write a torch module as a network, its weights as float16; ValueError or RuntimeError where it cannot be."""
    network = openvino.convert_model(module, example_input=example)
    for entry in network.inputs:
        entry.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    network.validate_nodes_and_infer_types()
    openvino.save_model(network, path, compress_to_fp16=True)
