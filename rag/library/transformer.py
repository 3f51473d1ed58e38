"""The models themselves, with sentence-transformers and torch; importing this file takes seconds."""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from safetensors import SafetensorError, safe_open
from sentence_transformers import SentenceTransformer
from transformers.utils import logging

from rag.core.errors import EmbedderError
from rag.core.settings import DEFAULT_EMBEDDER
from rag.library.embedding import Embedder, Reader, SpanScores, Vectors

_MOST_READ_TOKENS = 256
_READ_TOGETHER = 8  # texts


class SentenceTransformersEmbedder:
    """A sentence-transformers model, with its own prompts for questions and passages where it has them."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.name = name
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)
        self._model = model

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(self._model.encode_document, texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(self._model.encode_query, texts)

    def count_tokens(self, text: str) -> int:
        # `tokenize` counts what is there; calling the tokenizer would count what is left after truncation.
        return len(self._model.tokenizer.tokenize(text))

    def reader(self, weights: Path) -> Reader | None:
        encoder = getattr(self._model[0], "auto_model", None)
        return None if encoder is None else SpanReader.load(encoder, self._model.tokenizer, weights)

    def _embed(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


class SpanReader:
    """The embedder's encoder with low-rank changes merged in, and a score for each token's being start or end."""

    def __init__(self, encoder: Any, tokenizer: Any, head: torch.Tensor, bias: torch.Tensor) -> None:
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._head = head
        self._bias = bias

    @classmethod
    def load(cls, encoder: Any, tokenizer: Any, weights: Path) -> SpanReader | None:
        """None where the weights are of another model: a layer is missing, or has another shape or other values."""
        try:
            with safe_open(weights, framework="pt") as file:
                tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - not a dict
        except (OSError, SafetensorError):
            return None
        adapted = copy.deepcopy(encoder).float().eval()
        layers = dict(adapted.named_modules())
        fingerprint = tensors.pop("fingerprint", None)
        own = adapted.get_input_embeddings().weight[1000:1004, :8].detach().flatten()
        if fingerprint is None or own.shape != fingerprint.shape or not torch.allclose(own, fingerprint, atol=2e-3):
            return None
        for name in {name.rpartition(".")[0] for name in tensors if name.endswith(".up")}:
            layer = layers.get(name)
            change = tensors[f"{name}.up"] @ tensors[f"{name}.down"]
            if layer is None or layer.weight.shape != change.shape:
                return None
            layer.weight.data += change
        return cls(adapted, tokenizer, tensors["span.weight"], tensors["span.bias"])

    def read(self, question: str, texts: Sequence[str]) -> list[SpanScores]:
        """Scores for each text, in order; what exceeds the encoder's length goes unread."""
        return [
            scores
            for start in range(0, len(texts), _READ_TOGETHER)
            for scores in self._read(question, texts[start : start + _READ_TOGETHER])
        ]

    @torch.inference_mode()
    def _read(self, question: str, texts: Sequence[str]) -> list[SpanScores]:
        tokens = self._tokenizer(
            [question] * len(texts),
            list(texts),
            truncation="longest_first",
            max_length=_MOST_READ_TOKENS,
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = tokens.pop("offset_mapping").numpy()
        hidden = self._encoder(**tokens).last_hidden_state
        scores = (hidden @ self._head.T + self._bias).numpy()
        found = []
        for row in range(len(texts)):
            inside = np.array([part == 1 for part in tokens.sequence_ids(row)])
            found.append(
                SpanScores(
                    starts=scores[row, inside, 0],
                    ends=scores[row, inside, 1],
                    offsets=offsets[row, inside],
                    nowhere=float(scores[row, 0, 0] + scores[row, 0, 1]),
                )
            )
        return found


def load_embedder(name: str, location: str) -> Embedder:
    """The model at the location, on all cores that this process may use."""
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped upstream
    torch.set_num_threads(_cores())
    try:
        model = SentenceTransformer(location)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).strip().split("\n")[0]
        raise EmbedderError(
            f"The embedder {name!r} cannot be loaded: {reason}",
            f"Set RAG_EMBEDDER to a sentence-transformers name or folder, or leave it out for {DEFAULT_EMBEDDER}.",
        ) from error
    return SentenceTransformersEmbedder(name, model)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
