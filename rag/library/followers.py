"""Indexes that follow the catalogue: each remembers the change it has applied and catches up from there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.core.errors import LibraryError
from rag.core.types import Passage
from rag.library.catalogue import Catalogue
from rag.library.embedding import Vectors

_BATCH = 2000


class IndexDamaged(LibraryError):
    """An index cannot be read; it is made again from the catalogue."""


class Follower(Protocol):
    """An index in a folder of its own; changes are visible to searches after `commit`."""

    folder: Path

    def open(self, dimension: int) -> None:
        """Open the index in its folder, or make an empty one there."""

    def close(self) -> None: ...

    def delete(self, ids: Sequence[str]) -> None: ...

    def add(self, passages: Sequence[Passage], vectors: Sequence[Vectors]) -> None:
        """Put the passages in, over any with the same id."""

    def commit(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Applied:
    """How far an index has come: which library, and up to which change."""

    library_id: str
    change: int


def applied(folder: Path) -> Applied | None:
    """What the index in the folder says of itself; None where it says nothing that can be read."""
    try:
        data = json.loads((folder / "applied.json").read_text())
        return Applied(str(data["library_id"]), int(data["change"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def catch_up(follower: Follower, catalogue: Catalogue, dimension: int) -> None:
    """Apply what the catalogue has and the index has not; an index of another library starts anew.

    Deletions first: a passage that was taken out and came back has its deletion undone by its addition. The
    mark is written last, so an interrupted run is done again, and doing it twice changes nothing.
    """
    library_id, change = catalogue.library_id, catalogue.change
    state = applied(follower.folder)
    if state is None or state.library_id != library_id or state.change > change:
        follower.close()
        shutil.rmtree(follower.folder, ignore_errors=True)
        state = Applied(library_id, 0)
    follower.open(dimension)
    if state.change == change:
        return
    follower.delete(catalogue.removed_since(state.change))
    for batch in catalogue.added_since(state.change, _BATCH):
        follower.add([passage for passage, _ in batch], [vector for _, vector in batch])
    follower.commit()
    _mark(follower.folder, Applied(library_id, change))


def _mark(folder: Path, state: Applied) -> None:
    """Replace the mark in one step, so that a reader sees the old one or the new one."""
    fresh = folder / "applied.json.new"
    fresh.write_text(json.dumps({"library_id": state.library_id, "change": state.change}))
    fresh.replace(folder / "applied.json")
