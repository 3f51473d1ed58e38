"""Uploaded files saved among the articles, and what became of each, as HTML."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from rag.core.errors import ReadingError
from rag.core.types import SyncReport
from rag.reading.articles import kinds
from rag.serving import texts
from rag.serving.rendering import element, escaped


def save(files: Sequence[Path], folder: Path) -> tuple[dict[str, bool], list[str]]:
    """The names under which files were saved, each with whether it lay there before; and what hindered the others."""
    saved: dict[str, bool] = {}
    hindered: list[str] = []
    for file in files:
        try:
            target = free(folder / kept_name(file.name), file)
            lay_there = target.exists()
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            saved.setdefault(target.name, lay_there)
        except ReadingError as problem:
            hindered.append(failed(file.name, str(problem)))
        except OSError as error:
            hindered.append(failed(file.name, texts.NOT_SAVED.format(reason=error.strerror)))
    return saved, hindered


def kept_name(name: str) -> str:
    """A plain file name of a kind that can be read; what could lead elsewhere is taken out of it."""
    plain = re.sub(r"[^\w .()-]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    if not plain or Path(plain).suffix.lower() not in kinds().split(", "):
        raise ReadingError(texts.UNREADABLE_KIND, texts.READABLE_KINDS.format(kinds=kinds()))
    stem, suffix = Path(plain).stem[:120], Path(plain).suffix.lower()
    return f"{stem}{suffix}"


def free(target: Path, file: Path) -> Path:
    """The path, or one with a number where another article has this name."""
    tried, number = target, 1
    while tried.exists() and tried.read_bytes() != file.read_bytes():
        number += 1
        tried = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return tried


def done(name: str, words: str) -> str:
    """A file and what was done with it."""
    return element("li", f"{element('b', escaped(name))} {escaped(words)}")


def failed(name: str, reason: str) -> str:
    """A file and why it was not taken in."""
    return element("li", f"{element('b', escaped(name))}: {escaped(reason)}")


def results(lines: Sequence[str]) -> str:
    """What became of each file, as a list."""
    return element("ul", "".join(lines), class_="results", role="status")


def summary(report: SyncReport) -> str:
    """How many articles a sync added, changed and removed."""
    return element(
        "p", escaped(texts.synced(len(report.added), len(report.updated), len(report.removed))), role="status"
    )
