"""What the doctor looks at: the library, its indexes, the embedder and the backend."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from rag.answering.assistant import Assistant
from rag.core.errors import CitewellError
from rag.core.settings import Settings
from rag.search.library import Library

_LEAST_FREE_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `hint` is the command that mends it."""

    about: str
    is_fine: bool
    message: str
    hint: str = ""


def examine(settings: Settings, library: Library | None = None) -> list[Finding]:
    """Every check, in the order in which they matter."""
    library = library or Library.open(settings=settings)
    findings = [_articles(library)]
    if findings[0].is_fine:
        findings += [_indexes(library), _files(library), _embedder(library), _probe(library)]
    findings += [_backend(library, settings), _disk(settings.library)]
    return findings


def _articles(library: Library) -> Finding:
    try:
        library.require_articles()
    except CitewellError as error:
        return Finding("library", False, error.message, error.hint)
    articles, passages = library.catalogue.counts()
    return Finding("library", True, f"{articles} articles, {passages} passages in {str(library.folder)!r}.")


def _indexes(library: Library) -> Finding:
    """Both indexes hold exactly as many passages as the catalogue."""
    _, passages = library.catalogue.counts()
    try:
        library.refresh()
        sizes = {"vector index": library.vectors.size, "word index": library.words.size}
    except CitewellError as error:
        return Finding("indexes", False, error.message, f"Run: {library.rebuild_command()}")
    wrong = [f"the {name} holds {size}" for name, size in sizes.items() if size != passages]
    if wrong or not library.is_in_step:
        told = "; ".join(wrong) or "they lag behind the catalogue"
        return Finding("indexes", False, f"Of {passages} passages, {told}.", "Run: python ingest.py")
    return Finding("indexes", True, "in step with the catalogue.")


def _files(library: Library) -> Finding:
    gone = [str(folder) for folder in library.folders() if not folder.is_dir()]
    if gone:
        return Finding(
            "folders",
            False,
            f"These folders of articles are gone: {', '.join(gone)}.",
            f"Bring them back, or run: {library.rebuild_command()}",
        )
    return Finding("folders", True, ", ".join(str(folder) for folder in library.folders()))


def _embedder(library: Library) -> Finding:
    try:
        embedder = library.embedder
    except CitewellError as error:
        return Finding("embedder", False, error.message, error.hint)
    return Finding("embedder", True, f"{embedder.name}, {embedder.dimension} dimensions.")


def _probe(library: Library) -> Finding:
    """A passage's own words must find it."""
    article = next(iter(library.articles()))
    try:
        hits = library.search(article.title, k=20)
    except CitewellError as error:
        return Finding("search", False, error.message, error.hint)
    if article.source in {hit.passage.source for hit in hits}:
        return Finding("search", True, f"finds {article.source!r} by its title.")
    return Finding(
        "search", False, f"{article.source!r} is not found by its title.", f"Run: {library.rebuild_command()}"
    )


def _backend(library: Library, settings: Settings) -> Finding:
    try:
        name = Assistant.open(library, settings=settings).backend_name
    except CitewellError as error:
        return Finding("backend", False, error.message, error.hint)
    return Finding("backend", True, f"{name}.")


def _disk(folder: Path) -> Finding:
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < _LEAST_FREE_BYTES:
        return Finding("disk", False, f"{free // 1_000_000} MB are free.", "Make room before the next ingest.")
    return Finding("disk", True, f"{free / 1e9:.0f} GB are free.")
