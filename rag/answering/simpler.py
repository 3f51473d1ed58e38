"""A question → the same without what its passage takes for granted: the trained reader is asked no more than is open.

The reader learnt from questions about one paragraph, and holds it against a passage that it does not repeat its
article's year, or who says so, and against an interview that it calls nobody by name who is asked. What was left out is
weighed all the same, by the words that the passage holds.
"""

from __future__ import annotations

import re

from rag.answering.moments import Moment, moments
from rag.core.types import Passage
from rag.library.words import QUESTION_WORDS, terms
from rag.reading.interviews import guest_in

_LEADS_UP = re.compile(
    r",?\s*\b(?:back )?(?:in|as of|during|(?:at|by) the (?:end|beginning|start) of|(?:late|early) in)\s+$",
    re.IGNORECASE,
)
_SAYING = r"(?:say|claim|think|believe|argue|state|insist|explain|announce|warn|stress|add|hope|expect)"
_IS_CLAUSE = r"(?:is|are|was|were|will|would|has|have|had|can|could|may|might|should|must|did|does)"
# "Which conflict did the spokesman say the trip would …": of which the spokesman is no part of what is asked.
_SAYS = re.compile(
    rf"^(?P<asked>(?:which|what|who|whom|where|when|why|how)\b[^,?]*?) (?:did|do|does) (?P<speaker>[^,?]+?) {_SAYING}"
    rf"(?: that)? (?P<subject>(?!about\b|of\b|on\b|to\b|in\b|at\b)[^,?]*?)\b(?P<verb>{_IS_CLAUSE}) (?P<said>.*)$",
    re.IGNORECASE,
)
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|President|Minister|Ambassador)\.?"
_OF_YOU = {"is": "are", "was": "were", "has": "have", "does": "do"}
_OF_ONE = re.compile(r"\b(is|was|has|does)( you)\b", re.IGNORECASE)
_ACCORDING = re.compile(r"^according to (?P<speaker>[^,?]+), (?P<said>.+)$", re.IGNORECASE)
_ACCORDING_LAST = re.compile(r"^(?P<said>.+?),? according to (?P<speaker>[^,?]+)(?P<mark>\??)$", re.IGNORECASE)


def simpler(question: str, passage: Passage, text: str) -> str:
    """The question as the passage leaves it open; `text` is all of it that is read.

    >>> passage = Passage("1", "a.txt", 0, 32, "Sergei Lavrov, foreign minister.", "Talks", "", "2013-11-08")
    >>> simpler("Who was foreign minister in 2013?", passage, passage.text)
    'Who was foreign minister?'
    """
    return _to_guest(_without_speaker(_without_time(question, passage), text), passage)


def _to_guest(question: str, passage: Passage) -> str:
    """With `you` for who answers in an interview, where the passage does not speak of them by name."""
    *first, surname = guest_in(passage.section).split(" ")
    if not surname or surname in passage.text:
        return question
    by_name = rf"\b(?:(?:{'|'.join(map(re.escape, first))}|{_TITLE}) )*{re.escape(surname)}\b"
    asked = re.sub(rf"{by_name}['’]s?(?!\w)", "your", question)
    asked = re.sub(by_name, "you", asked)
    return _OF_ONE.sub(lambda found: _OF_YOU[found[1].lower()] + found[2], asked)


def _without_time(question: str, passage: Passage) -> str:
    """Without the year, or month and year, of the passage's article, where the passage speaks of no year of its own.

    Or without a year that lies between two that it tells of.
    """
    told = moments(passage.text)
    for moment in moments(question):
        leads_up = _LEADS_UP.search(question[: moment.start])
        is_of_article = _is_when(moment, passage.date) and not any(its.year for its in told)
        if leads_up and (is_of_article or any(its.lasts_over(moment) for its in told)):
            return question[: leads_up.start()] + question[moment.end :]
    return question


def _is_when(moment: Moment, date: str | None) -> bool:
    """Whether an article of that date is of the year, or the month, meant."""
    if date is None or moment.year is None or moment.day is not None:
        return False
    return date.startswith(f"{moment.year}-{moment.month:02}" if moment.month else str(moment.year))


def _without_speaker(question: str, text: str) -> str:
    """Without the one who says so, where the text speaks of them."""
    for form in (_SAYS, _ACCORDING, _ACCORDING_LAST):
        if (found := form.match(question)) and _speaks_of(text, found["speaker"]):
            parts = (found.groupdict().get(name) for name in ("asked", "verb", "subject", "said"))
            said = " ".join(part.strip() for part in parts if part)
            return said[0].upper() + said[1:] + (found.groupdict().get("mark") or "")
    return question


def _speaks_of(text: str, speaker: str) -> bool:
    words = [word for word in terms(speaker) if word not in QUESTION_WORDS]
    return bool(words) and set(words) <= set(terms(text))
