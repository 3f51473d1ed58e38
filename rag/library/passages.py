"""An article → the passages that are embedded, found and cited."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, takewhile

from rag.core.types import Article, Passage, lead
from rag.reading.interviews import Interview
from rag.reading.outline import is_item, is_row, outline
from rag.reading.sentences import is_ended, is_question, sentence_spans

_MOST_WORDS_OF_A_NAME = 14  # with the office it holds, and the mark of the item
_MOST_CHARS_PER_TOKEN = 8  # a tokenizer may count a word of a thousand letters as one token


def cut(article: Article, size: int, count_tokens: Callable[[str], int]) -> tuple[Passage, ...]:
    """Passages of whole sentences, at most `size` tokens each with title and section, never across a heading.

    Every character that is not white space lies in exactly one passage. A sentence is cut, at a word, only
    when it is longer than a passage by itself; a table or a list of names, between rows or items, only when it is.
    In an interview the section says who answers, and what was asked where an answer goes on.
    """
    passages = []
    interview = Interview.of(article)
    for heading, pieces in _sections(article.text, interview):
        own = "" if heading == article.title else heading  # the title is said anyway
        leads = [
            lead(article.title, section, article.date)
            for section in (own, *interview.headings(pieces[0][0], pieces[-1][1]))
        ]
        room = max(size - max(map(count_tokens, leads)) - 2, size // 3)
        for start, end in _packed(article.text, pieces, room, count_tokens, interview):
            text = article.text[start:end]
            section = interview.heading(start, end, pieces[0][0]) or own
            passages.append(
                Passage(
                    id=passage_id(article.source, start, end, text),
                    source=article.source,
                    start=start,
                    end=end,
                    text=text,
                    title=article.title,
                    section=section,
                    date=article.date,
                    page=article.page_at(start),
                )
            )
    return tuple(passages)


def passage_id(source: str, start: int, end: int, text: str) -> str:
    """The same passage at the same place of the same article has the same id in every library."""
    return hashlib.blake2b(f"{source}\0{start}\0{end}\0{text}".encode(), digest_size=10).hexdigest()


def _sections(text: str, interview: Interview) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """(heading, spans of its pieces) for each section; the heading's own line is its first piece.

    What stands above the first question of an interview is a section of its own.
    """
    section = ""
    pieces: list[tuple[int, int]] = []
    only_headings = True
    for block in outline(text):
        if block.kind == "heading":
            # Headings that follow one another, as a title and the first section do, stay together.
            if pieces and not only_headings:
                yield section, pieces
                pieces, only_headings = [], True
            section = text[block.body : block.end]
            pieces.append((block.start, block.end))
            continue
        if pieces and not only_headings and interview.spans and block.start == interview.spans[0][0]:
            yield section, pieces
            pieces = []
        only_headings = False
        if block.kind == "paragraph":
            pieces += sentence_spans(text, block.start, block.end)
        else:
            pieces.append((block.start, block.end))
    if pieces:
        yield section, pieces


def _packed(
    text: str, pieces: list[tuple[int, int]], room: int, count_tokens: Callable[[str], int], interview: Interview
) -> Iterator[tuple[int, int]]:
    """Neighbouring pieces joined as long as they fit into `room` tokens.

    A question goes to what answers it, a line that ends with a colon to the table or list it announces.
    """
    packed: list[tuple[int, int, int]] = []  # start, end and tokens of each piece
    for start, end, tokens, together in _with_kin(text, pieces, room, count_tokens):
        if packed and sum(its for *_, its in packed) + together > room:
            opening = _opening(text, packed, interview, announces=together > tokens)
            fits = 0 < opening < len(packed) and sum(its for *_, its in packed[-opening:]) + together <= room
            kept = packed[:-opening] if fits else packed
            yield kept[0][0], kept[-1][1]
            packed = packed[len(kept) :]
        packed.append((start, end, tokens))
    if packed:
        yield packed[0][0], packed[-1][1]


def _opening(text: str, packed: Sequence[tuple[int, int, int]], interview: Interview, *, announces: bool) -> int:
    """How many of the last pieces belong to what comes next."""
    start, end, _ = packed[-1]
    if interview.asks(start):
        return sum(1 for _ in takewhile(lambda piece: interview.asks(piece[0]), reversed(packed)))
    return int(is_question(text[start:end]) or (announces and text[start:end].endswith(":")))


def _with_kin(
    text: str, pieces: list[tuple[int, int]], room: int, count_tokens: Callable[[str], int]
) -> Iterator[tuple[int, int, int, int]]:
    """Start, end and tokens of each piece, and of all that must stay with it: for a first row or item, all of them."""
    small = _small_enough(text, pieces, room, count_tokens)
    for kin, spans in groupby(small, key=lambda span: _kin(text[slice(*span)])):
        counted = [(start, end, count_tokens(text[start:end])) for start, end in spans]
        whole = sum(tokens for *_, tokens in counted)
        for at, (start, end, tokens) in enumerate(counted):
            yield start, end, tokens, whole if kin and at == 0 and whole <= room else tokens


def _kin(piece: str) -> str:
    """What it is one of, if of anything that stays together: a list of names does, one of whole sentences does not."""
    if is_row(piece):
        return "table"
    is_name = is_item(piece) and not is_ended(piece) and len(piece.split()) <= _MOST_WORDS_OF_A_NAME
    return "list" if is_name else ""


def _small_enough(
    text: str, pieces: list[tuple[int, int]], room: int, count_tokens: Callable[[str], int]
) -> Iterator[tuple[int, int]]:
    """The pieces, those longer than `room` halved at a word until they fit."""
    stack = list(reversed(pieces))
    while stack:
        start, end = stack.pop()
        words = text[start:end]
        fits = len(words) <= room * _MOST_CHARS_PER_TOKEN and count_tokens(words) <= room
        if fits or len(words) < 2:
            yield start, end
            continue
        middle = (start + end) // 2
        space = text.rfind(" ", start + 1, middle)
        if space < 0:
            space = text.find(" ", middle, end)
        cut_at = space if space > start else middle
        second = cut_at + len(text[cut_at:end]) - len(text[cut_at:end].lstrip())
        if second < end:
            stack.append((second, end))
        stack.append((start, start + len(text[start:cut_at].rstrip())))
