"""How many of the truly nearest passages Chroma finds, by its settings: `python -m benchmarks.recall LIBRARY`.

LIBRARY is any that was filled, the larger the better. Its vectors are put into a collection for each setting; questions
are the first sentences of passages taken by chance, and what is near to them is known from every vector's own cosine.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.library.embedding import Vectors
from rag.library.vectors import HNSW
from rag.search.library import Library

_QUESTIONS = 200
_FOUND = 100  # what a search takes from Chroma
_BATCH = 5000
# Chroma's own settings, ours, and ours with a longer list; each graph is searched with shorter and longer lists.
GRAPHS = (
    {"ef_construction": 100, "max_neighbors": 16},
    {name: HNSW[name] for name in ("ef_construction", "max_neighbors")},
    {"ef_construction": 200, "max_neighbors": HNSW["max_neighbors"]},
)
SEARCHES = (100, 150, 200, 400)


def exact(questions: Vectors, vectors: Vectors) -> list[list[int]]:
    """The places of the nearest vectors, nearest first, for each question."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return [np.argsort(-(unit @ question), kind="stable")[:_FOUND].tolist() for question in questions]


def share(found: Sequence[Sequence[int]], nearest: Sequence[Sequence[int]], first: int) -> float:
    """Of the first so many that are nearest, how many are among the first so many found."""
    pairs = zip(found, nearest, strict=True)
    return statistics.mean(len(set(its[:first]) & set(true[:first])) / len(true[:first]) for its, true in pairs)


def main() -> None:
    """Print a line for each setting."""
    import chromadb
    from chromadb.config import Settings

    library = Library.open(Path(sys.argv[1]))
    texts: list[str] = []
    rows: list[Vectors] = []
    for batch in library.catalogue.added_since(0, _BATCH):
        for passage, vector in batch:
            texts.append(passage.text)
            rows.append(vector)
    vectors = np.stack(rows)
    asked = random.Random(5).sample(texts, min(_QUESTIONS, len(texts)))
    questions = library.embedder.embed_questions([re.split(r"(?<=[.!?])\s", text)[0] for text in asked])
    nearest = exact(questions, vectors)
    print(f"{len(vectors):,} passages, {len(questions)} questions")
    for graph in GRAPHS:
        with tempfile.TemporaryDirectory() as made:
            client = chromadb.PersistentClient(made, Settings(anonymized_telemetry=False))
            started = time.perf_counter()
            collection = client.create_collection(
                "passages", configuration={"hnsw": {"space": "cosine", **graph}}, embedding_function=None
            )
            for start in range(0, len(vectors), _BATCH):
                some = range(start, min(start + _BATCH, len(vectors)))
                collection.add(ids=[str(place) for place in some], embeddings=vectors[some.start : some.stop])
            collection.query(query_embeddings=questions[:1], n_results=1)  # waits for the graph
            built = time.perf_counter() - started
            for length in SEARCHES:
                collection.modify(configuration={"hnsw": {"ef_search": length}})
                client.close()  # a graph keeps the list it was opened with
                client = chromadb.PersistentClient(made, Settings(anonymized_telemetry=False))
                collection = client.get_collection("passages", embedding_function=None)
                collection.query(query_embeddings=questions[:1], n_results=1)
                found, took = [], []
                for question in questions:
                    started = time.perf_counter()
                    answer = collection.query(query_embeddings=[question], n_results=_FOUND, include=["distances"])
                    took.append((time.perf_counter() - started) * 1000)
                    found.append([int(place) for place in answer["ids"][0]])
                print(
                    f"{graph['max_neighbors']} neighbours, list of {graph['ef_construction']} in the making "
                    f"({built:.0f} s), of {length} in the search: recall@10 {share(found, nearest, 10):.4f}, "
                    f"recall@{_FOUND} {share(found, nearest, _FOUND):.4f}, p50 {statistics.median(took):.2f} ms",
                    flush=True,
                )


if __name__ == "__main__":
    main()
