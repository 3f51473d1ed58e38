"""What can be wrong with a library's indexes and files, and mending it without embedding anything."""

from __future__ import annotations

import shutil
from pathlib import Path

from rag.core.errors import StorageError
from rag.library.followers import IndexDamaged, check_files, check_size, discard, mark_of
from rag.library.lock import writing
from rag.library.store import Index, Store
from rag.library.words import WordIndex, terms

_SAMPLE = 50  # passages looked up in each index
_NEAR = 30  # passages asked for: signs do not tell all apart
_SAME_COSINE = 0.99  # a passage's own vector comes back so near, or another's of the same words does


def problem_of(store: Store, index: Index) -> str:
    """What is wrong with an index, as a sentence; empty where nothing is. Nothing is mended or caught up."""
    mark, (library_id, change) = mark_of(index.folder), store.catalogue.version
    if mark is None:
        return "It is missing or was never finished."
    if mark.library_id != library_id:
        return "It belongs to another library."
    if mark.change != change:
        return f"It has come to change {mark.change} of {change}."
    try:
        check_files(index.folder, mark)
        index.open()
        check_size(index, store.catalogue.counts()[1])
        return _problem_of_sample(store, index)
    except (IndexDamaged, StorageError) as error:
        return error.message


def _problem_of_sample(store: Store, index: Index) -> str:
    built = store.catalogue.built
    # A vector that is not whole is another finding, and no index can be asked for it.
    sample = [pair for pair in store.catalogue.sample(_SAMPLE) if built is None or len(pair[1]) == built.dimension]
    missing = {passage.id for passage, _ in sample} - index.held([passage.id for passage, _ in sample])
    if missing:
        return f"It lacks {len(missing)} of {len(sample)} passages looked up."
    lost = []
    for passage, vector in sample:
        if isinstance(index, WordIndex):
            is_found = not terms(passage.text) or bool(index.scores(passage.text, [passage.id]))
        else:
            near = store.catalogue.vectors(list(index.nearest(vector, _NEAR))).values()
            is_found = any(float(vector @ its) > _SAME_COSINE for its in near if len(its) == len(vector))
        if not is_found:
            lost.append(passage)
    # The graph is searched by nearness, not exhaustively: one miss in many is no damage.
    if len(lost) > len(sample) // 10:
        return f"It does not find {len(lost)} of {len(sample)} passages by what they say."
    return ""


def repair(store: Store) -> list[str]:
    """Mend the indexes and drop what interrupted writes left behind; what was done, a sentence each."""
    done = []
    with writing(store.folder):
        for name, index in store.indexes.items():
            if not (problem := problem_of(store, index)):
                continue
            before = mark_of(index.folder)
            is_behind = before is not None and before.change < store.catalogue.change
            if not is_behind:
                discard(index)
            store.follow()
            if is_behind and problem_of(store, index):
                discard(index)
                store.follow()
                is_behind = False
            did = "was brought up to the catalogue" if is_behind else "was made anew from the catalogue"
            done.append(f"The {name} {did}: {problem[0].lower()}{problem[1:]}")
        for path in leftovers(store):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            done.append(f"{str(path.relative_to(store.folder))!r}, left by an interrupted write, was removed.")
    return done


def leftovers(store: Store) -> list[Path]:
    """What interrupted writes left in the library's folder and nothing uses."""
    makings = sorted(store.vectors.folder.glob("made-*"))[:-1]
    return [*makings, *store.folder.glob("*/applied.json.new")]
