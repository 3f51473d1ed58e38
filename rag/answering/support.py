"""Does a sentence rest on what it cites? Its numbers and names must stand there, and its words be near."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.core.types import Citation, Sentence, Support
from rag.library.names import name_key, name_keys
from rag.library.words import QUESTION_WORDS, terms
from rag.reading.sentences import sentence_spans

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<![.!?…]\s)(?<!^)[^\W\d_a-z][\w’'-]+")
_MARKER = re.compile(r"\s*\[(\d{1,3})\]")
_PARTS = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]*")
_NEAR = 0.55  # of a sentence's content words must stand in what it cites
_FAR = 0.25
_FEWEST_WORDS = 3  # a shorter sentence claims nothing


@dataclass(frozen=True, slots=True)
class _Verdict:
    support: Support
    reason: str


def checked_sentences(text: str, citations: Sequence[Citation], passages: dict[int, str]) -> tuple[Sentence, ...]:
    """The answer's sentences with their verdicts; `passages` holds the text around each citation, by its number."""
    by_number = {citation.number: citation for citation in citations}
    sentences = []
    for start, end in _spans_with_markers(text):
        words = text[start:end]
        numbers = tuple(dict.fromkeys(int(n) for n in _MARKER.findall(words) if int(n) in by_number))
        bare = _MARKER.sub("", words).strip()
        verdict = _judged(bare, [by_number[n] for n in numbers], [passages.get(n, "") for n in numbers])
        sentences.append(Sentence(bare, numbers, verdict.support, verdict.reason))
    return tuple(sentences)


def _spans_with_markers(text: str) -> list[tuple[int, int]]:
    """Spans of sentences, each with the markers that follow its end."""
    spans: list[tuple[int, int]] = []
    place = 0
    for line in text.splitlines(keepends=True):
        for start, end in sentence_spans(line):
            start, end = place + start, place + end
            leading = re.match(r"(?:\[\d+\]\s*)+", text[start:end])
            if leading and spans:
                spans[-1] = (spans[-1][0], start + len(leading.group().rstrip()))
                start += leading.end()
            if start < end:
                spans.append((start, end))
        place += len(line)
    return spans


def _judged(sentence: str, cited: Sequence[Citation], around: Sequence[str]) -> _Verdict:
    content = {term for term in terms(sentence) if term not in QUESTION_WORDS}
    if not cited:
        if len(content) < _FEWEST_WORDS:
            return _Verdict("supported", "")
        return _Verdict("unsupported", "It names no source.")
    source = " ".join([*around, *(f"{c.quote} {c.title} {c.date or ''}" for c in cited)])
    if missing := sorted(set(_NUMBER.findall(sentence)) - set(_NUMBER.findall(source))):
        return _Verdict("unsupported", f"It says {missing[0]}; the source does not.")
    if missing := _names_missing(sentence, source):
        return _Verdict("unsupported", f"It names {missing[0]}; the source does not.")
    stems = set(terms(source))
    share = len(content & stems) / len(content) if content else 1.0
    if share < _FAR:
        return _Verdict("unsupported", "The source says something else.")
    if share < _NEAR:
        return _Verdict("weak", "The source says it in other words, if at all.")
    return _Verdict("supported", "")


def _names_missing(sentence: str, source: str) -> list[str]:
    """Capitalised words inside the sentence that neither stand nor sound alike in the source."""
    stems = set(terms(source))
    sounds = {key for _, key in name_keys(source)}
    # `Abdel Atty` stands in the source as `Abdelatty`: its parts are found as a pair.
    paired = {part for words, key in name_keys(sentence) if key in sounds for part in _PARTS.findall(words)}
    return [
        name
        for name in dict.fromkeys(_NAME.findall(sentence))
        if not set(terms(name)) <= stems
        and name.lower() not in QUESTION_WORDS
        and name_key(name) not in sounds
        and name not in paired
    ]
