"""Stand-ins that do the real thing on a small scale."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.core.settings import DEFAULT_EMBEDDER
from rag.library.embedding import Embedding, Vectors
from rag.library.late import codes_of, directions, word_vectors
from rag.library.words import terms


class WordEmbedder:
    """Texts that share stems are near each other: the sum of a fixed vector of signs for each stem, made a unit."""

    dimension = 64
    max_tokens = 128

    def __init__(self, name: str = DEFAULT_EMBEDDER, weights: str = "") -> None:
        self.name = name
        self.embedded: list[str] = []  # what was embedded as a passage, in order
        self._weights = weights  # other weights under the same name are another model

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self.embed_questions(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        sums = [sum((self._signs(stem) for stem in terms(text)), start=self._signs("") * 0.1) for text in texts]
        vectors = np.array(sums, dtype=np.float32).reshape(len(texts), self.dimension)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def embed_passages_by_word(self, texts: Sequence[str]) -> list[Embedding]:
        return [
            Embedding(vector, codes_of(self._by_word(text)))
            for vector, text in zip(self.embed_passages(texts), texts, strict=True)
        ]

    def embed_question_by_word(self, text: str) -> tuple[Vectors, Vectors]:
        return self.embed_questions([text])[0], directions(self._by_word(text))

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def reader(self, weights: Path) -> None:
        """No trained weights fit it."""

    def _by_word(self, text: str) -> Vectors:
        words = [next(iter(terms(word)), word) for word in re.findall(r"\w+", text)]
        rows = np.array([self._signs(word) for word in words], dtype=np.float32).reshape(len(words), self.dimension)
        return word_vectors(rows, np.arange(len(words)))

    def _signs(self, stem: str) -> np.ndarray:
        digest = hashlib.blake2b((self._weights + stem).encode(), digest_size=self.dimension // 8).digest()
        return np.unpackbits(np.frombuffer(digest, dtype=np.uint8)) * 2.0 - 1.0


def never_opened(name: str) -> WordEmbedder:
    """An opener for what must load no model."""
    raise AssertionError(f"the embedder {name!r} was opened")
