"""One process writes while another asks: `python -m benchmarks.two_processes [CHANGES] [QUESTIONS]`.

No question may fail or quote what its article does not say, and a new article must be found by the first question
that is asked after its sync has ended.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.forks import as_child, forked, must, open_library
from rag.answering.assistant import Assistant
from rag.core.errors import LibraryBusy
from rag.library.lock import writing
from rag.search.library import Library

_WORDS = "ship wheat storm harbour minister treaty bridge engine lantern orchard river market".split()
_START = 100  # articles before the first question
_PER_SYNC = 20  # changes that the writer makes between two syncs


def write_and_ask(place: Path, changes: int, questions: int) -> dict[str, Any]:
    """So many changes beside at least so many questions; what the questions came to."""
    articles, library, latest = place / "articles", place / "library", place / "latest"
    articles.mkdir()
    chance = random.Random(0)
    for number in range(_START):
        _write(articles, number, chance)
    forked(lambda: _sync(library, articles))
    heard, told = os.pipe()
    writer = os.fork()
    if writer == 0:
        as_child(lambda: _keep_writing(library, articles, latest, changes), told)
    os.close(told)
    try:
        asked = forked(lambda: _keep_asking(library, latest, questions, writer))
    finally:
        written = os.read(heard, 65536).decode()
        _, status = os.waitpid(writer, 0)
    must(status == 0, f"the writer failed: {written}")
    return {"changes": int(written), **asked}


def _write(articles: Path, number: int, chance: random.Random) -> str:
    """An article with a word of its own, which is returned."""
    mark = f"mark{number}x{chance.randrange(10**6)}"
    words = " ".join([*chance.choices(_WORDS, k=30), f"and the {mark} was seen."])
    (articles / f"{number}.txt").write_text(f"Report {number}\n\n{words.capitalize()}\n")
    return mark


def _sync(library: Path, articles: Path) -> None:
    with closing(open_library(library)) as opened:
        opened.sync(articles)


def _keep_writing(library: Path, articles: Path, latest: Path, changes: int) -> int:
    """Add, change and remove, and after each sync tell a word that it has brought in."""
    chance = random.Random(1)
    there, done, number = list(range(_START)), 0, _START
    with closing(open_library(library)) as opened:
        while done < changes:
            for _ in range(_PER_SYNC):
                what = chance.choice(["add", "change", "remove"]) if len(there) > 20 else "add"
                if what == "add":
                    there.append(number)
                    number += 1
                    _write(articles, there[-1], chance)
                elif what == "change":
                    _write(articles, chance.choice(there), chance)
                else:
                    (articles / f"{there.pop(chance.randrange(len(there)))}.txt").unlink()
                done += 1
            there.append(number)
            mark = _write(articles, number, chance)
            number, done = number + 1, done + 1
            opened.sync(articles)
            fresh = latest.with_suffix(".new")
            fresh.write_text(f"{there[-1]} {mark}")
            fresh.replace(latest)
    return done


def _keep_asking(library: Path, latest: Path, questions: int, writer: int) -> dict[str, Any]:
    """Ask as long as it is written, and the number of questions at least."""
    chance = random.Random(2)
    count: Counter[str] = Counter()
    notices: Counter[str] = Counter()
    slowest, last_seen = 0.0, ""
    with closing(open_library(library)) as opened:
        assistant = Assistant.open(opened)
        while count["asked"] < questions or _is_alive(writer):
            told = latest.read_text() if latest.exists() else ""
            began, change = time.perf_counter(), opened.catalogue.change
            if told != last_seen:
                number, mark = told.split()
                found = {hit.passage.source for hit in opened.search(f"Where was the {mark} seen?", k=5)}
                # It may be changed or gone again by now: then a later one is told of.
                is_there = mark in getattr(opened.article(f"{number}.txt"), "text", "")
                if is_there:
                    count["new articles looked for"] += 1
                    count["new articles not found at once"] += f"{number}.txt" not in found
                last_seen = told
                quotes = []
            elif chance.random() < 0.5:
                hits = opened.search(" ".join(chance.choices(_WORDS, k=4)))
                passages = [hit.passage for hit in hits]
                quotes = [(passage.source, passage.start, passage.end, passage.text) for passage in passages]
            else:
                answer = assistant.answer(f"Where was the {' '.join(chance.choices(_WORDS, k=3))} of the report?")
                notices.update([answer.notice] if answer.notice else [])
                count[answer.status] += 1
                quotes = [(cited.source, cited.start, cited.end, cited.quote) for cited in answer.citations]
            for quote in quotes:
                count[_checked(opened, change, *quote)] += 1
            slowest = max(slowest, time.perf_counter() - began)
            count["asked"] += 1
    return {**count, "slowest question, seconds": round(slowest, 2), "notices": dict(notices)}


def _checked(library: Library, change: int, source: str, start: int, end: int, quote: str) -> str:
    """A quote stands in its article as it is catalogued now, or the catalogue has moved on since the question."""
    article = library.article(source)
    if article is not None and article.text[start:end] == quote:
        return "quotes that stand in their article"
    return "stale quotes" if library.catalogue.change == change else "quotes whose article changed meanwhile"


def _is_alive(pid: int) -> bool:
    """Whether a process is running, and not merely waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def refuse_second_writer(place: Path) -> str:
    """What a second writer is told while the first one holds the lock."""
    with writing(place / "library"):

        def second() -> str:
            try:
                _sync(place / "library", place / "articles")
            except LibraryBusy as busy:
                return str(busy)
            return "it was let in"

        said = str(forked(second))
    must(f"process {os.getpid()}" in said and "\n" not in said, f"a second writer was told: {said}")
    return said


def main() -> int:
    """Print what came of it; 1 where a question failed."""
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    questions = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    place = Path(tempfile.mkdtemp())
    try:
        found = write_and_ask(place, changes, questions)
        found["a second writer is told"] = refuse_second_writer(place).replace(str(place), "")
    except RuntimeError as problem:
        print(f"1 problem: {problem}")
        return 1
    finally:
        shutil.rmtree(place)
    for name, value in found.items():
        print(f"{name}: {value}")
    return 1 if found.get("new articles not found at once") or found.get("stale quotes") else 0


if __name__ == "__main__":
    sys.exit(main())
