"""What stands above a headline: a label (`Obituary`), a section (`Water industry`), what a clipping came from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reading.dates import is_when_alone, without_day
from rag.reading.outline import Block
from rag.reading.papers import is_paper

# What kind of article it is, and what it is about.
_KIND = (
    r"obituar(?:y|ies)|in memoriam|explainer|explained|(?:news )?analysis|opinion|op-ed|comment(?:ary)?|editorial|"
    r"leader|column|interviews?|profiles?|portrait|long reads?|(?:(?:book|film|theatre|restaurant) )?review|"
    r"fact[- ]check|q ?& ?a|letters?(?: to the editor)?|report(?:age)?|investigation|live|press release|media release"
)
_SECTION = (
    r"features?|exclusive|breaking(?: news)?|update|news(?: in brief)?|(?:world|local)(?: news)?|politics|business|"
    r"economy|science|health|culture|sports?|for immediate release"
)
_KICKER = re.compile(rf"(?:{_KIND}|{_SECTION})[:.]?", re.IGNORECASE)
_SAYS_KIND = re.compile(rf"(?:{_KIND})[:.]?", re.IGNORECASE)
# `NEWS > LOCAL > WEXCOMBE`, `Markets | Commodities`, `ÉCONOMIE • TRANSPORTS`
_TRAIL = re.compile(r"[^.!?:]{2,30}(?: ?[>|•·›»/] ?[^.!?:]{2,30}){1,4}")
# What somebody who keeps a clipping, or a press office, writes above the text.
_ABOUT = re.compile(
    r"(?:(?:media|press) )?(?:contacts?|source|url|link|retrieved|accessed|downloaded|e-?mail|tel(?:ephone)?|phone)"
    r"(?: on)? ?:|\+?[\d ()-]{7,}|\S+@\S+\.\w+$|[a-z]{1,4}\d{3,5} +[\d-]",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"(?:home|startseite|accueil|inicio|menu)"
    r"(?: ?[|·>/»].*| .*\b(?:about|contact|archives?|blog|news|search|log ?in|subscribe)(?: .*)?)?",
    re.IGNORECASE,
)
PAGE = re.compile(r",? (?:page|p\.) ?[A-Z]?\d+$", re.IGNORECASE)
_LONGEST_MENU = 80  # characters
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
    found = _below_menu(lines)
    while found < len(lines) - 1 and (
        _is_above_headline(lines[found], lines[found + 1], found + 2 < len(lines)) or _is_of_clipping(lines, found)
    ):
        found += 1
    is_headed = found < len(blocks) and blocks[found].kind in ("heading", "paragraph")
    return found if is_headed else 0


def _below_menu(lines: Sequence[str]) -> int:
    """How many of the first lines are a site's: its name and its menu, or a menu down to the kind of article."""
    for place, line in enumerate(lines[:-1]):
        if len(line) > _LONGEST_MENU or line.endswith((".", ":", "!", "?")):
            return 0
        if place and says_kind(line) and any(map(_MENU.fullmatch, lines[:place])):
            return place
    menus = [place for place, line in enumerate(lines[:-1]) if _MENU.fullmatch(line)]
    return menus[-1] + 1 if menus else 0


def _is_of_clipping(lines: Sequence[str], place: int) -> bool:
    """Whether it is a paper's name, a day or a section with others of these around, and a headline still to come."""
    kinds = [_part_of_clipping(line) for line in lines]
    ahead = next((line for line, kind in zip(lines[place + 1 :], kinds[place + 1 :], strict=True) if not kind), "")
    is_among = place > 0 or (kinds[0] != "day" and bool(kinds[1]))
    return bool(kinds[place]) and is_among and ahead in lines[1:-1] and _may_be_headline(ahead)


def _part_of_clipping(line: str) -> str:
    if is_when_alone(PAGE.sub("", line)):
        return "day"
    if is_kicker(line) or _TRAIL.fullmatch(line):
        return "section"
    return "paper" if is_paper(line) or (line.isupper() and len(line.split()) <= _MOST_WORDS_OF_SECTION) else ""


def _may_be_headline(line: str) -> bool:
    is_ended = line.rstrip().endswith((".", ":"))
    return len(line.split()) >= _FEWEST_OF_HEADLINE and len(line) <= _LONGEST_HEADLINE and not is_ended


def _is_above_headline(line: str, below: str, has_more: bool) -> bool:
    """Whether it is a known label, or a section's name above a line that is longer and may be a headline."""
    if _ABOUT.match(line):
        return has_more
    if "\n" in line or len(line) > _LONGEST_HEADLINE:
        return False
    if is_kicker(line):
        return without_day(below) == below  # else the issue stands below it, and it is the headline
    words = len(line.split())
    is_headline = _may_be_headline(below)
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
    """Whether it says something of the article, or may be all the title it has: no section that is known as one.

    >>> goes_into_title("OBITUARY"), goes_into_title("Water industry"), goes_into_title("NEWS > LOCAL")
    (True, True, False)
    >>> goes_into_title("Politics")
    False
    """
    is_section = label.isupper() or _part_of_clipping(label) or _ABOUT.match(label) or _MENU.fullmatch(label)
    return says_kind(label) or not is_section


def says_kind(label: str) -> bool:
    """Whether it says what kind of article it is: `Obituary`, `Opinion`."""
    return _SAYS_KIND.fullmatch(label.strip()) is not None


def is_kicker(line: str) -> bool:
    """Whether a line is such a label and nothing else.

    >>> is_kicker("OBITUARY"), is_kicker("Obituary of a port")
    (True, False)
    """
    return _KICKER.fullmatch(line.strip()) is not None
