"""What a sync of one folder has to do, from the files' bytes and the catalogue alone; it holds no texts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.core.errors import FolderError, ReadingError
from rag.core.types import FileFailure, SyncReport
from rag.library.catalogue import Filed
from rag.library.filters import as_text
from rag.library.store import Store
from rag.reading.articles import READING_VERSION, check_file, holds_many, read_bytes
from rag.reading.naming import shown, trouble_in_name
from rag.reading.rows import BrokenRow, read_rows

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


class Plan:
    """Made by looking at every file once; files of many articles row by row, unless the whole file is unchanged."""

    def __init__(self, store: Store, folder: Path, files: Sequence[tuple[str, Path]], *, rebuild: bool = False) -> None:
        self.key = folder_key(folder, store.folder)
        self.folder = folder
        catalogue = store.catalogue
        is_fresh = rebuild or not catalogue.exists
        self.known = {} if is_fresh else catalogue.filed(self.key)
        self._name = folder.resolve().name
        self._passage_tokens = store.settings.passage_tokens
        self._taken = catalogue.sources() if catalogue.exists else set()
        self._present: set[str] = set()
        self.unchanged: list[str] = []
        self.failed: list[FileFailure] = []
        self.changed: list[Planned] = []
        self.whole: dict[str, str] = {}
        """The hashes of the files of many articles that can be read to the last row."""
        self.kept_whole: dict[str, str] = {}
        """Those of them that are in the library as they are."""
        many = {path for path, file in files if holds_many(file)}
        rows_of: dict[str, list[str]] = {path: [] for path in many}
        for known_path in self.known:
            for file_path in _files_of(known_path):
                if file_path in many:
                    rows_of[file_path].append(known_path)
        seen_whole = {} if is_fresh else catalogue.files(self.key)
        for path, file in files:
            if trouble := trouble_in_name(path):
                self._present.add(path)
                self._fail(shown(path), trouble)
                continue
            try:
                if path in many:
                    self._look_into(path, file, rows_of[path], seen_whole.get(path, ""))
                else:
                    self._look(path, path, file, self.hash_of(read_bytes(file, folder)))
            except ReadingError as error:
                self._fail(path, error.message)
                # What cannot be read keeps what it had.
                self._present |= {path, *rows_of.get(path, ())}
                self.whole.pop(path, None)
        failed = {failure.source for failure in self.failed}
        self.removed = sorted(
            filed.source
            for path, filed in self.known.items()
            if path not in self._present and not is_unseen(path, failed)
        )

    def report(self, store: Store, *, is_dry_run: bool = False) -> SyncReport:
        return SyncReport(
            added=tuple(planned.path for planned in self.changed if planned.filed is None),
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
        source, count = planned.path, 1
        while source in self._taken:
            source = f"{self._name}/{planned.path}" if count == 1 else f"{self._name}-{count}/{planned.path}"
            count += 1
        self._taken.add(source)
        return source

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
