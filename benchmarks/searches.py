"""How well each way to search finds what is asked for, in one table: `python -m benchmarks.searches DATA [CACHE]`.

BM25 alone, vectors alone, both fused by reciprocal ranks and with equal weights, LangChain's similarity search and
ours, on the same questions of the same corpora. DATA holds folders with `corpus.jsonl` and `queries.jsonl`; the table
is of the part that nothing was chosen on (`--part all` for both). CACHE keeps libraries and stores. Needs the extras
`bench` and `measuring`.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

from benchmarks.usual import UsualPipeline
from rag.core.settings import Settings
from rag.measuring.configurations import Configuration, Ranked, best_of_each
from rag.measuring.retrieval import library_of, measure
from rag.measuring.running import sampled
from rag.measuring.sets import CORPUS, PARTS, Asked, RetrievalSet, load_set
from rag.search.library import Library

SETS = ("squad2", "ramdocs", "mtrag")
_K = 40  # passages, as in our own configurations

# The splitter as it is when nothing is said to it, and as LangChain's tutorials set it.
CUTTINGS: dict[str, dict[str, int] | None] = {"langchain": {}, "langchain-1000": None}
NAMES = ("langchain", "ours", "langchain-1000", "words", "vectors", "rrf", "equal")


def usual(corpus: Path, folder: Path, cutting: dict[str, int] | None) -> Configuration:
    """LangChain's similarity search over the corpus, each title before its text; the question as it was asked."""
    is_new = not folder.exists()
    pipeline = UsualPipeline(folder, cutting=cutting)
    if is_new:
        rows = [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines()]
        texts = ((f"{CORPUS}#{row['id']}", f"{row.get('title') or ''}\n\n{row['text']}".strip()) for row in rows)
        pipeline.ingest(texts)

    def search(library: Library, asked: Asked) -> Ranked:
        return best_of_each(pipeline.ranked(asked.question, _K))

    return search


def main() -> None:
    """A table for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path, nargs="?")
    parser.add_argument("--part", choices=PARTS, default="report")
    parser.add_argument("--sample", type=int, help="so many questions of each set, the same ones in every run")
    parser.add_argument("--sets", default=",".join(SETS), help="folders of DATA, with commas between")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        cache = given.cache or Path(made)
        for name in given.sets.split(","):
            of = load_set(given.data / name)
            if of.corpus is None:
                raise SystemExit(f"{name} has no {CORPUS}.")
            others = {key: usual(of.corpus, cache / f"{name}-{key}", cut) for key, cut in CUTTINGS.items()}
            with library_of(of, Settings(), cache / f"{name}-ours") as library:
                asked = RetrievalSet(
                    f"{name}, part {given.part}", sampled(of.of_part(given.part), given.sample), of.corpus
                )
                report = measure(asked, library, NAMES, is_compared=True, others=others)
            print(f"{report}\n(load {os.getloadavg()[0]:.1f})\n", flush=True)


if __name__ == "__main__":
    main()
