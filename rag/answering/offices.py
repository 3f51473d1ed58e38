"""Who holds an office is asked of one country or body; a statement may name the holder of another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.answering.wording import ROLES, Word, Wording, is_root
from rag.library.countries import countries
from rag.library.names import is_one_name

_ASKS_WHO_HOLDS = re.compile(
    r"\W*(?:who(?:’s|'s| (?:is|was|are|were))|(?:(?:what|which) (?:is|was) )?(?:the )?names? of)\s+(?:the\s+)?",
    re.IGNORECASE,
)

_GOES_ON = re.compile(r"['’]|\s+[^\W\d_a-z]")  # with whom it is, or what is theirs


@dataclass(frozen=True, slots=True)
class Office:
    """`Russia's deputy foreign minister`: what it is, and whose."""

    roles: frozenset[str]
    """Deputy, foreign, minister."""
    whose: Word
    start: int
    end: int

    def is_kind_of(self, other: Office) -> bool:
        """Whether both are ministers, say."""
        return bool(self.roles & other.roles & ROLES)


def of_another(question: Wording, said: Wording) -> Iterator[tuple[str, str]]:
    """The office that is asked for and the same of another in the statement, where it names none but others'."""
    opening = _ASKS_WHO_HOLDS.match(question.text)
    asked = next((office for office in _offices(question) if opening and office.start == opening.end()), None)
    if asked is None or _GOES_ON.match(question.text, asked.end):
        return
    offices = list(_offices(said))
    same = [office for office in offices if office.roles == asked.roles]
    places = countries(question.text) | countries(said.text)
    # Where one of its kind stands without a name, it may be the one.
    unnamed = sum(word.role in asked.roles & ROLES for word in said.words) - sum(map(asked.is_kind_of, offices))
    if same and not unnamed and not any(_is_same(asked.whose, office.whose, places) for office in same):
        yield question.text[asked.start : asked.end], said.text[same[0].start : same[0].end]


def _offices(wording: Wording) -> Iterator[Office]:
    """Each role with a name right before it: `Egypt's foreign minister`, `the Russian ambassador`."""
    words = wording.words
    at = 0
    while at < len(words):
        if not words[at].role:
            at += 1
            continue
        end = at
        while end < len(words) and words[end].role:
            end += 1
        before = at - 1
        if before >= 0 and words[before].low == "s":
            before -= 1
        held = words[at:end]
        if before >= 0 and words[before].is_capital and any(word.role in ROLES for word in held):
            yield Office(frozenset(word.role for word in held), words[before], words[before].start, held[-1].span[1])
        at = end


def _is_same(one: Word, other: Word, places: dict[str, str]) -> bool:
    """Whether both speak of the same country, or are one name, or forms of it."""
    mine, its = (places.get(word.text, places.get(word.text.removesuffix("s"), "")) for word in (one, other))
    if mine and its:
        return mine == its
    return is_root(one.low, other.low) or is_one_name(one.text, other.text)
