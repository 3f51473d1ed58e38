"""What an answer says → HTML: our markers as links, quoted words as they stand, a flag at each sentence in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rag.answering.support import MARKER
from rag.core.types import Answer, Citation
from rag.serving import texts
from rag.serving.rendering import Mark, blocks, element, escaped, reference

_INLINE = re.compile(r"\[(?P<number>\d{1,3})\]|\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`")

Span = tuple[int, int]


def answer_text(answer: Answer) -> str:
    """The text of an answer with its markers, and a flag at each sentence not fully supported."""
    by_number = {str(citation.number): citation for citation in answer.citations}
    doubts, quoted = tuple(_doubts(answer)), tuple(quotes(answer))
    flagged: set[Mark] = set()  # a sentence that is a table's row reaches over many cells

    def said(start: int, end: int) -> str:
        pieces = apart(answer.text, start, end, quoted)
        return "".join(escaped(piece) if is_quote else _with_markers(piece, by_number) for piece, is_quote in pieces)

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

    return blocks(answer.text, inline)


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
    verdict = texts.SUPPORT[doubt.kind]
    label = f"{verdict}: {doubt.note}"
    return element("span", escaped(verdict), class_="flag", role="note", tabindex=0, title=doubt.note, aria_label=label)
