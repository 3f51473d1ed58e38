"""Two questions in one message: each is answered, or said not to be."""

from __future__ import annotations

import json

import pytest

from rag.answering.prompts import NOT_FOUND

ARTICLES = {
    "ferry.txt": (
        "Wilhelmina Crane ran the ferry at Halden for forty-one years. The ferry stopped in 1997.\n\n"
        "In the flood of 1974 Crane carried 216 people across the Vell in one night."
    ),
    "buses.txt": (
        "---\ntitle: Bus fares to rise\nauthor: Ines Calloway\ndate: 2025-06-12\n---\n"
        "A single bus ticket will cost 2.80 crowns from 1 September. Pupils will go on travelling free."
    ),
}
BOTH = "Who ran the ferry at Halden, and what will a single bus ticket cost?"
HALF = "Who ran the ferry at Halden, and who is the president of France?"


@pytest.fixture(scope="module")
def _over(assistant_over):
    return assistant_over(ARTICLES)


@pytest.fixture
def asked(_over):
    return _over


def test_each_question_has_a_paragraph_and_the_numbers_go_on(asked):
    reply = asked.answer(BOTH)
    first, second = reply.text.split("\n\n")

    assert "Wilhelmina Crane ran the ferry" in first
    assert "2.80 crowns" in second
    assert [citation.number for citation in reply.citations] == list(range(1, len(reply.citations) + 1))
    for sentence in reply.sentences:
        assert f"{sentence.text} [{sentence.citations[0]}]" in reply.text
    for citation in reply.citations:
        assert asked.library.article(citation.source).text[citation.start : citation.end] == citation.quote
    assert (reply.question, reply.notice) == (BOTH, "")


def test_what_is_not_answered_is_said_beside_what_is(asked):
    reply = asked.answer(HALF)

    assert (reply.status, reply.citations[0].source) == ("answered", "ferry.txt")
    assert reply.notice == "The articles do not answer “who is the president of France?”"


def test_half_a_question_that_is_not_answered_is_told_whole(asked):
    reply = asked.answer("What will a single bus ticket cost, and why?")

    assert "2.80 crowns" in reply.text
    assert reply.notice == "The articles do not answer “Why will a single bus ticket cost?”"


def test_what_half_a_question_asks_for_may_be_said_already(asked):
    reply = asked.answer("Who ran the ferry at Halden, and for how long?")

    assert [sentence.text for sentence in reply.sentences] == [
        "Wilhelmina Crane ran the ferry at Halden for forty-one years."
    ]


def test_where_none_is_answered_the_message_is_not(asked):
    reply = asked.answer("Who is the king of Spain, and when was the moon landing?")

    assert (reply.status, reply.text, reply.citations) == ("not_found", NOT_FOUND, ())
    assert reply.hits


def test_what_answers_both_is_quoted_once(asked):
    reply = asked.answer("When did the ferry at Halden stop, and in which year did the ferry stop?")

    assert len({(citation.source, citation.start) for citation in reply.citations}) == len(reply.citations)
    assert reply.text.count("The ferry stopped in 1997.") == 1


def test_the_second_question_may_lean_on_the_first(asked):
    reply = asked.answer("Who ran the ferry at Halden, and how many people did she carry in the flood of 1974?")

    assert "216 people" in reply.text


def test_an_article_as_such_may_be_one_of_the_matters(asked):
    reply = asked.answer("Who wrote the article about bus fares and when was it published?")

    assert "is by Ines Calloway" in reply.text
    assert "is dated 2025-06-12" in reply.text


def test_a_model_is_shown_what_was_found_for_each(assistant, server):
    server.says("I read it [1].")

    assistant.answer("What did a diplomat say of the talks in Cairo, and who is the spokesman Lukashevich?")

    prompt = json.dumps(server.requests[-1])
    assert "Lukashevich" in prompt
    assert "flashy" in prompt or "diplomat" in prompt
