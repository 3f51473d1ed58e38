"""What a sync of one folder has to do, from the files' bytes and the catalogue alone; it holds no texts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.core.errors import FolderError, ReadingError
from rag.core.types import FileFailure, SyncReport
from rag.library.catalogue import Filed
from rag.library.filters import as_text
from rag.library.store import Store
from rag.reading.articles import READING_VERSION, check_file, holds_many, read_bytes
from rag.reading.naming import shown, trouble_in_name
from rag.reading.rows import BrokenRow, read_rows

_COMPARED = 50  # files, to know a folder again
_NO_ROWS = "it holds no rows."


@dataclass(frozen=True, slots=True)
class Planned:
    """An article that is new or has changed."""

    path: str
    """In the folder; the name of a row goes behind a `#`."""
    file_path: str
    """That of its file."""
    file: Path
    filed: Filed | None
    """As it is in the library, if it is."""


@dataclass(slots=True)
class Plan:
    """What is there, what has changed and what is gone; see `make_plan`."""

    key: str
    folder: Path
    known: Mapping[str, Filed]
    """The folder's articles in the library, by path."""
    _passage_tokens: int
    _taken: set[str]
    """The sources of all articles, whatever their folder."""
    unchanged: list[str] = field(default_factory=list)
    failed: list[FileFailure] = field(default_factory=list)
    changed: list[Planned] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    whole: dict[str, str] = field(default_factory=dict)
    """The hashes of the files of many articles that can be read to the last row."""
    kept_whole: dict[str, str] = field(default_factory=dict)
    """Those of them that are in the library as they are."""
    _present: set[str] = field(default_factory=set)

    def report(self, store: Store, *, is_dry_run: bool = False) -> SyncReport:
        return SyncReport(
            added=tuple(self.source_of(planned) for planned in self.changed if planned.filed is None),
            updated=tuple(planned.filed.source for planned in self.changed if planned.filed is not None),
            unchanged=tuple(self.unchanged),
            removed=tuple(self.removed),
            failed=tuple(self.failed),
            passages=store.catalogue.counts()[1] if store.catalogue.exists else 0,
            is_dry_run=is_dry_run,
        )

    def hash_of(self, data: bytes) -> str:
        """Of everything that decides the passages: the bytes, and how they are read and cut."""
        return hashlib.blake2b(self._how() + data, digest_size=16).hexdigest()

    def source_of(self, planned: Planned) -> str:
        """The path; the folder's name goes in front where another folder holds the same path."""
        if planned.filed is not None:
            return planned.filed.source
        source, count, name = planned.path, 1, self.folder.resolve().name
        while source in self._taken:
            source = f"{name}/{planned.path}" if count == 1 else f"{name}-{count}/{planned.path}"
            count += 1
        self._taken.add(source)
        return source

    def look_at(self, path: str, file: Path, known_rows: Sequence[str], seen: str) -> None:
        """Look at one file; `seen` is the hash of a file of many articles that was taken in whole."""
        if trouble := trouble_in_name(path):
            self._present.add(path)
            self._fail(shown(path), trouble)
            return
        try:
            if holds_many(file):
                self._look_into(path, file, known_rows, seen)
            else:
                self._look(path, path, file, self.hash_of(read_bytes(file, self.folder)))
        except ReadingError as error:
            self._fail(path, error.message)
            self.whole.pop(path, None)

    def look_for_removed(self) -> None:
        """What was not there when every file was looked at; what cannot be read keeps what it had."""
        failed = {failure.source for failure in self.failed}
        self.removed = sorted(
            filed.source
            for path, filed in self.known.items()
            if path not in self._present and not is_unseen(path, failed)
        )

    def _look(self, path: str, file_path: str, file: Path, content_hash: str) -> None:
        if path in self._present:
            self._fail(path, "another article of the folder has this name.")
            return
        self._present.add(path)
        filed = self.known.get(path)
        if filed is not None and filed.content_hash == content_hash:
            self.unchanged.append(filed.source)
        else:
            self.changed.append(Planned(path, file_path, file, filed))

    def _look_into(self, path: str, file: Path, known_rows: Sequence[str], seen: str) -> None:
        check_file(file, self.folder)
        digest = self._hash_of_file(file)
        if digest == seen:
            self.whole[path] = self.kept_whole[path] = digest
            self._present.update(known_rows)
            self.unchanged += [self.known[row].source for row in known_rows]
            return
        failures = len(self.failed)
        is_any = False
        for row in read_rows(file):
            row_path = f"{path}#{row.name}"
            if isinstance(row, BrokenRow):
                self._fail(row_path, row.reason)
            else:
                is_any = True
                self._look(row_path, path, file, self.hash_of(row.digest.encode()))
        if not is_any:
            # An export that came out empty or garbled is no reason to forget the last good one.
            self._present.update(known_rows)
            if failures == len(self.failed):
                self._fail(path, _NO_ROWS)
        if failures == len(self.failed):
            self.whole[path] = digest

    def _fail(self, path: str, reason: str) -> None:
        self._present.add(path)
        self.failed.append(FileFailure(path, reason))

    def is_as_before(self, path: str, digest: str, *, is_whole: bool = False) -> bool:
        """Whether the folder has this file with this hash; `is_whole` for the hash of a file of many articles."""
        try:
            file = self.folder / path
            return digest == (self._hash_of_file(file) if is_whole else self.hash_of(read_bytes(file, self.folder)))
        except ReadingError:
            return False

    def _how(self) -> bytes:
        return f"{READING_VERSION}:{self._passage_tokens}:".encode()

    def _hash_of_file(self, file: Path) -> str:
        digest = hashlib.blake2b(self._how(), digest_size=16)
        try:
            with file.open("rb") as opened:
                while block := opened.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise ReadingError(f"it cannot be opened ({error.strerror}).") from error
        return digest.hexdigest()


def make_plan(
    store: Store, folder: Path, files: Sequence[tuple[str, Path]], *, rebuild: bool = False, moved: str = ""
) -> Plan:
    """Made by looking at every file once; files of many articles row by row, unless the whole file is unchanged.

    `moved` is the key that the folder is still filed under, where it is another.
    """
    catalogue, key = store.catalogue, folder_key(folder, store.folder)
    is_fresh = rebuild or not catalogue.exists
    key = moved or key
    filed = catalogue.filed(key) if catalogue.exists else {}
    known = {} if is_fresh else filed
    taken = catalogue.sources() if catalogue.exists else set()
    if rebuild:
        taken -= {article.source for article in filed.values()}
    plan = Plan(key, folder, known, store.settings.passage_tokens, taken)
    seen_whole = {} if is_fresh else catalogue.files(key)
    # `y.csv#1.txt` may be a file beside `y.csv`.
    of_files = {path for path, _ in files}
    rows = [path for path in known if path not in of_files]
    rows_of = _rows_by_file(rows, {path for path, file in files if holds_many(file)})
    for path, file in files:
        plan.look_at(path, file, rows_of.get(path, ()), seen_whole.get(path, ""))
    plan.look_for_removed()
    return plan


def moved_from(store: Store, folder: Path) -> str:
    """The key of a folder of the library that is gone from its place and is this one, or ""; nothing else tells them.

    So it is where the library was moved, or brought back from a copy, without its articles. Half of some of its files
    must be here, byte for byte.
    """
    keys = store.catalogue.folders() if store.catalogue.exists else ()
    if folder_key(folder, store.folder) in keys:
        return ""
    hashes = Plan("", folder, {}, store.settings.passage_tokens, set())
    for key in keys:
        if (store.folder / key).exists():
            continue
        filed = {article.path: article.content_hash for article in store.catalogue.filed(key).values()}
        some = sorted(path for path in filed if "#" not in path)[:_COMPARED]
        whole = store.catalogue.files(key)
        alike = sum(hashes.is_as_before(path, filed[path]) for path in some)
        alike += sum(hashes.is_as_before(path, digest, is_whole=True) for path, digest in whole.items())
        if 2 * alike > len(some) + len(whole):
            return key
    return ""


def _rows_by_file(paths: Iterable[str], files: set[str]) -> dict[str, list[str]]:
    """Those of the paths that are rows of these files."""
    rows_of: dict[str, list[str]] = {}
    for path in paths:
        for file in files.intersection(_files_of(path)):
            rows_of.setdefault(file, []).append(path)
    return rows_of


def is_unseen(path: str, failed: set[str]) -> bool:
    """Whether the path failed, or lies in a file or folder that did: what it names is not gone."""
    return path in failed or any(path[:place] in failed for place, letter in enumerate(path) if letter in "#/")


def _files_of(path: str) -> Iterator[str]:
    """The files that the path may be a row of: what stands before each `#`."""
    place = path.find("#")
    while place >= 0:
        yield path[:place]
        place = path.find("#", place + 1)


def folder_key(folder: Path, library: Path) -> str:
    """The folder seen from the library, so that both may be moved together; FolderError where it is no text."""
    try:
        key = Path(os.path.relpath(folder.resolve(), library.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        key = folder.resolve().as_posix()
    if as_text(key) != key:
        raise FolderError(f"The name of the folder {key!r} is not UTF-8.", "Give it another name.")
    return key
