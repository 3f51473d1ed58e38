"""Somebody by name: whether a question asks who that is, and whether a text speaks of just that person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.answering.wording import PARTICLES, ROLE_TRAITS, ROLES, Word, Wording
from rag.library.names import is_one_name
from rag.library.words import QUESTION_WORDS

Spoken = Literal["by whole name", "as another", "by surname", "nowhere"]

_ASKED = re.compile(
    r"^\W*(?:who(?:['’]s| is| was| are| were)|(?P<spoke>what (?:did|does|has))) (?P<name>[^\W\d_][\w.’' -]*?)"
    r"(?(spoke) (?:say|said|think|tell|told))[\s?.!]*$",
    re.IGNORECASE,
)
WHOLE_NAME = r"[^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+)+"
_TITLES = frozenset("mr mrs ms miss dr prof professor sir dame lord lady sheikh sheikha saint st".split())
_NO_NAMES = ROLES | ROLE_TRAITS | PARTICLES | _TITLES
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by name, as a question gives it."""

    first: str
    """Empty where only one name is given."""
    last: str
    between: int
    """Words between the two."""

    @classmethod
    def asked_after(cls, question: str) -> Person | None:
        """Of `Who is Imran Dar?` and `What did Imran Dar say?`; None where nobody is asked after by name alone.

        >>> Person.asked_after("Who is Dr Imran Dar?")
        Person(first='Imran', last='Dar', between=0)
        >>> Person.asked_after("Who is the new minister?")
        """
        asked = _ASKED.match(question)
        return cls.named(asked["name"]) if asked else None

    @classmethod
    def named(cls, name: str) -> Person | None:
        """By the name, with or without a title; None for what is none, such as an office.

        >>> Person.named("Mr Dar")
        Person(first='', last='Dar', between=0)
        """
        words = re.findall(r"[^\W_]+", name)
        names = [word for word in words if word.lower() not in _NO_NAMES]
        is_name = 0 < len(names) <= len(words) <= _MOST_WORDS and (names[0][0].isupper() or len(names) in (2, 3))
        if not is_name or any(word.lower() in QUESTION_WORDS for word in words):
            return None
        between = words.index(names[-1]) - words.index(names[0]) - 1
        return cls(names[0] if len(names) > 1 else "", names[-1], max(between, 0))

    def spoken_of(self, text: str) -> Spoken:
        """How the text speaks of the person: of Bethan Marsh, `Gwen Marsh` speaks as another."""
        words = Wording(text).words
        found: Spoken = "nowhere"
        for place, word in enumerate(words):
            if not word.is_capital or not is_one_name(word.text, self.last):
                continue
            before = words[max(place - self.between - 2, 0) : place]
            if not self.first or any(is_one_name(other.text, self.first) for other in before):
                return "by whole name"
            if found != "as another":
                found = "as another" if before and _may_be_first(before[-1]) else "by surname"
        return found


def _may_be_first(word: Word) -> bool:
    """Whether a word before a surname may be a first name: no title, office, or mere first word of a sentence."""
    return word.is_capital and not word.is_first and word.low not in _NO_NAMES | QUESTION_WORDS and not word.role
