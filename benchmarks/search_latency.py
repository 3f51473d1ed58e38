"""How long a search takes as the library grows, with and without a range of days.

    python -m benchmarks.search_latency [FOLDER] [--passages 10000,100000]

Invented articles (`benchmarks.many_articles`) are synced with vectors that cost nothing, so that what is timed is the
search and not the model. Each question is asked with every filter in turn, so that whatever else the machine does falls
on all of them alike. FOLDER keeps the libraries for the next run.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.many_articles import RandomEmbedder, articles, write
from rag.search.library import Library

_QUESTIONS = 150
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
    library = Library.open(place / "library", opener=RandomEmbedder)
    if not exported.exists():
        exported.parent.mkdir(parents=True)
        write(exported, count)
    report = library.sync(exported.parent)
    print(f"{report.passages:,} passages of {count:,} articles, synced in {report.seconds:.0f} s", flush=True)
    return library


def timed(library: Library) -> dict[str, list[float]]:
    """Milliseconds of each search, by filter."""
    taken: dict[str, list[float]] = {name: [] for name in FILTERS}
    for number, question in enumerate(questions(_WARM + _QUESTIONS)):
        for name, only in FILTERS.items():
            started = time.perf_counter()
            library.find([(1.0, question)], 8, ignore_dates=True, **only)  # type: ignore[arg-type]
            if number >= _WARM:
                taken[name].append((time.perf_counter() - started) * 1000)
    return taken


def main() -> None:
    """Both sizes, then what grew how much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--passages", default="10000,100000", help="articles of each library: about as many passages")
    given = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    middles: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as made:
        for count in map(int, given.passages.split(",")):
            library = library_of(given.folder or Path(made), count)
            found = timed(library)
            size = library.words.size
            middles[size] = {name: statistics.median(taken) for name, taken in found.items()}
            for name, taken in found.items():
                times = middles[size][name] / middles[size]["no filter"]
                slow = "  TOO SLOW" if times > _MOST_TIMES_UNFILTERED else ""
                print(
                    f"  {name:24} p50 {middles[size][name]:7.2f} ms  p95 {statistics.quantiles(taken, n=20)[18]:7.2f} "
                    f"ms  {times:5.2f} times no filter{slow}"
                )
            library.close()
    first, *_, last = middles
    for name in FILTERS:
        print(f"{name:26} {middles[last][name] / middles[first][name]:5.2f} times for {last / first:.1f} as many")


if __name__ == "__main__":
    main()
