"""The library's files hold together: one writer, one embedder, indexes that are mended and never the truth."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from rag.core.errors import EmbedderMismatch, LibraryBusy, LibraryError, LibraryMissing, StorageError
from rag.core.settings import Settings
from rag.library.embedding import PROBE
from rag.library.followers import mark_of
from rag.library.lock import writing
from rag.search.library import Library
from tests.doubles import WordEmbedder, never_opened

SHIPS = "Ships came into the harbour. They had waited for eleven days."
WHEAT = "The price of wheat rose again. Bakers complained about it."
STORM = "A storm broke the lighthouse. Nobody was hurt by it."
FILES = {"a.txt": SHIPS, "b.txt": WHEAT}


@pytest.fixture
def filled_place(library, folder, tmp_path) -> Path:
    """The folder of a closed library of FILES."""
    with closing(library()) as opened:
        opened.sync(folder(FILES))
    return tmp_path / "library"


def texts_found(library, words: str) -> list[str]:
    return [hit.passage.text for hit in library.search(words)]


# One writer


@contextmanager
def another_writer(place: Path, *, is_reader: bool = False):
    """A process of its own that holds the writer's lock until it is killed, or hears that it may let go."""
    script = (
        "import sys; from pathlib import Path; from rag.library.lock import writing\n"
        f"with writing(Path(sys.argv[1]), is_reader={is_reader}): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_writer_is_told_who_is_writing(library, folder, filled_place):
    with another_writer(filled_place) as process, pytest.raises(LibraryBusy) as problem:
        library().sync(folder({"c.txt": STORM}))

    assert f"process {process.pid} on {os.uname().nodename}" in problem.value.message
    assert "again" in problem.value.hint
    assert library().article("c.txt") is None


def test_a_writer_waits_for_a_reader_that_brings_the_indexes_up(library, folder, filled_place):
    with another_writer(filled_place, is_reader=True) as process:
        threading.Timer(0.3, process.stdin.close).start()

        assert library().sync(folder({"c.txt": STORM})).added == ("c.txt",)


def test_a_reader_does_not_wait_for_another(filled_place):
    held = another_writer(filled_place, is_reader=True)

    with held, pytest.raises(LibraryBusy), writing(filled_place, is_reader=True):
        pass


def test_readers_search_while_another_process_writes(library, filled_place):
    with another_writer(filled_place):
        assert texts_found(library(), "the price of wheat")[0] == WHEAT


def test_the_lock_of_a_killed_writer_is_taken_over(library, folder, filled_place):
    with another_writer(filled_place) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()

        assert library().sync(folder({"c.txt": STORM})).added == ("c.txt",)


def test_the_lock_is_free_after_a_writer_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        raise ZeroDivisionError

    with writing(tmp_path):
        assert (tmp_path / "writer.json").exists()
    assert not (tmp_path / "writer.json").exists()


def test_a_library_that_cannot_be_a_folder_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError, match="cannot be written"), writing(tmp_path / "file" / "library"):
        pass


# One embedder


def test_another_embedder_is_refused_with_the_command_that_fixes_it(library, folder, filled_place):
    opened = library(embedder="another", opener=never_opened)

    for attempt in (lambda: opened.search("wheat"), lambda: opened.sync(folder({}))):
        with pytest.raises(EmbedderMismatch) as problem:
            attempt()
        assert "'all-MiniLM-L6-v2', not 'another'" in problem.value.message
        assert f"python ingest.py --rebuild --library {filled_place}" in problem.value.hint
        assert "RAG_EMBEDDER=all-MiniLM-L6-v2" in problem.value.hint


def test_other_weights_under_the_same_name_are_refused(library, folder, filled_place):
    opened = library(opener=partial(WordEmbedder, weights="other"))

    for attempt in (lambda: opened.search("wheat"), lambda: opened.sync(folder({"c.txt": STORM}))):
        with pytest.raises(EmbedderMismatch, match="its vectors differ") as problem:
            attempt()
        assert f"python ingest.py --rebuild --library {filled_place}" in problem.value.hint
    assert library().article("c.txt") is None


class Wider(WordEmbedder):
    dimension = 128


@pytest.mark.parametrize("opener", [partial(WordEmbedder, weights="other"), Wider], ids=["other weights", "wider"])
@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "another"])
def test_an_embedder_in_use_is_refused_once_another_process_built_the_library_with_another(
    library, folder, filled_place, opener, name
):
    reader = library()
    assert texts_found(reader, "the price of wheat")
    with closing(library(embedder=name, opener=opener)) as other:
        other.sync(folder({}), rebuild=True)

    for attempt in (lambda: reader.search("the price of wheat"), lambda: reader.sync(folder({"c.txt": STORM}))) * 2:
        with pytest.raises(EmbedderMismatch) as problem:
            attempt()
        assert f"python ingest.py --rebuild --library {filled_place}" in problem.value.hint

    with closing(library()) as other:
        other.sync(folder({"c.txt": STORM}), rebuild=True)
    assert texts_found(reader, "the storm at the lighthouse")[0] == STORM


def test_an_embedder_in_use_is_checked_once_for_each_building_of_the_library(library, folder, filled_place):
    embedder = WordEmbedder()
    reader = library(opener=lambda name: embedder)
    for _ in range(3):
        texts_found(reader, "the price of wheat")
    assert embedder.embedded == [PROBE]
    with closing(library()) as other:
        other.sync(folder({}), rebuild=True)

    for _ in range(3):
        texts_found(reader, "the price of wheat")

    assert embedder.embedded == [PROBE] * 2


def test_an_embedder_that_was_loaded_before_there_were_articles_is_checked_against_the_first(library, folder):
    reader = library()
    reader.sync(folder({"a.txt": SHIPS}))
    reader.sync(folder({"a.txt": None}), rebuild=True)
    assert reader.embedder.name == "all-MiniLM-L6-v2"

    with closing(library(embedder="another", opener=partial(WordEmbedder, weights="other"))) as other:
        other.sync(folder({"b.txt": WHEAT}))

    with pytest.raises(EmbedderMismatch):
        reader.search("the price of wheat")


def test_a_library_remembers_how_it_was_built(library, filled_place):
    built = library().catalogue.built

    assert (built.embedder, built.dimension) == ("all-MiniLM-L6-v2", WordEmbedder.dimension)
    assert built.probe == pytest.approx(tuple(WordEmbedder().embed_passages([PROBE])[0]), abs=1e-4)


# Indexes


def spoil_files(index: Path) -> None:
    for file in index.rglob("*"):
        if file.is_file() and file.name != "applied.json":
            file.write_bytes(b"garbage")


def spoil_one(name: str, index: Path) -> None:
    file = next(index.rglob(name))
    file.write_bytes(b"garbage" * 2000)


DAMAGES = {
    "deleted": shutil.rmtree,
    "garbage": spoil_files,
    "emptied": lambda index: [file.unlink() for file in index.rglob("*") if file.is_file()],
    "catch-up interrupted": lambda index: (index / "applied.json").unlink(),
    "mark unreadable": partial(spoil_one, "applied.json"),
}


@pytest.mark.parametrize(
    ("index", "damage"),
    [
        pytest.param(
            index,
            damage,
            id=f"{index}: {name}",
        )
        for index in ("vectors", "words", "codes")
        for name, damage in DAMAGES.items()
    ],
)
def test_a_damaged_index_is_made_again_without_embedding(library, filled_place, damage, index):
    damage(filled_place / index)
    embedder = WordEmbedder()
    opened = library(opener=lambda name: embedder)

    assert texts_found(opened, "the price of wheat") == [WHEAT, SHIPS]
    assert {index.size for index in opened.indexes.values()} == {2}
    assert opened.is_in_step
    assert embedder.embedded == [PROBE]


@pytest.mark.parametrize("index", ["vectors", "words", "codes"])
def test_an_unchanged_sync_mends_a_missing_index_without_a_model(library, folder, filled_place, index):
    shutil.rmtree(filled_place / index)

    opened = library(opener=never_opened)
    report = opened.sync(folder({}))

    assert report.unchanged == ("a.txt", "b.txt")
    assert opened.is_in_step


def test_an_index_of_another_library_starts_anew(library, folder, filled_place, tmp_path):
    with closing(library("other")) as other:
        other.sync(folder({"c.txt": STORM}, "elsewhere"))
    for index in ("vectors", "words", "codes"):
        shutil.rmtree(filled_place / index)
        shutil.copytree(tmp_path / "other" / index, filled_place / index)

    opened = library()

    assert sorted(texts_found(opened, "storm wheat ships")) == sorted([SHIPS, WHEAT])


@pytest.mark.parametrize("index", ["vectors", "words", "codes"])
def test_a_damaged_index_leaves_the_other_to_answer_while_another_process_writes(library, filled_place, index):
    spoil_files(filled_place / index)

    with another_writer(filled_place):
        assert WHEAT in texts_found(library(), "the price of wheat")


def test_a_catalogue_that_is_garbage_is_one_sentence(library, filled_place):
    for file in filled_place.glob("catalogue.sqlite*"):
        file.write_bytes(b"garbage" * 2000)

    with pytest.raises(StorageError) as problem:
        library().search("wheat")

    assert "\n" not in str(problem.value)


def test_a_library_of_another_format_is_refused(library, filled_place):
    import sqlite3

    with closing(sqlite3.connect(filled_place / "catalogue.sqlite")) as db, db:
        db.execute("UPDATE about SET value = '99' WHERE name = 'format'")

    with pytest.raises(LibraryError, match="format '99'"):
        library().search("wheat")


# Changes seen by those who read


WRITER = """
import sys
from pathlib import Path
from rag import Library, Settings
from tests.doubles import WordEmbedder
library = Library.open(sys.argv[1], Settings(), opener=WordEmbedder)
print(library.sync(sys.argv[2], rebuild=len(sys.argv) > 3))
"""


@pytest.mark.parametrize("flags", [[], ["rebuild"]], ids=["sync", "rebuild"])
def test_a_reader_sees_what_another_process_has_synced(library, folder, filled_place, program, flags):
    reader = library()
    assert texts_found(reader, "the storm at the lighthouse")[0] != STORM
    place = folder({"a.txt": None, "b.txt": WHEAT.replace("rose", "fell"), "c.txt": STORM})

    written = program("-c", WRITER, filled_place, place, *flags)

    assert written.returncode == 0, written.stderr
    assert texts_found(reader, "the storm at the lighthouse")[0] == STORM
    assert sorted(texts_found(reader, "ships wheat storm")) == sorted([WHEAT.replace("rose", "fell"), STORM])


def test_a_reader_sees_what_another_library_object_has_synced(library, folder, filled_place):
    reader, writer = library(), library()
    assert texts_found(reader, "the storm at the lighthouse")[0] != STORM

    writer.sync(folder({"a.txt": None, "c.txt": STORM}))

    assert sorted(texts_found(reader, "ships wheat storm")) == sorted([WHEAT, STORM])
    assert sorted(texts_found(writer, "ships wheat storm")) == sorted([WHEAT, STORM])


def test_a_reader_opened_before_there_was_a_library_finds_its_articles(library, folder):
    reader = library()
    with pytest.raises(LibraryMissing, match=r"python ingest\.py FOLDER --library"):
        reader.search("wheat")

    library().sync(folder(FILES))

    assert texts_found(reader, "the price of wheat")[0] == WHEAT


def test_a_reader_of_a_library_that_was_moved_away_finds_what_another_says_in_its_place(library, folder, filled_place):
    reader = library()
    assert texts_found(reader, "the storm at the lighthouse")
    filled_place.rename(filled_place.with_name("away"))
    with closing(library()) as other:
        other.sync(folder({"c.txt": STORM}, "elsewhere"))
    before = {name: mark_of(index.folder) for name, index in other.indexes.items()}

    assert texts_found(reader, "ships wheat storm") == [STORM]
    assert {name: mark_of(index.folder) for name, index in other.indexes.items()} == before
    assert sorted(texts_found(library("away"), "ships wheat storm")) == sorted([SHIPS, WHEAT])


def test_opening_and_asking_what_is_there_makes_nothing(library, tmp_path):
    opened = library(opener=never_opened)

    assert opened.is_empty
    assert opened.article("a.txt") is None
    assert list(opened.articles()) == opened.folders() == []
    assert not (tmp_path / "library").exists()


# A library that is asked once


def test_a_brief_library_finds_what_the_vector_index_finds_without_opening_it(filled, embedder):
    settings = Settings(articles=filled / "articles")
    usual = Library.open(filled / "library", settings, opener=lambda name: embedder)
    brief = Library.open(filled / "library", settings, opener=lambda name: embedder, is_brief=True)

    for question in ("Who is Sameh Shoukry?", "gas and wheat", "Libya's deadlock"):
        expected, found = usual.search(question, 5), brief.search(question, 5)
        assert [hit.passage for hit in found] == [hit.passage for hit in expected]
        assert [hit.vector.rank for hit in found] == [hit.vector.rank for hit in expected]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-3)
    assert usual.vectors.is_open
    assert not brief.vectors.is_open
    assert brief.notice == ""
    usual.close()
    brief.close()


def test_a_brief_library_passes_over_a_vector_that_is_not_whole(filled, embedder, tmp_path):
    shutil.copytree(filled / "library", tmp_path / "library")
    with closing(sqlite3.connect(tmp_path / "library/catalogue.sqlite")) as db, db:
        db.execute("UPDATE passages SET vector = x'0000' WHERE id = (SELECT min(id) FROM passages)")
    brief = Library.open(tmp_path / "library", Settings(), opener=lambda name: embedder, is_brief=True)

    assert brief.search("Who is Sameh Shoukry?", 3)
    assert not brief.vectors.is_open
    brief.close()


def test_a_search_by_words_waits_for_no_search_by_meaning(library, filled_place):
    opened = library()
    opened.refresh()
    found: list[dict[str, float]] = []
    searching = threading.Thread(target=lambda: found.append(opened.matching("ships", 5)))

    with opened._index_lock:  # as a search by meaning holds it
        searching.start()
        searching.join(10)
        so_far = list(found)

    assert [len(scores) for scores in so_far] == [1]


def test_a_library_emptied_by_another_process_is_told_as_such(library, filled_place):
    opened = library()
    assert texts_found(opened, "ships")
    with closing(library()) as other, writing(filled_place):
        other.catalogue.remove(sorted(other.catalogue.sources()))

    with pytest.raises(LibraryMissing):
        opened.search("ships")
