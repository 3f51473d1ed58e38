"""How closely a passage follows a question: the share of its rare words, how near together, in which pairs."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.core.types import Passage
from rag.library.names import name_key, name_keys
from rag.library.words import QUESTION_WORDS, content_words, terms

_WORD = re.compile(r"[^\W_]+")
_WINDOW = 20  # words: about a sentence


@dataclass(frozen=True, slots=True)
class Closeness:
    """Each from 0 to 1, the question's words by their rarity."""

    share: float
    """Of the words, what passage and title hold."""
    window: float
    """Of the words, what stands within one sentence's length."""
    pairs: float
    """Of the words that follow one another in the question, what follows one another here too."""

    @property
    def weighted(self) -> float:
        """All three as one, from 0 to 1, by weights fitted with those of `rag.search.fusion`."""
        return 0.30 * self.share + 0.38 * self.window + 0.32 * self.pairs


class Closely:
    """Holds passages against one question."""

    def __init__(self, question: str, frequency: Callable[[str], int], size: int) -> None:
        """`frequency` says in how many of the `size` passages a stem stands."""
        asked = stems(question)
        wanted = dict.fromkeys(stem for word in content_words(question) for stem in stems(word)[:1])
        self._weights = {stem: math.log(1 + (size + 1) / (frequency(stem) + 0.5)) for stem in wanted}
        self._total = sum(self._weights.values()) or 1.0
        following = dict.fromkeys(zip(asked, asked[1:], strict=False))
        pairs = {pair: sum(self._weights.get(stem, 0.0) for stem in pair) for pair in following}
        self._pairs = {pair: weight for pair, weight in pairs.items() if set(pair) - _small_words() and weight}
        self._pairs_total = sum(self._pairs.values()) or 1.0
        self._asked = frozenset(asked) | wanted.keys()
        # Names count where they are spelt otherwise too; see `rag.library.names`.
        self._sounds = {key: stem for words, key in name_keys(question) for stem in stems(words)[:1] if stem in wanted}

    def of(self, passage: Passage) -> Closeness:
        """How closely this passage follows it."""
        places = self._places(passage.text)
        held = {stem for _, stem in places}.union(stems(passage.title), stems(passage.section))
        following = {(one, two) for (at, one), (then, two) in zip(places, places[1:], strict=False) if then == at + 1}
        return Closeness(
            share=sum(weight for stem, weight in self._weights.items() if stem in held) / self._total,
            window=self._best_window(places) / self._total,
            pairs=sum(weight for pair, weight in self._pairs.items() if pair in following) / self._pairs_total,
        )

    def _places(self, text: str) -> list[tuple[int, str]]:
        """(place among the text's words, stem) of each of the words that the question has too."""
        asked = self._asked
        places = [(at, stem) for at, stem in enumerate(_stems_of(text)) if stem in asked]
        if not self._sounds:
            return places
        named = {at: heard for at, sound in _sounds_of(text) if (heard := self._sounds.get(sound))}
        return sorted((dict(places) | named).items())

    def _best_window(self, places: Sequence[tuple[int, str]]) -> float:
        """The most weight of different words that stand within `_WINDOW` words."""
        weighty = [(at, stem) for at, stem in places if stem in self._weights]
        inside: Counter[str] = Counter()
        weight = best = 0.0
        first = 0
        for at, stem in weighty:
            weight += self._weights[stem] if not inside[stem] else 0.0
            inside[stem] += 1
            while weighty[first][0] < at - _WINDOW:
                gone = weighty[first][1]
                inside[gone] -= 1
                weight -= self._weights[gone] if not inside[gone] else 0.0
                first += 1
            best = max(best, weight)
        return best


def stems(text: str) -> list[str]:
    """As `rag.library.words.terms` gives them, each word analysed once: a passage takes microseconds."""
    return [stem for word in _WORD.findall(text) if (stem := _stem(word))]


# Passages that answer one question often come near to the next.
@lru_cache(maxsize=2000)
def _stems_of(text: str) -> tuple[str, ...]:
    return tuple(map(_stem, _WORD.findall(text)))


@lru_cache(maxsize=2000)
def _sounds_of(text: str) -> tuple[tuple[int, str], ...]:
    """(place among the text's words, sound) of each that may be a name."""
    return tuple((at, sound) for at, word in enumerate(_WORD.findall(text)) if (sound := _sound(word)))


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    return next(iter(terms(word)), "")


@lru_cache(maxsize=200_000)
def _sound(word: str) -> str:
    return name_key(word) if word[0].isupper() else ""


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    return frozenset(stem for word in QUESTION_WORDS for stem in terms(word))
