"""A statement of something else than was asked about: of another year, the first for the second, north for south.

A reader that goes by meaning takes the one for the other. Only words in the place of the question's own count, so that
little is found, and what is found is so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from rag.answering.measures import of_another_measure
from rag.answering.moments import Moment, day_of, moments
from rag.answering.nameless import of_nobody_named
from rag.answering.offices import of_another
from rag.answering.opposites import are_contrary, as_spelt_here
from rag.answering.quantities import Quantity
from rag.answering.wording import Wording
from rag.core.types import Passage
from rag.library.words import QUESTION_WORDS

_ALIKE = 0.6  # of the question's telling words that the statement holds: it says the same, but for what differs
_SOMEWHAT_ALIKE = 0.3
# Whether it is so: what the articles say instead is the answer.
_ASKS_WHETHER = re.compile(
    r"\W*(?:(?:is|are|was|were|do|does|did|has|have|had|would|could|should|must|might)(?:n['’]t)?|"
    r"will|won['’]t|can(?:['’]t|not)?|may|it is true)\b",
    re.IGNORECASE,
)
# A year from which on, or up to which, something is asked for.
_BOUND = re.compile(
    r"\b(?:after|since|before|until|till|by|from|to|between|and|than|through|beyond|past|following|preceding)\W+"
    r"(?:the\W+)?(?:(?:early|mid|late|end of|start of|beginning of|year)\W+)?$",
    re.IGNORECASE,
)
_YEARS_BY_OTHERS = re.compile(
    r"\b(?:last|next|past|previous|following|same|preceding|coming) (?:year|decade|century|season)|"
    r"\byears? (?:before|after|ago|later|earlier|on)\b|\b(?:anniversary|annual|every year|each year|a year)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?P<kind>[^\W\d_]+)-?\d+[^\W_]*\b")  # `RTX4090`, `Windows11`, `F-16`
_OF_ITS_KIND = re.compile(r"\s+(?:one\s+)?of\s+(?:the|its|their|that|this)\s+(?:kind|sort|type)\b", re.IGNORECASE)
_MOST_FOLLOWING = 2  # words
_SUPERLATIVES = frozenset(
    "largest biggest greatest smallest highest lowest tallest longest shortest deepest widest oldest youngest newest "
    "richest poorest strongest weakest heaviest fastest busiest hottest coldest wettest driest best worst most".split()
)
_IN_PLACE = frozenset("old new early late former".split())  # what is new has often come in the old one's place


@dataclass(frozen=True, slots=True)
class Contrast:
    """What was asked about, and what the statement says in its place; nothing where it is too unlike to say it of."""

    asked: str
    said: str

    def __str__(self) -> str:
        return f"What comes nearest says “{self.said}”, not “{self.asked}”." if self.said else ""


class Contrasts:
    """Finds what statements say in place of one question's words."""

    def __init__(self, question: str) -> None:
        self._question = Wording(question)
        self._around: dict[str, Wording] = {}

    def first(self, statement: str, passage: Passage) -> Contrast | None:
        """The first contrast of the question and a statement of the passage; None where it asks whether it is so."""
        if asks_whether(self._question.text):
            return None
        said = Wording(statement)
        ways = (
            self._of_times(said, passage),
            self._of_numbers(said, passage),
            self._of_words(said),
            self._of_codes(said, passage),
            self._of_ranks(said),
            (Contrast(*found) for found in of_another(self._question, said)),
            (Contrast(*found) for found in of_another_measure(self._question.text, said.text)),
            (Contrast(*found) for found in of_nobody_named(self._question.text, said.text, passage.text)),
        )
        return next((found for way in ways for found in way), None)

    def holds_years(self, statement: str) -> bool:
        """Whether it tells of years between which one lies that was asked about."""
        return any(other.lasts_over(mine) for mine in self._times for other in moments(statement))

    @cached_property
    def _times(self) -> list[Moment]:
        # The day of an event is often another than the one that is written about it, seldom the year.
        text = self._question.text
        told = [moment for moment in self._question.moments if _tells_year(moment)]
        if any(_BOUND.search(text[: moment.start]) for moment in told):
            return []
        return [replace(moment, month=None, day=None, weekday=None) for moment in told]

    def _of_times(self, said: Wording, passage: Passage) -> Iterator[Contrast]:
        """Another year than any that was asked about."""
        if not (asked := self._times):
            return
        own = [moment for moment in said.moments if _tells_year(moment)]
        text = self._text_around(passage)
        # A cell's heading may stand in a passage before.
        around = [*own, *text.moments, *moments(passage.date or "")]
        is_alike = self._question.share_in(said) >= _ALIKE
        if _bear_out(asked, around, passage) or any(str(moment.year) in text.text for moment in asked):
            # Something near it is of that time; the statement itself is not where it is so like otherwise.
            if own and is_alike and not _bear_out(asked, own, passage):
                yield Contrast(asked[0].text, own[0].text)
        elif any(map(_tells_year, around)) and not _YEARS_BY_OTHERS.search(text.text):
            yield Contrast(asked[0].text, own[0].text if own and is_alike else "")

    def _of_numbers(self, said: Wording, passage: Passage) -> Iterator[Contrast]:
        """Another place in an order, or another share."""
        asked, own = self._question.quantities, said.quantities if self._question.quantities else []
        for item in asked:
            for other in own:
                if any(one.agrees(its) for one in asked for its in (own if one is item else [other])):
                    continue
                if item.is_ordinal and other.is_ordinal:
                    counted = _next(self._question, item.end)
                    is_same = counted and (counted == _next(said, other.end) or _is_of_kind(said, other, counted))
                else:
                    # Another share of the same, where the article has not both.
                    around = self._text_around(passage).quantities
                    is_same = item.is_percent and other.is_percent and not item.is_rough
                    is_same &= self._question.share_in(said) >= _SOMEWHAT_ALIKE and not any(
                        item.agrees(its) for its in around
                    )
                if is_same:
                    yield _between(self._question, (item.start, item.end), said, (other.start, other.end))

    def _of_words(self, said: Wording) -> Iterator[Contrast]:
        """The contrary of the same; a brother for a sister."""
        mine, theirs = self._question.words, said.words
        told = {as_spelt_here(other.low) for other in theirs}
        for at, word in enumerate(mine):
            if word.stem in said.stems or as_spelt_here(word.low) in told or (at and mine[at - 1].low == "how"):
                continue
            for other in theirs:
                if other.stem in self._question.stems or not are_contrary(word.low, other.low):
                    continue
                if (
                    _next(self._question, word.span[1]) == _next(said, other.span[1]) != ""
                    and not {word.low, other.low} & _IN_PLACE
                ):
                    yield _between(self._question, word.span, said, other.span)
                elif word.role and other.role and self._question.share_in(said) >= _ALIKE:
                    yield Contrast(word.text, other.text)

    def _of_codes(self, said: Wording, passage: Passage) -> Iterator[Contrast]:
        """The A350 for the A340, where the passage does not name that one."""
        for asked in _CODE.finditer(self._question.text):
            own = [code for code in _CODE.finditer(said.text) if code["kind"].lower() == asked["kind"].lower()]
            around = self._text_around(passage).text.lower().replace("-", "")  # `Covid-19` is `Covid19`
            if own and asked.group().lower().replace("-", "") not in around:
                yield Contrast(asked.group(), own[0].group())

    def _of_ranks(self, said: Wording) -> Iterator[Contrast]:
        """The second largest for the largest."""
        for at, word in enumerate(self._question.words):
            if word.low not in _SUPERLATIVES or _is_rank(self._question, at - 1):
                continue
            places = [place for place, other in enumerate(said.words) if other.low == word.low]
            ranked = [place for place in places if _is_rank(said, place - 1) and said.words[place - 1].low != "first"]
            if ranked and ranked == places:
                yield Contrast(word.text, f"{said.words[ranked[0] - 1].text} {word.low}")

    def _text_around(self, passage: Passage) -> Wording:
        if passage.id not in self._around:
            self._around[passage.id] = Wording(f"{passage.title}\n{passage.section}\n{passage.text}")
        return self._around[passage.id]


def asks_whether(question: str) -> bool:
    """Whether yes or no would do."""
    return bool(_ASKS_WHETHER.match(question))


def _tells_year(moment: Moment) -> bool:
    """Or its decade or century."""
    return (moment.year, moment.decade, moment.century) != (None, None, None)


def _bear_out(asked: Sequence[Moment], told: Sequence[Moment], passage: Passage) -> bool:
    """Whether any of the times told is one of those asked about, or holds or lies in it."""
    written = day_of(passage.date)
    return any(mine.agrees(other, written) or _lies_in(mine, other) for mine in asked for other in told)


def _lies_in(mine: Moment, other: Moment) -> bool:
    """A year in the decade, the century or the years that are spoken of."""
    if mine.year is None:
        return False
    return other.lasts_over(mine) or other.decade == mine.year // 10 * 10 or other.century == (mine.year - 1) // 100 + 1


def _next(wording: Wording, end: int) -> str:
    """The stem of the first word from this character on; "" for one that tells nothing."""
    word = next((word for word in wording.words if word.start >= end), None)
    return "" if word is None or word.low in QUESTION_WORDS else word.stem


def _is_of_kind(wording: Wording, item: Quantity, counted: str) -> bool:
    """Whether it is the first of its kind where that is spoken of."""
    return bool(_OF_ITS_KIND.match(wording.text, item.end)) and counted in wording.stems


def _between(mine: Wording, asked: tuple[int, int], theirs: Wording, said: tuple[int, int]) -> Contrast:
    """Of these two spans, with the words behind them as far as they are the same."""
    after = [
        [word for word in wording.words if word.start >= end] for wording, (_, end) in ((mine, asked), (theirs, said))
    ]
    same = list(takewhile(lambda pair: pair[0].stem == pair[1].stem, zip(*after, strict=False)))[:_MOST_FOLLOWING]
    while same and same[-1][0].low in QUESTION_WORDS:
        same.pop()
    ends = [word.span[1] for word in same[-1]] if same else [asked[1], said[1]]
    return Contrast(mine.text[asked[0] : ends[0]].strip(), theirs.text[said[0] : ends[1]].strip())


def _is_rank(wording: Wording, at: int) -> bool:
    """Whether the word is an ordinal; none stands before the first."""
    if at < 0:
        return False
    start = wording.words[at].start
    return any(item.is_ordinal and item.start <= start < item.end for item in wording.quantities)
