"""Markers in a model's stream → our own numbers: half a marker never shows, an invented one vanishes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from rag.core.types import Citation

_OPEN, _SHUT = r"[\[【［〔]", r"[\]】］〕]"  # the wide ones are what East Asian and some hosted models write
_KIND_WORD = "passages?|sources?|refs?|docs?|articles?|no"
_KIND = rf"(?:(?:{_KIND_WORD})\.?|#|\^)"
_JOINT = r"(?:[,;/&–—‑−-]|and|to)"
_AIMED = r"(?:\s*[†:][^\[\]【】［］〔〕\n]{0,60})?"  # `【4:0†source】`
_INSIDE = rf"(?:{_KIND}\s*)?(\d{{1,3}}(?:\s*{_JOINT}\s*(?:{_KIND}\s*)?\d{{1,3}})*){_AIMED}"
_ONE = rf"{_OPEN}\s*{_INSIDE}\s*{_SHUT}"
_SPACE = r"(?:(?<!\s)\s++)?"  # all of it or none: a long row of it is gone through once
_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARKER = re.compile(
    rf"{_SPACE}(?:`{_ONE}`|{_OPEN}{_ONE}{_SHUT}|{_ONE})|(?P<raised>[{_RAISED_DIGITS}]{{1,3}})(?![{_RAISED_DIGITS}])",
    re.IGNORECASE,
)
# What may yet become a marker when more of the stream arrives, white space before it included. No two of the choices
# begin alike: else each sign of a long row would double the time that it takes to see that it is none.
_SOFAR = (
    rf"(?:[\d\s,;/&#^.–—‑−-]|{_KIND_WORD}|[a-z]{{1,8}}(?=\s*$)|and|to){{0,200}}"
    r"(?:[†:][^\[\]【】［］〔〕\n]{0,60})?"
)
_UNFINISHED = re.compile(
    rf"(?:{_SPACE}(?:`?(?:{_OPEN}{{1,2}}{_SOFAR})?|[`\[【［〔]{_OPEN}[^\[\]【】［］〔〕\n]{{0,200}}{_SHUT})"
    rf"|[{_RAISED_DIGITS}]{{1,3}})?$",
    re.IGNORECASE,
)
_HALF_MARKER = re.compile(rf"{_SPACE}(?:`?[\[【［〔][^\]】］〕]*|`)$")
_RANGE = re.compile(r"(\d+)\s*(?:[–—‑−-]|to)\s*(\d+)")
_RAISED = str.maketrans(_RAISED_DIGITS, "0123456789")
_FEWEST_LETTERS = 4  # before a raised number: after fewer it is a unit, km² or m³
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
        self._waiting += "".join(filter(_is_seen, piece))
        held = _UNFINISHED.search(self._waiting)
        ready = held.start() if held else len(self._waiting)
        # A sign that ends one marker may seem to begin another.
        ready = max([ready, *(m.end() for m in _MARKER.finditer(self._waiting) if m.start() < ready < m.end())])
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
            place = match.end()
            if match["raised"] is None:
                self._mark(_numbers(match[1] or match[2] or match[3]))
            elif _ends_a_word(self.text):
                self._mark([int(match["raised"].translate(_RAISED))])
            else:
                self.text += match["raised"]
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


def _is_seen(character: str) -> bool:
    """No control, zero-width or direction-changing character: they hide what is said."""
    return character in "\n\t\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _ends_a_word(text: str) -> bool:
    """Whether a raised number after this is a note and no unit or power."""
    word = re.search(r"[^\W\d_]*$", text)
    return len(word.group()) >= _FEWEST_LETTERS if word and word.group() else text[-1:] in ".,;:!?…”’\"')]"


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
