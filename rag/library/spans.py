"""A question and texts → how likely the answer starts and ends at each token, whichever runtime computes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from rag.library.embedding import SpanScores
from rag.library.tokens import Rows, Tokens

MOST_TOKENS = 256  # of question and text together
_LEAST_TOKENS = 96  # see rag.library.runtime.Network.run: most texts are longer

Forward = Callable[[Rows], npt.NDArray[np.float32]]
"""Scores of shape (texts, tokens, 2): start and end. Padding's do not count."""


class SpanReader:
    """A `Reader` over an encoder with a start and an end score for each token; "not here" is its first token's."""

    def __init__(self, tokens: Tokens, forward: Forward) -> None:
        self._tokens = tokens
        self._forward = forward

    def read(self, question: str, texts: Sequence[str]) -> list[SpanScores]:
        """Scores for each text, in order; what exceeds the encoder's length goes unread."""
        return [self._read(self._tokens.pairs(question, [text], _LEAST_TOKENS)) for text in texts]

    def _read(self, rows: Rows) -> SpanScores:
        [scores], [inside], [offsets] = self._forward(rows), rows.second, rows.offsets
        return SpanScores(
            starts=scores[inside, 0],
            ends=scores[inside, 1],
            offsets=offsets[inside],
            nowhere=float(scores[0, 0] + scores[0, 1]),
        )
