"""Names that are spelt in several ways find each other by their consonants: Abdelatty, Abdel Atty, Abdul Atti."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from rag.library.countries import names_of_countries

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_CAPITALISED = re.compile(r"[^\W\d_a-z][^\W\d_]+")
_SOUNDS = (("shch", "s"), ("sch", "s"), ("sh", "s"), ("kh", "k"), ("ph", "f"), ("gh", "g"), ("th", "t"), ("dh", "d"),
           ("zh", "j"), ("ch", "k"), ("ck", "k"), ("q", "k"), ("c", "k"), ("w", "v"), ("x", "ks"),
           ("z", "s"))  # fmt: skip
_VOWELS = re.compile(r"[aeiouy]*[aeiou]+")
_FEWEST_CONSONANTS = 3  # shorter skeletons fit too many words
# Letters of their own, which Unicode does not take apart; as Tantivy's ASCII folding has them.
_LETTERS = str.maketrans(
    {"ı": "i", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "đ": "d", "ł": "l", "ħ": "h", "ŋ": "n"}
)


def folded(word: str) -> str:
    """The word in small letters without diacritics, as somebody types it who has none on the keyboard.

    >>> folded("Þórdís"), folded("Weiß"), folded("Yıldız")
    ('thordis', 'weiss', 'yildiz')
    """
    apart = unicodedata.normalize("NFKD", word.lower().translate(_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def name_key(word: str) -> str:
    """The consonant skeleton of a word as it sounds, or an empty string where it is too short to tell.

    Before it stands where the first vowels are, at the beginning or behind one consonant or several, and whether `o` or
    `u` is among them. Countries that would sound alike are told apart: Niger is not Nigeria.

    >>> name_key("Abdelatty") == name_key("AbdulAtti") == "0abdlt"
    True
    """
    if any(letter.isdigit() for letter in word):  # `RTX4090` is no `RTX4080`
        return ""
    return _alike_countries().get(word.lower()) or _sound(word)


def _sound(word: str) -> str:
    sounds = "".join(letter for letter in folded(word) if letter.isalpha())
    if sounds[-2:-1] in set("aeiou"):
        sounds = sounds.removesuffix("j")  # Sergej is Sergey
    for spelling, sound in _SOUNDS:
        sounds = sounds.replace(spelling, sound)
    skeleton = re.sub(r"[aeiouyh]", "", sounds)
    skeleton = re.sub(r"(.)\1+", r"\1", skeleton)
    if len(skeleton) < _FEWEST_CONSONANTS:
        return ""
    vowels = _VOWELS.search(sounds)
    before = len(re.sub("(?<!^)h|y", "", sounds[: vowels.start()])) if vowels else 1
    return f"{min(before, 2)}{'o' if vowels and set(vowels.group()) & set('ou') else 'a'}{skeleton}"


@cache
def _alike_countries() -> dict[str, str]:
    """A key for each name of a country or its people, in small letters, that sounds like another's."""
    by_sound: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for form, country in names_of_countries().items():
        by_sound[_sound(form)][form.lower()] = f"={folded(country).replace(' ', '')}"
    return {
        form: key
        for sound, keys in by_sound.items()
        if sound and len(set(keys.values())) > 1
        for form, key in keys.items()
    }


def is_one_name(one: str, other: str) -> bool:
    """Whether they have the same letters, but for diacritics, or sound alike."""
    return folded(one) == folded(other) or name_key(one) == name_key(other) != ""


def name_keys(text: str) -> Iterator[tuple[str, str]]:
    """(words, key) of each capitalised word, and of each pair of neighbours that may be one name in two parts."""
    for start, end, key in name_spans(text):
        yield "".join(_WORD.findall(text[start:end])), key


def name_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """The same with the places where they stand: (start, end, key)."""
    previous: re.Match[str] | None = None
    for word in _WORD.finditer(text):
        if not _CAPITALISED.fullmatch(word.group()):
            previous = None
            continue
        if key := name_key(word.group()):
            yield *word.span(), key
        if previous is not None and text[previous.end() : word.start()] in (" ", "-", "’", "'"):
            is_short = min(len(previous.group()), len(word.group())) <= 5
            if is_short and (key := name_key(previous.group() + word.group())):
                yield previous.start(), word.end(), key
        previous = word
