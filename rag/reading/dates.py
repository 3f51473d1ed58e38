"""When an article without a stated date was written, as far as its own words give it away."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

_MONTHS = ("january", "february", "march", "april", "may", "june",
           "july", "august", "september", "october", "november", "december")  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|" \
         r"aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"  # fmt: skip
_WEEKDAY_DATE = re.compile(
    rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)}),?\s+{_MONTH}\s+(?P<day>\d{{1,2}})\b(?:,?\s+(?P<year>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(rf"\b{_MONTH}\s+(?:\d{{1,2}},\s+)?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})\b(?!,?\s+(?:19|20)\d\d|\d)", re.IGNORECASE)
_AHEAD = re.compile(r"\b(?:scheduled|planned|due|by|until|before|expected|will|in time)\b[^.]{0,30}$", re.IGNORECASE)

_EARLIEST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class InferredDate:
    """An ISO date as precise as the text allows, and the words it was inferred from."""

    date: str
    note: str


def infer_date(text: str, today: dt.date) -> InferredDate | None:
    """From a weekday with its day, or from the latest month named with a year; None rather than a guess."""
    return _from_weekday(text, today) or _from_month_and_year(text, today)


def _from_weekday(text: str, today: dt.date) -> InferredDate | None:
    """`Monday, December 22` fits one year in six; the latest that is not in the future is taken."""
    match = _WEEKDAY_DATE.search(text)
    if not match:
        return None
    month, day = _month(match["month"]), int(match["day"])
    weekday = _WEEKDAYS.index(match["weekday"].casefold())
    years = [int(match["year"])] if match["year"] else range(today.year, _EARLIEST_YEAR, -1)
    for year in years:
        try:
            candidate = dt.date(year, month, day)
        except ValueError:
            continue
        if candidate.weekday() == weekday and candidate <= today:
            how = "stated" if match["year"] else f"of the years it fits, {year} is the latest"
            return InferredDate(candidate.isoformat(), f"inferred from “{match.group()}” in the text: {how}")
    return None


def _from_month_and_year(text: str, today: dt.date) -> InferredDate | None:
    """`October 2013` is a lower bound; days named without a year (`Nov. 8`) then tell the month."""
    named = [
        (int(match["year"]), _month(match["month"]), match.group())
        for match in _MONTH_YEAR.finditer(text)
        if not _AHEAD.search(text[max(match.start() - 60, 0) : match.start()])
    ]
    named = [entry for entry in named if (entry[0], entry[1]) <= (today.year, today.month)]
    if not named:
        return None
    year, month, words = max(named)
    days = Counter(_month(match["month"]) for match in _MONTH_DAY.finditer(text))
    if not days:
        return InferredDate(str(year), f"inferred: the latest month that the text names is {words}")
    likely, _ = days.most_common(1)[0]
    likely_year = year if likely >= month else year + 1
    if (likely_year, likely) > (today.year, today.month) or (likely_year - year) * 12 + likely - month > 6:
        return InferredDate(str(year), f"inferred: the latest month that the text names is {words}")
    name = _MONTHS[likely - 1].capitalize()
    return InferredDate(
        f"{likely_year}-{likely:02}", f"inferred: days in {name} are named without a year, after {words}"
    )


def _month(word: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, start=1) if name.startswith(word.casefold().rstrip(".")[:3]))
