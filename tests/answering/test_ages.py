"""How old somebody is, as a newspaper tells it beside the name."""

from __future__ import annotations

import pytest

from rag.answering.ages import Aged
from rag.answering.assistant import Assistant

ARTICLES = {
    "election.md": (
        "---\ntitle: Aldous Merrin wins the mayoral election\ndate: 2025-05-19\n---\n"
        "Aldous Merrin of the Civic List was elected mayor of Halden Ferry on Sunday, beating Rosalind Pike by 512 "
        "votes.\n\nMerrin, 46, a secondary-school geography teacher, takes office on 2 June. His brother Leo, who is "
        "thirty-nine, runs a bakery.\n\nThe 19-year-old Bea Odum, a student from Ostry, was the youngest candidate. "
        "Rosalind Pike conceded before midnight.\n"
    ),
    "obituary.md": (
        "---\ntitle: Wilhelmina Crane\ndate: 2025-04-02\n---\n"
        "Wilhelmina Crane, who has died aged 88, taught three generations of Halden Ferry to swim. She leaves a son, "
        "Edwin Crane (61), the town clerk.\n"
    ),
}


@pytest.fixture(scope="module")
def assistant(assistant_over) -> Assistant:
    return assistant_over(ARTICLES)


@pytest.mark.parametrize(
    ("question", "age"),
    [
        ("How old is Aldous Merrin?", "46"),
        ("how old is Merrin now", "46"),
        ("What is Aldous Merrin's age?", "46"),
        ("How old is Bea Odum?", "19-year-old"),
        ("How old was Wilhelmina Crane?", "88"),
        ("What age is Edwin Crane?", "61"),
    ],
)
def test_the_age_beside_the_name_is_the_short_answer(assistant, question, age):
    answer = assistant.answer(question)
    assert answer.text.startswith(f"**{age}** – ")
    assert age in answer.sentences[0].text
    assert len(answer.sentences) == 1  # and nothing beside it


def test_nobody_is_given_the_age_of_somebody_else(assistant):
    assert not assistant.answer("How old is Rosalind Pike?").text.startswith("**")


@pytest.mark.parametrize(
    "question",
    [
        "How old was Merrin when he was elected?",
        "How old is the bridge?",
        "how old is his brother?",
        "How old are the Merrins' houses?",
        "How many votes did Merrin get?",
    ],
)
def test_other_questions_ask_for_no_age_beside_a_name(question):
    assert Aged.asked(question) is None
