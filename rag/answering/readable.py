"""A passage as the trained reader reads it: below its lead, and a table's cells each beside their column's name."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.core.types import Passage, lead
from rag.reading.sentences import Statement

_MARKS = re.compile(r"[|#]")

Span = tuple[int, int]


@dataclass(slots=True)
class Readable:
    """The text so far, and where in it the passage's statements stand."""

    text: str
    lead: int
    """How long what stands above the passage is."""
    _cells: dict[Statement, list[Span]] = field(default_factory=dict)
    _sources: list[int] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, passage: Passage, statements: Sequence[Statement]) -> Readable:
        """The passage with these statements, which are all of its own."""
        opening = lead(passage.title, passage.section, passage.date)
        made, place = cls(opening, len(opening)), passage.start
        rows: dict[int, list[tuple[Statement, str]]] = {}
        for one in sorted(statements, key=lambda one: one.end):
            if label := _label(passage, one):
                rows.setdefault(one.start, []).append((one, label))
        for start, row in sorted(rows.items()):
            made._copy(passage, place, start)
            made._add_row(row)
            place = row[-1][0].end
        made._copy(passage, place, passage.end)
        return made

    def spans_of(self, statement: Statement) -> list[Span]:
        """Where the statement's words stand: as one, or for a cell its row's first words and its own."""
        if found := self._cells.get(statement):
            return found
        before = bisect_right(self._sources, statement.start) - 1
        moved = self._places[before] - self._sources[before]
        return [(statement.start + moved, statement.end + moved)]

    def _copy(self, passage: Passage, start: int, end: int) -> None:
        self._sources.append(start)
        self._places.append(len(self.text))
        # The marks of tables and headings are no words; a space in their place keeps every offset.
        self.text += _MARKS.sub(" ", passage.text[start - passage.start : end - passage.start])

    def _add_row(self, row: Sequence[tuple[Statement, str]]) -> None:
        """As it stands in the article a cell says nothing of its column, and the quote of one holds those before it."""
        label = row[0][1]
        named = (len(self.text), len(self.text) + len(label))
        self.text += label
        for place, (cell, own) in enumerate(row):
            self.text += "; " if place else " – "
            said = cell.text.removeprefix(f"{own} – ")
            self._cells[cell] = [named, (len(self.text), len(self.text) + len(said))]
            self.text += said


def _label(passage: Passage, statement: Statement) -> str:
    """What names the row of a table's cell; nothing for other statements."""
    if statement.kind != "row":
        return ""
    first = passage.text[statement.start - passage.start : statement.end - passage.start].split("|")[0].rstrip()
    end = statement.text.find(" – ", len(first))
    return statement.text[:end] if end > 0 and statement.text.startswith(first) else ""
