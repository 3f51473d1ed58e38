"""Markers in a model's stream → our own numbers: half a marker never shows, an invented one vanishes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from rag.core.types import Citation

_MARKER = re.compile(r"\s*[\[【]\s*(?:passages?\s+)?(\d{1,3}(?:\s*(?:[,;–-]|and)\s*\d{1,3})*)\s*[\]】]", re.IGNORECASE)
# What may yet become a marker when more of the stream arrives, white space before it included.
_UNFINISHED = re.compile(
    r"\s*(?:[\[【]\s*(?:p(?:a(?:s(?:s(?:a(?:g(?:e(?:s)?)?)?)?)?)?)?\s*)?(?:[\d\s,;–-]|and|an|a){0,200})?$",
    re.IGNORECASE,
)
_HALF_MARKER = re.compile(r"\s*[\[【][^\]】]*$")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
_LONGEST_RANGE = 20

Resolve = Callable[[int, str], Citation | None]
"""(passage number as the model wrote it, the sentence before it) → the citation, or None if there is no such."""


@dataclass
class MarkerStream:
    """Feed it pieces as they come; `text` is what may be shown, with markers already ours."""

    resolve: Resolve
    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    _waiting: str = ""

    def feed(self, piece: str) -> None:
        self._waiting += piece
        held = _UNFINISHED.search(self._waiting)
        ready = held.start() if held else len(self._waiting)
        self._show(self._waiting[:ready])
        self._waiting = self._waiting[ready:]

    def close(self) -> None:
        """The reply is over: half a marker at its end is dropped."""
        rest, self._waiting = self._waiting, ""
        self._show(_HALF_MARKER.sub("", rest).rstrip())

    def _show(self, text: str) -> None:
        place = 0
        for match in _MARKER.finditer(text):
            self.text += text[place : match.start()]
            self._mark(_numbers(match.group(1)))
            place = match.end()
        self.text += text[place:]

    def _mark(self, numbers: list[int]) -> None:
        sentence = last_sentence(self.text)
        for number in numbers:
            citation = self.resolve(number, sentence)
            if citation is None:
                continue
            known = next((c for c in self.citations if same_words(c, citation)), None)
            if known is None:
                known = replace(citation, number=len(self.citations) + 1)
                self.citations.append(known)
            marker = f" [{known.number}]"
            if not re.search(rf"(?: \[\d+\])*{re.escape(marker)}(?: \[\d+\])*$", self.text):
                self.text += marker


def _numbers(inside: str) -> list[int]:
    """`1, 3-5` → 1, 3, 4, 5; a range that runs backwards or on for ever counts as its two ends."""
    spread = _RANGE.sub(lambda match: _spread(int(match[1]), int(match[2])), inside)
    return list(dict.fromkeys(int(number) for number in re.findall(r"\d+", spread)))


def _spread(first: int, last: int) -> str:
    if first <= last <= first + _LONGEST_RANGE:
        return " ".join(str(number) for number in range(first, last + 1))
    return f"{first} {last}"


def last_sentence(text: str) -> str:
    """The sentence that the end of the text belongs to, without markers."""
    bare = re.sub(r"\s*\[\d{1,3}\]", "", text).rstrip()
    start = max((match.end() for match in re.finditer(r"[.!?…][\"'”’)]*\s+|\n", bare)), default=0)
    return bare[start:]


def same_words(first: Citation, second: Citation) -> bool:
    """Whether both cite the same stretch of the same article."""
    return (first.source, first.start, first.end) == (second.source, second.start, second.end)
