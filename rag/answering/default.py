"""`rag.answer`: one answer from the library and the backend of the settings, or from others that are named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.assistant import Assistant
from rag.answering.history import History
from rag.core.settings import Settings
from rag.core.types import Answer
from rag.search.library import Library

if TYPE_CHECKING:
    from rag.answering.models import Answerer, ChatModel


def answer(
    question: str,
    history: History | None = (),
    llm: str | ChatModel | Answerer | None = None,
    library: str | Path | Library | None = None,
) -> Answer:
    """One answer from the default library and backend, or the ones named."""
    return _opened(library, llm).answer(question, history)


def _opened(library: str | Path | Library | None, llm: str | ChatModel | Answerer | None) -> Assistant:
    """An assistant for these, the one opened last where it is the same, so that its models stay loaded."""
    global _last
    settings = library.settings if isinstance(library, Library) else Settings.load()
    key = (library if library is not None else settings.library, llm or settings.llm, settings)
    last = _last  # another thread may open another one meanwhile
    if last is None or last[0] != key:
        kept = last[1].library if last is not None and last[0][::2] == key[::2] else library
        _last = last = (key, Assistant.open(kept, llm, settings))
    return last[1]


_last: tuple[tuple[object, object, Settings], Assistant] | None = None
