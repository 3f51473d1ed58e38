"""What names give away: the date in a file's name or an address, and names that no report could show."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from urllib.parse import urlsplit

_EARLIEST_YEAR = 1990
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
_PATTERNS = (
    re.compile(rf"(?<![^-_. /(]){_YEAR}(?P<gap>[-_/.]){_MONTH}(?P=gap){_DAY}(?!\d)"),
    re.compile(rf"(?<=/){_YEAR}/(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12]\d|3[01])(?=/|[-_])"),
    re.compile(rf"(?<![^-_. /]){_YEAR}{_MONTH}{_DAY}(?![^-_. /T])"),
    re.compile(rf"(?<=/){_YEAR}/{_MONTH}(?=/)"),
    re.compile(rf"(?<![^/]){_YEAR}[-_]{_MONTH}(?=[-_. ][^\d]|$)"),
)


def date_in_name(path: str) -> str | None:
    """The ISO date in a path such as `2024-05-17-title.html` or `2024/05/17/title.html`; None where it is not plain."""
    return _date(f"/{path}")


def date_in_address(url: str) -> str | None:
    """The ISO date in the path of a web address such as `https://wheat.example/2024/05/17/title`."""
    try:
        return _date(urlsplit(url).path)
    except ValueError:
        return None


def _date(path: str) -> str | None:
    """Two different dates cancel each other: a wrong guess is worse than none."""
    for pattern in _PATTERNS:
        found = {_iso(match) for match in pattern.finditer(path)} - {None}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _iso(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    year, month, day = int(parts["year"]), int(parts["month"]), parts.get("day")
    if year < _EARLIEST_YEAR:
        return None
    if day is None:
        # `2011-12` may as well be a season; `2024-05` cannot.
        is_season = "/" not in match.group() and month > year % 100
        return None if is_season else f"{year}-{month:02}"
    try:
        return dt.date(year, month, int(day)).isoformat()
    except ValueError:
        return None


def trouble_in_name(path: str) -> str:
    """Why a file of this name cannot be an article, as the end of a sentence; an empty string when it can."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8; give it another name."
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in path):
        return "its name holds a line end or a control character; give it another name."
    return ""


def shown(path: str) -> str:
    """The path on one line, in characters that every terminal can show."""
    printable = path.encode("utf-8", "backslashreplace").decode()
    return "".join(
        character if unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp") else repr(character)[1:-1]
        for character in printable
    )
