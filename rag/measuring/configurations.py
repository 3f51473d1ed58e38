"""Ways to search that are measured side by side: each is one function and one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from rag.core.errors import SettingsError, did_you_mean
from rag.measuring.sets import Asked
from rag.search.followups import stand_alone
from rag.search.fusion import fuse
from rag.search.library import Library

Ranked = dict[str, float]
"""Scores by source, best first."""
Configuration = Callable[[Library, Asked], Ranked]

_K = 40  # passages: enough for ten articles
_RRF = 60  # the constant of the usual reciprocal rank fusion
_CANDIDATES = 100  # of each search, before they are fused


def ours(library: Library, asked: Asked) -> Ranked:
    """As the program searches: follow-ups made to stand alone, both searches, fusion and stages."""
    question = stand_alone(asked.question, asked.history)
    hits = library.search_all(question.wordings, _K)
    return best_of_each((hit.passage.source, hit.score) for hit in hits)


def last_turn(library: Library, asked: Asked) -> Ranked:
    """The question as it was asked, without what came before."""
    return best_of_each((hit.passage.source, hit.score) for hit in library.search(asked.question, _K))


def human_rewrite(library: Library, asked: Asked) -> Ranked:
    """The stand-alone question that people wrote, where they did."""
    return best_of_each((hit.passage.source, hit.score) for hit in library.search(asked.rewrite or asked.question, _K))


def words_only(library: Library, asked: Asked) -> Ranked:
    """BM25 alone, on the question as asked."""
    return _by_passage(library, library.matching(asked.question, _K))


def vectors_only(library: Library, asked: Asked) -> Ranked:
    """The embedding model alone, on the question as asked."""
    return _by_passage(library, library.nearest(library.embedder.embed_questions([asked.question])[0], _K))


def reciprocal_ranks(library: Library, asked: Asked) -> Ranked:
    """Both searches by the sum of 1 / (60 + rank), on the question as asked."""
    vector = library.embedder.embed_questions([asked.question])[0]
    summed: dict[str, float] = {}
    for found in (library.nearest(vector, _CANDIDATES), library.matching(asked.question, _CANDIDATES)):
        for rank, key in enumerate(found, start=1):
            summed[key] = summed.get(key, 0.0) + 1 / (_RRF + rank)
    return _by_passage(library, summed)


def equal_weights(library: Library, asked: Asked) -> Ranked:
    """Both searches by the sum of their scores, each brought to one scale, on the question as asked."""
    vector = library.embedder.embed_questions([asked.question])[0]
    ids = list({**library.nearest(vector, _CANDIDATES), **library.matching(asked.question, _CANDIDATES)})
    cosines = {key: float(np.dot(vector, its)) for key, its in library.catalogue.vectors(ids).items()}
    scores = dict.fromkeys(cosines, 0.0) | library.words.scores(asked.question, ids)
    return _by_passage(library, fuse((1.0, cosines), (1.0, scores)))


CONFIGURATIONS: dict[str, Configuration] = {
    "ours": ours,
    "last-turn": last_turn,
    "human-rewrite": human_rewrite,
    "words": words_only,
    "vectors": vectors_only,
    "rrf": reciprocal_ranks,
    "equal": equal_weights,
}


def configuration(name: str, others: Mapping[str, Configuration] | None = None) -> Configuration:
    """The configuration of this name, of ours and of these others; SettingsError for another."""
    known = CONFIGURATIONS | dict(others or {})
    if name not in known:
        raise SettingsError(
            f"There is no configuration {name!r}; there are {', '.join(known)}.", did_you_mean(name, known)
        )
    return known[name]


def _by_passage(library: Library, scores: dict[str, float]) -> Ranked:
    passages = library.passages(list(scores))
    return best_of_each((passages[key].source, score) for key, score in scores.items() if key in passages)


def best_of_each(scored: Iterable[tuple[str, float]]) -> Ranked:
    """Each article by its best passage, best first."""
    found: Ranked = {}
    for source, score in scored:
        found[source] = max(score, found.get(source, score))
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
