"""Who wrote an article and for which paper, as the line below its headline says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, takewhile

from rag.reading.dates import LONGEST_HEAD_LINE, is_weekday, is_when_alone, without_day
from rag.reading.heads import LONGEST_STANDFIRST, ends_in_day, head_lines, label_lines
from rag.reading.kickers import is_kicker
from rag.reading.papers import is_called_a_paper, is_capitalised, is_paper, may_be_paper, spelt

_OPENING = re.compile(
    r"(?:(?:(?:interview|report|words|text|story|written|posted)\s+)?by:?|(?:words|text|story|author|autore?|von|par|por):?|"
    r"(?P<from>from))\s+(?=\S)",
    re.IGNORECASE,
)
# `By Karel Dunne | Business editor`, `· 4 min read`, `(La Souterraine, envoyée spéciale)`
_ASIDE = re.compile(r"(?:\s+(?:[|·•]\s.*|\([^()]{2,60}\))|;\s.*)$")
_CREDIT = re.compile(
    r"\(?(?:additional )?(?:reporting|writing|editing|photographs?) by (?-i:[^\W\d_a-z])", re.IGNORECASE
)
_AGENCIES = re.compile(r" (?:and|&) (?:other |news )?(?:agencies|wire services|staff)$", re.IGNORECASE)
_NAME_OF_PLACE = r"(?:the )?[^\W\d_a-z][\w’'-]*(?: [^\W\d_a-z][\w’'-]*){0,2}"
_PLACE = re.compile(rf",? (?:in {_NAME_OF_PLACE}|at {_NAME_OF_PLACE}(?:, {_NAME_OF_PLACE}$)?)(?=,|$)")
_JOIN = re.compile(r" (?:and|&) ")
_OXFORD = re.compile(r", (and|&) ")
_SPECIAL = re.compile(r"special to ", re.IGNORECASE)
# In lower case too within a person's name, and within a paper's.
_OF_PERSONS = frozenset("de del der den di da la le ten ter van von y bin al".split())
# `By All Means`, `By The Numbers`: in no person's name.
_OF_NO_PERSON = frozenset("a all an and any at by for his her in its my no of on our the their this to with".split())
_OF_OFFICES = frozenset(
    "agency agencies analyst bureau chief columnist contributor correspondent critic desk editor fellow journalist "
    "photographer producer reporter reporters staff writer writers".split()
)
_ROLE = re.compile(r" \((?:now|earlier|in [A-Z][\w ]{2,30})\)")  # `Sofie Lindqvist (now) and Mark Ekdahl (earlier)`
_SIGNED = re.compile(r"[–—-]{1,2} ?(?=[^\W\d_a-z])")
_ABOUT_AUTHOR = re.compile(
    r"(?P<name>[^\W\d_a-z][\w.’'-]+(?: [^\W\d_][\w.’'-]*){1,3}) (?:is|was) (?:an? |the |our )?"
    r"(?-i:[\w’' -]{0,60}?)\b(?:editor|correspondent|reporter|writer|columnist|journalist|critic|contributor)\b"
)
_LINES_BELOW = 4  # below the story, where its author may be named
_PARTED = re.compile(r" [|·•] ")
_UPDATED = re.compile(r",? (?:updated|page|p\.)\b.*$")
_MOST_BEFORE_OFFICE = 3  # words
_LONGEST = 160  # characters


@dataclass(frozen=True, slots=True)
class Byline:
    """The persons as one piece of text; the paper where it names one."""

    author: str
    publisher: str | None = None


def byline_in_head(text: str, title: str) -> Byline | None:
    """Of the first lines the one that is a byline; a headline such as `By Royal Command` is none.

    Or a name beside an office, `Nadia Ferreira, Banking Editor`.
    """
    for line, is_heading in head_lines(text):
        if len(line) > LONGEST_STANDFIRST:
            break  # the story itself
        found = byline(line) or (with_office(line) or _parted(line) if line != title else None)
        if found and not ((is_heading or line == title) and _names_no_more(line, found)):
            return found
    return _beside_day(text, title) or _signature(text)


def _beside_day(text: str, title: str) -> Byline | None:
    """Names alone in a line of the head, next to one that says when; the story must not speak of them.

    `Hannah Okoye and Piotr Lewandowski` above `Mon 3 Mar 2025 06.00 GMT`. A place or who an obituary is about may stand
    there too, but then the story names it.
    """
    lines = [line for line, is_heading in head_lines(text) if not is_heading]
    for line, beside in pairwise(lines):
        for names, day in ((line, beside), (beside, line)):
            if len(names) > LONGEST_HEAD_LINE or names == title or not ends_in_day(day) or ends_in_day(names):
                continue
            told = byline(f"By {_without_office(_ROLE.sub('', names))}")
            if told and not told.publisher and not is_called_a_paper(names) and not _is_told_of(told.author, text):
                return told
    return None


def _is_told_of(names: str, text: str) -> bool:
    """Whether the story has a surname of theirs; what it says of its author below is none of it."""
    surnames = [name.rpartition(" ")[2] for name in names.split(", ")]
    body = "\n".join(
        line for line in text.split("\n") if not _ABOUT_AUTHOR.match(line) and len(line) > LONGEST_HEAD_LINE
    )
    return any(re.search(rf"\b{re.escape(surname)}\b", body, re.IGNORECASE) for surname in surnames)


def _signature(text: str) -> Byline | None:
    """The name below the text, behind a dash, with a day or without: `— Tilda Brook, 3 March 2025`.

    Or in a line about the author: `Callum Reith is a contributing editor.`
    """
    for line in reversed(text.rstrip().split("\n")[-2 * _LINES_BELOW :]):
        signed = _SIGNED.match(line)
        name = without_day(line[signed.end() :]) if signed else ""
        if is_person(name):
            return Byline(spelt(name, _OF_PERSONS))
        about = _ABOUT_AUTHOR.match(line)
        if about and is_person(about["name"]):
            return Byline(about["name"])
    return None


def paper_in_head(text: str) -> str | None:
    """The paper that stands above the headline, or that one of the first lines names beside a day.

    `CRESSWICK EVENING POST`; `Lindvale Mercury, 19 September 2024`; `The Saturday Lantern` above `18 May 2024`.
    """
    above = (line for line in label_lines(text) if is_paper(line) and not is_kicker(line))
    if found := next(above, None):
        return spelt(found)
    lines = [line for line, _ in takewhile(lambda pair: len(pair[0]) <= LONGEST_STANDFIRST, head_lines(text))]
    for line, below in pairwise([*lines, ""]):
        parts = [_UPDATED.sub("", part) for part in _PARTED.split(line)]
        bare = [without_day(part) for part in parts]
        papers = bare if bare != parts or is_when_alone(below) else []
        if paper := next(filter(is_paper, papers), ""):
            return spelt(paper)
    return None


def byline(line: str) -> Byline | None:
    """What a line says that is a byline from its first word to its last: persons, a paper, a day."""
    opening = _OPENING.match(line)
    if not opening or len(line) > _LONGEST:
        return None
    words = without_day(_ASIDE.sub("", line[opening.end() :].strip()))
    words, is_placed = _PLACE.subn("", _AGENCIES.sub("", words))
    if opening["from"] and not is_placed:
        return None  # a headline may begin so
    words = _OXFORD.sub(r" \1 ", words)
    parts = [_SPECIAL.sub("", part) for part in words.split(", ")]
    parts = [part for part in parts if not is_weekday(part) and not is_office(part)]
    # What `and` joins are persons; where nothing is joined, the last of several names is the paper's.
    joined = [place for place, part in enumerate(parts, start=1) if _JOIN.search(part) and _are_persons([part])]
    count = joined[-1] if joined else max(1, len(parts) - 1)
    persons, papers = parts[:count], parts[count:]
    if not persons or not _are_persons(persons) or len(papers) > 1 or not all(map(may_be_paper, papers)):
        return None
    names = ", ".join(spelt(name, _OF_PERSONS) for part in persons for name in _JOIN.split(part))
    return Byline(names, next(filter(_is_sure_paper, papers), None))


def with_office(line: str) -> Byline | None:
    """`Nadia Ferreira, Banking Editor`."""
    name, comma, office = line.partition(", ")
    return Byline(name) if comma and is_office(office) and is_person(name) else None


def may_tell_who(line: str) -> bool:
    """Whether it is no more than persons, with or without an office, or a paper: below a day they wrote it."""
    words = _without_office(_ROLE.sub("", line))
    return _are_persons([words]) or (is_called_a_paper(line) and all(map(may_be_paper, line.split(", "))))


def says_who_wrote(line: str) -> bool:
    """Whether it is a byline, or a credit: `(Reporting by Petar Vuk; Editing by Joan Ridley)`."""
    return byline(line) is not None or _CREDIT.match(line) is not None


def is_office(words: str) -> bool:
    """Whether they say what somebody is at a paper: `Crime Correspondent`, `Business reporter`."""
    *before, last = words.split(" ")
    return last.casefold() in _OF_OFFICES and len(before) <= _MOST_BEFORE_OFFICE


def _without_office(words: str) -> str:
    """The name before an office, `Isla Penhallow South-west correspondent`; the words where they are no such thing."""
    parts = words.split(" ")
    names = (" ".join(parts[:count]) for count in (2, 3) if is_office(" ".join(parts[count:])))
    return next(filter(is_person, names), words)


def _parted(line: str) -> Byline | None:
    """`Explainer · Nell Ashdown and Piet Corrigan · Harrowmouth Courier`: one of the parts says who."""
    parts = _PARTED.split(line)
    said = (byline(f"By {part}") for part in parts if len(parts) > 1 and not is_called_a_paper(part))
    return next((found for found in said if found and not found.publisher), None)


def _names_no_more(line: str, found: Byline) -> bool:
    return found.publisher is None and without_day(line) == line


def _are_persons(parts: Iterable[str]) -> bool:
    return all(is_person(name) for part in parts for name in _JOIN.split(part))


def is_person(name: str) -> bool:
    """Whether it is written like the name of one, first name and surname."""
    words = name.split(" ")
    capitalised = [
        word for word in words if word not in _OF_PERSONS and not (name.isupper() and word.casefold() in _OF_PERSONS)
    ]
    return (
        2 <= len(capitalised) <= 4
        and words[-1] in capitalised
        and all(is_capitalised(word) for word in capitalised)
        and not any(word.casefold() in _OF_NO_PERSON or is_weekday(word) for word in words)
    )


def _is_sure_paper(name: str) -> bool:
    """One word alone may be a place, `London`; in capitals it is an agency, `AFP`."""
    return " " in name or name.isupper()
