"""The days that a question names → a range: `since March`, `last week`, `in late 2013`, `between May and July 2024`.

An article's date is not the date of what it tells. So a range only filters where the question speaks of the reporting
(`articles from last week`); anywhere else its days are merely preferred.
"""

from __future__ import annotations

import calendar
import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from rag.core.types import DateRange
from rag.reading.stated import day_in

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_COUNT = r"(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|few|couple of|several|\d{1,3})"
_UNIT = r"(?:day|week|month|year)s?"
_POINT = (
    rf"\d{{4}}-\d\d-\d\d|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?|"
    rf"(?:(?:early|mid|late)[- ])?{_MONTH}(?:,? (?:of )?\d{{4}})?\b(?! \d)|(?:(?:early|mid|late)[- ])?(?:19|20)\d\d\b|"
    rf"{_COUNT} {_UNIT} ago|yesterday|today|(?:last|this|the previous) (?:week|month|year)"
)
_NAMED = re.compile(
    rf"\b(?:(?P<between>between|from) (?P<first>{_POINT}) (?:and|to|until|till) (?P<second>{_POINT})|"
    rf"(?:in|over|during|within) the (?:last|past) (?P<span>{_COUNT} )?(?P<unit>{_UNIT})|"
    rf"(?P<before>before|until|till|up to|by) (?P<end>{_POINT})|(?P<after>since|after|from) (?P<start>{_POINT})|"
    rf"(?:(?:in|on|during|of|throughout) )(?P<within>{_POINT})|"
    rf"(?P<articles>(?:{_MONTH} )?(?:19|20)\d\d)(?= (?:articles?|news|coverage|stor(?:y|ies)|pieces?)\b)|"
    rf"(?P<alone>yesterday|(?:last|this|the previous) (?:week|month|year)|{_COUNT} {_UNIT} ago))(?![\w-])",
    re.IGNORECASE,
)
_REPORTING = re.compile(
    r"\b(?:articles?|reports?|news|coverage|stories|story|posts?|headlines?|pieces?|texts?|publications?)"
    r"(?:,? (?:published|written|posted|dated|that appeared|printed|that were published))?"
    r"(?: (?:on|about|of) (?:[\w’'-]+ ?){1,4})?\s*$|\b(?:published|written|posted|dated|printed)\s*$",
    re.IGNORECASE,
)
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
          "nine": 9, "ten": 10, "few": 3, "couple of": 2, "several": 5}  # fmt: skip
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_PLAIN = ("%Y-%m-%d", "%B %Y", "%b %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")
_THIRDS = {"early": 0, "mid": 1, "late": 2}

_NOW = re.compile(
    r"\b(?:now|nowadays|today|current|currently|presently|these days|latest|newest|most recent|at the moment)\b", re.I
)

Days = tuple[date, date]


def asks_about_now(question: str) -> bool:
    """Whether the newest article should win: the question says now, today, current or latest."""
    return bool(_NOW.search(question))


def date_range(question: str, today: date) -> DateRange | None:
    """The first range of days that the question names; None where it names none that can be read."""
    for found in _NAMED.finditer(question):
        try:
            days = _days(found, today)
        except OverflowError:  # before the calendar's first day, or after its last
            continue
        if days is None or (days[0] and days[1] and days[0] > days[1]):
            continue
        since, until = (day.isoformat() if day else None for day in days)
        is_of_articles = found["articles"] or _REPORTING.search(question[: found.start()])
        return DateRange(since, until, found.group(), is_filter=bool(is_of_articles))
    return None


def _days(found: re.Match[str], today: date) -> tuple[date | None, date | None] | None:
    if found["between"]:
        second = _point(found["second"], today)
        # `between May and July 2024`: the year stands once, for both.
        year = re.search(r"\d{4}", found["second"])
        is_whole = re.search(r"\d{4}", found["first"]) or not year
        first = _point(found["first"] if is_whole or not year else f"{found['first']} {year[0]}", today)
        return (first[0], second[1]) if first and second else None
    if found["unit"]:
        count = _count((found["span"] or "one").strip())
        return today - timedelta(days=count * _DAYS[found["unit"].lower().rstrip("s")]), today
    words = found["end"] or found["start"] or found["within"] or found["articles"] or found["alone"]
    days = _point(words, today)
    if days is None:
        return None
    if found["before"]:
        is_inside = found["before"].lower() in ("until", "till", "up to", "by")
        return None, days[1] if is_inside else days[0] - timedelta(days=1)
    if found["after"]:
        is_open = found["after"].lower() != "from" or "ago" in words
        start = days[1] + timedelta(days=1) if found["after"].lower() == "after" else days[0]
        return start, None if is_open else days[1]
    return days


def _point(words: str, today: date) -> Days | None:
    """First and last day of what these words name."""
    words = " ".join(words.lower().split())
    third = next((third for third in _THIRDS if words.startswith(third)), "")
    words = words.removeprefix(third).lstrip(" -")
    if span := re.fullmatch(r"(last|this|the previous) (week|month|year)", words):
        return _around(span[2], today, is_before=span[1] != "this")
    if re.fullmatch(r"(?:19|20)\d\d", words):
        return _third(date(int(words), 1, 1), date(int(words), 12, 31), third)
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", words.replace(" of ", " "))
    if plain := _plain_day(words):
        day, is_month = plain
        return _third(*_month_of(day), third) if is_month else (day, day)
    words = re.sub(r"\b(?:couple of|few|several)\b", lambda many: str(_WORDS[many.group()]), words)
    read = day_in(
        words,
        ["en"],
        RELATIVE_BASE=datetime.combine(today, time(12)),
        PREFER_DATES_FROM="past",
        PREFER_DAY_OF_MONTH="first",
        DATE_ORDER="YMD" if re.match(r"\d{4}-", words) else "DMY",
    )
    if read is None:
        return None
    day, is_month = read[0].date(), read[1]
    if is_month or re.fullmatch(rf"{_MONTH},?(?: \d{{4}})?", words):
        return _third(*_month_of(day), third)
    return day, day


def _plain_day(words: str) -> tuple[date, bool] | None:
    """The day of a date in full, or the first of a month with its year; whether it is a month."""
    words = words.replace(",", "").replace(".", "").replace("sept ", "sep ")
    for form in _PLAIN:
        with suppress(ValueError):
            return datetime.strptime(words, form).date(), "%d" not in form
    return None


def _month_of(day: date) -> Days:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _around(unit: str, today: date, *, is_before: bool) -> Days:
    """This or the previous week (Monday to Sunday), month or year."""
    if unit == "week":
        first = today - timedelta(days=today.weekday() + 7 * is_before)
        return first, first + timedelta(days=6)
    if unit == "year":
        year = today.year - is_before
        return date(year, 1, 1), date(year, 12, 31)
    return _month_of(today.replace(day=1) - timedelta(days=1) if is_before else today)


def _third(first: date, last: date, third: str) -> Days:
    """The early, middle or late third of a stretch of days; all of it for none."""
    if not third:
        return first, last
    size = (last - first).days + 1
    place = _THIRDS[third]
    return first + timedelta(days=size * place // 3), first + timedelta(days=size * (place + 1) // 3 - 1)


def _count(words: str) -> int:
    return int(words) if words.isdecimal() else _WORDS.get(words.lower(), 1)
