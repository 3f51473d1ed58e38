"""Texts → the rows of token numbers that an encoder reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

_LENGTH_STEP = 8  # rows are padded to a multiple of it: fewer shapes for a runtime to prepare for

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """One row for each text, padded to one length; each array has the shape (texts, tokens)."""

    ids: Numbers
    mask: Numbers
    """1 for a token, 0 for padding."""
    types: Numbers
    """0 for the first text of a pair, 1 for the second."""
    second: npt.NDArray[np.bool_]
    """Whether the token is of the second text of a pair."""
    offsets: Numbers
    """Shape (texts, tokens, 2): each token's first character in its own text and the one after its last."""
    words: Numbers
    """Which word of the text the token is of, from 0; -1 where it is of none, or nobody asked."""


class Tokens:
    """A tokenizer as its `tokenizer.json` defines it; longer texts than `most` tokens are cut there.

    ValueError where that is no definition.
    """

    def __init__(self, definition: str, most: int) -> None:
        self.definition = definition
        try:
            self._fitted = Tokenizer.from_str(definition)
        except Exception as error:  # the package has no narrower one
            raise ValueError(f"not a tokenizer: {error}") from error
        self._fitted.no_padding()
        self._fitted.enable_truncation(most)

    def count(self, text: str) -> int:
        """Tokens of the text by itself, however many."""
        return len(self._whole.encode(text, add_special_tokens=False).ids)

    def rows(self, texts: Sequence[str]) -> Rows:
        """For texts that stand alone."""
        return _rows(self._fitted.encode_batch(list(texts)))

    def rows_by_word(self, texts: Sequence[str]) -> Rows:
        """The same with the words told apart; what has no letter or digit is of none."""
        encodings = self._fitted.encode_batch(list(texts))
        rows = _rows(encodings)
        for row, (encoding, text) in enumerate(zip(encodings, texts, strict=True)):
            rows.words[row, : len(encoding.ids)] = _word_numbers(encoding, text)
        return rows

    def pairs(self, first: str, texts: Sequence[str], least: int = 0) -> Rows:
        """For the same first text with each of the others; rows of at least so many tokens, padding counted."""
        return _rows(self._fitted.encode_batch([(first, text) for text in texts]), least)

    @cached_property
    def _whole(self) -> Tokenizer:
        tokenizer = Tokenizer.from_str(self.definition)
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer


def like_lengths(texts: Sequence[str], together: int) -> list[list[int]]:
    """The texts' places, so many together, the short and the long ones apart: little padding."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    return [order[start : start + together] for start in range(0, len(order), together)]


def _rows(encodings: Sequence[Encoding], least: int = 0) -> Rows:
    longest = max(least, *(len(encoding.ids) for encoding in encodings))
    length = -(-longest // _LENGTH_STEP) * _LENGTH_STEP
    shape = (len(encodings), length)
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    second, offsets = np.zeros(shape, dtype=np.bool_), np.zeros((*shape, 2), dtype=np.int64)
    words = np.full(shape, -1, dtype=np.int64)
    for row, encoding in enumerate(encodings):
        size = len(encoding.ids)
        ids[row, :size] = encoding.ids
        mask[row, :size] = 1
        types[row, :size] = encoding.type_ids
        second[row, :size] = [part == 1 for part in encoding.sequence_ids]
        offsets[row, :size] = encoding.offsets
    return Rows(ids, mask, types, second, offsets, words)


def _word_numbers(encoding: Encoding, text: str) -> list[int]:
    ids, offsets = encoding.word_ids, encoding.offsets
    kept: dict[int, bool] = {}
    for place, word in enumerate(ids):
        if word is not None and word not in kept:
            start, end = encoding.word_to_chars(word) or offsets[place]
            kept[word] = any(map(str.isalnum, text[start:end]))
    return [word if word is not None and kept[word] else -1 for word in ids]
