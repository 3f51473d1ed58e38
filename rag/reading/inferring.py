"""When an article was written, as far as its own words give it away."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

from rag.reading.dates import AHEAD, DAY, MONTH, MONTH_YEAR, MONTHS, WEEKDAYS, YEAR, InferredDate, month_of

_WEEKDAY = rf"\b(?P<weekday>{'|'.join(WEEKDAYS)}),?\s+"
_WEEKDAY_DATES = (
    re.compile(rf"{_WEEKDAY}{MONTH}\s+(?P<day>\d{{1,2}})\b(?:,?\s+{YEAR})?", re.IGNORECASE),
    re.compile(rf"{_WEEKDAY}(?:the )?{DAY}\s+(?:of )?{MONTH}\b(?:,?\s+{YEAR})?", re.IGNORECASE),
)
_MONTH_DAY = re.compile(rf"\b{MONTH}\s+(?P<day>\d{{1,2}})\b(?!,?\s+(?:19|20)\d\d|\d)", re.IGNORECASE)
_YEAR_ALONE = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d,.]*\d)")
_LONG_PAST = re.compile(r"\b(?:last \w+ed|born|founded|established|built|laid)\b[^.]{0,30}$", re.IGNORECASE)
_SINCE = re.compile(r"\bsince ((?:19|20)\d\d)\b", re.IGNORECASE)
_EARLIEST_YEAR = 1990


def infer_date(text: str, today: dt.date) -> InferredDate | None:
    """From a weekday with its day, or from the latest month named with a year; None rather than a guess."""
    return _from_weekday(text, today) or _from_month_and_year(text, today)


def _from_weekday(text: str, today: dt.date) -> InferredDate | None:
    """`Monday, December 22` fits one year in six; the latest that is not in the future is taken."""
    found = [match for pattern in _WEEKDAY_DATES for match in pattern.finditer(text)]
    matches = [match for match in found if not _is_of_something_else(match, text)]
    if not matches:
        return None
    match = min(matches, key=re.Match.start)
    if match["year"] and _latest_year(text, today) > int(match["year"]):
        return None  # what tells of later years was written later
    month, day = month_of(match["month"]), int(match["day"])
    weekday = WEEKDAYS.index(match["weekday"].casefold())
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
        (int(match["year"]), month_of(match["month"]), match.group())
        for match in MONTH_YEAR.finditer(text)
        if not _is_of_something_else(match, text)
    ]
    named = [entry for entry in named if (entry[0], entry[1]) <= (today.year, today.month)]
    if not named:
        return None
    year, month, words = max(named)
    if any(int(since[1]) >= year for since in _SINCE.finditer(text)) or _latest_year(text, today) > year:
        return None  # `since 2013` is written later, and how much later is not known
    days = Counter(month_of(match["month"]) for match in _MONTH_DAY.finditer(text))
    if not days:
        return InferredDate(str(year), f"inferred: the latest month that the text names is {words}")
    likely, _ = days.most_common(1)[0]
    likely_year = year if likely >= month else year + 1
    if (likely_year, likely) > (today.year, today.month) or (likely_year - year) * 12 + likely - month > 6:
        return InferredDate(str(year), f"inferred: the latest month that the text names is {words}")
    name = MONTHS[likely - 1].capitalize()
    return InferredDate(
        f"{likely_year}-{likely:02}", f"inferred: days in {name} are named without a year, after {words}"
    )


def _is_of_something_else(match: re.Match[str], text: str) -> bool:
    """Whether it is the day of what is still to come, or of what is long past."""
    before = text[max(match.start() - 60, 0) : match.start()]
    return bool(AHEAD.search(before) or _LONG_PAST.search(before))


def _latest_year(text: str, today: dt.date) -> int:
    """The latest that the text tells of as past, and that is not to come; 0 for none."""
    years = (
        int(found.group())
        for found in _YEAR_ALONE.finditer(text)
        if not AHEAD.search(text[max(found.start() - 60, 0) : found.start()])
    )
    return max((year for year in years if year <= today.year), default=0)
