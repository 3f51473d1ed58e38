"""A question → the same with its names as a passage spells them: a reader knows words by their letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.asked import Word
from rag.library.names import name_spans


def as_spelt(question: str, words: Sequence[Word], text: str) -> str:
    """The question with every name that the text spells otherwise as it stands there first.

    >>> word = Word("Shukri", "shukri", "skr", 1.0, is_known=True, is_written=False)
    >>> as_spelt("Where did Shukri go?", [word], "Sameh Shoukry left for Moscow.")
    'Where did Shoukry go?'
    """
    names: dict[str, str] = {}
    for start, end, key in name_spans(text):
        names.setdefault(key, text[start:end])
    for word in words:
        if word.key in names and _may_be_name(word):
            question = _respelt(question, word.text, names[word.key], text)
    return question


def _may_be_name(word: Word) -> bool:
    """A word in small letters that the library knows is none, whatever name it sounds like."""
    return word.text[0].isupper() or not word.is_written


def _respelt(question: str, name: str, spelt: str, text: str) -> str:
    """The question with the name, in one word or in parts, spelt otherwise, unless the text has it as it is asked."""
    letters = "[ '’-]?".join(map(re.escape, name))
    found = re.search(rf"\b{letters}\b", question, re.IGNORECASE)
    if found is None or re.search(rf"\b{re.escape(found.group())}\b", text, re.IGNORECASE):
        return question
    return question[: found.start()] + spelt + question[found.end() :]
