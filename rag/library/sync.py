"""Make the library say what a folder says: add, update, remove; each article whole or not at all."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path

from rag.core.errors import FolderError, ReadingError
from rag.core.types import Article, FileFailure, Passage, SyncReport
from rag.library.ahead import ahead
from rag.library.catalogue import Entry
from rag.library.copies import groups, signature
from rag.library.lock import writing
from rag.library.passages import cut
from rag.library.plan import Plan, Planned, folder_key, is_unseen, make_plan, moved_from
from rag.library.store import Store
from rag.reading.articles import article_files, holds_many, kinds, read_bytes, row_article
from rag.reading.rows import Row, read_rows
from rag.reading.worker import Reader, article_reader

_BATCH_PASSAGES = 512  # embedded together and committed in one transaction: what a kill can lose
_SPARE_TOKENS = 4  # for the marks a model puts around a text
_FOLLOW_SECONDS = 30.0  # in a long sync, how often searches get to see what is done
_SIGNED_TOGETHER = 2000  # articles
_REMOVED_TOGETHER = 500  # articles


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync has come, in articles."""

    done: int
    total: int
    source: str


@dataclass(frozen=True, slots=True)
class _Change:
    """An article that is new or has changed, ready to be embedded."""

    path: str
    content_hash: str
    article: Article
    signature: bytes
    passages: tuple[Passage, ...]


class _Clock:
    """Seconds of work by stage; a stage runs in one thread only."""

    def __init__(self) -> None:
        self.stages = dict.fromkeys(("plan", "read", "cut", "embed", "commit", "follow", "group"), 0.0)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stages[stage] += time.perf_counter() - started


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
    clock = _Clock()
    files = list(article_files(folder))
    folder_key(folder, store.folder)  # one that cannot be named is refused before anything is made
    if not files and not rebuild:
        raise FolderError(
            f"The folder {str(folder)!r} holds no articles ({kinds()}).",
            "Name a folder that does; nothing was changed.",
        )
    if dry_run:
        moved = "" if rebuild else moved_from(store, folder)
        report = _would_be(store, make_plan(store, folder, files, rebuild=rebuild, moved=moved), clock)
    elif rebuild:
        with writing(store.folder):
            report = _rebuild(store, folder, files, on_progress, clock)
            _finish(store, clock)
    else:
        store.check_embedder_name()
        with writing(store.folder):
            store.catalogue.create()
            store.notice_version()
            with clock("plan"):
                if moved := moved_from(store, folder):
                    store.catalogue.move_folder(moved, folder_key(folder, store.folder))
                plan = make_plan(store, folder, files)
            report = _apply(store, plan, on_progress, _FOLLOW_SECONDS, clock)
            _finish(store, clock)
            if report.removed or report.updated:
                store.catalogue.forget_removed(store.catalogue.change)
    if not dry_run:
        store.catalogue.settle()
    return replace(report, seconds=time.perf_counter() - started, stages=clock.stages)


def _would_be(store: Store, plan: Plan, clock: _Clock) -> SyncReport:
    """What the plan comes to, all of it read: only so is it known what cannot be."""
    with article_reader(store.settings.reading_seconds) as reader:
        plan.changed = [planned for planned, _, _ in _articles(plan, plan.failed, reader, clock)]
    return plan.report(store, is_dry_run=True)


def _finish(store: Store, clock: _Clock) -> None:
    """Bring the groups of copies and the indexes up to the catalogue."""
    with clock("group"):
        _regroup(store)
    if not store.is_in_step:
        with clock("follow"):
            store.follow()


def _apply(
    store: Store, plan: Plan, on_progress: Callable[[Progress], None], follow_seconds: float, clock: _Clock
) -> SyncReport:
    added: list[str] = []
    updated: list[str] = []
    failed = list(plan.failed)
    embedded = done = 0
    last_followed, waits = time.monotonic(), follow_seconds
    # A file of many articles is done when all of its rows are; until then the next sync reads them again.
    if plan.whole != store.catalogue.files(plan.key):
        store.catalogue.record_files(plan.key, plan.kept_whole)
    with article_reader(store.settings.reading_seconds) as reader:
        for batch in ahead(_batches(_changes(store, plan, failed, reader, clock))):
            embedded += _put(store, plan.key, batch, clock)
            for change in batch:
                was_known = change.path in plan.known
                (updated if was_known else added).append(change.article.source)
                done += 1
                on_progress(Progress(done, len(plan.changed), change.article.source))
            if (started := time.monotonic()) - last_followed > waits:
                with clock("follow"):
                    store.follow()
                # In a large library the indexes take a while to write whatever little is new.
                last_followed = time.monotonic()
                waits = max(follow_seconds, last_followed - started)
    # Last, so that a renamed file finds the vectors of its old self.
    with clock("commit"):
        for place in range(0, len(plan.removed), _REMOVED_TOGETHER):
            store.catalogue.remove(plan.removed[place : place + _REMOVED_TOGETHER])
        if plan.whole != plan.kept_whole:
            store.catalogue.record_files(plan.key, plan.whole)
    return SyncReport(
        added=tuple(added),
        updated=tuple(updated),
        unchanged=tuple(plan.unchanged),
        removed=tuple(plan.removed),
        failed=tuple(failed),
        passages=store.catalogue.counts()[1],
        embedded=embedded,
    )


def _changes(store: Store, plan: Plan, failed: list[FileFailure], reader: Reader, clock: _Clock) -> Iterator[_Change]:
    """The planned articles, read and cut, one after the other; those that fail are added to `failed`."""
    for planned, content_hash, article in _articles(plan, failed, reader, clock):
        with clock("cut"):
            article = replace(article, source=plan.source_of(planned))
            change = _as_change(store, planned.path, content_hash, article)
        yield change


def _articles(
    plan: Plan, failed: list[FileFailure], reader: Reader, clock: _Clock
) -> Iterator[tuple[Planned, str, Article]]:
    """The planned articles as they are read now, each with its hash."""
    known_failures = set(failed)
    for file_path, planned_there in groupby(plan.changed, key=lambda planned: planned.file_path):
        reading = _contents(plan, list(planned_there), reader)
        while True:
            where = file_path
            try:
                with clock("read"):
                    step = next(reading, None)
                    if step is None:
                        break
                    planned, content_hash, read = step
                    where = planned.path
                    article = read()
            except ReadingError as error:
                plan.whole.pop(file_path, None)
                failure = FileFailure(where, error.message)
                if failure not in known_failures:
                    failed.append(failure)
                continue
            yield planned, content_hash, article


def _contents(
    plan: Plan, wanted: Sequence[Planned], reader: Reader
) -> Iterator[tuple[Planned, str, Callable[[], Article]]]:
    """Each of the articles of one file with its hash as it is now, and how it is read."""
    first = wanted[0]
    if not holds_many(first.file):
        data = read_bytes(first.file, plan.folder)
        yield first, plan.hash_of(data), partial(reader.read, first.path, data)
        return
    by_path = {planned.path: planned for planned in wanted}
    for row in read_rows(first.file):
        planned = by_path.get(f"{first.file_path}#{row.name}")
        if planned is not None and isinstance(row, Row):
            yield planned, plan.hash_of(row.digest.encode()), partial(row_article, planned.path, row)


def _batches(changes: Iterable[_Change]) -> Iterator[list[_Change]]:
    """Enough articles at a time to keep the embedder busy."""
    batch: list[_Change] = []
    passages = 0
    for change in changes:
        batch.append(change)
        passages += len(change.passages)
        if passages >= _BATCH_PASSAGES:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _as_change(store: Store, path: str, content_hash: str, article: Article) -> _Change:
    embedder = store.embedder
    size = min(store.settings.passage_tokens, embedder.max_tokens - _SPARE_TOKENS)
    passages = cut(article, size, embedder.count_tokens)
    return _Change(path, content_hash, article, signature(article.text), passages)


def _put(store: Store, folder: str, batch: Sequence[_Change], clock: _Clock) -> int:
    """Embed what was never embedded before and commit the articles; how many passages were embedded."""
    store.record_build()
    with clock("embed"):
        keys = {
            passage.id: hashlib.blake2b(passage.embedded_text.encode(), digest_size=16).hexdigest()
            for change in batch
            for passage in change.passages
        }
        embeddings = store.catalogue.embeddings_by_key(list(keys.values()))
        texts = {
            keys[passage.id]: passage.embedded_text
            for change in batch
            for passage in change.passages
            if keys[passage.id] not in embeddings
        }
        # Like lengths together waste no work on padding.
        ordered = sorted(texts.items(), key=lambda item: len(item[1]))
        embedded = store.embedder.embed_passages_by_word([text for _, text in ordered])
        embeddings |= {key: its for (key, _), its in zip(ordered, embedded, strict=True)}
    with clock("commit"):
        entries = [
            Entry(
                change.article,
                change.path,
                change.content_hash,
                change.signature,
                change.passages,
                [embeddings[keys[passage.id]] for passage in change.passages],
                [keys[passage.id] for passage in change.passages],
            )
            for change in batch
        ]
        store.catalogue.put(folder, entries)
    return len(ordered)


def _rebuild(
    store: Store,
    folder: Path,
    files: Sequence[tuple[str, Path]],
    on_progress: Callable[[Progress], None],
    clock: _Clock,
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
        for other, group in groupby(stored, key=lambda entry: entry[0]):
            if other != key:
                for batch in _batches(
                    _as_change(store, filed.path, filed.content_hash, one) for _, filed, one in group
                ):
                    _put(store, other, batch, clock)
        with clock("plan"):
            plan = make_plan(store, folder, files, rebuild=True)
        if plan.changed:
            store.record_build()  # here: a transaction is of one thread, and the embedder is looked up in it
        # The indexes follow when the transaction is whole.
        report = _apply(store, plan, on_progress, math.inf, clock)
        failed = {failure.source for failure in report.failed}
        made = store.catalogue.filed(key)
        kept = (
            _as_change(store, filed.path, filed.content_hash, article)
            for other, filed, article in stored
            if other == key and filed.path not in made and is_unseen(filed.path, failed)
        )
        for batch in _batches(kept):
            _put(store, key, batch, clock)
        return replace(report, passages=store.catalogue.counts()[1])


def _regroup(store: Store) -> None:
    """Mark the near-copies in the whole library, from the signatures that are kept with the articles."""
    catalogue = store.catalogue
    # Those of an older format have none yet.
    while unsigned := catalogue.unsigned(_SIGNED_TOGETHER):
        catalogue.sign({source: signature(text) for source, text in unsigned.items()})
    if catalogue.is_grouped:
        return
    signed = catalogue.signatures()
    of = groups([(source, its) for source, _, its in signed])
    catalogue.record_groups({source: of.get(source) for source, group, _ in signed if group != of.get(source)})
