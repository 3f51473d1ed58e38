"""Make the library say what a folder says: add, update, remove; one transaction for each article."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.core.errors import FolderError, ReadingError
from rag.core.types import Article, FileFailure, Passage, SyncReport
from rag.library.catalogue import Filed
from rag.library.lock import writing
from rag.library.passages import cut
from rag.library.store import Store
from rag.reading.articles import FORMATS, READING_VERSION, article_files, read_bytes
from rag.reading.naming import shown, trouble_in_name
from rag.reading.worker import article_reader

_BATCH_PASSAGES = 256  # embedded together, across articles
_SPARE_TOKENS = 4  # for the marks a model puts around a text
_FOLLOW_SECONDS = 30.0  # in a long sync, how often searches get to see what is done


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync has come, in files."""

    done: int
    total: int
    source: str


@dataclass(frozen=True, slots=True)
class _Change:
    """A file whose article is new or has changed."""

    path: str
    content_hash: str
    article: Article
    passages: tuple[Passage, ...]


def sync(
    store: Store,
    folder: Path,
    *,
    dry_run: bool = False,
    rebuild: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> SyncReport:
    """What was done, by source. Unchanged articles cost a look at their bytes and load no model.

    `rebuild` makes the whole library anew in one transaction: this folder from its files, articles of other
    folders from their stored text. A file that cannot be read keeps the article it had before.
    """
    started = time.perf_counter()
    files = list(article_files(folder))
    if not files and not rebuild:
        kinds = ", ".join(sorted(FORMATS))
        raise FolderError(
            f"The folder {str(folder)!r} holds no articles ({kinds}).",
            "Name a folder that does; nothing was changed.",
        )
    if dry_run:
        plan = _Plan(store, folder, files, rebuild)
        report = plan.report(store, is_dry_run=True)
    elif rebuild:
        with writing(store.folder):
            report = _rebuild(store, folder, files, on_progress)
            store.follow()
    else:
        store.check_embedder_name()
        with writing(store.folder):
            store.catalogue.create()
            report = _apply(store, _Plan(store, folder, files, rebuild=False), on_progress, _FOLLOW_SECONDS)
            if not store.is_in_step:
                store.follow()
            if report.removed or report.updated:
                store.catalogue.forget_removed(store.catalogue.change)
    return _timed(report, time.perf_counter() - started)


class _Plan:
    """What a sync of one folder has to do, from the files' bytes and the catalogue alone."""

    def __init__(self, store: Store, folder: Path, files: Sequence[tuple[str, Path]], rebuild: bool) -> None:
        self.key = folder_key(folder, store.folder)
        self.folder = folder
        known = {} if rebuild or not store.catalogue.exists else store.catalogue.filed(self.key)
        self._name = folder.resolve().name
        self._store = store
        self._given: set[str] = set()
        self.known = known
        self.unchanged: list[str] = []
        self.failed: list[FileFailure] = []
        self.changed: list[tuple[str, Path, str, Filed | None]] = []
        present = set()
        for path, file in files:
            present.add(path)
            filed = known.get(path)
            if trouble := trouble_in_name(path):
                self.failed.append(FileFailure(shown(path), trouble))
                continue
            try:
                content_hash = self._hash(read_bytes(file, folder))
            except ReadingError as error:
                self.failed.append(FileFailure(path, error.message))
                continue
            if filed is not None and filed.content_hash == content_hash:
                self.unchanged.append(filed.source)
            else:
                self.changed.append((path, file, content_hash, filed))
        # A folder that cannot be listed stands among the files; what it holds is not gone.
        unseen = tuple(f"{failure.source}/" for failure in self.failed)
        self.removed = sorted(
            filed.source for path, filed in known.items() if path not in present and not path.startswith(unseen)
        )

    def report(self, store: Store, *, is_dry_run: bool = False) -> SyncReport:
        return SyncReport(
            added=tuple(path for path, _, _, filed in self.changed if filed is None),
            updated=tuple(filed.source for _, _, _, filed in self.changed if filed is not None),
            unchanged=tuple(self.unchanged),
            removed=tuple(self.removed),
            failed=tuple(self.failed),
            passages=store.catalogue.counts()[1] if store.catalogue.exists else 0,
            is_dry_run=is_dry_run,
        )

    def _hash(self, data: bytes) -> str:
        """Of everything that decides the passages: the bytes, and how they are read and cut."""
        about = f"{READING_VERSION}:{self._store.settings.passage_tokens}:".encode()
        return hashlib.blake2b(about + data, digest_size=16).hexdigest()

    def source_of(self, path: str, filed: Filed | None) -> str:
        """The relative path; the folder's name goes in front where another folder holds the same path."""
        if filed is not None:
            return filed.source
        source, count = path, 1
        while source in self._given or self._store.catalogue.article(source) is not None:
            source = f"{self._name}/{path}" if count == 1 else f"{self._name}-{count}/{path}"
            count += 1
        self._given.add(source)
        return source


def folder_key(folder: Path, library: Path) -> str:
    """The folder seen from the library, so that moving both together changes nothing."""
    try:
        return Path(os.path.relpath(folder.resolve(), library.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return folder.resolve().as_posix()


def _apply(store: Store, plan: _Plan, on_progress: Callable[[Progress], None], follow_seconds: float) -> SyncReport:
    added: list[str] = []
    updated: list[str] = []
    failed = list(plan.failed)
    embedded = done = 0
    last_followed = time.monotonic()
    total = len(plan.changed)
    for batch in _batches(store, plan, failed):
        embedded += _put(store, plan.key, batch)
        for change in batch:
            was_known = change.path in plan.known
            (updated if was_known else added).append(change.article.source)
            done += 1
            on_progress(Progress(done, total, change.article.source))
        if time.monotonic() - last_followed > follow_seconds:
            store.follow()
            last_followed = time.monotonic()
    # Last, so that a renamed file finds the vectors of its old self.
    for source in plan.removed:
        store.catalogue.remove(source)
    return SyncReport(
        added=tuple(added),
        updated=tuple(updated),
        unchanged=tuple(plan.unchanged),
        removed=tuple(plan.removed),
        failed=tuple(failed),
        passages=store.catalogue.counts()[1],
        embedded=embedded,
    )


def _batches(store: Store, plan: _Plan, failed: list[FileFailure]) -> Iterator[list[_Change]]:
    """Changed articles, cut, enough of them at a time to keep the embedder busy."""
    batch: list[_Change] = []
    passages = 0
    with article_reader(store.settings.reading_seconds) as reader:
        for path, file, content_hash, filed in plan.changed:
            try:
                article = reader.read(path, read_bytes(file, plan.folder))
            except ReadingError as error:
                failed.append(FileFailure(path, error.message))
                continue
            change = _as_change(store, path, content_hash, article, plan.source_of(path, filed))
            batch.append(change)
            passages += len(change.passages)
            if passages >= _BATCH_PASSAGES:
                yield batch
                batch, passages = [], 0
    if batch:
        yield batch


def _as_change(store: Store, path: str, content_hash: str, article: Article, source: str) -> _Change:
    article = replace(article, source=source)
    return _Change(path, content_hash, article, _cut(store, article))


def _cut(store: Store, article: Article) -> tuple[Passage, ...]:
    embedder = store.embedder
    size = min(store.settings.passage_tokens, embedder.max_tokens - _SPARE_TOKENS)
    return cut(article, size, embedder.count_tokens)


def _put(store: Store, folder: str, batch: Sequence[_Change]) -> int:
    """Embed what was never embedded before and commit each article; how many passages were embedded."""
    store.record_build()
    keys = {
        passage.id: hashlib.blake2b(passage.embedded_text.encode(), digest_size=16).hexdigest()
        for change in batch
        for passage in change.passages
    }
    vectors = store.catalogue.vectors_by_key(list(keys.values()))
    texts = {
        keys[passage.id]: passage.embedded_text
        for change in batch
        for passage in change.passages
        if keys[passage.id] not in vectors
    }
    # Like lengths together waste no work on padding.
    ordered = sorted(texts.items(), key=lambda item: len(item[1]))
    embedded = store.embedder.embed_passages([text for _, text in ordered])
    vectors |= {key: vector for (key, _), vector in zip(ordered, embedded, strict=True)}
    for change in batch:
        store.catalogue.put(
            change.article,
            folder,
            change.path,
            change.content_hash,
            change.passages,
            [vectors[keys[passage.id]] for passage in change.passages],
            [keys[passage.id] for passage in change.passages],
        )
    return len(ordered)


def _rebuild(
    store: Store, folder: Path, files: Sequence[tuple[str, Path]], on_progress: Callable[[Progress], None]
) -> SyncReport:
    """The whole library anew in one transaction: until it commits, readers see the old one."""
    store.catalogue.create()
    key = folder_key(folder, store.folder)
    stored = [
        (other, filed, article)
        for other in store.catalogue.folders()
        for filed in store.catalogue.filed(other).values()
        if (article := store.catalogue.article(filed.source)) is not None
    ]
    store.forget_build()
    with store.catalogue.rebuilding():
        for other, filed, article in stored:
            if other != key:
                _put(store, other, [_Change(filed.path, filed.content_hash, article, _cut(store, article))])
        # The indexes follow when the transaction is whole.
        report = _apply(store, _Plan(store, folder, files, rebuild=True), on_progress, math.inf)
        failed = {failure.source for failure in report.failed}
        for other, filed, article in stored:
            if other == key and filed.path in failed:
                _put(store, other, [_Change(filed.path, filed.content_hash, article, _cut(store, article))])
        return replace(report, passages=store.catalogue.counts()[1])


def _timed(report: SyncReport, seconds: float) -> SyncReport:
    return replace(report, seconds=seconds)
