"""Questions about the articles as a whole, which no passage answers: how the latest of them begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.core.types import Found, Hit, Passage
from rag.library.filters import Filter
from rag.search.asking import THEM, Finding
from rag.search.framing import unframed
from rag.search.library import Library

MOST_ARTICLES = 5
_MATTER = (
    r"(?:(?:main|key|central|important)\s+)*(?:topics?|subjects?|themes?|points?|take-?aways?|content|contents|gist)"
)
_WHAT_ARE = r"(?:what (?:are|is) |what['’]?s |give me |list |show me |tell me )?"
_LATEST = r"(?:(?:main|latest|newest|most recent|recent|top|new|today['’]?s) )"
_ASKED = (
    rf"(?:summari[sz]e|sum up|outline|recap) {THEM}",
    rf"(?:give|write|make|show|tell) (?:(?:me|us) )?(?:an?|the)?\s*(?:\w+ )?(?:summary|overview|outline|recap|digest)"
    rf"(?: of {THEM})?",
    rf"(?:an? |the )?(?:\w+ )?(?:summary|overview|digest) of {THEM}",
    rf"what (?:is|are|do|does|['’]s) {THEM} (?:all )?(?:about|say|cover|contain|deal with|talk about|discuss)",
    rf"what {THEM} (?:is|are) (?:all )?about",
    rf"what (?:{_MATTER}) (?:is|are|do|does) {THEM} (?:all )?(?:about|cover|covered|contain|deal with|discuss|in)",
    rf"(?:what|which) (?:are|is) (?:the )?{_MATTER} (?:of|in|covered (?:by|in)) {THEM}",
    r"(?:summari[sz]e|sum (?:it|them|everything) up|summari[sz]e (?:everything|all|them all)|tl;?\s?dr)",
    rf"{_WHAT_ARE}(?:the |all |some )*(?:main|key) {_MATTER}",
    rf"(?:{_WHAT_ARE}|any )(?:the |some )*{_LATEST}+(?:news|headlines?|stories|developments)(?: today)?",
    r"(?:what (?:is|['’]s)|what['’]?s|anything|something) (?:new|happening|in the news|going on)"
    r"(?: today| lately| recently)?",
    r"what (?:has )?happened (?:lately|recently)|(?:any|the) news",
)
_WHOLE = re.compile(
    rf"^(?:(?:please|hi|hello|ok(?:ay)?|so|can you|could you|would you|will you)\b[\s,!.]*)*(?:{'|'.join(_ASKED)})"
    r"(?:[\s,!.?]|please|briefly|shortly|for me|in (?:short|brief))*$",
    re.IGNORECASE,
)


def asks_for_overview(question: str) -> bool:
    """Whether it asks what the articles are about, and not what they say about something."""
    said = unframed(" ".join(question.split()))
    return len(said) <= 120 and bool(_WHOLE.match(said))


def openings(library: Library, sources: Sequence[str]) -> Finding:
    """The first passages of the latest articles, the latest first; those without a date come last."""
    library.require_articles()
    library.refresh()
    among = Filter(sources=tuple(sources))
    dated = [(date or "", source) for source, date in library.catalogue.dates() if among.fits(date, source)]
    latest = sorted(dated, key=lambda found: found[0], reverse=True)[:MOST_ARTICLES]
    firsts = [passages[0] for _, source in latest if (passages := library.catalogue.passages_of(source))]
    hits = unranked(firsts)
    told = f"These are the openings of the {len(latest)} latest of {len(dated):,} articles."
    return Finding(hits, None, told if len(dated) > len(latest) else "")


def unranked(passages: Iterable[Passage]) -> list[Hit]:
    """Passages that no search was needed for."""
    found = Found(None, 0.0)
    return [Hit(passage, 1.0, found, found) for passage in passages]
