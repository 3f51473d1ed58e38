"""Passages that hold a word, to see how the articles use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from rag.library.followers import IndexDamaged
from rag.library.words import QUESTION_WORDS
from rag.search.library import Library

_READ = 12  # passages


def texts_with(library: Library, words: str) -> Iterator[str]:
    """The texts that hold the words best; none for a word that a search looks for nowhere."""
    if words.lower() in QUESTION_WORDS or library.is_empty:
        return
    library.refresh()
    with suppress(IndexDamaged):  # while it is being made nothing is known
        found = library.passages(list(library.matching(words, _READ)))
        yield from [passage.text for passage in found.values()]
