"""A folder in which nothing may be written → a copy that can be opened: both indexes write beside what they read."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index is opened."""

    path: Path
    _copy: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def of(cls, folder: Path) -> Place:
        """The folder itself, or a copy in the system's folder for such things; OSError where that has no room."""
        if os.access(folder, os.W_OK):
            return cls(folder)
        copy = tempfile.TemporaryDirectory(prefix="citewell-", ignore_cleanup_errors=True)
        # Contents alone: the copy is not to be as sealed as what it is of.
        shutil.copytree(folder, copy.name, copy_function=shutil.copyfile, dirs_exist_ok=True)
        for made in [copy.name, *(root for root, _, _ in os.walk(copy.name))]:
            Path(made).chmod(0o700)
        return cls(Path(copy.name), copy)

    def close(self) -> None:
        """Remove the copy; a process that ends without this removes it, too."""
        if self._copy is not None:
            self._copy.cleanup()
