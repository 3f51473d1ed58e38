"""Weighs what the hits say against a question: which of their statements answer it, and whether any does."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.ages import Aged
from rag.answering.asked import Terms, Word, coverage, words_asked
from rag.answering.contrast import Contrast
from rag.answering.doubts import held_against, in_its_column, thought_over, told_of
from rag.answering.evidence import (
    NOT_READ,
    WITH_READER,
    WITHOUT_READER,
    Evidence,
    Features,
    Weighed,
    best_first,
    changed,
    weighted,
)
from rag.answering.holders import Holder
from rag.answering.kinds import Kind, holds, kind_asked
from rag.answering.lists import asks_for, listing
from rag.answering.openers import with_openers
from rag.answering.persons import Person
from rag.answering.pronouns import meant
from rag.answering.reading import WEIGHTS, Reading, read_statements
from rag.answering.relations import PREPOSITIONS
from rag.answering.speech import Said
from rag.answering.times import Times
from rag.core.recent import Recent
from rag.core.types import Hit, Passage
from rag.library.embedding import Reader, Vectors
from rag.reading.bylines import says_who_wrote
from rag.reading.interviews import interviewers
from rag.reading.sentences import Statement, is_ended, is_question, statements
from rag.search.followups import Question
from rag.search.library import Library

_REMEMBERED_PASSAGES, _REMEMBERED_VECTORS = 4000, 32_000
# Words of a statement: of a sentence, of `In June 2028.` or a cell, of what may be a heading or a caption.
_FEWEST, _FEWEST_OF_PHRASE, _FEWEST_UNENDED = 3, 4, 9
_LOOKED_INTO = 6  # passages: statements of the others are no evidence
# A passage takes the reader some 33 ms, a statement the embedder some 10; so only those are looked at that may still be
# said: at most so many of them, and none that is further behind the first than an answer goes. On the questions about
# the articles that ship with Citewell it comes to the same as embedding all.
_READ = 5  # passages
_EMBEDDED = 12  # statements
_WITHIN = 5.0  # log-odds
# The cosine to expect of a statement, from its passage's; benchmarks/fit_evidence.py prints this line.
_OF_PASSAGE, _ANYWHERE = 0.66, 0.03
_AS_NEAR = 0.75  # of the words of the passage that holds most
# The reader is shy: at this many nats below "not here" it is right as often as not. Both ends are as far as it goes.
_EVEN, _MOST_NATS = -4.0, 10.0


class Scales:
    """Weighs statements against questions; remembers the statements and their vectors of recent passages."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._statements: Recent[tuple[Statement, ...]] = Recent(_REMEMBERED_PASSAGES)
        self._vectors: Recent[Vectors] = Recent(_REMEMBERED_VECTORS)
        self._reader_lock = threading.Lock()
        self._reader: Reader | None = None
        self._has_looked_for_reader = False

    def warm(self) -> None:
        """Load the trained reader now."""
        if (reader := self._opened_reader()) is not None:
            reader.read("Who?", ["Nobody."])  # a network is compiled when first run

    def weigh(self, question: Question, hits: Sequence[Hit]) -> Weighed:
        """The statements of the likeliest of the hits' passages, best first.

        What costs next to nothing is looked at in every passage; the trained reader, which costs most, reads the
        likeliest of them; and the statements that are then ahead are embedded. Without a reader all are.
        """
        asked, question = question, question.matter
        words, kind = words_asked(question, self._library.words), kind_asked(question.plain)
        nearby = [_nearby(words, hit) for hit in hits]
        # Now is when the latest article about it was written, not the latest of all that was found.
        least = _AS_NEAR * max(nearby, default=0.0)
        near = [hit.passage.date for hit, share in zip(hits, nearby, strict=True) if share >= least]
        times = Times.of(question.plain, near)
        reader = self._opened_reader()
        weights = WITHOUT_READER if reader is None else WITH_READER
        found = [
            self._plainly(question, words, kind, times, hit, share, weights)
            for hit, share in zip(hits, nearby, strict=True)
        ]
        found = [_expecting(items, weights) for items in _likeliest(found, _LOOKED_INTO)]
        here = None
        if reader is not None:
            found, here = _read(reader, question.plain, words, found, weights)
        evidence = best_first(item for items in found for item in items)
        scores = [item.score for item in evidence]
        ahead = len(scores) if reader is None else _ahead(scores, _EMBEDDED, _WITHIN)
        evidence = best_first([*self._by_meaning(question, evidence[:ahead], weights), *evidence[ahead:]])
        evidence = in_its_column(words, evidence, weights)
        contrast: Contrast | None = None
        is_spoken_of: bool | None = None
        if not (asked.topic or asked.is_claim):  # in place of which nothing else could be, or is the answer
            evidence, contrast = held_against(question.plain, evidence, weights)
            if reader is not None and here is not None:
                # What it saw in the passage of a statement about something else counts no more.
                seen = -math.inf if contrast else here
                here = thought_over(reader, question.plain, words, kind, evidence, seen)
        if said := Said.asked(question.plain):
            evidence, is_spoken_of = said.told(evidence, self._library.words)
        elif person := Person.asked_after(question.plain):
            evidence, is_spoken_of = told_of(person, evidence)
        elif aged := Aged.asked(question.plain):
            evidence, is_spoken_of = aged.told(evidence)
        elif holder := Holder.asked(question.plain):
            evidence, is_spoken_of = holder.told(evidence)
        together: tuple[Evidence, ...] = ()
        if evidence and asks_for(question.standalone) == "many":
            vector, _ = self._library.question_vectors(question.standalone)
            together = listing(evidence, words, weights, vector, self._library.embedder.embed_passages)
        size = self._library.words.size
        return Weighed(asked, words, kind, tuple(evidence), here, contrast, is_spoken_of, size, listing=together)

    def statements(self, question: Question, hits: Sequence[Hit]) -> Weighed:
        """Every statement of the hits, in their order: what a summary is chosen from, whatever it is about."""
        words = words_asked(question.matter, self._library.words)
        times = Times.of(question.text, [hit.passage.date for hit in hits])
        found = [
            self._plainly(question.matter, words, "other", times, hit, _nearby(words, hit), WITHOUT_READER)
            for hit in hits
        ]
        evidence = tuple(item for items in found for item in items)
        return Weighed(question, words, "other", evidence, None, None, None, self._library.words.size)

    def _plainly(
        self,
        question: Question,
        words: Sequence[Word],
        kind: Kind,
        times: Times,
        hit: Hit,
        nearby: float,
        weights: Features,
    ) -> list[Evidence]:
        """The hit's statements by all that needs no model."""
        found = []
        for statement in self._statements_of(hit.passage):
            here = Terms.of(statement.below_heading("item", "row"))
            features = Features(
                meaning=0.0,
                words=coverage(words, here) + meant(words, hit.passage, statement, here),
                nearby=nearby,
                kind=float(holds(kind, statement.text, question.standalone)),
                passage=hit.score,
                wholeness=_wholeness(statement),
                reading=0.0,
                timely=times.fit(hit.passage.date, statement),
            )
            found.append(Evidence(statement, hit, features, weighted(features, weights)))
        return found

    def _by_meaning(self, question: Question, found: Sequence[Evidence], weights: Features) -> list[Evidence]:
        """The same with the cosines of statements and question."""
        vector, _ = self._library.question_vectors(question.standalone)
        cosines = [max(float(its @ vector), 0.0) for its in self.vectors_of(found)]
        return [
            changed(item, replace(item.features, meaning=cosine), weights)
            for item, cosine in zip(found, cosines, strict=True)
        ]

    def _statements_of(self, passage: Passage) -> tuple[Statement, ...]:
        found = self._statements.get(passage.id)
        return self._statements.put(passage.id, self._statements_in(passage)) if found is None else found

    def vectors_of(self, found: Sequence[Evidence]) -> list[Vectors]:
        """The vector of each statement, those not seen lately embedded in one go."""
        # Both ends: a sentence quoted with its opener begins where the opener does.
        keys = [(item.hit.passage.id, item.start, item.end) for item in found]
        known = {key: self._vectors.get(key) for key in keys}
        new = {
            key: item.statement.below_heading("item")
            for key, item in zip(keys, found, strict=True)
            if known[key] is None
        }
        for key, vector in zip(new, self._library.embedder.embed_passages(list(new.values())), strict=True):
            known[key] = self._vectors.put(key, vector)
        return [vector for key in keys if (vector := known[key]) is not None]

    def _opened_reader(self) -> Reader | None:
        with self._reader_lock:
            if not self._has_looked_for_reader:
                self._reader = self._library.embedder.reader(WEIGHTS)
                self._has_looked_for_reader = True
            return self._reader

    def _statements_in(self, passage: Passage) -> tuple[Statement, ...]:
        article = self._library.article(passage.source)
        if article is None or article.text[passage.start : passage.end] != passage.text:
            return ()  # changed since the search; the next question sees the new text
        found = statements(article.text)
        near = (one for one in found if one.start < passage.end and passage.start < one.end)
        inside = list(dict.fromkeys(_within(passage, one) for one in near))  # cells of a cut row may come to the same
        return with_openers(article.text, inside, interviewers(found))


def _nearby(words: Sequence[Word], hit: Hit) -> float:
    """See `Features.nearby`."""
    return coverage(words, Terms.of(f"{hit.passage.title}\n{hit.passage.section}\n{hit.passage.text}"))


def _within(passage: Passage, statement: Statement) -> Statement:
    """The statement, or as much of it as the passage holds: one longer than a passage is cut between several."""
    start, end = max(statement.start, passage.start), min(statement.end, passage.end)
    if (start, end) == (statement.start, statement.end):
        return statement
    return replace(statement, start=start, end=end, text=passage.text[start - passage.start : end - passage.start])


def _expecting(items: Sequence[Evidence], weights: Features) -> list[Evidence]:
    """The statements of one passage with the cosine that is to be expected of them."""
    cosine = max(_OF_PASSAGE * items[0].hit.vector.score + _ANYWHERE, 0.0)
    return [changed(item, replace(item.features, meaning=cosine), weights) for item in items]


def _likeliest(found: Sequence[list[Evidence]], most: int, within: float = math.inf) -> list[list[Evidence]]:
    """The passages with the best statements so far, best first."""
    best = sorted(((max(item.score for item in items), items) for items in found if items), key=lambda pair: -pair[0])
    return [items for _, items in best[: _ahead([score for score, _ in best], most, within)]]


def _ahead(scores: Sequence[float], most: int, within: float) -> int:
    """How many of the first `most`, best first, are no further than this behind the first."""
    return sum(score >= scores[0] - within for score in scores[:most])


def _read(
    reader: Reader, question: str, words: Sequence[Word], found: Sequence[list[Evidence]], weights: Features
) -> tuple[list[list[Evidence]], float]:
    """The same with what the reader thinks of the statements of the likeliest passages; and whether any answers."""
    chosen = _likeliest(found, _READ, _WITHIN)
    readings: dict[str, list[Reading | None]] = {}
    here = -math.inf
    for items in chosen:
        passage = items[0].hit.passage
        own, answers = read_statements(reader, question, words, passage, [item.statement for item in items])
        readings[passage.id], here = own, max(here, answers)
    read_found = [
        [
            changed(
                replace(item, answer=read.answer if read else ""),
                replace(item.features, reading=_sureness(read)),
                weights,
            )
            for item, read in zip(items, readings.get(items[0].hit.passage.id, [None] * len(items)), strict=True)
        ]
        for items in found
    ]
    return read_found, here


def _sureness(read: Reading | None) -> float:
    return NOT_READ if read is None else max(-1.0, min(1.0, (read.margin - _EVEN) / _MOST_NATS))


def _wholeness(statement: Statement) -> float:
    """Little for what announces something else, nothing for a heading or a line that says who wrote the article."""
    if statement.kind == "heading" or says_who_wrote(statement.text):
        return 0.0
    words = len(re.findall(r"\w+", statement.text))
    if statement.text.endswith(":") or is_question(statement.text) or words < _fewest(statement):
        return 0.3
    return 1.0


def _fewest(statement: Statement) -> int:
    """How many words it takes to say something: three with a subject and a verb."""
    if statement.kind == "paragraph" and not is_ended(statement.text):
        return _FEWEST_UNENDED
    begins = statement.text.partition(" ")[0].lower()
    return _FEWEST if statement.kind == "paragraph" and begins not in PREPOSITIONS else _FEWEST_OF_PHRASE
