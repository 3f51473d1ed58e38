"""What a reasoning model thinks aloud, between `<think>` tags, is no part of its answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_OPEN = re.compile(r"<(think|thinking|reasoning)>", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_EITHER = re.compile(f"{_OPEN.pattern}|{_CLOSE.pattern}", re.IGNORECASE)
_TAGS = [f"<{slash}{name}>" for name in ("think", "thinking", "reasoning") for slash in ("", "/")]


RETRACTED = "\x18"  # a piece of its own: all that came before it was thought
"""Where the server's template writes the opening tag itself, a reply begins within a thought and only closes it."""


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without what stands between the tags, however a tag is split over pieces.

    A thought that never ends hides all that follows it; behind one that never began comes RETRACTED. Empty pieces,
    which say that a model waits, are handed on.
    """
    waiting = ""
    is_thinking = has_begun = False
    for piece in pieces:
        if not piece:
            yield piece
        waiting += piece.replace(RETRACTED, "")
        while tag := (_CLOSE if is_thinking else _EITHER if not has_begun else _OPEN).search(waiting):
            if not is_thinking and tag.group().startswith("</"):
                yield RETRACTED
                has_begun = True
                waiting = waiting[tag.end() :]
                continue
            if not is_thinking and tag.start():
                yield waiting[: tag.start()]
            waiting = waiting[tag.end() :]
            is_thinking = not is_thinking
            has_begun = True
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
