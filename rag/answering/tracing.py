"""A span of OpenTelemetry for each answer, with a child for each stage; never a word of an article or a question."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from rag.core.settings import Settings
from rag.core.types import Answer

_making = threading.Lock()
_is_set_up = False


def traced(answers: Iterator[Answer], backend: str, settings: Settings) -> Iterator[Answer]:
    """The answers as they are; where traces are wanted, what they took is told when they have ended."""
    if settings.traces == "off":
        yield from answers
        return
    begun = time.time_ns()
    last: Answer | None = None
    failure = ""
    try:
        for last in answers:
            yield last
    except Exception as error:
        failure = type(error).__name__
        raise
    finally:
        _tell(begun, backend, last, failure)


def _tell(begun: int, backend: str, answer: Answer | None, failure: str) -> None:
    from opentelemetry import trace

    tracer = _tracer(trace)
    # Names as in OpenTelemetry's conventions for generative models.
    facts: dict[str, Any] = {"gen_ai.operation.name": "chat", "gen_ai.request.model": backend}
    if answer is not None:
        facts |= {
            "citewell.status": answer.status if answer.is_final else "stopped",
            "citewell.hits": len(answer.hits),
            "citewell.citations": len(answer.citations),
        }
        if answer.usage is not None:
            told = {
                "gen_ai.usage.input_tokens": answer.usage.tokens_in,
                "gen_ai.usage.output_tokens": answer.usage.tokens_out,
                "gen_ai.server.time_to_first_token": answer.usage.seconds_to_first,
                "citewell.cost": answer.usage.cost,
            }
            facts |= {name: value for name, value in told.items() if value is not None}
    span = tracer.start_span("answer", start_time=begun, attributes=facts)
    if failure:
        span.set_status(trace.Status(trace.StatusCode.ERROR, failure))
    around = trace.set_span_in_context(span)
    place = begun
    for stage, seconds in (answer.timings if answer else {}).items():
        child = tracer.start_span(stage, context=around, start_time=place)
        place += int(seconds * 1e9)
        child.end(place)
    span.end(max(place, time.time_ns()))


def _tracer(trace: Any) -> Any:
    """Of the provider that the program around us has set up, else of one that sends as the `OTEL_…` variables say."""
    global _is_set_up
    with _making:
        if not _is_set_up and isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
            from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor

            provider = TracerProvider(resource=Resource.create({"service.name": "citewell"}))
            provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
            trace.set_tracer_provider(provider)
        _is_set_up = True
    return trace.get_tracer("citewell")
