"""Turns that are about the answer before them."""

from __future__ import annotations

import pytest

from rag.search.asides import aside_in


@pytest.mark.parametrize(
    ("aside", "turns"),
    [
        ("more", "Tell me more|more details please|Go on|anything else?|Could you elaborate on that?|more"),
        ("source", "Where does it say that?|Which article is that from?|what's your source|Are you sure?|Really?"),
        ("source", "Give me the full quote|Prove it|quote it|That's not true!|Sources?|Show me the article"),
        ("shorter", "in short?|Please summarize that|tl;dr|make it shorter|in one sentence please"),
        (
            "reworded",
            "Can you translate that into French?|in plain English|I don't understand|explain it in short words",
        ),
        (None, "Who else was there?|What else did they discuss?|Tell me more about Lavrov|When was that published?"),
        (None, "Where does she come from?|Why?|And in 2013?|Is it true that he left?||" + "more" * 40),
    ],
)
def test_what_is_asked_of_the_answer_before_is_told_from_a_question_of_its_own(aside, turns):
    said = turns.split("|")

    assert {turn: aside_in(turn) for turn in said} == dict.fromkeys(said, aside)
