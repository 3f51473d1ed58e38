"""The library as programs see it: open it, fill it, search it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np

from rag.core.errors import QuestionError
from rag.core.settings import Settings
from rag.core.types import Found, Hit, SyncReport
from rag.library.embedding import Embedder
from rag.library.followers import IndexDamaged
from rag.library.store import Store
from rag.library.sync import Progress, sync
from rag.search.fusion import fuse
from rag.search.stages import STAGES

_CANDIDATES = 100  # from each search
_VECTOR_WEIGHT = _WORDS_WEIGHT = 1.0
_LONGEST_QUESTION = 4000  # characters: beyond this it is an article, not a question


class Library(Store):
    """A folder that holds what was read: articles, passages, vectors and words."""

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        settings: Settings | None = None,
        opener: Callable[[str], Embedder] | None = None,
    ) -> Self:
        """The library at the path, or at RAG_LIBRARY; it need not exist before the first sync."""
        settings = settings or Settings.load()
        folder = Path(path) if path is not None else settings.library
        return cls(folder, replace(settings, library=folder), opener)

    def sync(
        self,
        folder: str | Path,
        *,
        dry_run: bool = False,
        rebuild: bool = False,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> SyncReport:
        """Make the library say what the folder says; see `rag.library.sync.sync`."""
        return sync(self, Path(folder), dry_run=dry_run, rebuild=rebuild, on_progress=on_progress)

    def search(self, question: str, k: int = 8) -> list[Hit]:
        """The best `k` passages, best first, with how each search found them."""
        return self.search_all([(1.0, question)], k)

    def search_all(self, questions: Sequence[tuple[float, str]], k: int) -> list[Hit]:
        """One ranking for several wordings of a question, each with its weight."""
        for _, question in questions:
            check_question(question)
        self.require_articles()
        self.refresh()
        rankings = [(weight, self._ranked(question)) for weight, question in questions]
        fused = fuse(*((weight, {key: hit.score for key, hit in ranked.items()}) for weight, ranked in rankings))
        by_id = {key: hit for _, ranked in reversed(rankings) for key, hit in ranked.items()}
        hits = [replace(by_id[key], score=score) for key, score in fused.items()]
        for stage in STAGES:
            hits = stage(hits)
        return hits[:k]

    def _ranked(self, question: str) -> dict[str, Hit]:
        """Every candidate of both searches with its exact score in each, by passage id."""
        vector = self.embedder.embed_questions([question])[0]
        by_vector = self._or_nothing(lambda: self.nearest(vector, _CANDIDATES))
        by_words = self._or_nothing(lambda: self.matching(question, _CANDIDATES))
        ids = list(dict.fromkeys([*by_vector, *by_words]))
        vectors = self.catalogue.vectors(ids)
        # Without those that were removed since the search, or between these two looks.
        passages = {key: passage for key, passage in self.passages(ids).items() if key in vectors}
        cosines = {key: float(np.dot(vector, vectors[key])) for key in passages}
        scores = dict.fromkeys(passages, 0.0) | self._or_nothing(lambda: self.words.scores(question, list(passages)))
        fused = fuse((_VECTOR_WEIGHT, cosines), (_WORDS_WEIGHT, scores))
        vector_ranks = {key: rank for rank, key in enumerate(by_vector, start=1)}
        words_ranks = {key: rank for rank, key in enumerate(by_words, start=1)}
        return {
            key: Hit(
                passage=passages[key],
                score=score,
                vector=Found(vector_ranks.get(key), cosines[key]),
                words=Found(words_ranks.get(key), scores[key]),
            )
            for key, score in fused.items()
            if key in passages
        }

    def _or_nothing(self, search: Callable[[], dict[str, float]]) -> dict[str, float]:
        """The other search answers alone while one index is being made."""
        try:
            return search()
        except IndexDamaged:
            return {}


def check_question(question: str) -> None:
    """QuestionError for what cannot be a question."""
    if not question.strip():
        raise QuestionError("The question is empty.", "Ask something about the articles.")
    if len(question) > _LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; {_LONGEST_QUESTION:,} are the most.",
            "Ask a shorter question.",
        )
