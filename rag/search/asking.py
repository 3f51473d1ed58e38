"""What a search is asked, checked, and what it gives back."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from numbers import Integral

from rag.core.errors import QuestionError
from rag.core.types import DateRange, Hit, Passage
from rag.library.filters import Filter, as_text

LONGEST_QUESTION = 4000  # characters: beyond this it is an article, not a question
_QUOTED = re.compile(r"[“\"„]([^“”\"„]*[^\W_][^“”\"„]*)[”\"“]")
_WORD = re.compile(r"[^\W_]+")
THEM = (
    r"(?:(?:all|each|every(?:thing| one)?|some|any) ?(?:of )?)?(?:the|these|those|this|my|your|our|its)?\s*"
    r"(?:(?:main|latest|recent|newest|news|whole|entire)\s+)*"
    r"(?:articles?|texts?|documents?|stories|news|sources?|library|collection|folder|files?|corpus|reports|coverage)"
    r"(?: (?:here|there|in (?:this|the|your) (?:library|folder|collection)))?"
)
"""How a question speaks of the articles as such."""
_WANTED = (
    r"(?:i(?:['’]m| am)? |we(?:['’]re| are)? )?(?:need|want|would like|looking for|searching for|look for|search for|"
    r"find(?: me)?|give me|show me|get me|list)"
)
# `What do the articles say about the dam?`, `Tell me about the dam`: what is asked for is the dam.
_TOPIC = re.compile(
    r"^(?:(?:so|and|ok(?:ay)?|please|hi|hello|can you|could you|would you|will you)\b[\s,!.]*)*(?:"
    rf"what (?:do|does|did|can|could) (?:{THEM}|they|you) (?:all )?(?:say|tell (?:me|us)|know|report|mention|write)"
    r" (?:about|on|of|regarding|concerning)|"
    r"what (?:is|was|are|were|has been) (?:said|reported|known|written|mentioned|told|stated)"
    r" (?:(?:here|there) )?(?:about|on|of|regarding|concerning)|"
    rf"(?:do|does|did) {THEM} (?:say|report|tell|write|contain|have|hold) (?:anything|something)"
    r" (?:about|on|of|regarding|concerning)|"
    rf"(?:do|does|did) {THEM} (?:mention|cover|discuss|speak of|talk about|deal with)|"
    rf"(?:which|what|are there|is there)(?: any| of)? {THEM} (?:mention|cover|discuss|speak of|talk about|deal with|"
    r"(?:are |is )?about|on)|"
    r"is there (?:anything|something|information|word) (?:about|on|regarding|concerning)|"
    r"(?:tell|inform) (?:me|us) (?:(?:something|more|all|everything|a bit|what you know) )?(?:about|of|on)|"
    rf"(?:{_WANTED} )?(?:(?:some|any|all|more|the) )*"
    r"(?:(?:anything|everything|something|information|infos?|news|details|passages?|mentions?|references?|background)"
    r" (?:about|on|regarding|concerning)|mentions? of|references? to)"
    r")\s+(?P<topic>\S.*?)[\s?.!]*$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:what|who|whom|whose|when|where|why|how|which)\b", re.IGNORECASE)
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Finding:
    """Hits, best first, with the days that were searched or preferred."""

    hits: list[Hit]
    date_range: DateRange | None
    notice: str = ""
    """What the question asked for and nothing fitted, in a sentence; usually empty."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the library is asked."""

    ignore_dates: bool = False
    """Whether a range of days that the question names is not looked at."""
    sources: tuple[str, ...] = ()
    """Articles, or folders of such; none: all."""


ANYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which passages may be found."""

    only: Filter
    phrases: tuple[str, ...]
    """Words that must stand in it as they are, whatever their case."""
    where: Callable[[Passage], bool] | None

    @property
    def needs_passage(self) -> bool:
        """Whether only the passage itself tells; the indexes know of days and sources."""
        return bool(self.phrases) or self.where is not None

    def has(self, passage: Passage) -> bool:
        """Whether this passage may be found."""
        if not self.only.fits(passage.date, passage.source):
            return False
        if self.phrases:
            text = _words(passage.text)
            if not all(_words(phrase) in text for phrase in self.phrases):
                return False
        return self.where is None or self.where(passage)


def topic_of(question: str) -> str:
    """What it is about, where it asks for whatever is said of something; else nothing."""
    found = _TOPIC.match(question)
    # `Info on what the sit-in cost` asks what it cost.
    return found["topic"] if found and not _ASKS.match(found["topic"]) else ""


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def phrases(question: str) -> tuple[str, ...]:
    """What the question holds in quotation marks.

    >>> phrases('Who said "a long winter" in Cairo?')
    ('a long winter',)
    """
    return tuple(found.strip() for found in _QUOTED.findall(question))


def check_question(question: object) -> None:
    """QuestionError for what cannot be a question."""
    if not isinstance(question, str):
        raise QuestionError(f"A question cannot be of the type {type(question).__name__}.", "Ask it as a string.")
    if not question.strip():
        raise QuestionError("The question is empty.", "Ask something about the articles.")
    if any("\ud800" <= letter <= "\udfff" for letter in question):
        # What a terminal makes of bytes in another encoding; no model takes them.
        raise QuestionError("The question holds characters that are no text.", "Type them again, in UTF-8.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; {LONGEST_QUESTION:,} are the most.",
            "Ask a shorter question.",
        )


def check_count(k: object) -> None:
    """QuestionError for what is no number of passages."""
    if not isinstance(k, Integral) or not 0 <= int(k) <= sys.maxsize // 100:
        raise QuestionError(f"{k!r} is no number of passages.", "Give a whole one, such as 8.")


def plain_source(source: object) -> str:
    """As articles' sources are written: a shell that completes a folder's name puts a slash behind it."""
    if not isinstance(source, str):
        raise QuestionError(f"{source!r} is not a source.", "Give an article's, or a folder or file that it lies in.")
    return as_text(source.rstrip("/"))


def plain_sources(sources: Sequence[str] | None) -> tuple[str, ...]:
    """Each as articles' sources are written; a string alone is one of them, None is none."""
    if sources is None:
        return ()
    if not isinstance(sources, Iterable):
        raise QuestionError(f"{sources!r} are no sources.", "Give a list of articles, or of folders that they lie in.")
    return tuple(map(plain_source, [sources] if isinstance(sources, str) else sources))


def checked_date(day: str | date | None) -> str | None:
    """The date in ISO 8601, if it is one; QuestionError where it is not."""
    if day is None:
        return None
    written = day.isoformat()[:10] if isinstance(day, date) else str(day)  # a year may come as a number
    try:
        if not _DATE.fullmatch(written):
            raise ValueError
        date.fromisoformat((written + "-01-01")[:10])
    except ValueError as error:
        raise QuestionError(f"{day!r} is not a date.", "Write 2024-05-17, 2024-05 or 2024.") from error
    return written
