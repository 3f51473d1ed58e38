"""The models themselves, with sentence-transformers and torch; importing this file takes seconds."""

from __future__ import annotations

import copy
import json
import os
import threading
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from safetensors import SafetensorError, safe_open
from sentence_transformers import CrossEncoder, SentenceTransformer
from transformers.utils import logging

from rag.core.errors import EmbedderError, RerankerError
from rag.core.settings import DEFAULT_EMBEDDER
from rag.library import runtime
from rag.library.embedding import Embedding, Reader, Vectors, cores
from rag.library.late import code_dimension, codes_of, directions, embeddings, word_vectors
from rag.library.spans import MOST_TOKENS, SpanReader
from rag.library.tokens import Rows, Tokens, like_lengths

_MOST_TOKENS = 100_000  # for a model that knows no limit
_TOGETHER = 32  # texts


class SentenceTransformersEmbedder:
    """A sentence-transformers model, with its own prompts for questions and passages where it has them."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.name = name
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(min(model.max_seq_length or 512, _MOST_TOKENS))
        self._model = model

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(self._model.encode_document, texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(self._model.encode_query, texts)

    def embed_passages_by_word(self, texts: Sequence[str]) -> list[Embedding]:
        if self._by_word is None:
            nothing = codes_of(np.zeros((0, code_dimension(self.dimension)), dtype=np.float32))
            return [Embedding(vector, nothing) for vector in self.embed_passages(texts)]
        found: dict[int, Embedding] = {}
        prompted = [self._prompts["passage"] + text for text in texts]
        for places in like_lengths(prompted, _TOGETHER):
            rows = self._by_word.rows_by_word([prompted[place] for place in places])
            found.update(zip(places, embeddings(*_Pooled(self._model).outputs(rows), rows), strict=True))
        return [found[place] for place in range(len(texts))]

    def embed_question_by_word(self, text: str) -> tuple[Vectors, Vectors]:
        if self._by_word is None:
            return self.embed_questions([text])[0], np.zeros((0, code_dimension(self.dimension)), dtype=np.float32)
        rows = self._by_word.rows_by_word([self._prompts["question"] + text])
        wholes, states = _Pooled(self._model).outputs(rows)
        return directions(wholes)[0], directions(word_vectors(states[0], rows.words[0]))

    @cached_property
    def _by_word(self) -> Tokens | None:
        """The tokens that it gives vectors of; None for a model of mere word vectors."""
        return Tokens(self._definition(), self.max_tokens) if hasattr(self._model[0], "auto_model") else None

    @property
    def _prompts(self) -> dict[str, str]:
        own = self._model.prompts
        of_passages = (own.get(name) or "" for name in ("document", "passage", "corpus"))
        return {"question": own.get("query") or "", "passage": next(filter(None, of_passages), "")}

    def count_tokens(self, text: str) -> int:
        tokenizer = self._model.tokenizer
        if hasattr(tokenizer, "tokenize"):
            # It counts what is there; calling the tokenizer would count what is left after truncation.
            return len(tokenizer.tokenize(text))
        return len(tokenizer.encode(text, add_special_tokens=False).ids)  # a model of mere word vectors

    def reader(self, weights: Path) -> Reader | None:
        adapted = self._adapted(weights)
        return None if adapted is None else SpanReader(Tokens(self._definition(), MOST_TOKENS), adapted.scores)

    @property
    def has_accelerator(self) -> bool:
        """Whether it runs on a device that is quicker than any export for the processor."""
        return self._model.device.type != "cpu"

    def export(self, folder: Path, *, as_bytes: bool) -> None:
        """Write into the folder what `rag.library.light` runs; ValueError or RuntimeError where that cannot be."""
        tokens = Tokens(self._definition(), self.max_tokens)
        about = {
            "dimension": self.dimension,
            "max_tokens": self.max_tokens,
            "prompts": self._prompts,
            "as_bytes": as_bytes,
        }
        (folder / "tokenizer.json").write_text(tokens.definition, encoding="utf-8")
        (folder / "about.json").write_text(json.dumps(about, indent=2), encoding="utf-8")
        _export(_Pooled(self._model), tokens, folder / "encoder.xml", as_bytes=as_bytes)

    def export_reader(self, weights: Path, folder: Path, *, as_bytes: bool) -> None:
        """Write the reader into the folder; nothing where the weights are of another model."""
        adapted = self._adapted(weights)
        if adapted is not None:
            _export(adapted, Tokens(self._definition(), MOST_TOKENS), folder / "reader.xml", as_bytes=as_bytes)

    def _adapted(self, weights: Path) -> _Adapted | None:
        encoder = getattr(self._model[0], "auto_model", None)
        return None if encoder is None else _Adapted.load(encoder, weights)

    def _definition(self) -> str:
        tokenizer = self._model.tokenizer
        return str(getattr(tokenizer, "backend_tokenizer", tokenizer).to_str())

    def _embed(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


class _Pooled(torch.nn.Module):
    """The whole model as a function of texts' tokens; it gives the texts' vectors and the tokens'. It is exported."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        rows = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
        found = self.model(rows)
        return found["sentence_embedding"], found["token_embeddings"]

    @torch.inference_mode()
    def outputs(self, rows: Rows) -> tuple[Vectors, Vectors]:
        parts = (torch.from_numpy(part).to(self.model.device) for part in (rows.ids, rows.mask, rows.types))
        wholes, states = self(*parts)
        return wholes.float().cpu().numpy(), states.float().cpu().numpy()


class _Adapted(torch.nn.Module):
    """A copy of the embedder's encoder with low-rank changes merged in, and a start and an end score for each token."""

    def __init__(self, encoder: Any, weight: torch.Tensor, bias: torch.Tensor) -> None:
        super().__init__()
        self.encoder = encoder
        self.span = torch.nn.Linear(weight.shape[1], weight.shape[0])
        self.span.weight.data, self.span.bias.data = weight, bias

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        given = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
        return self.span(self.encoder(**given).last_hidden_state)

    @torch.inference_mode()
    def scores(self, rows: Rows) -> Any:
        return self(*(torch.from_numpy(part) for part in (rows.ids, rows.mask, rows.types))).numpy()

    @classmethod
    def load(cls, encoder: Any, weights: Path) -> Self | None:
        """None where the weights are of another model: a layer is missing, or has another shape or other values."""
        try:
            with safe_open(weights, framework="pt") as file:
                tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - not a dict
        except (OSError, SafetensorError):
            return None
        fingerprint = tensors.pop("fingerprint", None)
        own = encoder.get_input_embeddings().weight[1000:1004, :8].detach().float().cpu().flatten()
        if fingerprint is None or own.shape != fingerprint.shape or not torch.allclose(own, fingerprint, atol=2e-3):
            return None
        adapted = copy.deepcopy(encoder).float().cpu().eval()
        return cls(adapted, tensors["span.weight"], tensors["span.bias"]) if _merge(adapted, tensors) else None


def _merge(encoder: Any, changes: dict[str, torch.Tensor]) -> bool:
    """Add the low-rank changes to the encoder's layers; False where one does not fit."""
    layers = dict(encoder.named_modules())
    for name in {name.rpartition(".")[0] for name in changes if name.endswith(".up")}:
        layer = layers.get(name)
        change = changes[f"{name}.up"] @ changes[f"{name}.down"]
        if layer is None or layer.weight.shape != change.shape:
            return False
        layer.weight.data += change
    return True


def load_embedder(name: str, location: str) -> SentenceTransformersEmbedder:
    """The model at the location, on all cores that this process may use."""
    _prepare()
    try:
        model = SentenceTransformer(location)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).strip().split("\n")[0]
        raise EmbedderError(
            f"The embedder {name!r} cannot be loaded: {reason}",
            f"Set RAG_EMBEDDER to a sentence-transformers name or folder, or leave it out for {DEFAULT_EMBEDDER}.",
        ) from error
    return SentenceTransformersEmbedder(name, model)


class CrossEncoderJudge:
    """A cross-encoder: it reads a question and a text together, and says how well they go with each other, 0 to 1."""

    def __init__(self, name: str) -> None:
        _prepare()
        try:
            self._model = CrossEncoder(name)
        except (OSError, ValueError, KeyError, ImportError) as error:
            reason = str(error).strip().split("\n")[0]
            raise RerankerError(
                f"The cross-encoder {name!r} cannot be loaded: {reason}",
                "Set RAG_RERANKER to a cross-encoder's name or folder, or leave it out.",
            ) from error
        if self._model.num_labels != 1:
            raise RerankerError(
                f"The model {name!r} gives {self._model.num_labels} scores for a pair of texts, not one.",
                "Set RAG_RERANKER to a cross-encoder that was made to rank, or leave it out.",
            )
        self._reading = threading.Lock()  # its tokenizer is not safe in threads

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        pairs = [(question, text) for text in texts]
        with self._reading:
            scores = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        return [float(score) for score in np.asarray(scores).reshape(len(texts))]


def _prepare() -> None:
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # a remark about losses is no news to a reader
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped upstream
    torch.set_num_threads(cores())


def _export(module: torch.nn.Module, tokens: Tokens, path: Path, *, as_bytes: bool) -> None:
    """Traced on two texts of unequal length, so that padding is part of what is seen."""
    rows = tokens.rows(["The minister received the ambassador on Monday.", "Wheat is dear."])
    parts = {"input_ids": rows.ids, "attention_mask": rows.mask, "token_type_ids": rows.types}
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, about branches that do not depend on the text
        example = {name: torch.from_numpy(part) for name, part in parts.items()}
        runtime.export(module.eval(), example, path, as_bytes=as_bytes)
