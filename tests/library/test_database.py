"""One transaction a change, however it ends, and as many readers as come."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import ExitStack

import pytest

from rag.core.errors import StorageError
from rag.library.database import Database, rows, scalar, set_values, value

FOLDERS = "SELECT folder FROM files ORDER BY folder"
ADD = "INSERT INTO files (folder, path, content_hash) VALUES (?, 'a', 'b')"


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "library" / "catalogue.sqlite")
    made.create(library_id="one")
    yield made
    made.close()


def test_it_exists_once_it_is_made(tmp_path):
    database = Database(tmp_path / "library" / "catalogue.sqlite")

    assert not database.exists
    assert not database.path.parent.exists()
    database.create(library_id="one")
    assert database.exists


def test_to_make_it_again_changes_nothing(database):
    database.create(library_id="two")

    with database.reading() as db:
        assert value(db, "library_id") == "one"


def test_it_is_made_whole_or_not_at_all(tmp_path, monkeypatch):
    database = Database(tmp_path / "catalogue.sqlite")
    monkeypatch.setattr("rag.library.database._TABLES", ("CREATE TABLE about (name, value)", "CREATE TABLE"))

    with pytest.raises(StorageError, match="refused"):
        database.create()

    assert not database.exists
    monkeypatch.undo()
    database.create(library_id="one")
    with database.reading() as db:
        assert value(db, "library_id") == "one"


def test_what_fails_leaves_nothing_and_the_next_change_is_made(database):
    with pytest.raises(KeyError), database.writing() as db:
        db.execute(ADD, ("lost",))
        raise KeyError

    with database.writing() as db:
        db.execute(ADD, ("kept",))

    with database.reading() as db:
        assert rows(db, FOLDERS) == [("kept",)]


def test_what_is_read_and_written_together_is_seen_by_others_at_the_end(database):
    other = Database(database.path)
    with database.writing_together():
        with database.writing() as db:
            db.execute(ADD, ("new",))
        with database.reading() as db:
            assert rows(db, FOLDERS) == [("new",)]
        with other.reading() as db:
            assert rows(db, FOLDERS) == []

    with other.reading() as db:
        assert rows(db, FOLDERS) == [("new",)]
    other.close()


def test_forty_read_at_once_beside_a_writer(database):
    with ExitStack() as stack:
        readers = [stack.enter_context(database.reading()) for _ in range(40)]
        with database.writing() as db:
            set_values(db, library_id="two")

        assert {scalar(reader, "SELECT value FROM about WHERE name = 'library_id'") for reader in readers} == {"two"}


def test_many_threads_write_and_none_is_lost(database):
    def write(number: int) -> None:
        for turn in range(5):
            with database.writing() as db:
                set_values(db, sum=str(int(value(db, "sum") or 0) + 1))
                db.execute(ADD, (f"{number} {turn}",))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as db:
        assert value(db, "sum") == "30"
        assert scalar(db, "SELECT count(*) FROM files") == 30


def test_a_copy_of_the_file_alone_is_whole_once_it_is_settled(database, tmp_path):
    with database.reading() as reader:
        rows(reader, FOLDERS)
        with database.writing() as db:
            db.execute(ADD, ("new",))

        database.settle()

    shutil.copy(database.path, tmp_path / "copy.sqlite")
    copy = Database(tmp_path / "copy.sqlite")
    with copy.reading() as db:
        assert rows(db, FOLDERS) == [("new",)]
    copy.close()


def test_to_settle_it_keeps_no_reader_waiting_nor_waits_for_one(database):
    with database.writing() as db:
        db.execute(ADD, ("old",))
    with database.reading() as reader:
        reader.execute("BEGIN")
        assert rows(reader, FOLDERS) == [("old",)]
        with database.writing() as db:
            db.execute(ADD, ("new",))
        began = time.monotonic()

        database.settle()

        assert time.monotonic() - began < 5
        assert rows(reader, FOLDERS) == [("old",)]
        reader.execute("COMMIT")
        assert rows(reader, FOLDERS) == [("new",), ("old",)]


def test_a_closed_one_opens_again(database):
    database.close()

    with database.reading() as db:
        assert value(db, "library_id") == "one"


def test_it_reads_and_writes_the_file_that_lies_at_its_path_now(database):
    folder = database.path.parent
    folder.rename(folder.with_name("away"))
    other = Database(database.path)
    other.create(library_id="two")

    with database.writing() as db:
        db.execute(ADD, ("new",))

    with database.reading() as db:
        assert value(db, "library_id") == "two"
    with other.reading() as db:
        assert rows(db, FOLDERS) == [("new",)]
    other.close()


def test_connections_to_a_file_that_lies_there_no_more_are_closed(database):
    with database.reading() as db:
        pass
    database.path.parent.rename(database.path.parent.with_name("away"))
    Database(database.path).create(library_id="two")

    assert database.exists
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        db.execute(FOLDERS)
