"""How old somebody is, as newspapers tell it: `Merrin, 46, a teacher`, `the 46-year-old Aldous Merrin`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.evidence import Evidence, best_first
from rag.answering.persons import Person
from rag.answering.quantities import TENS, UP_TO_19
from rag.library.names import is_one_name

_ASKED = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:how old (?:is|was) ([^?]+?)|"
    r"what (?:is|was) (?:the age of ([^?]+?)|([^?]+?)[’']s? age)|what age (?:is|was) ([^?]+?))"
    r"(?: (?:now|today|then))?[\s?.!]*$",
    re.IGNORECASE,
)
_YEARS = rf"(?:1[01]\d|[1-9]\d|(?:{'|'.join(TENS)})(?:-[a-z]{{3,5}})?|{'|'.join(UP_TO_19[10:])})"
_BY_NAME = r"(?P<name>[^\W\d_a-z][\w’'-]+)"
# Of `Merrin, 46 votes ahead` and `Article 46` nothing is an age.
_TOLD = (
    re.compile(
        rf"{_BY_NAME}(?:, (?:who (?:is|was) |(?:now |then )?aged |now )?| \((?:aged )?)(?P<age>{_YEARS})(?: years old)?"
        r"(?=[,;.)]|$)"
    ),
    re.compile(rf"{_BY_NAME} (?:is|was|has turned|turned|turns) (?P<age>{_YEARS})(?: years old)?(?=[,;.]|$| and\b)"),
    re.compile(
        rf"{_BY_NAME},? (?:who )?(?:has |had )?(?:died|dies)\b[^.;,]{{0,60}}?,? "
        rf"(?:at the age of|aged|at) (?P<age>{_YEARS})\b"
    ),
    re.compile(
        rf"(?P<age>{_YEARS}-year-old) (?:(?!(?:from|of|in|at|with|by|and|who)\b)[a-z-]+ ){{0,4}}"
        rf"(?:[^\W\d_a-z][\w’'-]+ )?{_BY_NAME}"
    ),
    re.compile(rf"{_BY_NAME},(?: who is)? an? (?P<age>{_YEARS}-year-old)\b"),
)
_MOST_WORDS_OF_NAME = 3  # with a title
_AHEAD = 10.0  # log-odds: beside an age nothing else need be said


@dataclass(frozen=True, slots=True)
class Aged:
    """A question for how old somebody is whom it names."""

    person: Person

    @classmethod
    def asked(cls, question: str) -> Aged | None:
        """Of `How old is Aldous Merrin?`; None for how old somebody was at another time, or something is."""
        found = _ASKED.match(question)
        name = next(filter(None, found.groups()), "") if found else ""
        is_name = bool(re.search(r"[^\W\d_a-z]", name)) and not re.match(r"(?:the|his|her|its|their) ", name, re.I)
        person = Person.named(name) if is_name else None
        return cls(person) if person else None

    def told(self, evidence: Sequence[Evidence]) -> tuple[list[Evidence], bool | None]:
        """With statements first that tell the age, and it for their answer; and whether any does, None where none."""
        ages = {item: age for item in evidence if item.contrast is None and (age := self._age_in(item))}
        if not ages:
            return list(evidence), None
        best = max(item.score for item in evidence)
        ahead = {item: best + _AHEAD + len(ages) - place for place, item in enumerate(ages)}
        return best_first(
            replace(item, score=ahead[item], answer=ages[item], features=replace(item.features, kind=1.0, reading=1.0))
            if item in ages
            else item
            for item in evidence
        ), True

    def _age_in(self, item: Evidence) -> str:
        passage, text = item.hit.passage, item.statement.text
        if self.person.spoken_of(f"{passage.title}\n{passage.text}") not in ("by whole name", "by surname"):
            return ""
        for form in _TOLD:
            for found in form.finditer(text):
                called = " ".join(text[: found.end("name")].split()[-_MOST_WORDS_OF_NAME:])
                if is_one_name(found["name"], self.person.last) and self.person.spoken_of(called) != "as another":
                    return found["age"]
        return ""
