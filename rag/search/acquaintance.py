"""What the articles tell of a name in passing: whether a word is one, or a place's, and who is `he` and who `she`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rag.core.recent import Recent
from rag.library.words import QUESTION_WORDS
from rag.search.library import Library
from rag.search.lookup import texts_with
from rag.search.typed import Typed

_REMEMBERED = 2000  # words and names
# What a sentence may open with right before a name; all else that is never written small is of the name.
_OPENERS = frozenset(
    "although amid because besides between both common despite earlier even eventually every except finally formerly "
    "four further however instead last later many meanwhile more moreover most neither never next now often once only "
    "perhaps several similarly since some still sometimes soon though three today together tomorrow tonight two unlike "
    "until when whenever where whereas while yesterday yet".split()
)
_FOLLOWING = 200  # characters behind a name, in which a pronoun may mean it
_CLOSE = 40  # characters around a name, in which a word may say who that is
_PRONOUN = re.compile(r"\b(?:(?P<he>he|his|him|himself)|(?P<she>she|her|hers|herself))\b", re.IGNORECASE)
_WHOLE_NAME = re.compile(r"(?<![\w’'-])[^\W\d_a-z][\w’-]+(?: [^\W\d_a-z][\w’-]+)+")
_OPENS = re.compile(r"[.?!][\"”’]? $")  # what a pronoun stands behind that opens a sentence
_TOLD_BY = re.compile(
    r"\b(?:(?P<he>Mr|Sir|Lord|King|Prince|spokesman|chairman|businessman|father|brother|husband|son|uncle|widower)|"
    r"(?P<she>Mrs|Ms|Miss|Lady|Dame|Queen|Princess|spokeswoman|chairwoman|businesswoman|mother|sister|wife|daughter|"
    r"aunt|widow|actress))\b"
)
_WITHIN = r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Aa]round|[Ii]nto|[Ii]nside|[Tt]owards|[Aa]cross) "
_NOT_OWNING = r"\b(?![’'])"  # `in Crane’s garden`
_OPENING = 3  # so much more a pronoun counts that opens a sentence


class Acquaintance:
    """Looks names up in the passages that hold them; what it has found is kept until the library changes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._typed = Typed(library)
        self._found: Recent[int | str] = Recent(_REMEMBERED)

    def as_written(self, text: str) -> str:
        """The question as one writes it who knows the articles."""
        return self._typed.as_written(text)

    def is_name(self, word: str) -> bool:
        """Whether it is written with a capital within sentences, and not also without one.

        Or, if it only ever opens sentences, whether it is no word that may open one before a name.
        """
        key = ("name", word, self._library.version)
        if (known := self._found.get(key)) is not None:
            return bool(known)
        within = without = opening = 0
        for text in texts_with(self._library, word):
            opening += len(re.findall(rf"\b{re.escape(word)} [A-Z]", text))
            within += len(re.findall(rf"(?<=[\w,;–] ){re.escape(word)}\b", text))
            without += len(re.findall(rf"\b{re.escape(word.lower())}\b", text))
        opens_alone = not within and not without and opening > 0 and word.lower() not in _OPENERS
        return bool(self._found.put(key, within > without or opens_alone))

    def whole(self, name: str) -> str:
        """The commonest of the names in several words that it is the first or the last word of."""
        key = ("whole", name, self._library.version)
        if (known := self._found.get(key)) is None:
            runs = Counter(run for text in texts_with(self._library, name) for run in _WHOLE_NAME.findall(text))
            own = (run for run, _ in runs.most_common() if name in (run.split()[0], run.split()[-1]))
            # `Two Marenians` are nobody's whole name.
            known = self._found.put(key, next((run for run in own if not self._is_common(run.split()[0])), ""))
        return str(known)

    def is_place(self, name: str) -> bool:
        """Whether half of what the articles tell of it is as of a place: behind `in`, in an address, a dateline."""
        key = ("place", name, self._library.version)
        if (known := self._found.get(key)) is None:
            its = re.escape(name)
            within = re.compile(rf"{_WITHIN}{its}{_NOT_OWNING}|\b(?:of|from|to) {its}, [A-Z]|(?m:^){its.upper()}\b")
            texts = list(texts_with(self._library, name))
            places = sum(len(within.findall(text)) for text in texts)
            spoken = sum(len(re.findall(rf"\b{its}\b", text, re.IGNORECASE)) for text in texts)
            known = self._found.put(key, int(0 < spoken <= 2 * places))
        return bool(known)

    def _is_common(self, word: str) -> bool:
        """Whether it is a word that is written small."""
        small = re.compile(rf"\b{re.escape(word.lower())}\b")
        return word.lower() in QUESTION_WORDS or any(small.search(text) for text in texts_with(self._library, word))

    def leaning(self, name: str) -> int:
        """By the pronouns that follow the surname, before anybody else is named, and by titles and kin beside it."""
        key = ("leaning", name, self._library.version)
        if (known := self._found.get(key)) is None:
            counted: Counter[str] = Counter()
            for said, count in self._said_of(name):
                counted[said] += count
            known = self._found.put(key, counted["he"] - counted["she"])
        return int(known)

    def _said_of(self, name: str) -> Iterator[tuple[str, int]]:
        own = name.split()
        for text in texts_with(self._library, name):
            others = {
                word for found in _WHOLE_NAME.findall(text) if own[-1] not in found.split() for word in found.split()
            }
            for at in re.finditer(rf"\b{re.escape(own[-1])}\b", text):
                for told in _TOLD_BY.finditer(text, max(at.start() - _CLOSE, 0), at.end() + _CLOSE):
                    yield str(told.lastgroup), 1
                after = text[at.end() : at.end() + _FOLLOWING]
                pronoun = _PRONOUN.search(after)
                if pronoun and others.isdisjoint(re.findall(r"[\w’-]+", after[: pronoun.start()])):
                    yield str(pronoun.lastgroup), _OPENING if _OPENS.search(after[: pronoun.start()]) else 1
