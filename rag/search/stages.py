"""What happens to fused hits, in order: each stage is a function from hits to hits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from rag.core.types import Hit
from rag.library.filters import Filter

Stage = Callable[[Sequence[Hit]], list[Hit]]
"""Takes hits best first and returns hits best first."""


_WORD = re.compile(r"\w+")
_TIME_WEIGHT = 0.2  # against a score from 0 to 1: enough among equals
_SHINGLE_WORDS = 5
_LEAST_SHARE = 0.8  # of a passage's shingles that passages of near-copies must have
_MOST_NEW_WORDS = 1  # more, or a new number, may be the correction that the reader is after


def fold_copies(hits: Sequence[Hit]) -> list[Hit]:
    """Of passages with the same words only the best stays, and says in how many articles they were found.

    In near-copies of one article a passage also goes if all it says stands in better ones of other copies; what only
    one of the copies says stays.
    """
    kept: dict[str, Hit] = {}
    sources: dict[str, set[str]] = {}
    of_group: defaultdict[str, list[str]] = defaultdict(list)
    for hit in hits:
        words = " ".join(hit.passage.text.lower().split())
        told: str | None = words if words in kept else None
        if group := hit.passage.group:
            others = [other for other in of_group[group] if kept[other].passage.source != hit.passage.source]
            told = told or _told_by(words, others)
        if told is None:
            told = words
            kept[words], sources[words] = hit, set()
            if group:
                of_group[group].append(words)
        sources[told].add(hit.passage.source)
    return [
        hit if hit.copies == (copies := len(sources[words])) else replace(hit, copies=copies)
        for words, hit in kept.items()
    ]


def _told_by(words: str, others: Sequence[str]) -> str | None:
    """Which of the others tells most of it, if together they tell all of it."""
    if not others:
        return None
    new = set(_words(words)).difference(*map(_words, others))
    if len(new) > _MOST_NEW_WORDS or any(map(str.isdecimal, "".join(new))):
        return None
    own, shingles = _shingles(words), {other: _shingles(other) for other in others}
    if not own or len(own.intersection(set().union(*shingles.values()))) < _LEAST_SHARE * len(own):
        return None
    return max(others, key=lambda other: len(own & shingles[other]))


@lru_cache(maxsize=1000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


@lru_cache(maxsize=1000)
def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Each five words that follow one another."""
    words = _words(text)
    return frozenset(zip(*(words[start:] for start in range(_SHINGLE_WORDS)), strict=False))


def spread_articles(most: int) -> Stage:
    """No article has more than `most` of the first places; the rest of its hits go behind the others'."""

    def stage(hits: Sequence[Hit]) -> list[Hit]:
        count: Counter[str] = Counter()
        front: list[Hit] = []
        behind: list[Hit] = []
        for hit in hits:
            count[hit.passage.source] += 1
            (front if count[hit.passage.source] <= most else behind).append(hit)
        return front + behind

    return stage


def prefer_days(wanted: Filter) -> Stage:
    """Articles of these days are put forward a little: they tell of them more often than others do."""

    def stage(hits: Sequence[Hit]) -> list[Hit]:
        return _moved(hits, [float(wanted.fits(hit.passage.date, hit.passage.source)) for hit in hits])

    return stage


def newest_first(hits: Sequence[Hit]) -> list[Hit]:
    """Put forward the later an article is between the oldest and the newest of the hits; undated ones not at all."""
    days = [date.fromisoformat(_day(hit)).toordinal() if hit.passage.date else 0 for hit in hits]
    dated = [day for day in days if day]
    if not dated or max(dated) == min(dated):
        return list(hits)
    oldest, newest = min(dated), max(dated)
    return _moved(hits, [(day - oldest) / (newest - oldest) if day else 0.0 for day in days])


def _day(hit: Hit) -> str:
    return f"{hit.passage.date}-01-01"[:10]


def _moved(hits: Sequence[Hit], shares: Sequence[float]) -> list[Hit]:
    """Each hit's score with its share of what time may add, best first, still between 0 and 1."""
    moved = [
        replace(hit, score=(hit.score + _TIME_WEIGHT * share) / (1 + _TIME_WEIGHT))
        for hit, share in zip(hits, shares, strict=True)
    ]
    return sorted(moved, key=lambda hit: (-hit.score, hit.passage.id))


# A new stage is one function above and one line here.
STAGES: tuple[Stage, ...] = (fold_copies, spread_articles(most=6))
