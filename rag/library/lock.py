"""One writer at a time: the lock, and who holds it."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from rag.core.errors import LibraryBusy, StorageError
from rag.library.disk import full_disk, is_full_disk


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the library for writing; LibraryBusy names whoever has it. The system frees it when a process dies."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "writer.lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise LibraryBusy(
            f"The library {str(folder)!r} is being written by {_holder(folder)}.",
            "Wait until it is done, then run the command again.",
        ) from None
    except OSError as error:
        if is_full_disk(folder, error):
            raise full_disk(folder) from error
        raise StorageError(f"The library {str(folder)!r} cannot be written: {error.strerror}.") from error
    try:
        # Who it is, is told where there is room for it; the lock holds without.
        with suppress(OSError):
            (folder / "writer.json").write_text(
                json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%H:%M:%S")})
            )
        yield
    finally:
        with suppress(OSError):
            (folder / "writer.json").unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / "writer.json").read_text())
        return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
