"""Is it in the articles at all? A decision from what search, the statements, the reader offer: before anything is said.

A logistic regression over five signals; benchmarks/fit_evidence.py fits it and prints its error rates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from rag.answering.evidence import Weighed
from rag.answering.kinds import holds

_LOOKED_AT = 3  # statements: as many as an answer shows


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the question's being answered."""

    score: float
    """Of the best statement, in tens."""
    reading: float
    """The reader's best, over all statements."""
    read_best: float
    """The reader's, of the best statement."""
    meaning: float
    """Of the best statement."""
    unknown: float
    """Share of the question's words, by weight, that no passage of the library holds."""
    fits: float
    """1 if the words that the reader picks are of the kind asked for, 0 if not, 0.5 where no kind is asked for."""


_WITH_READER = Signals(score=1.605, reading=3.255, read_best=2.222, meaning=0.845, unknown=-1.653, fits=1.204)
_WITH_READER_AT = -0.78
# Below this it is about something else altogether: benchmarks/answers_squad2.py, questions of other domains.
_NEAR_ENOUGH = 0.65
_READ_ENOUGH = -0.15  # a reader this sure is believed, however the question is worded
_WITHOUT_READER = Signals(score=2.514, reading=0.0, read_best=0.0, meaning=3.681, unknown=-1.735, fits=1.781)
_WITHOUT_READER_AT = 4.713


def is_answerable(weighed: Weighed) -> bool:
    """Whether what was found is likely enough to hold the answer."""
    return answerability(weighed) >= 0


def answerability(weighed: Weighed) -> float:
    """How likely it holds the answer: log-odds above the threshold, minus infinity where nothing was found."""
    if not weighed.evidence:
        return -math.inf
    found = signals(weighed)
    if weighed.is_read:
        likely = _sum(found, _WITH_READER) - _WITH_READER_AT
        is_near = found.reading >= _READ_ENOUGH or _nearness(weighed) >= _NEAR_ENOUGH
        return likely if is_near else min(likely, 0.0) - 1.0
    return _sum(found, _WITHOUT_READER) - _WITHOUT_READER_AT


def _nearness(weighed: Weighed) -> float:
    """How near anything that was found comes to the matter, by meaning and by words; low where it is another matter."""
    by_meaning = max(max(item.hit.vector.score, item.features.meaning) for item in weighed.evidence)
    return by_meaning + 0.5 * max(item.features.nearby for item in weighed.evidence)


def signals(weighed: Weighed) -> Signals:
    """The signals of a question with at least one statement found."""
    best = weighed.evidence[0]
    total = sum(word.weight for word in weighed.words)
    picked = max(weighed.evidence[:_LOOKED_AT], key=lambda item: item.features.reading)
    fits = 0.5
    if weighed.kind not in ("other", "reason"):
        fits = float(holds(weighed.kind, picked.answer, weighed.question.standalone))
    return Signals(
        score=best.score / 10,
        reading=max(item.features.reading for item in weighed.evidence),
        read_best=best.features.reading,
        meaning=best.features.meaning,
        unknown=sum(word.weight for word in weighed.words if not word.is_known) / total if total else 1.0,
        fits=fits,
    )


def _sum(found: Signals, weights: Signals) -> float:
    return float(sum(getattr(found, f.name) * getattr(weights, f.name) for f in fields(Signals)))
