"""The first lines of an article, and the day of its publication that they or a line of its own tell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile

from rag.reading.dates import (
    AHEAD,
    DAY_DATES,
    LONGEST_HEAD_LINE,
    OF_A_COPY,
    InferredDate,
    is_when_alone,
    named,
    says_when,
    without_day,
)
from rag.reading.kickers import PAGE, kickers
from rag.reading.outline import Block, outline
from rag.reading.sentences import is_ended

# `Published on Monday, 3 March 2025`, in a line of its own, wherever it stands.
_PUBLISHED = re.compile(
    r"^\W*(?:(?:first|originally|this (?:article|story|piece|column|post)(?: was)?(?: first| originally)?) )*"
    r"(?:published|posted|appear(?:s|ed)|issued|released|date[d:]|veröffentlicht|erschienen|publié|publicado|stand:|"
    r"from the .{3,20} issue\b)",
    re.IGNORECASE,
)
_ISSUE = re.compile(r"from the .{3,20} issue\.?$", re.IGNORECASE)
# What stands before the first sentence of a report: `PORT ALDER, 14 June 2019 (Wirefeed) – `.
_DATELINE = re.compile(
    r"[A-Z][\w.'’ -]{1,40}(?:, [A-Z][\w.'’ -]{1,30})?(?: \([^()\n]{1,40}\))?"
    r"(?:, ?(?P<when>[^()\n–—]{8,30}?)| \((?P<inside>[^()\n–—]{8,30})\))"
    r"(?: \([^()\n]{1,40}\)| [/|] [^\n–—]{1,40})? ?(?:[–—]|-{1,2}|:) ?"
)
# A headline that names the day of what the text itself is.
_RECORD = re.compile(
    r"\b(?:minutes|meeting|session|sitting|hearing|speech|address|letter|statement|declaration|communiqué|release)\b",
    re.IGNORECASE,
)
_HEAD_LINES = 7
_MOST_WORDS_SIGNED = 9
LONGEST_STANDFIRST = 220  # characters
_HEAD = 2_000  # characters


def date_in_head(text: str, today: dt.date) -> InferredDate | None:
    """The day, or the month, that the head of the text names, else what a line of its own says of its publication."""
    return _in_head(text, today) or _above(text, today) or _published(text, today)


def _above(text: str, today: dt.date) -> InferredDate | None:
    """The day that stands above the headline, with a paper's name or where a release is from."""
    found = (named(line, today) for line in label_lines(text) if ends_in_day(PAGE.sub("", line)))
    return next(filter(None, found), None)


def _published(text: str, today: dt.date) -> InferredDate | None:
    """`Posted on March 3, 2025 by admin`; `— Tilda Brook, 3 March 2025` in the last line."""
    lines = [line for block in outline(text) for line in text[block.body : block.end].split("\n")]
    signed = lines[-1:] if len(lines) > 1 and _is_signed(lines[-1]) else []
    found = (named(line, today, "in the text") for line in signed)
    return published_in(lines, today) or next(filter(None, found), None)


def published_in(lines: Sequence[str], today: dt.date) -> InferredDate | None:
    """The day of the first short line that says when the text was published."""
    short = (line for line in lines if len(line) <= LONGEST_HEAD_LINE)
    telling = (line for line in short if _PUBLISHED.search(line) and says_when(line))
    return next(filter(None, (named(line, today, "in the text") for line in telling)), None)


def _is_signed(line: str) -> bool:
    """Whether it ends in a day, behind no more than a name and a place."""
    return without_day(line) != line and not is_ended(line) and len(line.split()) <= _MOST_WORDS_SIGNED


def _in_head(text: str, today: dt.date) -> InferredDate | None:
    """The day, or the month, that the headline, the lines below it or the dateline name; none of a later day."""
    in_headline = None
    lines = list(head_lines(text))
    told = _place_of_day([line for line, _ in lines[1:]])
    for number, (line, is_heading) in enumerate(lines):
        is_headline = number == 0
        if told is not None and 0 < number <= told:
            continue  # a standfirst: the line that says when is still to come
        if not is_heading and _is_of_the_story(line, is_headline):
            dateline = _DATELINE.match(line)
            if dateline:
                found = named(dateline["when"] or dateline["inside"], today)
            else:
                found = None if is_headline else _closing(line, today)
            return found or in_headline
        found = named(line, today)
        if found and not is_headline:
            return found
        if found:
            # A headline may name the day of what it tells of: then the text names later ones.
            years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", text) if int(year) <= today.year]
            in_headline = found if _RECORD.search(line) or max(years) <= int(found.date[:4]) else None
    return in_headline


def _place_of_day(lines: Sequence[str]) -> int | None:
    """Which of the lines of a head tells when, with none of the story before it; None where none does."""
    head = takewhile(lambda line: len(line) <= LONGEST_STANDFIRST, lines)
    return next((place for place, line in enumerate(head) if ends_in_day(line)), None)


def ends_in_day(line: str) -> bool:
    """Whether it says only when, or where and when: `Sunday Dispatch, 7 May 2023`."""
    is_of_head = len(line) <= LONGEST_HEAD_LINE and not is_ended(line)
    is_of_issue = bool(_ISSUE.match(line)) and says_when(line)
    return (
        is_when_alone(line) or is_of_issue or (is_of_head and without_day(line) != line and not OF_A_COPY.search(line))
    )


def _is_of_the_story(line: str, is_headline: bool) -> bool:
    """Whether it is no headline or line below one, but the first words of the story."""
    return len(line) > LONGEST_HEAD_LINE or (is_ended(line) and not (is_headline and line[-1] in "?!"))


def head_lines(text: str) -> Iterator[tuple[str, bool]]:
    """The first lines below any label and whether each is a heading, up to a list or a heading below the story."""
    head, blocks, labels = _parts(text[:_HEAD])
    of_head = blocks[labels:][:_HEAD_LINES]
    for number, block in enumerate(of_head):
        is_heading = block.kind == "heading"
        if block.kind not in ("heading", "paragraph"):
            return
        for line in head[block.body : block.end].split("\n"):
            if is_heading and number and not says_when(line):
                below = (head[other.body : other.end].split("\n") for other in of_head[number + 1 :])
                if _place_of_day([line for lines in below for line in lines]) is None:
                    return  # a heading of the story
            yield line, is_heading


def label_lines(text: str) -> list[str]:
    """The lines above the headline."""
    head, blocks, labels = _parts(text[:_HEAD])
    return [line for block in blocks[:labels] for line in head[block.body : block.end].split("\n")]


@lru_cache(maxsize=1)  # of one article it is asked several times in a row
def _parts(head: str) -> tuple[str, tuple[Block, ...], int]:
    """The beginning of a text, its blocks, and how many of them stand above the headline."""
    blocks = outline(head)
    return head, blocks, kickers(head, blocks)


def _closing(line: str, today: dt.date) -> InferredDate | None:
    """Of a short line that ends in a full stop, as in `Report of the Town Clerk, 6 October 2025. For decision.`."""
    first = re.split(r"(?<=\w\w)\.(?:\s|$)", line)[0]
    _, comma, last = first.rpartition(", ")
    is_all = len(line) <= LONGEST_HEAD_LINE and any(p.fullmatch(last if comma else first) for p in DAY_DATES)
    is_ahead = AHEAD.search(first.removesuffix(last))
    return named(first, today) if is_all and not is_ahead else None
