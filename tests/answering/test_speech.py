"""What somebody said about something: the speaker's words that stand beside it, and none of anybody else's."""

from __future__ import annotations

import pytest

from rag.answering.assistant import Assistant
from rag.answering.speech import Said

POOL = """The council has voted to build the new baths without a shallow basin. Members debated for three hours on
Monday night about the learner pool, which would have cost 400,000 crowns.

Swimming teachers are angry about the learner pool. "It is what fills the place on a wet Tuesday," said Simone Varley,
who has taught there for twenty years. The treasurer, Owen Pryce, said that reserves stood at two million.

The market hall will be closed from June. Its roof has leaked since the winter. Traders have been told to move to the
square, where stalls cost half as much."""


@pytest.mark.parametrize(
    ("question", "who", "what"),
    [
        ("What did Berit Hauge say about the price?", "Berit Hauge", "the price"),
        ("how did owen castle react to the result of the poll", "owen castle", "the result of the poll"),
        ("What does the mayor think of the plan?", "the mayor", "the plan"),
        ("What is Berit Hauge's opinion on the plan?", "Berit Hauge", "the plan"),
        ("What did Tesalic tell reporters about the summit?", "Tesalic", "the summit"),
    ],
)
def test_who_spoke_and_of_what_are_told_apart(question, who, what):
    said = Said.asked(question)

    assert said is not None
    assert (said.who, said.what) == (who, what)


@pytest.mark.parametrize(
    "question",
    ["What did Berit Hauge say?", "Who said it?", "What did they build?", "What did Owen tell Berit after they met?"],
)
def test_other_questions_ask_for_no_such_thing(question):
    assert Said.asked(question) is None


@pytest.fixture
def assistant(library, folder, embedder) -> Assistant:
    opened = library(opener=lambda name: embedder)
    opened.sync(folder({"pool.md": POOL}))
    return Assistant.open(opened)


def test_words_beside_the_matter_are_the_answer(assistant):
    answer = assistant.answer("What did Simone Varley say about the learner pool?")

    assert "fills the place on a wet Tuesday" in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "What did Simone Varley say about the market hall?",
        "What did Owen Pryce say about the market hall?",
        "How did Petra Lind react to the learner pool?",
    ],
)
def test_what_somebody_else_said_or_said_of_something_else_is_no_answer(assistant, question):
    assert assistant.answer(question).status == "not_found"


def test_how_somebody_responded_may_be_told_by_what_he_did(library, folder, embedder):
    opened = library(opener=lambda name: embedder)
    told = "The British sent ships to the gulf. In response, King Louis sent six regiments under Baron Dieskau in 1755."
    opened.sync(folder({"war.md": told}))

    answer = Assistant.open(opened).answer("How did King Louis respond to the British ships?")

    assert "six regiments" in answer.text
