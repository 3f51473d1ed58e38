"""What an answer says → HTML: our markers as links, quoted words as they stand, a flag at each sentence in doubt.

Of Markdown, which models write, what helps reading is shown so; a link stays text, for no model may lead anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import dedent
from typing import Literal

from rag.answering.support import MARKER
from rag.core.types import Answer, Citation
from rag.serving import texts
from rag.serving.rendering import Inline, Mark, blocks, element, escaped, reference

_INLINE = re.compile(
    r"\[(?P<number>\d{1,3})\]|\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<stars>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])|(?<!\w)_(?P<lines>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
    r"|!?\[(?P<words>[^\[\]\n]+)\]\((?P<address>[^()\s]++(?:\([^()\s]*+\)[^()\s]*+)*+)(?:\s[^()\n]*+)?\)"
)
_FENCE = re.compile(r"\s*(`{3,}|~{3,})[^`\n]*$")
_QUOTING = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")

Span = tuple[int, int]
Part = tuple[Literal["plain", "quote", "code"], int, int]
"""A stretch of whole lines, with where it begins and ends."""


def answer_text(answer: Answer) -> str:
    """The text of an answer with its markers, and a flag at each sentence not fully supported."""
    by_number = {str(citation.number): citation for citation in answer.citations}
    doubts, quoted = tuple(_doubts(answer)), tuple(quotes(answer))
    flagged: set[Mark] = set()  # a sentence that is a table's row reaches over many cells
    parts = _parts(answer.text, quoted)
    # Places stay what they are: what marks a quotation is blanked.
    text = answer.text
    for kind, first, last in parts:
        if kind == "quote":
            text = text[:first] + _QUOTING.sub(lambda match: " " * len(match.group()), text[first:last]) + text[last:]

    def said(start: int, end: int) -> str:
        pieces = apart(text, start, end, quoted)
        return "".join(
            escaped(piece) if is_quote else _with_markers(texts.dates_worded(piece), by_number)
            for piece, is_quote in pieces
        )

    def inline(start: int, end: int) -> str:
        made, place = [], start
        for doubt in doubts:
            left, right = max(doubt.start, start), min(doubt.end, end)
            if left < right:
                made += [said(place, left), _doubted(said(left, right), doubt)]
                made.append("" if doubt in flagged else " " + _flag(doubt))
                flagged.add(doubt)
                place = right
        return "".join([*made, said(place, end)])

    def inline_from(first: int) -> Inline:
        return lambda start, end: inline(first + start, first + end)

    made = []
    for kind, first, last in parts:
        if kind == "code":
            made.append(element("pre", element("code", escaped(dedent(text[first:last]).rstrip()))))
            unsaid = [doubt for doubt in doubts if doubt.start < last and first < doubt.end and doubt not in flagged]
            made += [element("p", _flag(doubt)) for doubt in unsaid[:1]]  # one for all of it, and not within it
            flagged.update(unsaid)
        else:
            laid_out = blocks(text[first:last], inline_from(first))
            made.append(element("blockquote", laid_out) if kind == "quote" else laid_out)
    return "".join(made)


def _parts(text: str, quoted: Sequence[Span]) -> list[Part]:
    """What is plain, quoted with `>` and fenced as code; in an article's words none of this is looked for."""
    parts: list[Part] = []
    fence, place = "", 0
    for line in text.splitlines(keepends=True):
        start, place = place, place + len(line)
        is_articles = any(first < place and start < last for first, last in quoted)
        opened = None if is_articles else _FENCE.match(line)
        kind: Literal["plain", "quote"] = "plain" if is_articles or not _QUOTING.match(line) else "quote"
        if fence:
            is_end = opened is not None and opened[1].startswith(fence)
            parts[-1] = ("code", parts[-1][1], start if is_end else place)
            fence = "" if is_end else fence
        elif opened:
            parts.append(("code", place, place))
            fence = opened[1]
        elif not is_articles and _RULE.match(line):
            continue
        elif parts and parts[-1][0] == kind and parts[-1][2] == start:
            parts[-1] = (kind, parts[-1][1], place)
        else:
            parts.append((kind, start, place))
    return parts


def quotes(answer: Answer) -> Iterator[Span]:
    """Where the text holds an article's words as they are: numbers, stars and backticks in them are the article's."""
    by_number = {citation.number: citation.quote for citation in answer.citations}
    place = 0
    for sentence in answer.sentences:
        cited = (by_number[number] for number in sentence.citations if number in by_number)
        start = answer.text.find(sentence.text, place)
        if start >= 0 and _is_quoted(sentence.text, cited):
            place = start + len(sentence.text)
            yield start, place


def _is_quoted(words: str, cited: Iterable[str]) -> bool:
    """Whether these are the quoted words, or a table's cell as `rag.reading.sentences` words it."""
    words = " ".join(words.split())
    label, _, cell = words.partition(" – ")
    value = cell.rpartition(": ")[2]
    wholes = [" ".join(quote.split()) for quote in cited]
    rows = [whole.replace(" | ", ", ") for whole in wholes]
    return words in wholes or any(value and row.startswith(label) and row.endswith(value) for row in rows)


def apart(text: str, start: int, end: int, quoted: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """The text from start to end in pieces, each with whether it is quoted."""
    place = start
    for first, last in quoted:
        left, right = max(first, start), min(last, end)
        if left < right:
            yield text[place:left], False
            yield text[left:right], True
            place = right
    yield text[place:end], False


def _with_markers(piece: str, by_number: Mapping[str, Citation]) -> str:
    made, place = [], 0
    for match in _INLINE.finditer(piece):
        made.append(escaped(piece[place : match.start()]))
        place = match.end()
        if match["bold"]:
            made.append(element("strong", _with_markers(match["bold"], by_number)))
        elif match["code"]:
            made.append(element("code", escaped(match["code"])))
        elif slanted := match["stars"] or match["lines"]:
            made.append(element("em", _with_markers(slanted, by_number)))
        elif match["words"]:
            made.append(_with_markers(match["words"], by_number) + escaped(f" ({match['address']})"))
        elif match["number"] in by_number:
            made[-1] = made[-1].rstrip(" ")  # the marker stays on the line of its words
            made.append(marker(by_number[match["number"]]))
        else:
            made.append(escaped(match.group()))
    return "".join([*made, escaped(piece[place:])])


def marker(citation: Citation) -> str:
    """The small number in an answer."""
    label = texts.OPEN_SOURCE.format(number=citation.number, title=citation.title)
    return opening(
        citation,
        str(citation.number),
        class_="marker",
        data_number=citation.number,
        title=f"“{citation.quote}”",
        aria_label=label,
    )


def opening(citation: Citation, content: str, **attributes: str | int) -> str:
    """A link that opens the article at the cited words."""
    return reference(content, citation.source, citation.start, citation.end, citation.quote, **attributes)


def _doubts(answer: Answer) -> Iterator[Mark]:
    """The places of the sentences whose support is wanting, each with the markers behind it.

    A sentence was judged without its markers, so it is looked for in the text without them.
    """
    markers = [match.span() for match in MARKER.finditer(answer.text)]
    bare = MARKER.sub("", answer.text)
    place = 0
    for sentence in answer.sentences:
        words = MARKER.sub("", sentence.text).strip()
        start = bare.find(words, place)
        if start < 0 or not words:
            continue
        place = start + len(words)
        if sentence.support != "supported":
            reason = sentence.reason or texts.SUPPORT_REASON[sentence.support]
            yield Mark(_behind(markers, start), _behind(markers, place), sentence.support, reason)


def _behind(markers: Sequence[Span], place: int) -> int:
    """A place in the text without markers → the same in the text with them, behind those that stand there."""
    for start, end in markers:
        if start > place:
            break
        place += end - start
    return place


def _doubted(words: str, doubt: Mark) -> str:
    return element("span", words, class_=f"doubt {doubt.kind}", title=doubt.note)


def _flag(doubt: Mark) -> str:
    """The verdict as a button that shows the reason behind it."""
    verdict = escaped(texts.SUPPORT[doubt.kind])
    button = element("button", verdict, type="button", class_="flag", data_act="unfold", aria_expanded="false")
    return f"{button} {element('span', escaped(doubt.note), class_='why', dir='auto')}"
