"""Networks as OpenVINO runs them: exported once from torch, ready in a fifth of a second, without torch."""

from __future__ import annotations

import importlib
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.library.embedding import cores
from rag.library.tokens import Rows

# OpenVINO reports its use to its makers unless this optional package of its own is missing; Citewell reports nothing.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: "not to be imported"
# It imports its converter too, if it finds it: a tenth of a second that only an export needs.
_CONVERTER = "openvino.tools.ovc"
if _is_without_converter := _CONVERTER not in sys.modules:
    sys.modules[_CONVERTER] = None  # type: ignore[assignment]

import openvino  # noqa: E402
from openvino import opset13 as operations  # noqa: E402


def _imported_late(name: str) -> Any:
    """OpenVINO's `convert_model` for whoever asks for it, here or in another package."""
    if name != "convert_model":
        raise AttributeError(f"module 'openvino' has no attribute {name!r}")
    return importlib.import_module(_CONVERTER).convert_model


if _is_without_converter:
    del sys.modules[_CONVERTER]
    if not hasattr(openvino, "convert_model"):
        openvino.__getattr__ = _imported_late

Outputs = tuple[npt.NDArray[np.float32], ...]

# Where the weights are bytes and the processor has the instructions, OpenVINO would round what they are multiplied with
# to bytes as well: quicker, but further from the model than an export may be.
_EXACT = {"DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
_GROUP = 32  # weights that share one scale
_LEAST_SIDE = 64  # of a matrix of weights: a smaller one is not worth the bytes

# OpenVINO sets the process's locale to "C" while it loads what it has made before, and then sets it back; two threads
# that do so at once leave it at "C", and from then on Python reads every file without a named encoding as ASCII.
_COMPILING = threading.Lock()
COMPILED = "compiled"
"""The folder beside a network for what OpenVINO has made of it: loaded in a fifth of the time that it takes to make."""


class Network:
    """An exported network, on the cores this process may use; many threads may run it at once.

    RuntimeError where its files are damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self._compiling = threading.Lock()
        self._compiled: dict[str, Any] = {}
        self._for("LATENCY")

    def run(self, rows: Rows) -> Outputs:
        """Its outputs for these rows.

        OpenVINO keeps the weights (here 12 MB) once for rows of some 80 tokens together and once for more: a network
        is best given one kind alone. Rows one by one take no longer than together, and need no padding.
        """
        request = getattr(self._own, "request", None)
        if request is None:
            request = self._own.request = self._for("LATENCY").create_infer_request()
        request.infer(self._given(rows, request))
        return _outputs(request)

    def run_all(self, batches: Iterable[Rows]) -> Iterator[Outputs]:
        """Its outputs for each of many batches, in order.

        Each batch has a core of its own and as many are worked on at once as there are cores, while the next is made:
        half as much again in a second as all cores give to one batch after the other.
        """
        free = [self._for("THROUGHPUT").create_infer_request() for _ in range(cores())]
        busy: deque[Any] = deque()
        try:
            for rows in batches:
                request = free.pop()
                request.start_async(self._given(rows, request))
                busy.append(request)
                if not free:
                    yield self._done(busy, free)
            while busy:
                yield self._done(busy, free)
        finally:
            for request in busy:
                request.wait()

    @staticmethod
    def _done(busy: deque[Any], free: list[Any]) -> Outputs:
        request = busy.popleft()
        request.wait()
        free.append(request)
        return _outputs(request)

    def _for(self, hint: str) -> Any:
        """For throughput compiled when first used: a question never needs it, and each has its own weights."""
        with self._compiling:
            if hint not in self._compiled:
                settings = {"PERFORMANCE_HINT": hint, "INFERENCE_NUM_THREADS": str(cores()), **_EXACT}
                if hint == "THROUGHPUT":
                    settings["NUM_STREAMS"] = str(cores())
                else:
                    # A processor with bfloat16 would round to it, and decide a question at the edge otherwise than
                    # another one; an ingest may, in .6 of the time: its vectors are as near as before, .99998.
                    settings["INFERENCE_PRECISION_HINT"] = "f32"
                    # A process that asks has no time to lose; one that ingests has no need of another file.
                    settings["CACHE_DIR"] = str(self._path.parent / COMPILED)
                self._compiled[hint] = self._compile(settings)
            return self._compiled[hint]

    def _compile(self, settings: dict[str, str]) -> Any:
        with _COMPILING:
            try:
                return openvino.Core().compile_model(self._path, "CPU", settings)
            except RuntimeError:  # no room, or no leave, to keep what was made
                return openvino.Core().compile_model(self._path, "CPU", settings | {"CACHE_DIR": ""})

    @staticmethod
    def _given(rows: Rows, request: Any) -> dict[str, Any]:
        given = {"input_ids": rows.ids, "attention_mask": rows.mask, "token_type_ids": rows.types}
        names = (entry.get_any_name() for entry in request.model_inputs)
        return {name: given[name] for name in names}


def _outputs(request: Any) -> Outputs:
    return tuple(np.array(tensor.data, dtype=np.float32) for tensor in request.output_tensors)


def export(module: Any, example: dict[str, Any], path: Path, *, as_bytes: bool) -> None:
    """Write a torch module as a network; ValueError or RuntimeError where it cannot be.

    Its weights are written as float16 and, `as_bytes`, those of products of matrices as int8: multiplied as float32 all
    the same, they take a quarter of the memory and, for a short text, two thirds of the time.
    """
    network = openvino.convert_model(module, example_input=example)
    for entry in network.inputs:
        entry.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    network.validate_nodes_and_infer_types()
    if not as_bytes:
        openvino.save_model(network, path, compress_to_fp16=True)
        return
    with tempfile.TemporaryDirectory(dir=path.parent, ignore_cleanup_errors=True) as passing:
        # Where some weights are bytes already, what is left is no longer made float16.
        halves = Path(passing) / path.name
        openvino.save_model(network, halves, compress_to_fp16=True)
        network = openvino.Core().read_model(halves)
        for node in network.get_ops():
            if node.get_type_name() == "MatMul":
                _weigh_in_bytes(node)
        openvino.save_model(network, path)


def _weigh_in_bytes(product: Any) -> None:
    """Have a product of matrices take its weights as bytes, a scale for each `_GROUP` of them that are summed up."""
    constant = _constant(product.input_value(1))
    turned = product.get_attributes()
    if constant is None or constant.ndim != 2 or min(constant.shape) < _LEAST_SIDE:
        return
    weights = constant if turned["transpose_b"] else constant.T
    if weights.shape[1] % _GROUP:
        return
    groups = weights.reshape(len(weights), -1, _GROUP)
    scales = np.maximum(np.abs(groups).max(axis=2, keepdims=True) / 127, np.finfo(np.float16).tiny)
    whole = operations.constant(np.clip(np.rint(groups / scales), -127, 127).astype(np.int8))
    scaled = operations.multiply(operations.convert(whole, np.float32), operations.constant(scales))
    matrix = operations.reshape(scaled, operations.constant(np.array(weights.shape)), False)
    made = operations.matmul(product.input_value(0), matrix, turned["transpose_a"], True)
    product.output(0).replace(made.output(0))


def _constant(value: Any) -> npt.NDArray[np.float32] | None:
    """What it always is, None where that depends on what the network is given."""
    node = value.get_node()
    node = node.input_value(0).get_node() if node.get_type_name() == "Convert" else node
    return np.array(node.data, dtype=np.float32) if node.get_type_name() == "Constant" else None
