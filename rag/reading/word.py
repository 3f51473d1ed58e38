"""Word documents → the stored form: headings, paragraphs, lists and tables in their order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from rag.core.errors import ReadingError
from rag.reading.cleaning import laid_out, visible
from rag.reading.draft import Draft
from rag.reading.frontmatter import FrontMatter

_LARGEST_UNFOLDED = 200_000_000  # bytes: a document that unfolds to more is no article
_LARGEST_PART = 60_000_000  # of XML, which takes some twenty times its size when parsed
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_HEADING = re.compile(r"(?i)(?:heading|überschrift|titre|título)\s*(\d)")


def read_word(data: bytes) -> Draft:
    """The document's body; its title and author are those of its properties."""
    _check(data)
    # Only Word documents need it.
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document: Any = Document(io.BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise ReadingError("it is not a Word document, or a damaged one.") from error
    text = laid_out(_lines(document))
    about = document.core_properties
    # The day in the properties is often that of the template, so it is not taken for the article's.
    return Draft(text, FrontMatter(title=_words(about.title or ""), author=_author(about.author or "")))


def _check(data: bytes) -> None:
    """Refuse what must not even be unfolded."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        is_protected = _PROTECTED in data
        raise ReadingError(
            "it is protected by a password."
            if is_protected
            else "it is a document of old Word (.doc); save it as .docx."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise ReadingError("it is not a Word document, or a damaged one.") from error
    if any(part.flag_bits & 1 for part in parts):
        raise ReadingError("it is protected by a password.")
    largest = max((part.file_size for part in parts if part.filename.endswith(("xml", "rels"))), default=0)
    if sum(part.file_size for part in parts) > _LARGEST_UNFOLDED or largest > _LARGEST_PART or len(parts) > 10_000:
        raise ReadingError("it unfolds to far more than a document holds.")


def _lines(document: Any) -> Iterator[str]:
    numbers: dict[str, int] = {}
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            numbers.clear()
            yield from _rows(block)
            continue
        words = _words(block.text)
        if not words:
            continue
        name = (block.style.name or "") if block.style is not None else ""
        if match := _HEADING.match(name):
            numbers.clear()
            yield f"{'#' * max(1, min(int(match[1]), 6))} {words}"
        elif name == "Title":
            yield f"# {words}"
        elif _is_item(block, name):
            yield _item(words, name, numbers)
        else:
            numbers.clear()
            yield words


def _is_item(paragraph: Any, style: str) -> bool:
    properties = paragraph._p.pPr
    return style.startswith("List") or (properties is not None and properties.numPr is not None)


def _item(words: str, style: str, numbers: dict[str, int]) -> str:
    """Numbered where the style says so; whether other lists have numbers stands in another part, so they get dashes."""
    if not style.startswith("List Number"):
        return f"- {words}"
    numbers[style] = numbers.get(style, 0) + 1
    return f"{numbers[style]}. {words}" if numbers[style] < 1000 else f"- {words}"


def _rows(table: Any) -> Iterator[str]:
    """The first row is the header, as Word's own table styles have it; a merged cell says its words once."""
    rows = []
    is_header = len(table.rows) > 1
    for index, row in enumerate(table.rows):
        seen: set[int] = set()
        cells = []
        for cell in row.cells:
            is_new = id(cell._tc) not in seen
            seen.add(id(cell._tc))
            cells.append(_words(cell.text).replace("|", "/") if is_new else "")
            is_header = is_header and bool(index or cells[-1] or not is_new)
        rows.append(cells)
    is_header = is_header and len([cell for cell in rows[0] if cell]) > 1  # else it is the table's title
    if all(len([cell for cell in cells if cell]) < 2 for cells in rows):
        yield from (cell for cells in rows for cell in cells if cell)
        return
    for index, cells in enumerate(rows):
        if any(cells):
            yield "| " + " | ".join(cells) + " |"
            if index == 0 and is_header:
                yield "|" + "---|" * len(cells)


def _words(text: str) -> str:
    return " ".join(visible(text).split())


def _author(name: str) -> str | None:
    """The property that python-docx writes itself names no person."""
    return None if name.casefold() in ("", "python-docx", "user", "admin", "microsoft office user") else _words(name)
