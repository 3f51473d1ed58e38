"""Is it in the articles at all? A decision from what search, the statements, the reader offer: before anything is said.

A weighted sum of five signals, and what the trained reader thinks by itself: a question of another matter fails by the
sum, one about the right people and another matter, which shares many words, by the reader. Weights and bounds are
chosen by benchmarks/fit_relevance.py, which prints the error rates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from rag.answering.doubts import LEAST_HERE
from rag.answering.evidence import LEAST_OF_TOPIC, WITH_READER, Evidence, Features, Weighed, weighted
from rag.answering.lists import asks_for


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the question's being answered."""

    score: float
    """Of the best statement, by weights of its own, in tens."""
    reading: float
    """The reader's best, over all statements."""
    nearest: float
    """Cosine of the question and the statement that is nearest: low for another matter, whatever words it shares."""
    passage: float
    """Cosine of the question and the passage of the best statement."""
    passages: float
    """Of the library, log 10: the more there are, the nearer something comes by chance."""


# What ranks statements is fitted on questions in other words than the articles'. Whether any answers at all is told
# better by shared words, as these weights have it, which ranked them before.
_TELLING = Features(
    meaning=5.37, words=3.61, nearby=1.54, kind=1.4, passage=1.89, wholeness=1.9, reading=2.58, timely=1.87
)
# benchmarks/fit_relevance.py fits these. No set of answerable questions may lose more of them than it names. The bound
# goes with them.
_WITH_READER = Signals(score=4.55, reading=2.84, nearest=4.41, passage=2.85, passages=-1.09)
_WITH_READER_AT = 4.09
_WITHOUT_READER = Signals(score=2.37, reading=0.0, nearest=4.09, passage=3.82, passages=-0.81)
# Set by hand, and lenient: other embedders have no reader, and their cosines lie elsewhere.
_WITHOUT_READER_AT = 4.0
# How many there are, or something else about them, is often told where they are not named: surer it must be where
# several things are asked for and no list answers. For choosing, 7 more of 40 near misses are refused, 1 of 304 others.
_SEVERAL_MORE = 1.0
# What a follow-up leaves unsaid was put behind it, and stands near much that does not answer it. For choosing, in
# conversations, 4 more of 24 that are not answered are refused, and 2 of 102 others.
_UNCLEAR_MORE = 2.0
# What the reader thinks less of is said to be unsure: in the libraries for choosing, four in five of these are wrong.
_SURE_HERE = -5.0  # log-odds
# What is so or not so: of 48 near misses for choosing one has nearly so many of its words in what is said.
_SAME_WORDS, _SAME_MEANING = 0.75, 0.7
# Of 34 answerable questions of testers' sets that are refused, the statement that is shown answers 13; of 24 about
# other matters it is shown for 4.
_WORTH_SHOWING, _NEAR_IN_MEANING = 6.0, 0.5
_WORDS_OF_CELL = 0.6  # the rest in the title
_FEWEST_PASSAGES, _MOST_PASSAGES = 25, 1000  # of the libraries that it was fitted on: beyond them nothing is known


def is_answerable(weighed: Weighed) -> bool:
    """Whether what was found is likely enough to hold the answer."""
    return answerability(weighed) >= 0


def answerability(weighed: Weighed) -> float:
    """How likely it holds the answer: log-odds above the threshold, minus infinity where nothing was found."""
    if not weighed.evidence or _is_about_a_stranger(weighed):
        return -math.inf
    found = signals(weighed)
    if weighed.here is not None:
        by_sum = _sum(found, _WITH_READER) - _WITH_READER_AT
        # A topic is no question that the reader could find answered, and of yes and no it is shy.
        is_open = weighed.question.topic or _is_in_so_many_words(weighed) or _is_cell_of_all(weighed)
        by_all = by_sum if is_open else min(by_sum, weighed.here - LEAST_HERE)
        if _are_several_missing(weighed):
            by_all -= _SEVERAL_MORE
        if weighed.question.is_unclear:
            by_all -= _UNCLEAR_MORE
        return max(by_all, 0.0) if _is_told(weighed) or _is_named(weighed) else by_all
    return _sum(found, _WITHOUT_READER) - _WITHOUT_READER_AT


def is_sure(weighed: Weighed) -> bool:
    """Whether what is likely enough to be said is likely to be the answer.

    Of what has no span to find, a topic, yes or no, several things, the reader does not know.
    """
    its = weighed.question
    has_span = not (its.topic or weighed.listing or _is_told(weighed) or weighed.asks_whether)
    return weighed.here is None or weighed.here >= _SURE_HERE or not has_span


def nearest(weighed: Weighed) -> Evidence | None:
    """The statement that is worth showing where none answers; None where what was found is of another matter."""
    of_contrast = (item for item in weighed.evidence if item.contrast and item.contrast == weighed.contrast)
    whole = (item for item in weighed.evidence if item.features.wholeness >= 1)
    best = next(of_contrast, next(whole, None))
    if best is None:
        return None
    is_near = weighed.here is not None and weighted(best.features, WITH_READER) >= _WORTH_SHOWING
    return best if is_near or best.features.meaning >= _NEAR_IN_MEANING else None


def _are_several_missing(weighed: Weighed) -> bool:
    """Whether several things are asked for that no list holds together."""
    is_question = not (weighed.question.topic or weighed.listing)
    return is_question and asks_for(weighed.question.matter.standalone) == "many"


def _is_told(weighed: Weighed) -> bool:
    """Whether who somebody is, or what somebody said, is told, though the reader is shy of what is no name or span.

    Any statement that names the person tells something of who that is, and any that quotes him of what he said.
    """
    return bool(weighed.is_spoken_of) and (weighed.kind == "identity" or weighed.evidence[0].features.kind == 1)


def _is_named(weighed: Weighed) -> bool:
    """Whether it asks what is said of a name, and that stands whole in what is said."""
    has_name = any(letter.isupper() for letter in weighed.question.topic)
    return has_name and weighed.evidence[0].features.words >= 1


def _is_in_so_many_words(weighed: Weighed) -> bool:
    """Whether what is asked to be so is said in the question's own words, or not so."""
    best = weighed.evidence[0].features
    return weighed.asks_whether and best.words >= _SAME_WORDS and best.meaning >= _SAME_MEANING


def _is_cell_of_all(weighed: Weighed) -> bool:
    """Whether it is a table's cell whose row, column and article have every word of the question: no prose to read."""
    best = weighed.evidence[0]
    return best.statement.kind == "row" and best.features.nearby >= 1 and best.features.words >= _WORDS_OF_CELL


def _is_about_a_stranger(weighed: Weighed) -> bool:
    """Whether it asks what is said of someone or something by name, and not half of that stands in any passage.

    Or who somebody is or what he said, where only others of that name are spoken of.
    """
    if weighed.is_spoken_of is False:
        return True
    has_name = any(letter.isupper() for letter in weighed.question.topic)
    return has_name and max(item.features.nearby for item in weighed.evidence) < LEAST_OF_TOPIC


def signals(weighed: Weighed) -> Signals:
    """The signals of a question with at least one statement found."""
    best = weighed.evidence[0]
    score = best.score if weighed.here is None else weighted(best.features, _TELLING)
    return Signals(
        score=score / 10,
        reading=max(item.features.reading for item in weighed.evidence),
        nearest=max(item.features.meaning for item in weighed.evidence),
        passage=best.hit.vector.score,
        passages=math.log10(min(max(weighed.passages, _FEWEST_PASSAGES), _MOST_PASSAGES)),
    )


def _sum(found: Signals, weights: Signals) -> float:
    return float(sum(getattr(found, f.name) * getattr(weights, f.name) for f in fields(Signals)))
