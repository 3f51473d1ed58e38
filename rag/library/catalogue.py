"""The catalogue: articles, passages, their vectors and a change number, in SQLite. It is the truth."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from rag.core.types import Article, Passage, page_at
from rag.library import sql
from rag.library.database import Connection, Database, rows, scalar, set_values, value
from rag.library.embedding import Codes, Embedding, Vectors
from rag.library.filters import as_text
from rag.library.late import code_dimension

_ARTICLE_FIELDS = tuple(f.name for f in fields(Article))


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
class Record:
    """What is known of an article beside its text."""

    source: str
    title: str
    date: str | None
    author: str | None
    publisher: str | None


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
        self._database = Database(path)

    @property
    def exists(self) -> bool:
        """Whether there is a catalogue with its tables, not merely a file on its way to being one."""
        return self._database.exists

    @property
    def way_out(self) -> str:
        """What to do where the catalogue is damaged: all of it can be made again from the articles."""
        return self._database.way_out

    def create(self) -> None:
        """Make the tables where they are missing."""
        self._database.create(library_id=uuid.uuid4().hex, change="0")

    def settle(self) -> None:
        """Let the one file hold all that is committed."""
        self._database.settle()

    def close(self) -> None:
        self._database.close()

    # What is there

    @property
    def version(self) -> tuple[str, int]:
        """The library's id and its change number, which grows with every committed change."""
        with self._database.reading() as db:
            found = dict(rows(db, sql.VERSION))
            return found.get("library_id", ""), int(found.get("change", 0))

    @property
    def change(self) -> int:
        """Grows with every committed change."""
        return self.version[1]

    @property
    def built(self) -> Built | None:
        """None as long as nothing has been embedded."""
        with self._database.reading() as db:
            name = value(db, "embedder")
            if name is None:
                return None
            probe = tuple(float(number) for number in (value(db, "probe") or "").split())
            return Built(name, int(value(db, "dimension") or 0), probe)

    def counts(self) -> tuple[int, int]:
        """How many articles, and how many passages."""
        with self._database.reading() as db:
            return scalar(db, sql.ARTICLE_COUNT), scalar(db, sql.PASSAGE_COUNT)

    @property
    def is_empty(self) -> bool:
        """Whether there is no article."""
        with self._database.reading() as db:
            return not rows(db, sql.ANY_ARTICLE)

    def folders(self) -> tuple[str, ...]:
        with self._database.reading() as db:
            return tuple(folder for (folder,) in rows(db, sql.FOLDERS))

    def filed(self, folder: str) -> dict[str, Filed]:
        """The articles of a folder by their path in it."""
        with self._database.reading() as db:
            return {row[1]: Filed(*row) for row in rows(db, sql.FILED, folder=folder)}

    def files(self, folder: str) -> dict[str, str]:
        """The hashes of the files of many articles that were taken in whole, by their path in the folder."""
        with self._database.reading() as db:
            return dict(rows(db, sql.FILES, folder=folder))

    def sources(self) -> set[str]:
        """The sources of all articles."""
        with self._database.reading() as db:
            return {source for (source,) in rows(db, sql.SOURCES)}

    def dates(self) -> list[tuple[str, str | None]]:
        """(source, date) of every article."""
        with self._database.reading() as db:
            return [(source, date) for source, date in rows(db, sql.DATES)]

    def records(self) -> list[Record]:
        """Of every article."""
        with self._database.reading() as db:
            return [Record(*row) for row in rows(db, sql.RECORDS)]

    @property
    def is_grouped(self) -> bool:
        """Whether the groups of copies are those of the library as it is now."""
        with self._database.reading() as db:
            return value(db, "grouped") == str(_change(db))

    def signatures(self) -> list[tuple[str, str | None, bytes]]:
        """(source, group, signature) of every article that is signed, by source."""
        with self._database.reading() as db:
            return [(source, group, signature) for source, group, signature in rows(db, sql.SIGNATURES)]

    def unsigned(self, most: int) -> dict[str, str]:
        """Texts of articles without a signature, by source, at most so many."""
        with self._database.reading() as db:
            return dict(rows(db, sql.UNSIGNED, most=most))

    def article(self, source: str) -> Article | None:
        with self._database.reading() as db:
            found = rows(db, sql.ARTICLE, source=as_text(source))
            return _as_article(found[0]) if found else None

    def articles(self) -> Iterator[Article]:
        """Every article, by source."""
        with self._database.reading() as db:
            yield from map(_as_article, db.execute(sql.ALL_ARTICLES))

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages that still exist among these, by id."""
        with self._database.reading() as db:
            return {row[0]: _as_passage(row) for row in rows(db, sql.PASSAGES_OF_IDS, **_given(ids))}

    def passages_of(self, source: str) -> tuple[Passage, ...]:
        """An article's passages in order."""
        with self._database.reading() as db:
            return tuple(map(_as_passage, rows(db, sql.PASSAGES_OF_ARTICLE, source=as_text(source))))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of the passages that still exist among these, by id; each of shape (dimension,)."""
        with self._database.reading() as db:
            return {id_: _as_vector(blob) for id_, blob in rows(db, sql.VECTORS_OF_IDS, **_given(ids))}

    def codes(self, ids: Sequence[str], dimension: int) -> dict[str, Codes]:
        """The codes of the words of the passages that still exist among these, by id; of no words in old libraries."""
        with self._database.reading() as db:
            return {id_: _as_codes(blob, dimension) for id_, blob in rows(db, sql.CODES_OF_IDS, **_given(ids))}

    def embeddings_by_key(self, keys: Sequence[str]) -> dict[str, Embedding]:
        """What is kept of texts that were embedded before, by `vector_key`."""
        with self._database.reading() as db:
            return {
                key: Embedding(vector := _as_vector(blob), _as_codes(codes, len(vector)))
                for key, blob, codes in rows(db, sql.EMBEDDINGS_OF_KEYS, **_given(keys))
            }

    # What the doctor looks at

    def check(self) -> str:
        """What SQLite finds wrong with its file; empty where it finds nothing."""
        with self._database.reading() as db:
            found = scalar(db, sql.QUICK_CHECK)
            return "" if found == "ok" else str(found)

    def unfit_vectors(self, dimension: int) -> int:
        """How many passages have no vector, or one of another dimension, or codes of words that are not whole."""
        with self._database.reading() as db:
            sizes = {"size": _vector_bytes(dimension), "code_size": _code_bytes(dimension)}
            return int(scalar(db, sql.UNFIT_COUNT, **sizes))

    def sample(self, count: int) -> list[tuple[Passage, Vectors]]:
        """So many passages with their vectors, any."""
        with self._database.reading() as db:
            ids = [id_ for (id_,) in rows(db, sql.SAMPLE, count=count)]
        passages, vectors = self.passages(ids), self.vectors(ids)
        return [(passages[key], vectors[key]) for key in ids if key in passages and key in vectors]

    # What followers need to catch up

    def removed_since(self, change: int) -> list[str]:
        with self._database.reading() as db:
            return [id_ for (id_,) in rows(db, sql.REMOVED_SINCE, since=change)]

    def count_since(self, change: int) -> int:
        """How many passages `added_since` gives."""
        with self._database.reading() as db:
            return int(scalar(db, sql.COUNT_SINCE, since=change))

    def added_since(self, change: int, batch: int) -> Iterator[list[tuple[Passage, Vectors]]]:
        """Passages with their vectors, oldest change first, in batches."""
        with self._database.reading() as db:
            found = db.execute(sql.ADDED_SINCE, {"since": change})
            while some := found.fetchmany(batch):
                yield [(_as_passage(row), _as_vector(row[-1])) for row in some]

    # Changes

    def put(self, folder: str, entries: Sequence[Entry]) -> None:
        """Add articles or put them in the places of their old selves, all in one transaction."""
        with self._database.writing() as db:
            change = _next_change(db)
            keep = {passage.id for entry in entries for passage in entry.passages}
            _take_out(db, [entry.article.source for entry in entries], change, keep)
            articles = [
                {
                    **asdict(entry.article),
                    "left_out": json.dumps(entry.article.left_out),
                    "page_starts": json.dumps(entry.article.page_starts),
                    "folder": folder,
                    "path": entry.path,
                    "content_hash": entry.content_hash,
                    "signature": entry.signature,
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
            db.executemany(sql.ADD_ARTICLES, articles)
            db.executemany(sql.ADD_PASSAGES, passages)

    def remove(self, sources: Sequence[str]) -> None:
        """Take articles out, all in one transaction."""
        if sources:
            with self._database.writing() as db:
                _take_out(db, sources, _next_change(db), keep=set())

    def record_files(self, folder: str, hashes: Mapping[str, str]) -> None:
        """Note the files of many articles of which every row is in the library; there are no others of this folder."""
        with self._database.writing() as db:
            db.execute(sql.FORGET_FILES, {"folder": folder})
            db.executemany(
                sql.ADD_FILES,
                [{"folder": folder, "path": path, "content_hash": hash_} for path, hash_ in hashes.items()],
            )

    def move_folder(self, before: str, now: str) -> None:
        """Note that a folder lies elsewhere, with all that was filed from it."""
        with self._database.writing() as db:
            for statement in sql.MOVE_FOLDER:
                db.execute(statement, {"before": before, "now": now})

    def sign(self, signatures: Mapping[str, bytes]) -> None:
        """Note the signatures of articles, by source."""
        with self._database.writing() as db:
            signed = [{"source": source, "signature": signature} for source, signature in signatures.items()]
            db.executemany(sql.SIGN, signed)

    def record_groups(self, changed: Mapping[str, str | None]) -> None:
        """Note the groups of these articles, and that all groups are right for the library as it is now."""
        with self._database.writing() as db:
            db.executemany(sql.GROUP, [{"source": source, "group": group} for source, group in changed.items()])
            set_values(db, grouped=str(_change(db)))

    def record_build(self, built: Built) -> None:
        with self._database.writing() as db:
            set_values(
                db,
                embedder=built.embedder,
                dimension=str(built.dimension),
                probe=" ".join(f"{number:.5f}" for number in built.probe),
            )

    def forget_removed(self, up_to: int) -> None:
        """Drop the notes of removals that every follower has applied."""
        with self._database.writing() as db:
            db.execute(sql.FORGET_REMOVED, {"up_to": up_to})

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Everything inside is one transaction that begins with an empty library under a new id."""
        with self._database.writing_together() as db:
            change = _next_change(db)
            for statement in sql.EMPTY:
                db.execute(statement)
            set_values(db, library_id=uuid.uuid4().hex, change=str(change))
            yield


def _take_out(db: Connection, sources: Sequence[str], change: int, keep: set[str]) -> None:
    old = rows(db, sql.PASSAGE_IDS_OF_ARTICLES, **_given(sources))
    db.executemany(sql.NOTE_REMOVED, [{"id": id_, "change": change} for (id_,) in old if id_ not in keep])
    db.execute(sql.TAKE_OUT_PASSAGES, _given(sources))
    db.execute(sql.TAKE_OUT_ARTICLES, _given(sources))


def _next_change(db: Connection) -> int:
    change = _change(db) + 1
    set_values(db, change=str(change))
    return change


def _change(db: Connection) -> int:
    return int(value(db, "change") or 0)


def _as_passage(row: Sequence[Any]) -> Passage:
    """Of a row of a statement of passages, by place."""
    id_, source, start, end, section, text, title, date, page_starts, group = row[:10]
    page = page_at(json.loads(page_starts), start) if page_starts != "[]" else None
    return Passage(id_, source, start, end, text, title, section, date, page, group)


def _as_article(row: Sequence[Any]) -> Article:
    """Of a row of a statement of articles, whose columns are an article's fields in order."""
    values = dict(zip(_ARTICLE_FIELDS, row, strict=True))
    lists = {name: tuple(json.loads(values[name])) for name in ("left_out", "page_starts")}
    return Article(**{**values, **lists})


def _as_vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, dtype=np.float16).astype(np.float32)


def _as_codes(blob: bytes, dimension: int) -> Codes:
    """Of a text's vector's dimension."""
    return np.frombuffer(blob, dtype=np.uint8).reshape(-1, _code_bytes(dimension))


def _code_bytes(dimension: int) -> int:
    return max(1, -(-code_dimension(dimension) // 8))


def _vector_bytes(dimension: int) -> int:
    return dimension * np.dtype(np.float16).itemsize


def _given(values: Sequence[str]) -> dict[str, str]:
    """What a statement of many things is given."""
    return {"given": json.dumps(list(values))}
