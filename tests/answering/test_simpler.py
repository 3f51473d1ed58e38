"""What the trained reader is asked: no more than the passage leaves open."""

from __future__ import annotations

import pytest

from rag.answering.simpler import simpler
from rag.core.types import Passage

TEXT = "Sergei Lavrov, the foreign minister, told the spokesman that the visit would help. Officials agreed."


def passage(text: str = TEXT, date: str | None = "2013-11-08") -> Passage:
    return Passage("1", "a.txt", 0, len(text), text, "Talks", "", date)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who was foreign minister in 2013?", "Who was foreign minister?"),
        ("Who was foreign minister in November 2013?", "Who was foreign minister?"),
        ("who led the talks back in 2013", "who led the talks"),
        ("Who was foreign minister in March 2013?", "Who was foreign minister in March 2013?"),
        ("Who was foreign minister in 2014?", "Who was foreign minister in 2014?"),
        ("What did the spokesman say the visit would bring?", "What would the visit bring?"),
        ("What did the spokesman say about the visit?", "What did the spokesman say about the visit?"),
        ("What did Blinken say the visit would bring?", "What did Blinken say the visit would bring?"),
        ("According to officials, who agreed?", "Who agreed?"),
        ("Who agreed, according to the officials?", "Who agreed?"),
        ("Who agreed, according to the Americans?", "Who agreed, according to the Americans?"),
    ],
)
def test_what_a_passage_takes_for_granted_is_not_asked(question, asked):
    assert simpler(question, passage(), TEXT) == asked


def test_a_passage_that_speaks_of_years_is_asked_for_the_year():
    question = "What was the profit in 2013?"
    assert simpler(question, passage("The profit was 3 million in 2012."), "") == question
    assert simpler(question, passage(date=None), "") == question
