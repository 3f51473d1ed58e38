"""What is said of somebody by `he`, `she` or `I`: the name in the question stands before it in the passage."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.asked import Terms, Word
from rag.core.types import Passage
from rag.reading.interviews import guest_in
from rag.reading.sentences import Statement

_PRONOUN = re.compile(r"\b(?:he|him|his|she|hers?)\b", re.IGNORECASE)
_IN_INTERVIEW = re.compile(r"\b(?:I|(?i:me|my|mine|we|our|you|your))\b")
_CREDIT = 0.9  # of a name, against one that the statement itself holds


def meant(words: Sequence[Word], passage: Passage, statement: Statement, here: Terms) -> float:
    """The share of the question's words, by weight, that a pronoun of the statement may stand for.

    These are its names that the statement (`here`) lacks and that stand before it in the passage, or in its title; in
    an interview `I` and `you` may stand for who answers.
    """
    names = [word for word in words if word.text[:1].isupper() and not here.share(word)]
    guest = guest_in(passage.section)
    if not names or not (_PRONOUN.search(statement.text) or (guest and _IN_INTERVIEW.search(statement.text))):
        return 0.0
    before = Terms.of(f"{passage.title}\n{guest}\n{passage.text[: max(statement.start - passage.start, 0)]}")
    total = sum(word.weight for word in words)
    return _CREDIT * sum(word.weight * before.share(word) for word in names) / total if total else 0.0
