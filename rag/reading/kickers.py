"""What stands above a headline: a label (`Obituary`), a section (`Water industry`), what a clipping came from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reading.dates import without_day
from rag.reading.outline import Block

_KICKER = re.compile(
    r"(?:obituar(?:y|ies)|in memoriam|explainer|explained|(?:news )?analysis|opinion|op-ed|comment(?:ary)?|editorial|"
    r"leader|column|interviews?|profiles?|portrait|features?|long reads?|(?:(?:book|film|theatre|restaurant) )?review|"
    r"fact[- ]check|q ?& ?a|letters?(?: to the editor)?|report(?:age)?|investigation|exclusive|breaking(?: news)?|live|"
    r"update|news(?: in brief)?|(?:world|local)(?: news)?|politics|business|economy|science|health|culture|sports?|"
    r"press release|media release|for immediate release)[:.]?",
    re.IGNORECASE,
)
# `NEWS > LOCAL > WEXCOMBE`, `Markets | Commodities`, `ÉCONOMIE • TRANSPORTS`
_TRAIL = re.compile(r"[^.!?:]{2,30}(?: ?[>|•·›»/] ?[^.!?:]{2,30}){1,4}")
# What somebody who keeps a clipping, or a press office, writes above the text.
_ABOUT = re.compile(
    r"(?:(?:media|press) )?(?:contacts?|source|url|link|retrieved|accessed|downloaded|e-?mail|tel(?:ephone)?|phone)"
    r"(?: on)? ?:|\+?[\d ()-]{7,}|\S+@\S+\.\w+$",
    re.IGNORECASE,
)
_MOST_WORDS_OF_SECTION, _FEWEST_OF_HEADLINE = 2, 4
_MOST_WORDS_IN_CAPITALS = 6
_MOST_LABELS = 5
_HEAD_BLOCKS = 8  # among which a page's main heading may stand
_LONGEST_HEADLINE = 160  # characters


def kickers(text: str, blocks: Sequence[Block]) -> int:
    """How many of the first blocks stand above the headline: labels, or whatever a page has above its main heading."""
    for place, block in enumerate(blocks[:_HEAD_BLOCKS]):
        if text.startswith("# ", block.start):
            if not is_kicker(text[block.body : block.end]):
                return place
            break
        if block.end - block.body > _LONGEST_HEADLINE:
            break  # the story
    lines = [text[block.body : block.end] for block in blocks[: _MOST_LABELS + 1]]
    found = 0
    while found < len(lines) - 1 and _is_above_headline(lines[found], lines[found + 1], found + 2 < len(lines)):
        found += 1
    is_headed = found < len(blocks) and blocks[found].kind in ("heading", "paragraph")
    return found if is_headed else 0


def _is_above_headline(line: str, below: str, has_more: bool) -> bool:
    """Whether it is a known label, or a section's name above a line that is longer and may be a headline."""
    if _ABOUT.match(line):
        return has_more
    if "\n" in line or len(line) > _LONGEST_HEADLINE:
        return False
    if is_kicker(line):
        return without_day(below) == below  # else the issue stands below it, and it is the headline
    words = len(line.split())
    is_headline = (
        len(below.split()) >= _FEWEST_OF_HEADLINE
        and len(below) <= _LONGEST_HEADLINE
        and not below.rstrip().endswith((".", ":"))
    )
    is_section = (
        words <= _MOST_WORDS_OF_SECTION
        or (line.isupper() and words <= _MOST_WORDS_IN_CAPITALS)
        or _TRAIL.fullmatch(line) is not None
    )
    return (
        has_more
        and is_headline
        and is_section
        and len(line) < len(below)
        and line[-1:].isalnum()
        and not any(map(str.isdigit, line))
    )


def goes_into_title(label: str) -> bool:
    """Whether it says something of the article, or may be all the title it has: no trail, and no section in capitals.

    >>> goes_into_title("OBITUARY"), goes_into_title("Water industry"), goes_into_title("NEWS > LOCAL")
    (True, True, False)
    """
    return is_kicker(label) or not (label.isupper() or _TRAIL.fullmatch(label) or _ABOUT.match(label))


def is_kicker(line: str) -> bool:
    """Whether a line is such a label and nothing else.

    >>> is_kicker("OBITUARY"), is_kicker("Obituary of a port")
    (True, False)
    """
    return _KICKER.fullmatch(line.strip()) is not None
