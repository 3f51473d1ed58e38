"""In an interview nobody who is asked is called by name: `you` and `I` are who the question is about."""

from __future__ import annotations

import pytest

from rag.answering.assistant import Assistant
from rag.answering.simpler import simpler
from rag.core.types import Passage

ARTICLE = """---
title: A late train is a broken promise
date: 2024-05-18
---
Ines Halvarr has run the railways of Dorland for two years. Halvarr arrives by train, and late.

Q: You grew up beside the line. Was this always going to be your life?

A: My father worked the signal box at Marl Junction for thirty-four years. I used to do my homework on the floor there.

Q: You closed the Brackwater branch. People there have not forgiven you.

A: No, and I went there and was shouted at for three hours. The bridge over the Sallow was going to fall down. Repairing
it would have taken 140 million, for a line that carried 190 people a day.

Q: Why is the dining car not coming back?

A: Each one lost us 400,000 crowns a year, and took the space of sixty seats.
"""


@pytest.fixture(scope="module")
def assistant(assistant_over) -> Assistant:
    return assistant_over({"interview.md": ARTICLE, "hay.md": "Hay\n\nHay is dry grass, cut in June.\n"})


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did Halvarr's father do?", "signal box at Marl Junction"),
        ("Why did Ines Halvarr close the Brackwater branch?", "Brackwater branch"),
        ("What does Halvarr say about the dining car?", "400,000 crowns"),
    ],
)
def test_who_answers_is_known_by_the_name_in_the_question(assistant, question, words):
    assert words in assistant.answer(question).text


def test_what_was_not_asked_is_not_answered(assistant):
    assert assistant.answer("How many children does Halvarr have?").status == "not_found"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What did Ines Halvarr's father do?", "What did your father do?"),
        ("Is Ms Halvarr happy?", "are you happy?"),
        ("Why did Dorland close the line?", "Why did Dorland close the line?"),
    ],
)
def test_the_reader_is_asked_about_you(question, asked):
    passage = Passage("1", "a.md", 0, 7, "A: Yes.", "Talk", "Interview with Ines Halvarr: Why?", None)

    assert simpler(question, passage, passage.text) == asked


def test_a_passage_that_names_them_is_asked_by_name():
    passage = Passage("1", "a.md", 0, 19, "A: Call me Halvarr.", "Talk", "Interview with Ines Halvarr", None)

    assert simpler("Is Halvarr happy?", passage, passage.text) == "Is Halvarr happy?"
