"""Who holds an office is asked of one country or body; a statement may name the holder of another's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering.wording import ROLES, Word, Wording, is_root
from rag.library.countries import countries
from rag.library.names import is_one_name
from rag.library.words import QUESTION_WORDS

_ASKS_WHO_HOLDS = re.compile(
    r"\W*(?:who(?:’s|'s| (?:is|was|are|were))|(?:(?:what|which) (?:is|was) )?(?:the )?names? of)\s+(?:the\s+)?",
    re.IGNORECASE,
)

_OWNS = re.compile(r"(?:['’]s?)?\s+")
_OF = re.compile(r"\s+(?:of|at|for)\s+(?:the\s+)?(?P<name>[^\W\d_a-z]\w*(?:(?:['’]s?)?[ -][^\W\d_a-z]\w*)*)")
_IS_NOW = re.compile(r"\W*who(?:['’]s| is)\b", re.IGNORECASE)
_HELD_BY = re.compile(r"(?:,| –| -)? [^\W\d_a-z]\w+ [^\W\d_a-z]")
_GOES_ON = re.compile(r"['’]|\s+[^\W\d_a-z]")  # with whom it is, or what is theirs

# With one of these that was not asked for it is another office.
_ANOTHER = frozenset(
    "deputy vice assistant foreign premier defence finance interior trade energy health education".split()
)


@dataclass(frozen=True, slots=True)
class Office:
    """`Russia's deputy foreign minister`: what it is, and whose."""

    roles: frozenset[str]
    """Deputy, foreign, minister."""
    whose: tuple[Word, ...]
    """The words of the name; none where it stands without."""
    start: int
    end: int

    def is_kind_of(self, other: Office) -> bool:
        """Whether both are ministers, say."""
        return bool(self.roles & other.roles & ROLES)


def of_another(question: Wording, said: Wording) -> Iterator[tuple[str, str]]:
    """The office that is asked for, and the same of another in the statement, or another, where it names no other."""
    opening = _ASKS_WHO_HOLDS.match(question.text)
    asked = next((office for office in _offices(question) if opening and office.start == opening.end()), None)
    if asked is None or _GOES_ON.match(question.text, asked.end):
        return
    near = [office for office in _offices(said) if office.is_kind_of(asked)]
    same = [office for office in near if office.whose and office.roles == asked.roles]
    if same and asked.whose and all(office.whose for office in near):  # else the one without a name may be it
        places = countries(question.text) | countries(said.text)
        if not any(_are_same(asked.whose, office.whose, places) for office in same):
            yield question.text[asked.start : asked.end], said.text[same[0].start : same[0].end]
    another = _ANOTHER | {"former"} if _IS_NOW.match(question.text) else _ANOTHER
    if near and all(
        (office.roles - asked.roles) & another and _HELD_BY.match(said.text, office.end) for office in near
    ):
        yield question.text[asked.start : asked.end], said.text[near[0].start : near[0].end]


def _offices(wording: Wording) -> Iterator[Office]:
    """Each role with a name beside it, `Egypt's foreign minister`, `the mayor of Kessa`, or without, `the mayor`."""
    words = wording.words
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end].role:
            end += 1
        held = words[at:end]
        if any(word.role in ROLES for word in held):
            roles = frozenset(word.role for word in held)
            before = at - 1 - (at > 0 and words[at - 1].low == "s")
            of = _OF.match(wording.text, held[-1].span[1])
            if before >= 0 and _is_name(words[before]) and _owns(wording, words[before], held[0]):
                yield Office(roles, (words[before],), words[before].start, held[-1].span[1])
            elif of:
                whose = tuple(word for word in words if of.start("name") <= word.start < of.end())
                yield Office(roles, whose, held[0].start, of.end())
            else:
                yield Office(roles, (), held[0].start, held[-1].span[1])
        at = max(end, at + 1)


def _is_name(word: Word) -> bool:
    return word.is_capital and not (word.is_first and word.low in QUESTION_WORDS)


def _owns(wording: Wording, name: Word, role: Word) -> bool:
    return _OWNS.fullmatch(wording.text, name.span[1], role.start) is not None


def _are_same(one: Sequence[Word], other: Sequence[Word], places: dict[str, str]) -> bool:
    """Whether any word of the one name is of the other."""
    return any(_is_same(mine, its, places) for mine in one for its in other)


def _is_same(one: Word, other: Word, places: dict[str, str]) -> bool:
    """Whether both speak of the same country, or are one name, or forms of it."""
    mine, its = (places.get(word.text, places.get(word.text.removesuffix("s"), "")) for word in (one, other))
    if mine and its:
        return mine == its
    return is_root(one.low, other.low) or is_one_name(one.text, other.text)
