"""The door: which files are articles, and what one file says."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.core.errors import FolderError, ReadingError
from rag.core.types import Article, DateOrigin
from rag.reading.cleaning import clean, visible
from rag.reading.dates import infer_date
from rag.reading.frontmatter import FrontMatter, split_front_matter
from rag.reading.outline import outline
from rag.reading.sentences import sentence_spans

READING_VERSION = 1  # a change of cleaning, dates or outline counts it up, and every article is read again
LARGEST_FILE_BYTES = 50_000_000
_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """What a format's reader takes from a file; the rest of an Article is the same for every format."""

    text: str
    """In the grammar of `rag.reading.outline`."""
    about: FrontMatter = FrontMatter()
    publisher: str | None = None
    left_out: tuple[str, ...] = ()


def read_text(data: bytes) -> Draft:
    """Plain text, wrapped or not."""
    about, body = split_front_matter(_decoded(data))
    cleaned = clean(body)
    return Draft(cleaned.text, about, cleaned.publisher, cleaned.left_out)


def read_markdown(data: bytes) -> Draft:
    """CommonMark with tables."""
    # Only Markdown files need the parser.
    from rag.reading.markdown import markdown_blocks

    about, body = split_front_matter(_decoded(data))
    return Draft(markdown_blocks(body), about)


# A new file type is one function above and one line here.
FORMATS: dict[str, Callable[[bytes], Draft]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
}


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
    # What cannot be looked into is not gone: its articles must stay in the library.
    for _ in os.walk(folder, onerror=_refuse):
        pass
    # A link that leads out of the folder is not part of it.
    inside = folder.resolve()
    for path in sorted(folder.rglob("*")):
        source = path.relative_to(folder)
        if path.suffix.lower() not in FORMATS or any(part.startswith(".") for part in source.parts):
            continue
        if path.is_file() and path.resolve().is_relative_to(inside):
            yield source.as_posix(), path


def _refuse(error: OSError) -> None:
    raise FolderError(
        f"The folder {str(error.filename)!r} cannot be read: {error.strerror}.",
        "Make it readable, or move it out of the folder of articles; nothing was changed.",
    ) from error


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
    draft = FORMATS[Path(source).suffix.lower()](data)
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


def _decoded(data: bytes) -> str:
    """The bytes as text: by byte-order mark, as UTF-8, else by a guess; binary data is refused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:8192]:
        raise ReadingError("it is binary data, not text.")
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        # Only files in an old encoding need the guess.
        from charset_normalizer import from_bytes

        guesses = from_bytes(data)
        # Western text fits many code pages; the common one is the likely one.
        western = (guess for guess in guesses if "cp1252" in guess.could_be_from_charset)
        guess = next(western, guesses.best())
        if guess is None:
            raise ReadingError("its text encoding is not one we know.") from error
        text = str(guess)
    return visible(text)
