"""What the doctor looks at: the library, its indexes, its folders, the models and the backend."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.answering.assistant import Assistant
from rag.answering.offers import server_of, standing
from rag.answering.reading import WEIGHTS
from rag.core.commands import command
from rag.core.errors import CitewellError, FolderError, ReadingError
from rag.core.settings import Settings
from rag.core.types import SyncReport
from rag.library.repair import leftovers, problem_of, repair
from rag.reading.articles import read_bytes
from rag.reading.worker import article_reader
from rag.search.library import Library

_LEAST_FREE_BYTES = 500_000_000
_NAMED = 3  # files named in a finding; the rest is a number
_TRIED = 20  # files that are read to see whether they can be


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `hint` is the command that mends it, or of what is fine so far what to look out for."""

    about: str
    is_fine: bool
    message: str
    hint: str = ""


def mend(settings: Settings) -> list[Finding]:
    """What was mended without embedding anything, then what `examine` finds after it."""
    library = Library.open(settings=settings)
    done: list[str] = []
    # Only from a sound catalogue can anything be mended; else the findings say what to do.
    if _library(library).is_fine:
        done = repair(library)
    return [Finding("mended", True, sentence) for sentence in done] + examine(settings, library)


def examine(settings: Settings, library: Library | None = None) -> list[Finding]:
    """Every check, in the order in which they matter; nothing is changed or caught up."""
    library = library or Library.open(settings=settings)
    findings = [_library(library)]
    if findings[0].is_fine:
        findings += [*(_index(library, name) for name in library.indexes), _vectors(library)]
        findings += [*_folders(library), _leftovers(library)]
    findings += [*_models(library), _backend(library, settings), _disk(settings.library)]
    return findings


def _library(library: Library) -> Finding:
    try:
        library.require_articles()
        if broken := library.catalogue.check():
            return Finding("library", False, f"Its catalogue is damaged: {broken}.", library.catalogue.way_out)
        articles, passages = library.catalogue.counts()
    except CitewellError as error:
        return Finding("library", False, error.message, error.hint)
    return Finding("library", True, f"{articles} articles, {passages} passages in {str(library.folder)!r}.")


def _index(library: Library, name: str) -> Finding:
    try:
        problem = problem_of(library, library.indexes[name])
    except CitewellError as error:
        return Finding(name, False, error.message, error.hint)
    if problem:
        return Finding(name, False, problem, f"Run: {library.repair_command()}")
    return Finding(name, True, "in step with the catalogue, and finds what it holds.")


def _vectors(library: Library) -> Finding:
    """Each passage has a vector of the library's dimension."""
    built = library.catalogue.built
    unfit = library.catalogue.unfit_vectors(built.dimension) if built else 0
    if unfit:
        message = f"{unfit} passages have no vector, one of another dimension, or broken codes of words."
        return Finding("vectors", False, message, f"Run: {library.rebuild_command()}")
    return Finding("vectors", True, f"each of {built.dimension if built else 0} dimensions.")


def _folders(library: Library) -> Iterator[Finding]:
    """For each folder it was filled from, whether the library says what the folder says."""
    for folder in library.folders():
        again = command("python ingest.py", folder, "--library", library.folder)
        if not folder.is_dir():
            hint = f"Bring it back; or, to drop its articles, make an empty folder there and run: {again} --rebuild"
            yield Finding("folders", False, f"The folder of articles {str(folder)!r} is gone.", hint)
            continue
        try:
            plan = library.sync(folder, dry_run=True)
        except FolderError as error:
            yield Finding("files", False, error.message, "Bring the articles back; the library keeps what it has.")
            continue
        unread = {failure.source: failure.reason for failure in plan.failed} | _unreadable(library, folder, plan)
        if unread:
            some = _some([f"{source}: {reason.rstrip('.')}" for source, reason in unread.items()])
            message = f"{len(unread)} in {str(folder)!r} cannot be read ({some})."
            yield Finding("files", True, message, "Mend or remove them; the library keeps what it had of them.")
        read = [
            ([source for source in sources if source not in unread], what)
            for sources, what in ((plan.removed, "gone"), (plan.updated, "changed"), (plan.added, "new"))
        ]
        parts = [f"{len(sources)} {what} ({_some(sources)})" for sources, what in read if sources]
        if parts:
            message = f"Since the last ingest of {str(folder)!r}, of its files {', '.join(parts)}."
            yield Finding("files", False, message, f"Run: {again}")
        elif not unread:
            yield Finding("folders", True, f"the library says what {str(folder)!r} says.")


def _unreadable(library: Library, folder: Path, plan: SyncReport) -> dict[str, str]:
    """Why files that are new or changed cannot be read, by source: no ingest would take them in. A few are tried."""
    files = [source for source in (*plan.updated, *plan.added) if (folder / source).is_file()]
    found = {}
    with article_reader(library.settings.reading_seconds) as reader:
        for source in files[:_TRIED]:
            try:
                reader.read(source, read_bytes(folder / source, folder))
            except ReadingError as error:
                found[source] = error.message
    return found


def _some(sources: Sequence[str]) -> str:
    return ", ".join(sources[:_NAMED]) + (" …" if len(sources) > _NAMED else "")


def _leftovers(library: Library) -> Finding:
    if left := leftovers(library):
        message = f"Interrupted writes left {', '.join(path.name for path in left)}."
        return Finding("leftovers", False, message, f"Run: {library.repair_command()}")
    return Finding("leftovers", True, "none.")


def _models(library: Library) -> Iterator[Finding]:
    """The embedder and the reader can be loaded and fit the library."""
    if not WEIGHTS.is_file():
        hint = "Install Citewell anew: pip install -e ."
        yield Finding("reader", False, f"The reader's weights {str(WEIGHTS)!r} are missing.", hint)
    try:
        embedder = library.embedder
    except CitewellError as error:
        yield Finding("embedder", False, error.message, error.hint)
        return
    yield Finding("embedder", True, f"{embedder.name}, {embedder.dimension} dimensions.")
    if WEIGHTS.is_file():
        fits = embedder.reader(WEIGHTS) is not None
        message = "fits the embedder." if fits else "does not fit this embedder; answers are weighed without it."
        yield Finding("reader", True, message)


def _backend(library: Library, settings: Settings) -> Finding:
    """The chosen backend has what it needs, and its server answers."""
    try:
        name = Assistant.open(library, settings=settings).backend_name
        stands = standing(settings.llm, settings)
    except CitewellError as error:
        return Finding("backend", False, error.message, error.hint)
    where = f" at {place}" if (place := server_of(settings.llm, settings)) else ""
    said = {
        "not running": f"{name}: its server{where} does not answer.",
        "refuses the key": f"{name}: its server{where} refuses the key.",
        "lists no such model": f"{name}: its server{where} answers, but does not list this model.",
    }.get(stands.state, f"{name}: its server{where} answers." if where else f"{name}.")
    # Only Ollama's list is sure to be whole; others answer under names that they do not list.
    is_fine = stands.state == "ready" or (stands.state == "lists no such model" and stands.provider != "ollama")
    return Finding("backend", is_fine, said, stands.hint)


def _disk(folder: Path) -> Finding:
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < _LEAST_FREE_BYTES:
        return Finding("disk", False, f"{free // 1_000_000} MB are free.", "Make room before the next ingest.")
    return Finding("disk", True, f"{free / 1e9:.0f} GB are free.")
