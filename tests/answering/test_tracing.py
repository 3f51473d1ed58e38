"""A real collector receives one span for an answer, its stages beneath it, and no word of it."""

from __future__ import annotations

import re
import threading
from concurrent import futures

import pytest

ANSWERS = """
import sys
from pathlib import Path
from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.search.library import Library
from tests.doubles import WordEmbedder

Path("articles").mkdir()
Path("articles/tides.txt").write_text("Spring tides come twice a month, at new moon and at full moon.")
library = Library.open("library", Settings(traces=sys.argv[1]), lambda name: WordEmbedder())
library.sync("articles")

def model(messages):
    yield "Spring tides come "
    yield "twice a month [1]."

assert Assistant.open(library, model).answer("Do spring tides come twice a month, at new moon?").citations
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

    ended = program("-c", ANSWERS, "otlp")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert received.wait(5)
    spans = [span for each in came[0].resource_spans for scope in each.scope_spans for span in scope.spans]
    root = next(span for span in spans if span.name == "answer" and not span.parent_span_id)
    stages = [span.name for span in spans if span.parent_span_id == root.span_id]
    assert stages == ["opening", "search", "evidence", "answer"]  # the process's first answer
    facts = {fact.key: fact.value for fact in root.attributes}
    assert facts["gen_ai.request.model"].string_value == "model"
    assert facts["citewell.status"].string_value == "answered"
    assert facts["citewell.citations"].int_value == 1
    assert facts["gen_ai.server.time_to_first_token"].double_value > 0
    assert not re.search("tides|month|moon|spring", str(came), re.IGNORECASE)


def test_without_the_setting_nothing_is_sent(program, collector, monkeypatch):
    address, came, received = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)

    ended = program("-c", ANSWERS, "off")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert not received.is_set()
