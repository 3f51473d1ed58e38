"""The vector index: nearest passages by cosine with Chroma."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from rag.core.errors import StorageError
from rag.core.types import Passage
from rag.library.embedding import Vectors
from rag.library.followers import BATCH, IndexDamaged, trouble_of
from rag.library.sealed import Place

_COLLECTION = "passages"
# More links and a longer list than Chroma's defaults: recall matters more here than a millisecond. A longer list in the
# making takes twice the time and finds no more (benchmarks/recall.py).
HNSW: dict[str, Any] = {"space": "cosine", "ef_construction": 100, "ef_search": 200, "max_neighbors": 24}
# With one list for all sizes recall falls as the library grows: at a million passages .83 of the ten nearest with 200,
# .986 with 800.
_LIST_GROWS_FROM = 62_500  # passages
_LIST_STEP = 100
# Chroma writes its whole graph anew, at a million passages 1.8 GB, whenever so many changes have come since the last
# time; until then they lie in its SQLite file, and whoever opens the index puts them into the graph once more.
_WRITTEN_AFTER = 1000
_MOST_UNWRITTEN = 100_000


class VectorIndex:
    """A Chroma collection in a folder; it holds ids and vectors, the words stay in the catalogue."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: Any = None
        self._collection: Any = None
        self._place: Place | None = None
        self._count: int | None = None  # what others write is seen by an index opened after it

    @property
    def is_open(self) -> bool:
        return self._client is not None

    def open(self, dimension: int = 0, adding: int = 0) -> None:
        written_after = _written_after(adding)
        with self._translated():
            if self._client is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._connect(written_after)
            if adding > _WRITTEN_AFTER:
                self._set(sync_threshold=written_after)

    def _connect(self, written_after: int) -> None:
        # Chroma takes a second to import; a sync that changes nothing never does.
        import chromadb
        from chromadb.config import Settings

        home = self._home()
        self._place = Place.of(home) if home.exists() else Place(home)
        self._client = chromadb.PersistentClient(str(self._place.path), Settings(anonymized_telemetry=False))
        try:
            self._collection = self._client.get_or_create_collection(
                _COLLECTION,
                configuration={"hnsw": HNSW | {"sync_threshold": written_after}},
                embedding_function=None,
            )
        except BaseException:
            self.close()
            raise

    def _set(self, **settings: int) -> bool:
        """Have the collection so from now on, `sync_threshold` always named; whether it was otherwise before.

        A client works by the settings that it found when it was opened.
        """
        now = self._collection.configuration_json["hnsw"]
        if all(int(now[name]) == value for name, value in settings.items()):
            return False
        self._collection.modify(configuration={"hnsw": settings})
        self.close()
        self._connect(settings["sync_threshold"])
        return True

    def _home(self) -> Path:
        """A folder of its own for each making of the index: Chroma keeps what it knows of a path, even a dead one."""
        made = sorted(path for path in self.folder.glob("made-*") if path.is_dir())
        return made[-1] if made else self.folder / f"made-{time.time_ns():x}"

    def close(self) -> None:
        """Let go of the files; Chroma shows another process's writes only to a client opened after them."""
        client, self._client, self._collection, self._count = self._client, None, None, None
        if client is not None:
            # A client whose files are damaged may fail to say goodbye, too.
            with suppress(IndexDamaged, StorageError), self._translated():
                client.close()
        place, self._place = self._place, None
        if place is not None:
            place.close()

    def delete(self, ids: Sequence[str]) -> None:
        self._count = None
        with self._translated():
            for some in self._batches(ids):
                self._collection.delete(ids=list(some))

    def add(self, passages: Sequence[Passage], vectors: Sequence[Vectors]) -> None:
        self._count = None
        with self._translated():
            pairs = list(zip(passages, vectors, strict=True))
            for some in self._batches(pairs):
                self._collection.upsert(
                    ids=[passage.id for passage, _ in some],
                    embeddings=np.stack([vector for _, vector in some]),
                )

    def commit(self) -> None:
        """Chroma writes at once, but for what it still has to put into its graph: a query waits for that."""
        with self._translated():
            self._settle()
            if self._set(sync_threshold=_WRITTEN_AFTER, ef_search=_list_length(int(self._collection.count()))):
                self._settle()

    def _settle(self) -> None:
        some = self._collection.get(limit=1, include=["embeddings"])["embeddings"]
        if len(some):
            self._collection.query(query_embeddings=list(some), n_results=1, include=["distances"])

    def files(self) -> Iterable[Path]:
        """The graphs' files, where Chroma has written any: its SQLite file changes whenever it is opened."""
        for written in self.folder.glob("made-*/*/index_metadata.pickle"):
            yield from (file for file in sorted(written.parent.iterdir()) if file.is_file())

    def nearest(self, vector: Vectors, k: int) -> dict[str, float]:
        """Cosine similarity by passage id, the nearest k, nearest first."""
        with self._translated():
            if self._count is None:
                self._count = int(self._collection.count())  # a tenth of the time of a query
            count = min(k, self._count)
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
            # What is first asked loads the graph, 5 s for a million passages; counting lets no other thread run then.
            self._collection.get(limit=1, include=[])
            return int(self._collection.count())

    def held(self, ids: Sequence[str]) -> set[str]:
        """Those of these passages that are in the index."""
        with self._translated():
            found = (self._collection.get(ids=list(some), include=[]) for some in self._batches(ids))
            return {passage_id for some in found for passage_id in some["ids"]}

    def _batches(self, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
        size = self._client.get_max_batch_size()
        return (values[i : i + size] for i in range(0, len(values), size))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Chroma's errors as ours; this is the only file that knows it."""
        import chromadb.errors

        # AttributeError: what Chroma says when it could not start and then wants to stop.
        vendor = (chromadb.errors.ChromaError, sqlite3.Error, OSError, ValueError, KeyError, AttributeError)
        with trouble_of("vector index", self.folder, *vendor):
            yield


def _list_length(passages: int) -> int:
    """How many candidates a search of so many passages keeps: with the square root of their number.

    >>> [_list_length(passages) for passages in (1_000, 62_500, 250_000, 1_000_000)]
    [200, 200, 400, 800]
    """
    least: int = HNSW["ef_search"]
    grown: float = least * (passages / _LIST_GROWS_FROM) ** 0.5
    return max(least, round(grown / _LIST_STEP) * _LIST_STEP)


def _written_after(adding: int) -> int:
    """After how many changes the graph is written, where so many passages are added at once.

    Just when the last batch has come: once or, so that the SQLite file does not come to hold every vector, once for
    each `_MOST_UNWRITTEN` of them.
    """
    times = adding // _MOST_UNWRITTEN + 1
    # Chroma looks only after a batch; one batch less and the last time does not come too late.
    return max(_WRITTEN_AFTER, adding if times == 1 else adding // times - BATCH)
