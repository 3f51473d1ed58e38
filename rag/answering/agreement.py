"""A sentence and the texts it rests on → the first thing they say differently: date, number, name, role, negation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import Literal

from rag.answering.moments import Moment, day_of, moments
from rag.answering.opposites import are_opposite
from rag.answering.quantities import Quantity
from rag.answering.relations import around_verbs, governor, may_name, places_of, sounds_together, titled
from rag.answering.wording import Word, Wording
from rag.reading.sentences import sentence_spans

About = Literal["date", "number", "name", "role", "negation"]

_NEAR_COPY = 0.6  # of a sentence's telling words that another must hold to be compared with it word by word
_MOST_REPLACED = 7  # words
_REMEMBERED_SOURCES = 64
_MUTUAL = frozenset("meet met talk talks discuss speak spoke agre marri and with between border neighbour".split())


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What the sentence says, and what the source says in its place (nothing, perhaps)."""

    about: About
    said: str
    instead: str = ""

    def __str__(self) -> str:
        verb = "names" if self.about == "name" else "says"
        said, instead = self.said.rstrip(" .,"), self.instead.rstrip(" .,")
        if instead:
            return f"It {verb} {said}; the source {verb} {instead}."
        return f"It {verb} {said}; the source does not."


class Source:
    """A text that is cited, with what its article's title and date add to it."""

    def __init__(self, text: str, title: str = "", written: str | None = None) -> None:
        self._text = text
        self._title = title
        self.written: date | None = day_of(written)
        self._date = written or ""

    @property
    def sentences(self) -> tuple[Wording, ...]:
        return _sentences(self._text)

    @property
    def whole(self) -> Wording:
        return _whole(f"{self._title}.\n{self._text}" if self._title else self._text)

    @cached_property
    def moments(self) -> list[Moment]:
        return [*self.whole.moments, *moments(self._date)]


# Sentence after sentence of an answer is held against the same few passages.


@lru_cache(maxsize=_REMEMBERED_SOURCES)
def _whole(text: str) -> Wording:
    return Wording(text)


@lru_cache(maxsize=_REMEMBERED_SOURCES)
def _sentences(text: str) -> tuple[Wording, ...]:
    lines = (line.strip("#|*- ") for line in text.splitlines())
    return tuple(Wording(line[start:end]) for line in lines for start, end in sentence_spans(line))


class Comparison:
    """One sentence held against its sources."""

    def __init__(self, sentence: str, sources: Sequence[Source]) -> None:
        self.said = Wording(sentence)
        self.sources = sources

    @cached_property
    def nearest(self) -> Wording:
        """The sentence of the sources that shares most of the words."""
        among = [sentence for source in self.sources for sentence in source.sentences] or [Wording("")]
        return max(among, key=lambda other: (self.said.share_in(other), -len(other.words)))

    @cached_property
    def share(self) -> float:
        """Of the telling words, how many any source holds."""
        content = self.said.content
        held = {stem for source in self.sources for stem in source.whole.stems}
        return len(content & held) / len(content) if content else 1.0

    @cached_property
    def _is_near_copy(self) -> bool:
        return self.said.share_in(self.nearest) >= _NEAR_COPY

    @cached_property
    def _replaced(self) -> list[tuple[list[Word], list[Word]]]:
        """Short stretches of the sentence that stand in place of others in the nearest one."""
        if not self._is_near_copy:
            return []
        mine, theirs = self.said.words, self.nearest.words
        matcher = SequenceMatcher(None, [w.stem for w in mine], [w.stem for w in theirs], autojunk=False)
        return [
            (mine[a:b], theirs[c:d])
            for tag, a, b, c, d in matcher.get_opcodes()
            if tag == "replace" and max(b - a, d - c) <= _MOST_REPLACED
        ]

    def first(self) -> Disagreement | None:
        """The first disagreement, dates before numbers before names before roles before negation."""
        ways = (self._dates, self._numbers, self._names, self._roles, self._turned_round, self._negations)
        return next((found for way in ways for found in way()), None)

    # Dates and numbers

    def _dates(self) -> Iterator[Disagreement]:
        own = self.nearest.moments
        for moment in self.said.moments:
            if not self._stands(moment):
                others = [other for other in own if not self._is_said(other) and _like(moment, other)]
                yield Disagreement("date", moment.text, others[0].text if others else "")
            elif self._is_near_copy and not self._agrees_with(moment, own):
                others = [other for other in own if not self._is_said(other) and _like(moment, other)]
                if others:
                    yield Disagreement("date", moment.text, others[0].text)

    def _stands(self, moment: Moment) -> bool:
        if any(moment.agrees(other, source.written) for source in self.sources for other in source.moments):
            return True
        return moment.is_year and any(
            moment.year in item.values for source in self.sources for item in source.whole.quantities
        )

    def _agrees_with(self, moment: Moment, others: Iterable[Moment]) -> bool:
        return any(moment.agrees(other, source.written) for source in self.sources for other in others)

    def _is_said(self, other: Moment) -> bool:
        """Whether the source's date is said in the sentence, perhaps less precisely."""
        written = next((source.written for source in self.sources), None)
        return any(mine.agrees(other, written) for mine in self.said.moments)

    def _numbers(self) -> Iterator[Disagreement]:
        held = [item for source in self.sources for item in source.whole.quantities]
        years = {moment.year for source in self.sources for moment in source.moments if moment.is_year}
        own = self.nearest.quantities
        for item in self.said.quantities:
            if item.is_slight and not self._replaces_number(item):
                continue
            others = [
                other
                for other in own
                if not any(mine.agrees(other) for mine in self.said.quantities) and item.is_ordinal == other.is_ordinal
            ]
            if (
                not any(item.agrees(other) for other in held)
                and years.isdisjoint(item.values)
                or self._is_near_copy
                and not any(item.agrees(other) for other in own)
                and others
            ):
                yield Disagreement("number", item.text, _most_like(item, others))

    def _replaces_number(self, item: Quantity) -> bool:
        return any(
            any(item.start <= word.start < item.end for word in mine)
            and any(other.start <= word.start < other.end for other in self.nearest.quantities for word in theirs)
            for mine, theirs in self._replaced
        )

    # Names and roles

    def _names(self) -> Iterator[Disagreement]:
        wholes = [source.whole for source in self.sources]
        pairs = sounds_together(self.said)
        for name in self.said.names:
            if any(whole.has_name(name) for whole in wholes) or any(
                pair in whole.sounds for pair in pairs.get(name.start, ()) for whole in wholes
            ):
                continue
            if self._spells_initials(name, wholes):
                continue
            yield Disagreement("name", name.text, self._other_name(name))
        for mine, theirs in self._replaced:
            new = [
                word
                for word in mine
                if may_name(word) and not self.nearest.has_name(word) and not self.said.is_measured(word)
            ]
            gone = [word for word in theirs if self._is_name_there(word)]
            if new and gone and not {pair for word in new for pair in pairs.get(word.start, ())} & self.nearest.sounds:
                yield Disagreement("name", _text(new), _text(gone))

    def _is_name_there(self, word: Word) -> bool:
        if word in self.nearest.names:
            return True
        inside = (other for source in self.sources for other in source.whole.names)
        return may_name(word) and word.is_first and any(other.low == word.low for other in inside)

    def _spells_initials(self, name: Word, wholes: Sequence[Wording]) -> bool:
        """Whether it is part of the long form of initials in the source: United States for US."""
        words = self.said.words
        at = words.index(name)
        small = ("of", "the", "and", "for")
        for size in (2, 3, 4, 5):
            for start in range(max(at - size + 1, 0), at + 1):
                run = words[start : start + size]
                told = [word for word in run if word.low not in small]
                # HELOC takes the o of its `of`; of shorter ones any word might be made.
                ways = [told, run] if len(run) > 3 else [told]
                short = {"".join(word.low[0] for word in way) for way in ways if len(told) > 1}
                if name in run and any(short & whole.stems for whole in wholes):
                    return True
        return False

    def _other_name(self, name: Word) -> str:
        for mine, theirs in self._replaced:
            if any(word.start == name.start for word in mine):
                return _text([word for word in theirs if self._is_name_there(word)])
        return ""

    def _roles(self) -> Iterator[Disagreement]:
        for mine, theirs in self._replaced:
            new = [
                word for word in mine if word.role and not any(word.role == other.role for other in self.nearest.words)
            ]
            gone = [word for word in theirs if word.role and not any(word.role == own.role for own in self.said.words)]
            if new and gone:
                yield Disagreement("role", _text(new), _text(gone))
        held = {word.role for source in self.sources for word in source.whole.words}
        for name, role in titled(self.said):
            if role.role in held:
                continue
            others = {
                other.role: other.text
                for source in self.sources
                for known, other in titled(source.whole)
                if known.stem == name.stem
            }
            if others:
                yield Disagreement("role", role.text, next(iter(others.values())))

    def _turned_round(self) -> Iterator[Disagreement]:
        """Two names that have changed places around what one does to the other."""
        if not self._is_near_copy:
            return
        for first, verb, second in around_verbs(self.said):
            places = [places_of(self.nearest, word) for word in (first, verb, second)]
            if any(len(found) != 1 for found in places):
                continue
            one, does, other = (found[0] for found in places)
            if not other < does < one or verb.stem in _MUTUAL:
                continue
            mine = [governor(self.said, self.said.words.index(word)) for word in (first, second)]
            theirs = [governor(self.nearest, place) for place in (one, other)]
            if any(a == b != "" for a, b in zip(mine, theirs, strict=True)):
                continue
            if (mine[1] == "by") != (theirs[0] == "by"):
                continue  # said in the passive
            yield Disagreement("role", f"{first.text} … {verb.text} … {second.text}", f"{second.text} … {first.text}")

    # Negation and opposites

    def _negations(self) -> Iterator[Disagreement]:
        if self.said.share_in(self.nearest) < 0.4:
            return
        for stem, cue in self.said.heads.items():
            if stem in self.nearest.stems and stem not in self.nearest.denied:
                yield Disagreement("negation", f"“{cue}”", "")
        for stem, cue in self.nearest.heads.items():
            if stem in self.said.stems and stem not in self.said.denied:
                yield Disagreement("negation", "so", f"“{cue}”")
        for mine, theirs in self._replaced:
            yield from self._opposites(mine, theirs)

    def _opposites(self, mine: Sequence[Word], theirs: Sequence[Word]) -> Iterator[Disagreement]:
        said, there = {w.low for w in self.said.words}, {w.low for w in self.nearest.words}
        for word in mine:
            for other in theirs:
                if len(mine) + len(theirs) > 2 and (other.low in said or word.low in there):
                    continue
                if are_opposite(word.low, other.low):
                    yield Disagreement("negation", word.text, other.text)


def _like(moment: Moment, other: Moment) -> bool:
    """Whether both give the same kind of date."""
    mine = (moment.weekday is not None and moment.day is None, moment.shift is not None)
    return mine == (other.weekday is not None and other.day is None, other.shift is not None)


def _most_like(item: Quantity, others: Sequence[Quantity]) -> str:
    """The number that it may stand in place of: of its kind, and nearest in size."""
    if not others:
        return ""
    size = _size(item.values[0])
    return min(others, key=lambda o: (o.is_percent != item.is_percent, abs(_size(o.values[0]) - size))).text


def _size(value: float) -> float:
    return math.log(abs(value) + 1)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
