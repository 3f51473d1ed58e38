"""The conversation before, as a caller gives it → messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag.core.errors import QuestionError
from rag.core.types import Message

History = Sequence[Mapping[str, str] | Message]


def as_messages(history: object) -> list[Message]:
    """The conversation before; None is none."""
    if history is None:
        return []
    return [_as_message(turn) for turn in (history if isinstance(history, Iterable) else [history])]


def _as_message(turn: object) -> Message:
    if isinstance(turn, Message):
        return turn
    content = turn.get("content") if isinstance(turn, Mapping) else None
    if isinstance(turn, Mapping) and isinstance(content, str):
        content = content.encode("utf-8", "replace").decode()  # half characters, as broken text holds them
        if turn.get("role") == "user":
            return Message("user", content)
        if turn.get("role") == "assistant":
            return Message("assistant", content)
    raise QuestionError(
        f"A turn of the history is {turn!r}.",
        'Write each as {"role": "user" or "assistant", "content": "…"}.',
    )
