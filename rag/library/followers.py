"""Indexes that follow the catalogue: each remembers the change it has applied and catches up from there."""

from __future__ import annotations

import json
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from rag.core.errors import LibraryError
from rag.core.types import Passage
from rag.library.catalogue import Catalogue
from rag.library.disk import full_disk, has_room, is_full_disk
from rag.library.embedding import Vectors

BATCH = 2000  # passages
_FEWEST_WORN = 1000  # deletions
_MARK = "applied.json"


class IndexDamaged(LibraryError):
    """An index cannot be read; it is made again from the catalogue."""


class Follower(Protocol):
    """An index in a folder of its own; changes are visible to searches after `commit`."""

    folder: Path

    def open(self, dimension: int, adding: int) -> None:
        """Open the index in its folder, or make an empty one there; `adding`: so many passages will be put in now."""

    def close(self) -> None: ...

    def delete(self, ids: Sequence[str]) -> None: ...

    def add(self, passages: Sequence[Passage], vectors: Sequence[Vectors]) -> None:
        """Put the passages in, over any with the same id."""

    def commit(self) -> None: ...

    @property
    def size(self) -> int:
        """Passages in the index."""

    def files(self) -> Iterable[Path]:
        """The files that stay as they are until something is written to the index."""


@dataclass(frozen=True, slots=True)
class FilePrint:
    """How a file is known again."""

    size: int
    mtime_ns: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an index has come, and what it looked like then."""

    library_id: str
    change: int
    passages: int
    written_ns: int
    """When; two makings of an index up to the same change are told apart by it."""
    files: Mapping[str, FilePrint]
    deleted: int = 0
    """Passages taken out since it was made."""


def mark_of(folder: Path) -> Mark | None:
    """What the index in the folder says of itself; None where it says nothing that can be read."""
    path = folder / _MARK
    try:
        status = path.stat()
        return _mark_in(path, status.st_ino, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@lru_cache(maxsize=16)  # each search looks at them several times, and they change with a sync
def _mark_in(path: Path, *_version: int) -> Mark:
    data = json.loads(path.read_text())
    files = {str(name): FilePrint(*(int(number) for number in known)) for name, known in data["files"].items()}
    change, passages, written_ns = (int(data[name]) for name in ("change", "passages", "written_ns"))
    return Mark(str(data["library_id"]), change, passages, written_ns, files, int(data.get("deleted", 0)))


def check_files(folder: Path, mark: Mark) -> None:
    """IndexDamaged unless the files are those of the mark: Chroma ends the whole process on some that are not."""
    for name, known in mark.files.items():
        path = folder / name
        try:
            now = path.stat()
            is_same = now.st_size == known.size and (
                # A copied library has other times; its bytes decide.
                now.st_mtime_ns == known.mtime_ns or _checksum(path) == known.checksum
            )
        except OSError:
            is_same = False
        if not is_same:
            raise IndexDamaged(f"The file {name!r} of the index {str(folder)!r} is not what was written.")


def check_size(follower: Follower, passages: int) -> None:
    """IndexDamaged unless the index holds that many."""
    if follower.size != passages:
        raise IndexDamaged(f"The index {str(follower.folder)!r} holds {follower.size} passages of {passages}.")


def catch_up(follower: Follower, catalogue: Catalogue, dimension: int) -> None:
    """Apply what the catalogue has and the index has not; an index of another library starts anew.

    Deletions first: a passage that was taken out and came back has its deletion undone by its addition. The
    mark is written last, so an interrupted run is done again, and doing it twice changes nothing.

    An index that has lost more passages than it holds is made anew: Chroma keeps the places of all that it ever held,
    on the disk and in memory.
    """
    library_id, change = catalogue.version
    passages = catalogue.counts()[1]
    mark = mark_of(follower.folder)
    if mark is not None and (mark.library_id != library_id or mark.change > change):
        mark = None
    if mark is not None and mark.deleted > max(passages, _FEWEST_WORN):
        mark = None
    if mark is None:
        discard(follower)
    else:
        check_files(follower.folder, mark)
    since = mark.change if mark is not None else 0
    follower.open(dimension, catalogue.count_since(since))
    if mark is not None and mark.change == change:
        check_size(follower, mark.passages)
        return
    removed = catalogue.removed_since(since)
    follower.delete(removed)
    for batch in catalogue.added_since(since, BATCH):
        follower.add([passage for passage, _ in batch], [vector for _, vector in batch])
    follower.commit()
    check_size(follower, passages)
    with trouble_of("index", follower.folder, OSError):
        files = _prints(follower, mark)
        deleted = mark.deleted + len(removed) if mark is not None else 0
        _write_mark(follower.folder, Mark(library_id, change, passages, time.time_ns(), files, deleted))


def discard(follower: Follower) -> None:
    """Remove an index; its mark first, so that no reader takes what is left for whole."""
    follower.close()
    with suppress(OSError):
        (follower.folder / _MARK).unlink()
    shutil.rmtree(follower.folder, ignore_errors=True)
    with suppress(OSError):
        follower.folder.unlink()  # a file in its place


@contextmanager
def trouble_of(kind: str, folder: Path, *vendor: type[Exception]) -> Iterator[None]:
    """A vendor's errors as a sentence: StorageError where the disk is full, else IndexDamaged."""
    try:
        yield
    except vendor as error:
        raise _as_sentence(kind, folder, error) from error
    except BaseException as error:  # a panic of Rust is no Exception and has no class that could be named
        if type(error).__name__ != "PanicException":
            raise
        raise _as_sentence(kind, folder, error) from error


def _as_sentence(kind: str, folder: Path, error: BaseException) -> LibraryError:
    if is_full_disk(folder, error):
        return full_disk(folder.parent)
    reason = str(error).split("\n")[0].rstrip(".")
    return IndexDamaged(f"The {kind} {str(folder)!r} cannot be read: {reason}.")


def _prints(follower: Follower, before: Mark | None) -> dict[str, FilePrint]:
    """The index's files as they are; those that have not changed keep the checksum they had."""
    if not has_room(follower.folder):
        raise full_disk(follower.folder.parent)
    found: dict[str, FilePrint] = {}
    for path in follower.files():
        name, now = path.relative_to(follower.folder).as_posix(), path.stat()
        known = before.files.get(name) if before is not None else None
        if known is None or (known.size, known.mtime_ns) != (now.st_size, now.st_mtime_ns):
            known = FilePrint(now.st_size, now.st_mtime_ns, _checksum(path))
        found[name] = known
    return found


def _checksum(path: Path) -> int:
    total = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total = zlib.crc32(block, total)
    return total


def _write_mark(folder: Path, mark: Mark) -> None:
    """Replace the mark in one step, so that a reader sees the old one or the new one."""
    data = asdict(mark) | {
        "files": {name: [known.size, known.mtime_ns, known.checksum] for name, known in mark.files.items()}
    }
    fresh = folder / f"{_MARK}.new"
    fresh.write_text(json.dumps(data))
    fresh.replace(folder / _MARK)
