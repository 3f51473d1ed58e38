"""What a backend has said so far, and how a stretch of an article becomes a citation."""

from __future__ import annotations

from dataclasses import dataclass

from rag.core.types import Citation, Hit, Sentence, Usage


@dataclass(frozen=True, slots=True)
class Draft:
    """A growing answer; sentences are filled in when they are judged, at the latest in the last draft."""

    text: str
    citations: tuple[Citation, ...]
    sentences: tuple[Sentence, ...] = ()
    is_refusal: bool = False
    """The model says that the passages do not answer."""
    notice: str = ""
    """What the reader should know about how it came about."""
    short: str = ""
    """The short thing asked for, where the backend is sure of it."""
    usage: Usage | None = None
    """What a model took for it; filled in when it has ended."""


def cite(hit: Hit, start: int, end: int, number: int) -> Citation:
    """The article's words from `start` to `end`, which must lie inside the hit's passage."""
    passage = hit.passage
    return Citation(
        number=number,
        source=passage.source,
        title=passage.title,
        date=passage.date,
        date_note="",
        url=None,
        quote=passage.text[start - passage.start : end - passage.start],
        start=start,
        end=end,
        page=passage.page,
    )
