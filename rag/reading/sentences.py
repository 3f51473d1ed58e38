"""Where sentences end, and the statements an article makes: sentences, list items, cells under their header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.reading.outline import Block, Kind, cells, outline

# A full stop after one of these does not end a sentence when more words follow.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st gen sen rep gov col lt sgt capt maj adm amb rev hon pres jr sr inc ltd co corp "
    "no nos vs etc al fig vol pp ed eds dept est approx jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue wed thu fri sat sun e.g i.e u.s u.k u.n u.s.a a.m p.m".split()
)
# After a dotted abbreviation such as U.S. these words open a new sentence all the same.
_OPENERS = frozenset("the a an he she it they we i this that these those but and in on at for his her".split())
# From the first of a row of marks alone: a file of nothing but full stops would be gone through once for each of them.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[^\W_]|\s+[\"'“‘«(\[—–-])")
# A line of its own in a paragraph: `By Anna Drury, The Weekly`.
_BYLINE = re.compile(
    r"^(?:[A-Z]\w+ )?[Bb]y [A-Z][\w.’'-]*(?: (?:[A-Z][\w.’'-]*|de|van|der|von|da|di|and))+(?:, [^\n.!?]{1,80})?$",
    re.MULTILINE,
)
_NEXT_WORD = re.compile(r"\s*(\S{1,60})")  # never the whole rest: a long text would be copied at each full stop
_IS_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")
_IS_QUESTION = re.compile(r"\?[\"'”’»)\]]*$")
_MOST_KEYS = 3
_LAST_WORD = re.compile(r"[^\s(\[“\"'‘]+$")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of running text, in order, without the white space between them."""
    end = len(text) if end is None else end
    place = start
    for byline in _BYLINE.finditer(text, start, end):
        yield from _sentences(text, place, byline.start())
        yield from _trimmed(text, byline.start(), byline.end())
        place = byline.end()
    yield from _sentences(text, place, end)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    place = start
    for match in _END.finditer(text, start, end):
        if _is_boundary(text, match, start, end):
            yield from _trimmed(text, place, match.end())
            place = match.end()
    yield from _trimmed(text, place, end)


def is_ended(words: str) -> bool:
    """Whether they end as a sentence does, not as a heading, a caption or a byline."""
    return bool(_IS_ENDED.search(words))


def is_question(sentence: str) -> bool:
    """Whether it ends by asking."""
    return bool(_IS_QUESTION.search(sentence))


def _is_boundary(text: str, match: re.Match[str], start: int, end: int) -> bool:
    following = _NEXT_WORD.match(text, match.end(), end)
    opener = following[1].lstrip("\"'“‘«([") if following else ""
    if opener[:1].islower():
        return False
    if not match.group().startswith(".") or match.group().startswith(".."):
        return True
    before = _LAST_WORD.search(text[max(start, match.start() - 40) : match.start()])
    word = before.group().lower() if before else ""
    if len(word) == 1 and word.isalpha() and word != "i":
        return False  # an initial: J. Smith
    if word in _ABBREVIATIONS:
        return "." in word and opener.lower() in _OPENERS
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        first = start + len(piece) - len(piece.lstrip())
        yield first, first + len(stripped)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the article says that can be quoted by itself: `article.text[start:end]`."""

    start: int
    end: int
    text: str
    """How it reads alone; for a table cell `Libya – Egypt’s Focus: Border security`, else the quoted words."""
    kind: Kind
    section: str
    block: int
    """Index of its block in the outline; neighbours of one paragraph share it."""

    def below_heading(self, *kinds: Kind) -> str:
        """Its text, below that of its section if it is of these kinds: an item and a cell may say little alone."""
        return f"{self.section}: {self.text}" if self.kind in kinds and self.section else self.text


def statements(text: str) -> tuple[Statement, ...]:
    """Every statement of an article, in order; headings count as statements of the section they open."""
    found: list[Statement] = []
    section = ""
    header: tuple[str, ...] = ()
    blocks = outline(text)
    keys = _keys(text, blocks)
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            section = text[block.body : block.end]
        if block.kind == "header":
            header = tuple(text[start:end] for start, end in cells(text, block))
        elif block.kind == "row":
            found += _row_statements(text, block, header, section, index, keys[index])
        elif block.kind == "paragraph":
            found += [
                Statement(start, end, text[start:end], "paragraph", section, index)
                for start, end in sentence_spans(text, block.start, block.end)
            ]
        elif block.kind != "rule":
            found.append(Statement(block.body, block.end, text[block.body : block.end], block.kind, section, index))
        if block.kind not in ("header", "rule", "row"):
            header = ()
    return tuple(found)


def _keys(text: str, blocks: Sequence[Block]) -> dict[int, int]:
    """How many of its first cells tell each row from the others of its table: more than one where the first repeats."""
    found: dict[int, int] = {}
    for is_row, group in groupby(enumerate(blocks), key=lambda pair: pair[1].kind == "row"):
        rows = {i: [text[start:end] for start, end in _filled(text, block)] for i, block in group} if is_row else {}
        openings = {
            i: [tuple(row[:size]) for size in range(1, min(_MOST_KEYS + 1, len(row)))] for i, row in rows.items()
        }
        often = Counter(opening for row in openings.values() for opening in row)
        found |= {i: next((len(one) for one in row if often[one] == 1), 1) for i, row in openings.items()}
    return found


def _filled(text: str, block: Block) -> list[tuple[int, int]]:
    return [span for span in cells(text, block) if span[0] < span[1]]


def _row_statements(
    text: str, block: Block, header: tuple[str, ...], section: str, index: int, keys: int
) -> Iterator[Statement]:
    """One statement for each cell after the first, named by its row and column; a lone cell stands for itself."""
    spans = cells(text, block)
    filled = _filled(text, block)
    if len(filled) < 2:
        for start, end in filled:
            yield Statement(start, end, text[start:end], "row", section, index)
        return
    first = filled[0][0]
    for column, (start, end) in enumerate(spans):
        if start in (end, first):
            continue
        name = f"{header[column]}: " if column < len(header) and header[column] else ""
        label = ", ".join(text[a:b] for a, b in filled[:keys] if b <= start)
        yield Statement(first, end, f"{label} – {name}{text[start:end]}", "row", section, index)
