"""Near-copies: the same story in several files is told by MinHash over its words, and marked as one group."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from datasketch import MinHash

_SHINGLE_WORDS = 5
_FEWEST_WORDS = 40  # a shorter article has too few shingles to compare: it is a copy only word for word
_HASHES = 128
_BANDS, _ROWS = 25, 5  # two articles of a similarity of .7 share a band in 99 of 100 cases, of .4 in 23
_LEAST_SIMILARITY = 0.7

Numbers = npt.NDArray[np.uint64]


def signature(text: str) -> bytes:
    """What is compared of a text: 128 hashes of 4 bytes, or one digest of 16 where it is short."""
    words = re.findall(r"\w+", text.casefold())
    if len(words) < _FEWEST_WORDS:
        return hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    shingles = {" ".join(words[at : at + _SHINGLE_WORDS]) for at in range(len(words) - _SHINGLE_WORDS + 1)}
    sketch = _empty().copy()
    sketch.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in shingles])
    return np.asarray(sketch.hashvalues, dtype="<u4").tobytes()


def groups(signed: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """The smallest source of its group for each source that has copies."""
    signed = sorted(signed)
    leader = list(range(len(signed)))  # of each place: a place before it in its group, or itself

    def first(place: int) -> int:
        while leader[place] != place:
            leader[place] = place = leader[leader[place]]
        return place

    def join(one: int, other: int) -> None:
        one, other = first(one), first(other)
        leader[max(one, other)] = min(one, other)

    same: dict[bytes, int] = {}
    for place, (_, of) in enumerate(signed):
        join(same.setdefault(of, place), place)
    # Identical ones are joined already; only the first of them is compared.
    long = [place for place in same.values() if len(signed[place][1]) == 4 * _HASHES]
    if long:
        _join_similar(np.array(long), b"".join(signed[place][1] for place in long), join, first)
    sizes = np.bincount([first(place) for place in range(len(signed))], minlength=len(signed))
    return {source: signed[first(place)][0] for place, (source, _) in enumerate(signed) if sizes[first(place)] > 1}


def _join_similar(
    places: npt.NDArray[np.int64], data: bytes, join: Callable[[int, int], None], first: Callable[[int], int]
) -> None:
    hashes = np.frombuffer(data, dtype="<u4").reshape(-1, _HASHES)
    for run in _candidates(hashes):
        # Each that is left stands for those like it, so a run of any length takes few comparisons.
        while len(run) > 1:
            one, others = run[0], run[1:]
            if len({first(int(places[at])) for at in run}) == 1:
                break
            is_similar = (hashes[others] == hashes[one]).mean(axis=1) >= _LEAST_SIMILARITY
            for at in others[is_similar]:
                join(int(places[one]), int(places[at]))
            run = others[~is_similar]


def _candidates(hashes: npt.NDArray[np.uint32]) -> Iterator[npt.NDArray[np.int64]]:
    """Runs of rows that agree in all hashes of a band, in order."""
    for band in range(_BANDS):
        mixed: Numbers = np.zeros(len(hashes), dtype=np.uint64)
        for column in range(band * _ROWS, (band + 1) * _ROWS):
            mixed = (mixed ^ hashes[:, column]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        order = np.argsort(mixed, kind="stable")
        edges = np.flatnonzero(np.diff(mixed[order])) + 1
        starts, ends = np.r_[0, edges], np.r_[edges, len(order)]
        for place in np.flatnonzero(ends - starts > 1):
            yield order[starts[place] : ends[place]]


@cache
def _empty() -> MinHash:
    # It takes a second to import; a sync that changes nothing never does.
    from datasketch import MinHash

    # The scheme is named because signatures are kept: another one could not be compared with them.
    return MinHash(_HASHES, seed=1, scheme="affine32")
