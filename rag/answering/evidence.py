"""Hits → the statements in them that bear on the question, each with a score and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rag.answering.asked import Word
from rag.answering.contrast import Contrast, asks_whether
from rag.answering.kinds import Kind
from rag.core.types import Hit
from rag.reading.sentences import Statement
from rag.search.followups import Question

LEAST_OF_TOPIC = 0.5  # of a topic's words, by their rarity: what holds less speaks of something else


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for a statement, each between 0 and 1."""

    meaning: float
    """Cosine of question and statement; what is to be expected of one that was too far behind to be embedded."""
    words: float
    """Share of the question's words, by weight, that the statement holds."""
    nearby: float
    """The same for the statement with its passage, section and title."""
    kind: float
    """1 if it holds the kind of thing asked for."""
    passage: float
    """The hit's score."""
    wholeness: float
    """0 for a heading or a fragment that announces something else, 1 for a statement."""
    reading: float
    """What the trained reader thinks: log-odds against "not here" made even and scaled, -1 to 1; 0 without a reader."""
    timely: float
    """1 if its article is of the time asked for, 0 if of another, 0.5 where neither is known."""


# A listwise logistic fit on questions that the reader never saw, in other words than the article's, on SQuAD and on the
# questions about the articles that ship with Citewell, all alike: benchmarks/fit_evidence.py prints it.
WITH_READER = Features(
    meaning=4.49, words=2.97, nearby=1.45, kind=1.07, passage=2.26, wholeness=1.94, reading=3.09, timely=1.87
)
# Fitted before on the questions about the articles that ship with Citewell.
WITHOUT_READER = Features(
    meaning=6.94, words=5.92, nearby=1.95, kind=2.21, passage=3.99, wholeness=2.02, reading=0.0, timely=1.88
)
NOT_READ = -1.0  # as if the reader had been sure that nothing of it answers


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement that may answer, best by `score` (a sum of weighted features; only differences matter)."""

    statement: Statement
    hit: Hit
    features: Features
    score: float
    answer: str = ""
    """The words in it that the reader takes for the answer."""
    contrast: Contrast | None = None
    """What it says in place of something that was asked about."""

    @property
    def start(self) -> int:
        return self.statement.start

    @property
    def end(self) -> int:
        return self.statement.end


@dataclass(frozen=True, slots=True)
class Weighed:
    """The question as evidence is weighed for it: its words, the kind it asks for, and the evidence, best first."""

    question: Question
    words: tuple[Word, ...]
    kind: Kind
    evidence: tuple[Evidence, ...]
    here: float | None
    """The reader's log-odds that any of it answers at all; None where no reader fits the library's embedder."""
    contrast: Contrast | None
    """What the statement that came nearest says in place of something that was asked about: it is no answer."""
    is_spoken_of: bool | None
    """Whether any of it speaks of the person that is asked after; None where that is unsure, or nobody is."""
    passages: int
    """In the whole library."""
    listing: tuple[Evidence, ...] = ()
    """The list or column that answers together where several things are asked for; else nothing."""
    digest: tuple[Evidence, ...] = ()
    """What is to be said where a summary is asked for; else nothing."""

    @property
    def asks_whether(self) -> bool:
        """Whether yes or no would do."""
        return self.question.is_claim or asks_whether(self.question.matter.standalone)


def weighted(features: Features, weights: Features) -> float:
    """The features' sum by their weights."""
    return float(sum(getattr(weights, name) * getattr(features, name) for name in Features.__dataclass_fields__))


def changed(item: Evidence, features: Features, weights: Features) -> Evidence:
    """The same with other features, and the score that they come to."""
    return replace(item, features=features, score=weighted(features, weights))


def best_first(evidence: Iterable[Evidence]) -> list[Evidence]:
    """By score; the same order in every run."""
    return sorted(evidence, key=lambda item: (-item.score, item.hit.passage.source, item.start))
