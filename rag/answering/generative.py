"""Answers worded by a language model from numbered passages; its markers become citations of sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.backends import Model
from rag.answering.citing import MarkerStream
from rag.answering.draft import Draft, cite
from rag.answering.evidence import Evidence, Terms, Weighed
from rag.answering.prompts import NOT_FOUND, messages
from rag.answering.sourcing import finder, with_sources, without_unsupported
from rag.answering.support import checked_sentences
from rag.answering.suspicion import warning
from rag.answering.thinking import without_thoughts
from rag.core.errors import BackendFailed, PromptTooLong
from rag.core.types import Citation, Hit, Message
from rag.library.words import QUESTION_WORDS, terms
from rag.search.followups import Question

_WHOLE_SENTENCE = re.compile(r"[.!?…][\"'”’)]*(?:\s|$)")


class GenerativeBackend:
    """A model with a prompt; passages are numbered in the order of the hits."""

    def __init__(self, model: Model, unsupported: str = "mark") -> None:
        self.name = model.name
        self._model = model
        self._drops = unsupported == "drop"

    def reply(self, weighed: Weighed, hits: Sequence[Hit], history: Sequence[Message]) -> Iterator[Draft]:
        """A draft for each piece of the stream; the last one has its sentences judged.

        BackendFailed before a first sentence is whole; a model that fails later leaves what it said, marked as cut off.
        """
        question = weighed.question
        stream = MarkerStream(lambda number, sentence: _resolved(number, sentence, hits, weighed))
        notice = ""
        try:
            for piece in without_thoughts(self._said(question, hits, history)):
                before = stream.text
                stream.feed(piece)
                if stream.text != before:
                    yield Draft(stream.text.lstrip(), tuple(stream.citations))
        except BackendFailed as failure:
            if not _WHOLE_SENTENCE.search(stream.text):
                raise
            notice = f"The answer was cut off. {failure.message}"
        stream.close()
        text = stream.text.strip() + (" …" if notice else "")
        if not text:
            raise BackendFailed(
                f"The backend {self.name!r} gave an empty reply.", "Ask again, or use --llm extractive."
            )
        if text.startswith(NOT_FOUND.rstrip(".")):
            yield Draft(NOT_FOUND, (), (), is_refusal=True)
            return
        text, citations = with_sources(text, stream.citations, finder(weighed))
        around = {c.number: _passage_around(c, hits) for c in citations}
        notice = f"{notice} {warning(hits)}".strip()
        draft = Draft(text, citations, checked_sentences(text, citations, around), notice=notice)
        if self._drops:
            draft = without_unsupported(draft)
            if not draft.text:
                raise BackendFailed(
                    f"The articles bear out nothing that the backend {self.name!r} said.",
                    "Set RAG_UNSUPPORTED=mark to see it all the same.",
                )
        yield draft

    def _said(self, question: Question, hits: Sequence[Hit], history: Sequence[Message]) -> Iterator[str]:
        """The model's pieces; where the prompt is too long for it, once more with the better half of the passages."""
        try:
            yield from self._model.stream(messages(question.text, question.standalone, hits, history))
        except PromptTooLong:
            if len(hits) < 2:
                raise
            fewer = hits[: len(hits) // 2]
            yield from self._model.stream(messages(question.text, question.standalone, fewer, history))


def _resolved(number: int, sentence: str, hits: Sequence[Hit], weighed: Weighed) -> Citation | None:
    """The statement of passage `number` that bears out the sentence best; None where there is no such passage."""
    if not 1 <= number <= len(hits):
        return None
    hit = hits[number - 1]
    among = [item for item in weighed.evidence if item.hit.passage.id == hit.passage.id]
    if not among:
        return cite(hit, hit.passage.start, hit.passage.end, 0)
    said = {term for term in terms(sentence) if term not in QUESTION_WORDS}
    best = max(among, key=lambda item: (_shared(said, item), item.score))
    return cite(hit, best.start, best.end, 0)


def _shared(said: set[str], item: Evidence) -> float:
    """Words in common, a little less for a longer statement so that the one that says just this wins."""
    stems = Terms.of(item.statement.text).stems
    return len(said & stems) - 0.02 * len(stems)


def _passage_around(citation: Citation, hits: Sequence[Hit]) -> str:
    return next(
        (
            hit.passage.text
            for hit in hits
            if hit.passage.source == citation.source and hit.passage.start <= citation.start <= hit.passage.end
        ),
        "",
    )
