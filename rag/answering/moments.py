"""Dates in a text, however they are written: `22 December`, `December 22nd, 2025`, `2025-12-22`, `Monday`, `1990s`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest

_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
        "november nov|december dec".split("|"),
        start=1,
    )
    for name in names.split()
}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_SECOND = r"(?P<second>\d{1,2})(?:st|nd|rd|th)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d\d)"
_MORE_DAYS = rf"(?:\s*(?:–|-|to|and|or|,)\s*{_SECOND}(?!\d))?"
_NTH_CENTURY = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first".split(),
        start=1,
    )
}
_CENTURY = r"(?:[\s-]centur(?:y|ies)\b|(?=(?:,| and| to| or|–|-)[^.]{0,40} centur))"
_NO_COUNT = r"(?!,\d|\.\d|\s?(?:%|per\b|km\b|kilomet|miles?\b|metres?\b|meters?\b|people\b|men\b))"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_YEAR}-(?P<number>0[1-9]|1[0-2])(?:-{_DAY})?\b(?!-)",
        rf"\b{_DAY}{_MORE_DAYS}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH}\s+{_DAY}(?!\d|\s?(?:%|per\b|thousand|million)){_MORE_DAYS}(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b",
        r"\b(?P<tens>1\d\d0|20\d0)['’]?s\b",
        rf"\b(?P<century>\d{{1,2}})(?:st|nd|rd|th){_CENTURY}",
        rf"\b(?P<spelt>{'|'.join(reversed(_NTH_CENTURY))}){_CENTURY}",
        rf"(?<![\d,.$€£¥-])\b{_YEAR}\b{_NO_COUNT}",
        rf"\b(?P<weekday>{'|'.join(_DAYS)})\b",
        r"\b(?P<relative>yesterday|today|tomorrow)\b",
    )
)
# These two are words as well as months, so they count by themselves only with a capital and after such a word.
_LONE = re.compile(
    r"\b(?i:in|of|since|by|until|till|from|to|during|last|next|this|early|late|mid|before|after|between|and)[\s-]+"
    rf"(?P<name>{'|'.join(name.title() for name in sorted(_MONTHS, key=len, reverse=True))})\b(?!\s+\d)"
)
_ERA = re.compile(r"\s*(?:BC|BCE)\b")
_TO = re.compile(r"\s*(?:–|-|to|until|till)\s*")
_BETWEEN = re.compile(r"\bbetween(?:(?!\band\b)[^,;.])*\sand\s+$")
_SHORT_RANGE = re.compile(r"[–/-](\d\d)\b(?![–/-]\d)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as precise as it is given, and where it stands."""

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    decade: int | None = None
    century: int | None = None
    shift: int | None = None
    """Days from the article's own: -1 for yesterday."""
    until: int | None = None
    """The year up to which it lasts: 1931 of `from 1925 to 1931`."""

    @property
    def is_year(self) -> bool:
        """Nothing but a year, which may as well be a count."""
        return self.year is not None and self.month is None

    def agrees(self, other: Moment, written: date | None) -> bool:
        """Whether this is borne out by the other, which stands in an article of the day `written`, if known."""
        theirs = other.resolved(written)
        for name in ("month", "day"):
            mine, its = getattr(self, name), getattr(theirs, name)
            if mine is not None and mine != its:
                return False
        if self.shift is not None:
            return self.shift == other.shift or self.resolved(written).same_day(theirs)
        if self.weekday is not None and self.weekday not in (theirs.weekday, _weekday(theirs, written)):
            return False
        if self.year is not None and self.year != theirs.year:
            assumed = written.year if written and theirs.year is None and theirs.month is not None else None
            return self.year == assumed
        if self.decade is not None and self.decade not in (theirs.decade, theirs.year and theirs.year // 10 * 10):
            return False
        return self.century is None or self.century in (theirs.century, theirs.year and (theirs.year - 1) // 100 + 1)

    def lasts_over(self, other: Moment) -> bool:
        """Whether the other is a year of those that this lasts."""
        if self.year is None or self.until is None or other.year is None:
            return False
        return self.year <= other.year <= self.until

    def same_day(self, other: Moment) -> bool:
        """Whether both name the same day."""
        return self.day is not None and (self.month, self.day) == (other.month, other.day)

    def resolved(self, written: date | None) -> Moment:
        """A weekday or `yesterday` as the day it means in an article of that date; others as they are."""
        if written is None or (self.shift is None and (self.weekday is None or self.day is not None)):
            return self
        if self.shift is not None:
            day = written + timedelta(days=self.shift)
        else:
            day = written - timedelta(days=(written.weekday() - (self.weekday or 0)) % 7)
        return Moment(self.start, self.end, self.text, day.year, day.month, day.day, day.weekday())


def moments(text: str) -> list[Moment]:
    """Every date of the text, in order; a weekday beside its day is part of it."""
    taken: list[tuple[int, int]] = []
    found: list[Moment] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in taken) and _is_real(match, text):
                taken.append(match.span())
                found += _read(match, text)
    for match in _LONE.finditer(text):
        start, end = match.span("name")
        if not any(first < end and start < last for first, last in taken):
            found.append(Moment(start, end, match["name"], month=_MONTHS[match["name"].lower()]))
    return list(_lasting(text, list(_joined(text, sorted(found, key=lambda moment: moment.start)))))


def day_of(iso: str | None) -> date | None:
    """The day of an article's date; None where it is not known to the day."""
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return None


def _is_real(match: re.Match[str], text: str) -> bool:
    groups = match.groupdict()
    if any(groups.get(name) and not 1 <= int(groups[name]) <= 31 for name in ("day", "second")):
        return False
    return not (groups.get("month") and groups["month"][0].islower() and groups["month"] in ("may", "march", "mar"))


def _read(match: re.Match[str], text: str) -> Iterator[Moment]:
    groups = match.groupdict()
    span = (match.start(), match.end(), match.group())
    if groups.get("weekday"):
        yield Moment(*span, weekday=_DAYS.index(groups["weekday"].lower()))
    elif groups.get("relative"):
        yield Moment(*span, shift=("yesterday", "today", "tomorrow").index(groups["relative"].lower()) - 1)
    elif groups.get("tens"):
        yield Moment(*span, decade=int(groups["tens"]))
    elif groups.get("century") or groups.get("spelt"):
        yield Moment(
            *span, century=int(groups["century"]) if groups.get("century") else _NTH_CENTURY[groups["spelt"].lower()]
        )
    else:
        year = int(groups["year"]) if groups.get("year") else None
        if year and _ERA.match(text, match.end()):
            year = -year
        number = groups.get("number")
        month = int(number) if number else _MONTHS.get((groups.get("month") or "").lower())
        day = int(groups["day"]) if groups.get("day") else None
        yield Moment(*span, year, month, day)
        if groups.get("second"):
            yield Moment(*span, year, month, int(groups["second"]))
        short = _SHORT_RANGE.match(text, match.end())
        if year and month is None and short and int(short[1]) > year % 100:
            yield Moment(short.start(1), short.end(1), match.group() + short.group(), year // 100 * 100 + int(short[1]))


def _joined(text: str, found: Sequence[Moment]) -> Iterator[Moment]:
    """`Monday, 22 December` is one date."""
    waiting: Moment | None = None
    for moment in found:
        is_with_day = moment.day is not None and waiting is not None and waiting.weekday is not None
        if waiting is not None and is_with_day and re.fullmatch(r",?\s*(?:the\s+)?", text[waiting.end : moment.start]):
            yield Moment(
                waiting.start,
                moment.end,
                text[waiting.start : moment.end],
                moment.year,
                moment.month,
                moment.day,
                waiting.weekday,
            )
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = moment
    if waiting is not None:
        yield waiting


def _lasting(text: str, found: Sequence[Moment]) -> Iterator[Moment]:
    """The years of which another is told as the end know that."""
    for moment, following in zip_longest(found, found[1:]):
        is_range = following is not None and _TO.fullmatch(text, moment.end, following.start)
        is_range = is_range or (following is not None and _BETWEEN.search(text[: following.start]))
        if is_range and moment.year is not None and following.year is not None and moment.year < following.year:
            yield replace(moment, until=following.year)
        else:
            yield moment


def _weekday(moment: Moment, written: date | None) -> int | None:
    """The weekday of a whole date, its year taken from the article's where it has none."""
    year = moment.year or (written.year if written else None)
    try:
        return date(year, moment.month, moment.day).weekday() if year and moment.month and moment.day else None
    except ValueError:
        return None
