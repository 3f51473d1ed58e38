"""A date as a writer or a program states it → ISO 8601."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from email.utils import parsedate_to_datetime

_FORMS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y", "%Y/%m/%d", "%d.%m.%Y", "%Y.%m.%d")
_ISO = re.compile(r"(?P<date>\d{4}-\d\d-\d\d)(?:\D.*)?|(?P<month>\d{4}(?:-\d\d)?)(?:[T ]\d\d:?\d\d.*)?")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:\d{6})?")
_SLASHED = re.compile(r"(?P<one>\d{1,2})(?P<sign>[/-])(?P<two>\d{1,2})(?P=sign)(?P<year>\d{4})(?:\D.*)?")
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?")
_HOUR = re.compile(r"(?<=\d\.\d{4})[ ,T]\s*\d{1,2}[:.]\d\d.*")  # behind 17.05.2024
_MONTH_YEAR_FORMS = ("%B %Y", "%b %Y")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
# A month by its name, in whatever language, with its year, and no `03/04`: dateparser takes more than that for dates.
_NAMED = re.compile(r"(?!.*\d[/.-]\d)(?=.*[^\W\d_]{3})(?=.*(?<!\d)(?:19|20)\d\d(?!\d)).{6,40}")


def as_date(value: str) -> str | None:
    """ISO 8601 in day, month or year precision; None for a date that can be read in two ways, or in none."""
    value = _HOUR.sub("", _ORDINAL.sub("", value.strip()))
    if match := _ISO.fullmatch(value):
        return _checked(match["date"] or match["month"])
    if match := _COMPACT.fullmatch(value):
        return _checked(f"{match['year']}-{match['month']}-{match['day']}")
    if _EPOCH.fullmatch(value):
        seconds = float(value)
        return _day(dt.datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, tz=dt.UTC))
    if match := _SLASHED.fullmatch(value):
        one, two = int(match["one"]), int(match["two"])
        # 03/04/2025 is in March to some and in April to others.
        month, day = (one, two) if two > 12 or one == two else (two, one)
        is_clear = one > 12 or two > 12 or one == two
        return _checked(f"{match['year']}-{month:02}-{day:02}") if is_clear else None
    for form in _FORMS:
        try:
            return _day(dt.datetime.strptime(value, form))
        except ValueError:
            continue
    for form in _MONTH_YEAR_FORMS:
        try:
            return _day(dt.datetime.strptime(value, form))[:7]
        except ValueError:
            continue
    try:
        return _day(parsedate_to_datetime(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return _in_any_language(value) if _NAMED.fullmatch(value) else None


def _in_any_language(value: str) -> str | None:
    """`22 décembre 2025`, `Montag, 22. Dezember 2025, 8 Uhr`, `diciembre de 2025`."""
    # No `yesterday`, and no seconds since 1970: those have been read.
    found = day_in(value, PARSERS=["absolute-time"], REQUIRE_PARTS=["year", "month"])
    if found is None:
        return None
    day, is_month = found
    return _day(day)[: 7 if is_month else 10]


def day_in(words: str, languages: Sequence[str] | None = None, **settings: object) -> tuple[dt.datetime, bool] | None:
    """What dateparser with these settings makes of the words, and whether they say no more than the month."""
    import dateparser.date  # with what it makes of time zones two thirds of a second, and this is for few

    try:
        found = dateparser.date.DateDataParser(languages=languages, settings=settings).get_date_data(words)
    except (ValueError, OverflowError, RecursionError):
        return None
    return None if found.date_obj is None else (found.date_obj, found.period == "month")


def _day(moment: dt.datetime) -> str:
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02}"


def _checked(iso: str) -> str | None:
    """The date if the calendar has it."""
    try:
        dt.date.fromisoformat(f"{iso}-01-01"[:10] if len(iso) < 10 else iso)
    except ValueError:
        return None
    return iso
