"""What happens to fused hits, in order: each stage is a function from hits to hits."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.core.types import Hit

Stage = Callable[[Sequence[Hit]], list[Hit]]
"""Takes hits best first and returns hits best first."""


_SHINGLE_WORDS = 5
_LEAST_SHARE = 0.8  # of a passage's shingles that a near-copy of its article must have in passages that stay


def fold_copies(hits: Sequence[Hit]) -> list[Hit]:
    """Of passages with the same words only the best stays, and says in how many articles they were found.

    In near-copies of one article a passage also goes if nearly all it says stands in better ones of another copy; what
    only one of the copies says stays.
    """
    kept: dict[str, Hit] = {}
    sources: dict[str, set[str]] = {}
    of_group: defaultdict[str, list[str]] = defaultdict(list)
    shingles: dict[str, set[str]] = {}
    for hit in hits:
        words = " ".join(hit.passage.text.lower().split())
        group = hit.passage.group
        own = _shingles(words) if group else set()
        told = words if words in kept else None
        if told is None and group and own:
            others = [other for other in of_group[group] if hit.passage.source != kept[other].passage.source]
            shared = [(len(own & shingles[other]), other) for other in others]
            if shared and len(own & set().union(*(shingles[other] for other in others))) >= _LEAST_SHARE * len(own):
                told = max(shared)[1]
        if told is None:
            told = words
            kept[words], sources[words], shingles[words] = hit, set(), own
            if group:
                of_group[group].append(words)
        sources[told].add(hit.passage.source)
    return [replace(hit, copies=len(sources[words])) for words, hit in kept.items()]


def _shingles(words: str) -> set[str]:
    """Each five words that follow one another."""
    listed = re.findall(r"\w+", words)
    return {" ".join(listed[at : at + _SHINGLE_WORDS]) for at in range(len(listed) - _SHINGLE_WORDS + 1)}


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


# A new stage is one function above and one line here.
STAGES: tuple[Stage, ...] = (fold_copies, spread_articles(most=6))
