"""The `---` block at the head of a file: what its writer says about the article."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import yaml

from rag.core.errors import ReadingError

_BLOCK = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ISO_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields we know; others in the block are passed over."""

    title: str = ""
    date: str | None = None
    date_note: str = ""
    url: str | None = None
    author: str | None = None
    publisher: str | None = None


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """The front matter and the text after it; a text without a closed block is all text."""
    match = _BLOCK.match(text)
    if not match:
        return FrontMatter(), text
    try:
        # Every value as its own words: YAML's guesses at types are of no use here, and some of them fail.
        fields = yaml.load(match["yaml"], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise ReadingError(f"its front matter is not valid YAML ({reason}).") from error
    if fields in (None, ""):
        return FrontMatter(), text[match.end() :]
    if not isinstance(fields, dict):
        return FrontMatter(), text  # two rulers with prose between them
    words = {name.lower(): _as_text(value) for name, value in fields.items() if isinstance(name, str)}
    source = words.get("source", "")
    is_link = source.startswith(("http://", "https://"))
    return FrontMatter(
        title=words.get("title", ""),
        date=_as_date(words.get("date", "")),
        date_note=words.get("date_note", ""),
        url=_as_link(words.get("url", "")) or (source if is_link else None),
        author=words.get("author") or None,
        publisher=words.get("publisher") or (source if source and not is_link else None),
    ), text[match.end() :]


def _as_text(value: object) -> str:
    if isinstance(value, list):
        # Plain words only: nested aliases of YAML can unfold to gigabytes.
        return ", ".join(item for item in value if isinstance(item, str))
    return " ".join(value.split()) if isinstance(value, str) else ""


def _as_date(value: str) -> str | None:
    """The value as ISO 8601 in day, month or year precision; anything else is an error."""
    if not value:
        return None
    iso = value[:10]
    if not _ISO_DATE.fullmatch(iso):
        raise ReadingError(f"its date {value!r} is not of the form 2025-12-22, 2025-12 or 2025.")
    if len(iso) == 10:
        try:
            dt.date.fromisoformat(iso)
        except ValueError:
            raise ReadingError(f"its date {value!r} is not a day of the calendar.") from None
    return iso


def _as_link(value: str) -> str | None:
    """Only web addresses: a `javascript:` link from an article must never become live."""
    return value if value.startswith(("http://", "https://")) else None
