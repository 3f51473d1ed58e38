"""Hits → the statements in them that bear on the question, each with a score and what it is made of."""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.kinds import Kind, holds, kind_asked
from rag.core.types import Hit, Passage
from rag.library.embedding import Vectors
from rag.library.names import name_key, name_keys
from rag.library.words import content_words, terms
from rag.reading.sentences import Statement, statements
from rag.search.followups import Question
from rag.search.library import Library

_REMEMBERED_PASSAGES = 4000
_CARRIED_WEIGHT = 0.5  # of a word that a follow-up takes over, against one that was asked


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question: its stem, its sound if it may be a name, and how much it tells."""

    text: str
    term: str
    key: str
    weight: float
    is_known: bool
    """Some passage of the library holds it, or a name that sounds like it."""

    @property
    def is_name(self) -> bool:
        return self.text[:1].isupper() or any(letter.isdigit() for letter in self.text)


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for a statement, each between 0 and 1."""

    meaning: float
    """Cosine of question and statement."""
    words: float
    """Share of the question's words, by weight, that the statement holds."""
    nearby: float
    """The same for the statement with its passage, section and title."""
    kind: float
    """1 if it holds the kind of thing asked for."""
    passage: float
    """The hit's score."""
    wholeness: float
    """0 for a heading or a fragment that announces something else, 1 for a statement."""


# Weights of a listwise logistic fit on squad2's and squad1's visible answerable questions; see benchmarks/.
_WEIGHTS = Features(meaning=4.0, words=3.0, nearby=1.0, kind=1.0, passage=1.0, wholeness=1.5)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement that may answer, best by `score` (a sum of weighted features; only differences matter)."""

    statement: Statement
    hit: Hit
    features: Features
    score: float

    @property
    def start(self) -> int:
        return self.statement.start

    @property
    def end(self) -> int:
        return self.statement.end


@dataclass(frozen=True, slots=True)
class Weighed:
    """The question as evidence is weighed for it: its words, the kind it asks for, and the evidence, best first."""

    question: Question
    words: tuple[Word, ...]
    kind: Kind
    evidence: tuple[Evidence, ...]


class Scales:
    """Weighs statements against questions; remembers the statements and their vectors of recent passages."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._remembered: OrderedDict[str, tuple[tuple[Statement, ...], Vectors]] = OrderedDict()

    def weigh(self, question: Question, hits: Sequence[Hit]) -> Weighed:
        """Every statement of the hits' passages, best first."""
        words = self._words(question)
        kind = kind_asked(question.standalone)
        vector = self._library.embedder.embed_questions([question.standalone])[0]
        self._remember([hit.passage for hit in hits])
        evidence = []
        for hit in hits:
            found, vectors = self._remembered[hit.passage.id]
            around = Terms.of(f"{hit.passage.title}\n{hit.passage.section}\n{hit.passage.text}")
            nearby = coverage(words, around)
            for statement, cosine in zip(found, vectors @ vector, strict=True):
                features = Features(
                    meaning=max(float(cosine), 0.0),
                    words=coverage(words, Terms.of(_with_section(statement))),
                    nearby=nearby,
                    kind=float(holds(kind, statement.text, question.standalone)),
                    passage=hit.score,
                    wholeness=_wholeness(statement),
                )
                evidence.append(Evidence(statement, hit, features, weighted(features)))
        evidence.sort(key=lambda item: (-item.score, item.hit.passage.source, item.start))
        return Weighed(question, words, kind, tuple(evidence))

    def _words(self, question: Question) -> tuple[Word, ...]:
        """The question's content words, each by how rare it is in the library."""
        index = self._library.words
        size = index.size
        asked = set(terms(question.text))
        found: dict[str, Word] = {}
        for text in content_words(question.standalone):
            stems = terms(text)
            if not stems or stems[0] in found:
                continue
            term = stems[0]
            by_word, by_name = index.frequency(term), index.name_frequency(text)
            frequency = max(by_word, by_name)
            weight = math.log(1 + (size + 1) / (frequency + 0.5))
            if question.is_follow_up and term not in asked:
                weight *= _CARRIED_WEIGHT
            found[term] = Word(text, term, name_key(text), weight, frequency > 0)
        return tuple(found.values())

    def _remember(self, passages: Sequence[Passage]) -> None:
        """Statements and their vectors for these passages, embedding those not seen lately in one go."""
        new = [passage for passage in passages if passage.id not in self._remembered]
        found = {passage.id: self._statements(passage) for passage in new}
        texts = [_with_section(statement) for passage in new for statement in found[passage.id]]
        vectors = self._library.embedder.embed_passages(texts)
        place = 0
        for passage in new:
            count = len(found[passage.id])
            self._remembered[passage.id] = (found[passage.id], vectors[place : place + count])
            place += count
        for passage in passages:
            self._remembered.move_to_end(passage.id)
        while len(self._remembered) > max(_REMEMBERED_PASSAGES, len(passages)):
            self._remembered.popitem(last=False)

    def _statements(self, passage: Passage) -> tuple[Statement, ...]:
        article = self._library.article(passage.source)
        if article is None or article.text[passage.start : passage.end] != passage.text:
            return ()  # changed since the search; the next question sees the new text
        return tuple(
            statement
            for statement in statements(article.text)
            if passage.start <= statement.start and statement.end <= passage.end
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """A text as words are looked up in it: its stems and the sounds of its names."""

    stems: frozenset[str]
    sounds: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Terms:
        return cls(frozenset(terms(text)), frozenset(key for _, key in name_keys(text)))

    def has(self, word: Word) -> bool:
        return word.term in self.stems or (bool(word.key) and word.key in self.sounds)


def coverage(words: Sequence[Word], among: Terms) -> float:
    """Share of the words, by weight, that are among the terms; 0 for no words."""
    total = sum(word.weight for word in words)
    return sum(word.weight for word in words if among.has(word)) / total if total else 0.0


def weighted(features: Features) -> float:
    """The features' sum by their weights."""
    return float(sum(getattr(_WEIGHTS, name) * getattr(features, name) for name in Features.__dataclass_fields__))


def _with_section(statement: Statement) -> str:
    """Items and cells say little without the heading above them."""
    if statement.kind in ("item", "row") and statement.section:
        return f"{statement.section}: {statement.text}"
    return statement.text


def _wholeness(statement: Statement) -> float:
    if statement.kind == "heading":
        return 0.0
    if statement.text.endswith(":") or len(re.findall(r"\w+", statement.text)) < 4:
        return 0.3
    return 1.0
