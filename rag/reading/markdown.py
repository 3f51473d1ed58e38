"""Markdown → the stored form: structure kept, inline markup reduced to the words a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.reading.cleaning import are_of_head, is_of_head, notice_in, visible
from rag.reading.fragments import words_of_markup
from rag.reading.sentences import is_ended

_OTHER_ARTICLES = re.compile(
    r"(?:related|recommended|trending|(?:most|more) (?:read|popular|viewed)|read (?:next|more|also)|"
    r"more (?:stories|articles|news|(?:on|from) .{2,30})|you (?:may|might) also like|see also|à lire aussi|"
    r"(?:related|latest|other) (?:articles|stories|news|posts|links)|mehr zum thema|más información)\W*",
    re.IGNORECASE,
)
_MOST_WORDS_OF_SUBHEAD = 10
_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


@dataclass(frozen=True, slots=True)
class Blocks:
    """The text in the grammar of `rag.reading.outline`, and what was left out of it."""

    text: str
    left_out: tuple[str, ...]


def markdown_blocks(text: str) -> Blocks:
    """Without a site's notices and its lists of other articles, as a saved page has them."""
    laid_out = ""
    previous = ""
    left_out: list[str] = []
    for kind, line in _without_furniture(_lines(_PARSER.parse(visible(text))), left_out):
        if laid_out:
            laid_out += "\n" if kind in ("item", "row") and kind == previous else "\n\n"
        laid_out += line
        previous = kind
    return Blocks(laid_out, tuple(left_out))


def _without_furniture(lines: Iterator[tuple[str, str]], left_out: list[str]) -> Iterator[tuple[str, str]]:
    """The lines but for notices, and for a heading such as `Related` with the items below it."""
    is_listing = False
    for (kind, line), (below, _) in pairwise([*lines, ("", "")]):
        words = line.lstrip("#- ")
        is_head = kind == "heading" and below == "item" and _OTHER_ARTICLES.fullmatch(words) is not None
        is_listing = is_head or (is_listing and kind == "item")
        notice = "other articles" if is_listing else "" if kind == "row" else notice_in(words)
        if notice:
            left_out.append(f"{notice}: {line}")
        else:
            yield kind, line


def _lines(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:  # noqa: C901 - one table of the parser's tokens
    """(kind, line) for each heading, paragraph, item and table row."""
    prefix, kind = "", "paragraph"
    is_below_title = False  # where a few words in bold are a standfirst
    row: list[str] = []
    numbers: list[int | None] = []
    for token in tokens:
        match token.type:
            case "heading_open":
                prefix, kind = "#" * int(token.tag[1]) + " ", "heading"
                is_below_title = token.tag == "h1"
            case "heading_close":
                prefix, kind = "", "paragraph"
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_open":
                start = token.attrGet("start")  # nought is one
                numbers.append(1 if start is None else int(start))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
                prefix, kind = "", "paragraph"
            case "list_item_open":
                number = numbers[-1]
                prefix, kind = ("- " if number is None else f"{number}. "), "item"
                if number is not None:
                    numbers[-1] = number + 1
            case "tr_open":
                row, kind = [], "row"
            case "tr_close":
                yield "row", "| " + " | ".join(row) + " |"
            case "thead_close":
                yield "row", "|" + "---|" * len(row)
            case "table_close":
                kind = "paragraph"
            case "code_block" | "fence":
                for line in token.content.splitlines():
                    if line.strip():
                        yield "paragraph", " ".join(line.split())
            case "html_block":
                for line in visible(words_of_markup(token.content)).split("\n"):
                    if line.strip():
                        yield "item" if line.startswith("- ") else "paragraph", " ".join(line.split())
            case "inline":
                lines = _lines_of(token)
                words = " ".join(filter(None, lines))
                if kind == "row":
                    row.append(words.replace("|", "/"))
                elif kind == "paragraph" and not is_below_title and _is_subhead(token, words):
                    yield "heading", f"## {words}"
                elif kind == "paragraph" and are_of_head(lines):
                    for line in lines:
                        yield kind, line
                elif words:
                    is_below_title = is_below_title and not (kind == "paragraph" and is_ended(words))
                    yield kind, prefix + words
                    prefix, kind = "", "paragraph"


def _is_subhead(token: Token, words: str) -> bool:
    """Whether a paragraph is a few words in bold and nothing else: `**How we got here**`."""
    marks = [child.type for child in token.children or [] if child.content.strip() or child.type.startswith("strong")]
    is_bold = marks[:1] == ["strong_open"] and marks[-1:] == ["strong_close"] and marks.count("strong_open") == 1
    is_short = 0 < len(words.split()) <= _MOST_WORDS_OF_SUBHEAD and words[-1] not in ".?!:;,…"
    return is_bold and is_short and not is_of_head(words)


def _lines_of(token: Token) -> list[str]:
    """The inline token's lines without its markup; an image counts for nothing."""
    words = []
    for child in token.children or []:
        match child.type:
            case "text" | "code_inline":
                words.append(child.content)
            case "softbreak" | "hardbreak":
                words.append("\n")
    whole = visible("".join(words))  # once more: `&#8203;` is a character only now
    return [" ".join(line.split()) for line in whole.split("\n")]
