"""How a library of many short articles comes about: `python -m benchmarks.many_articles COUNT [--cheap]`.

An invented export of COUNT articles of about 70 words, one in fifty a near-copy of another, is synced by a process of
its own; then again unchanged, then with one row in a hundred changed. `--cheap` takes vectors of hashed words in place
of the model's, to see everything but the model.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from rag.library.embedding import Embedding, Vectors
from rag.library.late import codes_of, directions, word_vectors

ROOT = Path(__file__).parent.parent
_WORD_VECTORS = 1 << 14
_DIRECTIONS, _REST = 48, 0.25
_WEIGHT_OF_PLAIN = 0.2
_SYLLABLES = [first + vowel for first in "bdfghklmnprstvwz" for vowel in "aeio"]
_ENDS = "n r l s t m nd rt st ck".split()
_PLAIN = "the of a to in and for on with by after before its their this that which who from over under".split()
_COMMON = (
    "said government company year report new people city told market minister school price court police first hospital "
    "public village national season announced research budget large local election committee law opened tax road small "
    "bridge power private water early closed rose fell signed agreed refused planned built sold found lost won called "
    "reported harvest music film museum player union bank storm match river several late final second old few most"
).split()
_RARER = 20_000  # invented words
# A word's share falls with its rank as in real text (Zipf's law; the first are less far ahead of the rest, since words
# that questions are not about are taken apart). The words of a question lie in as large a share of the passages as with
# real ones: counted over text, title and names, and summed over the question, .21 of all here, of squad2's .20, of
# mtrag's .11.
_FLATTENED = 10
_SHARE_PLAIN, _SHARE_ABOUT = 0.42, 0.1


def articles(count: int, changed_one_in: int = 0) -> Iterator[dict[str, str]]:
    """Invented articles, the same in every run; one in so many, if any, has another last sentence."""
    chance = random.Random(7)
    names = [_name(chance) for _ in range(3000)]
    terms = [_name(chance).lower() for _ in range(12_000)]
    words = _Words(chance)
    former: list[str] = []
    for number in range(count):
        if former and number % 50 == 49:
            text = f"{chance.choice(former)} The agency corrected its figures later."
        else:
            about = [chance.choice(names) for _ in range(4)] + [chance.choice(terms) for _ in range(10)]
            text = "\n\n".join(
                " ".join(words.sentence(about) for _ in range(chance.randint(2, 4)))
                for _ in range(chance.randint(1, 2))
            )
            former = [*former[-200:], text]
        if changed_one_in and number % changed_one_in == 3:
            text += f" The figures were changed on day {number}."
        yield {
            "id": f"wire-{number:06}",
            "title": words.sentence([chance.choice(names)])[:60].rsplit(" ", 1)[0],
            "published": f"{2000 + number % 25}-{1 + number % 12:02}-{1 + number % 28:02}T08:00:00Z",
            "source": f"{chance.choice(names)} News",
            "body": text,
        }


def _name(chance: random.Random) -> str:
    return ("".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 3))) + chance.choice(_ENDS)).capitalize()


class _Words:
    """What the invented articles are written with."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._common = list(dict.fromkeys(_COMMON + [_name(chance).lower() for _ in range(_RARER)]))
        self._weights = list(accumulate(1 / (rank + _FLATTENED) for rank in range(len(self._common))))

    def sentence(self, about: Sequence[str]) -> str:
        """Of plain words, of common ones, and of those that the article is about."""
        chance, count = self._chance, self._chance.randint(9, 20)
        words = chance.choices(self._common, cum_weights=self._weights, k=count)
        for place in range(count):
            kind = chance.random()
            if kind < _SHARE_ABOUT:
                words[place] = chance.choice(about)
            elif kind < _SHARE_ABOUT + _SHARE_PLAIN:
                words[place] = chance.choice(_PLAIN)
        words.insert(chance.randint(2, 6), str(chance.randint(2, 9000)))
        words[0] = words[0].capitalize()
        return " ".join(words) + "."


def write(file: Path, count: int, changed_one_in: int = 0) -> None:
    """The export as JSON lines."""
    with file.open("w", encoding="utf-8") as lines:
        for article in articles(count, changed_one_in):
            lines.write(json.dumps(article) + "\n")


def sync(folder: Path, library: Path, *flags: str) -> dict[str, float]:
    """What one sync in a process of its own took; memory in MB."""
    command = [sys.executable, "-m", "benchmarks.many_articles", "--child", str(folder), str(library), *flags]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found | {"process": time.perf_counter() - started}


class HashedEmbedder:
    """Vectors of the model's size at next to no cost: each word has a random one, a text the sum of its words'.

    As with a model, texts of the same rare words are near one another, and most of what tells vectors apart lies in far
    fewer directions than they have numbers.
    """

    dimension = 384
    max_tokens = 256

    def __init__(self, name: str) -> None:
        self.name = name
        chance = np.random.default_rng(0)
        some = chance.standard_normal((_WORD_VECTORS, _DIRECTIONS)) / np.sqrt(_DIRECTIONS)
        rest = chance.standard_normal((_WORD_VECTORS, self.dimension)) * _REST
        self._table = (some @ chance.standard_normal((_DIRECTIONS, self.dimension)) + rest).astype(np.float32)
        self._table[_places(" ".join(_PLAIN))] *= _WEIGHT_OF_PLAIN
        self._halves = word_vectors(self._table, np.arange(_WORD_VECTORS))
        self._codes = codes_of(self._halves)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors."""
        sums = [self._table[_places(text)].sum(axis=0) for text in texts]
        return directions(np.array(sums, dtype=np.float32).reshape(len(texts), self.dimension))

    embed_questions = embed_passages

    def embed_passages_by_word(self, texts: Sequence[str]) -> list[Embedding]:
        """With as many words as a model's."""
        return [
            Embedding(vector, self._codes[_places(text)])
            for vector, text in zip(self.embed_passages(texts), texts, strict=True)
        ]

    def embed_question_by_word(self, text: str) -> tuple[Vectors, Vectors]:
        """All its words."""
        return self.embed_passages([text])[0], directions(self._halves[_places(text)])

    def count_tokens(self, text: str) -> int:
        """About as many as a model's."""
        return len(text.split()) * 13 // 10

    def reader(self, weights: Path) -> None:
        """None fits."""


def _places(text: str) -> list[int]:
    return [zlib.crc32(word.encode()) % _WORD_VECTORS for word in text.split()]


def child(folder: Path, library: Path, is_cheap: bool) -> None:
    """Sync, and print what it took as JSON."""
    from rag.search.library import Library

    opened = Library.open(library, opener=HashedEmbedder if is_cheap else None)
    report = opened.sync(folder)
    opened.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = {name: len(getattr(report, name)) for name in ("added", "updated", "unchanged", "removed", "failed")}
    print(json.dumps({**counts, **report.stages, "passages": report.passages, "embedded": report.embedded,
                      "sync": report.seconds, "peak": peak, "torch": float("torch" in sys.modules)}))  # fmt: skip


def show(name: str, took: dict[str, float]) -> None:
    """One run on a few lines."""
    print(f"{name}: {took['process']:.1f} s the process, {took['sync']:.1f} s the sync, peak {took['peak']:.0f} MB")
    print(
        "  " + ", ".join(f"{word} {took[word]:.0f}" for word in ("added", "updated", "unchanged", "removed", "failed"))
    )
    stages = ("plan", "read", "cut", "embed", "commit", "follow", "group")
    print("  " + ", ".join(f"{stage} {took[stage]:.1f} s" for stage in stages))
    if took["embedded"]:
        rate, whole = took["embedded"] / took["embed"], took["embedded"] / took["sync"]
        print(
            f"  {took['embedded']:.0f} passages embedded: {rate:.0f}/s in that stage, {whole:.0f}/s in the whole sync"
        )


def history(folder: Path, count: int, changed_one_in: int, *flags: str) -> None:
    """Fill the folder's `library` from its `articles`, sync both unchanged and changed, and print what each took."""
    articles, library = folder / "articles", folder / "library"
    articles.mkdir(parents=True)
    write(articles / "wire.jsonl", count)
    size = (articles / "wire.jsonl").stat().st_size
    print(
        f"{count:,} articles, {size / 1e6:.1f} MB; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True
    )
    show("first", sync(articles, library, *flags))
    show("unchanged", sync(articles, library, *flags))
    write(articles / "wire.jsonl", count, changed_one_in)
    show(f"one in {changed_one_in:,} changed", sync(articles, library, *flags))
    for part in ("catalogue.sqlite*", "vectors/**/*", "words/**/*"):
        on_disk = sum(file.stat().st_size for file in library.glob(part) if file.is_file())
        print(f"  {part.partition('.')[0].partition('/')[0]}: {on_disk / 1e6:.0f} MB on the disk")


def main() -> None:
    """Measure, and print as it goes."""
    if sys.argv[1] == "--child":
        child(Path(sys.argv[2]), Path(sys.argv[3]), "--cheap" in sys.argv)
        return
    count, flags = int(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as made:
        history(Path(made), count, 100, *flags)


if __name__ == "__main__":
    main()
