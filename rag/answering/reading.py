"""A small trained reader on top of the embedder: where in a passage, if anywhere, the answer stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.core.types import lead
from rag.library.embedding import Reader, SpanScores
from rag.reading.sentences import Statement

WEIGHTS = Path(__file__).with_name("reader.safetensors")
_LONGEST_SPAN = 30  # tokens


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader thinks of one statement: its best span and by how much that beats "not here" (log-odds)."""

    margin: float
    answer: str
    """The words of the best span."""


UNREAD = Reading(0.0, "")


def read_statements(
    reader: Reader, question: str, groups: Sequence[tuple[str, str | None, Sequence[Statement]]]
) -> list[list[Reading]]:
    """Readings for each (title, date, statements of one passage), in the order given."""
    texts, places = [], []
    for title, date, statements in groups:
        text = lead(title, statements[0].section if statements else "", date)
        spans = []
        for statement in statements:
            spans.append((len(text), len(text) + len(statement.text)))
            text += statement.text + ("\n" if statement.kind in ("item", "row", "heading") else " ")
        texts.append(text)
        places.append(spans)
    return [
        [_best(scores, text, start, end) for start, end in spans]
        for scores, text, spans in zip(reader.read(question, texts), texts, places, strict=True)
    ]


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
