"""The doctor finds what is wrong, names the command that mends it, and with --repair mends what needs no model."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from rag.answering.health import examine
from rag.library.followers import mark_of
from rag.library.repair import repair
from tests.doubles import never_opened

FILES = {
    "a.txt": "Ships came into the harbour. They had waited for eleven days.",
    "b.txt": "The price of wheat rose again. Bakers complained about it.",
}


@pytest.fixture
def place(library, folder, tmp_path):
    """The folder of a closed library of FILES."""
    with closing(library()) as opened:
        opened.sync(folder(FILES))
    return tmp_path / "library"


def findings(library) -> dict[str, str]:
    """What is left to mend, by what it is about: the message and the hint."""
    found = examine(library.settings, library)
    return {finding.about: f"{finding.message} {finding.hint}" for finding in found if not finding.is_fine}


def change_row(place, statement: str) -> None:
    with closing(sqlite3.connect(place / "catalogue.sqlite")) as db, db:
        db.execute(statement)


def spoil(path) -> None:
    for file in path.rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage" * 300)


def test_a_good_library_has_nothing_to_mend(library, place):
    opened = library()

    assert findings(opened) == {}
    assert repair(opened) == []


INDEXES = [("vector index", "vectors"), ("word index", "words"), ("code index", "codes")]
BROKEN = {
    "deleted": shutil.rmtree,
    "a file": lambda index: (shutil.rmtree(index), index.write_text("x")),
    "unfinished": lambda index: (index / "applied.json").unlink(),
    "spoilt": spoil,
}


@pytest.mark.parametrize(("name", "index"), INDEXES)
@pytest.mark.parametrize("damage", list(BROKEN))
def test_a_broken_index_is_found_left_alone_and_repaired_without_a_model(library, place, name, index, damage):
    BROKEN[damage](place / index)
    opened = library()

    assert "doctor --repair" in findings(opened)[name]
    assert "doctor --repair" in findings(opened)[name]  # looking at it has mended nothing
    assert [f"The {name} was made anew" in sentence for sentence in repair(library(opener=never_opened))] == [True]
    assert findings(library()) == {}


@pytest.mark.parametrize(("name", "index"), INDEXES)
def test_an_index_that_lags_is_brought_up(library, folder, place, tmp_path, name, index):
    shutil.copytree(place / index, tmp_path / "old")
    with closing(library()) as opened:
        opened.sync(folder({"c.txt": "A storm broke the lighthouse."}))
    shutil.rmtree(place / index)
    shutil.copytree(tmp_path / "old", place / index)
    opened = library()

    assert "It has come to change" in findings(opened)[name]
    assert [f"The {name} was brought up to the catalogue" in sentence for sentence in repair(opened)] == [True]
    assert findings(opened) == {}
    assert opened.search("storm at the lighthouse")[0].passage.source == "c.txt"


def test_an_index_that_holds_other_passages_is_found_though_its_count_is_right(library, place):
    opened = library()
    opened.refresh()
    passages = opened.catalogue.sample(2)
    opened.words.delete([passages[0][0].id])
    opened.words.add([type(passages[0][0])("x" * 20, "z.txt", 0, 4, "Else", "Else", "", None)])
    opened.words.commit()
    opened.words.close()
    keep_mark_true(place / "words")

    assert "lacks 1 of 2 passages" in findings(opened)["word index"]
    repair(opened)
    assert findings(opened) == {}


def keep_mark_true(index) -> None:
    """Let the mark say that the files as they are were written by us: then only what they hold can tell."""
    import json

    said = json.loads((index / "applied.json").read_text()) | {"files": {}}
    (index / "applied.json").write_text(json.dumps(said))


@pytest.mark.parametrize("vector", ["00", "0000", ""])
def test_passages_without_a_fitting_vector_are_counted(library, place, vector):
    change_row(place, f"UPDATE passages SET vector = x'{vector}' WHERE source = 'a.txt'")

    found = findings(library())

    assert found["vectors"].startswith("1 passages have no vector")
    assert "ingest.py --rebuild" in found["vectors"]


def test_files_that_are_gone_changed_or_new_are_named_with_the_command(library, folder, place):
    articles = folder({"a.txt": None, "b.txt": "Wheat fell.", "c.txt": "A storm."})

    found = findings(library())["files"]

    assert "1 gone (a.txt), 1 changed (b.txt), 1 new (c.txt)" in found
    assert f"python ingest.py {articles} --library {place}" in found


def test_a_file_that_no_ingest_could_read_is_told_with_the_reason_and_no_command(library, folder, place):
    articles = folder({"a.txt": "", "c.pdf": "no pdf"})
    opened = library()

    told = next(each for each in examine(opened.settings, opened) if each.about == "files")

    assert told.is_fine
    assert told.message.startswith(f"2 in {str(articles)!r} cannot be read (a.txt: it holds no text, c.pdf: ")
    assert "keeps what it had" in told.hint
    assert findings(opened) == {}


def test_a_file_in_the_place_of_the_library_is_told(library, tmp_path):
    (tmp_path / "library").write_text("x")

    assert "it is a file" in findings(library())["library"]
    assert "it is a file" in findings(library("library/inside"))["library"]


def test_a_folder_that_is_gone_or_emptied_is_named(library, folder, place):
    articles = folder({"a.txt": None, "b.txt": None})
    assert "holds no articles" in findings(library())["files"]

    articles.rmdir()

    assert f"{str(articles)!r} is gone" in findings(library())["folders"]


def test_what_an_interrupted_write_left_is_removed(library, place):
    (place / "words" / "applied.json.new").write_text("{")
    (place / "vectors" / "made-0").mkdir()
    opened = library()

    assert "made-0, applied.json.new" in findings(opened)["leftovers"]
    assert len(repair(opened)) == 2
    assert findings(opened) == {}
    assert mark_of(place / "words") is not None


def test_a_damaged_catalogue_is_found_with_the_way_out(library, place):
    file = place / "catalogue.sqlite"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    assert f"python ingest.py FOLDER --library {place}" in findings(library())["library"]
