"""What a SIGKILL can do to a library: `python -m benchmarks.kills [COUNT [PASSAGES…]]` kills COUNT syncs.

The folder changes before each sync. Half of the kills fall at a random moment of it, half inside a write to an index.
After each, the library must open, answer and hold together; after the sync is run again it must equal a twin that was
never interrupted.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.forks import as_child, forked, must, must_agree, open_library
from rag.answering.health import examine
from rag.library import followers
from rag.library.codes import CodeIndex
from rag.library.vectors import VectorIndex
from rag.library.words import WordIndex
from rag.search.library import Library

# Many, so that no two passages are near-copies whose places beside each other are a matter of rounding.
WORDS = [first + middle + last for first in "b d f g k l m p r s t v".split() for middle in "a e i o u".split()
          for last in "bel dor gan kir lom mut nes pir rad sul tin vok".split()]  # fmt: skip
_START = 60  # articles in the folder before the first change
_CHANGED = 6  # articles added, and updated, and removed in a round
_STILL_PARAGRAPHS = 12  # of the articles that make a library large
_STILL_WORDS = 90  # of a paragraph, so that each is a passage
_LEAST, _MOST = 30, 90  # articles that the folder shrinks and grows between


@dataclass
class Tally:
    """What came of the kills."""

    kills: int = 0
    inside: Counter[str] = field(default_factory=Counter)
    finished_first: int = 0
    mended: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        inside = ", ".join(f"{name} {count}" for name, count in sorted(self.inside.items()))
        mended = ", ".join(f"{name} {count}" for name, count in sorted(self.mended.items()))
        return (
            f"{self.kills} kills, {sum(self.inside.values())} of them inside a write to an index ({inside}); "
            f"{self.finished_first} syncs were done before their kill came.\n"
            f"State found after the kills: {mended}.\n"
            f"{len(self.problems)} problems" + "".join(f"\n  {problem}" for problem in self.problems)
        )


def kill_syncs(place: Path, count: int, seed: int = 0, passages: int = 0) -> Tally:
    """`count` kills of a sync in `place`; a library of about `passages` passages more than the changing articles."""
    chance = random.Random(seed)
    articles, library, twin = place / "articles", place / "library", place / "twin"
    articles.mkdir()
    for number in range(passages // _STILL_PARAGRAPHS):
        (articles / f"still-{number}.txt").write_text(_article(chance, _STILL_PARAGRAPHS, _STILL_WORDS))
    for number in range(_START):
        (articles / f"{number}.txt").write_text(_article(chance))
    forked(lambda: _sync(twin, articles))
    forked(lambda: _sync(library, articles))
    tally, typical = Tally(), 0.5
    names = _START
    while tally.kills < count:
        names = _change(articles, chance, names)
        typical = 0.7 * typical + 0.3 * float(forked(lambda: _sync(twin, articles)))
        killed = _killed_sync(library, articles, chance, typical, is_inside=tally.kills % 2 == 1)
        if killed is None:
            tally.finished_first += 1
        else:
            tally.kills += 1
            if killed:
                tally.inside[killed] += 1
        # A fresh process each: what is checked is what stands on the disk.
        for check in (_check_after_kill, _finish_and_compare):
            try:
                told = forked(lambda check=check: check(library, twin, articles))
                tally.mended.update([told] if told else [])
            except RuntimeError as problem:
                tally.problems.append(f"kill {tally.kills} ({killed or 'between'}), {check.__name__}: {problem}")
        if tally.kills % 25 == 0 and sys.stderr.isatty():
            print(f"{tally.kills} kills, {len(tally.problems)} problems", file=sys.stderr)
    return tally


def _article(chance: random.Random, paragraphs: int = 0, words: int = 24) -> str:
    """A title and a few paragraphs of words that stand nowhere else."""
    return "\n\n".join(
        " ".join([*chance.choices(WORDS, k=words), f"mark{chance.randrange(10**9)}"]).capitalize() + "."
        for _ in range(paragraphs or chance.randint(1, 6))
    )


def _change(articles: Path, chance: random.Random, names: int) -> int:
    """Add, update and remove some; the next free name."""
    there = sorted(file for file in articles.iterdir() if not file.name.startswith("still"))
    adds = 0 if len(there) > _MOST else _CHANGED
    for file in chance.sample(there, _CHANGED if len(there) > _LEAST else 0):
        file.unlink()
        there.remove(file)
    for file in chance.sample(there, _CHANGED):
        file.write_text(_article(chance))
    still = sorted(articles.glob("still-*"))
    for file in chance.sample(still, len(still) // 5):
        file.write_text(_article(chance, _STILL_PARAGRAPHS, _STILL_WORDS))
    for name in range(names, names + adds):
        (articles / f"{name}.txt").write_text(_article(chance))
    return names + adds


# The sync that is killed


def _killed_sync(library: Path, articles: Path, chance: random.Random, typical: float, is_inside: bool) -> str | None:
    """Where the kill fell: a write's name, or nothing for elsewhere; None where the sync was done before."""
    heard, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(heard)
        as_child(lambda: (_tell_writes(told), _sync(library, articles))[1], told)
    os.close(told)
    wanted = chance.randint(1, 9)  # which of a sync's writes: there are about nine
    text, deadline = "", time.monotonic() + (30.0 if is_inside else chance.uniform(0, typical))
    while (left := deadline - time.monotonic()) > 0:
        if select.select([heard], [], [], left)[0]:
            more = os.read(heard, 4096).decode()
            text += more
            if not more:
                break
        if is_inside and text.count("in ") >= wanted:
            time.sleep(chance.choice([0.0, 0.0005, 0.002, 0.005, 0.02]))
            break
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    while more := os.read(heard, 4096).decode():
        text += more
    os.close(heard)
    if os.WIFEXITED(status):
        if os.WEXITSTATUS(status):
            raise RuntimeError(f"the sync failed by itself: {text}")
        return None
    last = text.strip().split("\n")[-1]
    return last.removeprefix("in ") if last.startswith("in ") else ""


def _tell_writes(pipe: int) -> None:
    """Say when a write to an index begins and ends. In the process that will be killed, and nowhere else."""

    def told(name: str, write: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*args: Any) -> None:
            os.write(pipe, f"in {name}\n".encode())
            write(*args)
            os.write(pipe, b"out\n")

        return wrapped

    for kind, index in (("vectors", VectorIndex), ("words", WordIndex), ("codes", CodeIndex)):
        for name in ("delete", "add", "commit"):
            setattr(index, name, told(f"{kind}.{name}", getattr(index, name)))
    followers._write_mark = told("mark", followers._write_mark)


# What is looked at


def _sync(place: Path, articles: Path) -> float:
    started = time.perf_counter()
    with closing(open_library(place)) as library:
        library.sync(articles)
    return time.perf_counter() - started


def _check_after_kill(place: Path, twin: Path, articles: Path) -> str:
    """The library as the kill left it: it answers, the doctor has nothing to say, and the indexes say what it says."""
    with closing(open_library(place)) as library:
        was_in_step = library.is_in_step
        some = next(iter(library.articles()))
        found = library.search(some.text[:200])
        must(some.source in {hit.passage.source for hit in found}, f"{some.source} is not found by its own words")
        for hit in found:
            article = library.article(hit.passage.source)
            must(
                article is not None and article.text[hit.passage.start : hit.passage.end] == hit.passage.text,
                "a hit does not stand in its article",
            )
        findings = [
            f"{finding.about}: {finding.message}"
            for finding in examine(library.settings, library)
            if not finding.is_fine and finding.about not in ("disk", "files")  # the folder has changed, of course
        ]
        must(not findings, f"the doctor says {findings}")
        must_agree(library)
    return "in step" if was_in_step else "caught up at the next question"


def _finish_and_compare(place: Path, twin: Path, articles: Path) -> str:
    """The sync run again makes the library what the twin is, passage for passage."""
    with closing(open_library(place)) as library, closing(open_library(twin)) as whole:
        library.sync(articles)
        must(_said(library) == _said(whole), "the catalogue differs from one that was never interrupted")
        must_agree(library)
    return ""


def _said(library: Library) -> list[tuple[Any, ...]]:
    passages = [passage for article in library.articles() for passage in library.catalogue.passages_of(article.source)]
    ids = [passage.id for passage in passages]
    vectors, codes = library.catalogue.vectors(ids), library.catalogue.codes(ids, library.embedder.dimension)
    articles: list[tuple[Any, ...]] = [(article.source, article.title, article.text) for article in library.articles()]
    return articles + [
        (key, passage.text, vectors[key].tobytes(), codes[key].tobytes())
        for key, passage in zip(ids, passages, strict=True)
    ]


def main() -> int:
    """Print what came of it; 1 where anything was lost."""
    count, *sizes = [int(number) for number in sys.argv[1:]] or [300]
    # Chroma writes its graph to files of its own only beyond a thousand passages.
    sizes = sizes or [0, 1200]
    problems = 0
    for size in sizes:
        made = Path(tempfile.mkdtemp())
        try:
            tally = kill_syncs(made, count // len(sizes), seed=size, passages=size)
        finally:
            shutil.rmtree(made)
        print(f"With {size} passages that stay, {tally}", flush=True)
        problems += len(tally.problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
