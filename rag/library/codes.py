"""The code index: of each passage's vector the signs, a bit for each number, looked through all of them at once.

A million passages are 76 MB, read in a moment and looked through in 6 ms; Chroma's graph of them takes 5 s to load and
cannot be asked for passages of certain days alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from rag.core.types import Passage
from rag.library.embedding import Vectors
from rag.library.filters import days_of
from rag.library.followers import IndexDamaged, trouble_of
from rag.library.late import codes_of

_ROUGHLY = 5  # times as many by the signs of both as by the question's own numbers
_WORD = 64  # bits
_GATHERED = 8  # times as many are looked through in the time that it takes to gather some


@dataclass(frozen=True, slots=True)
class _Columns:
    """What is known of the passages, a column each; as arrays of numpy in files of their names."""

    ids: npt.NDArray[np.bytes_]
    days: npt.NDArray[np.int32]
    """Shape (2, passages): the first day and the last, as `days_of` has them; 0 where the article has no date."""
    codes: npt.NDArray[np.uint64]
    """Shape (words, passages)."""

    @classmethod
    def of(cls, passages: Sequence[Passage], vectors: Vectors) -> Self:
        """`vectors` has the shape (passages, dimension)."""
        days = [days_of(passage.date) if passage.date else (0, 0) for passage in passages]
        return cls(
            np.array([passage.id for passage in passages], dtype=np.bytes_),
            np.array(days, dtype=np.int32).reshape(-1, 2).T,
            _packed(vectors),
        )

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        """Of passages that are in several parts, what the last one says."""
        ids, days, codes = (
            np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in cls.__dataclass_fields__
        )
        _, from_behind = np.unique(ids[::-1], return_index=True)
        joined = cls(ids, days, codes)
        return joined if len(from_behind) == len(ids) else joined.at(np.sort(len(ids) - 1 - from_behind))

    def at(self, places: npt.NDArray[Any]) -> Self:
        """Only those at these places, or where this is true."""
        return type(self)(self.ids[places], self.days[:, places], self.codes[:, places])


class CodeIndex:
    """Three files in a folder; passages are found by the signs of their vectors and by the days of their articles."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: _Columns | None = None
        self._coming: list[_Columns] = []

    @property
    def is_open(self) -> bool:
        return self._held is not None

    def open(self, dimension: int = 0, adding: int = 0) -> None:
        if self._held is not None:
            return
        with self._translated():
            if all(path.exists() for path in self._paths.values()):
                self._held = _Columns(**{name: np.load(path) for name, path in self._paths.items()})
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            self._held = _Columns.of([], np.zeros((0, dimension), dtype=np.float32))

    def close(self) -> None:
        self._held, self._coming = None, []

    def delete(self, ids: Sequence[str]) -> None:
        if ids:
            held = self._together()
            self._held = held.at(~np.isin(held.ids, np.array(ids, dtype=np.bytes_)))

    def add(self, passages: Sequence[Passage], vectors: Sequence[Vectors]) -> None:
        if passages:
            with self._translated():
                self._coming.append(_Columns.of(passages, np.stack(vectors)))

    def commit(self) -> None:
        with self._translated():
            held = self._together()
            for name, path in self._paths.items():
                fresh = path.with_suffix(".new")
                with fresh.open("wb") as file:
                    np.save(file, getattr(held, name))
                fresh.replace(path)  # whoever reads the old one goes on reading it

    def files(self) -> Iterable[Path]:
        """All three."""
        return self._paths.values()

    def nearest(self, vector: Vectors, k: int, days: tuple[int, int] | None = None) -> list[str]:
        """The ids of about the nearest k, nearest first; with days, as `Filter` has them, of articles of these alone.

        By how many signs differ (Charikar 2002, https://doi.org/10.1145/509907.509965), then by the vector's own
        numbers with the others' signs, which is nearer to the cosine (asymmetric distances, Gordo and Perronnin 2011,
        https://doi.org/10.1109/CVPR.2011.5995505).
        """
        held, places = self._opened, None
        if days is not None:
            [places] = np.nonzero((held.days[0] <= days[1]) & (held.days[1] >= max(days[0], 1)))
        places = _nearest_of(held.codes, _packed(vector[None])[:, 0], _ROUGHLY * k, places)
        signs = np.unpackbits(held.codes[:, places].T.copy().view(np.uint8), axis=1, count=len(vector))
        likeness = signs.astype(np.float32) @ vector
        nearest = places[np.argsort(-likeness, kind="stable")[:k]]
        return [passage_id.decode() for passage_id in held.ids[nearest].tolist()]

    @property
    def size(self) -> int:
        """Passages in the index."""
        return len(self._opened.ids)

    def held(self, ids: Sequence[str]) -> set[str]:
        """Those of these passages that are in the index."""
        asked = np.array(list(ids), dtype=np.bytes_)
        return {passage_id.decode() for passage_id in asked[np.isin(asked, self._opened.ids)].tolist()}

    def _together(self) -> _Columns:
        """All that came, too."""
        held = self._opened
        if self._coming:
            self._held = held = _Columns.together([held, *self._coming] if len(held.ids) else self._coming)
            self._coming = []
        return held

    @property
    def _opened(self) -> _Columns:
        held = self._held  # another thread may close it meanwhile
        if held is None:
            raise IndexDamaged(f"The code index {str(self.folder)!r} is not open.")
        return held

    @property
    def _paths(self) -> dict[str, Path]:
        return {name: self.folder / f"{name}.npy" for name in _Columns.__dataclass_fields__}

    def _translated(self) -> Any:
        """Trouble with the files as ours."""
        return trouble_of("code index", self.folder, ValueError, OSError)


def _packed(vectors: Vectors) -> npt.NDArray[np.uint64]:
    """The signs, of shape (words, texts)."""
    bits = codes_of(vectors)
    whole = np.zeros((len(bits), -(-vectors.shape[1] // _WORD) * (_WORD // 8)), dtype=np.uint8)
    whole[:, : bits.shape[1]] = bits
    return np.ascontiguousarray(whole.view(np.uint64).T)


def _nearest_of(
    codes: npt.NDArray[np.uint64], own: npt.NDArray[np.uint64], k: int, places: npt.NDArray[np.int64] | None
) -> npt.NDArray[np.int64]:
    """The k places with the fewest other signs, of these or of all, in no order."""
    are_few = places is not None and len(places) * _GATHERED < codes.shape[1]
    among = codes[:, places] if are_few else codes
    apart = np.zeros(among.shape[1], dtype=np.uint16)
    for words, word in zip(among, own, strict=True):
        apart += np.bitwise_count(words ^ word)
    if places is None:
        return _least(apart, k)
    return places[_least(apart if are_few else apart[places], k)]


def _least(values: npt.NDArray[Any], k: int) -> npt.NDArray[np.int64]:
    """The places of the k smallest, in no order."""
    return np.argpartition(values, k - 1)[:k] if k < len(values) else np.arange(len(values))
