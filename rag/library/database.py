"""The catalogue's database: its tables, transactions, and its errors as sentences."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from rag.core.commands import command
from rag.core.errors import LibraryError, StorageError
from rag.library import sql
from rag.library.disk import full_disk, is_full_disk

FORMAT = 3
# Older formats are brought up when they are first opened. Format 1 had no pages, groups of copies and files of many
# articles, format 2 no codes of words.
_ADDED_SINCE = {
    "articles": {"page_starts": "JSON NOT NULL DEFAULT '[]'", "group_id": "TEXT", "signature": "BLOB"},
    "passages": {"codes": "BLOB NOT NULL DEFAULT x''"},
}
_OLDER = tuple(str(number) for number in range(1, FORMAT))

_TABLES = (
    """CREATE TABLE IF NOT EXISTS about (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS articles (
        source TEXT NOT NULL PRIMARY KEY,
        folder TEXT NOT NULL,
        path TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        date TEXT,
        date_origin TEXT NOT NULL,
        date_note TEXT NOT NULL,
        url TEXT,
        author TEXT,
        publisher TEXT,
        left_out JSON NOT NULL,
        page_starts JSON NOT NULL DEFAULT '[]',
        group_id TEXT,
        signature BLOB,
        UNIQUE (folder, path)
    )""",
    """CREATE TABLE IF NOT EXISTS files (
        folder TEXT NOT NULL,
        path TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        PRIMARY KEY (folder, path)
    )""",
    # The codes are the longest, so last: SQLite reads a row up to what is asked for.
    """CREATE TABLE IF NOT EXISTS passages (
        id TEXT NOT NULL PRIMARY KEY,
        source TEXT NOT NULL REFERENCES articles (source) ON DELETE CASCADE,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        section TEXT NOT NULL,
        vector_key TEXT NOT NULL,
        vector BLOB NOT NULL,
        change INTEGER NOT NULL,
        codes BLOB NOT NULL DEFAULT (x'')
    )""",
    "CREATE INDEX IF NOT EXISTS ix_passages_source ON passages (source)",
    "CREATE INDEX IF NOT EXISTS ix_passages_vector_key ON passages (vector_key)",
    "CREATE INDEX IF NOT EXISTS ix_passages_change ON passages (change)",
    """CREATE TABLE IF NOT EXISTS removed_passages (
        id TEXT NOT NULL PRIMARY KEY,
        change INTEGER NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS ix_removed_passages_change ON removed_passages (change)",
)

Connection = sqlite3.Connection
File = tuple[int, int]
"""How a file is known again wherever it lies: its device and inode."""

_DAMAGE = ("malformed", "not a database", "no such table", "no such column", "Could not decode", "corrupt")
_KEPT = 5  # connections that wait for their next use


class Database:
    """One SQLite file, opened when it is first asked; made when `create` is called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._free: list[tuple[File, Connection]] = []
        self._outer: Connection | None = None
        # The file that was seen to have all tables in this program's format: it is asked once, not at each reading.
        self._whole: File | None = None

    def close(self) -> None:
        """Let go of the file; a later reading opens it again."""
        while self._free:
            self._free.pop()[1].close()

    @property
    def exists(self) -> bool:
        """Whether there is a database with its tables, not merely a file on its way to being one."""
        file = self._file()
        if file is None:
            return False
        if file == self._whole:
            return True
        with self._translated(), self._connection(file) as db:
            return _has_tables(db) and value(db, "format") is not None

    def settle(self) -> None:
        """Bring what is committed into the file itself, so that a copy of it alone is whole; waits for no reader."""
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(self.path, timeout=0)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def create(self, **values: str) -> None:
        """Make the tables where they are missing, with these values."""
        if self.exists:
            return
        with self.writing() as db:
            _make_tables(db)
            if value(db, "format") is None:
                set_values(db, format=str(FORMAT), **values)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """LibraryError where the format is not this program's; an older one is brought up."""
        if self._outer is not None:
            yield self._outer
            return
        file = self._file()
        with self._translated(), self._connection(file) as db:
            if file is None or file != self._whole:
                self._check_format(db)
                self._whole = file
            try:
                yield db
            except (ValueError, TypeError) as error:  # a value that is none of those ever written
                raise self._damaged(str(error).split("\n")[0]) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All inside is one transaction."""
        if self._outer is not None:
            yield self._outer
            return
        with self._translated():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._connection(self._file()) as db:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")

    @contextmanager
    def writing_together(self) -> Iterator[Connection]:
        """As `writing`, and every reading and writing inside belongs to it."""
        with self.writing() as db:
            self._outer = db
            try:
                yield db
            finally:
                self._outer = None

    @property
    def way_out(self) -> str:
        """What to do where it is damaged: all of it can be made again from the articles."""
        folder = self.path.parent
        again = command("python ingest.py FOLDER --library", folder)
        return f"Move the folder {str(folder)!r} away, then run: {again}"

    @contextmanager
    def _connection(self, file: File | None) -> Iterator[Connection]:
        """One that nobody else uses meanwhile, to the file that lies at the path; None where it is made only now.

        After an error it is closed, and what was not committed is gone.
        """
        sealed = _sealed(self.path)
        db = sealed or self._kept(file) or _connect(self.path)
        try:
            yield db
        except BaseException:
            db.close()
            raise
        if sealed is None and file is not None and len(self._free) < _KEPT:
            self._free.append((file, db))
        else:
            db.close()

    def _kept(self, file: File | None) -> Connection | None:
        """One that waits; those to a file that was moved away, and another put in its place, are closed."""
        while self._free:
            its, db = self._free.pop()
            if its == file:
                return db
            db.close()
        return None

    def _file(self) -> File | None:
        """Which file lies at the path; None for none. LibraryError where its folder cannot be one."""
        try:
            status = self.path.stat()
        except NotADirectoryError as error:
            raise LibraryError(
                f"{str(self.path.parent)!r} cannot be a library: it is a file, or lies in one.",
                "Name a folder with --library.",
            ) from error
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"The library {str(self.path.parent)!r} cannot be read: {error.strerror}.") from error
        return status.st_dev, status.st_ino

    def _check_format(self, db: Connection) -> None:
        found = value(db, "format")
        if found in _OLDER:
            self._bring_up()
            found = value(db, "format")
        if found != str(FORMAT):
            raise LibraryError(
                f"The library {str(self.path.parent)!r} has format {found!r}; this program writes {FORMAT}.",
                "Use another folder with --library, or remove this one and ingest again.",
            )

    def _bring_up(self) -> None:
        """A library of an older format in this one, its articles and vectors as they are; all of it or none."""
        with self.writing() as db:
            if value(db, "format") not in _OLDER:  # another process was quicker
                return
            for table, added in _ADDED_SINCE.items():
                there = {name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")}
                for name in added.keys() - there:
                    db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {added[name]}")
            _make_tables(db)
            set_values(db, format=str(FORMAT))

    def _damaged(self, reason: str) -> StorageError:
        return StorageError(f"The library’s database {str(self.path)!r} is damaged: {reason}.", self.way_out)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The database's errors as sentences."""
        try:
            yield
        except sqlite3.Error as error:
            reason = str(error).split("\n")[0]
            if any(words in reason for words in _DAMAGE):
                raise self._damaged(reason) from error
            if is_full_disk(self.path.parent, error):
                raise full_disk(self.path.parent) from error
            raise StorageError(
                f"The library’s database {str(self.path)!r} refused: {reason}.",
                "Check that the disk has room and that the folder is yours, then run the command again.",
            ) from error
        except OSError as error:
            if is_full_disk(self.path.parent, error):
                raise full_disk(self.path.parent) from error
            raise StorageError(f"The library {str(self.path.parent)!r} cannot be used: {error.strerror}.") from error


def _sealed(path: Path) -> Connection | None:
    """To read a file beside which nothing may be written, where nobody is writing; None for any other.

    It sees no later change, so that it is of use for one reading alone.
    """
    if os.access(path.parent, os.W_OK) or not path.exists() or path.with_name(path.name + "-wal").exists():
        return None
    place = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(place, uri=True, isolation_level=None, check_same_thread=False)


def _connect(path: Path) -> Connection:
    """Transactions are begun and ended by us alone. It may go from thread to thread, one at a time."""
    db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        # WAL lets readers read while a sync writes; NORMAL keeps every commit over a killed process.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            db.execute(f"PRAGMA {pragma}")
    except BaseException:
        db.close()
        raise
    return db


def _has_tables(db: Connection) -> bool:
    return bool(rows(db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'about'"))


def _make_tables(db: Connection) -> None:
    for statement in _TABLES:
        db.execute(statement)


def rows(db: Connection, statement: str, **given: Any) -> list[tuple[Any, ...]]:
    """All that a statement gives."""
    return db.execute(statement, given).fetchall()


def scalar(db: Connection, statement: str, **given: Any) -> Any:
    """The first column of the first row; None for no row."""
    row = db.execute(statement, given).fetchone()
    return None if row is None else row[0]


def value(db: Connection, name: str) -> str | None:
    """What is noted under the name."""
    found: str | None = scalar(db, sql.VALUE, name=name)
    return found


def set_values(db: Connection, **values: str) -> None:
    """Note these, each under its name."""
    db.executemany(sql.SET_VALUE, [{"name": name, "value": value} for name, value in values.items()])
