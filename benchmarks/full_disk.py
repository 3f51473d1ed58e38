"""What a full disk does to a sync: `python -m benchmarks.full_disk` fills a small tmpfs to the brim at many heights.

Each command must end in one sentence and exit code 2, leave a library that answers, and finish once there is room.
Needs the right to mount; where there is none it says so and ends with exit code 3.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.forks import forked, must, must_agree, open_library
from benchmarks.kills import WORDS
from rag.core.errors import CitewellError
from rag.library import store
from rag.serving.cli import run
from rag.serving.ingesting import ingest
from tests.doubles import WordEmbedder

NO_MOUNT = 3
# Kilobytes left free: from nothing, not even a lock, to enough for all but the last file.
HEIGHTS = [0, 4, 12, 40, 80, 120, 200, 300, 450, 700, *range(1000, 6000, 250)]
_SIZE_KB = 24_000


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A tmpfs of a few megabytes; PermissionError where none may be mounted."""
    disk = place / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE_KB}k", "citewell", str(disk)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("mount") else None
    if mounted is None or mounted.returncode:
        raise PermissionError(mounted.stderr.strip() if mounted else "there is no command `mount`")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill_disk(place: Path, heights: list[int]) -> tuple[Counter[str], list[str]]:
    """At each height a first and a second sync against the brim; how they ended, and what was not as it must be."""
    ends: Counter[str] = Counter()
    problems = []
    with small_disk(place) as disk:
        for height in heights:
            for is_first in (True, False):
                for path in disk.iterdir():
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                try:
                    ends.update(_against_the_brim(place, disk, height, is_first))
                except RuntimeError as problem:
                    problems.append(f"{height} KB free, {'first' if is_first else 'second'} sync: {problem}")
    return ends, problems


def _against_the_brim(place: Path, disk: Path, height: int, is_first: bool) -> list[str]:
    articles, library, ballast = place / "articles", disk / "library", disk / "ballast"
    shutil.rmtree(articles, ignore_errors=True)
    articles.mkdir()
    chance = random.Random(height)
    _write(articles, chance, range(40))
    if not is_first:
        must(forked(lambda: _ingest(library, articles))[0] == 0, "there was no room to begin with")
        for name in range(5):
            (articles / f"{name}.txt").unlink()
        _write(articles, chance, range(20, 60))
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(disk).free - height * 1024))
    code, said = forked(lambda: _ingest(library, articles))
    must("Traceback" not in said and "panicked" not in said, f"it said: {said}")
    if code:
        must(code == 2 and said.startswith("error: ") and said.count("\n") == 1, f"exit {code}, and it said: {said}")
        must("full" in said or "No space" in said, f"the disk is not named: {said}")
    ends = [f"exit {code}: {said.replace(str(disk), '')[:60]}"] if code else ["done"]
    if not is_first:
        ends.append("meanwhile " + forked(lambda: _asked(library)))
    ballast.unlink()
    again, said = forked(lambda: _ingest(library, articles))
    must(again == 0, f"with room it does not finish: {said}")
    forked(lambda: _agrees(library, articles))
    return ends


def _write(articles: Path, chance: random.Random, names: range) -> None:
    for name in names:
        paragraphs = [
            " ".join([*chance.choices(WORDS, k=40), f"mark{chance.randrange(10**9)}."]).capitalize() for _ in range(6)
        ]
        (articles / f"{name}.txt").write_text("\n\n".join(paragraphs))


def _ingest(library: Path, articles: Path) -> tuple[int, str]:
    """The command in this process, with an embedder that costs nothing: its exit code, and all it said on stderr."""
    os.chdir(articles)
    store.open_embedder = lambda name, runtime: WordEmbedder(name)  # type: ignore[assignment]
    heard, told = os.pipe()
    os.dup2(told, 2)  # what native code says, too
    os.close(told)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            run(ingest, [str(articles), "--library", str(library)])
    except SystemExit as left:
        sys.stderr.flush()
        os.close(2)
        return int(str(left.code)), os.read(heard, 65536).decode()
    raise AssertionError("the command did not end")


def _asked(place: Path) -> str:
    """What a question gets from the library on the full disk: an answer, or a sentence."""
    with closing(open_library(place)) as library:
        try:
            hits = library.search("ship wheat storm harbour")
        except CitewellError as error:
            return f"{type(error).__name__}: {error.message.replace(str(place), '')[:60]}"
        for hit in hits:
            article: Any = library.article(hit.passage.source)
            must(article.text[hit.passage.start : hit.passage.end] == hit.passage.text, "a hit is not in its article")
        return f"answered, {library.notice or 'by both searches'}"


def _agrees(place: Path, articles: Path) -> None:
    with closing(open_library(place)) as library:
        said = {article.source for article in library.articles()}
        must(said == {file.name for file in articles.iterdir()}, "the library does not say what the folder says")
        must_agree(library)


def main() -> int:
    """Print what came of it; 1 where something was not as it must be, 3 where nothing can be mounted."""
    place = Path(tempfile.mkdtemp())
    try:
        heights = [int(height) for height in sys.argv[1:]] or HEIGHTS
        ends, problems = fill_disk(place, heights)
    except PermissionError as reason:
        print(f"No small disk can be mounted here: {reason}")
        return NO_MOUNT
    finally:
        shutil.rmtree(place)
    for end, count in ends.most_common():
        print(f"{count:4} {end}")
    print(f"{len(heights)} heights, two syncs each: {len(problems)} problems.")
    for problem in problems:
        print(f"  {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
