"""What a reasoning model thinks aloud, between `<think>` tags, is no part of its answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_OPEN = re.compile(r"<(think|thinking|reasoning)>", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_TAGS = [f"<{slash}{name}>" for name in ("think", "thinking", "reasoning") for slash in ("", "/")]


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without what stands between the tags, however a tag is split over pieces.

    A thought that never ends hides all that follows it. Empty pieces, which say that a model waits, are handed on.
    """
    waiting = ""
    is_thinking = False
    for piece in pieces:
        if not piece:
            yield piece
        waiting += piece
        while tag := (_CLOSE if is_thinking else _OPEN).search(waiting):
            if not is_thinking and tag.start():
                yield waiting[: tag.start()]
            waiting = waiting[tag.end() :]
            is_thinking = not is_thinking
        ready = _ready(waiting)
        if ready and not is_thinking:
            yield waiting[:ready]
        waiting = waiting[ready:]
    if waiting and not is_thinking:
        yield waiting


def _ready(text: str) -> int:
    """How much of the text can no longer become part of a tag."""
    start = text.rfind("<")
    if start >= 0 and any(tag.startswith(text[start:].lower()) for tag in _TAGS):
        return start
    return len(text)
