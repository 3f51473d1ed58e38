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

from rag.reading.sentences import Statement, is_question, statements

_SPEAKER = re.compile(r"^([^\W\d_][\w.’' -]{0,30}):\s")
_FEWEST_TURNS = 2  # of a speaker who is taken for one who asks
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

    @classmethod
    def in_text(cls, text: str) -> Self:
        """Of turns with names, or of questions in paragraphs of their own."""
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
        return cls(spans, tuple(its if len(its.split()) <= _MOST_WORDS else "" for its in words))

    def asks(self, start: int) -> bool:
        """Whether what begins there is of a question."""
        place = self._last(start)
        return place >= 0 and start < self.spans[place][1]

    def asked(self, since: int, until: int) -> list[str]:
        """The questions that begin between these places."""
        return [words for (start, _), words in zip(self.spans, self.words, strict=True) if since <= start < until]

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
