"""`python ingest.py … --watch` as a process of its own, on a real folder."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.library.lock import writing
from rag.search.library import Library
from tests.conftest import ROOT


class Watching:
    """`python ingest.py … --watch --json` as a process of its own."""

    def __init__(self, out: Path, *args: str, cwd: Path) -> None:
        self._out, self._err = out / "out.txt", out / "err.txt"
        with self._out.open("w") as stdout, self._err.open("w") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, ROOT / "ingest.py", *args, "--watch", "--json"],
                cwd=cwd,
                stdout=stdout,
                stderr=stderr,
                # A shell that starts the tests in the background has Ctrl-C ignored, in all below it too.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def reports(self, count: int) -> list[dict]:
        """So many reports, waited for."""
        self._until(lambda: self._out.read_text().count("\n") >= count)
        return [json.loads(line) for line in self._out.read_text().splitlines()]

    def told(self, words: str) -> None:
        """Wait until it has said so."""
        self._until(lambda: words in self._err.read_text())

    def end(self) -> int:
        """As Ctrl-C does."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(60)

    def _until(self, is_so: Callable[[], bool]) -> None:
        limit = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < limit and self._process.poll() is None, self._err.read_text()
            time.sleep(0.02)


@pytest.fixture
def watching(tmp_path_factory) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*args: str, cwd: Path) -> Watching:
        started.append(Watching(tmp_path_factory.mktemp("said"), *args, cwd=cwd))
        return started[-1]

    yield start
    for each in started:
        each.end()


@pytest.mark.slow
def test_a_folder_is_watched_with_the_library_in_it_and_another_writer_beside(folder, watching):
    articles = folder({"a.txt": "Ships came into the harbour."})
    watched = watching(".", cwd=articles)

    def put(name: str, text: str) -> None:
        """Whole at once."""
        (articles / ".part").write_text(text)
        (articles / ".part").rename(articles / name)

    watched.reports(1)
    put("b.txt", "Wheat is dear.")  # at once, before it says that it watches
    watched.reports(2)
    with writing(articles / ".library"):
        (articles / "a.txt").unlink()
        watched.told("is being written by process")
    watched.reports(3)
    (articles / "b.txt").unlink()
    watched.told("holds no articles")
    put("c.txt", "A storm broke the lighthouse.")
    reports = watched.reports(4)

    assert watched.end() == 0
    # Four changes are four reports: what a sync writes into the library is no change.
    assert [(report["added"], report["removed"]) for report in reports] == [
        (["a.txt"], []), (["b.txt"], []), ([], ["a.txt"]), (["c.txt"], ["b.txt"]),
    ]  # fmt: skip


def test_a_folder_that_is_deleted_and_made_again_is_watched_again(folder, tmp_path, watching):
    articles = folder({"a.txt": "Ships came into the harbour."})
    watched = watching("articles", "--library", "library", cwd=tmp_path)

    watched.reports(1)
    watched.told("Watching")
    shutil.rmtree(articles)
    watched.told("error: ")
    folder({"a.txt": "Ships came into the harbour.", "b.txt": "Wheat is dear."})
    watched.reports(2)
    folder({"c.txt": "A storm broke the lighthouse."})
    reports = watched.reports(3)

    assert watched.end() == 0
    assert [report["added"] for report in reports] == [["a.txt"], ["b.txt"], ["c.txt"]]


def test_watching_in_a_dry_run_changes_nothing(filled, tmp_path, watching):
    for name in ("articles", "library"):
        shutil.copytree(filled / name, tmp_path / name)
    watched = watching("articles", "--library", "library", "--dry-run", cwd=tmp_path)

    watched.reports(1)
    gone = min((tmp_path / "articles").iterdir())
    gone.unlink()
    first, second = watched.reports(2)

    assert (first["removed"], second["removed"], second["is_dry_run"]) == ([], [gone.name], True)
    opened = Library.open(tmp_path / "library")
    assert opened.catalogue.counts()[0] == 4
    opened.close()
