"""The ingest command: settings → Library.sync → report."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click

from rag.core.errors import FolderError, ReadingError
from rag.core.settings import Settings
from rag.core.types import Article, SyncReport
from rag.library.sync import Progress
from rag.reading.articles import read_bytes
from rag.reading.naming import shown
from rag.reading.worker import article_reader
from rag.search.library import Library
from rag.serving.cli import DONE, IN_PART, json_option, library_option, run


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@library_option
@click.option("--dry-run", is_flag=True, help="Say what would be done and change nothing.")
@click.option("--rebuild", is_flag=True, help="Make the whole library anew, with the embedder of the settings.")
@click.option("--watch", is_flag=True, help="Stay, and sync again whenever a file changes.")
@click.option("--explain", type=click.Path(path_type=Path), metavar="FILE", help="Print one file as it is read.")
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
        click.echo(json.dumps(asdict(article), ensure_ascii=False) if as_json else explained(article))
        return DONE
    opened = Library.open(settings=settings)
    chosen = list(folders) or (opened.folders() if rebuild else []) or [settings.articles]
    report = _sync(opened, chosen, dry_run=dry_run, rebuild=rebuild)
    _print(report, as_json)
    if watch:
        _watch(opened, chosen, as_json)
    return IN_PART if report.failed else DONE


def _read(file: Path, settings: Settings) -> Article:
    """The article in a file, named as an ingest of its folder would name it."""
    folder = settings.articles.resolve()
    inside = file.resolve().relative_to(folder) if file.resolve().is_relative_to(folder) else None
    source = inside or (Path(file.name) if file.is_absolute() else file)
    try:
        with article_reader(settings.reading_seconds) as reader:
            return reader.read(source.as_posix(), read_bytes(file))
    except ReadingError as error:
        raise ReadingError(f"No article in {shown(str(file))!r}: {error.message}", error.hint) from error


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


def _sync(library: Library, folders: list[Path], *, dry_run: bool, rebuild: bool) -> SyncReport:
    """All folders as one report; a rebuild happens once, with the first."""
    total: SyncReport | None = None
    for index, folder in enumerate(folders):
        with _progress() as show:
            report = library.sync(folder, dry_run=dry_run, rebuild=rebuild and index == 0, on_progress=show)
        total = report if total is None else total + report
    if total is None:
        raise FolderError("No folder is named.", "Run: python ingest.py FOLDER")
    return total


def _print(report: SyncReport, as_json: bool) -> None:
    click.echo(json.dumps(report.to_dict(), ensure_ascii=False) if as_json else str(report))


def _watch(library: Library, folders: list[Path], as_json: bool) -> None:
    from watchfiles import watch

    click.echo(f"Watching {', '.join(str(folder) for folder in folders)}; Ctrl-C ends it.", err=True)
    for _ in watch(*folders, debounce=800, raise_interrupt=False):
        try:
            _print(_sync(library, folders, dry_run=False, rebuild=False), as_json)
        except FolderError as error:
            # An emptied folder is not the end of watching it: the files may be on their way back.
            click.echo(f"error: {error}", err=True)


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
