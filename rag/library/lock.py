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

_READERS = 10.0  # seconds that a writer gives a reader to bring the indexes up
_UNNAMED = 1.0  # seconds for whoever has the lock to say who it is
_LOOKS_AGAIN = 0.05  # seconds


@contextmanager
def writing(folder: Path, *, is_reader: bool = False) -> Iterator[None]:
    """Hold the library for writing; LibraryBusy names whoever has it. The system frees it when a process dies.

    A reader holds it only to bring the indexes up, and gives way at once to whoever has it; a writer waits a little
    for a reader, so that no page that answers questions can turn an ingest away.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "writer.lock", timeout=0)
        _acquire(lock, folder, is_reader=is_reader)
    except OSError as error:
        if is_full_disk(folder, error):
            raise full_disk(folder) from error
        raise StorageError(f"The library {str(folder)!r} cannot be written: {error.strerror}.") from error
    try:
        # Who it is, is told where there is room for it; the lock holds without.
        with suppress(OSError):
            (folder / "writer.json").write_text(
                json.dumps(
                    {
                        "pid": os.getpid(),
                        "host": socket.gethostname(),
                        "since": time.strftime("%H:%M:%S"),
                        "is_reader": is_reader,
                    }
                )
            )
        yield
    finally:
        with suppress(OSError):
            (folder / "writer.json").unlink(missing_ok=True)
        lock.release()


def _acquire(lock: FileLock, folder: Path, *, is_reader: bool) -> None:
    """Take the lock; a writer waits for a reader, and for whoever has not yet said who it is."""
    began = time.monotonic()
    while True:
        try:
            lock.acquire()
            return
        except Timeout:
            holder = _holder(folder)
            patience = _UNNAMED if holder is None else _READERS if holder.get("is_reader") else 0.0
            if is_reader or time.monotonic() - began >= patience:
                named = "process {pid} on {host} since {since}".format(**holder) if holder else "another process"
                raise LibraryBusy(
                    f"The library {str(folder)!r} is being written by {named}.",
                    "Wait until it is done, then run the command again.",
                ) from None
            time.sleep(_LOOKS_AGAIN)


def _holder(folder: Path) -> dict[str, object] | None:
    """What whoever has the lock says of itself; None as long as it has said nothing."""
    try:
        holder = json.loads((folder / "writer.json").read_text())
        return dict(holder) if {"pid", "host", "since"} <= set(holder) else None
    except (OSError, ValueError, TypeError):
        return None
