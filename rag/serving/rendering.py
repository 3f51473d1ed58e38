"""Text → HTML: blocks, marks, links and whole articles; everything that is not ours is escaped here."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode, urlsplit

from rag.core.types import Article
from rag.reading.outline import Block, cells, outline
from rag.serving import texts

_DEEPEST_LIST = 3  # lists within lists, on a phone

Inline = Callable[[int, int], str]
"""The words from start to end as HTML."""


# Characters that turn everything after them around, our own words too, to the end of the paragraph.
_TURNING = re.compile("[\N{LEFT-TO-RIGHT OVERRIDE}\N{RIGHT-TO-LEFT OVERRIDE}]")


def escaped(text: str) -> str:
    """For text that is shown."""
    return html.escape(_TURNING.sub("", text), quote=True)


def element(tag: str, content: str, **attributes: str | int) -> str:
    """`content` is HTML, attributes are plain words: `class_` for class, `data_quote` for data-quote."""
    names = {name: name.rstrip("_").replace("_", "-") for name in attributes}
    listed = "".join(f' {names[name]}="{html.escape(str(value))}"' for name, value in attributes.items())
    return f"<{tag}{listed}>{content}</{tag}>"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text to be set apart; `kind` is its CSS class, `note` what is to be said of it."""

    start: int
    end: int
    kind: str
    note: str = ""


def marked(text: str, start: int, end: int, marks: Sequence[Mark]) -> str:
    """`text[start:end]` with the marks that reach into it; where two overlap the first counts."""
    edges = {start, end}
    for mark in marks:
        edges |= {min(max(edge, start), end) for edge in (mark.start, mark.end)}
    places = sorted(edges)
    pieces = []
    for left, right in zip(places, places[1:], strict=False):
        piece = escaped(text[left:right])
        for mark in marks:
            if mark.start <= left and right <= mark.end:
                piece = element("mark", piece, class_=mark.kind, data_at=mark.start)
                break
        pieces.append(piece)
    return "".join(pieces)


def blocks(text: str, inline: Inline) -> str:
    """Text in the grammar of `rag.reading.outline` as headings, paragraphs, lists and tables."""
    family = {"item": "list", "header": "table", "rule": "table", "row": "table"}
    made = []
    found = list(outline(text))
    highest = min((_depth(text, block) for block in found if block.kind == "heading"), default=1)
    for kind, group in groupby(found, key=lambda block: family.get(block.kind, block.kind)):
        members = list(group)
        if kind == "list":
            made.append(_list(text, members, inline))
        elif kind == "table":
            made.append(_table(text, members, inline))
        else:
            made += [_line(text, block, inline, highest) for block in members]
    return "".join(made)


def _depth(text: str, heading: Block) -> int:
    return text[heading.start : heading.body].count("#")


def _line(text: str, block: Block, inline: Inline, highest: int) -> str:
    """A paragraph or a heading; the highest of the text's headings stands right under the title above it."""
    depth = _depth(text, block) - highest
    tag = f"h{min(depth + 3, 6)}" if block.kind == "heading" else "p"
    return element(tag, inline(block.body, block.end), dir="auto")


def _list(text: str, items: Sequence[Block], inline: Inline, depth: int = 1) -> str:
    """What stands further in than the item above it is a list within that."""
    entries: list[list[Block]] = []
    for block in items:
        if entries and depth < _DEEPEST_LIST and _indent(text, block) > _indent(text, entries[-1][0]) + 1:
            entries[-1].append(block)
        else:
            entries.append([block])
    made = []
    for is_numbered, members in groupby(entries, key=lambda entry: text[entry[0].start].isdecimal()):
        lines = []
        for block, *within in members:
            number = {"value": int(re.split("[.)]", text[block.start : block.body])[0])} if is_numbered else {}
            inner = _list(text, within, inline, depth + 1) if within else ""
            lines.append(element("li", inline(block.body, block.end) + inner, **number))
        made.append(element("ol" if is_numbered else "ul", "".join(lines), dir="auto"))
    return "".join(made)


def _indent(text: str, block: Block) -> int:
    return block.start - text.rfind("\n", 0, block.start) - 1


def _table(text: str, rows: Sequence[Block], inline: Inline) -> str:
    made = []
    for block in rows:
        if block.kind != "rule":
            tag = "th" if block.kind == "header" else "td"
            row = (element(tag, inline(start, end)) for start, end in cells(text, block))
            made.append(element("tr", "".join(row)))
    return element("div", element("table", element("tbody", "".join(made)), dir="auto"), class_="table")


def words_of(text: str) -> str:
    """The words of a text in that grammar on one line, without what lays it out."""
    said = []
    for block in outline(text):
        if block.kind in ("header", "row"):
            said.append(" · ".join(text[start:end] for start, end in cells(text, block) if start < end))
        elif block.kind != "rule":
            said.append(text[block.body : block.end])
    return " ".join(" ".join(said).split())


# Links


def reference(content: str, source: str, start: int, end: int, quote: str, **attributes: str | int) -> str:
    """A link that opens an article at its quoted words; it needs no memory of the answer."""
    address = "#read?" + urlencode({"source": source, "start": start, "end": end})
    return element("a", content, href=address, data_quote=quote, **attributes)


def outside_link(url: str | None, words: str) -> str:
    """A link to another site; nothing for an address that is not plain http(s)."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    if not url or parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return element("a", escaped(words), href=url, target="_blank", rel="noopener noreferrer", class_="outside")


def about(*facts: str | None, date: str | None = None) -> str:
    """Facts about an article on one line, its date last; each keeps its own direction of writing."""
    known = (*facts, texts.worded_date(date) or texts.DATE_UNKNOWN)
    return " ".join(element("span", element("bdi", escaped(fact))) for fact in known if fact)


def date_known(how: str) -> str:
    """How the date of an article is known, said so that it is not taken for the origin of the quotes above it."""
    return element("p", escaped(texts.DATE_KNOWN.format(how=how)), class_="known") if how else ""


def article_link(source: str, title: str, facts: str) -> str:
    """A list item that opens an article at its beginning."""
    link = reference(element("span", escaped(title), dir="auto"), source, 0, 0, "", class_="open")
    return element("li", link + element("p", facts, class_="about"))


def listing(title: str, items: Iterable[str]) -> str:
    """List items under a small heading."""
    return element("h3", escaped(title)) + element("ul", "".join(items))


# Articles


def find_quote(text: str, start: int, end: int, quote: str) -> tuple[int, int, str]:
    """Where the quoted words stand now, and a note when that is not where they stood."""
    if not quote or text[start:end] == quote:
        return start, end, ""
    place = text.find(quote)
    return (place, place + len(quote), texts.QUOTE_MOVED) if place >= 0 else (0, 0, texts.QUOTE_GONE)


def article_html(article: Article, start: int, end: int, quote: str, others: Sequence[tuple[int, int]] = ()) -> str:
    """The article as it was read: the quoted words marked, other cited words marked lightly."""
    start, end, note = find_quote(article.text, start, end, quote)
    marks = [Mark(start, end, "quoted")]
    if not note:
        marks += [Mark(left, right, "cited") for left, right in others]
    facts = about(article.publisher, article.author, date=article.date)
    head = [
        element("h2", escaped(article.title), dir="auto", tabindex=-1),
        element("p", f"{facts} {outside_link(article.url, texts.ORIGINAL)}", class_="about"),
        date_known(article.date_note),
        element("p", escaped(note), class_="changed") if note else "",
    ]
    body = blocks(article.text, lambda left, right: marked(article.text, left, right, marks))
    return element("header", "".join(head)) + element("div", body, class_="text") + left_out(article)


def left_out(article: Article) -> str:
    """What was dropped while it was read, folded; nothing where nothing was."""
    if not article.left_out:
        return ""
    summary = element("summary", escaped(texts.LEFT_OUT.format(count=len(article.left_out))))
    items = "".join(element("li", escaped(line)) for line in article.left_out)
    return element("details", summary + element("ul", items))
