"""Is it in the articles at all? A decision from what search and the statements offer, before anything is said."""

from __future__ import annotations

from rag.answering.evidence import Weighed

_FLOOR = 4.5


def is_answerable(weighed: Weighed) -> bool:
    """Whether the best statement is good enough to be an answer."""
    return bool(weighed.evidence) and weighed.evidence[0].score >= _FLOOR
