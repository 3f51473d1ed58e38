"""A function as a model: what it says wrongly or raises is told, and however much it says is bounded."""

from __future__ import annotations

import time

import pytest

from rag.answering.assistant import Assistant
from rag.core.errors import BackendFailed
from rag.core.settings import Settings

KNOWN = "When do spring tides come?"
SAID = "Spring tides come twice a month [1]. "
HONEST = Settings(llm_fallback="none")


def raising(error):
    def model(messages):
        raise error

    return model


@pytest.mark.parametrize(
    "error", [ValueError("no such dialect"), KeyError("choices"), TypeError("not that")], ids=lambda error: str(error)
)
def test_what_a_function_raises_is_named_and_kept(tides, error):
    with pytest.raises(BackendFailed) as caught:
        Assistant.open(tides, raising(error), HONEST).answer(KNOWN)

    assert f"'model' failed: {type(error).__name__}: {error}" in caught.value.message
    assert caught.value.__cause__ is error


async def promised(messages):
    return SAID


async def promised_pieces(messages):
    yield SAID


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (promised, "coroutine"),
        (promised_pieces, "async_generator"),
        (lambda messages: {"content": SAID}, "dict"),
        (lambda messages: SAID.encode(), "bytes"),
        (lambda messages: None, "NoneType"),
        (lambda messages: [5, SAID], "int"),
    ],
    ids=["coroutine", "async generator", "dict", "bytes", "nothing", "a piece"],
)
def test_what_is_no_text_is_refused_with_its_type(tides, model, kind):
    with pytest.raises(BackendFailed, match=f"no text, but of the type {kind}"):
        Assistant.open(tides, model, HONEST).answer(KNOWN)


def test_pieces_without_words_are_passed_over(tides):
    reply = Assistant.open(tides, lambda messages: [None, SAID, "", None], HONEST).answer(KNOWN)

    assert reply.text == SAID.strip()


@pytest.mark.parametrize("leaving", [SystemExit(3), KeyboardInterrupt()], ids=["exit", "interrupt"])
def test_a_function_that_ends_the_program_is_not_waited_for(tides, leaving):
    began = time.monotonic()

    with pytest.raises(type(leaving)):
        Assistant.open(tides, raising(leaving), Settings(llm_first_seconds=8)).answer(KNOWN)

    assert time.monotonic() - began < 4


@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_reply_without_end_is_cut_at_the_longest_answer_however_it_comes(tides, in_pieces):
    settings = Settings(llm_answer_tokens=16)
    whole = SAID * 5000

    reply = Assistant.open(tides, lambda messages: [SAID] * 5000 if in_pieces else whole, settings).answer(KNOWN)

    assert reply.text.startswith(SAID)
    assert len(reply.text) < 400
    assert "came to the end of what it may say" in reply.notice
