"""Memory: free, it goes back to the system; while much is loaded, nobody looks for garbage in it."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def give_back() -> None:
    """Hand back what the C library keeps of freed memory.

    glibc keeps a heap for every few threads, and the indexes free in one what the encoder's next batch will not find
    there: a sync of 100,000 rows grew by 7 MB for each thousand. Elsewhere there is no such call, and no such growth.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def loading() -> Iterator[None]:
    """For imports: what is loaded inside stays, and Python does not look through it for garbage, then or later.

    It would at every so many new objects, and take a twentieth of the time in which the page opens.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
