"""Whether the disk is the trouble: vendors say so in many words, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from rag.core.errors import StorageError

# What a library needs to write its marks; with less left, a vendor may have cut a file short and not said so.
_LEAST_FREE_BYTES = 500_000
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = ("No space left", "disk is full", "os error 28", "Disk quota", "File too large", "os error 27")


def has_room(folder: Path) -> bool:
    """Enough for what a library writes last."""
    # `Path.exists` raises where nobody may look, or a name is too long.
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.exists(path))  # noqa: PTH110
    return shutil.disk_usage(there).free >= _LEAST_FREE_BYTES


def is_full_disk(folder: Path, error: BaseException) -> bool:
    """Whether an error of writing to the folder comes from a disk without room, whatever it says itself."""
    says_so = getattr(error, "errno", None) in _FULL or any(words in str(error) for words in _FULL_WORDS)
    return says_so or not has_room(folder)


def full_disk(library: Path) -> StorageError:
    """What is said where the disk has no more room."""
    return StorageError(
        f"The disk of the library {str(library)!r} is full.",
        "Make room on it and run the command again; nothing committed is lost.",
    )
