"""Ask a library a question: follow-up → search → evidence → answer, or an honest "not in the articles"."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.answering.admission import Admission
from rag.answering.again import NO_MORE, REWORD, going_on, is_aside, question_before, sources_of
from rag.answering.calls import Call, Stopped
from rag.answering.digest import digested
from rag.answering.draft import Draft
from rag.answering.evidence import Weighed
from rag.answering.extractive import ExtractiveBackend
from rag.answering.history import History, as_messages
from rag.answering.overview import asks_for_overview, openings
from rag.answering.relevance import answerability, is_answerable, nearest
from rag.answering.replies import Clock, Replies
from rag.answering.scales import Scales
from rag.answering.shelf import Shelf
from rag.answering.smalltalk import reply_to, small_talk
from rag.answering.together import Found, pooled
from rag.answering.tracing import traced
from rag.core.errors import BackendFailed, CitewellError
from rag.core.recent import Recent
from rag.core.settings import EXTRACTIVE, Settings, checked_settings
from rag.core.types import Answer, Hit, Message
from rag.library.embedding import cores
from rag.search.acquaintance import Acquaintance
from rag.search.asides import Aside, aside_in
from rag.search.asking import ANYWHERE, Finding, Scope, check_question, plain_sources
from rag.search.doubles import questions_in
from rag.search.followups import Question, stand_alone
from rag.search.framing import unframed
from rag.search.library import Library
from rag.search.referring import Wanted, wanted_in

if TYPE_CHECKING:
    from rag.answering.generative import GenerativeBackend
    from rag.answering.models import Answerer, ChatModel

_SECONDS_BETWEEN_DRAFTS = 0.08
_REMEMBERED_ANSWERS = 256
_WARM = "Who, when and where?"
_ADMISSION = Admission(cores())  # of the whole process: each answer keeps every core busy


class Assistant:
    """A library and a backend; many questions at once may share one."""

    def __init__(
        self, library: Library, backend: ExtractiveBackend | GenerativeBackend, scales: Scales, settings: Settings
    ) -> None:
        self.library = library
        self.settings = settings
        self._backend = backend
        self._scales = scales
        self._shelf = Shelf(library, scales)
        self._acquaintance = Acquaintance(library)
        self._replies = Replies(library, backend.name)
        self._answers: Recent[Answer] = Recent(_REMEMBERED_ANSWERS)
        self._is_warm = False

    @classmethod
    def open(
        cls,
        library: str | Path | Library | None = None,
        llm: str | ChatModel | Answerer | None = None,
        settings: Settings | None = None,
    ) -> Self:
        """Nothing is loaded yet; a backend that cannot work is refused at once."""
        if isinstance(library, Library):
            settings = checked_settings(settings or library.settings)
            opened = library
        else:
            settings = checked_settings(settings)
            opened = Library.open(library, settings)
        return cls(
            opened, _open_backend(settings.llm if llm is None or llm == "" else llm, settings), Scales(opened), settings
        )

    def with_backend(self, llm: str | ChatModel | Answerer) -> Self:
        """The same library, asked through another backend."""
        return type(self)(self.library, _open_backend(llm, self.settings), self._scales, self.settings)

    @property
    def backend_name(self) -> str:
        return self._backend.name

    def warm(self) -> None:
        """Load the models and open the indexes now, side by side, so that the first question need not."""
        self._open().join()
        self.library.question_vectors(_WARM)

    def _open(self) -> threading.Thread:
        """Open the indexes and load the embedder; the thread goes on with the reader, needed after the search."""
        # No daemon: a process that ends while a network is loaded would crash.
        models = threading.Thread(target=self._load_reader, name="models")
        models.start()
        try:
            if not self.library.is_empty:
                self.library.refresh()
            _ = self.library.embedder  # says here what could not be loaded there
        except BaseException:
            models.join()
            raise
        self._is_warm = True
        return models

    def _load_reader(self) -> None:
        with suppress(CitewellError):
            self._scales.warm()

    def answer(
        self, question: str, history: History | None = (), *, ignore_dates: bool = False, sources: Sequence[str] = ()
    ) -> Answer:
        """The final, checked answer."""
        *_, last = self.stream(question, history, ignore_dates=ignore_dates, sources=sources)
        return last

    def sureness(self, question: str, history: History | None = ()) -> float:
        """How far the evidence goes beyond what an answer needs; below 0 the question is refused. No model is asked."""
        check_question(question)
        asked, hits = self._search(stand_alone(question, as_messages(history), self._acquaintance))
        return answerability(self._scales.weigh(asked, hits))

    def stream(
        self,
        question: str,
        history: History | None = (),
        call: Call | None = None,
        *,
        ignore_dates: bool = False,
        sources: Sequence[str] = (),
    ) -> Generator[Answer]:
        """Growing answers, a bounded number a second; the last one is final and checked.

        Where a model words it, the first has no text yet, only what was found.
        With `ignore_dates` a range of days that the question names is not looked at; with `sources` only these
        articles, or those of these folders, are asked. `call.stop()` ends it from any thread, without a last one.
        """
        call = call or Call()
        with suppress(Stopped):
            drafted = self._stream(question, history, call, Scope(bool(ignore_dates), plain_sources(sources)))
            try:
                for answer in traced(drafted, self.backend_name, self.settings):
                    if call.is_stopped:
                        return
                    yield answer
            finally:
                call.stop()  # whoever closes this ends the call, whatever still holds the stream

    def _stream(self, question: str, history: History | None, call: Call, scope: Scope) -> Iterator[Answer]:
        check_question(question)
        turns = as_messages(history)
        clock = Clock()
        kind, aside = small_talk(question), aside_in(question)
        if aside and (before := question_before(turns)):
            yield from self._again(aside, question, before, turns, call, clock, scope)
            return
        if kind or aside:
            self.library.require_articles()
            yield self._replies.said(question, reply_to(kind or "about", self.library), clock)
            return
        asked = stand_alone(question, turns, self._acquaintance)
        parts = questions_in(unframed(asked.text))
        if parts and isinstance(self._backend, ExtractiveBackend):
            each = self._each(parts, turns, call, scope)
            yield self._replies.together(asked, each, clock)
            return
        asked_before = [turn.content for turn in turns if turn.role == "user" and not is_aside(turn.content)]
        wanted = wanted_in(asked.text, date.today(), asked_before)
        if wanted and wanted.asks != "summary":
            if told := self._told(asked, wanted, call, clock, scope):
                yield told
                return
            wanted = None  # `Who wrote it?` was asked of a book
        if isinstance(self._backend, ExtractiveBackend):
            yield from self._quoted(asked, wanted, turns, call, clock, scope)
            return
        if asked.leans_back and not wanted:
            asked = self._backend.rewritten(asked, turns, call)
            clock.lap("question")
        with _ADMISSION.admitted(object(), call) as has_waited:
            if has_waited:
                clock.lap("waiting")
            found = [self._weighed(asked, wanted, clock, scope)]
            before_part = list(turns)
            for part in parts:
                own = stand_alone(part, before_part, self._acquaintance)
                found.append(self._weighed(own, None, clock, scope))
                before_part.append(Message("user", part))
        yield from self._replied(*pooled(found, self.settings.hits), turns, call, clock)

    def _again(
        self,
        aside: Aside,
        typed: str,
        before: tuple[str, Sequence[Message]],
        turns: Sequence[Message],
        call: Call,
        clock: Clock,
        scope: Scope,
    ) -> Iterator[Answer]:
        """To a turn about the answer before it: found is what the question before asks for."""
        is_built_in = isinstance(self._backend, ExtractiveBackend)
        if aside == "reworded" and is_built_in:
            yield self._replies.said(typed, REWORD, clock)
            return
        asked = stand_alone(*before, self._acquaintance)
        wanted = wanted_in(asked.text, date.today(), [])
        with _ADMISSION.admitted(object(), call):
            asked, hits, weighed = self._weighed(asked, wanted, clock, scope)
        if not is_built_in and aside != "source":
            asked = replace(asked, text=typed, typed="", standalone=f"{typed} ({asked.standalone})")
            yield from self._replied(asked, hits, replace(weighed, question=asked), turns, call, clock)
            return
        asked = replace(asked, text=typed, typed="")
        answers = [turn.content for turn in turns if turn.role == "assistant"]
        if not (weighed.digest or is_answerable(weighed)):
            yield self._replies.not_found(asked, hits, clock, near=nearest(weighed))
        elif aside == "source":
            draft = sources_of(weighed, answers[-1] if answers else "")
            yield self._replies.answered(asked, hits, draft, clock, is_final=True)
        elif aside == "more" and not (weighed := going_on(weighed, answers)).digest:
            yield self._replies.said(typed, NO_MORE, clock)
        else:
            shown = weighed
            if aside == "shorter":
                shown = replace(weighed, digest=weighed.digest[:1], evidence=weighed.evidence[:1])
            yield from self._replied(asked, hits, shown, turns, call, clock)

    def _each(self, parts: Sequence[str], turns: Sequence[Message], call: Call, scope: Scope) -> list[Answer]:
        """The answer to each of several questions, as if they were asked one after the other."""
        answers: list[Answer] = []
        for part in parts:
            *_, last = self._stream(part, turns, call, scope)
            answers.append(last)
            turns = [*turns, Message("user", part), Message("assistant", last.text)]
        return answers

    def _quoted(
        self,
        asked: Question,
        wanted: Wanted | None,
        turns: Sequence[Message],
        call: Call,
        clock: Clock,
        scope: Scope,
    ) -> Iterator[Answer]:
        """The built-in answer, worked out once however many ask for it."""
        # What the articles say stays the same until they, or the day that "last week" is counted from, are others.
        version = self.library.version
        key = (asked, wanted, scope, version, date.today())
        answers: list[Answer] = []
        if (known := self._answers.get(key)) is None:
            with _ADMISSION.admitted((id(self), key), call) as has_waited:
                if has_waited:
                    clock.lap("waiting")
                if (known := self._answers.get(key)) is None:
                    # Indexes that follow later have not yet found what the catalogue of this version holds.
                    was_in_step = self.library.is_in_step
                    found = self._weighed(asked, wanted, clock, scope)
                    answers = list(self._replied(*found, turns, call, clock))
                    if was_in_step and self.library.version == version and not self.library.notice:
                        self._answers.put(key, answers[-1])
        if known is not None:
            clock.lap("remembered")
            answers = [replace(known, timings=clock.seconds)]
        yield from answers

    def _weighed(self, asked: Question, wanted: Wanted | None, clock: Clock, scope: Scope) -> Found:
        """What was found, and how far it answers: all that keeps the processor busy."""
        if found := self._to_sum_up(asked, wanted, scope):
            asked = replace(asked, notice=found.notice)
            clock.lap("search")
            weighed = digested(self._scales, asked, found.hits)
            clock.lap("evidence")
            return asked, found.hits, weighed
        if not self._is_warm and not self.library.is_empty:
            self._open()
            clock.lap("opening")
        asked, hits = self._search(asked, scope)
        clock.lap("search")
        is_missing = wanted is not None and wanted.is_meant  # and what comes nearest is no summary of it
        weighed = self._scales.weigh(asked, [] if is_missing else hits)
        clock.lap("evidence")
        return asked, hits, weighed

    def _to_sum_up(self, asked: Question, wanted: Wanted | None, scope: Scope) -> Finding | None:
        """The passages of what a summary is asked of; None where none is."""
        found = self._shelf.opened(wanted.of, scope.sources) if wanted and wanted.asks == "summary" else None
        if found is None and asks_for_overview(asked.text):
            found = openings(self.library, scope.sources)
        return found if found and found.hits else None

    def _told(self, asked: Question, wanted: Wanted, call: Call, clock: Clock, scope: Scope) -> Answer | None:
        """What is asked of articles as such, whatever the backend; None where no article is meant."""
        with _ADMISSION.admitted(object(), call) as has_waited:
            if has_waited:
                clock.lap("waiting")
            draft = self._shelf.told(wanted, scope.sources)
        clock.lap("search")
        if draft is not None:
            return self._replies.answered(asked, [], draft, clock, is_final=True)
        notice = self._shelf.missed(asked.text, wanted.of)
        return self._replies.not_found(asked, [], clock, notice=notice) if notice else None

    def _replied(
        self,
        asked: Question,
        hits: Sequence[Hit],
        weighed: Weighed,
        turns: Sequence[Message],
        call: Call,
        clock: Clock,
    ) -> Iterator[Answer]:
        if not weighed.digest and not is_answerable(weighed):
            usage = None if isinstance(self._backend, ExtractiveBackend) else self._backend.usage(call)
            notice = str(weighed.contrast or "")
            yield self._replies.not_found(asked, hits, clock, near=nearest(weighed), notice=notice, usage=usage)
            return
        last = Draft("", ())
        if not isinstance(self._backend, ExtractiveBackend):
            yield self._replies.answered(asked, hits, last, clock, is_final=False)  # to be read while the model thinks
        shown = 0.0
        for last in self._drafts(weighed, hits, turns, call):
            if time.monotonic() - shown >= _SECONDS_BETWEEN_DRAFTS:
                shown = time.monotonic()
                yield self._replies.answered(asked, hits, last, clock, is_final=False)
        clock.lap("answer")
        if last.is_refusal:
            near = nearest(weighed)
            yield self._replies.not_found(asked, hits, clock, near=near, notice=last.notice, usage=last.usage)
            return
        yield self._replies.answered(asked, hits, last, clock, is_final=True)

    async def aanswer(
        self, question: str, history: History | None = (), *, ignore_dates: bool = False, sources: Sequence[str] = ()
    ) -> Answer:
        """`answer` without blocking the event loop; cancelled, it stops the model."""
        answers = self.astream(question, history, ignore_dates=ignore_dates, sources=sources)
        return [answer async for answer in answers][-1]

    async def astream(
        self, question: str, history: History | None = (), *, ignore_dates: bool = False, sources: Sequence[str] = ()
    ) -> AsyncIterator[Answer]:
        """`stream` without blocking the event loop; cancelled or closed, it stops the model."""
        call = Call()
        answers = self.stream(question, history, call, ignore_dates=ignore_dates, sources=sources)
        try:
            while (partial := await asyncio.to_thread(next, answers, None)) is not None:
                yield partial
        finally:
            call.stop()
            with suppress(ValueError):  # it is being advanced, and ends by itself
                answers.close()

    def _search(self, asked: Question, scope: Scope = ANYWHERE) -> tuple[Question, list[Hit]]:
        """The hits, and the question with the days that were searched."""
        found = self.library.find(
            asked.wordings, self.settings.hits, ignore_dates=scope.ignore_dates, sources=scope.sources
        )
        return replace(asked, date_range=found.date_range, notice=found.notice), found.hits

    def _drafts(self, weighed: Weighed, hits: Sequence[Hit], turns: Sequence[Message], call: Call) -> Iterator[Draft]:
        """The backend's drafts; where a model fails before it has said anything, the built-in answer and why."""
        if isinstance(self._backend, ExtractiveBackend):
            yield from self._backend.reply(weighed)
            return
        try:
            yield from self._backend.reply(weighed, hits, turns, call)
        except BackendFailed as failure:
            if self.settings.llm_fallback == "none":
                raise
            for draft in ExtractiveBackend().reply(weighed):
                notice = f"{failure.message} {failure.hint} The articles are quoted instead."
                yield replace(draft, notice=notice, usage=self._backend.usage(call))


def _open_backend(llm: str | ChatModel | Answerer, settings: Settings) -> ExtractiveBackend | GenerativeBackend:
    if llm == EXTRACTIVE:
        return ExtractiveBackend()
    from rag.answering.backends import open_model
    from rag.answering.generative import GenerativeBackend

    return GenerativeBackend(open_model(llm, settings), settings)
