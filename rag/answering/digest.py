"""A summary: the sentences of an article that say most of what all of it says, or how each of several begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rag.answering.evidence import Evidence, Weighed
from rag.answering.scales import Scales
from rag.core.types import Hit
from rag.reading.sentences import is_ended
from rag.search.followups import Question

_MOST_OF_SEVERAL = 180  # words
_MOST_OF_ONE, _MOST_SENTENCES = 140, 4
_FEWEST_WORDS = 6
_MOST_COMPARED = 80  # sentences of one article
_ASKED = 0.3  # what it counts that a sentence holds all of the words by which the article was asked for
_NOVELTY = 0.6  # what being like a chosen sentence takes away, against being like the whole


def digested(scales: Scales, asked: Question, hits: Sequence[Hit]) -> Weighed:
    """The hits' statements, with those that sum them up."""
    weighed = scales.statements(asked, hits)
    is_of_one = len({hit.passage.source for hit in hits}) == 1
    return replace(weighed, digest=tuple(_central(scales, weighed) if is_of_one else _leads(weighed)))


def _leads(weighed: Weighed) -> list[Evidence]:
    """The first whole sentence of each article, the latest article's first."""
    by_article: dict[str, list[Evidence]] = {}
    for item in weighed.evidence:
        by_article.setdefault(item.hit.passage.source, []).append(item)
    firsts = [lead(items) for items in by_article.values()]
    firsts.sort(key=lambda item: (item.hit.passage.date or "", item.hit.passage.source), reverse=True)
    chosen: list[Evidence] = []
    words = 0
    for item in firsts:
        words += len(item.statement.text.split())
        if not chosen or words <= _MOST_OF_SEVERAL:
            chosen.append(item)
    return chosen


def lead(items: Sequence[Evidence]) -> Evidence:
    """The first whole sentence of one article's statements, of which there is at least one."""
    return min(items, key=lambda item: (not _is_sentence(item), item.start, item.end))


def _central(scales: Scales, weighed: Weighed) -> list[Evidence]:
    """Its first sentence, and those nearest to the mean of all that say something else, in the article's order.

    Maximal marginal relevance (Carbonell and Goldstein 1998) to the centroid of the sentences' vectors.
    """
    items = sorted((item for item in weighed.evidence if _is_sentence(item)), key=lambda item: (item.start, item.end))
    items = items[:_MOST_COMPARED] or list(weighed.evidence[:1])
    if not items:
        return []
    vectors = np.stack(scales.vectors_of(items))
    centre = vectors.mean(axis=0)
    nearness = vectors @ (centre / max(float(np.linalg.norm(centre)), 1e-9))
    asked = np.array([_ASKED * item.features.words for item in items])
    chosen = [0]
    words = len(items[0].statement.text.split())
    while len(chosen) < min(_MOST_SENTENCES, len(items)):
        worth = nearness + asked - _NOVELTY * (vectors @ vectors[chosen].T).max(axis=1)
        order = [
            int(place) for place in np.argsort(-worth) if not any(_overlap(items[place], items[n]) for n in chosen)
        ]
        fitting = [place for place in order if words + len(items[place].statement.text.split()) <= _MOST_OF_ONE]
        if not fitting:
            break
        chosen.append(fitting[0])
        words += len(items[fitting[0]].statement.text.split())
    return [items[place] for place in sorted(chosen)]


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.start < other.end and other.start < one.end


def _is_sentence(item: Evidence) -> bool:
    """Whether it is no byline, place or heading."""
    text = item.statement.text
    return item.statement.kind == "paragraph" and is_ended(text) and len(text.split()) >= _FEWEST_WORDS
