"""A day as a line of an article names it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from rag.reading.stated import as_date

LONGEST_HEAD_LINE = 120  # characters
MONTHS = ("january", "february", "march", "april", "may", "june",
           "july", "august", "september", "october", "november", "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH = r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|" \
         r"aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"  # fmt: skip
# Some pages write the hour right behind the year: `March 3, 20255:02 PM`.
DAY, YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?", r"(?P<year>(?:19|20)\d\d)(?:\b|(?=\d{1,2}:\d\d))"
DAY_DATES = (
    re.compile(rf"\b{DAY}\s+(?:of )?{MONTH},?\s+{YEAR}", re.IGNORECASE),
    re.compile(rf"\b{MONTH}\s+{DAY},?\s+{YEAR}", re.IGNORECASE),
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
)
MONTH_YEAR = re.compile(rf"\b{MONTH}\s+(?:\d{{1,2}},\s+)?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
# Days as other languages and programs write them; `rag.reading.stated` reads them, and leaves what is not clear.
OTHER_FORMS = (
    re.compile(r"(?<![\d./-])\d{1,2}([./])\d{1,2}\1(?:19|20)\d\d\b(?![./-])"),
    re.compile(r"(?<![\d./-])(?:19|20)\d\d/\d\d/\d\d\b(?!/)"),
    re.compile(r"\b\d{1,2}-[^\W\d_]{3}-(?:19|20)\d\d\b"),
    re.compile(r"\b\d{1,2}\.? (?:de )?(?!of\b)[^\W\d_]{3,10}\.?(?: del?)? (?:19|20)\d\d\b"),
)
# What stands before a day that is still to come.
AHEAD = re.compile(r"\b(?:scheduled|planned|due|by|until|before|expected|will|in time)\b[^.]{0,30}$", re.IGNORECASE)
OF_A_COPY = re.compile(
    r"\b(?:retrieved|accessed|printed|downloaded|captured|archived|photo(?:graph)?s?)\b", re.IGNORECASE
)
_OTHER_DAY = re.compile(
    r"\bby (?:\d{1,2} )?$|\b(?:birth\w*|born|died|founded|established|since|until|till|before|after|from(?! the)|due|"
    r"deadline|effective|valid|expires?|starts?|begins?|next|war|fire)\b[^.]{0,30}$",
    re.IGNORECASE,
)
_PARTS = " ,–—-"  # a day from what stands before it
_SPAN = re.compile(r"\([^()]{4,30}[–—-] ?[^()]{4,30}\)")  # of a life: `(May 24, 1901 – October 22, 1985)`
_ISSUE = re.compile(rf"\b(?:spring|summer|autumn|fall|winter|no\.? ?\d{{1,3}},?)\s+{YEAR}", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b\d+[ -]min(?:ute)?s?(?: read)?\b|"
    r"\b\d{1,2}\s?(?:[:.h]\s?\d\d(?::\d\d)?)?\s?(?:[ap]\.?m\.?(?!\w))?\s?(?:GMT|UTC|BST|[CEMPW]E?[DS]?T|uhr|hrs?)?(?:[+-]\d+)?(?!\w)",
    re.IGNORECASE,
)
# Behind a day: `Molina de Aragón - 03 MAR 2025 - 05:30 CET`.
_HOUR = re.compile(
    r"[\s,–—-]+(?:at |um |à |a las )?\d{1,2}\s?[:.h]\s?\d\d\s?(?:[ap]\.?m\.?)?\s?(?:[A-Z]{2,4}|uhr|h)?$", re.IGNORECASE
)
_OF_PUBLISHING = frozenset(
    "published posted updated modified last first on at by admin the date of publication mon tue tues wed thu thur "
    "thurs fri sat sun gmt utc bst est edt pst pdt cet cest am pm uhr publié mis à jour le veröffentlicht aktualisiert "
    "am um publicado actualizado el las modifié lecture lesezeit lectura reading time read et montag dienstag mittwoch "
    "donnerstag freitag samstag sonntag".split()
)


@dataclass(frozen=True, slots=True)
class InferredDate:
    """An ISO date as precise as the text allows, and the words it was inferred from."""

    date: str
    note: str


def says_when(line: str) -> bool:
    """Whether it names a day, a month with its year, or an issue."""
    return any(pattern.search(line) for pattern in (*DAY_DATES, *OTHER_FORMS, MONTH_YEAR, _ISSUE))


def without_day(line: str) -> str:
    """The line without the day, or the month and year, that it ends in, its weekday, its hour and what parts them."""
    said = _HOUR.sub("", line)
    for pattern in (*DAY_DATES, *OTHER_FORMS, MONTH_YEAR):
        for match in pattern.finditer(said):
            if match.end() == len(said):
                before, _, last = line[: match.start()].rstrip(_PARTS).rpartition(" ")
                return before.rstrip(_PARTS) if is_weekday(last) else f"{before} {last}".strip()
    return line


def is_weekday(word: str) -> bool:
    """Whether it is the name of one, in full."""
    return word.casefold() in WEEKDAYS


def is_when_alone(line: str) -> bool:
    """Whether it says when an article was published or changed, perhaps where and to the minute, and nothing else.

    >>> is_when_alone("Published on Monday, 3 March 2025 at 09:30 GMT"), is_when_alone("They met on 3 March 2025")
    (True, False)
    """
    if len(line) > LONGEST_HEAD_LINE or not any(form.search(line) for form in (*DAY_DATES, *OTHER_FORMS)):
        return False
    for form in (*DAY_DATES, *OTHER_FORMS):
        line = form.sub(" ", line)
    rest = re.findall(r"[^\W\d_]+", _CLOCK.sub(" ", line))
    return all(word.casefold() in _OF_PUBLISHING or word.casefold() in WEEKDAYS for word in rest)


def named(words: str, today: dt.date, where: str = "at the head of the text") -> InferredDate | None:
    """The first day in the words, else the first month; none of a copy or a photograph."""
    if OF_A_COPY.search(words):
        return None
    for patterns in (DAY_DATES, OTHER_FORMS, (MONTH_YEAR,), (_ISSUE,)):
        matches = [match for pattern in patterns for match in pattern.finditer(words)]
        for match in sorted(matches, key=re.Match.start):
            date = as_date(match.group()) if patterns is OTHER_FORMS else _as_written(match.groupdict())
            in_span = any(span.start() < match.start() < span.end() for span in _SPAN.finditer(words))
            is_other = in_span or _OTHER_DAY.search(words[: match.start()])
            if date and date <= today.isoformat() and not is_other:
                return InferredDate(date, f"stated {where}: “{match.group()}”")
    return None


def _as_written(parts: dict[str, str]) -> str | None:
    """The ISO date of a year, a month and a day, as far as they are given; None for a day that no month has."""
    if "month" not in parts:
        return parts["year"]
    month = int(parts["month"]) if parts["month"].isdigit() else month_of(parts["month"])
    try:
        date = dt.date(int(parts["year"]), month, int(parts.get("day", 1)))
    except ValueError:
        return None
    return date.isoformat() if "day" in parts else f"{date:%Y-%m}"


def month_of(word: str) -> int:
    """From 1, of a name in English, whole or cut."""
    return next(i for i, name in enumerate(MONTHS, start=1) if name.startswith(word.casefold().rstrip(".")[:3]))
