"""Which column of an export says what, by the names that people give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rag.reading.cleaning import visible
from rag.reading.frontmatter import FrontMatter, not_understood
from rag.reading.stated import as_date

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


def about_row(fields: Mapping[str, str]) -> FrontMatter:
    """The facts of `known_fields` as front matter."""
    said = {fact: " ".join(visible(value).split()) for fact, value in fields.items() if fact != "text"}
    date = as_date(said.get("date", ""))
    source = said.get("publisher", "")
    is_link = source.startswith(("http://", "https://"))
    url = said.get("url", "")
    return FrontMatter(
        title=said.get("title", ""),
        date=date,
        date_note="stated in the row of the file" if date else "",
        url=url if url.startswith(("http://", "https://")) else source if is_link else None,
        author=said.get("author") or None,
        publisher=None if is_link or not source else source,
        not_used=not_understood(said.get("date", ""), date),
    )
