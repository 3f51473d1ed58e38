"""Answers worded by a language model from numbered passages; its markers become citations of sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.budget import alternating, fit, is_cut_off, words_sent
from rag.answering.calls import Call
from rag.answering.citing import MarkerStream, Resolve
from rag.answering.draft import Draft, cite
from rag.answering.evidence import Weighed
from rag.answering.models import Messages, Model
from rag.answering.prompts import NOT_FOUND, messages
from rag.answering.refusing import is_refusal
from rag.answering.rewriting import rewritten
from rag.answering.sourcing import finder, shared, with_sources, without_unsupported
from rag.answering.support import MARKER, checked_sentences
from rag.answering.suspicion import warning
from rag.answering.thinking import RETRACTED, without_thoughts
from rag.core.errors import BackendFailed, EmptyReply, PromptTooLong
from rag.core.per_backend import price_of
from rag.core.settings import Settings
from rag.core.types import Citation, Hit, Message, Usage
from rag.library.words import content_terms
from rag.search.followups import Question

_WHOLE_SENTENCE = re.compile(r"[.!?…][\"'”’)]*(?:\s|$)")


class GenerativeBackend:
    """A model with a prompt; passages are numbered in the order of the hits."""

    def __init__(self, model: Model, settings: Settings) -> None:
        self.name = model.name
        self._model = model
        self._settings = settings

    def reply(
        self, weighed: Weighed, hits: Sequence[Hit], history: Sequence[Message], call: Call | None = None
    ) -> Iterator[Draft]:
        """A draft for each piece of the stream; the last one has its sentences judged.

        BackendFailed before a first sentence is whole; a model that fails later leaves what it said, marked as cut off.
        """
        call = call or Call()
        shown: list[Hit] = []

        def resolved(number: int, sentence: str) -> Citation | None:
            return _resolved(number, sentence, shown, weighed)

        stream = MarkerStream(resolved)
        cut_off, told = "", ""
        try:
            for piece in without_thoughts(self._said(weighed.question, hits, history, call, shown)):
                before = stream.text
                stream = _after(piece, stream, resolved)
                if stream.text != before or call.notice != told:
                    told = call.notice
                    yield Draft(stream.text.lstrip(), tuple(stream.citations), notice=told)
        except BackendFailed as failure:
            if not _WHOLE_SENTENCE.search(stream.text):
                raise
            cut_off = f"The answer was cut off. {failure.message}"
        stream.close()
        text = stream.text.strip() + (" …" if cut_off else "")
        if not any(map(str.isalnum, MARKER.sub("", text))):
            raise EmptyReply(f"The backend {self.name!r} gave an empty reply.", "Ask again, or use --llm extractive.")
        notice = " ".join(filter(None, (cut_off, call.notice, self._left_out(call))))
        usage = self.usage(call)
        if is_refusal(text):
            yield Draft(NOT_FOUND, (), (), is_refusal=True, notice=notice, usage=usage)
            return
        text, citations = with_sources(text, stream.citations, finder(weighed))
        around = {c.number: _passage_around(c, shown) for c in citations}
        notice = f"{notice} {warning(shown)}".strip()
        draft = Draft(text, citations, checked_sentences(text, citations, around), notice=notice, usage=usage)
        if self._settings.unsupported == "drop":
            draft = without_unsupported(draft)
            if not draft.text:
                raise BackendFailed(
                    f"The articles bear out nothing that the backend {self.name!r} said.",
                    "Set RAG_UNSUPPORTED=mark to see it all the same.",
                )
        yield draft

    def rewritten(self, asked: Question, history: Sequence[Message], call: Call) -> Question:
        """A follow-up as the model makes it stand alone; see `rag.answering.rewriting`."""
        return rewritten(asked, history, self._model, call)

    def usage(self, call: Call) -> Usage | None:
        """What the call took, priced by the settings."""
        return call.usage(price_of(self.name, self._settings.llm_prices))

    def _said(
        self, question: Question, hits: Sequence[Hit], history: Sequence[Message], call: Call, shown: list[Hit]
    ) -> Iterator[str]:
        """The model's pieces; where the prompt is too long for it after all, once more with the better half of it.

        `shown` is filled with the hits that the model sees.
        """

        def say(some: Sequence[Hit], turns: Sequence[Message]) -> Messages:
            return messages(question.as_typed, question.standalone, some, turns)

        fitted = fit(say, hits, history, self._model.room(), self._settings.llm_answer_tokens)
        shown[:] = fitted.hits
        call.tokens_sent = words_sent(fitted.messages)
        try:
            yield from self._model.stream(fitted.messages, call)
        except PromptTooLong:
            if len(shown) < 2:
                raise
            shown[:] = shown[: len(shown) // 2]
            fewer = say(shown, alternating(history)[-2:])
            call.tokens_sent = words_sent(fewer)
            yield from self._model.stream(fewer, call)

    def _left_out(self, call: Call) -> str:
        """What to say where the server counts far fewer tokens than it was sent."""
        if not is_cut_off(call.tokens_sent, call.tokens_in):
            return ""
        return (
            f"The model's server read only {call.tokens_in:,} tokens of a prompt of at least {call.tokens_sent:,}: "
            "some passages never reached the model. Give it a larger context, or set RAG_LLM_CONTEXT_TOKENS to its own."
        )


def _after(piece: str, stream: MarkerStream, resolved: Resolve) -> MarkerStream:
    """The stream with the piece; a new one where all before was thought."""
    if piece == RETRACTED:
        return MarkerStream(resolved)
    stream.feed(piece)
    return stream


def _resolved(number: int, sentence: str, hits: Sequence[Hit], weighed: Weighed) -> Citation | None:
    """The statement of passage `number` that bears out the sentence best; None where there is no such passage."""
    if not 1 <= number <= len(hits):
        return None
    hit = hits[number - 1]
    among = [item for item in weighed.evidence if item.hit.passage.id == hit.passage.id]
    if not among:
        return cite(hit, hit.passage.start, hit.passage.end, 0)
    said = content_terms(sentence)
    best = max(among, key=lambda item: (shared(said, item), item.score))
    return cite(hit, best.start, best.end, 0)


def _passage_around(citation: Citation, hits: Sequence[Hit]) -> str:
    return next(
        (
            hit.passage.text
            for hit in hits
            if hit.passage.source == citation.source and hit.passage.start <= citation.start <= hit.passage.end
        ),
        "",
    )
