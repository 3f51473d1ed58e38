"""How long a search takes as the library grows, with and without a range of days.

    python -m benchmarks.search_latency [FOLDER] [--passages 10000,100000] [--questions 150]

Invented articles (`benchmarks.many_articles`) are synced with vectors that cost nothing, so that what is timed is the
search and not the model. Each question is asked of every library with every filter in turn, so that whatever else the
machine does falls on all of them alike. FOLDER keeps the libraries for the next run.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.many_articles import HashedEmbedder, articles, write
from rag.search.library import Library

_WARM = 10  # questions before the clock runs
_MOST_TIMES_UNFILTERED = 3.0

# Their share of the articles is what makes a filter cheap or dear; the days of the articles go from 2000 to 2024.
FILTERS: dict[str, dict[str, str]] = {
    "no filter": {},
    "a day": {"since": "2013-02-14", "until": "2013-02-14"},
    "a month": {"since": "2013-02", "until": "2013-02"},
    "a year": {"since": "2013", "until": "2013"},
    "half of all days": {"since": "2012-07"},
    "nearly all days": {"until": "2023"},
    "a day without articles": {"since": "1950-01-01", "until": "1950-01-01"},
}


def questions(count: int) -> Iterator[str]:
    """A few words that follow one another in some article, asked for."""
    chance = random.Random(11)
    among = list(articles(5000))
    for article in chance.sample(among, count):
        words = article["body"].replace(".", "").split()
        start = chance.randrange(max(1, len(words) - 9))
        yield f"What was said of {' '.join(words[start : start + chance.randint(4, 9)])}?"


def library_of(folder: Path, count: int) -> Library:
    """So many articles, synced by the program itself; as it was left, where it is there already."""
    place = folder / str(count)
    exported = place / "articles" / "wire.jsonl"
    library = Library.open(place / "library", opener=HashedEmbedder)
    if not exported.exists():
        exported.parent.mkdir(parents=True)
        write(exported, count)
    report = library.sync(exported.parent)
    print(f"{report.passages:,} passages of {count:,} articles, synced in {report.seconds:.0f} s", flush=True)
    return library


@dataclass
class Taken:
    """Milliseconds of each search: of the clock, and of the processor."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return statistics.median(self.clock)

    @property
    def work(self) -> float:
        return statistics.median(self.processor)


def timed(libraries: Sequence[Library], count: int) -> list[dict[str, Taken]]:
    """What each search took, by filter, in each library; they take turns, question by question."""
    taken = [{name: Taken() for name in FILTERS} for _ in libraries]
    for number, question in enumerate(questions(_WARM + count)):
        for found, library in zip(taken, libraries, strict=True):
            for name, only in FILTERS.items():
                started, worked = time.perf_counter(), time.process_time()
                library.find([(1.0, question)], 8, ignore_dates=True, **only)  # type: ignore[arg-type]
                if number >= _WARM:
                    found[name].processor.append((time.process_time() - worked) * 1000)
                    found[name].clock.append((time.perf_counter() - started) * 1000)
    return taken


def main() -> None:
    """Every size, then what grew how much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--passages", default="10000,100000", help="articles of each library: about as many passages")
    parser.add_argument("--questions", type=int, default=150)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        libraries = [library_of(given.folder or Path(made), int(count)) for count in given.passages.split(",")]
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores before it, {given.questions} questions")
        found = timed(libraries, given.questions)
        sizes = [library.words.size for library in libraries]
    for size, taken in zip(sizes, found, strict=True):
        print(f"{size:,} passages")
        plain = taken["no filter"]
        for name, its in taken.items():
            slow = "  TOO SLOW" if its.middle > _MOST_TIMES_UNFILTERED * plain.middle else ""
            print(
                f"  {name:24} p50 {its.middle:7.2f} ms  p95 {statistics.quantiles(its.clock, n=20)[18]:7.2f} ms  "
                f"{its.middle / plain.middle:5.2f} times no filter; processor {its.work:7.2f} ms{slow}"
            )
    for name in FILTERS:
        first, last = found[0][name], found[-1][name]
        print(
            f"{name:26} {last.middle / first.middle:5.2f} times the time, {last.work / first.work:5.2f} times the work "
            f"for {sizes[-1] / sizes[0]:.1f} times the passages"
        )


if __name__ == "__main__":
    main()
