"""Files that hold many articles, read as a stream: JSON lines, CSV and TSV exports, mailboxes."""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.core.errors import ReadingError
from rag.reading.cleaning import clean, visible
from rag.reading.columns import TEXT_NAMES, about_row, has_text_column, known_fields
from rag.reading.draft import Draft, guessed_encoding
from rag.reading.fragments import is_markup, words_of_markup

_LARGEST_ROW_BYTES = 50_000_000
_LOOKED_AT_BYTES = 200_000  # to guess an encoding or a delimiter
_ROWS_WITHOUT_TEXT = 100  # of JSON lines: where all of so many have none, it is not a file of articles
_LONGEST_ID = 200
_SAYS_DELIMITER = re.compile(r"\ufeff?sep=(?P<delimiter>.?)", re.IGNORECASE)  # Excel's first line
_NOTHING = ("NaN", "nan", "NULL", "null", "None", "<NA>", "N/A")  # as exports of tables write an empty cell
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One article of many; `name` tells it from the others of its file and goes behind the `#` of its source."""

    name: str
    fields: Mapping[str, str]
    """By the facts of `rag.reading.columns.NAMES`; there is a text."""

    @property
    def digest(self) -> str:
        """The same for rows that say the same."""
        said = "\0".join(f"{fact}={value}" for fact, value in sorted(self.fields.items()))
        return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that is no article, and why."""

    name: str
    reason: str


Columns = Mapping[str, str]
Numbered = tuple[int, "Columns | str"]
"""A row's number from 1 with its columns, or with the reason why it cannot be read."""


def read_rows(path: Path) -> Iterator[Row | BrokenRow]:
    """The rows in order. ReadingError where the file, or all of it from some row on, cannot be read.

    A row is named by its id where no row before it has that id, else by its number.
    """
    given: set[str] = set()
    try:
        for number, columns in ROWS[path.suffix.lower()](path):
            fields = known_fields(columns) if isinstance(columns, Mapping) else {}
            name = _name(fields, number, given)
            if isinstance(columns, str):
                yield BrokenRow(name, columns)
            elif "text" not in fields:
                yield BrokenRow(name, "it has no text.")
            else:
                yield Row(name, fields)
    except OSError as error:
        raise ReadingError(f"it cannot be opened ({error.strerror}).") from error


def row_draft(row: Row) -> Draft:
    """The row's text cleaned, its HTML as words where it plainly is HTML, with what its other columns say."""
    text = row.fields["text"]
    cleaned = clean(words_of_markup(text) if is_markup(text) else text)
    return Draft(cleaned.text, about_row(row.fields), cleaned.publisher, cleaned.left_out)


def _name(fields: Mapping[str, str], number: int, given: set[str]) -> str:
    own = " ".join(visible(fields.get("id", "")).split())[:_LONGEST_ID]
    name, count = own if own and own not in given else str(number), 1
    while name in given:
        count += 1
        name = f"{number}-{count}"
    given.add(name)
    return name


# JSON lines


def json_lines(path: Path) -> Iterator[Numbered]:
    """One object a line; blank lines count in the numbers and are no rows.

    ReadingError where none of the first lines is an object, or none of the objects has a text.
    """
    waiting: list[Numbered] = []  # as long as no row has shown where the text is
    is_known = False
    for number, line in enumerate(_lines(path), start=1):
        if line is not None and not line.strip():
            continue
        row = (number, _object(line))
        if is_known:
            yield row
            continue
        waiting.append(row)
        is_known = isinstance(row[1], Mapping) and has_text_column(row[1])
        if is_known:
            yield from waiting
        elif len(waiting) >= _ROWS_WITHOUT_TEXT:
            break
    if not is_known and waiting:
        names = dict.fromkeys(name for _, columns in waiting if isinstance(columns, Mapping) for name in columns)
        if names:
            raise ReadingError(_no_text_column(list(names)))
        number, reason = waiting[0]
        raise ReadingError(f"no line holds a JSON object; line {number}: {reason}")


def _lines(path: Path) -> Iterator[str | None]:
    """Its lines; None for one that cannot be decoded or is far too long."""
    with path.open("rb") as file:
        is_wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if is_wide:
        with path.open(encoding="utf-16") as words:
            yield from _decoding(words)
        return
    with path.open("rb") as file:
        encoding = "utf-8-sig"
        while line := file.readline(_LARGEST_ROW_BYTES):
            piece = line
            # What goes on belongs to no other line.
            while len(piece) == _LARGEST_ROW_BYTES and not piece.endswith(b"\n"):
                line, piece = b"", file.readline(_LARGEST_ROW_BYTES)
            try:
                yield line.decode(encoding) if line else None
            except UnicodeDecodeError:
                yield None
            encoding = "utf-8"


def _object(line: str | None) -> Columns | str:
    """The object's plain values as words; the reason where it is no object."""
    if line is None:
        return f"it is not UTF-8 text, or longer than {_LARGEST_ROW_BYTES // 1_000_000} MB."
    try:
        found = json.loads(line)
    except ValueError as error:
        return f"it is not JSON ({error})."
    except RecursionError:
        return "it is nested too deeply."
    if not isinstance(found, dict):
        return "it is not a JSON object."
    return {name: _words(value) for name, value in found.items()}


def _words(value: object) -> str:
    """Text and numbers as they are, a list of names joined; what is nested deeper is no fact about an article."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return ""  # NaN is how exports of tables say that there is nothing
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value if isinstance(item, str))
    return ""


# Tables


def table(path: Path) -> Iterator[Numbered]:
    """Rows under a header, in any usual delimiter; a row's number counts from the one below the header."""
    csv.field_size_limit(_LARGEST_ROW_BYTES)
    with path.open(encoding=_encoding(path), newline="", errors="replace") as file:
        delimiter = _delimiter(file.read(_LOOKED_AT_BYTES), path.suffix.lower() == ".tsv")
        file.seek(0)
        rows = csv.reader(_decoding(file), delimiter=delimiter, strict=True)
        try:
            header = next((row for row in rows if any(row) and not _SAYS_DELIMITER.match(row[0])), [])
        except csv.Error as error:
            raise ReadingError(f"its header is not well formed ({error}).") from None
        if not header:
            return
        if not has_text_column(header):
            raise ReadingError(_no_text_column(header))
        number = 0
        while True:
            number += 1
            try:
                row = next(rows, None)
            except csv.Error as error:
                if "end of data" in str(error):
                    raise ReadingError(f"row {number} opens a quote that is never closed.") from None
                yield number, f"it is not well formed ({error})."
                continue
            if row is None:
                return
            if not row:
                number -= 1  # a blank line is no row
            elif len(row) > len(header):
                yield number, f"it has {len(row)} fields where the header has {len(header)}."
            else:
                cells = ("" if cell.strip() in _NOTHING else cell for cell in row)
                yield number, dict(zip(header, cells, strict=False))


def _encoding(path: Path) -> str:
    """By byte-order mark, as UTF-8 where all of it is that, else by a guess from its beginning."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT_BYTES)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in start:
            raise ReadingError("it is binary data, not text.")
        decoder = codecs.getincrementaldecoder("utf-8")()
        block = start
        try:
            while block:
                decoder.decode(block)
                block = file.read(1 << 20)
        except UnicodeDecodeError:
            return guessed_encoding(start if not start.isascii() else start + block)
        return "utf-8-sig"


def _delimiter(sample: str, is_tabbed: bool) -> str:
    """The one under which the header names a column of text; else the sniffer's guess, for the error that follows."""
    if is_tabbed:
        return "\t"
    first = next((line for line in sample.splitlines() if line.strip()), "")
    if said := _SAYS_DELIMITER.fullmatch(first):
        return said["delimiter"] or ","
    for delimiter in _DELIMITERS:
        if has_text_column(next(csv.reader([first], delimiter=delimiter), [])):
            return delimiter
    try:
        return csv.Sniffer().sniff(first, delimiters=_DELIMITERS).delimiter
    except csv.Error:
        return ","


# Mailboxes


def mailbox(path: Path) -> Iterator[Numbered]:
    """One message an article: its subject, day, sender and words."""
    # Only mailboxes need the parser of mail.
    from mailbox import mbox

    from rag.reading.mail import mail_fields

    path.stat()  # so that its absence is told as that of any file
    box = mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), start=1):
            try:
                columns = mail_fields(box.get_bytes(key))
            except Exception as error:  # noqa: BLE001 - the parser raises whatever it likes on broken mail
                yield number, f"it is not well-formed mail ({error})."
                continue
            yield number, columns
    finally:
        box.close()


def _decoding(lines: Iterator[str]) -> Iterator[str]:
    """The lines, or a ReadingError where the encoding breaks off."""
    try:
        yield from lines
    except UnicodeError as error:
        raise ReadingError(f"its text breaks off: {error}.") from error


def _no_text_column(names: list[str]) -> str:
    known = ", ".join(repr(name) for name in names[:20]) + (" …" if len(names) > 20 else "")
    return f"no column holds the text ({TEXT_NAMES}); its columns are {known}."


# A new kind of file is one function above and one line here.
ROWS: dict[str, Callable[[Path], Iterator[Numbered]]] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": table,
    ".tsv": table,
    ".mbox": mailbox,
}
