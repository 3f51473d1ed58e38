"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given

from rag.reading.sentences import sentence_spans
from tests.reading.strategies import texts


@pytest.mark.parametrize(
    "sentences",
    [
        ["It rained.", "Ships waited!", "Why?", "Nobody knew…", "They left."],
        ["Mr. Smith met Gen. J. Jones of the U.S. Navy at 3.30 p.m. on Nov. 8."],
        ["He left the U.S.", "The ships stayed."],
        ["“We agree.”", "“So do we,” she said."],
        ["He said “why?” and left."],
        ["The year was 1980.", "The price was 3.5 pounds."],
        ["It was she and I.", "They knew."],
        ["(It rained.)", "[It snowed.]", "Then sun."],
        ["The talks end on\nNov. 8.", "Then they go."],
        ["wheat.example sells it at www.wheat.example today."],
        ["It breaks off in the middle of"],
    ],
    ids=lambda sentences: sentences[0][:20],
)
def test_a_text_falls_into_its_sentences(sentences):
    text = " ".join(sentences)

    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@pytest.mark.parametrize("text", ["", "  \n "], ids=["empty", "blank"])
def test_no_words_are_no_sentence(text):
    assert list(sentence_spans(text)) == []


def test_only_the_stretch_asked_for_is_read():
    text = "One here. Two here. Three here."

    assert [text[start:end] for start, end in sentence_spans(text, 4, 14)] == ["here.", "Two"]


@given(texts)
def test_sentences_follow_one_another_and_hold_every_word(text):
    spans = list(sentence_spans(text))

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in zip(spans, spans[1:], strict=False))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@pytest.mark.parametrize(
    "byline",
    ["By Anna Drury", "Interview by Malte Ruiz, Calder Sunday, 14 March 2021", "By Jon Egil Fosse and Ida de Vries"],
)
def test_a_byline_is_no_part_of_the_sentence_after_it(byline):
    text = f"{byline}\nThe two women came down. They were fed with soup."

    assert [text[start:end] for start, end in sentence_spans(text)] == [
        byline, "The two women came down.", "They were fed with soup.",
    ]  # fmt: skip


def test_a_wrapped_line_that_begins_like_a_byline_is_none():
    text = "The talks failed\nBy Monday the two sides had\nleft Cairo for Moscow."

    assert len(list(sentence_spans(text))) == 1
