"""How the names of a sentence stand to its other words: with which role, around which verb, on which preposition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answering.wording import PARTICLES, Word, Wording
from rag.library.names import name_keys
from rag.library.words import QUESTION_WORDS

PREPOSITIONS = frozenset("in at to from of on for by into with near under over through during against".split())
_OPENERS = frozenset("yes no sure okay well however therefore moreover furthermore additionally".split())


def may_name(word: Word) -> bool:
    """Whether it is written like a name; a word that only opens a sentence (It, Yes, Lastly) is not."""
    if not word.is_capital or word.role or len(word.text) < 2:
        return False
    return not (word.is_first and (word.low in QUESTION_WORDS or word.low in _OPENERS or word.low.endswith("ly")))


def sounds_together(wording: Wording) -> dict[int, list[str]]:
    """For each word of a name in two parts, the sound of both together: Abdel Atty is Abdelatty."""
    found: dict[int, list[str]] = {}
    for words, key in name_keys(wording.text):
        parts = re.findall(r"[^\W\d_a-z][^\W\d_A-Z]*", words)
        for word in wording.words:
            if word.text in parts and word.text != words:
                found.setdefault(word.start, []).append(key)
    return found


def titled(wording: Wording) -> Iterator[tuple[Word, Word]]:
    """(name, role) for roles that stand just before a name, or after it behind a comma."""
    words, names = wording.words, {word.start for word in wording.names}
    for index, word in enumerate(words):
        if not word.role:
            continue
        following = words[index + 1] if index + 1 < len(words) else None
        if following and following.start in names:
            yield following, word
        before = words[max(index - 4, 0) : index]
        for other in before:
            between = wording.text[other.start : word.start]
            if other.start in names and re.search(
                r"^[^\s,]+(?: [A-Z]\S+)?, (?:the |a |an )?|\b(?:is|was|as) (?:the |a |an )?", between
            ):
                yield other, word


def around_verbs(wording: Wording) -> Iterator[tuple[Word, Word, Word]]:
    """(name, verb or other telling word, name) in this order, near each other."""
    words, names = wording.words, {word.start for word in wording.names}
    opening = words[0] if words and may_name(words[0]) and words[0].low not in QUESTION_WORDS else None
    places = [i for i, w in enumerate(words) if w.start in names or w is opening]
    for one in places:
        for other in places:
            if not 1 < other - one <= 8:
                continue
            for verb in words[one + 1 : other]:
                if verb.start not in names and verb.stem in wording.content and not verb.is_capital:
                    yield words[one], verb, words[other]


def places_of(wording: Wording, word: Word) -> list[int]:
    """Where in the sentence the word stands, in words from its beginning."""
    return [index for index, other in enumerate(wording.words) if other.stem == word.stem]


def governor(wording: Wording, index: int) -> str:
    """The preposition that a name hangs on; "" for a subject or an object."""
    for place in range(index - 1, max(index - 5, -1), -1):
        word = wording.words[place]
        if word.low in PREPOSITIONS:
            return word.low
        if not (word.is_capital or word.low in ("the", "a", "an") or word.low in PARTICLES or word.role):
            return ""
    return ""
