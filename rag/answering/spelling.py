"""A question → the same with its names as a passage has them: a reader knows words by their letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.asked import Word
from rag.answering.persons import Person
from rag.answering.wording import ROLES
from rag.library.countries import countries, in_place_of
from rag.library.names import folded, name_spans
from rag.search.mentions import may_be_person
from rag.search.mentions import name_spans as spans_of_names

_WITH_DIACRITICS = re.compile(r"[^\W\d_]*[^\W\d_a-zA-Z][^\W\d_]*")


def as_spelt(question: str, words: Sequence[Word], text: str) -> str:
    """The question with every name that the text spells otherwise as it stands there first, countries included.

    >>> word = Word("Shukri", "shukri", "skr", 1.0, is_known=True, is_written=False)
    >>> as_spelt("Where did Shukri go?", [word], "Sameh Shoukry left for Moscow.")
    'Where did Shoukry go?'
    """
    names: dict[str, str] = {}
    for start, end, key in name_spans(text):
        names.setdefault(key, text[start:end])
    lettered = {folded(word): word for word in _WITH_DIACRITICS.findall(text)}
    for word in words:
        spelt = lettered.get(folded(word.text)) or (names.get(word.key) if _may_be_name(word) else None)
        if spelt:
            question = _respelt(question, word.text, spelt, text)
    return _with_countries_as_in(text, _by_surname(question, text))


def _by_surname(question: str, text: str) -> str:
    """`How much did Cotter get?` for `Liam Cotter`, where the text speaks of no other Cotter and never says Liam."""
    for start, end, _ in reversed(spans_of_names(question)):
        first, _, rest = question[start:end].partition(" ")
        person = Person.named(question[start:end]) if rest else None
        if person is None or not may_be_person(question[start:end]) or re.search(rf"\b{re.escape(first)}\b", text):
            continue
        if person.spoken_of(text) == "by surname" and not _has_first_name(person.last, text):
            question = question[:start] + person.last + question[end:]
    return question


def _has_first_name(last: str, text: str) -> bool:
    """Whether a capitalised word stands before the surname anywhere, at the head of a sentence too, that is no role."""
    before = re.findall(rf"\b([^\W\d_a-z][\w’-]+) {re.escape(last)}\b", text)
    return any(word.lower() not in ROLES for word in before)


def _may_be_name(word: Word) -> bool:
    """A word in small letters that the library knows is none, whatever name it sounds like."""
    return word.text[0].isupper() or not word.is_written


def _respelt(question: str, name: str, spelt: str, text: str) -> str:
    """The question with the name, in one word or in parts, spelt otherwise, unless the text has it as it is asked."""
    letters = "[ '’-]?".join(map(re.escape, name))
    found = re.search(rf"\b{letters}\b", question, re.IGNORECASE)
    if found is None or re.search(rf"\b{re.escape(found.group())}\b", text, re.IGNORECASE):
        return question
    return question[: found.start()] + spelt + question[found.end() :]


def _with_countries_as_in(text: str, question: str) -> str:
    """`When did the United States …` for `When did Washington …`, where the text speaks of the United States."""
    for spoken in countries(question):
        if re.search(rf"\b{re.escape(spoken.removesuffix('s'))}", text):
            continue
        found = (re.search(rf"(?:\bthe )?(?<!\w){re.escape(other)}(?!\w)", text) for other in in_place_of(spoken))
        if said := next(filter(None, found), None):
            place = rf"(?:\bthe )?(?<![\w.]){re.escape(spoken)}(?!\w)"
            question = re.sub(place, said.group(), question)
    return question
