"""A field that holds HTML → words in the grammar of `rag.reading.outline`; whole web pages have another reader."""

from __future__ import annotations

import re
from html import unescape

_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol "
    "p pre section table td th tr ul".split()
)
_UNSEEN = frozenset("script style template noscript head".split())
# Nothing looks further than the next angle bracket: the standard parser takes hours for a megabyte of `<a <a <a`.
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)[^<>]*>|<!--|<[!?][^<>]*>", re.IGNORECASE)
_PLAINLY = re.compile(r"</(?:p|div|li|h[1-6]|table|tr|section|article|blockquote)\s*>|<br\s*/?>|<p(?:\s[^<>]*)?>", re.I)


def is_markup(text: str) -> bool:
    """Whether the text plainly is HTML: it closes a block or breaks a line with a tag, and says so near its start."""
    return bool(_PLAINLY.search(text)) and (text.lstrip().startswith("<") or len(_PLAINLY.findall(text)) >= 2)


def words_of_markup(html: str) -> str:
    """Its paragraphs, headings and list items, blank lines between them."""
    made = _Blocks()
    place = 0
    while match := _TAG.search(html, place):
        made.words.append(unescape(html[place : match.start()]).replace("\n", " "))
        place = match.end()
        name = (match["name"] or "").lower()
        if match.group() == "<!--":
            place = _after(html, "-->", place)
        elif name in _UNSEEN and not match["end"]:
            place = _after(html, f"</{name}>", place)
        elif name == "br":
            made.words.append("\n")
        elif name in _BLOCKS:
            made.end(_mark(name) if not match["end"] else "")
    made.words.append(unescape(html[place:]).replace("\n", " "))
    made.end()
    return "\n\n".join(made.blocks)


def _after(html: str, end: str, place: int) -> int:
    """The place behind the end of what began here; the end of the text where it has none."""
    match = re.compile(re.escape(end), re.IGNORECASE).search(html, place)
    return match.end() if match else len(html)


def _mark(name: str) -> str:
    """What a block of this element begins with."""
    if name == "li":
        return "- "
    return "#" * max(2, int(name[1])) + " " if re.fullmatch(r"h[1-6]", name) else ""


class _Blocks:
    """Blocks as they are gathered, and the words of the one that is being gathered."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.words: list[str] = []
        self._mark = ""

    def end(self, mark: str = "") -> None:
        """A block ends and another may begin; lines that a tag broke stay apart but in an item or a heading."""
        lines = [" ".join(line.split()) for line in "".join(self.words).split("\n")]
        block = (" " if self._mark else "\n").join(line for line in lines if line)
        if block:
            self.blocks.append(self._mark + block)
        # An item may open with a paragraph of its own.
        self._mark = mark or ("" if block else self._mark)
        self.words = []
