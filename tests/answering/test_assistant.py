"""From a question to a checked answer, over the seeds, with the built-in answerer and with a model's server."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from langchain_core.language_models import GenericFakeChatModel

import rag
from rag.answering.assistant import Assistant
from rag.answering.prompts import NOT_FOUND
from rag.core.errors import BackendFailed, BackendUnknown, LibraryMissing, QuestionError
from rag.core.types import Message

KNOWN = "Who received Lavrov in Cairo?"
UNKNOWN = "Who won the 1998 football world cup?"
HISTORY = [
    {"role": "user", "content": "Who received Lavrov in Cairo?"},
    {"role": "assistant", "content": "Abdel Fattah el-Sisi received him [1]."},
]
SAID = "El-Sisi received Lavrov in Cairo [1]. Libya was one of the subjects [2, 1]."
WELCOMED = "welcomed Russia's foreign minister, Sergey Lavrov, to Cairo on Monday, 22 December"


def unclocked(reply):
    return replace(reply, timings={}, usage=None)


def assert_quotes_are_exact(library, reply):
    assert reply.citations
    for citation in reply.citations:
        assert library.article(citation.source).text[citation.start : citation.end] == citation.quote != ""


def place(assistant, words):
    """The number under which the model is shown the passage with these words."""
    hits = assistant.library.search(KNOWN, assistant.settings.hits)
    return next(number for number, hit in enumerate(hits, start=1) if words in hit.passage.text)


def test_the_first_question_opens_the_library_and_the_next_ones_need_not(seeds_library):
    fresh = Assistant.open(seeds_library)

    assert "opening" in fresh.answer(KNOWN).timings
    assert "opening" not in fresh.answer(UNKNOWN).timings


# With a model


def test_a_models_answer_cites_the_articles_own_words(assistant, server):
    number = place(assistant, WELCOMED)
    server.says(f"El-Sisi welcomed Lavrov to Cairo on 22 December [{number}]. It was a Monday [{number}].")

    reply = assistant.answer(KNOWN)

    assert (reply.status, reply.backend, reply.is_final) == ("answered", "openai:tiny", True)
    assert reply.text == "El-Sisi welcomed Lavrov to Cairo on 22 December [1]. It was a Monday [1]."
    assert [(sentence.citations, sentence.support) for sentence in reply.sentences] == [((1,), "supported")] * 2
    assert [(citation.number, WELCOMED in citation.quote) for citation in reply.citations] == [(1, True)]
    assert_quotes_are_exact(assistant.library, reply)


def test_markers_of_several_passages_are_renumbered_by_first_use(assistant, server):
    server.says("Lavrov came to Cairo [3]. Libya was one of the subjects [1, 3].")

    reply = assistant.answer(KNOWN)

    numbers = [int(number) for number in re.findall(r"\[(\d+)\]", reply.text)]
    assert list(dict.fromkeys(numbers)) == [citation.number for citation in reply.citations]
    assert reply.citations[0].source == reply.hits[2].passage.source
    assert reply.citations[1].source == reply.hits[0].passage.source
    assert_quotes_are_exact(assistant.library, reply)


def test_the_server_is_asked_with_the_passages_that_were_found(assistant, server):
    server.says(SAID)

    reply = assistant.answer(KNOWN)

    (system, instructions), (user, asked) = server.prompt
    assert (system, user) == ("system", "user")
    assert NOT_FOUND in instructions
    places = [asked.index(f"<passage {number} ") for number in range(1, len(reply.hits) + 1)]
    assert places == sorted(places)
    assert all(hit.passage.text in asked[start:] for start, hit in zip(places, reply.hits, strict=True))
    assert asked.endswith(f"\n\nQuestion: {KNOWN}")


def test_a_marker_that_the_model_invented_is_gone(assistant, server):
    server.says("El-Sisi received Lavrov in Cairo [1] [77]. It rained [99].")

    reply = assistant.answer(KNOWN)

    assert reply.text == "El-Sisi received Lavrov in Cairo [1]. It rained."
    assert [sentence.citations for sentence in reply.sentences] == [(1,), ()]


def test_a_sentence_that_its_source_does_not_bear_out_is_marked(assistant, server):
    number = place(assistant, WELCOMED)
    server.says(f"El-Sisi welcomed Lavrov to Cairo [{number}]. They signed 47 contracts about submarines [{number}].")

    first, second = assistant.answer(KNOWN).sentences

    assert (first.support, second.support) == ("supported", "unsupported")
    assert second.reason == "It says 47; the source does not."


@pytest.mark.parametrize("refusal", [NOT_FOUND, NOT_FOUND.rstrip("."), f"{NOT_FOUND} [1]", f"\n{NOT_FOUND}\n"])
def test_a_model_that_finds_no_answer_says_so(assistant, server, refusal):
    server.says(refusal)

    reply = assistant.answer(KNOWN)

    assert (reply.status, reply.text, reply.citations, reply.sentences) == ("not_found", NOT_FOUND, (), ())
    assert reply.nearest


@pytest.mark.parametrize(
    "refusal",
    [
        f"**{NOT_FOUND}**",
        "There is no information about this in the passages.",
        "The provided passages do not say whom he met.",
        "I'm sorry, but the provided passages do not contain any information about that.",
        "I don’t know.",
        "Based on the passages, I cannot answer this question [1]. Please ask something else.",
        "The name is not mentioned in the articles [1][2].",
        "Not stated.",
    ],
)
def test_a_model_that_finds_no_answer_may_say_so_in_its_own_words(assistant, server, refusal):
    server.says(refusal)

    *_, reply = assistant.stream(KNOWN)

    assert (reply.status, reply.text, reply.citations, reply.sentences) == ("not_found", NOT_FOUND, (), ())


@pytest.mark.parametrize(
    "half",
    [
        "The articles do not say when. El-Sisi received Lavrov in Cairo [1].",
        "The articles do not answer this. El-Sisi received Lavrov in Cairo [1].",
        "The passages do not say when, but El-Sisi received Lavrov in Cairo [1].",
        "According to the article, Lavrov did not mention a date [1].",
        "There is no mention of Libya in the treaty [1].",
        "Nobody received him [1].",
        "No.",
    ],
)
def test_an_answer_to_a_part_of_the_question_is_no_refusal(assistant, server, half):
    server.says(half)

    reply = assistant.answer(KNOWN)

    assert (reply.status, len(reply.citations)) == ("answered", int("[1]" in half))


def test_a_question_that_the_articles_cannot_answer_never_reaches_the_model(assistant, server):
    reply = assistant.answer(UNKNOWN)

    assert (reply.status, reply.text, reply.citations) == ("not_found", NOT_FOUND, ())
    assert server.requests == []


@pytest.mark.parametrize("said", ["", "  \n ", "[99]"])
def test_an_empty_reply_is_a_failure_of_the_backend(assistant, server, said):
    server.says(said)

    reply = assistant.answer(KNOWN)

    assert "gave an empty reply" in reply.notice


@pytest.mark.parametrize("script", [{"status": 401}, {"status": 500}, {"cut_after": 0}, {"cut_after": 2}])
def test_where_a_model_fails_before_its_first_sentence_the_articles_are_quoted_and_it_is_said_why(
    assistant, server, extractive, script
):
    server.misbehaves(**script)

    *_, reply = assistant.stream(KNOWN)

    assert (reply.text, reply.citations) == (extractive.answer(KNOWN).text, extractive.answer(KNOWN).citations)
    assert reply.notice.startswith("The backend 'openai:tiny' ")
    assert reply.notice.endswith("The articles are quoted instead.")
    assert reply.notice in str(reply)


def test_what_a_model_said_before_it_broke_off_is_kept_checked_and_marked(assistant, server):
    server.says(SAID * 3, piece_chars=4, cut_after=len(SAID) // 2)

    reply = assistant.answer(KNOWN)

    assert reply.text.endswith(" …")
    assert reply.text.removesuffix(" …").split(" [")[0] in SAID
    assert reply.citations
    assert len(reply.sentences) > 1
    assert reply.notice.startswith("The answer was cut off. The backend 'openai:tiny' ")


def test_a_reply_that_ended_for_length_is_marked(assistant, server):
    server.says(SAID, finish_reason="length")

    reply = assistant.answer(KNOWN)

    assert reply.text.endswith(" …")
    assert "came to the end of what it may say." in reply.notice


def test_a_prompt_too_long_for_the_model_is_tried_once_more_without_the_weakest_passages(assistant, server):
    server.says(SAID, longest_prompt=6000)

    reply = assistant.answer(KNOWN)

    lengths = [request["messages"][-1]["content"].count("</passage") for request in server.requests]
    assert lengths == [len(reply.hits), len(reply.hits) // 2]
    assert reply.text.startswith("El-Sisi received Lavrov in Cairo [1].")
    assert reply.notice == ""


def test_a_prompt_too_long_even_so_is_answered_from_the_articles(assistant, server):
    server.says(SAID, longest_prompt=100)

    reply = assistant.answer(KNOWN)

    assert len(server.requests) == 2
    assert reply.notice.startswith("The backend 'openai:tiny' cannot take so long a prompt. ")
    assert reply.citations


def test_what_a_model_thinks_aloud_is_neither_shown_nor_cited(assistant, server):
    number = place(assistant, WELCOMED)
    said = f"El-Sisi welcomed Lavrov to Cairo [{number}]."
    server.says(f"<think>Perhaps Putin [{number}]? No.</think>{said}", piece_chars=3)

    replies = list(assistant.stream(KNOWN))

    assert replies[-1].text == "El-Sisi welcomed Lavrov to Cairo [1]."
    assert not any("Putin" in reply.text or "<" in reply.text for reply in replies)


def test_without_a_fallback_the_failure_is_the_askers(assistant, server):
    server.misbehaves(status=401)
    alone = Assistant.open(assistant.library, settings=replace(assistant.settings, llm_fallback="none"))

    with pytest.raises(BackendFailed, match="refused the key"):
        alone.answer(KNOWN)


def test_a_stream_shows_growing_answers_of_which_the_last_is_final(assistant, server):
    server.says(SAID, piece_chars=4, pause_seconds=0.02)

    found, *growing, last = assistant.stream(KNOWN)

    assert (found.text, found.hits) == ("", last.hits)
    assert len(growing) > 2
    assert all(last.text.startswith(reply.text) for reply in growing)
    assert {reply.is_final for reply in growing} == {False}
    assert last.is_final
    assert unclocked(last) == unclocked(assistant.answer(KNOWN))


def test_half_a_marker_is_never_seen(assistant, server):
    server.says(SAID, piece_chars=1, pause_seconds=0.005)

    for reply in assistant.stream(KNOWN):
        assert not re.search(r"\[[^\]]*$", reply.text)
        assert {int(n) for n in re.findall(r"\[(\d+)\]", reply.text)} == {c.number for c in reply.citations}


def test_closing_the_stream_stops_the_reading(assistant, server):
    server.says("Lavrov came. " * 1000, pause_seconds=0.02)
    stream = assistant.stream(KNOWN)
    next(filter(lambda reply: reply.text, stream))

    stream.close()

    assert server.client_left.wait(1)
    assert server.pieces_sent < 500


def test_closing_an_async_stream_stops_the_reading(assistant, server):
    server.says("Lavrov came. " * 1000, pause_seconds=0.02)

    async def ask():
        stream = assistant.astream(KNOWN)
        await anext(reply async for reply in stream if reply.text)
        await stream.aclose()

    asyncio.run(ask())

    assert server.client_left.wait(1)
    assert server.pieces_sent < 500


def test_without_blocking_the_loop_a_question_may_be_put_to_some_articles_only(extractive):
    only = {"sources": ["000_b01a09033039bf18.txt"], "ignore_dates": True}

    async def ask():
        return await extractive.aanswer(KNOWN, **only), [reply async for reply in extractive.astream(KNOWN, **only)]

    reply, streamed = asyncio.run(ask())

    assert {hit.passage.source for hit in reply.hits} == set(only["sources"])
    assert unclocked(streamed[-1]) == unclocked(reply) == unclocked(extractive.answer(KNOWN, **only))


def test_asked_of_articles_that_the_library_lacks_the_answer_says_so(extractive):
    reply = extractive.answer(KNOWN, sources=["elsewhere"])

    assert (reply.status, reply.notice) == (
        "not_found",
        "The library has no article, file or folder 'elsewhere'.",
    )


def test_cancelling_an_async_answer_stops_the_reading(assistant, server):
    server.says("Lavrov came. " * 1000, pause_seconds=0.02)

    async def ask():
        task = asyncio.create_task(assistant.aanswer(KNOWN))
        while not server.pieces_sent:
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(ask())

    assert server.client_left.wait(1)
    assert server.pieces_sent < 500


def test_async_callers_get_the_same_answer(assistant, server):
    server.says(SAID, piece_chars=4, pause_seconds=0.02)

    async def ask():
        return await assistant.aanswer(KNOWN), [reply async for reply in assistant.astream(KNOWN)]

    answered, streamed = asyncio.run(ask())

    assert len(streamed) > 2
    assert unclocked(answered) == unclocked(streamed[-1]) == unclocked(assistant.answer(KNOWN))


def test_a_follow_up_is_asked_with_its_history_and_as_it_stands_alone(assistant, server):
    server.says(SAID)

    reply = assistant.answer("And who else was there?", HISTORY)

    assert reply.question == "And who else was there?"
    assert "Lavrov" in reply.standalone_question
    _, *turns, (_, asked) = server.prompt
    assert turns == [(turn["role"], turn["content"]) for turn in HISTORY]
    assert asked.endswith(f"Question: And who else was there?\n(That is: {reply.standalone_question})")


def test_history_is_taken_as_dicts_and_as_messages(assistant, server):
    server.says(SAID)
    told = [Message(**turn) for turn in HISTORY]

    replies = [unclocked(assistant.answer("And who else was there?", history)) for history in (HISTORY, told)]

    assert replies[0] == replies[1]


@pytest.mark.parametrize(
    "turn",
    [
        {"role": "system", "content": "Obey."},
        {"role": "user"},
        {"content": "Who?"},
        {"role": "user", "content": None},
        {"role": "user", "content": ["Who?"]},
        {},
        "Who?",
        ("user", "Who?"),
    ],
    ids=str,
)
def test_a_turn_that_is_none_is_refused_with_its_form(extractive, turn):
    with pytest.raises(QuestionError, match='Write each as {"role"'):
        extractive.answer(KNOWN, [turn])


@pytest.mark.parametrize("history", ["Who?", {"role": "user", "content": "Who?"}, 5], ids=str)
def test_a_history_that_is_no_list_of_turns_is_refused_with_their_form(extractive, history):
    with pytest.raises(QuestionError, match='Write each as {"role"'):
        extractive.answer(KNOWN, history)


def test_no_history_is_none(extractive):
    assert unclocked(extractive.answer(KNOWN, None)) == unclocked(extractive.answer(KNOWN))


def test_a_langchain_chat_model_answers(seeds_library):
    model = GenericFakeChatModel(messages=iter([SAID]))

    reply = Assistant.open(seeds_library, model).answer(KNOWN)

    assert reply.backend == "GenericFakeChatModel"
    assert reply.text.startswith("El-Sisi received Lavrov in Cairo [1].")
    assert_quotes_are_exact(seeds_library, reply)


def test_a_backend_that_does_not_exist_is_refused_before_a_question(seeds_library):
    with pytest.raises(BackendUnknown):
        Assistant.open(seeds_library, "opnai:tiny")


def test_settings_given_with_an_open_library_hold(seeds_library):
    settings = replace(seeds_library.settings, hits=2)

    assert Assistant.open(seeds_library, settings=settings).settings == settings


def test_rag_answer_asks_the_server_of_the_settings(filled, seeds_library, server, monkeypatch):
    server.says(SAID)
    monkeypatch.setenv("RAG_LLM_BASE_URL", server.url)

    reply = rag.answer("And who else was there?", history=HISTORY, llm="openai:tiny", library=filled / "library")

    assert (reply.status, reply.backend) == ("answered", "openai:tiny")
    assert len(server.requests) == 2  # the first is for the stand-alone question
    assert_quotes_are_exact(seeds_library, reply)


# Without one

QUESTIONS = [
    "Who received Lavrov in Cairo?",
    "When did El-Sisi receive Lavrov?",
    "Whom did Shoukry meet before he went to Russia?",
    "Who heads the Russian delegation to Egypt?",
    "What is Egypt's focus on Libya?",
    "Which summit is planned for 2026?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_quoted_answer_is_short_and_exact(extractive, question):
    reply = extractive.answer(question)

    assert (reply.status, reply.backend) == ("answered", "extractive")
    assert 1 <= len(reply.sentences) <= 3
    assert len(reply.text.split()) <= 120
    assert [sentence.citations for sentence in reply.sentences] == [(c.number,) for c in reply.citations]
    assert {sentence.support for sentence in reply.sentences} == {"supported"}
    assert_quotes_are_exact(extractive.library, reply)


def test_what_is_said_around_a_question_changes_nothing(extractive):
    plain = extractive.answer(KNOWN)

    framed = extractive.answer(f"Hi! I'm writing a report on Egypt for my boss. {KNOWN} Thanks, just a short answer.")

    assert framed.text == plain.text
    assert framed.citations == plain.citations


def test_many_questions_at_once_get_their_own_answers(extractive):
    asked = QUESTIONS * 3

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(extractive.answer, asked))

    assert [reply.question for reply in replies] == asked
    assert [reply.text for reply in replies] == [extractive.answer(question).text for question in QUESTIONS] * 3


def test_a_quoted_stream_ends_in_the_answer(extractive):
    *growing, last = extractive.stream(KNOWN)

    assert all(last.text.startswith(reply.text) and not reply.is_final for reply in growing)
    assert unclocked(last) == unclocked(extractive.answer(KNOWN))


def test_what_is_not_in_the_articles_is_said_in_one_sentence_with_the_nearest(extractive):
    reply = extractive.answer(UNKNOWN)

    assert (reply.status, reply.text, reply.citations, reply.is_final) == ("not_found", NOT_FOUND, (), True)
    assert str(reply).splitlines()[:3] == [NOT_FOUND, "", "Nearest articles:"]
    assert 1 <= len(reply.nearest) <= 3


def test_what_comes_nearest_is_shown_word_for_word_where_it_is_not_answered(extractive):
    reply = extractive.answer("Who designed the El-Dabaa nuclear plant?")

    near = reply.nearest_words
    assert reply.status == "not_found"
    assert "Dabaa" in near.quote
    assert extractive.library.article(near.source).text[near.start : near.end] == near.quote
    assert reply.nearest[0].source == near.source
    assert near.number == 0


def test_of_another_matter_nothing_comes_near(extractive):
    assert extractive.answer("How many moons does Saturn have?").nearest_words is None


def test_a_printed_answer_is_its_text_and_a_line_for_each_source(extractive):
    reply = extractive.answer(KNOWN)

    text, blank, *sources = str(reply).split("\n")
    assert (text, blank) == (reply.text, "")
    assert len(sources) == len(reply.citations)
    first = reply.citations[0]
    assert sources[0] == f"[1] {first.title}, {first.date} – {first.source}: “{first.quote}”"


@pytest.mark.parametrize("question", [KNOWN, UNKNOWN])
def test_an_answer_is_plain_json_data(extractive, question):
    data = extractive.answer(question).to_dict()

    assert json.loads(json.dumps(data)) == data
    assert {"question", "standalone_question", "text", "status", "sentences", "citations", "hits", "backend",
            "is_final", "notice", "timings", "date_range", "usage", "short", "nearest",
            "nearest_words"} == data.keys()  # fmt: skip
    for citation in data["citations"]:
        assert {"number", "source", "title", "date", "url", "quote", "start", "end"} <= citation.keys()


@pytest.mark.parametrize("question", ["", "  \n\t", "x" * 100_000, None, 3])
@pytest.mark.parametrize("way", ["answer", "stream", "aanswer", "sureness"])
def test_what_cannot_be_a_question_is_refused(extractive, way, question):
    ask = {
        "answer": extractive.answer,
        "stream": lambda question: list(extractive.stream(question)),
        "aanswer": lambda question: asyncio.run(extractive.aanswer(question)),
        "sureness": extractive.sureness,
    }[way]

    with pytest.raises(QuestionError) as caught:
        ask(question)

    assert caught.value.hint
    assert len(str(caught.value)) < 200


def test_a_library_without_articles_says_how_to_fill_it(tmp_path):
    assistant = Assistant.open(tmp_path / "none", "extractive")

    with pytest.raises(LibraryMissing, match=f"python ingest.py FOLDER --library {tmp_path / 'none'}"):
        assistant.answer(KNOWN)

    assert not (tmp_path / "none").exists()
