"""Citewell: ask a folder of articles, and see the exact words every sentence of the answer rests on."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answering.assistant import Assistant
    from rag.answering.default import answer
    from rag.core.errors import CitewellError
    from rag.core.settings import Settings
    from rag.core.types import Answer, Article, Citation, Hit, Passage, Sentence, SyncReport
    from rag.search.library import Library

# Names are looked up when first used, so that `import rag` costs nothing (PEP 562).
_HOMES = {
    "Answer": "rag.core.types",
    "Article": "rag.core.types",
    "Assistant": "rag.answering.assistant",
    "Citation": "rag.core.types",
    "CitewellError": "rag.core.errors",
    "Hit": "rag.core.types",
    "Library": "rag.search.library",
    "Passage": "rag.core.types",
    "Sentence": "rag.core.types",
    "Settings": "rag.core.settings",
    "SyncReport": "rag.core.types",
    "answer": "rag.answering.default",
}

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "CitewellError",
    "Hit",
    "Library",
    "Passage",
    "Sentence",
    "Settings",
    "SyncReport",
    "answer",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
