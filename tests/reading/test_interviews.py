"""Who asks in an interview, and what."""

from __future__ import annotations

import pytest
from hypothesis import given

from rag.core.types import Article
from rag.reading.interviews import Interview, guest_in
from tests.reading.strategies import texts


def interview(text: str, title: str = "Talk", author: str | None = None) -> Interview:
    return Interview.of(Article("a.md", title, text, author=author))


def asked(text: str) -> list[str]:
    return [text[start:end] for start, end in interview(text).spans]


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
    places = [place for span in interview(text).spans for place in span]

    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


TURNS = "Q: You closed the line. Why?\n\nA: The bridge.\n\nQ: And now?\n\nA: Buses."


@pytest.mark.parametrize(
    ("head", "author", "guest"),
    [
        ("Ada Quill tells Karel Dunne why.\n\nThe minister is late. Quill apologises.", None, "Ada Quill"),
        ("Karel Dunne met Ada Quill. Quill and Karel Dunne had tea.", "Karel Dunne", "Ada Quill"),
        ("The minister is late.", None, ""),
        ("Ada Quill is late.", None, ""),
    ],
    ids=["not who asks", "nor the author", "nobody named", "named only once"],
)
def test_who_answers_is_whom_the_head_names_most(head, author, guest):
    assert interview(f"{head}\n\n{TURNS}", author=author).guest == guest


def test_what_goes_on_with_an_answer_is_headed_by_who_answers_and_what_was_asked():
    text = f"Ada Quill is late. Quill apologises.\n\n{TURNS}"
    found = interview(text)
    opening, first, answer = (text.find(words) for words in ("Ada", "Q: You", "A: The bridge"))

    assert found.heading(opening, first, 0) == ""
    assert found.heading(first, answer, 0) == "Interview with Ada Quill"
    assert found.heading(answer, len(text), 0) == "Interview with Ada Quill: You closed the line. Why?"
    assert guest_in(found.heading(answer, len(text), 0)) == "Ada Quill"
    assert guest_in("The interview") == guest_in("Interview with the minister") == ""
