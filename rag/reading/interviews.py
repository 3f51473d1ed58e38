"""Who asks and who answers in an article that is an interview."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.reading.sentences import Statement, is_question, statements

_SPEAKER = re.compile(r"([^\W\d_][\w.’' -]{0,30}):\s")
_FEWEST_TURNS = 2  # of a speaker who is taken for one who asks
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


def questions(text: str) -> list[tuple[int, int]]:
    """The spans of what those who ask say, in order; of questions in paragraphs of their own where no names tell."""
    found = statements(text)
    asking = interviewers(found)
    every = list(turns(found))
    if asking:
        asked = [turn for turn in every if speaker(turn[0]) in asking]
    else:
        asked = [turn for turn, after in pairwise(every) if _asks(turn) and not _asks(after)]
        asked = asked if len(asked) >= _FEWEST_PARAGRAPHS else []
    return [(turn[0].start, turn[-1].end) for turn in asked]


def _asks(turn: Sequence[Statement]) -> bool:
    return turn[0].kind == "paragraph" and len(turn) <= _MOST_SENTENCES and is_question(turn[-1].text)


def unlabelled(words: str) -> str:
    """The words without who says them.

    >>> unlabelled("Q: And the dining car?")
    'And the dining car?'
    """
    named = _SPEAKER.match(words)
    return words[named.end() :] if named else words
