"""Late interaction: how well a passage answers to each word of a question, by the encoder's vectors of single words.

After ColBERT (Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832): a question word counts by the nearest of the
passage's words. Here the encoder is the one that makes the passages' own vectors and was not trained for it, and of a
passage's words only the signs of half as many numbers are kept: some 2 kB a passage, at a loss of a few thousandths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.library.embedding import Codes, Embedding, Vectors
from rag.library.tokens import Rows

_MOST_PRODUCTS = 1 << 18  # of numbers, in one product of matrices that OpenBLAS computes on one thread


def code_dimension(dimension: int) -> int:
    """Of a word's vector, where a text's has so many numbers."""
    return dimension // 2


def word_vectors(states: Vectors, numbers: npt.NDArray[np.int64]) -> Vectors:
    """The vector of each word, of shape (words, dimension / 2): its tokens' summed, the second half laid on the first.

    `states` has the shape (tokens, dimension), `numbers` says of each token to which word it belongs, below 0 for none.
    """
    half = code_dimension(states.shape[1])
    places = np.flatnonzero(numbers >= 0)
    if not len(places):
        return np.zeros((0, half), dtype=np.float32)
    firsts = np.flatnonzero(np.diff(numbers[places], prepend=-1))
    sums = np.add.reduceat(states[places], firsts, axis=0)
    return np.asarray(sums[:, :half] + sums[:, half : 2 * half], dtype=np.float32)


def embeddings(wholes: Vectors, states: Vectors, rows: Rows) -> list[Embedding]:
    """What is kept of each text, of an encoder's outputs of shape (texts, dimension) and (texts, tokens, dimension)."""
    return [
        Embedding(vector, codes_of(word_vectors(tokens, numbers)))
        for vector, tokens, numbers in zip(directions(wholes), states, rows.words, strict=True)
    ]


def codes_of(words: Vectors) -> Codes:
    """The signs of the words' vectors."""
    return np.packbits(words > 0, axis=1)


def directions(vectors: Vectors) -> Vectors:
    """Each row made as long as 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def max_sim(question: Vectors, passages: Sequence[Codes]) -> list[float | None]:
    """For each passage the mean, over the question's words, of the cosine to the nearest of its words.

    The cosine is that of a question word and a passage word's signs. None for a passage without codes.
    """
    sizes = np.array([len(codes) for codes in passages])
    if not len(question) or not sizes.sum():
        return [None] * len(passages)
    dimension = question.shape[1]
    bits = np.unpackbits(np.concatenate([codes for codes in passages if len(codes)]), axis=1, count=dimension)
    # A larger product would wake OpenBLAS's threads, which then keep a core busy that the rest of a search wants.
    at_once = max(1, _MOST_PRODUCTS // question.size)
    dots = np.empty((len(bits), len(question)), dtype=np.float32)
    for start in range(0, len(bits), at_once):
        dots[start : start + at_once] = bits[start : start + at_once].astype(np.float32) @ question.T
    # With signs s = 2b - 1 of bits b: q·s = 2 q·b - sum(q).
    cosines = (2 * dots - question.sum(axis=1)) / np.sqrt(dimension)
    held = sizes[sizes > 0]
    best = np.maximum.reduceat(cosines, np.concatenate([[0], np.cumsum(held)[:-1]]), axis=0).mean(axis=1)
    means = iter(best.tolist())
    return [next(means) if size else None for size in sizes]
