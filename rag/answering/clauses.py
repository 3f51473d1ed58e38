"""A sentence taken apart: its values (dates, numbers, names), and the clauses or what is left of them around each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.answering.quantities import measures
from rag.answering.relations import PREPOSITIONS
from rag.answering.wording import PARTICLES, Word, Wording
from rag.library.words import QUESTION_WORDS

Span = tuple[int, int]

NO_KEYS = QUESTION_WORDS | frozenset("one ones only each per half".split())
ARTICLES = frozenset(("the", "a", "an"))
_NO_UNITS = NO_KEYS | PREPOSITIONS | frozenset("nothing free others another further within without".split())
_MOST_UNITS = 3
_VERBS = frozenset(
    "is are was were be been has have had do does did will would can could may might must should came went got gave "
    "took made won lost sold bought paid built led held ran rose fell grew began left met sent told became brought "
    "found kept spent stood wrote said broke chose drew drove fought flew hit hurt knew lay meant rode sang sat saw "
    "shot spoke stole struck taught thought threw pay pays cost costs earn earns get gets take takes live lives lie "
    "lies".split()
)
_RELATIVE = frozenset("who whom whose which where when".split())
_PRONOUNS = frozenset("he she it they".split())
_GAP = re.compile(r";\s*|,\s+(?:and\s+|but\s+)?|\s*[()]\s*|\s+[–—-]\s+|\s+(?:and|but|while|whereas)\s+")
_PAIR = re.compile(r"\b(?:between|both)\b(?:(?!\band\b)[^,;])*$")
_RANGE = re.compile(r"\s*(?:[–—-]|to|and|or)\s*(?:the\s+)?")
_RATE = re.compile(r"\s+(?:\w+\s+)?an?\s\w+$", re.IGNORECASE)  # `900 cars a day`
_LEADS_UP = (", ", "– ", "— ", "- ", ") ")
_LIFE = re.compile(r"\((?P<born>[^()–—;]*\d{4}[^()–—;]*) [–—-] (?P<died>[^()–—;]*\d{4}[^()–—;]*)\)")
_IMPLIED = {name: Wording(name).words[0] for name in ("born", "died")}


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause, or what is left of one where it leaves out what another says."""

    start: int
    end: int
    words: tuple[Word, ...]
    keys: tuple[Word, ...]
    """What it tells beside its values."""
    values: tuple[Span, ...]

    @property
    def is_full(self) -> bool:
        """Whether it has a verb of its own."""
        return any(map(is_verb, self.words))

    @property
    def topic(self) -> Word | None:
        """The first word that tells what it speaks of; none where its verb comes before, or `it` does."""
        for word in self.words:
            if is_verb(word) or (word is self.words[0] and word.low in _PRONOUNS):
                return None
            if word in self.keys and word.low not in _NO_UNITS:
                return word
        return None

    def before_verb(self) -> set[str]:
        """The stems of what it tells before its verb."""
        verb = next((word.start for word in self.words if is_verb(word)), self.end)
        return {word.stem for word in self.keys if word.start < verb}

    def with_more(self, other: Clause) -> Clause:
        """Both as one."""
        return Clause(
            self.start, other.end, self.words + other.words, self.keys + other.keys, self.values + other.values
        )


class Clauses:
    """One sentence, looked at for values like the one in a span."""

    def __init__(self, sentence: str, span: Span) -> None:
        self.text = sentence
        self.wording = Wording(sentence)
        self._measures = measures(sentence)
        for measure in self._measures:
            if overlap(span, measure):
                span = (min(span[0], measure[0]), max(span[1], measure[1]))
        for item in self.wording.quantities:
            if self.text[item.end : span[0]].isspace():
                span = (item.start, span[1])
        self.span = span
        """With all units of the measure that it is a part of, and with the number of what it names."""
        self._dates = [(moment.start, moment.end) for moment in self.wording.moments]
        forms = {"date": self._ranges(self._dates), "number": self._numbers(), "name": runs(self.wording)}
        firsts = [(value, form) for form, values in forms.items() for value in values if overlap(value, span)]
        mine, self.form = min(firsts, default=((0, 0), ""))
        self.values = tuple(value for value in forms.get(self.form, ()) if self._is_like(value, mine))
        """All of the form of what stands first in the span."""

    def stems(self, span: Span) -> set[str]:
        return {word.stem for word in self.wording.words if overlap(word.span, span)}

    def units(self, number: Span) -> list[Word]:
        """The words after it that say of what it is a number."""
        return units_at(self.wording, number[1]) if self.form == "number" else []

    def counted(self, number: Span) -> set[str]:
        """The stems of that, of a measure too."""
        return {word.stem for word in self.units(number)} | (self.stems(number) if number in self._measures else set())

    def link(self, start: int) -> str:
        """The preposition before what begins here, or the article where there is none."""
        before = self._before(start)
        if (
            before
            and before.low in ARTICLES
            and (further := self._before(before.start))
            and further.low in PREPOSITIONS
        ):
            before = further
        return before.low if before and before.low in PREPOSITIONS | ARTICLES else ""

    def parts(self, values: Sequence[Span]) -> list[Clause]:
        """The sentence's clauses, with those of its values that are given."""
        whole = [*self.values, *self._measures, *self._dates]
        gaps = [gap.span() for gap in _GAP.finditer(self.text) if not self._is_pair(gap)]
        gaps = [gap for gap in gaps if not any(overlap(gap, one) for one in whole)]
        ends = [*gaps, (len(self.text.rstrip(' .!?…"”’')), len(self.text))]
        life = _LIFE.search(self.text)
        found: list[Clause] = []
        for start, end in zip([0, *(gap[1] for gap in gaps)], (end for end, _ in ends), strict=True):
            if start >= end:
                continue
            words = tuple(word for word in self.wording.words if start <= word.start < end)
            own = tuple(value for value in values if start <= value[0] < end)
            keys = tuple(w for w in words if w.low not in NO_KEYS and not any(overlap(w.span, value) for value in own))
            implied = [word for name, word in _IMPLIED.items() if life and life.start(name) <= start < life.end(name)]
            part = Clause(start, end, words, keys + tuple(implied), own)
            if found and self._goes_on(found, part, is_of_life=bool(implied)):
                found[-1] = found[-1].with_more(part)
            else:
                found.append(part)
        return found

    def _goes_on(self, found: Sequence[Clause], part: Clause, *, is_of_life: bool) -> bool:
        """Whether it only goes on with the part before: after what leads up to a verb, with `who …`, with a name."""
        before, ahead = found[-1], self.text[: part.start]
        if is_of_life or (ahead.endswith("(") and self.form != "name"):
            return False
        opens = part.words[0].low if part.words else ""
        if opens in _RELATIVE or (opens in PREPOSITIONS and not part.values and not part.is_full):
            return True  # `… for the talks and for an office`
        leads_up = len(found) == 1 and not before.is_full and not (before.values and part.values)
        if leads_up and ahead.endswith(_LEADS_UP):
            return True
        if ahead.endswith(", ") and not part.keys and not before.values:
            return True  # `a litre of milk, at 1.29 euros, …`
        if self.form != "name":
            return False
        is_told_of = ahead.endswith(", ") and not part.is_full and not part.values
        first = next((word for word in part.words if not word.low.endswith("ly")), None)
        return is_told_of or part.values == ((part.start, part.end),) or bool(first and is_verb(first))

    def _is_pair(self, gap: re.Match[str]) -> bool:
        """`between the town and the union`, of which neither can be without the other."""
        return gap.group().strip() == "and" and bool(_PAIR.search(self.text[: gap.start()]))

    def _is_like(self, value: Span, mine: Span) -> bool:
        if self.form == "name":
            prepositions = [self.link(name[0]) for name in (value, mine)]
            one, other = (link if link in PREPOSITIONS else "" for link in prepositions)
            return one == other
        return self.form == "date" or self._are_alike(value, mine)

    def _are_alike(self, number: Span, other: Span) -> bool:
        """Whether both are measured alike; one without a unit leaves out that of one before it."""
        shares = {(item.start, item.end): "%" for item in self.wording.quantities if item.is_percent}
        measured = (shares | self._measures).items()
        kinds = [next((kind for at, kind in measured if overlap(at, one)), "") for one in (number, other)]
        first, second = (
            kind or bool(units_at(self.wording, one[1])) for kind, one in zip(kinds, (number, other), strict=True)
        )
        if first and second:
            return kinds[0] == kinds[1]
        return not (first or second) or (number < other) == bool(first)

    def _numbers(self) -> list[Span]:
        """Every number or measure; `one` and `the first` only where they stand in the span."""
        bare = [
            (item.start, item.end)
            for item in self.wording.quantities
            if not any(overlap((item.start, item.end), measure) for measure in self._measures)
            and (not (item.is_slight or item.is_ordinal) or overlap((item.start, item.end), self.span))
            and not re.match(r"-[^\W\d]", self.text[item.end :])  # `a two-storey house`
        ]
        found = sorted([*self._measures, *bare])
        rates = {two for one, two in pairwise(found) if _RATE.match(self.text, one[1], two[1])}
        return self._ranges(one for one in found if one not in rates)

    def _ranges(self, spans: Iterable[Span]) -> list[Span]:
        """`10 and 14`, `three to four hours`: one value."""
        found: list[Span] = []
        for start, end in spans:
            if found and _RANGE.fullmatch(self.text, found[-1][1], start):
                start = found.pop()[0]
            found.append((start, end))
        return found

    def _before(self, start: int) -> Word | None:
        """The word right before."""
        before = [word for word in self.wording.words if word.span[1] < start]
        return before[-1] if before and self.text[before[-1].span[1] : start].isspace() else None


def units_at(wording: Wording, start: int) -> list[Word]:
    """The few words from here on that say of what a number is."""
    return list(_units_at(wording, start))[:_MOST_UNITS]


def _units_at(wording: Wording, start: int) -> Iterator[Word]:
    for word in wording.words:
        if word.start < start:
            continue
        if wording.text[start : word.start].strip() or word.low in _NO_UNITS or is_verb(word):
            return
        yield word
        start = word.span[1]


def runs(wording: Wording) -> list[Span]:
    """Where names stand, each as a whole."""
    found: list[Span] = []
    starts = {word.start for word in wording.names}
    end = 0  # of the capitals and particles so far
    for word in wording.words:
        is_next = bool(found) and wording.text[end : word.start] in (" ", "-", ". ", "’", "'")
        if word.start in starts:
            found = [*found[:-1], (found[-1][0], word.span[1])] if is_next else [*found, word.span]
            end = word.span[1]
        elif is_next and word.low in PARTICLES:
            end = word.span[1]
    return found


def overlap(one: Span, other: Span) -> bool:
    """Whether they share a character."""
    return one[0] < other[1] and other[0] < one[1]


def is_verb(word: Word) -> bool:
    """Whether it is one of those that are common, or a regular one of the past."""
    return word.low in _VERBS or (word.low.endswith("ed") and not word.is_capital)
