"""A real collector receives one span for an answer, its stages beneath it, and no word of it."""

from __future__ import annotations

import threading
from concurrent import futures

import pytest

CODE = """
import sys
from rag.answering.tracing import traced
from rag.core.settings import Settings
from rag.core.types import Answer, Usage

answer = Answer("Who came?", "Who came?", "Lavrov came.", "answered", (), (), (), "openai:tiny",
                timings={"search": 0.1, "answer": 0.2}, usage=Usage(31, 7, 0.1, 20.0, None))
list(traced(iter([answer]), "openai:tiny", Settings(traces=sys.argv[1])))
"""


@pytest.fixture
def collector():
    grpc = pytest.importorskip("grpc")
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

    came, received = [], threading.Event()

    class Collector(trace_service_pb2_grpc.TraceServiceServicer):
        def Export(self, request, context):
            came.append(request)
            received.set()
            return trace_service_pb2.ExportTraceServiceResponse()

    server = grpc.server(futures.ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(Collector(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"http://127.0.0.1:{port}", came, received
    server.stop(None)


def test_an_answer_is_a_span_with_its_stages_and_none_of_its_words(program, collector, monkeypatch):
    address, came, received = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)

    ended = program("-c", CODE, "otlp")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert received.wait(5)
    spans = [span for each in came[0].resource_spans for scope in each.scope_spans for span in scope.spans]
    root = next(span for span in spans if span.name == "answer" and not span.parent_span_id)
    assert sorted(span.name for span in spans if span.parent_span_id == root.span_id) == ["answer", "search"]
    facts = {fact.key: fact.value for fact in root.attributes}
    assert facts["gen_ai.usage.input_tokens"].int_value == 31
    assert facts["gen_ai.request.model"].string_value == "openai:tiny"
    assert "came" not in str(came)


def test_without_the_setting_nothing_of_it_is_loaded(program):
    ended = program("-c", CODE + "print('opentelemetry' in sys.modules)", "off")

    assert ended.stdout == "False\n"
