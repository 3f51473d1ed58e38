"""The catalogue's database: its tables, the statements on them, transactions, and its errors as sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from rag.core.errors import LibraryError, StorageError
from rag.library.disk import full_disk, is_full_disk

FORMAT = 3
# Older formats are brought up when they are first opened. Format 1 had no pages, groups of copies and files of many
# articles, format 2 no codes of words.
_ADDED_SINCE = {
    "articles": {"page_starts": "JSON NOT NULL DEFAULT '[]'", "group_id": "TEXT", "signature": "BLOB"},
    "passages": {"codes": "BLOB NOT NULL DEFAULT x''"},
}
_OLDER = tuple(str(number) for number in range(1, FORMAT))

_schema = sa.MetaData()
_about = sa.Table(
    "about",
    _schema,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
_articles = sa.Table(
    "articles",
    _schema,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("date", sa.Text),
    sa.Column("date_origin", sa.Text, nullable=False),
    sa.Column("date_note", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("publisher", sa.Text),
    sa.Column("left_out", sa.JSON, nullable=False),
    sa.Column("page_starts", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("group_id", sa.Text, key="group"),
    sa.Column("signature", sa.LargeBinary),
    sa.UniqueConstraint("folder", "path"),
)
_files = sa.Table(
    "files",
    _schema,
    sa.Column("folder", sa.Text, primary_key=True),
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("content_hash", sa.Text, nullable=False),
)
_passages = sa.Table(
    "passages",
    _schema,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, sa.ForeignKey("articles.source", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("vector_key", sa.Text, nullable=False, index=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.Column("change", sa.Integer, nullable=False, index=True),
    # The longest, so last: SQLite reads a row up to what is asked for.
    sa.Column("codes", sa.LargeBinary, nullable=False, server_default=sa.text("x''")),
)
_removed = sa.Table(
    "removed_passages",
    _schema,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("change", sa.Integer, nullable=False, index=True),
)

_DAMAGE = ("malformed", "not a database", "no such table", "no such column", "Could not decode", "corrupt")

Connection = sa.Connection


def _select_passages(*more: sa.Column[Any]) -> sa.Select[Any]:
    length = _passages.c.end - _passages.c.start
    return sa.select(
        _passages.c.id,
        _passages.c.source,
        _passages.c.start,
        _passages.c.end,
        _passages.c.section,
        sa.func.substr(_articles.c.text, _passages.c.start + 1, length).label("text"),
        _articles.c.title,
        _articles.c.date,
        sa.type_coerce(_articles.c.page_starts, sa.Text),  # the JSON as it lies there
        _articles.c.group,
        *more,
    ).join_from(_passages, _articles, _passages.c.source == _articles.c.source)


def _count(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(table)


# The statements, each made once: making one costs more than running it. Those of many things are given all of them as
# one value, a JSON list, however many there are.

_AMONG_GIVEN: sa.Select[Any] = sa.select(sa.column("value")).select_from(sa.func.json_each(sa.bindparam("given")))

VALUE = sa.select(_about.c.value).where(_about.c.name == sa.bindparam("name"))
VERSION = sa.select(_about.c.name, _about.c.value).where((_about.c.name == "library_id") | (_about.c.name == "change"))
SET_VALUE = sa.insert(_about).prefix_with("OR REPLACE")

ANY_ARTICLE = sa.select(_articles.c.source).limit(1)
ARTICLE_COUNT, PASSAGE_COUNT = _count(_articles), _count(_passages)
ALL_ARTICLES = sa.select(_articles).order_by(_articles.c.source)
ARTICLE = sa.select(_articles).where(_articles.c.source == sa.bindparam("source"))
FOLDERS = sa.select(_articles.c.folder).distinct().order_by(_articles.c.folder)
FILED = sa.select(_articles.c.source, _articles.c.path, _articles.c.content_hash).where(
    _articles.c.folder == sa.bindparam("folder")
)
FILES = sa.select(_files.c.path, _files.c.content_hash).where(_files.c.folder == sa.bindparam("folder"))
SOURCES = sa.select(_articles.c.source)
DATES = sa.select(_articles.c.source, _articles.c.date)
SIGNATURES = (
    sa.select(_articles.c.source, _articles.c.group, _articles.c.signature)
    .where(_articles.c.signature.is_not(None))
    .order_by(_articles.c.source)
)
UNSIGNED = (
    sa.select(_articles.c.source, _articles.c.text)
    .where(_articles.c.signature.is_(None))
    .limit(sa.bindparam("most", type_=sa.Integer))
)

PASSAGES_OF_IDS = _select_passages().where(_passages.c.id.in_(_AMONG_GIVEN))
PASSAGES_OF_ARTICLE = _select_passages().where(_passages.c.source == sa.bindparam("of")).order_by(_passages.c.start)
PASSAGE_IDS_OF_ARTICLES = sa.select(_passages.c.id).where(_passages.c.source.in_(_AMONG_GIVEN))
VECTORS_OF_IDS = sa.select(_passages.c.id, _passages.c.vector).where(_passages.c.id.in_(_AMONG_GIVEN))
CODES_OF_IDS = sa.select(_passages.c.id, _passages.c.codes).where(_passages.c.id.in_(_AMONG_GIVEN))
EMBEDDINGS_OF_KEYS = sa.select(_passages.c.vector_key, _passages.c.vector, _passages.c.codes).where(
    _passages.c.vector_key.in_(_AMONG_GIVEN)
)
UNFIT_COUNT = _count(_passages).where(
    (sa.func.length(_passages.c.vector) != sa.bindparam("size"))
    | (sa.func.length(_passages.c.codes) % sa.bindparam("code_size", type_=sa.Integer) != 0)
)
SAMPLE = sa.select(_passages.c.id).order_by(sa.func.random()).limit(sa.bindparam("count", type_=sa.Integer))
QUICK_CHECK = sa.text("PRAGMA quick_check(1)")

REMOVED_SINCE = sa.select(_removed.c.id).where(_removed.c.change > sa.bindparam("since"))
COUNT_SINCE = _count(_passages).where(_passages.c.change > sa.bindparam("since"))
ADDED_SINCE = (
    _select_passages(_passages.c.vector)
    .where(_passages.c.change > sa.bindparam("since"))
    .order_by(_passages.c.change, _passages.c.id)
)

ADD_ARTICLES, ADD_PASSAGES, ADD_FILES = sa.insert(_articles), sa.insert(_passages), sa.insert(_files)
NOTE_REMOVED = sa.insert(_removed).prefix_with("OR REPLACE")
TAKE_OUT_PASSAGES = sa.delete(_passages).where(_passages.c.source.in_(_AMONG_GIVEN))
TAKE_OUT_ARTICLES = sa.delete(_articles).where(_articles.c.source.in_(_AMONG_GIVEN))
FORGET_FILES = sa.delete(_files).where(_files.c.folder == sa.bindparam("of"))
FORGET_REMOVED = sa.delete(_removed).where(_removed.c.change <= sa.bindparam("up_to"))
SIGN = sa.update(_articles).where(_articles.c.source == sa.bindparam("of")).values(signature=sa.bindparam("its"))
GROUP = sa.update(_articles).where(_articles.c.source == sa.bindparam("of")).values(group=sa.bindparam("its"))
EMPTY = (
    *(sa.delete(table) for table in (_passages, _articles, _removed, _files)),
    sa.delete(_about).where(_about.c.name.in_(("embedder", "dimension", "probe"))),
)


class Database:
    """One SQLite file, opened when it is first asked; made when `create` is called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        sa.event.listen(self._engine, "connect", _configure)
        self._outer: sa.Connection | None = None
        # The file that was seen to have all tables in this program's format: it is asked once, not at each reading.
        self._whole: tuple[int, int] | None = None

    def close(self) -> None:
        self._engine.dispose()

    @property
    def exists(self) -> bool:
        """Whether there is a database with its tables, not merely a file on its way to being one."""
        file = self._file()
        if file is None:
            return False
        if file == self._whole:
            return True
        with self._translated():
            if not sa.inspect(self._engine).has_table(_about.name):
                return False
            # SQLite makes each table at once; the format is written when all are there.
            with self._engine.connect() as db:
                return value(db, "format") is not None

    def create(self, **values: str) -> None:
        """Make the tables where they are missing; with these values where they are new."""
        with self.writing() as db:
            _schema.create_all(db)
            if value(db, "format") is None:
                set_values(db, format=str(FORMAT), **values)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """LibraryError where the format is not this program's; an older one is brought up."""
        if self._outer is not None:
            yield self._outer
            return
        with self._translated(), self._engine.connect() as db:
            file = self._file()
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
            with self._engine.begin() as db:
                yield db

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
        return f"Move the folder {str(folder)!r} away, then run: python ingest.py FOLDER --library {folder}"

    def _file(self) -> tuple[int, int] | None:
        """Which file lies at the path; None for none."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _check_format(self, db: sa.Connection) -> None:
        found = value(db, "format")
        if found in _OLDER:
            db.rollback()
            self._bring_up()
            found = value(db, "format")
        if found != str(FORMAT):
            raise LibraryError(
                f"The library {str(self.path.parent)!r} has format {found!r}; this program writes {FORMAT}.",
                "Use another folder with --library, or remove this one and ingest again.",
            )

    def _bring_up(self) -> None:
        """A library of an older format in this one, its articles and vectors as they are; all of it or none."""
        with self._engine.connect() as db:
            # The driver begins no transaction by itself before a change of tables.
            db.exec_driver_sql("BEGIN IMMEDIATE")
            if value(db, "format") in _OLDER:
                _schema.create_all(db)
                for table, added in _ADDED_SINCE.items():
                    there = {column["name"] for column in sa.inspect(db).get_columns(table)}
                    for name in added.keys() - there:
                        db.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {name} {added[name]}")
                set_values(db, format=str(FORMAT))
            db.commit()

    def _damaged(self, reason: str) -> StorageError:
        return StorageError(f"The library’s database {str(self.path)!r} is damaged: {reason}.", self.way_out)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The database's errors as sentences; this is the only file that knows SQLAlchemy."""
        try:
            yield
        except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
            reason = str(getattr(error, "orig", error) or error).split("\n")[0]
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


def _configure(connection: Any, _record: object) -> None:
    """WAL lets readers read while a sync writes; NORMAL keeps every commit over a killed process."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def value(db: Connection, name: str) -> str | None:
    """What is noted under the name."""
    return db.scalar(VALUE, {"name": name})


def set_values(db: Connection, **values: str) -> None:
    """Note these, each under its name."""
    db.execute(SET_VALUE, [{"name": name, "value": value} for name, value in values.items()])


def plain_rows(db: Connection, statement: sa.Select[Any], **given: Any) -> list[tuple[Any, ...]]:
    """What a statement gives, as the driver has it: a search reads seven times; this takes a third to two thirds."""
    text, names, fixed = _compiled(statement)
    driver: sqlite3.Connection = db.connection.driver_connection  # type: ignore[assignment]
    return driver.execute(text, [given[name] if name in given else fixed[name] for name in names]).fetchall()


@cache
def _compiled(statement: sa.Select[Any]) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Its words, the names of what it is given in order, and what is given already."""
    compiled = statement.compile(dialect=sqlite_dialect())
    return str(compiled), tuple(compiled.positiontup or ()), dict(compiled.params)
