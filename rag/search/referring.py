"""Questions about articles as such: `summarise the article about the dam`, `who wrote it`, `which of them name Holt`.

What is asked and which articles are meant are told by words alone (`rag.search.forms`); nothing is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from rag.core.types import DateRange
from rag.library.words import content_terms
from rag.search import forms
from rag.search.asking import topic_of
from rag.search.dates import date_range
from rag.search.forms import Asks, Order
from rag.search.framing import unframed

_LEAST_ALIKE = 0.85
_MOST_BEFORE, _MOST_OF_DATE = 6, 3  # words between `the` and `article`; of these, of a date
_LONGEST = 250  # characters: beyond this nobody merely asks for an article


# As `rag.search.dates` reads it.
_DATED_SO = (
    (re.compile(r"\bdated (?=\w)"), "from "),
    (re.compile(r"\bfrom (?=(?:before|after|since|until)\b)"), ""),
    (re.compile(r"\b(?:older|earlier) than\b"), "before"),
    (re.compile(r"\b(?:newer|later|more recent) than\b"), "after"),
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Which articles are meant: those of which all of this is true."""

    matter: str = ""
    """What they are about."""
    without: str = ""
    """What they do not speak of."""
    title: str = ""
    """What stands in quotation marks, a file's name, or what may be a title."""
    by: str = ""
    """Who wrote or published them."""
    days: DateRange | None = None
    order: Order = ""
    kind: str = ""
    """What they are besides articles, such as `interview`."""
    are_several: bool = False
    is_named_alone: bool = False
    """Whether the matter need only be mentioned."""

    @property
    def is_empty(self) -> bool:
        """Whether it says no more than `the article` or `the interview`."""
        return not (self.matter or self.title or self.by or self.days or self.order)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked about which articles."""

    asks: Asks
    of: Reference
    is_meant: bool = False
    """Whether an article of the library must be meant, and not one that they may tell of."""


def wanted_in(question: str, today: date, before: Sequence[str] = ()) -> Wanted | None:
    """What the question asks of articles as such; None for every other question.

    `it` and `the article` may be what the questions before spoke of, the latest last.

    >>> wanted = wanted_in("Can you summarise the latest article about the dam, please?", date(2026, 1, 1))
    >>> wanted.asks, wanted.of.matter, wanted.of.order
    ('summary', 'the dam', 'latest')
    """
    question = " ".join(question.split())
    if len(question) > _LONGEST:
        return None
    question = forms.WORD.sub(_put_right, forms.WICH.sub("which", question))
    last = re.split(r"(?<=[.!?])[”\"’']? (?=[A-Z])", question)[-1]
    # What frames a question may be what it asks: `the Holt article - key points`.
    for said in dict.fromkeys(map(_bare, (question, unframed(question), last))):
        if wanted := _of_one(said, today) or _of_several(said, today):
            if wanted.of.are_several or not wanted.of.is_empty:
                return wanted
            of = _spoken_of(question, today, before)
            return replace(wanted, of=replace(of, kind=of.kind or wanted.of.kind))
    return None


def _put_right(word: re.Match[str]) -> str:
    said = word.group().lower()
    likely = get_close_matches(said, forms.KNOWN, 1, _LEAST_ALIKE) if said not in forms.KNOWN else []
    return likely[0] if likely and likely[0][0] == said[0] else word.group()


def _bare(question: str) -> str:
    """Without courtesies at both ends."""
    said = forms.AFTERTHOUGHT.sub("", forms.OPENING.sub("", question))
    closing = forms.CLOSING.search(said)
    return said[: closing.start()] if closing else said


def _spoken_of(question: str, today: date, before: Sequence[str]) -> Reference:
    """What `it` is: an article named earlier in the question, or the one that the last question before was about."""
    if title := forms.QUOTED.search(question):  # `I cite “Salt”. Who wrote it?`
        return Reference(title=title["title"])
    if before:
        last = wanted_in(before[-1], today, before[:-1])
        return last.of if last else Reference(matter=topic_of(before[-1]) or before[-1])
    named = (_reference(words, today, forms.STRICTLY) for words in _earlier(question))
    return next((of for of in named if of and not of.is_empty), Reference())


def _earlier(question: str) -> Iterator[str]:
    """Of each sentence before the last what begins with `the`."""
    for sentence in re.split(r"(?<=[.!?]) ", question)[:-1]:
        for found in re.finditer(r"\bthe\b", sentence, re.IGNORECASE):
            yield sentence[found.start() :].rstrip(".!?")


def _of_one(said: str, today: date) -> Wanted | None:
    for number, (asks, form) in enumerate(forms.OF_ONE):
        if not (found := form.fullmatch(said)):
            continue
        is_alone = not found["reasons"]
        if is_alone and forms.IT.fullmatch(found["np"]):
            return Wanted(asks, Reference())
        # `Find an article that …` is for lists; elsewhere `an article` is one that the articles tell of.
        nouns = forms.FREELY if number < forms.MEANT_FREELY or asks == "address" else forms.STRICTLY
        of = None if forms.AN.match(found["np"]) else _reference(found["np"], today, nouns)
        if of is None and is_alone and number == 0:  # `Summarise A long winter` may give a title
            of = Reference(title=found["np"])
        if of is not None:
            return Wanted(asks, of, is_meant=bool(number < forms.MEANT_FREELY and of.matter))
    return None


def _of_several(said: str, today: date) -> Wanted | None:
    for form in forms.WHERE:
        if (found := form.fullmatch(said)) and content_terms(found["matter"]):
            return Wanted("which", Reference(matter=found["matter"], are_several=True, is_named_alone=True))
    if found := forms.WRITTEN.fullmatch(said):
        return Wanted("which", Reference(by=found["by"], are_several=True))
    every = forms.EVERYTHING.fullmatch(said)
    if every and (of := _narrowed(Reference(are_several=True), every["rest"], today)):
        return Wanted("which", of) if of.by or of.days else None  # `anything about the dam` asks for what is said
    found = forms.LIST.fullmatch(said)
    of = _reference(found["np"], today, forms.LISTED) if found else None
    is_asked = found and of and (of.are_several or found["np"] != said)  # `the article about the dam` asks nothing
    if is_asked and of and (of.matter or of.by or of.days):
        return Wanted("which", replace(of, are_several=True))
    return None


def _reference(words: str, today: date, nouns: re.Pattern[str]) -> Reference | None:
    """What a noun phrase such as `the latest article about the dam by Maren Holt` refers to; None if to no article."""
    if title := forms.TITLE.fullmatch(words):
        return Reference(title=title["title"] or title["file"])
    noun = nouns.search(words)
    before = forms.BEFORE.fullmatch(words[: noun.start()]) if noun else None
    if noun is None or before is None:
        return None
    matter = before["matter"].strip(" ,–-")
    is_too_free = nouns is forms.LISTED and matter and not forms.STRICTLY.fullmatch(noun.group())
    if len(matter.split()) > _MOST_BEFORE or forms.NO_NAME.search(matter) or is_too_free:
        return None
    kind = noun.group().lower() if re.fullmatch(forms.KIND, noun.group(), re.IGNORECASE) else ""
    order = forms.ORDERS[before["order"].lower()] if before["order"] else ""
    matter, days = _without_date(matter, today)
    of = Reference(days=days, order=order, kind=kind, are_several=bool(noun["many"]))
    if author := forms.POSSESSOR.fullmatch(matter):
        of, matter = replace(of, by=author["by"]), ""
    return _narrowed(replace(of, matter=matter), words[noun.end() :].strip(" ,"), today)


def _without_date(matter: str, today: date) -> tuple[str, DateRange | None]:
    """`Holt's September 2024` as the two things it is."""
    words = matter.split()
    for count in range(min(len(words), _MOST_OF_DATE), 0, -1):
        dated = " ".join(words[-count:])
        if (days := date_range(f"articles from {dated}", today)) and days.words == f"from {dated}":
            return " ".join(words[:-count]), days
    return matter, None


def _narrowed(of: Reference, rest: str, today: date) -> Reference | None:
    """The reference with what stands behind its noun: `about …`, `by …`, `from March`; None if it reads otherwise."""
    of, rest = _dated(of, forms.HERE.sub("", rest), today)
    if of.kind:
        rest = re.sub(r"^of\b", "about", rest)  # `the obituary of Holt`
    if written := forms.BY.search(rest):
        by, rest = (written["by"] or written["wrote"]).strip(), rest[: written.start()].strip(" ,")
        if about := forms.BY_ABOUT.fullmatch(by):
            by, rest = about["by"], f"about {about['matter']}"
        of = replace(of, by=by)
    if title := forms.QUOTED.fullmatch(rest):
        return replace(of, title=title["title"])
    if about := forms.ABOUT.fullmatch(rest):
        if title := forms.QUOTED.fullmatch(about["matter"]):
            return replace(of, title=title["title"])
        is_named_alone = bool(forms.MENTIONS.match(rest))
        matter, without = about["matter"], ""
        if is_named_alone and (parted := forms.BUT_NOT.fullmatch(matter)):
            matter, without = parted["matter"], parted["without"]
        matter = f"{of.matter} {forms.BOTH.sub('', matter)}".strip()
        return replace(of, matter=matter, without=without, is_named_alone=is_named_alone)
    if source := forms.FROM.fullmatch(rest):
        return replace(of, by=of.by or source["by"])
    return None if rest else of


def _dated(of: Reference, rest: str, today: date) -> tuple[Reference, str]:
    """With the days when they were published; and the rest without them."""
    for pattern, words in _DATED_SO:
        rest = pattern.sub(words, rest)
    days = date_range(f"articles {rest}", today)
    if days is None or days.words not in rest:
        return of, rest
    ahead, _, behind = (part.strip(" ,") for part in rest.partition(days.words))
    dated = forms.DATED.search(f"{ahead} ".lstrip())
    is_whole = dated is not None and dated.start() == 0
    # `The ferry that sank in May` is of no day of its own.
    if (behind and not forms.ABOUT.fullmatch(behind)) or not (is_whole or forms.OF_ARTICLE.match(days.words)):
        return of, rest
    ahead = ahead[: dated.start()].strip(" ,") if dated else ahead
    return replace(of, days=replace(days, is_filter=True)), f"{ahead} {behind}".strip()
