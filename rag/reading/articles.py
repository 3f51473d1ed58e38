"""The door: which files are articles, and what one file says."""

from __future__ import annotations

import datetime as dt
import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.core.errors import FolderError, ReadingError
from rag.core.types import Article, DateOrigin
from rag.reading.bylines import byline_in_head, paper_in_head
from rag.reading.cleaning import clean
from rag.reading.draft import Draft, decoded
from rag.reading.frontmatter import split_front_matter
from rag.reading.heads import date_in_head
from rag.reading.inferring import infer_date
from rag.reading.kickers import goes_into_title, kickers, says_kind
from rag.reading.naming import date_in_address, date_in_name
from rag.reading.outline import Block, outline
from rag.reading.rows import ROWS, Row, row_draft
from rag.reading.sentences import sentence_spans

READING_VERSION = 12  # a change of what is read of articles counts it up, and all of them are read again
LARGEST_FILE_BYTES = 50_000_000
_LONGEST_TITLE = 100
_CIRCLE = "it is a link in a circle of links."


def read_text(data: bytes) -> Draft:
    """Plain text, wrapped or not."""
    about, body = split_front_matter(decoded(data))
    cleaned = clean(body)
    return Draft(cleaned.text, about, cleaned.publisher, cleaned.left_out)


def read_markdown(data: bytes) -> Draft:
    """CommonMark with tables."""
    # Only Markdown files need the parser; so it is with the formats below.
    from rag.reading.markdown import markdown_blocks

    about, body = split_front_matter(decoded(data))
    blocks = markdown_blocks(body)
    return Draft(blocks.text, about, left_out=blocks.left_out)


def read_html(data: bytes) -> Draft:
    """A saved web page: the article in it."""
    from rag.reading.webpage import read_page

    return read_page(data)


def read_pdf(data: bytes) -> Draft:
    """The text layer of a PDF, with its pages."""
    from rag.reading.pdf import read_pages

    return read_pages(data)


def read_docx(data: bytes) -> Draft:
    """A Word document with its headings, lists and tables."""
    from rag.reading.word import read_word

    return read_word(data)


def read_eml(data: bytes) -> Draft:
    """A saved mail."""
    from rag.reading.mail import read_mail

    return read_mail(data)


# A new file type is one function above and one line here.
FORMATS: dict[str, Callable[[bytes], Draft]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".eml": read_eml,
}
# Files of many articles are in `rag.reading.rows.ROWS`.
# Read without a process of their own: nothing in them is parsed by code that can hang or crash.
PLAIN = frozenset((".txt", ".md", ".markdown"))

# How files of other kinds begin, to name what a renamed file really is.
_BEGINNINGS = (
    (b"%PDF-", "a PDF", (".pdf",)),
    (b"PK\x03\x04", "a zip archive or an office document", (".docx",)),
    (b"\xd0\xcf\x11\xe0", "an old or a protected office document", (".docx",)),
    (b"{\\rtf", "rich text (RTF)", ()),
    (b"\x89PNG", "a picture", ()),
    (b"\xff\xd8\xff", "a picture", ()),
    (b"GIF8", "a picture", ()),
    (b"\x1f\x8b", "gzip-compressed data", ()),
    (b"\x7fELF", "a program", ()),
    (b"<!doctype html", "a web page", (".html", ".htm")),
    (b"<html", "a web page", (".html", ".htm")),
)


def kinds() -> str:
    """The endings of the files that are read."""
    return ", ".join(sorted([*FORMATS, *ROWS]))


def holds_many(path: str | Path) -> bool:
    """Whether the file is one whose rows are articles."""
    return Path(path).suffix.lower() in ROWS


def article_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(source, file) of what is named like an article below the folder, sorted; hidden files are passed over.

    Not each can be read: `read_bytes` says why not. Links to folders are not followed.
    """
    if not folder.exists():
        raise FolderError(f"There is no folder {str(folder)!r}.", "Name a folder that holds articles.")
    if not folder.is_dir():
        raise FolderError(f"{str(folder)!r} is a file, not a folder.", "Name the folder that holds it.")
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise FolderError(f"The folder {str(folder)!r} cannot be read: {error.strerror}.") from error
    found = sorted((path.relative_to(folder), path) for path in _below(folder))
    yield from ((source.as_posix(), path) for source, path in found)


def _below(folder: Path) -> Iterator[Path]:
    """Without recursion, so that no depth of folders is too deep; a folder that cannot be listed stands for itself."""
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        try:
            # Word leaves a `~$` file beside each document that is open.
            entries = [entry for entry in os.scandir(place) if not entry.name.startswith((".", "~$"))]
        except OSError:
            yield place
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            # `Path.is_dir` raises for a link to where nobody may look.
            elif Path(entry.name).suffix.lower() in FORMATS | ROWS and not os.path.isdir(entry.path):  # noqa: PTH112
                yield Path(entry.path)


def read_bytes(path: Path, folder: Path | None = None) -> bytes:
    """The file's bytes, or a ReadingError that says why not; a link must not lead out of the folder."""
    if check_file(path, folder) > LARGEST_FILE_BYTES:
        raise ReadingError(f"it is larger than {LARGEST_FILE_BYTES // 1_000_000} MB.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadingError(f"it cannot be opened ({error.strerror}).") from error


def check_file(path: Path, folder: Path | None = None) -> int:
    """The size of the file in bytes, or a ReadingError for what must not be opened."""
    try:
        if folder is not None and path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
            raise ReadingError("it is a link that leads out of the folder.")
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            os.scandir(path).close()
        # A device or a pipe would never end.
        if not stat.S_ISREG(about.st_mode):
            raise ReadingError("it is not a regular file.")
        return about.st_size
    except RuntimeError as error:  # what `resolve` raises before Python 3.13
        raise ReadingError(_CIRCLE) from error
    except OSError as error:
        raise ReadingError(
            _CIRCLE if error.errno == errno.ELOOP else f"it cannot be opened ({error.strerror})."
        ) from error


def read_article(source: str, data: bytes, today: dt.date | None = None) -> Article:
    """The article in a file's bytes; `today` bounds a date that is not stated and is the real day by default.

    Nothing but a ReadingError comes out of it, whatever the bytes are.
    """
    suffix = Path(source).suffix.lower()
    with _refusing(suffix.lstrip(".")):
        return _article(source, _draft(suffix, data), date_in_name(source), today or dt.date.today())


def row_article(source: str, row: Row, today: dt.date | None = None) -> Article:
    """The article in one row of a file of many, whose name says nothing of when its rows were written."""
    with _refusing("a row"):
        return _article(source, row_draft(row), None, today or dt.date.today())


@contextmanager
def _refusing(kind: str) -> Iterator[None]:
    """Whatever goes wrong on what the file holds is a ReadingError, so that it costs this article alone."""
    try:
        yield
    except ReadingError:
        raise
    except MemoryError as error:
        raise ReadingError("it takes more memory than a file may.") from error
    except Exception as error:  # noqa: BLE001 - parsers of broken files raise whatever they like
        reason = " ".join(str(error).split())[:120]
        told = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
        raise ReadingError(f"it cannot be read as {kind} ({told}).") from error


def _article(source: str, draft: Draft, date_in_its_name: str | None, today: dt.date) -> Article:
    if not draft.text.strip():
        raise ReadingError("it holds no text.")
    about = draft.about
    # Half a character, as broken files hold them, shall fail here and not in the database.
    for words in (draft.text, about.title, about.author, about.publisher, about.url, *about.not_used, *draft.left_out):
        (words or "").encode()
    date, origin, note = _dated(draft, date_in_its_name, today)
    title = about.title or _title(draft.text)
    byline = byline_in_head(draft.text, title)
    return Article(
        source=source,
        title=title,
        text=draft.text,
        date=date,
        date_origin=origin,
        date_note=note,
        url=about.url,
        author=about.author or (byline.author if byline else None),
        publisher=about.publisher
        or draft.publisher
        or (byline.publisher if byline else None)
        or paper_in_head(draft.text),
        left_out=(*about.not_used, *draft.left_out),
        page_starts=draft.page_starts,
    )


def _draft(suffix: str, data: bytes) -> Draft:
    if suffix in ROWS:
        raise ReadingError("it holds many articles, one in each row.")
    if suffix not in FORMATS:
        raise ReadingError(f"files that end in {suffix!r} are not read, only {', '.join(sorted(FORMATS))}.")
    if not data.strip():
        raise ReadingError("it holds no text.")
    start = data[:64].lstrip().lower()
    for beginning, kind, suffixes in _BEGINNINGS:
        if start.startswith(beginning.lower()) and suffix not in suffixes:
            raise ReadingError(f"its name ends in {suffix}, but it is {kind}.")
    return FORMATS[suffix](data)


_NOTES: dict[DateOrigin, str] = {
    "front matter": "stated in the file’s front matter",
    "mail header": "stated in the mail’s header",
    "page metadata": "stated by the web page",
    "file name": "taken from the file’s name",
    "url": "taken from the article’s web address",
}


def _dated(draft: Draft, date_in_its_name: str | None, today: dt.date) -> tuple[str | None, DateOrigin, str]:
    """The first origin that has a date, the surest first; when the file was changed says nothing."""
    about = draft.about
    in_address = date_in_address(about.url or "")
    # Pages hold the dates of many things; one that is months away from the page's own address is not the article's.
    is_doubtful = draft.date_origin == "page metadata" and _are_months_apart(about.date, in_address)
    stated: tuple[tuple[DateOrigin, str | None], ...] = (
        (draft.date_origin, None if is_doubtful else about.date),
        ("file name", date_in_its_name),
        ("url", in_address),
    )
    for origin, date in stated:
        # A writer may date an article ahead; a machine that does so is wrong.
        if date and (origin == "front matter" or date <= today.isoformat()):
            note = about.date_note if origin == draft.date_origin else ""
            return date, origin, note or _NOTES[origin]
    if in_head := date_in_head(draft.text, today):
        return in_head.date, "dateline", in_head.note
    inferred = infer_date(draft.text, today)
    if inferred:
        return inferred.date, "inferred from the text", inferred.note
    return None, "unknown", "the article gives no date"


def _are_months_apart(first: str | None, second: str | None) -> bool:
    if not first or not second:
        return False
    months = [int(date[:4]) * 12 + int(date[5:7] or 0) for date in (first, second)]
    return abs(months[0] - months[1]) > 1


def _title(text: str) -> str:
    """The first heading if it stands first, else the first line, cut at a word where it is long.

    A label right above the headline goes before it: `Obituary: Wilhelmina Crane`.
    """
    blocks = outline(text)
    labels = kickers(text, blocks)
    words = _headline(text, blocks[labels])
    if labels:
        label = _headline(text, blocks[labels - 1])
        # Above a page's main heading stands whatever the page has there.
        if says_kind(label) or (goes_into_title(label) and not text.startswith("# ", blocks[labels].start)):
            words = f"{label.rstrip(':.')}: {words}"
    words = words or text.strip()
    if len(words) <= _LONGEST_TITLE:
        return words
    return words[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;:–— ") + "…"


def _headline(text: str, block: Block) -> str:
    start, end = (
        next(sentence_spans(text, block.body, block.end)) if block.kind == "paragraph" else (block.body, block.end)
    )
    return text[start:end].strip("| ")
