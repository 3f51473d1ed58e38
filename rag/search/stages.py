"""What happens to fused hits, in order: each stage is a function from hits to hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from rag.core.types import Hit

Stage = Callable[[Sequence[Hit]], list[Hit]]
"""Takes hits best first and returns hits best first."""


def fold_copies(hits: Sequence[Hit]) -> list[Hit]:
    """Of passages with the same words only the best stays."""
    seen: set[str] = set()
    kept = []
    for hit in hits:
        words = " ".join(hit.passage.text.lower().split())
        if words not in seen:
            seen.add(words)
            kept.append(hit)
    return kept


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
