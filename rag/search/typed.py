"""A question as it was typed → as the articles write it: capitals where there are none, typing errors put right."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from rag.core.recent import Recent
from rag.library.countries import countries, written_large
from rag.library.followers import IndexDamaged
from rag.library.names import folded, name_key, name_keys
from rag.library.words import QUESTION_WORDS, terms
from rag.search.library import Library
from rag.search.lookup import texts_with

_REMEMBERED = 2000  # words
_CAPITAL = re.compile(r"(?!I\b)[^\W\d_a-z]")
_WORD_AND_NEXT = re.compile(r"([^\W\d_]{2,})(?=[ -]?([^\W\d_]*))")
_BEHIND = re.compile(r"[ -]([A-Z]\w+)")
_LARGE = re.compile(r"^[^\W\d_]|(?<=[.?!] )[^\W\d_]|\bi\b|(?<=\bthe )us\b")  # whatever the articles write
_WORD = re.compile(r"[\w'’]+")
_CONTRACTED = re.compile(
    r"(?:who|what|where|when|how|why)s|(?:are|ca|could|did|do|does|had|has|have|is|should|was|were|wo|would)nt",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„«][^\"”“»]*[\"”“»]")
_PLAIN_WORD = re.compile(r"(?<![\w.@/’'-])[A-Za-z]?[a-z]{2,}(?![\w@/’'-]|\.\w)")
_ASKING = frozenset("who whom whose what when where which why how many much did does".split())
_FEWEST_LETTERS = 5  # of the word that is meant; of those with fewer too many are one letter apart
_FEWEST_LETTERS_OF_NAME = 6
_TRIED = 6  # likely words
_MOST_WORDS = 60
_ENDINGS = ("s", "es", "d", "ed", "ing", "r", "er", "rs", "ers", "y", "ly")


class Typed:
    """Looks words up in the passages that hold them; what it has found is kept until the library changes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._written: Recent[tuple[str, frozenset[str]]] = Recent(_REMEMBERED)
        self._mended: Recent[str] = Recent(_REMEMBERED)

    def as_written(self, text: str) -> str:
        """The question as one writes it who knows the articles."""
        return self._cased(self._spelt(text))

    def _cased(self, text: str) -> str:
        """What is all in small letters, or all in capitals, with the capitals of the articles."""
        if text.upper() == text:
            text = text.lower()
        if _CAPITAL.search(text[1:]):
            return text
        text = _WORD_AND_NEXT.sub(lambda word: self._cased_word(word[1], word[2].lower()), written_large(text))
        return _LARGE.sub(lambda found: found.group().upper(), text)

    def _cased_word(self, word: str, following: str) -> str:
        """With a capital where the articles write it so within sentences, and not as often without one.

        One that they write so only before others, `Old` in the Old Mill, is none where none of these follows.
        """
        if word != word.lower() or word in QUESTION_WORDS:
            return word
        key = ("written", word, self._library.version)
        if (known := self._written.get(key)) is None:
            known = self._written.put(key, self._looked_up(word))
        form, within = known
        return form if not within or following in within else word

    def _looked_up(self, word: str) -> tuple[str, frozenset[str]]:
        """The likeliest form, and the words in capitals that follow it, where one always does."""
        within = re.compile(rf"(?:(?<=[\w,;–’“\"] )|(?<=\w-)|\b(?=\w+ [A-Z])){re.escape(word)}\b", re.IGNORECASE)
        forms: Counter[str] = Counter()
        others: set[str] = set()
        stands_alone = False
        for text in texts_with(self._library, word):
            for found in within.finditer(text):
                forms[found.group()] += 1
                following = _BEHIND.match(text, found.end())
                others.update([following[1].lower()] if following else [])
                stands_alone |= following is None and found.group() != word
        index = self._library.words
        if not forms and not any(map(index.frequency, terms(word))) and self._sounds_like_a_name(word):
            return word.capitalize(), frozenset()  # and is written nowhere
        likeliest = max(forms, key=lambda form: (forms[form], form == word), default=word)
        return likeliest, frozenset() if stands_alone else frozenset(others)

    def _sounds_like_a_name(self, word: str) -> bool:
        """Whether one with its first letter is spoken so; `Nobody`, which opens a sentence, sounds like `anybody`."""
        key = name_key(word)
        names = (found for text in texts_with(self._library, word) if key for found in name_keys(text))
        return any(other == key and folded(name)[:1] == folded(word)[:1] for name, other in names)

    def _spelt(self, text: str) -> str:
        """With each word that is none, but one letter away from one of the articles, put right.

        What stands in quotation marks stays.
        """
        if self._library.is_empty:
            return text
        self._library.refresh()
        words = dict.fromkeys(_PLAIN_WORD.findall(_QUOTED.sub(" ", text)))
        if len(words) > _MOST_WORDS:  # a text rather than a question: each unknown word takes some milliseconds
            return text
        mended = {word: self._mended_word(word) for word in words}
        quoted = [range(*found.span()) for found in _QUOTED.finditer(text)]

        def put_right(found: re.Match[str]) -> str:
            is_quoted = any(found.start() in span for span in quoted)
            return found.group() if is_quoted else mended.get(found.group(), found.group())

        return _PLAIN_WORD.sub(put_right, text)

    def _mended_word(self, word: str) -> str:
        if _CONTRACTED.fullmatch(word):
            return f"{word[:-1]}'{word[-1]}"
        if word.lower() in QUESTION_WORDS:
            return word
        key = (word, self._library.version)
        if (known := self._mended.get(key)) is not None:
            return known
        with suppress(IndexDamaged):  # while it is being made nothing is known
            return self._mended.put(key, word if self._is_one(word) else self._likeliest(word))
        return word

    def _is_one(self, word: str) -> bool:
        """Whether the articles have such a word, or the embedder: it knows what is common."""
        index, embedder = self._library.words, self._library.embedder
        return bool(
            any(map(index.frequency, terms(word)))
            or countries(word)
            or any(embedder.count_tokens(form) == 1 for form in (word, *_plainer(word)))
        )

    def _likeliest(self, word: str) -> str:
        """The commonest word that is one letter away (after P. Norvig, "How to Write a Spelling Corrector", 2007)."""
        near = set(_one_letter_away(word.lower()))
        if asking := sorted(near & _ASKING):
            return _like(word, asking[0])
        fewest = _FEWEST_LETTERS_OF_NAME if word[0].isupper() else _FEWEST_LETTERS
        index = self._library.words
        # The first letter is seldom wrong, and `mending` is not `ending`.
        likely = [other for other in near if len(other) >= fewest and other[0] == word[0].lower()]
        counts = {other: index.frequency(terms(other)[0]) for other in likely}
        likely = sorted((other for other, count in counts.items() if count), key=lambda other: (-counts[other], other))
        for other in likely[:_TRIED]:  # not every word of a known stem is one
            form = re.compile(rf"\b{other}\b", re.IGNORECASE)
            if any(map(form.search, texts_with(self._library, other))):
                return _like(word, other)
        return word


def _plainer(word: str) -> Iterator[str]:
    """What a word may come of: `wager` of `wagers`."""
    yield from (word.removesuffix(end) for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2)


def respelt(typed: str, read: str) -> list[tuple[str, str]]:
    """(typed, read) of each word that was put right, where nothing else was; nothing where more was changed.

    >>> respelt("who won the elction?", "Who won the election?")
    [('elction', 'election')]
    >>> respelt("And Marsh?", "Who is Marsh?")
    []
    """
    found = [_WORD.findall(text) for text in (typed, read)]
    pairs = [(one, other) for one, other in zip(*found, strict=False) if _plain(one) != _plain(other)]
    is_all = len(found[0]) == len(found[1]) and all(
        _plain(other) in _one_letter_away(_plain(one)) for one, other in pairs
    )
    return pairs if is_all else []


def told_respelt(typed: str, read: str) -> str:
    """Which words were taken for typing errors, and how to insist on them; nothing where none were."""
    pairs = respelt(typed, read)
    told = [f"“{one}” as “{other}”" for one, other in pairs if other.lower() not in QUESTION_WORDS]
    return f"Read {' and '.join(told)}; in quotation marks it is looked for as typed." if told else ""


def _plain(word: str) -> str:
    return re.sub("['’]", "", word).lower()


def _like(typed: str, word: str) -> str:
    return word.capitalize() if typed[0].isupper() else word


def _one_letter_away(word: str) -> Iterator[str]:
    """What comes of one letter left out, put in, or taken for another, and of two that changed places."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in string.ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in string.ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
