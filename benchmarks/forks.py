"""Work in processes of their own, started at once; and what must be so of a library, whatever happened to it."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Imported before the forks, so that a child starts at once; nothing of them is opened in the parent.
import chromadb  # noqa: F401
import chromadb.api.rust  # noqa: F401

from rag.core.settings import Settings
from rag.library.embedding import Embedder
from rag.search.library import Library
from tests.doubles import WordEmbedder


def as_child(work: Callable[[], object], pipe: int) -> None:
    """Do it and end this process without a trace of the parent's; what it says or how it failed goes into the pipe."""
    try:
        os.write(pipe, json.dumps(work()).encode())
        os._exit(0)
    except BaseException as error:  # noqa: BLE001  # the parent reports it
        where = traceback.extract_tb(error.__traceback__)[-1]
        os.write(pipe, f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})".encode())
        os._exit(1)


def forked(work: Callable[[], object]) -> Any:
    """What the work returns in a process of its own; RuntimeError says how it failed, or by which signal it ended."""
    heard, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(heard)
        as_child(work, told)
    os.close(told)
    text = ""
    while more := os.read(heard, 65536).decode():
        text += more
    os.close(heard)
    _, status = os.waitpid(pid, 0)
    if not os.WIFEXITED(status) or os.WEXITSTATUS(status):
        raise RuntimeError(text or f"ended by signal {os.WTERMSIG(status)}")
    return json.loads(text)


def open_library(place: Path, opener: Callable[[str], Embedder] = WordEmbedder) -> Library:
    """The library at the place, with an embedder that costs nothing."""
    return Library.open(place, Settings(), opener=opener)


def must_agree(library: Library, every: int = 1) -> None:
    """Each passage stands in every index, and nothing else; each, or one in so many, is found by what it holds."""
    library.refresh()
    passages = {
        passage.id: passage
        for article in library.articles()
        for passage in library.catalogue.passages_of(article.source)
    }
    vectors = library.catalogue.vectors(list(passages))
    must(library.is_in_step, "the indexes are not in step")
    for name, index in library.indexes.items():
        must(index.size == len(passages), f"the {name} holds {index.size} of {len(passages)} passages")
        must(index.held(list(passages)) == set(passages), f"the {name} holds other passages than the catalogue")
    for key, passage in list(passages.items())[::every]:
        for near in (library.vectors.nearest(vectors[key], 3), library.nearest_coded(vectors[key], 100)):
            must(key in near, f"{passage.source} is not among the nearest of its own vector")
            must(set(near) <= set(passages), "a removed passage is found by its vector")
        mark = passage.text.rstrip(".").split()[-1]
        must(set(library.matching(mark, 3)) == {key}, f"{passage.source} is not found by its own word {mark}")


def must(is_so: bool, problem: str) -> None:
    """RuntimeError with the problem unless it is so."""
    if not is_so:
        raise RuntimeError(problem)
