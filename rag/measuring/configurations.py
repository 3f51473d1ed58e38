"""Ways to search that are measured side by side: each is one function and one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rag.core.errors import SettingsError, did_you_mean
from rag.measuring.sets import Asked
from rag.search.followups import stand_alone
from rag.search.library import Library

Ranked = dict[str, float]
"""Scores by source, best first."""
Configuration = Callable[[Library, Asked], Ranked]

_K = 40  # passages: enough for ten articles
_RRF = 60  # the constant of the usual reciprocal rank fusion


def ours(library: Library, asked: Asked) -> Ranked:
    """As the program searches: follow-ups made to stand alone, both searches, fusion and stages."""
    question = stand_alone(asked.question, asked.history)
    hits = library.search_all(question.wordings, _K)
    return _best((hit.passage.source, hit.score) for hit in hits)


def last_turn(library: Library, asked: Asked) -> Ranked:
    """The question as it was asked, without what came before."""
    return _best((hit.passage.source, hit.score) for hit in library.search(asked.question, _K))


def human_rewrite(library: Library, asked: Asked) -> Ranked:
    """The stand-alone question that people wrote, where they did."""
    return _best((hit.passage.source, hit.score) for hit in library.search(asked.rewrite or asked.question, _K))


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
    for found in (library.nearest(vector, 100), library.matching(asked.question, 100)):
        for rank, key in enumerate(found, start=1):
            summed[key] = summed.get(key, 0.0) + 1 / (_RRF + rank)
    return _by_passage(library, summed)


CONFIGURATIONS: dict[str, Configuration] = {
    "ours": ours,
    "last-turn": last_turn,
    "human-rewrite": human_rewrite,
    "words": words_only,
    "vectors": vectors_only,
    "rrf": reciprocal_ranks,
}


def configuration(name: str) -> Configuration:
    """The configuration of this name; SettingsError for another."""
    if name not in CONFIGURATIONS:
        known = ", ".join(CONFIGURATIONS)
        raise SettingsError(
            f"There is no configuration {name!r}; there are {known}.", did_you_mean(name, CONFIGURATIONS)
        )
    return CONFIGURATIONS[name]


def _by_passage(library: Library, scores: dict[str, float]) -> Ranked:
    passages = library.passages(list(scores))
    return _best((passages[key].source, score) for key, score in scores.items() if key in passages)


def _best(scored: Iterable[tuple[str, float]]) -> Ranked:
    """Each article by its best passage, best first."""
    found: Ranked = {}
    for source, score in scored:
        found[source] = max(score, found.get(source, score))
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
