"""A small trained reader on top of the embedder: where in a passage, if anywhere, the answer stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.answering.asked import Word
from rag.answering.spelling import as_spelt
from rag.core.types import Passage, lead
from rag.library.embedding import Reader, SpanScores
from rag.reading.sentences import Statement

WEIGHTS = Path(__file__).with_name("reader.safetensors")
_LONGEST_SPAN = 30  # tokens
_MARKS = re.compile(r"[|#]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader thinks of one statement: its best span and by how much that beats "not here" (log-odds)."""

    margin: float
    answer: str
    """The words of the best span."""


UNREAD = Reading(0.0, "")


def read_statements(
    reader: Reader, question: str, words: Sequence[Word], passage: Passage, statements: Sequence[Statement]
) -> list[Reading]:
    """Readings for statements of the passage, in the order given; `words` are the question's."""
    opening = lead(passage.title, passage.section, passage.date)
    # The marks of tables and headings are no words; a space in their place keeps every offset.
    text = opening + _MARKS.sub(" ", passage.text)
    shift = len(opening) - passage.start
    (scores,) = reader.read(as_spelt(question, words, text), [text])
    return [_best(scores, text, shift + found.start, shift + found.end) for found in statements]


def _best(scores: SpanScores, text: str, start: int, end: int) -> Reading:
    """The best span that lies inside the characters from `start` to `end`."""
    inside = np.flatnonzero((scores.offsets[:, 0] >= start) & (scores.offsets[:, 1] <= end))
    if not len(inside):
        return UNREAD
    pairs = scores.starts[inside][:, None] + scores.ends[inside][None, :]
    width = np.arange(len(inside))[None, :] - np.arange(len(inside))[:, None]
    pairs = np.where((width >= 0) & (width < _LONGEST_SPAN), pairs, -np.inf)
    first, last = np.unravel_index(int(np.argmax(pairs)), pairs.shape)
    words = text[scores.offsets[inside[first], 0] : scores.offsets[inside[last], 1]]
    return Reading(float(pairs[first, last]) - scores.nowhere, words)
