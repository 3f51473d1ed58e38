"""What a search has found, from bare numbers to hits: passages are read only for those that are shown or looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.core.types import Found, Hit, Passage
from rag.search.asking import Allowed
from rag.search.fusion import Look, blended


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate before its passage is read."""

    score: float
    """0 to 1."""
    vector: Found
    words: Found
    look: Look | None
    """None where it was too far behind to be looked at closely."""


class Kept:
    """The passages that one search has read, each once, without those that are gone or may not be found."""

    def __init__(self, read: Callable[[Sequence[str]], Mapping[str, Passage]], allowed: Allowed) -> None:
        self.allowed = allowed
        self._read = read
        self._seen: dict[str, Passage | None] = {}

    def first(self, ids: Sequence[str], most: int | None = None) -> dict[str, Passage]:
        """The first so many of these, or all, in the order given."""
        step = most or max(len(ids), 1)
        found: dict[str, Passage] = {}
        for start in range(0, len(ids), step):
            some = ids[start : start + step]
            self._see([key for key in some if key not in self._seen])
            found |= {key: passage for key in some if (passage := self._seen[key]) is not None}
            if len(found) >= step:  # an index that lags behind the catalogue may name many that are gone
                break
        return dict(islice(found.items(), most))

    def _see(self, ids: Sequence[str]) -> None:
        passages = self._read(ids) if ids else {}
        for key in ids:
            passage = passages.get(key)
            self._seen[key] = passage if passage is not None and self.allowed.has(passage) else None


class Candidates:
    """All that a search has found for the wordings of a question, best first."""

    def __init__(self, rankings: Sequence[tuple[float, Mapping[str, Ranked]]], kept: Kept) -> None:
        """Each wording's weight and ranking."""
        self._kept = kept
        self._ranked = {key: its for _, ranked in reversed(rankings) for key, its in ranked.items()}
        self._scores = blended(
            *((weight, {key: its.score for key, its in ranked.items()}) for weight, ranked in rankings)
        )

    def __len__(self) -> int:
        return len(self._scores)

    def hits(self, most: int | None = None) -> list[Hit]:
        """The first so many, or all."""
        return [
            _hit(passage, self._ranked[key], self._scores[key])
            for key, passage in self._kept.first(list(self._scores), most).items()
        ]


def _hit(passage: Passage, ranked: Ranked, score: float) -> Hit:
    look = ranked.look
    return Hit(
        passage=passage,
        score=score,
        vector=ranked.vector,
        words=ranked.words,
        closeness=None if look is None else look.closeness,
        by_word=None if look is None else look.by_word,
    )
