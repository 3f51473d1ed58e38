"""Which column of an export says what: names as people write them, dates as programs write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from functools import lru_cache

from rag.reading.frontmatter import FrontMatter

# For each fact the names that columns have, the likeliest first.
NAMES = {
    "id": ("id", "guid", "uuid", "article_id"),
    "title": ("title", "headline", "heading", "subject"),
    "text": ("text", "body", "content", "article", "full_text", "fulltext", "article_text", "article_body",
             "articlebody"),
    "date": ("date", "published", "published_at", "publishedat", "publish_date", "publication_date", "date_published",
             "datepublished", "pub_date", "pubdate", "published_on", "created_at", "timestamp"),
    "url": ("url", "link", "href", "web_url", "source_url", "canonical_url"),
    "author": ("author", "authors", "byline", "creator", "writer"),
    "publisher": ("publisher", "source", "publication", "site", "outlet", "newspaper"),
}  # fmt: skip
TEXT_NAMES = "text, body or content"

_FORMS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y", "%Y/%m/%d", "%d.%m.%Y", "%Y.%m.%d")
_ISO = re.compile(r"(?P<date>\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[T ]\d\d:?\d\d.*)?")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:\d{6})?")
_SLASHED = re.compile(r"(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4})(?:\D.*)?")
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)


def plain_name(name: str) -> str:
    """A column's name without its capitals, spaces and signs: `Published At` is `published_at`."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower().removeprefix("\ufeff")).strip("_")


def has_text_column(names: Iterable[str]) -> bool:
    """Whether any of the columns may hold an article's text."""
    return any(plain_name(name) in NAMES["text"] for name in names)


def known_fields(row: Mapping[str, str]) -> dict[str, str]:
    """What the row says about each fact of NAMES that it has a filled column for."""
    said = ((fact, next((row[name] for name in names if row[name].strip()), "")) for fact, names in _facts(tuple(row)))
    return {fact: value for fact, value in said if value}


@lru_cache(maxsize=1000)  # nearly all rows of a file have the same columns
def _facts(columns: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each fact the columns that may say it, likeliest first; of two with one plain name the later."""
    plain = [(plain_name(column), column) for column in reversed(columns)]
    return tuple(
        (fact, tuple(column for name in names for its, column in plain if its == name)) for fact, names in NAMES.items()
    )


def about_row(fields: Mapping[str, str]) -> tuple[FrontMatter, tuple[str, ...]]:
    """The facts of `known_fields` as front matter, and a line for each that could not be used."""
    said = {fact: " ".join(value.split()) for fact, value in fields.items() if fact != "text"}
    date = as_date(said.get("date", ""))
    source = said.get("publisher", "")
    is_link = source.startswith(("http://", "https://"))
    url = said.get("url", "")
    left_out = (f"date that is not understood: {said['date']}",) if "date" in said and date is None else ()
    return FrontMatter(
        title=said.get("title", ""),
        date=date,
        date_note="stated in the row of the file" if date else "",
        url=url if url.startswith(("http://", "https://")) else source if is_link else None,
        author=said.get("author"),
        publisher=None if is_link or not source else source,
    ), left_out


def as_date(value: str) -> str | None:
    """ISO 8601 from the ways in which exports write a date; None where it can be read in two ways, or in none."""
    value = _ORDINAL.sub("", value.strip())
    if match := _ISO.fullmatch(value):
        return _checked(match["date"])
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
    try:
        return _day(parsedate_to_datetime(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _day(moment: dt.datetime) -> str:
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02}"


def _checked(iso: str) -> str | None:
    """The date if the calendar has it."""
    try:
        dt.date.fromisoformat(f"{iso}-01-01"[:10] if len(iso) < 10 else iso)
    except ValueError:
        return None
    return iso
