"""What is said to a turn about the answer before it."""

from __future__ import annotations

import json

import pytest

from rag.answering.again import NO_MORE, REWORD

ARTICLES = {
    "ferry.txt": (
        "---\ntitle: The ferrywoman of Halden\ndate: 2025-09-14\n---\n"
        "Wilhelmina Crane ran the ferry at Halden for forty-one years. She took it over from her uncle in 1956. "
        "In the flood of 1974 she carried 216 people across the Vell.\n\n"
        "The ferry at Halden stopped in 1997, the year the bridge was opened."
    ),
    "buses.txt": "A single bus ticket in the Vell region will cost 2.80 crowns from 1 September.",
}
ASKED = "Who ran the ferry at Halden?"


@pytest.fixture(scope="module")
def over(assistant_over):
    return assistant_over(ARTICLES)


def talk(assistant, *turns):
    """The answers to the turns of one conversation."""
    history, replies = [], []
    for turn in turns:
        replies.append(assistant.answer(turn, history))
        history += [{"role": "user", "content": turn}, {"role": "assistant", "content": replies[-1].text}]
    return replies


def test_more_goes_on_where_the_answer_ended_until_all_is_said(over):
    first, second, third, last = talk(over, ASKED, "Tell me more", "anything else?", "go on")

    said = [sentence.text for reply in (first, second, third) for sentence in reply.sentences]
    assert len(set(said)) == len(said)
    assert "216 people" in second.text
    assert second.citations[0].source == "ferry.txt"
    assert last.text == NO_MORE
    assert (second.question, second.standalone_question) == ("Tell me more", ASKED)


@pytest.mark.parametrize("turn", ["Where does it say that?", "Are you sure?", "which article is that from?"])
def test_the_source_is_told_with_title_date_and_the_words_that_were_quoted(over, turn):
    first, second = talk(over, ASKED, turn)

    assert second.text.startswith(
        "It rests on these words:\n- “The ferrywoman of Halden” (2025-09-14): Wilhelmina Crane"
    )
    assert [citation.quote for citation in second.citations] == [citation.quote for citation in first.citations]


def test_in_short_is_the_first_sentence_alone(over):
    assert [len(reply.sentences) for reply in talk(over, ASKED, "in short?")][-1] == 1


def test_a_summary_in_short_is_its_first_sentence(over):
    whole, short = talk(over, "Summarise the article about the ferry", "in short?")

    assert short.status == "answered"
    assert len(short.sentences) == 1 < len(whole.sentences)


def test_an_article_that_was_spoken_of_is_meant_after_it_too(over):
    assert "is dated 2025-09-14" in talk(over, ASKED, "where is that from?", "when was it published?")[-1].text


def test_what_was_quoted_is_told_and_no_title_that_stands_before_it(over):
    once, twice = talk(over, ASKED, "Are you sure?", "Where does it say that?")[1:]

    assert once.text == twice.text


def test_only_a_model_rewords(over):
    assert talk(over, ASKED, "Translate that into French, please")[-1].text == REWORD


def test_small_talk_between_the_two_is_no_question(over):
    assert "216 people" in talk(over, ASKED, "ok", "Tell me more")[-1].text


def test_of_what_was_not_answered_there_is_no_more_and_no_source(over):
    replies = talk(over, "Who won the 1998 football world cup?", "Tell me more", "Are you sure?")

    assert [reply.status for reply in replies] == ["not_found"] * 3


def test_without_a_question_before_it_is_told_what_can_be_asked(over):
    assert over.answer("Where does it say that?").text.startswith("I answer questions about the 2 articles")


def test_a_question_after_it_leans_on_what_was_said_before_it(over):
    assert (
        "216 people"
        in talk(over, ASKED, "ok", "Are you sure?", "How many people did she carry across the Vell in the flood?")[
            -1
        ].text
    )


def test_a_model_is_asked_to_reword_with_the_passages_of_the_question_before(assistant, server):
    server.says("El-Sisi a reçu Lavrov [1].")
    history = [
        {"role": "user", "content": "Who received Lavrov in Cairo?"},
        {"role": "assistant", "content": "El-Sisi received Lavrov [1]."},
    ]

    reply = assistant.answer("Can you translate that into French?", history)

    assert reply.text == "El-Sisi a reçu Lavrov [1]."
    prompt = server.requests[-1]["messages"][-1]["content"]
    assert "Question: Can you translate that into French?" in prompt
    assert "El-Sisi" in prompt or "el-Sisi" in json.dumps(server.requests[-1])


def test_a_source_is_told_without_asking_the_model(assistant, server):
    history = [
        {"role": "user", "content": "Who received Lavrov in Cairo?"},
        {"role": "assistant", "content": "El-Sisi did [1]."},
    ]
    asked = len(server.requests)

    reply = assistant.answer("What is your source?", history)

    assert reply.text.startswith("These words of the articles come nearest to it:")
    assert len(server.requests) == asked
