"""The library as programs see it: open it, fill it, search it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from rag.core.errors import FolderError, QuestionError, SettingsError, did_you_mean
from rag.core.settings import Settings, checked_settings
from rag.core.types import DateRange, Found, Hit, Passage, SyncReport
from rag.library.embedding import Embedder, Vectors
from rag.library.filters import Filter, places
from rag.library.followers import IndexDamaged
from rag.library.late import max_sim
from rag.library.store import Store
from rag.search.asking import (
    Allowed,
    Finding,
    check_count,
    check_question,
    checked_date,
    phrases,
    plain_source,
    plain_sources,
)
from rag.search.candidates import Candidates, Kept, Ranked
from rag.search.closeness import Closely, stems
from rag.search.dates import asks_about_now, date_range
from rag.search.fusion import LOOKED_AT_CLOSELY, Look, weighed
from rag.search.reranking import open_judge, reranked
from rag.search.stages import STAGES, Stage, newest_first, prefer_days

if TYPE_CHECKING:
    from rag.library.sync import Progress

_SIDE_BY_SIDE = 8  # searches
_CANDIDATES = 100  # from each search
_OVERFETCHED = 5  # times as many where a condition in code throws some of them out
_FEW = 1000  # passages that are compared one by one rather than looked for among the nearest
_MOST_FETCHED = 2000
_READ, _READ_FOR_EACH = 50, 5  # passages read from the catalogue, at least and for each hit asked for


class Library(Store):
    """A folder that holds what was read: articles, passages, vectors and words."""

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        settings: Settings | None = None,
        opener: Callable[[str], Embedder] | None = None,
        *,
        is_brief: bool = False,
    ) -> Self:
        """The library at the path, or at RAG_LIBRARY; it need not exist before the first sync.

        `is_brief` spares a process that asks once the opening of the vector index.
        """
        if "\0" in str(path):
            raise SettingsError(f"{str(path)!r} names no folder.", "Name one without a null character.")
        settings = checked_settings(settings).with_values(library=path)
        return cls(settings.library, settings, opener, is_brief=is_brief)

    def sync(
        self,
        folder: str | Path,
        *,
        dry_run: bool = False,
        rebuild: bool = False,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> SyncReport:
        """Make the library say what the folder says; see `rag.library.sync.sync`."""
        named: object = folder
        if not isinstance(named, str | os.PathLike) or not str(named):
            raise FolderError(f"{named!r} names no folder.", "Name one that holds articles.")
        from rag.library.sync import sync  # it knows how to read every kind of file; a search needs none of that

        return sync(self, Path(folder), dry_run=dry_run, rebuild=rebuild, on_progress=on_progress)

    def search(
        self,
        question: str,
        k: int = 8,
        *,
        since: str | date | None = None,
        until: str | date | None = None,
        source: str | None = None,
        where: Callable[[Passage], bool] | None = None,
    ) -> list[Hit]:
        """The best `k` passages, best first, with how each search found them; see `find` for the filters."""
        return self.find([(1.0, question)], k, since=since, until=until, source=source, where=where).hits

    def search_all(self, questions: Sequence[tuple[float, str]], k: int) -> list[Hit]:
        """One ranking for several wordings of a question, each with its weight."""
        return self.find(questions, k).hits

    def find(
        self,
        questions: Sequence[tuple[float, str]],
        k: int,
        *,
        since: str | date | None = None,
        until: str | date | None = None,
        source: str | None = None,
        sources: Sequence[str] = (),
        where: Callable[[Passage], bool] | None = None,
        today: date | None = None,
        ignore_dates: bool = False,
    ) -> Finding:
        """One ranking for several wordings of a question, with the days that were searched.

        `since` and `until` are ISO dates of any precision, both inclusive; `source` an article's, or a folder or file
        that it lies in, `sources` any of several; nothing outside them is found. What the question itself asks for
        (`articles from last week`, words in quotation marks) is let go of where nothing fits, and the notice says so.
        `today` is the day of asking.
        """
        for _, question in questions:
            check_question(question)
        check_count(k)
        if where is not None and not callable(where):
            raise QuestionError(
                f"{where!r} is no filter.", "Give a function from a passage to whether it may be found."
            )
        since, until = checked_date(since), checked_date(until)
        demanded = Filter(since, until, source and plain_source(source), plain_sources(sources))
        first = questions[0][1]
        self.require_articles()
        self.refresh()
        named = None
        if demanded.days is not None:
            named = DateRange(since, until, "", is_filter=True)
        elif not ignore_dates:
            named = date_range(first, today or date.today())
        quoted = phrases(first)
        wished = replace(demanded, phrases=tuple(tuple(found) for phrase in quoted if (found := stems(phrase))))
        asked = named if named is not None and named.is_filter and named.words else None
        if asked is not None:
            wished = replace(wished, since=asked.since, until=asked.until)
        candidates = self._candidates(questions, Allowed(wished, quoted, where))
        notice = ""
        if wished != demanded and not candidates.hits(1):
            notice = _let_go(quoted, asked)
            named = None if asked is not None else named
            candidates = self._candidates(questions, Allowed(demanded, (), where))
        wishes = self._wishes(first, named)
        stages = [*self._second_look(first), *wishes, *STAGES]
        most = None if wishes else max(_READ, _READ_FOR_EACH * k)  # a wish may put forward what is far behind
        hits = _staged(candidates.hits(most), stages)
        if most is not None and len(hits) < k and len(candidates) > most:
            hits = _staged(candidates.hits(), stages)
        if not hits:
            notice = f"{notice} {self._nowhere(demanded)}".strip()
        return Finding(hits[:k], named, notice)

    def _nowhere(self, demanded: Filter) -> str:
        """That the library has nothing of a name that was demanded, where it has not."""
        asked = (demanded.source, *demanded.sources) if demanded.source else demanded.sources
        known = {place for each in self.catalogue.sources() for place in places(each)} if asked else set()
        return " ".join(
            f"The library has no article, file or folder {each!r}. {did_you_mean(each, known)}".rstrip()
            for each in asked
            if each not in known
        )

    def _second_look(self, question: str) -> list[Stage]:
        """The cross-encoder, where the settings name one."""
        return [reranked(question, open_judge(self.settings.reranker))] if self.settings.reranker else []

    def _wishes(self, question: str, named: DateRange | None) -> list[Stage]:
        """Stages that only some questions ask for."""
        if named is not None and not named.is_filter:
            return [prefer_days(Filter(named.since, named.until))]
        return [newest_first] if asks_about_now(question) else []

    def _candidates(self, questions: Sequence[tuple[float, str]], allowed: Allowed) -> Candidates:
        """Everything found for any of the wordings that is allowed."""
        kept = Kept(self.passages, allowed)
        return Candidates([(weight, self._ranked(question, kept)) for weight, question in questions], kept)

    def _ranked(self, question: str, kept: Kept) -> dict[str, Ranked]:
        """Every candidate of both searches with its exact score in each, by passage id."""
        allowed = kept.allowed
        wanted = _CANDIDATES * (_OVERFETCHED if allowed.where else 1)
        beside = _beside().submit(self._by_words, question, wanted, allowed.only)
        vector, words = self.question_vectors(question)
        by_vector = self._or_nothing(lambda: self._nearest(vector, wanted, allowed.only))
        by_words, vectors = beside.result()
        rest = {key: its for key, its in vectors.items() if key not in by_vector}
        cosines = by_vector | {key: float(np.dot(vector, its)) for key, its in rest.items()}
        if allowed.needs_passage:
            some = kept.first(list(cosines))
            cosines = {key: cosine for key, cosine in cosines.items() if key in some}
        unmatched = [key for key in cosines if key not in by_words]
        scored = by_words | self._or_nothing(lambda: self.words.scores(question, unmatched))
        scores = {key: scored.get(key, 0.0) for key in cosines}
        follows = Closely(question, self.words.frequency, self.words.size)

        def look(keys: Sequence[str]) -> dict[str, Look]:
            passages = kept.first(keys, LOOKED_AT_CLOSELY)
            codes = self.catalogue.codes(list(passages), self.embedder.dimension)
            near = dict(zip(codes, max_sim(words, list(codes.values())), strict=True))
            return {key: Look(follows.of(its).weighted, near.get(key)) for key, its in passages.items()}

        vector_ranks = {key: rank for rank, key in enumerate(by_vector, start=1)}
        words_ranks = {key: rank for rank, key in enumerate(by_words, start=1)}
        return {
            key: Ranked(
                score,
                vector=Found(vector_ranks.get(key), cosines[key]),
                words=Found(words_ranks.get(key), scores[key]),
                look=looked,
            )
            for key, (score, looked) in weighed(cosines, scores, look).items()
        }

    def _by_words(self, question: str, k: int, only: Filter) -> tuple[dict[str, float], dict[str, Vectors]]:
        """BM25 score and vector of the passages that match best."""
        found = self._or_nothing(lambda: self.matching(question, k, only))
        return found, self.catalogue.vectors(list(found))

    def _nearest(self, vector: Vectors, k: int, only: Filter) -> dict[str, float]:
        """The nearest passages that the filter lets through: exactly where they are few, else from many nearest."""
        if only.is_empty:
            return self.nearest(vector, k)
        if only.is_of_days_alone and self.codes.is_open:
            return self.nearest_coded(vector, k, only.days)
        some, count = self.words.allowed(only, most=_FEW)
        if count <= _FEW:
            found = {key: float(np.dot(vector, its)) for key, its in self.catalogue.vectors(sorted(some)).items()}
            return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:k])
        many = min(_MOST_FETCHED, max(2 * k, math.ceil(2 * k * self.words.size / count)))
        near = self.nearest(vector, many)
        let_through, _ = self.words.allowed(only, among=list(near), most=len(near))
        return dict([item for item in near.items() if item[0] in let_through][:k])

    def _or_nothing(self, search: Callable[[], dict[str, float]]) -> dict[str, float]:
        """The other search answers alone while one index is being made."""
        try:
            return search()
        except IndexDamaged:
            return {}


@cache
def _beside() -> ThreadPoolExecutor:
    """The threads that search by words while the question is embedded and searched by meaning."""
    return ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="words")


def _staged(hits: list[Hit], stages: Sequence[Stage]) -> list[Hit]:
    for stage in stages:
        hits = stage(hits)
    return hits


def _let_go(quoted: Sequence[str], asked: DateRange | None) -> str:
    """What the search went without, in a sentence."""
    words = [f"the words “{phrase}”" for phrase in quoted]
    if asked is not None:
        words.append(f"the days “{asked.words}”")
    return f"No passage fits {' and '.join(words)}; the search went on without."
