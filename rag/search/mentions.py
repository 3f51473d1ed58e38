"""Who and what a conversation has named, in order: the names of a question or an answer, as they stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.library.countries import countries
from rag.library.words import QUESTION_WORDS

_CAPITALISED = re.compile(r"(?:\b(?:al|el)-)?[^\W\d_a-z][\w-]*[^\W_](?P<possessive>[’']s?\b)?")
_TITLE = r"Prof|Dr|Mr|Mrs|Ms|St|Gen|Col|Capt|Lt|Sgt|Rev|Sen|Gov|Cllr"
_JOINED = re.compile(r" (?:(?:of|al|el|bin|von|de|&) )?")
_AFTER_TITLE = re.compile(rf"(?:{_TITLE})\. $")
MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_WHEN = re.compile(rf"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|{MONTH}", re.IGNORECASE)
# What a question may open with, in capitals too, that names nothing.
CONNECTED = re.compile(
    r"^(?:and|but|so|or|also|then|why|how so|when|where|who|which|how|since|until|till|by|from|to|for|with|in|on|at)\b",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"\b(?:court|council|office|agency|ministry|university|club|company|group|party|government|federation|institute|bureau|"
    r"service|bank|city|county|state|states|republic|union|league|association|committee|commission|department|school|"
    r"college|hospital|church|street|road|lane|bridge|river|islands?|sea|station|airport|tunnel|rovers|united|athletic|news|"
    r"times|weekly|daily|post|herald|courier|gazette|tribune|chronicle|wire|press|journal|foundation|fund|trust|lines|"
    r"rise|crescent|avenue|square|village|valley|harbour|stadium|quay|pier|wharf|docks|protocol|treaty|convention|act|workers|members|authority|centre|center|house|hall|town|division|shield|cup|ltd|inc|plc|brothers|alliance|movement|capital|of|&)(?!\w)|"
    r"^(?:port|lake|mount|fort|cape|san|santa|upper|lower|north|south|east|west) |"
    r"\b(?:clerk|minister|president|mayor|secretary|general|director|chair|chairman|leader|champion|officer)$",
    re.IGNORECASE,
)
_ONLY_TITLE = re.compile(rf"(?:{_TITLE})\.? ")
_MARKER = re.compile(r"\[\d+\]")
_SHORT = re.compile(r"\A\s*\*\*(?P<short>.+?)\*\* [–-] ", re.DOTALL)
# `LUNN, 11 March 2024 (Amber Wire) – `: who reports from where, and nobody who is spoken of.
_DATELINE = re.compile(
    r"(?:^|(?<=[\]\n] ))\s*[A-Z][A-Z .’'-]{2,}(?:, [^()\n–]{3,30})?(?: \([^()\n]{2,60}\))? [–—-] ", re.M
)
_ENDS_SENTENCE = re.compile(r"(?:[.?!:]|[\"“”»])\s*$")
_READ = 600  # characters of an answer


class Known(Protocol):
    """What is known beyond the conversation."""

    def as_written(self, text: str) -> str:
        """A question as one writes it who knows the articles: with capitals, without typing errors."""

    def is_name(self, word: str) -> bool:
        """Whether a capitalised word that opens a sentence is a name and no common word."""

    def whole(self, name: str) -> str:
        """The whole name of a person of whom only one name is given; "" where none of that name is known."""

    def is_place(self, name: str) -> bool:
        """Whether it is a place's, and nobody's."""

    def leaning(self, name: str) -> int:
        """How often more the person of this name is `he` than `she`; below 0 for the other, 0 where nothing tells."""


class Nothing:
    """Nothing is known: whatever is capitalised may be a name."""

    def as_written(self, text: str) -> str:
        return text

    def is_name(self, word: str) -> bool:
        return True

    def whole(self, name: str) -> str:
        return name

    def is_place(self, name: str) -> bool:
        return False

    def leaning(self, name: str) -> int:
        return 0


NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as it stands alone, and what was answered."""

    asked: str
    told: str = ""
    standing: str = ""
    """The last question that leant on none before it, and the names since."""
    thing: str = ""
    """What `it` was in the question, or in one before it."""
    is_claim: bool = False
    """Whether it was a statement to be checked: where in it a thing ends is not known."""

    @property
    def short(self) -> str:
        """The short answer that stands first in bold; mostly none."""
        found = _SHORT.match(self.told)
        return found["short"] if found else ""

    @property
    def statements(self) -> str:
        """The answer without its short form, its markers and the datelines of news."""
        return _MARKER.sub("", _DATELINE.sub("", _SHORT.sub("", self.told)[:_READ]))


def name_spans(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, whether possessive) of each capitalised run, without a question word that merely opens it."""
    spans: list[tuple[int, int, bool]] = []
    for match in _CAPITALISED.finditer(text):
        end = match.start("possessive") if match["possessive"] else match.end()
        word = text[match.start() : end]
        if word.lower() in QUESTION_WORDS or (match.start() == 0 and CONNECTED.fullmatch(word)):
            continue
        between = text[spans[-1][1] : match.start()] if spans else ""
        is_titled = bool(spans) and between == ". " and bool(_AFTER_TITLE.search(text[: match.start()]))
        if spans and not spans[-1][2] and (is_titled or _JOINED.fullmatch(between)):
            spans[-1] = (spans[-1][0], end, bool(match["possessive"]))
        else:
            spans.append((match.start(), end, bool(match["possessive"])))
    return spans


def is_when(word: str) -> bool:
    """Whether it names a day of the week or a month."""
    return bool(_WHEN.fullmatch(word))


def names(text: str) -> list[str]:
    """Capitalised runs, without their possessive."""
    return [text[start:end] for start, end, _ in name_spans(text)]


def names_told(text: str, known: Known) -> list[str]:
    """The names in an answer, each once, in order: no days or months, and no common word that opens a sentence."""
    found = []
    for start, end, _ in name_spans(text):
        name = text[start:end]
        if not text[:start].strip() or _ENDS_SENTENCE.search(text[:start]):
            first, _, rest = name.partition(" ")
            if not known.is_name(first):
                name = rest.removeprefix("of ").strip()
        if name and not is_when(name):
            found.append(name)
    return list(dict.fromkeys(found))


def may_be_person(name: str) -> bool:
    """Whether the name has no word that persons' names have not."""
    return not _NO_PERSON.search(as_person(name))


def as_person(name: str) -> str:
    """Without where somebody is of, or a title: `Rear Admiral Lise Fjeldstad of Norhavn`, `Prof. Imre Castelan`."""
    return _ONLY_TITLE.sub("", name.split(" of ")[0]) or name


def persons(found: Sequence[str], known: Known) -> list[str]:
    """Those that may be persons' names, each whole."""
    bare = [as_person(name) for name in found if may_be_person(name) and not countries(name)]
    whole = (name if " " in name else known.whole(name) for name in bare)
    likely = dict.fromkeys(name for name in whole if name and may_be_person(name))
    return [name for name in likely if not known.is_place(name)]
