"""A field that holds HTML → words in the grammar of `rag.reading.outline`; whole web pages have another reader."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol "
    "p pre section table td th tr ul".split()
)
_UNSEEN = frozenset("script style template noscript head".split())
_PLAINLY = re.compile(r"</(?:p|div|li|h[1-6]|table|tr|section|article|blockquote)\s*>|<br\s*/?>|<p(?:\s[^<>]*)?>", re.I)


def is_markup(text: str) -> bool:
    """Whether the text plainly is HTML: it closes a block or breaks a line with a tag, and says so near its start."""
    return bool(_PLAINLY.search(text)) and (text.lstrip().startswith("<") or len(_PLAINLY.findall(text)) >= 2)


def words_of_markup(html: str) -> str:
    """Its paragraphs, headings and list items, blank lines between them."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    parser.end_block()
    return "\n\n".join(parser.blocks)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._words: list[str] = []
        self._mark = ""
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag == "br":
            self._words.append("\n")
        elif tag in _BLOCKS:
            self.end_block()
            if tag == "li":
                self._mark = "- "
            elif re.fullmatch(r"h[1-6]", tag):
                self._mark = "#" * max(2, int(tag[1])) + " "

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            # One that is never closed hides nothing after the next that is.
            while self._unseen and self._unseen.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._words.append(data.replace("\n", " "))

    def end_block(self) -> None:
        """What has been gathered is a block; lines that a tag broke stay apart but in an item."""
        lines = [" ".join(line.split()) for line in "".join(self._words).split("\n")]
        if block := (" " if self._mark else "\n").join(line for line in lines if line):
            self.blocks.append(self._mark + block)
            self._mark = ""
        self._words = []
