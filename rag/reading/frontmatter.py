"""The `---` or `+++` block at the head of a file: what its writer says about the article."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass

import yaml

from rag.core.errors import ReadingError
from rag.reading.cleaning import visible
from rag.reading.stated import as_date

_BLOCK = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML_BLOCK = re.compile(r"\A\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_OF_LIST = re.compile(r"\s*- ")  # tags, which say nothing of use here
_NOTHING = ("~", "null", "Null", "NULL")  # as YAML writes it
_TOML_FIELD = re.compile(r"^[\w.-]+[ \t]*=", re.MULTILINE)
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
    not_used: tuple[str, ...] = ()
    """A line for each fact that is stated and could not be used."""


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """The front matter and the text after it; a text without a closed block is all text."""
    match = _BLOCK.match(text) or _TOML_BLOCK.match(text)
    if not match:
        return FrontMatter(), text
    fields = _fields(match["yaml"]) if match.re is _BLOCK else _toml_fields(match["toml"])
    if fields in (None, ""):
        return FrontMatter(), text[match.end() :]
    if not isinstance(fields, dict):
        return FrontMatter(), text  # two rulers with prose between them
    words = {name.lower(): _as_text(value) for name, value in fields.items() if isinstance(name, str)}
    source = words.get("source", "")
    is_link = source.startswith(("http://", "https://"))
    date = as_date(words.get("date", ""))
    return FrontMatter(
        title=words.get("title", ""),
        date=date,
        date_note=words.get("date_note", ""),
        url=_as_link(words.get("url", "")) or (source if is_link else None),
        author=words.get("author") or None,
        publisher=words.get("publisher") or (source if source and not is_link else None),
        not_used=not_understood(words.get("date", ""), date),
    ), text[match.end() :]


def _fields(block: str) -> object:
    try:
        # Every value as its own words: YAML's guesses at types are of no use here, and some of them fail.
        return yaml.load(block.replace("\t", " "), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        # `title: Libya: what next` is no YAML, and yet says plainly what it means.
        lines = [line.rstrip() for line in block.split("\n") if line.strip() and not _OF_LIST.match(line)]
        if lines and all(
            _FIELD.fullmatch(line) and not line.endswith(("[", "{", "|", ">", "&", "*")) for line in lines
        ):
            return {found["name"]: found["value"] or "" for line in lines if (found := _FIELD.fullmatch(line))}
        reason = " ".join(str(error).split())
        raise ReadingError(f"its front matter is not valid YAML ({reason}); put the value there in quotes.") from error


def _toml_fields(block: str) -> object:
    """The prose itself where there is no more between two rulers."""
    if not _TOML_FIELD.search(block):
        return block
    try:
        return tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReadingError(f"its front matter is not valid TOML ({error}); put the value there in quotes.") from error


def _as_text(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        # Plain words only: nested aliases of YAML can unfold to gigabytes.
        value = ", ".join(item for item in value if isinstance(item, str))
    return " ".join(visible(value).split()) if isinstance(value, str) and value not in _NOTHING else ""


def not_understood(said: str, date: str | None) -> tuple[str, ...]:
    """The line that tells of a date that could not be taken for one."""
    return (f"date that is not understood: {said}",) if said and date is None else ()


def _as_link(value: str) -> str | None:
    """Only web addresses: a `javascript:` link from an article must never become live."""
    return value if value.startswith(("http://", "https://")) else None
