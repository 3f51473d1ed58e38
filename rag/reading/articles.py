"""The door: which files are articles, and what one file says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.core.errors import FolderError, ReadingError
from rag.core.types import Article, DateOrigin
from rag.reading.cleaning import clean
from rag.reading.dates import infer_date
from rag.reading.draft import Draft, decoded
from rag.reading.frontmatter import FrontMatter, split_front_matter
from rag.reading.outline import outline
from rag.reading.rows import ROWS, Row, row_draft
from rag.reading.sentences import sentence_spans

READING_VERSION = 1  # a change of cleaning, dates or outline counts it up, and every article is read again
LARGEST_FILE_BYTES = 50_000_000
_LONGEST_TITLE = 100


def read_text(data: bytes) -> Draft:
    """Plain text, wrapped or not."""
    about, body = split_front_matter(decoded(data))
    cleaned = clean(body)
    return Draft(cleaned.text, about, cleaned.publisher, cleaned.left_out)


def read_markdown(data: bytes) -> Draft:
    """CommonMark with tables."""
    # Only Markdown files need the parser.
    from rag.reading.markdown import markdown_blocks

    about, body = split_front_matter(decoded(data))
    return Draft(markdown_blocks(body), about)


# A new file type is one function above and one line here.
FORMATS: dict[str, Callable[[bytes], Draft]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
# Files of many articles are in `rag.reading.rows.ROWS`.


def kinds() -> str:
    """The endings of the files that are read."""
    return ", ".join(sorted([*FORMATS, *ROWS]))


def holds_many(path: str | Path) -> bool:
    """Whether the file is one whose rows are articles."""
    return Path(path).suffix.lower() in ROWS


def article_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(source, file) of every readable kind of file below the folder, sorted; hidden files are passed over."""
    if not folder.exists():
        raise FolderError(f"There is no folder {str(folder)!r}.", "Name a folder that holds articles.")
    if not folder.is_dir():
        raise FolderError(f"{str(folder)!r} is a file, not a folder.", "Name the folder that holds it.")
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise FolderError(f"The folder {str(folder)!r} cannot be read: {error.strerror}.") from error
    # A link that leads out of the folder is not part of it.
    inside = folder.resolve()
    for path in sorted(folder.rglob("*")):
        source = path.relative_to(folder)
        if path.suffix.lower() not in (FORMATS | ROWS) or any(part.startswith(".") for part in source.parts):
            continue
        if path.is_file() and path.resolve().is_relative_to(inside):
            yield source.as_posix(), path


def read_bytes(path: Path) -> bytes:
    """The file's bytes, or a ReadingError that says why not."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise ReadingError(f"it is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    except OSError as error:
        raise ReadingError(f"it cannot be opened ({error.strerror}).") from error


def read_article(source: str, data: bytes, today: dt.date | None = None) -> Article:
    """The article in a file's bytes; `today` bounds an inferred date and is the real day by default."""
    return _article(source, FORMATS[Path(source).suffix.lower()](data), today)


def row_article(source: str, row: Row, today: dt.date | None = None) -> Article:
    """The article in one row of a file of many."""
    return _article(source, row_draft(row), today)


def _article(source: str, draft: Draft, today: dt.date | None) -> Article:
    if not draft.text.strip():
        raise ReadingError("it holds no text.")
    about = draft.about
    date, origin, note = _dated(about, draft.text, today or dt.date.today())
    return Article(
        source=source,
        title=about.title or _title(draft.text),
        text=draft.text,
        date=date,
        date_origin=origin,
        date_note=note,
        url=about.url,
        author=about.author,
        publisher=about.publisher or draft.publisher,
        left_out=draft.left_out,
    )


def _dated(about: FrontMatter, text: str, today: dt.date) -> tuple[str | None, DateOrigin, str]:
    if about.date:
        return about.date, "front matter", about.date_note or "stated in the file’s front matter"
    inferred = infer_date(text, today)
    if inferred:
        return inferred.date, "inferred from the text", inferred.note
    return None, "unknown", "the article gives no date"


def _title(text: str) -> str:
    """The first heading if it stands first, else the first line, cut at a word where it is long."""
    blocks = outline(text)
    first = blocks[0]
    if first.kind == "paragraph":
        start, end = next(sentence_spans(text, first.body, first.end))
        words = text[start:end]
    else:
        words = text[first.body : first.end]
    words = words.strip("| ") or text.strip()
    if len(words) <= _LONGEST_TITLE:
        return words
    return words[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;:–— ") + "…"
