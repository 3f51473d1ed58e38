"""The vector index: nearest passages by cosine with Chroma."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rag.core.types import Passage
from rag.library.embedding import Vectors
from rag.library.followers import IndexDamaged

_COLLECTION = "passages"
# More links and a longer list than Chroma's defaults: recall matters more here than a millisecond.
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 24}


class VectorIndex:
    """A Chroma collection in a folder; it holds ids and vectors, the words stay in the catalogue."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: Any = None
        self._collection: Any = None

    @property
    def is_open(self) -> bool:
        return self._client is not None

    def open(self, dimension: int = 0) -> None:
        if self._client is not None:
            return
        # Chroma takes a second to import; a sync that changes nothing never does.
        import chromadb
        from chromadb.config import Settings

        with self._translated():
            self.folder.mkdir(parents=True, exist_ok=True)
            path = str(self._home())
            self._client = chromadb.PersistentClient(path, Settings(anonymized_telemetry=False))
            self._collection = self._client.get_or_create_collection(
                _COLLECTION,
                configuration={"hnsw": _HNSW},
                embedding_function=None,
            )

    def _home(self) -> Path:
        """A folder of its own for each making of the index: Chroma keeps what it knows of a path, even a dead one."""
        made = sorted(path for path in self.folder.glob("made-*") if path.is_dir())
        return made[-1] if made else self.folder / f"made-{uuid.uuid4().hex[:8]}"

    def close(self) -> None:
        """Let go of the files; Chroma shows another process's writes only to a client opened after them."""
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None

    def delete(self, ids: Sequence[str]) -> None:
        with self._translated():
            for some in self._batches(ids):
                self._collection.delete(ids=list(some))

    def add(self, passages: Sequence[Passage], vectors: Sequence[Vectors]) -> None:
        with self._translated():
            pairs = list(zip(passages, vectors, strict=True))
            for some in self._batches(pairs):
                self._collection.upsert(
                    ids=[passage.id for passage, _ in some],
                    embeddings=np.stack([vector for _, vector in some]),
                )

    def commit(self) -> None:
        """Chroma writes at once."""

    def nearest(self, vector: Vectors, k: int) -> dict[str, float]:
        """Cosine similarity by passage id, the nearest k, nearest first."""
        with self._translated():
            count = min(k, self._collection.count())
            if count == 0:
                return {}
            found = self._collection.query(query_embeddings=[vector], n_results=count, include=["distances"])
            return {
                passage_id: 1.0 - float(distance)
                for passage_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
            }

    @property
    def size(self) -> int:
        """Passages in the index."""
        with self._translated():
            return int(self._collection.count())

    def _batches(self, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
        size = self._client.get_max_batch_size()
        return (values[i : i + size] for i in range(0, len(values), size))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Chroma's errors as ours; this is the only file that knows it."""
        import chromadb.errors

        try:
            yield
        except (chromadb.errors.ChromaError, sqlite3.Error, OSError, ValueError, KeyError) as error:
            reason = str(error).split("\n")[0]
            raise IndexDamaged(f"The vector index {str(self.folder)!r} cannot be read: {reason}.") from error
