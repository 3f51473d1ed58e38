"""Tables in plain text: cells parted by tabs, as copied from a page or a spreadsheet, or by wide gaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from rag.reading.outline import is_item, is_row

_TAB = re.compile(r" *\t *")
_GAP = re.compile(r"(?<=\S)(?: {2,}|\t)(?=\S)")
_RULER = re.compile(r"[-=_+ \t]*[-=_]{3,}[-=_+ \t]*")
_FEWEST_TABBED, _FEWEST_SPACED = 2, 3  # rows of a table
_SENTENCE = re.compile(r"\w\W+\w.*[.?!…][\"'”’»)]*$")
_LONGEST_CELL = 80  # characters
_MOST_WORDS = 12  # of a cell
# A heading of a column may be a year: `2024`, `Q1 2025`, `2023/24`, `2026 (forecast)`.
_PERIOD = re.compile(r"(?:\D{0,6} ?)?(?:19|20)\d\d(?:[/–-]\d{2,4})?(?: ?\(?[^\W\d]+\)?)?|[QH][1-4]")
_AMOUNT = re.compile(r"[-–+(]?[£$€]?\d[\d.,  ]*(?: ?(?:%|[^\W\d]{1,12}\.?))?\)?|[-–—]|n/?a", re.IGNORECASE)

Table: TypeAlias = tuple[list[list[str]], int]
"""Rows of cells, none where they make no table, and the number of lines that were looked at."""


def with_tables(lines: Sequence[str]) -> Iterator[str]:
    r"""The lines, those of a table as rows of `rag.reading.outline`, the first with a rule below if it names columns.

    >>> list(with_tables(["Port\t2023\t2024", "Alba\t3\t4", "Bora\t5\t6"]))
    ['| Port | 2023 | 2024 |', '|---|---|---|', '| Alba | 3 | 4 |', '| Bora | 5 | 6 |']
    """
    place = 0
    while place < len(lines):
        rows, length = _tabbed_table(lines, place)
        if length == 1:
            rows, length = _spaced_table(lines, place)
        if not rows:  # what is no table from its first line on is none from a later one
            yield from lines[place : place + length]
        for index, row in enumerate(rows):
            yield f"| {' | '.join(row)} |"
            if index == 0 and _names_columns(rows):
                yield "|" + "---|" * len(row)
        place += length


def _tabbed_table(lines: Sequence[str], start: int) -> Table:
    """A table whose gaps are tabs, and no talk: behind who speaks there may be tabs too."""
    rows, length = _table(lines, start, _tabbed)
    return (rows, length) if len(rows) >= _FEWEST_TABBED and not _is_talk(rows) else ([], length)


def _is_talk(rows: Sequence[Sequence[str]]) -> bool:
    """Whether speakers stand before colons, or nearly every row down from the first ends in a sentence."""
    spoken = sum(row[0].endswith(":") for row in rows)
    ended = [bool(_SENTENCE.search(row[-1])) for row in rows]
    return 2 * spoken > len(rows) or (ended[0] and 2 * sum(ended) > len(rows))


def _spaced_table(lines: Sequence[str], start: int) -> Table:
    """A table whose gaps are spaces: text may have gaps too, so some column must be of amounts."""
    rows, length = _table(lines, start, _spaced)
    if all(not row[0] for row in rows):
        rows = [row[1:] for row in rows]  # all of it is set in
    columns = list(zip(*rows[1:], strict=True))[1:]
    has_amounts = any(2 * sum(map(bool, map(_AMOUNT.fullmatch, column))) > len(column) for column in columns)
    return (rows, length) if len(rows) >= _FEWEST_SPACED and has_amounts else ([], length)


def _table(lines: Sequence[str], start: int, cut: Callable[[str], list[str]]) -> Table:
    """The rows from there on, all of as many cells, and how many lines they take with the rulers between; or one."""
    rows: list[list[str]] = []
    length = 1
    for place in range(start, len(lines)):
        if rows and _RULER.fullmatch(lines[place]):
            continue
        cells = cut(lines[place])
        if len(cells) < 2 or (rows and len(cells) != len(rows[0])) or not _are_cells(cells):
            break
        rows.append(cells)
        length = place + 1 - start
    return rows, length


def _tabbed(line: str) -> list[str]:
    return _cells(_TAB.split(line.rstrip())) if "\t" in line.strip() else []


def _spaced(line: str) -> list[str]:
    parts = _GAP.split(line.strip())
    if is_item(line.lstrip()) or any(part.endswith((".", ",", ";", ":", "?", "!")) for part in parts):
        return []
    return _cells(["", *parts] if line.startswith("  ") else parts)


def _cells(parts: Sequence[str]) -> list[str]:
    return [" ".join(part.split()).replace("|", "/") for part in parts]


def _are_cells(cells: Sequence[str]) -> bool:
    """Whether they are short, and more than one is filled."""
    are_short = all(len(cell) <= _LONGEST_CELL and len(cell.split()) <= _MOST_WORDS for cell in cells)
    return are_short and len(list(filter(None, cells))) > 1 and not any(map(is_row, cells))


def _names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row says what stands in the others: words or periods above amounts, or above words."""
    first, *others = rows
    has_amounts = any(_AMOUNT.fullmatch(cell) and not _PERIOD.fullmatch(cell) for cell in first[1:])
    below = [cell for row in others for cell in row[1:] if cell]
    return not has_amounts and (len(first) > 2 or any(map(_AMOUNT.fullmatch, below)))
