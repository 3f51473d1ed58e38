"""What is said, without a model, to a turn about the answer before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.draft import Draft
from rag.answering.evidence import Evidence, Weighed
from rag.answering.extractive import MARGIN, MOST_STATEMENTS, choose
from rag.answering.shelf import lines_with_words, named
from rag.answering.smalltalk import small_talk
from rag.core.types import Message
from rag.search.asides import aside_in

NO_MORE = "The articles say no more about it that could be quoted."
REWORD = (
    "The built-in answerer quotes; it does not translate, explain or reword. A language model does: one is chosen "
    "at “Answered by”, or with --llm."
)
_THESE_WORDS = "It rests on these words:"
_NEAREST_WORDS = "These words of the articles come nearest to it:"
_FOLLOWING = 4  # statements behind one that was quoted go on with it
_WORD = re.compile(r"\w+")


def is_aside(turn: str) -> bool:
    """Whether it asks no question of its own."""
    return bool(aside_in(turn) or small_talk(turn))


def question_before(turns: Sequence[Message]) -> tuple[str, Sequence[Message]] | None:
    """The last question of its own, and the turns before it; None where there is none."""
    for place in reversed(range(len(turns))):
        content = turns[place].content
        if turns[place].role == "user" and not is_aside(content):
            return content, turns[:place]
    return None


def going_on(weighed: Weighed, answers: Sequence[str]) -> Weighed:
    """With what there is to say next: what follows the words quoted before, then what else comes near.

    Nothing that stands in one of the answers before; nothing at all where all has been said.
    """
    quoted = _quoted(weighed, answers)
    whole = (item for item in weighed.evidence if item.features.wholeness == 1)
    new = [item for item in whole if not any(_overlap(item, said) for said in quoted)]
    likely = [item for item in new if item.score >= weighed.evidence[0].score - MARGIN] if new else []
    following = [item for said in quoted for item in _behind(said, weighed) if item in new]
    chosen: list[Evidence] = []
    for item in [*following, *likely]:
        if len(chosen) < MOST_STATEMENTS and not any(_overlap(item, other) for other in chosen):
            chosen.append(item)
    return replace(weighed, digest=tuple(chosen))


def sources_of(weighed: Weighed, answer: str) -> Draft:
    """The articles' words that the answer quotes; where it quotes none, those that come nearest to the question."""
    quoted = _quoted(weighed, [answer])
    rested_on = quoted or choose(weighed)
    lines = [(f"{named(item.hit.passage.title, item.hit.passage.date)}:", item) for item in rested_on]
    return lines_with_words(_THESE_WORDS if quoted else _NEAREST_WORDS, lines)


def _quoted(weighed: Weighed, answers: Sequence[str]) -> list[Evidence]:
    """The statements that stand in the answers, in the order of the last answer's words."""
    told = " ".join(map(_bare, answers))
    found = [
        (told.find(words), item)
        for item in weighed.evidence
        # A title stands before the words that were quoted, and was not quoted itself.
        if item.statement.kind != "heading" and (words := _bare(item.statement.text)) in told
    ]
    items = [item for _, item in sorted(found, key=lambda pair: pair[0])]
    # A sentence is found with the one before it, and alone.
    return [item for item in items if not any(_overlap(item, other) and _size(item) < _size(other) for other in items)]


def _behind(said: Evidence, weighed: Weighed) -> list[Evidence]:
    """What stands right behind it in its article, as far as it was found."""
    source = said.hit.passage.source
    behind = [item for item in weighed.evidence if item.hit.passage.source == source and item.start >= said.end]
    return sorted(behind, key=lambda item: (item.start, item.end))[:_FOLLOWING]


def _overlap(one: Evidence, other: Evidence) -> bool:
    is_same_article = one.hit.passage.source == other.hit.passage.source
    return is_same_article and one.start < other.end and other.start < one.end


def _size(item: Evidence) -> int:
    return item.end - item.start


def _bare(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.lower()))} "
