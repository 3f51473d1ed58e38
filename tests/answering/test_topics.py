"""`What do the articles say about …?`: whatever they say of it is shown, and what they never mention is not in them."""

from __future__ import annotations

import pytest

from rag.search.asking import topic_of


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What do the articles say about the Renaissance Dam?", "the Renaissance Dam"),
        ("What did articles say about Libya", "Libya"),
        ("Please tell me about El Dabaa.", "El Dabaa"),
        ("Could you tell us more about Shoukry's journey?", "Shoukry's journey"),
        ("What is known about Sudan?", "Sudan"),
        ("Is there anything on grain?", "grain"),
        ("Which articles mention Syria?", "Syria"),
        ("What do the articles say about October?", "October"),
        ("Do any of the articles mention Syria?", "Syria"),
        ("Do the reports say anything about Gaza?", "Gaza"),
    ],
)
def test_what_is_asked_for_is_the_topic(question, topic):
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "What did Lavrov say about Libya?",
        "What do the articles say?",
        "What is the Renaissance Dam?",
        "What does the report of the commission say about Libya?",
        "Who told the president about the dam?",
        "Tell me who received Lavrov",
        "Tell me about",
        "",
    ],
)
def test_other_questions_are_asked_as_they_stand(question):
    assert topic_of(question) == ""


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What do the articles say about the Renaissance Dam?", "Renaissance"),
        ("Tell me about Dabaa", "Dabaa"),
        ("Which articles mention Syria?", "Syria"),
        ("What do the articles say about October?", "October"),
        ("What do the articles say about Palestine?", "Palestinian"),
    ],
)
def test_what_is_said_of_it_is_quoted(extractive, question, word):
    reply = extractive.answer(question)

    assert reply.is_answered
    assert reply.question == question
    assert any(word in citation.quote for citation in reply.citations)


@pytest.mark.parametrize(
    "question",
    ["What do the articles say about Brazil?", "Tell me about Angela Merkel", "Is there anything about football?"],
)
def test_what_they_never_mention_is_not_in_them(extractive, question):
    assert not extractive.answer(question).is_answered


def test_every_sentence_of_the_answer_speaks_of_it(extractive):
    reply = extractive.answer("Tell me about Sameh Shoukry")

    assert reply.is_answered
    assert all("Shoukry" in sentence.text for sentence in reply.sentences)
