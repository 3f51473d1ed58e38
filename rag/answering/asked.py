"""A question → its content words, each by what it tells; and how many of them a text holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rag.library.names import name_key, name_keys
from rag.library.words import WordIndex, content_words, other_forms, terms
from rag.search.followups import Question

_CARRIED_WEIGHT = 0.5  # of a word that a follow-up takes over, against one that was asked
_OTHER_FORM = 0.2  # what "Russian" counts where Moscow was asked about, against Moscow itself


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question: its stem, its sound if it may be a name, and how much it tells."""

    text: str
    term: str
    key: str
    weight: float
    is_known: bool
    """Some passage of the library holds it, or a name that sounds like it."""
    is_written: bool
    """Some passage of the library holds it as it is spelt here."""
    others: tuple[tuple[str, ...], ...] = ()
    """The other ways to speak of the same country, each by its stems."""


def words_asked(question: Question, index: WordIndex) -> tuple[Word, ...]:
    """The question's content words, each by how rare it is in the library."""
    size = index.size
    asked = set(terms(question.text))
    others = other_forms(question.standalone)
    found: dict[str, Word] = {}
    for text in content_words(question.standalone):
        stems = terms(text)
        if not stems or stems[0] in found:
            continue
        term = stems[0]
        by_word, by_name = index.frequency(term), index.name_frequency(text)
        ways = others.get(text, ())
        # Not written as asked, it is as rare as the other form that is commonest; one of several words as its rarest.
        frequency = max(by_word, by_name) or max((min(map(index.frequency, way)) for way in ways), default=0)
        weight = math.log(1 + (size + 1) / (frequency + 0.5))
        if question.is_follow_up and term not in asked:
            weight *= _CARRIED_WEIGHT
        found[term] = Word(text, term, name_key(text), weight, frequency > 0, by_word > 0, ways)
    return tuple(_joined(found, question.standalone, index))


def _joined(found: dict[str, Word], question: str, index: WordIndex) -> Iterator[Word]:
    """The words, with a name that the library writes as one in place of its two parts: `Ros-Atom`, `Abdel Atty`."""
    parts: set[str] = set()
    for words, key in name_keys(question):
        pieces = [word for word in found.values() if word.text in words and word.text != words]
        if len(pieces) == 2 and not all(word.is_known for word in pieces) and index.name_frequency(words):
            parts.update(word.term for word in pieces)
            yield Word(words, "", key, max(word.weight for word in pieces), is_known=True, is_written=False)
    yield from (word for word in found.values() if word.term not in parts)


# Past forms that have another stem than what they are forms of.
_PAST = (
    "begin began begun|break broke broken|bring brought|build built|buy bought|catch caught|choose chose chosen|"
    "draw drew drawn|fall fell fallen|find found|fly flew flown|give gave given|grow grew grown|hold held|keep kept|"
    "lead led|leave left|lose lost|make made|meet met|pay paid|rise rose risen|run ran|sell sold|send sent|sing sang|"
    "speak spoke spoken|spend spent|steal stole stolen|strike struck|swim swam swum|take took taken|teach taught|"
    "tell told|think thought|throw threw thrown|win won|write wrote written"
)


@cache
def _infinitives() -> dict[str, str]:
    """The stem of each past form → that of its infinitive."""
    verbs = (terms(verb) for verb in _PAST.split("|"))
    return {past: infinitive for infinitive, *forms in verbs for past in forms}


@dataclass(frozen=True, slots=True)
class Terms:
    """A text as words are looked up in it: its stems, verbs in the past as infinitives too, and its names' sounds."""

    stems: frozenset[str]
    sounds: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Terms:
        stems = terms(text)
        infinitives = (_infinitives().get(stem, stem) for stem in stems)
        return cls(frozenset((*stems, *infinitives)), frozenset(key for _, key in name_keys(text)))

    def share(self, word: Word) -> float:
        """1 for a word that is here, less where only its country is spoken of in another way, 0 for others."""
        if _infinitives().get(word.term, word.term) in self.stems or (word.key and word.key in self.sounds):
            return 1.0
        return _OTHER_FORM if any(self.stems.issuperset(way) for way in word.others) else 0.0


def coverage(words: Sequence[Word], among: Terms) -> float:
    """Share of the words, by weight, that are among the terms; 0 for no words."""
    total = sum(word.weight for word in words)
    return sum(word.weight * among.share(word) for word in words) / total if total else 0.0
