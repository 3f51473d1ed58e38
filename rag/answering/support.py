"""Does a sentence rest on what it cites? Its numbers and names must stand there, and its words be near."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.agreement import Comparison, Source
from rag.core.types import Citation, Sentence, Support
from rag.library.words import content_terms
from rag.reading.sentences import is_ended, sentence_spans

MARKER = re.compile(r"\s*\[(\d{1,3})\]")
_NEAR = 0.51  # of a sentence's content words must stand in what it cites
_FAR = 0.25
NO_SOURCE = "It names no source."
_FEWEST_WORDS = 3  # of a fragment that claims something
# Stems that a model talks about its own answer with.
_COURTESY = frozenset(
    "hope help glad happi sure certain cours question answer summari brief short note follow below see sorri here "
    "thank welcom inde exact unfortun actual howev therefor overal conclus sum text passag sourc detail inform provid "
    "respons understood understand correct right true great good ok okay well".split()
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a sentence is borne out, and why not further."""

    support: Support
    reason: str


def checked_sentences(text: str, citations: Sequence[Citation], passages: dict[int, str]) -> tuple[Sentence, ...]:
    """The answer's sentences with their verdicts; `passages` holds the text around each citation, by its number."""
    by_number = {citation.number: citation for citation in citations}
    sentences = []
    for start, end in spans_with_markers(text):
        words = text[start:end]
        numbers = tuple(dict.fromkeys(int(n) for n in MARKER.findall(words) if int(n) in by_number))
        bare = MARKER.sub("", words).strip()
        verdict = judged(bare, [by_number[n] for n in numbers], [passages.get(n, "") for n in numbers])
        sentences.append(Sentence(bare, numbers, verdict.support, verdict.reason))
    return tuple(sentences)


def spans_with_markers(text: str) -> list[tuple[int, int]]:
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


def claims_something(sentence: str) -> bool:
    """Whether there is enough in it to need a source: “Lavrov is dead.” has, “Happy to help.” has not."""
    content = content_terms(sentence)
    is_whole = is_ended(sentence) and not sentence.endswith("…")  # which is where a reply broke off
    is_whole = is_whole and len(sentence.split()) > 1 and bool(content - _COURTESY)
    return (len(content) >= _FEWEST_WORDS or is_whole) and bool(re.search(r"[^\W\d_]", sentence))


def judged(sentence: str, cited: Sequence[Citation], around: Sequence[str]) -> Verdict:
    """The verdict on a sentence without markers; `around` holds the text around each citation."""
    if not re.search(r"[^\W\d_]", sentence):
        return Verdict("supported", "")  # the number of a list
    if not cited:
        return Verdict("unsupported", NO_SOURCE) if claims_something(sentence) else Verdict("supported", "")
    sources = [
        Source(f"{citation.quote}\n{text}" if citation.quote not in text else text, citation.title, citation.date)
        for citation, text in zip(cited, around, strict=True)
    ]
    comparison = Comparison(sentence, sources)
    if found := comparison.first():
        return Verdict("unsupported", str(found))
    if not claims_something(sentence):
        return Verdict("supported", "")
    if comparison.share < _FAR:
        return Verdict("unsupported", "The source says something else.")
    if comparison.share < _NEAR:
        return Verdict("weak", "The source says it in other words, if at all.")
    return Verdict("supported", "")
