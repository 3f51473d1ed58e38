"""An optional second look: a cross-encoder reads the question with each of the best passages and puts them in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from rag.core.types import Hit
from rag.search.stages import Stage

_LOOKED_AT = 30  # hits: each takes a small model some milliseconds


class Judge(Protocol):
    """Says how well texts answer a question, 0 to 1."""

    def judge(self, question: str, texts: Sequence[str]) -> list[float]: ...


@cache
def open_judge(name: str) -> Judge:
    """The cross-encoder of that name or folder, loaded once in a process; RerankerError where there is none."""
    # Importing torch takes seconds, so only a search that reranks pays for it.
    from rag.library.transformer import CrossEncoderJudge

    return CrossEncoderJudge(name)


def reranked(question: str, judge: Judge) -> Stage:
    """The first hits in the order of the judge.

    The scores keep their places while the passages change theirs: what weighs a hit by its score further on was fitted
    to the scores of the fusion, and those of cross-encoders differ from model to model.
    """

    def stage(hits: Sequence[Hit]) -> list[Hit]:
        first, rest = hits[:_LOOKED_AT], hits[_LOOKED_AT:]
        if not first:
            return list(hits)
        judged = judge.judge(question, [hit.passage.embedded_text for hit in first])
        order = sorted(range(len(first)), key=lambda at: (-judged[at], at))
        moved = [replace(first[at], score=first[place].score, reranked=judged[at]) for place, at in enumerate(order)]
        return [*moved, *rest]

    return stage
