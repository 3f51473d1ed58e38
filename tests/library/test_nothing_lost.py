"""Kills, damage, full disks and second processes: nothing is lost, and each is one sentence; see `benchmarks/`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.full_disk import NO_MOUNT
from rag.answering.assistant import Assistant
from rag.core.errors import StorageError
from rag.library.database import Database, set_values, value
from rag.library.followers import mark_of
from rag.library.lock import writing
from tests.doubles import never_opened

SHIPS = "Ships came into the harbour. They had waited for eleven days."
WHEAT = "The price of wheat rose again. Bakers complained about it."
FILES = {"a.txt": SHIPS, "b.txt": WHEAT}


@pytest.fixture
def filled_place(library, folder, tmp_path):
    """The folder of a closed library of FILES."""
    with closing(library()) as opened:
        opened.sync(folder(FILES))
    return tmp_path / "library"


def as_anybody(script: str, *words: Path) -> subprocess.CompletedProcess[str]:
    """Run it in a process that may read and write no more than the files' modes say."""
    # Root may read and write everything, unless it gives that right up.
    without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if without and not shutil.which("setpriv"):
        pytest.skip("root may read everything, and there is no setpriv to give that up")
    command = [*without, sys.executable, "-c", script, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# In processes that die


@pytest.mark.slow
def test_a_killed_sync_loses_nothing_and_is_taken_up_again(program):
    ended = program("-m", "benchmarks.kills", "4", "0")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "4 kills" in ended.stdout
    assert "0 problems" in ended.stdout


@pytest.mark.slow
def test_an_index_with_a_spoilt_file_is_made_anew_without_a_model_and_never_ends_the_process(program):
    script = (
        "from pathlib import Path; from benchmarks.damage import make_library, spoil_indexes\n"
        "whole = make_library(Path.cwd(), 1100)\n"
        "some = {('data_level0.bin', 'random bytes'), ('index_metadata.pickle', 'gone'), ('meta.json', 'gone'),\n"
        "        ('chroma.sqlite3', 'random bytes')}\n"
        "problems = spoil_indexes(whole, lambda file, damage: (file, damage) in some, every=10)\n"
        "print(problems)"
    )

    ended = program("-c", script)

    assert (ended.returncode, ended.stdout) == (0, "[]\n"), ended.stderr


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_the_same_command_finishes_with_room(program):
    ended = program("-m", "benchmarks.full_disk", "0", "2000")

    if ended.returncode == NO_MOUNT:
        pytest.skip(ended.stdout.strip())
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 problems" in ended.stdout
    assert "is full" in ended.stdout


@pytest.mark.slow
def test_questions_beside_a_writer_never_fail_and_find_what_is_new_at_once(program):
    ended = program("-m", "benchmarks.two_processes", "60", "30")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "new articles not found at once: 0" in ended.stdout
    assert "stale" not in ended.stdout


# Indexes


@pytest.mark.parametrize("index", ["vectors", "words", "codes"])
def test_a_copied_library_is_not_made_anew(library, filled_place, tmp_path, index):
    shutil.copytree(filled_place, tmp_path / "copy", copy_function=shutil.copyfile)  # with other times
    before = mark_of(tmp_path / "copy" / index)

    opened = library("copy")
    opened.refresh()

    assert mark_of(tmp_path / "copy" / index) == before
    assert opened.search("the price of wheat")[0].passage.text == WHEAT


@pytest.mark.parametrize(
    "mark",
    ["", "{}", "[]", '{"library_id": "x", "change": 1, "passages": 2, "written_ns": 0, "files": {"meta.json": [1]}}'],
    ids=["empty", "no fields", "a list", "half a print"],
)
def test_a_mark_that_says_nothing_makes_the_index_anew(library, filled_place, mark):
    (filled_place / "words" / "applied.json").write_text(mark)

    opened = library(opener=never_opened)
    opened.refresh()

    assert opened.is_in_step
    assert opened.words.size == 2


def test_an_index_that_lost_more_passages_than_it_holds_is_made_anew_and_small(library, folder, tmp_path):
    many = "".join(json.dumps({"id": str(number), "text": f"Ship {number} came."}) + "\n" for number in range(1100))
    opened, place = library(), tmp_path / "library" / "vectors"
    articles = folder({"wire.jsonl": many})
    opened.sync(articles)
    first = {made.name for made in place.glob("made-*")}

    (articles / "wire.jsonl").write_text("".join(many.splitlines(keepends=True)[:20]))
    opened.sync(articles)
    assert {made.name for made in place.glob("made-*")} == first
    (articles / "wheat.txt").write_text(WHEAT)
    opened.sync(articles)

    assert not first & {made.name for made in place.glob("made-*")}
    assert {index.size for index in opened.indexes.values()} == {21}
    assert opened.search("price of wheat", k=1)[0].passage.source == "wheat.txt"
    assert opened.search("Ship 19", k=1)[0].passage.source == "wire.jsonl#19"


def test_a_vector_index_that_was_emptied_behind_its_mark_is_made_anew(library, filled_place):
    next(filled_place.rglob("chroma.sqlite3")).unlink()

    opened = library(opener=never_opened)
    opened.refresh()

    assert opened.vectors.size == 2


@pytest.mark.parametrize(("index", "said"), [("vectors", "found by words alone"), ("words", "found by meaning alone")])
@pytest.mark.parametrize("is_brief", [False, True])
def test_an_answer_says_which_search_it_had_to_do_without(library, filled_place, index, said, is_brief):
    shutil.rmtree(filled_place / index)
    if is_brief and index == "vectors":  # else it is not missed
        shutil.rmtree(filled_place / "codes")
    opened = library(is_brief=is_brief)

    with writing(filled_place):  # as another process would: nothing can be mended meanwhile
        answer = Assistant.open(opened).answer("What happened to the price of wheat?")

    assert said in answer.notice
    assert answer.hits[0].passage.text == WHEAT
    assert Assistant.open(opened).answer("What happened to the price of wheat?").notice == ""


def test_a_question_waits_where_another_process_is_writing_to_both_indexes(library, filled_place):
    opened, moved = library(), filled_place / "away"
    for name in ("vectors", "words"):
        (filled_place / name).rename(moved.with_suffix(f".{name}"))

    def put_back():
        for name in ("vectors", "words"):
            moved.with_suffix(f".{name}").rename(filled_place / name)

    with writing(filled_place):
        threading.Timer(0.3, put_back).start()
        hits = opened.search("the price of wheat")

    assert hits[0].passage.text == WHEAT


def test_a_lock_that_is_no_json_names_another_process(library, folder, filled_place):
    with writing(filled_place):
        (filled_place / "writer.json").write_text("[]")
        with pytest.raises(Exception, match="written by another process"), writing(filled_place):
            pass


# The folder


@pytest.mark.parametrize("how", ["", ", rebuild=True"], ids=["sync", "rebuild"])
def test_a_folder_within_that_cannot_be_read_removes_nothing(library, folder, tmp_path, how):
    place = folder({"a.txt": SHIPS, "sub/b.txt": WHEAT})
    with closing(library()) as opened:
        opened.sync(place)
    script = (
        "import sys; from rag import Library, Settings; from tests.doubles import WordEmbedder\n"
        f"print(Library.open(sys.argv[1], Settings(), WordEmbedder).sync(sys.argv[2]{how}))"
    )

    (place / "sub").chmod(0)
    ended = as_anybody(script, tmp_path / "library", place)
    (place / "sub").chmod(0o700)

    assert "0 removed, 1 failed" in ended.stdout, ended.stderr
    assert "failed: sub: it cannot be opened (Permission denied)." in ended.stdout
    assert {article.source: article.text for article in library().articles()} == {"a.txt": SHIPS, "sub/b.txt": WHEAT}


# Where nothing may be written


def test_a_library_in_which_nothing_may_be_written_is_searched_by_words_and_by_meaning(filled_place):
    script = (
        "import sys, tempfile; from pathlib import Path; from rag import Library, Settings\n"
        "from tests.doubles import WordEmbedder\n"
        "opened = Library.open(sys.argv[1], Settings(), WordEmbedder)\n"
        "hit = opened.search('the price of wheat')[0]\n"
        "print(hit.passage.source, hit.words.score > 0, hit.vector.score > 0, repr(opened.notice))\n"
        "opened.close()\n"
        "print(list(Path(tempfile.gettempdir()).glob('citewell-*')))"
    )
    inside = [filled_place, *(path for path in filled_place.rglob("*") if path.is_dir())]
    for path in inside:
        path.chmod(0o500)

    ended = as_anybody(script, filled_place)
    for path in inside:
        path.chmod(0o700)

    assert ended.stdout == "b.txt True True ''\n[]\n", ended.stderr


def test_a_catalogue_that_was_closed_is_read_where_nothing_may_be_written(tmp_path):
    database = Database(tmp_path / "catalogue.sqlite")
    database.create(library_id="one")
    database.close()
    script = (
        "import sys; from pathlib import Path; from rag.library.database import Database, set_values, value\n"
        "database = Database(Path(sys.argv[1]))\n"
        "with database.reading() as db: print(value(db, 'library_id'))\n"
        "with database.writing() as db: set_values(db, library_id='two')"
    )

    tmp_path.chmod(0o555)
    ended = as_anybody(script, database.path)
    tmp_path.chmod(0o700)

    assert ended.stdout == "one\n"
    assert "StorageError" in ended.stderr
    assert "readonly" in ended.stderr
    with database.writing() as db:
        set_values(db, library_id="three")
    with database.reading() as db:
        assert value(db, "library_id") == "three"
    database.close()


# The catalogue


def test_a_library_cut_off_at_its_making_is_taken_up_again(library, folder, filled_place):
    with closing(sqlite3.connect(filled_place / "catalogue.sqlite")) as db, db:
        db.execute("DELETE FROM about")

    report = library().sync(folder(FILES))

    assert report.passages == 2
    assert library().search("the price of wheat")[0].passage.text == WHEAT


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_catalogue_that_is_cut_off_names_the_way_out(library, folder, filled_place, kept):
    file = filled_place / "catalogue.sqlite"
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * kept)])

    with pytest.raises(StorageError, match="is damaged") as problem:
        library().search("wheat")

    assert f"python ingest.py FOLDER --library {filled_place}" in problem.value.hint
    assert "\n" not in str(problem.value)


def test_a_value_that_was_never_written_names_the_way_out(library, filled_place):
    with closing(sqlite3.connect(filled_place / "catalogue.sqlite")) as db, db:
        db.execute("UPDATE about SET value = 'many' WHERE name = 'change'")

    with pytest.raises(StorageError, match="is damaged"):
        library().search("wheat")


def test_the_mark_names_the_files_of_a_word_index(library, filled_place):
    said = json.loads((filled_place / "words" / "applied.json").read_text())["files"]

    assert "meta.json" in said
    assert not any(name.endswith(".lock") or name.startswith("applied") for name in said)
