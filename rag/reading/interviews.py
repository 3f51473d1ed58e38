"""Who asks and who answers in an article that is an interview."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from rag.core.types import Article
from rag.reading.bylines import says_who_wrote
from rag.reading.heads import ends_in_day
from rag.reading.sentences import Statement, is_question, statements

_SPEAKER = re.compile(r"^([^\W\d_][\w.’' -]{0,30}):\s")
_FEWEST_TURNS = 2  # of a speaker who is taken for one who asks
_FEWEST_MENTIONS = 2  # of who answers, above the first question
_NAME = re.compile(r"\b(?!The |In |At |On |When )[^\W\d_a-z][a-zß-ÿ’-]+(?: [^\W\d_a-z][\w’-]+){1,2}")
_ASKER = re.compile(
    r"\b(?:tells?|told|talks? to|talked to|talking to|speaks? to|spoke to|speaking to|interview(?:ed)? by|"
    r"asked by) [^\W\d_a-z][\w’-]+(?: [^\W\d_a-z][\w’-]+)+"
)
_HEADING = "Interview with {}"
_HEADED = re.compile(r"Interview with (?P<guest>(?:[^\W\d_a-z][\w’-]+ ?){2,3})(?<! )(?::|$)")
_MOST_WORDS = 30  # of a question that stands above what goes on with its answer
_FEWEST_PARAGRAPHS, _MOST_SENTENCES = 3, 3  # of questions that stand alone: one may be an essayist's


def interviewers(found: Sequence[Statement]) -> frozenset[str]:
    """The names before a colon, in an article's statements, of those who mostly ask."""
    asked: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for turn in turns(found):
        if named := speaker(turn[0]):
            said[named] += 1
            asked[named] += is_question(turn[-1].text)
    return frozenset(who for who, count in said.items() if count >= _FEWEST_TURNS and 2 * asked[who] > count)


def turns(found: Sequence[Statement]) -> Iterator[Sequence[Statement]]:
    """What each speaker says in one go; without speakers, each block."""
    begins = [
        place
        for place, (before, one) in enumerate(zip([None, *found], found, strict=False))
        if before is None or before.block != one.block or speaker(one)
    ]
    return (found[begin:end] for begin, end in pairwise([*begins, len(found)]))


def speaker(statement: Statement) -> str:
    """The name before the colon that opens it, if there is one."""
    named = _SPEAKER.match(statement.text) if statement.kind == "paragraph" else None
    return named[1] if named else ""


@dataclass(frozen=True, slots=True)
class Interview:
    """What those who ask say in an article: the spans of their questions, in order; none where it is no interview."""

    spans: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    """Those of each question without who asks; nothing where they are too many for a heading."""
    guest: str
    """The name of who answers; nothing where the article's head does not tell."""

    @classmethod
    def of(cls, article: Article) -> Self:
        """Of turns with names, or of questions in paragraphs of their own."""
        text = article.text
        found = statements(text)
        asking = interviewers(found)
        every = list(turns(found))
        if asking:
            asked = [turn for turn in every if speaker(turn[0]) in asking]
        else:
            asked = [turn for turn, after in pairwise(every) if _asks(turn) and not _asks(after)]
            asked = asked if len(asked) >= _FEWEST_PARAGRAPHS else []
        spans = tuple((turn[0].start, turn[-1].end) for turn in asked)
        words = (_SPEAKER.sub("", " ".join(text[start:end].split()), count=1) for start, end in spans)
        short = tuple(its if len(its.split()) <= _MOST_WORDS else "" for its in words)
        head = [one.text for one in found if spans and one.end <= spans[0][0]]
        return cls(spans, short, _guest([article.title, *head], article.author or "") if asking else "")

    def heading(self, start: int, end: int, since: int) -> str:
        """What a passage of the section that begins at `since` is headed by: who answers in it, and what was asked.

        Nothing for one that begins with the question and has no name to tell, nor for one that is not of the interview.
        """
        place = self._last(end - 1)
        if place < 0 or self.spans[place][0] < since:
            return ""
        asked = self.answered(start, since)
        return ": ".join(filter(None, (_HEADING.format(self.guest) if self.guest else "", asked)))

    def asks(self, start: int) -> bool:
        """Whether what begins there is of a question."""
        place = self._last(start)
        return place >= 0 and start < self.spans[place][1]

    def headings(self, since: int, until: int) -> list[str]:
        """Every heading that a passage between these places may have."""
        return [self.heading(end, end + 1, since) for start, end in self.spans if since <= start < until]

    def answered(self, start: int, since: int) -> str:
        """The question that what begins there answers, if it was asked since; nothing for a question itself."""
        place = self._last(start)
        is_answer = place >= 0 and self.spans[place][0] >= since and start >= self.spans[place][1]
        return self.words[place] if is_answer else ""

    def _last(self, start: int) -> int:
        """The place of the last question that has begun there, -1 for none."""
        return bisect_right(self.spans, (start, math.inf)) - 1


def _asks(turn: Sequence[Statement]) -> bool:
    return turn[0].kind == "paragraph" and len(turn) <= _MOST_SENTENCES and is_question(turn[-1].text)


def guest_in(section: str) -> str:
    """The name of who answers, where the section is one that `Interview.heading` made.

    >>> guest_in("Interview with Ines Halvarr: And the dining car?")
    'Ines Halvarr'
    """
    found = _HEADED.match(section)
    return found["guest"] if found else ""


def _guest(head: Sequence[str], author: str) -> str:
    """Of the persons whom the lines of a head name, who asks left out, the one whose surname they have most often."""
    told = [line for line in head if not says_who_wrote(line) and not ends_in_day(line)]
    text = "\n".join(_ASKER.sub(" ", line) for line in told)
    surnames = Counter(re.findall(r"[^\W\d_][\w’-]+", text))
    names = [name for name in _NAME.findall(text) if name not in author]
    best = max(names, key=lambda name: surnames[name.rpartition(" ")[2]], default="")
    return best if surnames[best.rpartition(" ")[2]] >= _FEWEST_MENTIONS else ""
