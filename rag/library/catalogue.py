"""The catalogue: articles, passages, their vectors and a change number, in SQLite. It is the truth."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from rag.core.errors import LibraryError, StorageError
from rag.core.types import Article, Passage, page_at
from rag.library.disk import full_disk, is_full_disk
from rag.library.embedding import Codes, Embedding, Vectors
from rag.library.late import code_dimension

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

_ARTICLE_FIELDS = tuple(f.name for f in fields(Article))
_DAMAGE = ("malformed", "not a database", "no such table", "no such column", "Could not decode", "corrupt")
_MOST_VARIABLES = 20_000  # SQLite takes 32,766 values in one statement


@dataclass(frozen=True, slots=True)
class Built:
    """How the library was built: what another embedder must agree with."""

    embedder: str
    dimension: int
    probe: tuple[float, ...]
    """The embedder's vector of a fixed sentence: the same name with other weights is told by it."""


@dataclass(frozen=True, slots=True)
class Filed:
    """An article's row as sync sees it."""

    source: str
    path: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with all that is kept of it."""

    article: Article
    path: str
    content_hash: str
    signature: bytes
    """What tells it from, or as, a copy of another; see `rag.library.copies`."""
    passages: Sequence[Passage]
    embeddings: Sequence[Embedding]
    keys: Sequence[str]
    """What each embedding is of: the hash of the embedded text."""


class Catalogue:
    """Opened for reading or writing; made when the first write comes. One transaction a change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        sa.event.listen(self._engine, "connect", _configure)

    @property
    def exists(self) -> bool:
        """Whether there is a catalogue with its tables, not merely a file on its way to being one."""
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
                return self._value(db, "format") is not None

    def create(self) -> None:
        """Make the tables where they are missing."""
        with self._writing() as db:
            _schema.create_all(db)
            if self._value(db, "format") is None:
                self._set(db, format=str(FORMAT), library_id=uuid.uuid4().hex, change="0")

    def close(self) -> None:
        self._engine.dispose()

    # What is there

    @property
    def version(self) -> tuple[str, int]:
        """The library's id and its change number, which grows with every committed change."""
        with self._reading() as db:
            found = {name: value for name, value in db.execute(_VERSION)}
            return found.get("library_id", ""), int(found.get("change", 0))

    @property
    def change(self) -> int:
        """Grows with every committed change."""
        return self.version[1]

    @property
    def built(self) -> Built | None:
        """None as long as nothing has been embedded."""
        with self._reading() as db:
            name = self._value(db, "embedder")
            if name is None:
                return None
            probe = tuple(float(number) for number in (self._value(db, "probe") or "").split())
            return Built(name, int(self._value(db, "dimension") or 0), probe)

    def counts(self) -> tuple[int, int]:
        """How many articles, and how many passages."""
        with self._reading() as db:
            articles = db.scalar(sa.select(sa.func.count()).select_from(_articles)) or 0
            passages = db.scalar(sa.select(sa.func.count()).select_from(_passages)) or 0
            return articles, passages

    @property
    def is_empty(self) -> bool:
        """Whether there is no article."""
        with self._reading() as db:
            return db.scalar(_ANY_ARTICLE) is None

    def folders(self) -> tuple[str, ...]:
        with self._reading() as db:
            return tuple(db.scalars(sa.select(_articles.c.folder).distinct().order_by(_articles.c.folder)))

    def filed(self, folder: str) -> dict[str, Filed]:
        """The articles of a folder by their path in it."""
        columns = (_articles.c.source, _articles.c.path, _articles.c.content_hash)
        with self._reading() as db:
            rows = db.execute(sa.select(*columns).where(_articles.c.folder == folder))
            return {row.path: Filed(row.source, row.path, row.content_hash) for row in rows}

    def files(self, folder: str) -> dict[str, str]:
        """The hashes of the files of many articles that were taken in whole, by their path in the folder."""
        with self._reading() as db:
            rows = db.execute(sa.select(_files.c.path, _files.c.content_hash).where(_files.c.folder == folder))
            return {row.path: row.content_hash for row in rows}

    def sources(self) -> set[str]:
        """The sources of all articles."""
        with self._reading() as db:
            return set(db.scalars(sa.select(_articles.c.source)))

    def dates(self) -> list[tuple[str, str | None]]:
        """(source, date) of every article."""
        with self._reading() as db:
            return [(source, date) for source, date in db.execute(sa.select(_articles.c.source, _articles.c.date))]

    @property
    def is_grouped(self) -> bool:
        """Whether the groups of copies are those of the library as it is now."""
        with self._reading() as db:
            return self._value(db, "grouped") == str(self._change(db))

    def signatures(self) -> list[tuple[str, str | None, bytes]]:
        """(source, group, signature) of every article that is signed, by source."""
        query = sa.select(_articles.c.source, _articles.c.group, _articles.c.signature)
        with self._reading() as db:
            rows = db.execute(query.where(_articles.c.signature.is_not(None)).order_by(_articles.c.source))
            return [(source, group, signature) for source, group, signature in rows]

    def unsigned(self, most: int) -> dict[str, str]:
        """Texts of articles without a signature, by source, at most so many."""
        query = sa.select(_articles.c.source, _articles.c.text).where(_articles.c.signature.is_(None)).limit(most)
        with self._reading() as db:
            return {source: text for source, text in db.execute(query)}

    def article(self, source: str) -> Article | None:
        with self._reading() as db:
            row = db.execute(sa.select(_articles).where(_articles.c.source == source)).one_or_none()
            return None if row is None else _as_article(row._mapping)

    def articles(self) -> Iterator[Article]:
        """Every article, by source."""
        with self._reading() as db:
            for row in db.execute(sa.select(_articles).order_by(_articles.c.source)).yield_per(200):
                yield _as_article(row._mapping)

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages that still exist among these, by id."""
        with self._reading() as db:
            return {row[0]: _as_passage(row) for row in db.execute(_PASSAGES_OF_IDS, _given(ids))}

    def passages_of(self, source: str) -> tuple[Passage, ...]:
        """An article's passages in order."""
        query = _select_passages().where(_passages.c.source == source).order_by(_passages.c.start)
        with self._reading() as db:
            return tuple(map(_as_passage, db.execute(query)))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of the passages that still exist among these, by id; each of shape (dimension,)."""
        with self._reading() as db:
            return {id_: _as_vector(blob) for id_, blob in db.execute(_VECTORS_OF_IDS, _given(ids))}

    def all_vectors(self, dimension: int) -> tuple[list[str], Vectors]:
        """Every passage's id and its vector, of shape (passages, dimension); without those that are not whole."""
        with self._reading() as db:
            found = db.execute(_ALL_VECTORS, {"size": dimension * np.dtype(np.float16).itemsize}).all()
        ids = [id_ for id_, _ in found]
        together = np.frombuffer(b"".join(blob for _, blob in found), dtype=np.float16).astype(np.float32)
        return ids, together.reshape(len(ids), dimension)

    def codes(self, ids: Sequence[str], dimension: int) -> dict[str, Codes]:
        """The codes of the words of the passages that still exist among these, by id; of no words in old libraries."""
        with self._reading() as db:
            return {id_: _as_codes(blob, dimension) for id_, blob in db.execute(_CODES_OF_IDS, _given(ids))}

    def embeddings_by_key(self, keys: Sequence[str]) -> dict[str, Embedding]:
        """What is kept of texts that were embedded before, by `vector_key`."""
        with self._reading() as db:
            return {
                key: Embedding(vector := _as_vector(blob), _as_codes(codes, len(vector)))
                for key, blob, codes in db.execute(_EMBEDDINGS_OF_KEYS, _given(keys))
            }

    # What the doctor looks at

    def check(self) -> str:
        """What SQLite finds wrong with its file; empty where it finds nothing."""
        with self._reading() as db:
            found = db.scalars(sa.text("PRAGMA quick_check(1)")).first()
            return "" if found == "ok" else str(found)

    def unfit_vectors(self, dimension: int) -> int:
        """How many passages have no vector, or one of another dimension, or codes of words that are not whole."""
        wanted = dimension * np.dtype(np.float16).itemsize
        is_unfit = (sa.func.length(_passages.c.vector) != wanted) | (
            sa.func.length(_passages.c.codes) % _code_bytes(dimension) != 0
        )
        query = sa.select(sa.func.count()).select_from(_passages).where(is_unfit)
        with self._reading() as db:
            return db.scalar(query) or 0

    def sample(self, count: int) -> list[tuple[Passage, Vectors]]:
        """So many passages with their vectors, any."""
        query = sa.select(_passages.c.id).order_by(sa.func.random()).limit(count)
        with self._reading() as db:
            ids = list(db.scalars(query))
        passages, vectors = self.passages(ids), self.vectors(ids)
        return [(passages[key], vectors[key]) for key in ids if key in passages and key in vectors]

    # What followers need to catch up

    def removed_since(self, change: int) -> list[str]:
        with self._reading() as db:
            return list(db.scalars(sa.select(_removed.c.id).where(_removed.c.change > change)))

    def count_since(self, change: int) -> int:
        """How many passages `added_since` gives."""
        with self._reading() as db:
            query = sa.select(sa.func.count()).select_from(_passages).where(_passages.c.change > change)
            return int(db.execute(query).scalar_one())

    def added_since(self, change: int, batch: int) -> Iterator[list[tuple[Passage, Vectors]]]:
        """Passages with their vectors, oldest change first, in batches."""
        query = (
            _select_passages(_passages.c.vector)
            .where(_passages.c.change > change)
            .order_by(_passages.c.change, _passages.c.id)
        )
        with self._reading() as db:
            for rows in db.execute(query).yield_per(batch).partitions():
                yield [(_as_passage(row), _as_vector(row.vector)) for row in rows]

    # Changes

    def put(self, folder: str, entries: Sequence[Entry]) -> None:
        """Add articles or put them in the places of their old selves, all in one transaction."""
        with self._writing() as db:
            change = self._next_change(db)
            keep = {passage.id for entry in entries for passage in entry.passages}
            self._take_out(db, [entry.article.source for entry in entries], change, keep)
            articles = [
                {
                    "folder": folder,
                    "path": entry.path,
                    "content_hash": entry.content_hash,
                    "signature": entry.signature,
                    **{name: getattr(entry.article, name) for name in _ARTICLE_FIELDS},
                }
                for entry in entries
            ]
            passages = [
                {
                    "id": passage.id,
                    "source": passage.source,
                    "start": passage.start,
                    "end": passage.end,
                    "section": passage.section,
                    "vector_key": key,
                    "vector": embedding.vector.astype(np.float16).tobytes(),
                    "codes": embedding.codes.tobytes(),
                    "change": change,
                }
                for entry in entries
                for passage, embedding, key in zip(entry.passages, entry.embeddings, entry.keys, strict=True)
            ]
            for table, rows in ((_articles, articles), (_passages, passages)):
                if rows:
                    db.execute(sa.insert(table), rows)

    def remove(self, sources: Sequence[str]) -> None:
        """Take articles out, all in one transaction."""
        if sources:
            with self._writing() as db:
                self._take_out(db, sources, self._next_change(db), keep=set())

    def record_files(self, folder: str, hashes: Mapping[str, str]) -> None:
        """Note the files of many articles of which every row is in the library; there are no others of this folder."""
        with self._writing() as db:
            db.execute(sa.delete(_files).where(_files.c.folder == folder))
            rows = [{"folder": folder, "path": path, "content_hash": value} for path, value in hashes.items()]
            if rows:
                db.execute(sa.insert(_files), rows)

    def sign(self, signatures: Mapping[str, bytes]) -> None:
        """Note the signatures of articles, by source."""
        query = sa.update(_articles).where(_articles.c.source == sa.bindparam("of"))
        with self._writing() as db:
            rows = [{"of": source, "its": signature} for source, signature in signatures.items()]
            if rows:
                db.execute(query.values(signature=sa.bindparam("its")), rows)

    def record_groups(self, changed: Mapping[str, str | None]) -> None:
        """Note the groups of these articles, and that all groups are right for the library as it is now."""
        query = sa.update(_articles).where(_articles.c.source == sa.bindparam("of"))
        with self._writing() as db:
            rows = [{"of": source, "its": group} for source, group in changed.items()]
            if rows:
                db.execute(query.values(group=sa.bindparam("its")), rows)
            self._set(db, grouped=str(self._change(db)))

    def record_build(self, built: Built) -> None:
        with self._writing() as db:
            self._set(
                db,
                embedder=built.embedder,
                dimension=str(built.dimension),
                probe=" ".join(f"{number:.5f}" for number in built.probe),
            )

    def forget_removed(self, up_to: int) -> None:
        """Drop the notes of removals that every follower has applied."""
        with self._writing() as db:
            db.execute(sa.delete(_removed).where(_removed.c.change <= up_to))

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Everything inside is one transaction that begins with an empty library under a new id."""
        with self._writing() as db:
            change = self._next_change(db)
            for table in (_passages, _articles, _removed, _files):
                db.execute(sa.delete(table))
            db.execute(sa.delete(_about).where(_about.c.name.in_(("embedder", "dimension", "probe"))))
            self._set(db, library_id=uuid.uuid4().hex, change=str(change))
            self._outer = db
            try:
                yield
            finally:
                self._outer = None

    # Inside

    _outer: sa.Connection | None = None
    _whole: tuple[int, int] | None = None
    """The file that was seen to have all tables in this program's format: it is asked once, not at each reading."""

    def _take_out(self, db: sa.Connection, sources: Sequence[str], change: int, keep: set[str]) -> None:
        for some in _in_batches(sources):
            old = db.scalars(sa.select(_passages.c.id).where(_passages.c.source.in_(some)))
            gone = [{"id": id_, "change": change} for id_ in old if id_ not in keep]
            if gone:
                db.execute(sa.insert(_removed).prefix_with("OR REPLACE"), gone)
            db.execute(sa.delete(_passages).where(_passages.c.source.in_(some)))
            db.execute(sa.delete(_articles).where(_articles.c.source.in_(some)))

    def _next_change(self, db: sa.Connection) -> int:
        change = self._change(db) + 1
        self._set(db, change=str(change))
        return change

    def _change(self, db: sa.Connection) -> int:
        return int(self._value(db, "change") or 0)

    def _value(self, db: sa.Connection, name: str) -> str | None:
        return db.scalar(sa.select(_about.c.value).where(_about.c.name == name))

    def _set(self, db: sa.Connection, **values: str) -> None:
        rows = [{"name": name, "value": value} for name, value in values.items()]
        db.execute(sa.insert(_about).prefix_with("OR REPLACE"), rows)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
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

    def _check_format(self, db: sa.Connection) -> None:
        """LibraryError unless the format is this program's, or an older one that is brought up here."""
        found = self._value(db, "format")
        if found in _OLDER:
            db.rollback()
            self._bring_up()
            found = self._value(db, "format")
        if found != str(FORMAT):
            raise LibraryError(
                f"The library {str(self.path.parent)!r} has format {found!r}; this program writes {FORMAT}.",
                "Use another folder with --library, or remove this one and ingest again.",
            )

    def _file(self) -> tuple[int, int] | None:
        """Which file lies at the path; None for none."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _bring_up(self) -> None:
        """A library of an older format in this one, its articles and vectors as they are; all of it or none."""
        with self._engine.connect() as db:
            # The driver begins no transaction by itself before a change of tables.
            db.exec_driver_sql("BEGIN IMMEDIATE")
            if self._value(db, "format") in _OLDER:
                _schema.create_all(db)
                for table, added in _ADDED_SINCE.items():
                    there = {column["name"] for column in sa.inspect(db).get_columns(table)}
                    for name in added.keys() - there:
                        db.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {name} {added[name]}")
                self._set(db, format=str(FORMAT))
            db.commit()

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        if self._outer is not None:
            yield self._outer
            return
        with self._translated():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._engine.begin() as db:
                yield db

    def _damaged(self, reason: str) -> StorageError:
        return StorageError(f"The library’s database {str(self.path)!r} is damaged: {reason}.", self.way_out)

    @property
    def way_out(self) -> str:
        """What to do where the catalogue is damaged: all of it can be made again from the articles."""
        folder = self.path.parent
        return f"Move the folder {str(folder)!r} away, then run: python ingest.py FOLDER --library {folder}"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The database's errors as sentences; this is the only file that knows SQLAlchemy."""
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
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
        _articles.c.page_starts,
        _articles.c.group,
        *more,
    ).join_from(_passages, _articles, _passages.c.source == _articles.c.source)


def _as_passage(row: Sequence[Any]) -> Passage:
    """Of a row of `_select_passages`, by place: by name it takes five times as long, and a search reads dozens."""
    id_, source, start, end, section, text, title, date, page_starts, group = row[:10]
    return Passage(id_, source, start, end, text, title, section, date, page_at(page_starts, start), group)


def _as_article(row: Mapping[Any, Any]) -> Article:
    values = {name: row[name] for name in _ARTICLE_FIELDS}
    return Article(**{**values, "left_out": tuple(row["left_out"]), "page_starts": tuple(row["page_starts"])})


def _as_vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, dtype=np.float16).astype(np.float32)


def _as_codes(blob: bytes, dimension: int) -> Codes:
    """Of a text's vector's dimension."""
    return np.frombuffer(blob, dtype=np.uint8).reshape(-1, _code_bytes(dimension))


def _code_bytes(dimension: int) -> int:
    return max(1, -(-code_dimension(dimension) // 8))


def _given(values: Sequence[str]) -> dict[str, str]:
    """What the statements below are given: one value, however many there are."""
    return {"given": json.dumps(list(values))}


_VERSION = sa.select(_about.c.name, _about.c.value).where(_about.c.name.in_(("library_id", "change")))
_ANY_ARTICLE = sa.select(_articles.c.source).limit(1)
_AMONG_GIVEN: sa.Select[Any] = sa.select(sa.column("value")).select_from(sa.func.json_each(sa.bindparam("given")))
_PASSAGES_OF_IDS = _select_passages().where(_passages.c.id.in_(_AMONG_GIVEN))
_ALL_VECTORS = sa.select(_passages.c.id, _passages.c.vector).where(
    sa.func.length(_passages.c.vector) == sa.bindparam("size")
)
_VECTORS_OF_IDS = sa.select(_passages.c.id, _passages.c.vector).where(_passages.c.id.in_(_AMONG_GIVEN))
_CODES_OF_IDS = sa.select(_passages.c.id, _passages.c.codes).where(_passages.c.id.in_(_AMONG_GIVEN))
_EMBEDDINGS_OF_KEYS = sa.select(_passages.c.vector_key, _passages.c.vector, _passages.c.codes).where(
    _passages.c.vector_key.in_(_AMONG_GIVEN)
)


def _in_batches(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[i : i + _MOST_VARIABLES] for i in range(0, len(values), _MOST_VARIABLES))
