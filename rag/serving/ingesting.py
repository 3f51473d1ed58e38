"""The ingest command: settings → Library.sync → report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import click

from rag.core.errors import CitewellError, FolderError, LibraryBusy, ReadingError
from rag.core.settings import Settings
from rag.core.types import Article, FileFailure, SyncReport
from rag.library.sync import Progress
from rag.reading.articles import check_file, holds_many, read_bytes, row_article
from rag.reading.naming import shown
from rag.reading.rows import BrokenRow, read_rows
from rag.reading.worker import article_reader
from rag.search.library import Library
from rag.serving.cli import DONE, IN_PART, json_option, library_option, named_path, print_json, run


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folders", nargs=-1, type=named_path)
@library_option
@click.option("--dry-run", is_flag=True, help="Say what would be done and change nothing.")
@click.option("--rebuild", is_flag=True, help="Make the whole library anew, with the embedder of the settings.")
@click.option("--watch", is_flag=True, help="Stay, and sync again whenever a file changes.")
@click.option(
    "--explain", type=named_path, metavar="FILE", help="Print one file, or one row as FILE#ROW, as it is read."
)
@json_option
def ingest(
    folders: tuple[Path, ...],
    library: Path | None,
    dry_run: bool,
    rebuild: bool,
    watch: bool,
    explain: Path | None,
    as_json: bool,
) -> int:
    """Make the library say what the FOLDERs say: add, update, remove. Default folder: RAG_ARTICLES, or seeds/."""
    settings = Settings.load().with_values(library=library)
    if explain is not None:
        article = _read(explain, settings)
        print_json(asdict(article), indent=None) if as_json else click.echo(explained(article))
        return DONE
    opened = Library.open(settings=settings)
    own = opened.folders() if rebuild and not folders else []
    chosen = list(folders) or own or [settings.articles]
    changes = _changes(opened, chosen) if watch else None
    report = _sync(opened, chosen, dry_run=dry_run, rebuild=rebuild, is_whole=bool(own))
    _print(report, as_json)
    if changes is not None:
        _watch(opened, chosen, changes, dry_run=dry_run, as_json=as_json)
    return IN_PART if report.failed else DONE


def _read(named: Path, settings: Settings) -> Article:
    """The article in a file or in a row of one, named as an ingest of its folder would name it."""
    file, row = _file_and_row(named)
    try:
        check_file(file)  # before its place is looked for, which no link in a circle has
        folder = settings.articles.resolve()
        inside = file.resolve().relative_to(folder) if file.resolve().is_relative_to(folder) else None
        here = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
        source = (inside or (Path(here.name) if here.is_absolute() else here)).as_posix()
        if holds_many(file):
            return _read_row(source, file, row)
        data = read_bytes(file)
        with article_reader(settings.reading_seconds) as reader:
            return reader.read(source, data)
    except ReadingError as error:
        raise ReadingError(f"No article in {shown(str(named))!r}: {error.message}", error.hint) from error


def _file_and_row(named: Path) -> tuple[Path, str]:
    """The file, with the name behind its `#` where it holds many articles; a file of the whole name goes first."""
    words = str(named)
    places = [place for place, letter in enumerate(words) if letter == "#" and holds_many(words[:place])]
    for place in places:
        # `Path.is_file` raises for what lies where nobody may look.
        if os.path.isfile(words[:place]) and not os.path.isfile(words):  # noqa: PTH113
            return Path(words[:place]), words[place + 1 :]
    return named, ""


def _read_row(source: str, file: Path, name: str) -> Article:
    """The article in the row of that name; else a ReadingError that says how a row is named."""
    first = ""
    for row in read_rows(file):
        if row.name == name:
            if isinstance(row, BrokenRow):
                raise ReadingError(row.reason)
            return row_article(f"{source}#{name}", row)
        first = first or row.name
    if not first:
        raise ReadingError("it holds no rows.")
    raise ReadingError(
        f"it has no row {name!r}." if name else "it holds many articles, one in each row.",
        f"Name a row by its id, or else by its number: --explain {shown(f'{file}#{first}')!r}",
    )


def explained(article: Article) -> str:
    """What is known of the article and how, its text, and what was left out of it and why."""
    dated = f"{article.date} ({article.date_precision}), " if article.date else ""
    facts = {
        "title": article.title,
        "date": f"{dated}{article.date_origin}: {article.date_note}",
        "author": article.author,
        "publisher": article.publisher,
        "url": article.url,
        "pages": str(len(article.page_starts)) if article.page_starts else None,
    }
    lines = [f"{name + ':':<11}{value or '–'}" for name, value in facts.items() if value or name != "pages"]
    left_out = [f"  {line}" for line in article.left_out] or ["  nothing"]
    return "\n".join([*lines, "", article.text, "", "left out:", *left_out])


def _sync(
    library: Library, folders: list[Path], *, dry_run: bool = False, rebuild: bool = False, is_whole: bool = False
) -> SyncReport:
    """All folders as one report; one that cannot be read is a failure in it, and an error where none can.

    A rebuild happens once, with the first that can be read. Where these are all the folders of the library
    (`is_whole`) and none of them can, it is made anew from what it holds.
    """
    total: SyncReport | None = None
    problems: list[FolderError] = []
    failed: list[FileFailure] = []
    for folder in folders:
        try:
            with _progress() as show:
                report = library.sync(folder, dry_run=dry_run, rebuild=rebuild and total is None, on_progress=show)
        except FolderError as error:
            problems.append(error)
            failed.append(FileFailure(shown(str(folder)), f"{error.message} What the library holds of it stays."))
            continue
        total = report if total is None else total + report
    if total is None and is_whole:
        with TemporaryDirectory() as empty:
            total = library.sync(empty, dry_run=dry_run, rebuild=True)
    if total is None:
        raise problems[0]
    return replace(total, failed=(*failed, *total.failed))


def _print(report: SyncReport, as_json: bool) -> None:
    print_json(report.to_dict(), indent=None) if as_json else click.echo(str(report))


Places = set[tuple[Path, int, int]]
"""Folders, each with its device and inode."""


def _changes(library: Library, folders: list[Path]) -> Iterator[Collection[object]]:
    """Twice a second what has changed in the folders since this was called, and often that is nothing."""
    changes = _seen(library.folder.resolve(), folders)
    next(changes)  # only now it has begun
    return changes


def _seen(library: Path, folders: list[Path]) -> Iterator[Collection[object]]:
    """As `_changes`; a folder that is made, or made again, is watched from then on and is a change itself."""
    from watchfiles import Change, watch

    made: Places = set()
    while True:
        watched = _places(folders)
        changes = watch(
            *(place for place, *_ in watched),
            watch_filter=_filter({place for place, *_ in watched}, library),
            debounce=800,
            rust_timeout=500,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for changed in changes:
            yield changed or made
            deleted = {path for kind, path in changed if kind is Change.deleted}
            now = _places(folders)
            # Another folder may have got the inode of the one that was deleted.
            watched = {each for each in watched & now if str(each[0]) not in deleted}
            if made := now - watched:
                break
        else:
            return  # by Ctrl-C


def _places(folders: list[Path]) -> Places:
    there = [folder.resolve() for folder in folders if folder.is_dir()]
    return {(place, place.stat().st_dev, place.stat().st_ino) for place in there}


def _filter(places: set[Path], library: Path) -> Callable[[object, str], bool]:
    def is_of_articles(_: object, path: str) -> bool:
        """Not hidden, and not written by a sync itself, where the library lies among the articles."""
        return any(
            Path(path).is_relative_to(place)
            and not any(part.startswith(".") for part in Path(path).relative_to(place).parts)
            and not (library.is_relative_to(place) and Path(path).is_relative_to(library))
            for place in places
        )

    return is_of_articles


def _watch(
    library: Library, folders: list[Path], changes: Iterator[Collection[object]], *, dry_run: bool, as_json: bool
) -> None:
    click.echo(f"Watching {', '.join(str(folder) for folder in folders)}; Ctrl-C ends it.", err=True)
    is_busy = False
    for changed in changes:
        if not changed and not is_busy:
            continue
        try:
            _print(_sync(library, folders, dry_run=dry_run), as_json)
            is_busy = False
        except CitewellError as error:
            # No end of watching: an emptied folder's files may be on their way back, and another writer will be done.
            if changed or not isinstance(error, LibraryBusy):
                click.echo(f"error: {error}", err=True)
            is_busy = isinstance(error, LibraryBusy)


@contextmanager
def _progress() -> Iterator[_Show]:
    """A bar on a terminal; nothing where the output goes to a file."""
    show = _Show()
    try:
        yield show
    finally:
        show.close()


class _Show:
    """Draws the bar when the first article is done, so that a sync without changes draws none."""

    def __init__(self) -> None:
        self._bar: object | None = None

    def __call__(self, progress: Progress) -> None:
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        if self._bar is None:
            # Articles come in batches; the whole run's mean tells the time left better than the last one does.
            self._bar = tqdm(total=progress.total, unit=" articles", leave=False, smoothing=0)
        if isinstance(self._bar, tqdm):
            self._bar.update(progress.done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()  # type: ignore[attr-defined]  # a tqdm, imported only when drawn


def main() -> NoReturn:
    """The entry of `ingest.py`."""
    run(ingest)
