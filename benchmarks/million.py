"""A library of a million passages beside one of ten thousand: `python -m benchmarks.million [COUNT] [--keep FOLDER]`.

Invented short articles (`benchmarks.many_articles`) with vectors of hashed words, so that all is real but the model's
vectors: taking them in, syncing unchanged and with a thousand changed, the disk, the first answer of a fresh process
(it loads the model and runs it too), searches with and without filters, how many of the truly nearest Chroma and the
codes find.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.many_articles import ROOT, HashedEmbedder, history
from benchmarks.recall import exact, share
from benchmarks.search_latency import FILTERS, questions, timed
from rag.library.embedding import Vectors, open_embedder
from rag.search.library import Library

_CHANGED = 1000  # articles
_RUNS = 3
_BATCH = 5000


class _AlsoTheModel(HashedEmbedder):
    """Loads the model and runs it on whatever is asked, and gives the vectors of hashed words all the same."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._model = open_embedder(name)
        self.reader = self._model.reader  # type: ignore[method-assign, assignment]  # the real one

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._model.embed_passages(texts)
        return super().embed_passages(texts)

    embed_questions = embed_passages


def first_answer(library: Path, question: str) -> None:
    """As `python -m rag ask` does it."""
    from rag.answering.assistant import Assistant

    assistant = Assistant.open(Library.open(library, opener=_AlsoTheModel, is_brief=True))
    assistant.warm()
    print(assistant.answer(question).text, flush=True)


def fresh(library: Path, *, is_cold: bool) -> float:
    """Seconds until a process that opens the library has printed its answer; cold: what it reads is on the disk alone.

    Warm, all of it is in the system's memory, and stays there for whatever is measured next.
    """
    for file in filter(Path.is_file, library.rglob("*")):
        with file.open("rb") as opened:
            if is_cold:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            else:
                while opened.read(1 << 24):
                    pass
    command = [sys.executable, "-m", "benchmarks.million", "--first", str(library), next(questions(1))]
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - started
    if not line or process.returncode:
        raise SystemExit(f"The first answer failed with {process.returncode}.")
    return took


def recall(library: Library, count: int = 100) -> tuple[float, float]:
    """Of the ten that are nearest, how many Chroma and the codes find as their first ten, over so many questions."""
    asked = library.embedder.embed_questions(list(questions(count)))
    rows = [(passage.id, vector) for batch in library.catalogue.added_since(0, _BATCH) for passage, vector in batch]
    places = {key: place for place, (key, _) in enumerate(rows)}
    nearest = exact(asked, np.stack([vector for _, vector in rows]))

    def found(search: Callable[[Vectors, int], dict[str, float]]) -> float:
        return share([[places[key] for key in search(vector, 100)] for vector in asked], nearest, 10)

    return found(library.vectors.nearest), found(library.nearest_coded)


def made(folder: Path, count: int) -> Path:
    """The library of so many articles in the folder; what its making took is printed."""
    if not (folder / "library").exists():
        history(folder, count, max(count // _CHANGED, 1), "--cheap")
    return folder / "library"


def lines(small: Library, large: Library, count: int) -> Iterator[str]:
    """Searches in both."""
    of_small, of_large = timed([small, large], count)
    for name in FILTERS:
        one, two = of_small[name], of_large[name]
        late = [statistics.quantiles(its.clock, n=20)[18] for its in (one, two)]
        yield (
            f"search, {name}: p50 {one.middle:.1f} and {two.middle:.1f} ms, {two.middle / one.middle:.2f} times; "
            f"p95 {late[0]:.1f} and {late[1]:.1f} ms"
        )


def main() -> None:
    """Print as it goes."""
    if sys.argv[1:2] == ["--first"]:
        first_answer(Path(sys.argv[2]), sys.argv[3])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="where the libraries stay for the next run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = given.keep or Path(passing)
        places = [made(folder / str(count), count) for count in (given.small, given.count)]
        for place in places:
            for name, is_cold in (("cold", True), ("warm", False)):
                took = statistics.median(fresh(place, is_cold=is_cold) for _ in range(_RUNS))
                print(f"{place.parent.name}: fresh process to its first answer, {name}: {took:.2f} s", flush=True)
        small, large = (Library.open(place, opener=HashedEmbedder) for place in places)
        for library in (small, large):
            started = time.perf_counter()
            library.refresh()
            opened = time.perf_counter() - started
            print(f"{library.words.size:,} passages: indexes opened in {opened:.2f} s", flush=True)
        print(*lines(small, large, given.questions), sep="\n", flush=True)
        for library in (small, large):
            graph, codes = recall(library)
            print(
                f"{library.words.size:,} passages: recall@10 of Chroma {graph:.4f}, of the codes {codes:.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
