"""What damaged files do to a library: `python -m benchmarks.damage [PASSAGES]` spoils each file of each index in turn.

After each, the next process that opens the library must make the index anew without opening the embedder.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.forks import forked, must, must_agree, open_library
from rag.core.errors import CitewellError
from tests.doubles import never_opened

_PARAGRAPHS = 20  # of an article, each a passage
_INDEXES = ("vectors", "words", "codes")


def _flipped(file: Path) -> None:
    chance = random.Random(0)
    with file.open("r+b") as opened:
        for _ in range(60):
            opened.seek(chance.randrange(max(1, file.stat().st_size)))
            opened.write(chance.randbytes(8))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "random bytes": lambda file: file.write_bytes(random.Random(0).randbytes(max(64, file.stat().st_size))),
    "some bytes changed": _flipped,
    "cut in half": lambda file: os.truncate(file, file.stat().st_size // 2),
    "emptied": lambda file: os.truncate(file, 0),
    "longer": lambda file: file.write_bytes(file.read_bytes() + random.Random(0).randbytes(5000)),
    "gone": lambda file: file.unlink(),
}


def make_library(place: Path, passages: int) -> Path:
    """A library of so many passages, in a process of its own."""
    articles = place / "articles"
    articles.mkdir(parents=True)
    for number in range(max(1, passages // _PARAGRAPHS)):
        paragraphs = [
            " ".join([*random.choices("ship wheat storm harbour treaty engine".split(), k=90), f"mark{number}x{part}."])
            for part in range(_PARAGRAPHS)
        ]
        (articles / f"{number}.txt").write_text("\n\n".join(paragraphs))

    def fill() -> None:
        with closing(open_library(place / "whole")) as library:
            library.sync(articles)

    forked(fill)
    has_graph = any((place / "whole" / "vectors").rglob("index_metadata.pickle"))
    must(has_graph or passages < 1000, "Chroma has written no graph")
    return place / "whole"


def files_of_indexes(whole: Path) -> list[Path]:
    """All that the library's indexes lie in."""
    return [file for index in _INDEXES for file in sorted((whole / index).rglob("*")) if file.is_file()]


def spoil_indexes(
    whole: Path, wanted: Callable[[str, str], bool] = lambda file, damage: True, every: int = 1
) -> list[str]:
    """Every damage to every file of the indexes, or the wanted ones: what came of each that is not as it must be.

    Of the passages one in so many is looked for afterwards.
    """
    problems = []
    spoilt = whole.with_name("spoilt")
    for file in files_of_indexes(whole):
        for name, damage in DAMAGES.items():
            if not wanted(file.name, name):
                continue
            shutil.rmtree(spoilt, ignore_errors=True)
            shutil.copytree(whole, spoilt)
            damage(spoilt / file.relative_to(whole))
            try:
                forked(lambda: _check_mended(spoilt, every))
            except RuntimeError as problem:
                problems.append(f"{file.relative_to(whole)}, {name}: {problem}")
    return problems


def _check_mended(place: Path, every: int) -> None:
    with closing(open_library(place, never_opened)) as library:
        must_agree(library, every)


def spoil_catalogue(whole: Path, count: int) -> tuple[Counter[str], list[str]]:
    """So many damages to the catalogue; each ends in an answer or in one sentence that names the way out."""
    ends: Counter[str] = Counter()
    problems = []
    spoilt = whole.with_name("spoilt")
    for number in range(count):
        shutil.rmtree(spoilt, ignore_errors=True)
        shutil.copytree(whole, spoilt)
        _spoil_catalogue(spoilt / "catalogue.sqlite", number)
        try:
            ends[forked(lambda: _asked(spoilt, whole.parent / "articles"))] += 1
        except RuntimeError as problem:
            problems.append(f"catalogue, damage {number}: {problem}")
    return ends, problems


def _spoil_catalogue(file: Path, number: int) -> None:
    """Random bytes over a stretch that grows with the number, or the end cut off."""
    chance = random.Random(number)
    size = file.stat().st_size
    if number % 4 == 0:
        os.truncate(file, chance.randrange(size))
        return
    with file.open("r+b") as opened:
        opened.seek(chance.choice([0, 100, chance.randrange(size)]))
        opened.write(chance.randbytes(min(size, 16 << (number % 14))))


def _asked(place: Path, articles: Path) -> str:
    """How a search, and then a sync, end."""
    ends = []
    for work in (lambda: library.search("ship wheat storm"), lambda: library.sync(articles)):
        with closing(open_library(place)) as library:
            try:
                work()
                ends.append("done")
            except CitewellError as error:
                must(bool(error.hint) and "\n" not in str(error), f"no way out is named: {error}")
                ends.append(type(error).__name__)
    return "search " + ends[0] + ", sync " + ends[1]


def main() -> int:
    """Print what came of it; 1 where a damage was not mended."""
    passages = int(sys.argv[1]) if len(sys.argv) > 1 else 1500  # Chroma writes its graph only beyond a thousand
    place = Path(tempfile.mkdtemp())
    try:
        whole = make_library(place, passages)
        problems = spoil_indexes(whole)
        count = len(files_of_indexes(whole))
        print(f"{count} files of the indexes, {len(DAMAGES)} damages each: {len(problems)} not mended.")
        ends, more = spoil_catalogue(whole, 200)
        print(f"200 damages to the catalogue: {dict(ends)}, {len(more)} otherwise.")
        for problem in problems + more:
            print(f"  {problem}")
        return 1 if problems + more else 0
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    sys.exit(main())
