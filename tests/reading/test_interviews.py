"""Who asks in an interview, and what."""

from __future__ import annotations

import pytest
from hypothesis import given

from rag.reading.interviews import Interview
from tests.reading.strategies import texts


def asked(text: str) -> list[str]:
    return [text[start:end] for start, end in Interview.in_text(text).spans]


def test_what_those_who_ask_say_is_a_question_with_or_without_its_mark():
    text = (
        "Q: You closed the line. Why?\n\nA: The bridge.\n\nQ: People are angry.\nA: I know.\n\nQ: And now?\n\nA: Buses."
    )

    assert asked(text) == ["Q: You closed the line. Why?", "Q: People are angry.", "Q: And now?"]


def test_questions_that_stand_alone_are_asked_where_there_are_several():
    pairs = ["When did it open?", "In 1901.", "Who built it?", "A Dane. He drank.", "Is it safe?", "So they say."]

    assert asked("\n\n".join(pairs)) == pairs[::2]
    assert asked("\n\n".join(pairs[:4])) == []


@pytest.mark.parametrize("text", ["Who pays? We do. Who else?\n\nNobody.", "Price: 5 crowns.\n\nPlace: Sant Orla.", ""])
def test_elsewhere_nobody_asks(text):
    assert asked(text) == []


@given(texts)
def test_questions_lie_in_the_text_in_order(text):
    places = [place for span in Interview.in_text(text).spans for place in span]

    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
