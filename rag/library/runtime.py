"""Networks as OpenVINO runs them: exported once from torch, ready in a fifth of a second, without torch."""

from __future__ import annotations

import sys
import threading
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
        core = openvino.Core()
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": str(cores())}
        self._compiled = core.compile_model(core.read_model(path), "CPU", settings)
        self._names = [entry.get_any_name() for entry in self._compiled.inputs]
        self._own = threading.local()

    def run(self, rows: Rows) -> npt.NDArray[np.float32]:
        """Its only output for these rows."""
        request = getattr(self._own, "request", None)
        if request is None:
            request = self._own.request = self._compiled.create_infer_request()
        given = {"input_ids": rows.ids, "attention_mask": rows.mask, "token_type_ids": rows.types}
        request.infer({name: given[name] for name in self._names})
        return np.array(request.get_output_tensor(0).data, dtype=np.float32)


def export(module: Any, example: dict[str, Any], path: Path) -> None:
    """Write a torch module as a network, its weights as float16; ValueError or RuntimeError where it cannot be."""
    network = openvino.convert_model(module, example_input=example)
    for entry in network.inputs:
        entry.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    network.validate_nodes_and_infer_types()
    openvino.save_model(network, path, compress_to_fp16=True)
