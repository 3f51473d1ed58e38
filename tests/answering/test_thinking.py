"""A model's thoughts are never part of its answer, whatever the pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.thinking import RETRACTED, without_thoughts

WORDS = st.text(alphabet="ab <>/[1]thinkreasog", max_size=12).filter(lambda text: ">" not in text)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<think>Who? [1]</think>El-Sisi [2].", "El-Sisi [2]."),
        ("<THINKING>\nlong\n</THINKING>\n\nYes.", "\n\nYes."),
        ("Yes. <reasoning>but why</reasoning>No.", "Yes. No."),
        ("<think>one</think>A<think>two</think>B", "AB"),
        ("<think>it never ends", ""),
        ("a < b and <thin air>", "a < b and <thin air>"),
        ("<think>a</think> b </think> c", " b </think> c"),
        ("<", "<"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_thoughts_are_left_out_whatever_the_pieces(said, shown, size):
    pieces = [said[start : start + size] for start in range(0, len(said), size)]

    assert "".join(without_thoughts(pieces)) == shown


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_thought_that_only_ends_is_taken_back(size):
    said = "Okay, who received him? [1]\n</think>\n\nEl-Sisi did [2]."
    pieces = [said[start : start + size] for start in range(0, len(said), size)]

    assert "".join(without_thoughts(pieces)).rpartition(RETRACTED)[2] == "\n\nEl-Sisi did [2]."


@given(st.lists(WORDS), st.data())
def test_without_tags_nothing_is_lost(words, data):
    said = "".join(words)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)))))
    pieces = [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]

    assert "".join(without_thoughts(pieces)) == said


@given(st.text(alphabet="abc[1]. ", max_size=20), st.text(alphabet="xyz<>/[9]. ", max_size=20), st.integers(1, 7))
def test_no_word_of_a_thought_is_shown(answer, thought, size):
    said = f"<think>{thought}</think>{answer}"
    pieces = [said[start : start + size] for start in range(0, len(said), size)]

    assert "".join(without_thoughts(pieces)) == answer
