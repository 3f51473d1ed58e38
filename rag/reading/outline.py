"""The grammar of an article's stored text: which lines are headings, paragraphs, list items and table rows.

Every reader writes this form, and everything after reading derives structure from it alone:

    # Heading            one to six `#`
    Plain words          a paragraph
    - an item            also `* `, `• ` and `1. `
    | Issue | Focus |    a table: its first row is the header when a `|---|---|` rule follows
    |---|---|
    | Libya | Borders |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "header", "rule", "row"]

_HEADING = re.compile(r"#{1,6} +(?=\S)")
_ITEM = re.compile(r"(?:[-*•] +|\d{1,3}[.)] +)(?=\S)")
_ROW = re.compile(r"\|.*\|\s*$")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+\s*$")
_CELL = re.compile(r"[^|]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text of one kind; `body` is where its words begin, after `# ` or `- `."""

    kind: Kind
    start: int
    body: int
    end: int


def outline(text: str) -> tuple[Block, ...]:
    """The blocks in order; together they hold every character that is not white space."""
    blocks: list[Block] = []
    follows_blank = True
    place = 0
    for line in text.splitlines(keepends=True):
        start, place = place, place + len(line)
        if not line.strip():
            follows_blank = True
            continue
        start += len(line) - len(line.lstrip())
        end = start + len(line.strip())
        block = _block(text[start:end], start, end)
        last = blocks[-1] if blocks else None
        if last and block.kind == last.kind == "paragraph" and not follows_blank:
            blocks[-1] = Block("paragraph", last.start, last.body, end)
        elif block.kind == "rule" and last and last.kind == "row" and not follows_blank:
            blocks[-1] = Block("header", last.start, last.body, last.end)
            blocks.append(block)
        else:
            blocks.append(block)
        follows_blank = False
    return tuple(blocks)


def _block(line: str, start: int, end: int) -> Block:
    if match := _HEADING.match(line):
        return Block("heading", start, start + match.end(), end)
    if match := _ITEM.match(line):
        return Block("item", start, start + match.end(), end)
    if _RULE.match(line):
        return Block("rule", start, start, end)
    if _ROW.match(line):
        return Block("row", start, start, end)
    return Block("paragraph", start, start, end)


def is_row(line: str) -> bool:
    """Whether it is one of a table, its header and its rule included."""
    return bool(_ROW.match(line))


def is_item(line: str) -> bool:
    """Whether it is one of a list."""
    return bool(_ITEM.match(line))


def cells(text: str, block: Block) -> tuple[tuple[int, int], ...]:
    """The spans of a table row's cells, white space trimmed; an empty cell has start == end."""
    spans = []
    for match in _CELL.finditer(text, block.start, block.end):
        inner = match.group()
        if not inner.strip():
            spans.append((match.start(), match.start()))
            continue
        start = match.start() + len(inner) - len(inner.lstrip())
        spans.append((start, start + len(inner.strip())))
    return tuple(spans)
