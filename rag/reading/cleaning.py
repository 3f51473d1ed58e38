"""Plain text as people save it → the stored form: lines joined, markers rejoined, notices left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.reading.bylines import byline, is_office, may_tell_who, with_office
from rag.reading.dates import is_when_alone, says_when
from rag.reading.heads import LONGEST_STANDFIRST, ends_in_day
from rag.reading.kickers import kickers
from rag.reading.outline import is_item, is_row, outline
from rag.reading.tables import with_tables

# What people put before an item; stored it is written in the one way of `rag.reading.outline`.
_LONE_MARKER = re.compile(r"\s*(?:[-*•·–—]|\d{1,3}[.)])\s*$")
_MARKER = re.compile(r"\s*(?:[-*•·–]|(\d{1,3})[.)])\s+(?=\S)")
_TERMINAL = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")
_BYLINE = re.compile(r"(?:by|special to|from|written by|reporting by|posted by|source:)\s", re.IGNORECASE)
_FACT = re.compile(r"[^\W\d_a-z][\w’'-]*(?: [\w’'-]+){0,2}:\s")  # `Present: …` above `Apologies: …`
_CLOSING = re.compile(r"(?:(?:kind|best|warm|with)\b[\w ]*)?\b(?:regards|wishes|sincerely|faithfully)\b", re.IGNORECASE)
_PUBLISHER = re.compile(r"special to (?P<publisher>\S.*?)\s*$", re.IGNORECASE)

_WIDEST_WRAP = 120  # characters: longer lines are whole paragraphs, not wrapped ones
_LONGEST_HEADING = 90
# `TESSIL, 12 March (Corvant)` in a line of its own.
_DATELINE = re.compile(r"[A-Z][A-Z .’'-]{2,}(?:, [^(),]{2,40}){1,3} \([^()]{2,40}\)")
_LONGEST_NOTICE = 160
_MOST_OF_HEAD = 6  # blocks

# Site furniture: a short line that holds one of these is not the article's words.
_NOTICES = (
    (re.compile(r"\b(?:must be|please) log(?:ged)? ?in\b|\blog ?in to (?:post|leave|comment)", re.I), "log-in notice"),
    (re.compile(r"^(?:share|tweet|pin|e-?mail|print|facebook|twitter|whatsapp|linkedin|copy link)"
                r"(?:\s*(?:this|on|via|to|[|,/·])?\s*(?:share|tweet|pin|e-?mail|print|facebook|twitter|x|whatsapp|"
                r"linkedin|article|story|post|copy link))*$", re.I), "share buttons"),
    (re.compile(r"\b(?:we|this (?:web)?site) uses? cookies\b|\baccept (?:all )?cookies\b", re.I), "cookie notice"),
    (re.compile(r"^(?:subscribe|sign up)\b.*\b(?:newsletter|updates|inbox)\b", re.I), "newsletter notice"),
    (re.compile(r"^\W*(?:skip to (?:main )?content|back to top|read in app|view (?:image in fullscreen|this post on "
                r"the web.*)|gift this article|listen(?: to (?:this )?article)?|print this (?:page|article)|"
                r"\d+ min(?:ute)?s?(?: read)?|(?:add|leave|post|view|see) (?:a )?comments?|comments(?: ?\(\d+\))?|"
                r"you (?:might|may) also like|more on this story|share this(?: article)?|like loading\.*|"
                r"lesezeit:? ?[\d.,]+ ?min.*|save(?: article| for later)?|bookmark|"
                r"artikel anhören|merken|teilen|drucken|partager|ajouter à (?:vos|ma) sélections?|"
                r"compartir(?: en \w+)?|copiar enlace|ir a los comentarios)\W*$", re.I), "site furniture"),
    (re.compile(r"^\W*(?:copyright\W*)?(?:©|\(c\)) ?(?:copyright )?(?:19|20)\d\d\b|\ball rights reserved\W*$", re.I),
     "copyright notice"),
    (re.compile(r"^(?:advertisement|advertising|sponsored content|leave a (?:reply|comment)|read more:?|"
                r"\d+ comments?|comments are closed\.?)$", re.I), "site furniture"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The stored text, what was left out of it and the publisher where a byline names one."""

    text: str
    left_out: tuple[str, ...]
    publisher: str | None


def visible(text: str) -> str:
    """The text without control, zero-width and direction-changing characters but tabs; line ends as newlines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    hidden = {
        ord(character): None
        for character in set(text)  # each once: a long text has some hundred different ones
        if character not in "\n\t\u200c\u200d"  # the joiners are part of Persian and Indic spelling
        and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")
    }
    return text.translate(hidden) if hidden else text


def is_marked(line: str) -> bool:
    """Whether a line as people save it begins like an item."""
    return bool(_MARKER.match(line))


def clean(text: str) -> Cleaned:
    """Blocks separated by blank lines, list items and table rows one line each."""
    left_out: list[str] = []
    blocks: list[str] = []
    publisher = None
    lines = list(_kept(with_tables(visible(text).split("\n")), left_out))
    is_wrapped = _is_wrapped(lines)
    for chunk in _chunks(lines):
        for line in _unwrapped(chunk, is_wrapped):
            if named := _PUBLISHER.match(line):
                publisher = named["publisher"]
            blocks.append(line)
    return Cleaned(laid_out(_with_headings(blocks)), tuple(left_out), publisher)


def _kept(lines: Iterable[str], left_out: list[str]) -> Iterator[str]:
    """The lines without notices and without a line that merely repeats the one before it."""
    previous = ""
    for raw in lines:
        line = re.sub(r"\s+", " ", raw).strip()
        notice = notice_in(line)
        if notice:
            left_out.append(f"{notice}: {line}")
        elif line and line == previous and not _LONE_MARKER.match(line) and not is_row(line):
            left_out.append(f"repeated line: {line}")
        else:
            yield line
        previous = line or previous


def notice_in(line: str) -> str:
    """What kind of site furniture the line is, or an empty string."""
    if not line or len(line) > _LONGEST_NOTICE:
        return ""
    return next((name for pattern, name in _NOTICES if pattern.search(line)), "")


def _chunks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Runs of lines between blank ones."""
    chunk: list[str] = []
    for line in lines:
        if line:
            chunk.append(line)
        elif chunk and not _awaits_item(chunk):
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _awaits_item(chunk: list[str]) -> bool:
    """Whether the chunk ends in a marker whose item follows the blank line; `15.` after words ends a sentence."""
    last = chunk[-1]
    return bool(_LONE_MARKER.match(last)) and (len(chunk) == 1 or not last.strip()[0].isdigit())


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether paragraphs are cut into lines; else a headline and a byline on two lines are two."""
    return 2 * sum(len(line) for line in lines if len(line) > _WIDEST_WRAP) <= sum(map(len, lines))


def _unwrapped(chunk: list[str], is_wrapped: bool) -> Iterator[str]:
    """The chunk's paragraphs, items and rows, each on one line, with markers written `- `."""
    width = max(len(line) for line in chunk)
    can_wrap = is_wrapped and width <= _WIDEST_WRAP
    current = ""
    broken = False  # the line before was cut by a wrap, so this one goes on with it
    marker = ""
    for line in chunk:
        if _LONE_MARKER.match(line) and not (broken and _goes_on(current, line)):
            if current or marker:
                yield current or marker.rstrip()
            current, marker, broken = "", _written(line), False
            continue
        is_of_table = is_row(line)
        item = None if broken and _goes_on(current, line) else _MARKER.match(line)
        is_fact = bool(_FACT.match(line) and _FACT.match(current))
        if current and (not broken or is_of_table or item or is_fact or is_of_head(line)):
            yield current
            current = ""
        if is_of_table:
            yield line
            continue
        if item and not current:
            line = _written(line[: item.end()]) + line[item.end() :]
        current = f"{current} {line}" if current else marker + line
        marker = ""
        broken = can_wrap and _is_cut(line, width) and not is_of_head(line)
    if current or marker:
        yield current or marker.rstrip()


def is_of_head(line: str) -> bool:
    """Whether it says who wrote the article, or when, and nothing else: a line of its own, however long the others."""
    return byline(line) is not None or is_when_alone(line)


def are_of_head(lines: Sequence[str]) -> bool:
    """Whether they are no paragraph but lines below a headline, one of which says who wrote the article, or when."""
    are_short = all(0 < len(line) <= _LONGEST_HEADING and not _TERMINAL.search(line) for line in lines)
    return len(lines) > 1 and are_short and any(_is_byline(line) or ends_in_day(line) for line in lines)


def _goes_on(current: str, line: str) -> bool:
    """After a line cut by a wrap: a dash, or a number that neither opens nor follows a list, is no marker."""
    if line.lstrip()[:1] in "–—·":
        return True
    number = re.match(r"\s*(\d{1,3})[.)]", line)
    if not number:
        return False
    return int(number[1]) != 1 and not _MARKER.match(current)


def _written(marker: str) -> str:
    """`1. ` for a number, `- ` for any other marker."""
    number = re.search(r"\d+", marker)
    return f"{number.group()}. " if number else "- "


def _is_cut(line: str, width: int) -> bool:
    return len(line) >= 0.6 * width and not (len(line) < 0.8 * width and _TERMINAL.search(line))


def _with_headings(blocks: list[str]) -> Iterator[str]:
    """Short lines without an end mark that open a paragraph become headings, but not what stands below the headline."""
    is_head = True
    head = laid_out(blocks[:_MOST_OF_HEAD])
    headline = kickers(head, outline(head))
    told = _place_of_telling(blocks, headline)
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else ""
        is_beside = 0 < told < index and may_tell_who(block)
        is_head = is_head and (index <= max(headline, told) or _is_below_headline(block) or is_beside)
        # A headline may be followed by a byline, however short; a heading opens a paragraph longer than itself.
        opens = len(following) > len(block) / 2 or (index == headline and _is_below_headline(following))
        is_opener = opens and (index == headline or not is_head)
        # A headline may ask.
        words = block.rstrip("?!") if index == headline and _is_below_headline(following) else block
        yield f"## {block}" if is_opener and _is_heading(words, following) else block


def _place_of_telling(blocks: Sequence[str], headline: int) -> int:
    """Which is the last of the first blocks to say who wrote the article, or when: above it stands the standfirst."""
    below = takewhile(lambda block: len(block) <= LONGEST_STANDFIRST, blocks[headline + 1 : _MOST_OF_HEAD])
    telling = [_is_byline(block) or ends_in_day(block) for block in below]
    return headline + max((place for place, tells in enumerate(telling, start=1) if tells), default=0)


def _is_below_headline(block: str) -> bool:
    """A line that says who wrote the article, or where and when."""
    is_short = len(block) <= _LONGEST_HEADING
    return (
        _is_byline(block) or is_office(block) or (is_short and (says_when(block) or bool(_DATELINE.fullmatch(block))))
    )


def _is_byline(block: str) -> bool:
    return bool(_BYLINE.match(block)) or byline(block) is not None or with_office(block) is not None


def _is_heading(block: str, following: str) -> bool:
    words = block.split()
    return (
        len(block) <= _LONGEST_HEADING
        and 1 < len(words) <= 14
        and not _TERMINAL.search(block)
        and not is_item(block)
        and not is_row(block)
        and not block.startswith("#")
        and not _is_byline(block)
        and not is_when_alone(block)
        and (block[0].isupper() or block[0].isdigit() or block[0] in "“‘\"'")
        and bool(following)
        and not is_item(following)
        and not following.startswith("#")
        and not _CLOSING.match(block)
        and not (_FACT.match(block) and _FACT.match(following))
    )


def laid_out(lines: Iterable[str]) -> str:
    """Blocks joined by blank lines; items of one list and rows of one table by line ends."""
    text = ""
    previous = ""
    for line in lines:
        kind = "item" if is_item(line) else "row" if is_row(line) else ""
        if text:
            text += "\n" if kind and kind == previous else "\n\n"
        text += line
        previous = kind
    return text
