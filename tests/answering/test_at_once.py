"""Many questions at once over one model, and askers who go away in mid-answer."""

from __future__ import annotations

import asyncio
import gc
import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.answering.assistant import Assistant
from rag.answering.backends import open_model
from rag.answering.calls import Call, Limits, Slots, Stopped, pieces
from rag.core.settings import Settings
from rag.core.types import Answer

KNOWN = "When do spring tides come?"
ASKED = [("user", "When do spring tides come?")]
ENDLESS = "Spring tides come. " * 500


@pytest.fixture
def assistant(tides, server) -> Assistant:
    """Asks two articles through the scripted server."""
    return Assistant.open(tides, settings=Settings(llm="openai:tiny", llm_base_url=server.url, llm_at_once=8))


def test_fifty_questions_at_once_are_answered_eight_at_a_time_each_with_its_own(assistant, tides, server):
    server.says("Spring tides come twice a month [1]. {asked}", together=8)
    questions = [KNOWN + "?" * number for number in range(50)]

    def ask_all() -> list[Answer]:
        with ThreadPoolExecutor(50) as pool:
            return list(pool.map(lambda question: Assistant.open(tides, settings=assistant.settings).answer(question),
                                 questions))  # fmt: skip

    ask_all()  # what is loaded for the first questions is no growth
    server.requests.clear()
    server.most_at_once = 0
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    replies = ask_all()

    assert [reply.text.replace(" [1]", "") for reply in replies] == [
        f"Spring tides come twice a month. Question: {question}" for question in questions
    ]
    assert {(reply.backend, reply.notice) for reply in replies} == {("openai:tiny", "")}
    assert len(server.requests) == 50
    assert server.most_at_once == 8
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB
    models = {id(open_model("openai:tiny", assistant.settings)) for _ in range(50)}
    assert len(models) == 1


def test_answers_asked_for_at_once_come_in_the_order_of_their_questions(assistant, server):
    server.says("Spring tides come twice a month [1].")
    questions = [KNOWN + "?" * number for number in range(12)]

    async def ask():
        return await asyncio.gather(*(assistant.aanswer(question) for question in questions))

    replies = asyncio.run(ask())

    assert [reply.question for reply in replies] == questions
    assert {reply.text for reply in replies} == {"Spring tides come twice a month [1]."}
    assert server.most_at_once <= 8


def test_a_server_that_pauses_longer_than_its_package_would_wait_is_waited_for(server, monkeypatch):
    monkeypatch.setenv("LANGCHAIN_OPENAI_STREAM_CHUNK_TIMEOUT_S", "0.1")
    server.says("Twice a month.", pause_seconds=0.3)

    assert "".join(open_model("openai:pausing", Settings(llm_base_url=server.url)).stream(ASKED)) == "Twice a month."


@pytest.mark.parametrize("is_silent", [True, False], ids=["then silent", "then speaking"])
def test_a_stream_that_swallows_a_cancellation_is_ended_all_the_same(is_silent):
    has_begun, has_ended = threading.Event(), threading.Event()

    async def stubborn():
        try:
            yield "Once."
            try:
                has_begun.set()
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                await asyncio.sleep(30 if is_silent else 0)
            while True:
                yield "Again."
                await asyncio.sleep(0)
        finally:
            has_ended.set()

    stream = pieces(stubborn, bool, Call(), Limits(9, 9, 9), Slots(1))
    assert next(stream) == "Once."
    assert has_begun.wait(5)
    stream.close()

    assert has_ended.wait(1)


def test_a_stream_that_takes_a_moment_to_close_its_connection_is_not_broken_off():
    has_begun, has_closed = threading.Event(), threading.Event()

    async def connected():
        try:
            yield "Once."
            has_begun.set()
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0.05)
            has_closed.set()

    call = Call()
    stream = pieces(connected, bool, call, Limits(9, 9, 9), Slots(1))
    assert next(stream) == "Once."
    assert has_begun.wait(5)

    call.stop()
    with pytest.raises(Stopped):
        next(stream)

    assert has_closed.wait(1)


def test_a_task_that_is_cancelled_ends_the_call_within_a_second(assistant, server):
    server.says(ENDLESS, pause_seconds=0.05)

    async def ask():
        async for reply in assistant.astream(KNOWN):
            if reply.text:
                asyncio.current_task().cancel()
                await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(ask())

    assert server.client_left.wait(1)


@pytest.mark.parametrize("script", [{"wait_seconds": 30}, {"pause_seconds": 30}], ids=["first", "next"])
def test_a_call_that_waits_for_a_piece_is_stopped_from_another_thread_at_once(server, script):
    model = open_model("openai:tiny", Settings(llm_base_url=server.url))
    server.says("Once.")
    list(model.stream(ASKED))  # so that no package is loaded while the time is taken
    server.says("Twice a month.", piece_chars=3, **script)
    call = Call()
    threading.Timer(0.5, call.stop).start()
    begun = time.monotonic()

    with pytest.raises(Stopped):
        list(model.stream(ASKED, call))

    assert server.client_left.wait(1.5 - (time.monotonic() - begun))


def test_a_stopped_stream_ends_without_a_last_answer(assistant, server):
    server.says(ENDLESS, pause_seconds=0.05)
    call = Call()

    replies = []
    for reply in assistant.stream(KNOWN, call=call):
        replies.append(reply)
        if reply.text:
            call.stop()

    assert not any(reply.is_final for reply in replies)
    assert server.client_left.wait(1)


def test_a_function_that_nobody_waits_for_is_asked_for_no_more_pieces(tides):
    asked = []

    def endless(messages):
        for number in range(10_000):
            asked.append(number)
            time.sleep(0.01)
            yield "Spring tides come. "

    stream = Assistant.open(tides, endless).stream(KNOWN)
    next(filter(lambda reply: reply.text, stream))
    stream.close()
    time.sleep(0.3)
    seen = len(asked)
    time.sleep(0.3)

    assert len(asked) == seen
