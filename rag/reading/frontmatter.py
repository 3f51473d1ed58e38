"""The `---` block at the head of a file: what its writer says about the article."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import yaml

from rag.core.errors import ReadingError

_BLOCK = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ISO_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_FIELD = re.compile(r"(?P<name>\w+):(?:[ \t]+(?P<value>.*))?")


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
    fields = _fields(match["yaml"])
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


def _fields(block: str) -> object:
    try:
        # Every value as its own words: YAML's guesses at types are of no use here, and some of them fail.
        return yaml.load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        # `title: Libya: what next` is no YAML, and yet says plainly what it means.
        lines = [line.rstrip() for line in block.split("\n") if line.strip()]
        if all(_FIELD.fullmatch(line) and not line.endswith(("[", "{", "|", ">", "&", "*")) for line in lines):
            return {found["name"]: found["value"] or "" for line in lines if (found := _FIELD.fullmatch(line))}
        reason = " ".join(str(error).split())
        raise ReadingError(f"its front matter is not valid YAML ({reason}).") from error


def _as_text(value: object) -> str:
    if isinstance(value, list):
        # Plain words only: nested aliases of YAML can unfold to gigabytes.
        return ", ".join(item for item in value if isinstance(item, str))
    return " ".join(value.split()) if isinstance(value, str) else ""


def _as_date(value: str) -> str | None:
    """The value as ISO 8601 in day, month or year precision; what cannot be taken for one is an error."""
    if not value:
        return None
    iso = value[:10]
    if not _ISO_DATE.fullmatch(iso):
        return _written_out(value)
    if len(iso) == 10:
        try:
            dt.date.fromisoformat(iso)
        except ValueError:
            raise ReadingError(f"its date {value!r} is not a day of the calendar.") from None
    return iso


def _written_out(value: str) -> str:
    """The ISO date of `22 December 2025`, `22.12.2025`, `décembre 2025`: one that can be read in one way only."""
    has_month = re.search(r"[^\W\d_]{3}", value) is not None
    read = set()
    if has_month or len(re.findall(r"\d+", value)) >= 3:
        from dateparser.date import DateDataParser  # seldom needed, and a fifteenth of a second

        for order in ("DMY", "MDY"):
            settings = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["year", "month"], "DATE_ORDER": order,
                        "PREFER_LOCALE_DATE_ORDER": False}  # fmt: skip
            try:
                found = DateDataParser(settings=settings).get_date_data(value)
            except (ValueError, OverflowError, RecursionError):
                continue
            if found.date_obj is not None:
                read.add(f"{found.date_obj:%Y-%m}" if found.period == "month" else f"{found.date_obj:%Y-%m-%d}")
    if len(read) > 1:
        either = " or ".join(sorted(read))
        raise ReadingError(f"its date {value!r} may be {either}; write it as one of these.")
    if not read:
        raise ReadingError(f"its date {value!r} is not of the form 2025-12-22, 22 December 2025, 2025-12 or 2025.")
    return read.pop()


def _as_link(value: str) -> str | None:
    """Only web addresses: a `javascript:` link from an article must never become live."""
    return value if value.startswith(("http://", "https://")) else None
