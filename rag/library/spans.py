"""A question and texts → how likely the answer starts and ends at each token, whichever runtime computes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from rag.library.embedding import SpanScores
from rag.library.tokens import Rows, Tokens, like_lengths

MOST_TOKENS = 256  # of question and text together
_READ_TOGETHER = 5  # texts

Forward = Callable[[Rows], npt.NDArray[np.float32]]
"""Scores of shape (texts, tokens, 2): start and end. Padding's do not count."""


class SpanReader:
    """A `Reader` over an encoder with a start and an end score for each token; "not here" is its first token's."""

    def __init__(self, tokens: Tokens, forward: Forward) -> None:
        self._tokens = tokens
        self._forward = forward

    def read(self, question: str, texts: Sequence[str]) -> list[SpanScores]:
        """Scores for each text, in order; what exceeds the encoder's length goes unread."""
        found: dict[int, SpanScores] = {}
        for places in like_lengths(texts, _READ_TOGETHER):
            found.update(zip(places, self._read(question, [texts[place] for place in places]), strict=True))
        return [found[place] for place in range(len(texts))]

    def _read(self, question: str, texts: Sequence[str]) -> list[SpanScores]:
        rows = self._tokens.pairs(question, texts)
        scores = self._forward(rows)
        return [
            SpanScores(
                starts=scores[row, inside, 0],
                ends=scores[row, inside, 1],
                offsets=rows.offsets[row, inside],
                nowhere=float(scores[row, 0, 0] + scores[row, 0, 1]),
            )
            for row, inside in enumerate(rows.second)
        ]
