"""A small trained reader on top of the embedder: where in a passage, if anywhere, the answer stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from rag.answering.asked import Word
from rag.answering.openers import is_denied
from rag.answering.readable import Readable, Span
from rag.answering.simpler import simpler
from rag.answering.spelling import as_spelt
from rag.core.types import Passage, lead
from rag.library.embedding import Reader, SpanScores
from rag.reading.sentences import Statement, sentence_spans

WEIGHTS = Path(__file__).with_name("reader.safetensors")
_LONGEST_SPAN = 30  # tokens
_EARLIER = re.compile(r"\bsince [^,;.]*?(?P<then>\d{4})[^,;.]*, (?:when|in which|during which)\b[^.;]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader thinks of one statement: its best span and by how much that beats "not here" (log-odds)."""

    margin: float
    answer: str
    """The words of the best span."""


def read_statements(
    reader: Reader, question: str, words: Sequence[Word], passage: Passage, statements: Sequence[Statement]
) -> tuple[list[Reading | None], float]:
    """Readings for statements of the passage, in the order given, None for what exceeds the reader's length.

    And the log-odds that the passage answers at all, by whatever span: more than any one's where several come near.
    `words` are the question's.
    """
    readable = Readable.of(passage, statements)
    text = readable.text
    (scores,) = reader.read(as_spelt(simpler(question, passage, text), words, text), [text])
    spans = [
        [part for span in readable.spans_of(one) for part in _asked_for(text, span, question)] for one in statements
    ]
    return [_best(scores, text, own) for own in spans], _here(scores, readable.lead)


def read_alone(
    reader: Reader, question: str, words: Sequence[Word], passage: Passage, statement: Statement, *, below_lead: bool
) -> float:
    """The log-odds that the statement answers, read without those around it."""
    opening = lead(passage.title, passage.section, passage.date) if below_lead else ""
    text = opening + statement.text
    (scores,) = reader.read(as_spelt(simpler(question, passage, text), words, text), [text])
    return _here(scores, len(opening))


def _asked_for(text: str, span: Span, question: str) -> Iterator[Span]:
    """What is left of a span without what it says is not so, and what it tells of an earlier time to compare with."""
    sentences = [(span[0] + start, span[0] + end) for start, end in sentence_spans(text[slice(*span)])]
    denied = [one for one, other in pairwise(sentences) if is_denied(text[slice(*one)], text[slice(*other)])]
    place = denied[-1][1] if denied else span[0]
    for earlier in _EARLIER.finditer(text, place, span[1]):
        if earlier["then"] not in question:
            yield place, earlier.start()
            place = earlier.end()
    yield place, span[1]


def _best(scores: SpanScores, text: str, spans: Sequence[Span]) -> Reading | None:
    """The best of the answers that lie inside one of these spans of characters."""
    best: Reading | None = None
    for start, end in spans:
        inside = np.flatnonzero((scores.offsets[:, 0] >= start) & (scores.offsets[:, 1] <= end))
        if not len(inside):
            continue
        pairs = scores.starts[inside][:, None] + scores.ends[inside][None, :]
        width = np.arange(len(inside))[None, :] - np.arange(len(inside))[:, None]
        pairs = np.where((width >= 0) & (width < _LONGEST_SPAN), pairs, -np.inf)
        first, last = np.unravel_index(int(np.argmax(pairs)), pairs.shape)
        margin = float(pairs[first, last]) - scores.nowhere
        if best is None or margin > best.margin:
            words = text[scores.offsets[inside[first], 0] : scores.offsets[inside[last], 1]]
            best = Reading(margin, words)
    return best


def _here(scores: SpanScores, start: int) -> float:
    """Log-odds that the answer starts and ends somewhere from this character on."""
    inside = scores.offsets[:, 0] >= start
    somewhere = np.logaddexp.reduce(scores.starts[inside]) + np.logaddexp.reduce(scores.ends[inside])
    return float(somewhere) - scores.nowhere
