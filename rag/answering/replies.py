"""What was found and said → an `Answer`: the one place that fills in all of its parts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.draft import Draft, cite
from rag.answering.evidence import Evidence
from rag.answering.prompts import NOT_FOUND
from rag.answering.together import together
from rag.core.types import Answer, Citation, Hit, Sentence, Usage
from rag.search.dates import asks_about_now
from rag.search.followups import Question
from rag.search.library import Library
from rag.search.typed import told_respelt


class Clock:
    """Seconds spent in each stage of one answer."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def so_far(self, stage: str) -> dict[str, float]:
        """With the stage that still goes on."""
        return {**self.seconds, stage: round(time.perf_counter() - self._since, 4)}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = round(now - self._since, 4)
        self._since = now


@dataclass(frozen=True, slots=True)
class Replies:
    """Makes the answers of one assistant."""

    library: Library
    backend: str

    def answered(self, asked: Question, hits: Sequence[Hit], draft: Draft, clock: Clock, *, is_final: bool) -> Answer:
        """What the draft says, with its citations described."""
        return Answer(
            question=asked.as_typed,
            standalone_question=asked.standalone,
            text=draft.text,
            status="answered",
            sentences=draft.sentences,
            citations=tuple(self._described(citation) for citation in draft.citations),
            hits=tuple(hits),
            backend=self.backend,
            is_final=is_final,
            notice=_joined(
                _as_of(asked, draft),
                told_respelt(asked.as_typed, asked.text),
                draft.notice,
                asked.notice,
                self.library.notice,
            ),
            timings=clock.seconds if is_final else clock.so_far("answer"),
            date_range=asked.date_range,
            usage=draft.usage,
            short=draft.short,
        )

    def not_found(
        self,
        asked: Question,
        hits: Sequence[Hit],
        clock: Clock,
        *,
        near: Evidence | None = None,
        notice: str = "",
        usage: Usage | None = None,
    ) -> Answer:
        """That it is not in the articles; `near` is what comes nearest there."""
        return Answer(
            question=asked.as_typed,
            standalone_question=asked.standalone,
            text=NOT_FOUND,
            status="not_found",
            sentences=(),
            citations=(),
            hits=tuple(hits),
            backend=self.backend,
            notice=_joined(told_respelt(asked.as_typed, asked.text), notice, asked.notice, self.library.notice),
            timings=clock.seconds,
            date_range=asked.date_range,
            usage=usage,
            nearest_words=self._described(cite(near.hit, near.start, near.end, 0)) if near else None,
        )

    def together(self, asked: Question, answers: Sequence[Answer], clock: Clock) -> Answer:
        """One answer made of those to each of the questions that the message holds."""
        hits = list({hit.passage.id: hit for answer in answers for hit in answer.hits}.values())
        asked = replace(asked, date_range=next((answer.date_range for answer in answers if answer.date_range), None))
        for stage in dict.fromkeys(stage for answer in answers for stage in answer.timings):
            clock.seconds[stage] = round(sum(answer.timings.get(stage, 0.0) for answer in answers), 4)
        draft = together(answers)
        if not draft.text:
            notice = _joined(*(answer.notice for answer in answers if not answer.is_answered))
            near = next((answer.nearest_words for answer in answers if answer.nearest_words), None)
            return replace(self.not_found(asked, hits, clock, notice=notice), nearest_words=near)
        return self.answered(asked, hits, draft, clock, is_final=True)

    def said(self, question: str, text: str, clock: Clock) -> Answer:
        """Something about the library itself, which no article says."""
        return Answer(
            question=question,
            standalone_question=question,
            text=text,
            status="answered",
            sentences=(Sentence(text, (), "supported"),),
            citations=(),
            hits=(),
            backend=self.backend,
            notice=self.library.notice,
            timings=clock.seconds,
        )

    def _described(self, citation: Citation) -> Citation:
        """The citation with what only the article knows: its address, how its date is known, the page."""
        article = self.library.article(citation.source)
        if article is None:
            return citation
        page = article.page_at(citation.start)
        return replace(citation, url=article.url, date_note=article.date_note, page=page)


def _as_of(asked: Question, draft: Draft) -> str:
    """Where the question is about now: the date of the latest article that the answer rests on."""
    latest = max((citation.date for citation in draft.citations if citation.date), default="")
    return f"As of {latest}, the date of the latest article cited." if latest and asks_about_now(asked.text) else ""


def _joined(*notices: str) -> str:
    """Each but what another one says too."""
    found = list(dict.fromkeys(filter(None, notices)))
    return " ".join(one for one in found if not any(one in other for other in found if other != one))
