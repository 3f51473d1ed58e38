"""The library's files as one thing: the catalogue, the indexes that follow it and the embedder that fits them."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from operator import itemgetter
from pathlib import Path

import numpy as np

from rag.core.commands import command
from rag.core.errors import EmbedderMismatch, LibraryBusy, LibraryError, LibraryMissing, StorageError
from rag.core.recent import Recent
from rag.core.settings import Settings
from rag.core.types import Article, Passage
from rag.library.catalogue import Built, Catalogue
from rag.library.codes import CodeIndex
from rag.library.embedding import PROBE, Embedder, Vectors, open_embedder
from rag.library.filters import Filter
from rag.library.followers import IndexDamaged, Mark, catch_up, check_files, check_size, discard, mark_of
from rag.library.lock import writing
from rag.library.memory import give_back
from rag.library.vectors import VectorIndex
from rag.library.words import WordIndex

_PATIENCE = 5.0  # seconds for an index that another process writes to become whole
_LOOKS_AGAIN = 0.02  # seconds
_REMEMBERED_QUESTIONS = 64  # one is asked of the indexes, then of the statements
_COMPARED_FOR_EACH = 10  # passages whose codes are near, for each that is sought
_SAME_MODEL_COSINE = 0.99  # runtimes and precisions of one model differ by less, two models by far more
_BEHIND = "The library has changed, and what is new in it may not be found yet. Ask again in a moment."

Index = WordIndex | CodeIndex | VectorIndex


class Store:
    """Opened in a moment, without models; nothing is read or loaded before it is needed."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        opener: Callable[[str], Embedder] | None = None,
        *,
        is_brief: bool = False,
    ) -> None:
        """With `is_brief` for a question or two: the code index is asked, and the vector index not opened."""
        self.folder = folder
        self._is_brief = is_brief
        self.settings = settings
        self.catalogue = Catalogue(folder / "catalogue.sqlite")
        self.vectors = VectorIndex(folder / "vectors")
        self.words = WordIndex(folder / "words")
        self.codes = CodeIndex(folder / "codes")
        self._opener = opener or partial(open_embedder, runtime=settings.runtime)
        self._embedder: Embedder | None = None
        self._fits: str | None = None  # the id of the library whose vectors the embedder is known to fit
        self._embedder_lock = threading.Lock()
        self._index_lock = threading.RLock()
        self._seen: dict[Path, Mark | None] = {}
        self._is_behind = False  # what was searched last had not followed the catalogue
        self._questions: Recent[tuple[Vectors, Vectors]] = Recent(_REMEMBERED_QUESTIONS)

    def close(self) -> None:
        with self._index_lock:
            for index in self.indexes.values():
                index.close()
            self.catalogue.close()

    # Reading

    @property
    def is_empty(self) -> bool:
        return not self.catalogue.exists or self.catalogue.is_empty

    def require_articles(self) -> None:
        """LibraryMissing unless there is something to search."""
        if self.is_empty:
            raise LibraryMissing(
                f"There are no articles in the library {str(self.folder)!r} yet.",
                f"Run: {command('python ingest.py FOLDER --library', self.folder)}",
            )

    def article(self, source: str) -> Article | None:
        """The article as it is catalogued now; None if there is none of that source."""
        return self.catalogue.article(str(source)) if self.catalogue.exists else None

    def articles(self) -> Iterator[Article]:
        """Every article, by source."""
        return self.catalogue.articles() if self.catalogue.exists else iter(())

    def folders(self) -> list[Path]:
        """The folders it was filled from."""
        if not self.catalogue.exists:
            return []
        return [(self.folder / folder).resolve() for folder in self.catalogue.folders()]

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        return self.catalogue.passages(ids)

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded on first use and checked against the library's own."""
        with self._embedder_lock:
            if self._embedder is None or self._fits is None:
                fits = self.version[0] if self._built else ""
                self.check_embedder_name()
                embedder = self._embedder or self._opener(self.settings.embedder)
                self._check_probe(embedder)
                self._embedder, self._fits = embedder, fits
            return self._embedder

    def question_vectors(self, question: str) -> tuple[Vectors, Vectors]:
        """The question's vector, of shape (dimension,), and those of its words; see `Embedder`."""
        embedder = self.embedder
        known = self._questions.get((embedder.name, question))
        if known is None:
            known = self._questions.put((embedder.name, question), embedder.embed_question_by_word(question))
        return known

    @property
    def _built(self) -> Built | None:
        return self.catalogue.built if self.catalogue.exists else None

    def check_embedder_name(self) -> None:
        """Refuse another embedder than the library's, without loading any model."""
        built = self._built
        if built is not None and built.embedder != self.settings.embedder:
            raise EmbedderMismatch(
                f"The library {str(self.folder)!r} was built with the embedder {built.embedder!r}, "
                f"not {self.settings.embedder!r}.",
                f"Set RAG_EMBEDDER={built.embedder}, or build it anew: {self.rebuild_command()}",
            )

    def rebuild_command(self) -> str:
        return command("python ingest.py --rebuild --library", self.folder)

    def _check_probe(self, embedder: Embedder) -> None:
        built = self._built
        if built is None:
            return
        probe = embedder.embed_passages([PROBE])[0]
        is_same = built.dimension == embedder.dimension and float(np.dot(built.probe, probe)) > _SAME_MODEL_COSINE
        if not is_same:
            raise EmbedderMismatch(
                f"The embedder {embedder.name!r} is not the one the library {str(self.folder)!r} was built with: "
                "its vectors differ.",
                f"Build it anew: {self.rebuild_command()}",
            )

    # The indexes

    @property
    def indexes(self) -> dict[str, Index]:
        """By name; they follow the catalogue in this order."""
        return {"word index": self.words, "code index": self.codes, "vector index": self.vectors}

    def nearest(self, vector: Vectors, k: int) -> dict[str, float]:
        """Cosine similarity by passage id, nearest first."""
        with self._index_lock:
            if self._is_spared:
                return self.nearest_coded(vector, k)
            return self._mended(self.vectors, lambda: self.vectors.nearest(vector, k))

    def nearest_coded(self, vector: Vectors, k: int, days: tuple[int, int] | None = None) -> dict[str, float]:
        """As `nearest`, by the code index; with days, as `Filter` has them, of articles of these days alone."""
        with self._index_lock:
            near = self.codes.nearest(vector, _COMPARED_FOR_EACH * k, days)
        vectors = self.catalogue.vectors(near)
        cosines = {key: float(its @ vector) for key, its in vectors.items() if its.shape == vector.shape}
        return dict(heapq.nlargest(k, cosines.items(), key=itemgetter(1)))

    @property
    def _is_spared(self) -> bool:
        """Whether the code index answers in the place of the vector index, which stays closed."""
        return self._is_brief and self.codes.is_open and not self.vectors.is_open

    @property
    def _finds_by_meaning(self) -> bool:
        return self.vectors.is_open or self._is_spared

    def matching(
        self, question: str, k: int, only: Filter | None = None, *, is_whole: bool = False
    ) -> dict[str, float]:
        """BM25 score by passage id, best first; of those that the filter lets through, `is_whole` with every word.

        A search by meaning may go on meanwhile.
        """

        def search() -> dict[str, float]:
            return self.words.matching(question, k, only, is_whole=is_whole)

        try:
            return search()
        except IndexDamaged:  # or closed by another thread, which opens it again
            with self._index_lock:
                return self._mended(self.words, search)

    def refresh(self) -> None:
        """See what other processes have committed, and finish what an interrupted one left undone.

        An index that cannot be opened or mended now stays closed, and the other one answers alone; `notice` says so.
        """
        with self._index_lock:
            is_in_step = self._has_followed(self.notice_version())
            if not is_in_step:
                # Whoever holds the lock is about to catch up itself; on a full disk, what is there answers.
                with suppress(LibraryBusy, StorageError), writing(self.folder, is_reader=True):
                    if not self.is_in_step:
                        self.follow()
                    is_in_step = True
            self._is_behind = not is_in_step
            latest = time.monotonic() + _PATIENCE
            while not self._is_reopened():
                if time.monotonic() >= latest:
                    raise LibraryError(
                        f"No index of the library {str(self.folder)!r} can be opened now.",
                        f"Ask again in a moment, or run: {self.repair_command()}",
                    )
                # Another process wrote to the one, then to the other, just as they were looked at.
                time.sleep(_LOOKS_AGAIN)

    def _is_reopened(self) -> bool:
        """Open the indexes as they are marked now; whether there is one to search by words or by meaning."""
        for index in self.indexes.values():
            mark = mark_of(index.folder)
            if mark != self._seen.get(index.folder):
                index.close()
            if not index.is_open and mark is not None and not (index is self.vectors and self._is_spared):
                self._open(index, mark)
        return self.words.is_open or self._finds_by_meaning

    def follow(self) -> None:
        """Bring the indexes up to the catalogue; only for whoever holds the writer's lock."""
        with self._index_lock:
            built = self.catalogue.built
            for index in self.indexes.values():
                try:
                    catch_up(index, self.catalogue, built.dimension if built else 0)
                except IndexDamaged:
                    discard(index)
                    catch_up(index, self.catalogue, built.dimension if built else 0)
                self._seen[index.folder] = mark_of(index.folder)
            give_back()

    @property
    def version(self) -> tuple[str, int]:
        """Another one after every change of the library."""
        return self.catalogue.version if self.catalogue.exists else ("", 0)

    def notice_version(self) -> tuple[str, int]:
        """The version; where the library was built anew since, the embedder is checked again at its next use."""
        version = self.version
        if version[0] != self._fits:
            self._fits = None
        return version

    @property
    def is_in_step(self) -> bool:
        """Every index has applied every change of the catalogue."""
        return self._has_followed(self.version)

    def _has_followed(self, version: tuple[str, int]) -> bool:
        marks = (mark_of(index.folder) for index in self.indexes.values())
        return all(mark is not None and (mark.library_id, mark.change) == version for mark in marks)

    @property
    def notice(self) -> str:
        """What the last search had to do without; empty when it was by words and by meaning, of all there is."""
        if self.words.is_open == self._finds_by_meaning:
            return _BEHIND if self._is_behind else ""
        missing, other = ("meaning", "words") if self.words.is_open else ("words", "meaning")
        return f"The index for searching by {missing} cannot be used at the moment; this was found by {other} alone."

    def repair_command(self) -> str:
        return command("python -m rag doctor --repair --library", self.folder)

    def _open(self, index: Index, mark: Mark) -> None:
        """Open an index that says it is whole, once it is known to be; one that is not is made anew."""
        try:
            check_files(index.folder, mark)
            index.open()
            check_size(index, mark.passages)
            self._seen[index.folder] = mark
        except (IndexDamaged, StorageError):
            index.close()
            # While another process writes, or the disk has no room, the other index answers alone.
            with suppress(LibraryBusy, StorageError), writing(self.folder, is_reader=True):
                self.follow()

    def _mended(self, index: Index, search: Callable[[], dict[str, float]]) -> dict[str, float]:
        """The search's result, from an index opened again or made anew where it turns out damaged."""
        if not index.is_open:
            raise IndexDamaged(f"The index {str(index.folder)!r} is being made.")
        try:
            return search()
        except IndexDamaged as error:
            index.close()
            try:
                with writing(self.folder, is_reader=True):
                    return self._searched_anew(index, search)
            except (LibraryBusy, StorageError):
                raise error from None

    def _searched_anew(self, index: Index, search: Callable[[], dict[str, float]]) -> dict[str, float]:
        self.follow()
        try:
            return search()
        except IndexDamaged:
            discard(index)
            self.follow()
            return search()

    # Writing

    def record_build(self) -> None:
        """Note how the vectors are made, once there are any."""
        embedder = self.embedder
        if self.catalogue.built is None:
            probe = tuple(float(number) for number in embedder.embed_passages([PROBE])[0])
            self.catalogue.record_build(Built(embedder.name, embedder.dimension, probe))
            self._fits, _ = self.version

    def forget_build(self) -> None:
        """Let the next access load the embedder of the settings, whatever the library was built with."""
        with self._embedder_lock:
            self._embedder = None
        self._questions = Recent(_REMEMBERED_QUESTIONS)
