"""A model's whole answer put right: a sentence without a source gets one, or is left out; numbers by first use."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answering.citing import same_words
from rag.answering.draft import Draft, cite
from rag.answering.evidence import Evidence, Weighed
from rag.answering.support import MARKER, claims_something, judged, spans_with_markers
from rag.core.types import Citation
from rag.library.words import content_terms, terms

_TRIED = 4  # statements that might bear a sentence out
_STOP = re.compile(r"[.!?…]+[\"'”’)]*$")

Find = Callable[[str], Citation | None]
"""A sentence → the words that bear it out, if any do."""


def with_sources(text: str, citations: Sequence[Citation], find: Find) -> tuple[str, tuple[Citation, ...]]:
    """The text with a marker at each sentence that had none, where a source bears it out."""
    known = list(citations)
    pieces = []
    place = 0
    for start, end in spans_with_markers(text):
        sentence = text[start:end]
        if MARKER.search(sentence) or not claims_something(sentence):
            continue
        found = find(sentence)
        if found is None:
            continue
        number = next((c.number for c in known if same_words(c, found)), len(known) + 1)
        if number > len(known):
            known.append(replace(found, number=number))
        stop = _STOP.search(sentence)
        at = start + (stop.start() if stop else len(sentence))
        pieces += [text[place:at].rstrip(), f" [{number}]"]
        place = at
    return renumbered("".join([*pieces, text[place:]]), known)


def renumbered(text: str, citations: Sequence[Citation]) -> tuple[str, tuple[Citation, ...]]:
    """Numbers by first use in the text; a citation that it does not use is left out."""
    by_number = {citation.number: citation for citation in citations}
    used = dict.fromkeys(n for n in map(int, re.findall(r"\[(\d{1,3})\]", text)) if n in by_number)
    new = {old: number for number, old in enumerate(used, start=1)}
    text = re.sub(r"\[(\d{1,3})\]", lambda m: f"[{new[int(m[1])]}]" if int(m[1]) in new else m[0], text)
    return text, tuple(replace(by_number[old], number=number) for old, number in new.items())


def without_unsupported(draft: Draft) -> Draft:
    """The draft without the sentences that no source bears out; an empty text where none is left."""
    spans = spans_with_markers(draft.text)
    kept: list[str] = []
    place = 0
    for (start, end), sentence in zip(spans, draft.sentences, strict=True):
        if sentence.support != "unsupported":
            kept.append((draft.text[place:start] if kept else "") + draft.text[start:end])
        place = end
    left_out = sum(sentence.support == "unsupported" for sentence in draft.sentences)
    if not left_out:
        return draft
    text, citations = renumbered("".join(kept).strip(), draft.citations)
    new = {old.number: now.number for old in draft.citations for now in citations if same_words(old, now)}
    sentences = tuple(
        replace(sentence, citations=tuple(new[n] for n in sentence.citations))
        for sentence in draft.sentences
        if sentence.support != "unsupported"
    )
    sentence_s = "sentence that the articles do not bear out was" if left_out == 1 else (
        "sentences that the articles do not bear out were"
    )  # fmt: skip
    return replace(
        draft,
        text=text,
        citations=citations,
        sentences=sentences,
        notice=f"{draft.notice} {left_out} {sentence_s} left out.".strip(),
    )


def finder(weighed: Weighed) -> Find:
    """Looks among the statements that were found for the question."""

    def find(sentence: str) -> Citation | None:
        said = content_terms(sentence)
        likely = sorted(weighed.evidence, key=lambda item: -shared(said, item))[:_TRIED]
        for item in likely:
            citation = cite(item.hit, item.start, item.end, 0)
            if shared(said, item) > 0 and judged(sentence, [citation], [item.hit.passage.text]).support == "supported":
                return citation
        return None

    return find


def shared(said: set[str], item: Evidence) -> float:
    """Words in common, a little less for a longer statement so that the one that says just this wins."""
    stems = set(terms(item.statement.text))
    return len(said & stems) - 0.02 * len(stems)
