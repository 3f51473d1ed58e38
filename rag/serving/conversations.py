"""Conversations kept beside the library, in SQLite: whose they are, what was asked, every answer with its citations."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rag.core.errors import CitewellError, StorageError
from rag.core.recent import Recent
from rag.search.framing import unframed
from rag.serving import texts
from rag.serving.reviving import revived_answer
from rag.serving.turns import Turn

_LONGEST_TITLE = 120
_LONGEST_COMMENT = 2000
_MOST_LISTED = 200
_MOST_WORDS = 20  # looked for at a time
_REMOVED_REMEMBERED = 10_000  # conversations
_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, changed REAL NOT NULL);
CREATE INDEX IF NOT EXISTS by_user ON conversations (user, changed);
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    place INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT, message TEXT NOT NULL, hint TEXT NOT NULL,
    is_stopped INTEGER NOT NULL, verdict TEXT NOT NULL, comment TEXT NOT NULL, PRIMARY KEY (conversation, place));
CREATE TABLE IF NOT EXISTS ticked (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    source TEXT NOT NULL, PRIMARY KEY (conversation, source));
"""
_HOLDS = """AND (title LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM turns WHERE conversation = id
    AND (question LIKE ? ESCAPE '\\' OR json_extract(answer, '$.text') LIKE ? ESCAPE '\\')))
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as the list of them shows it."""

    id: str
    title: str
    changed: float
    """Seconds since 1970."""


class Conversations:
    """Every call names its user: nobody else's conversation is there for them. Safe from many threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._saving = threading.Lock()
        self._removed: Recent[bool] = Recent(_REMOVED_REMEMBERED)

    @staticmethod
    def new_id() -> str:
        return uuid.uuid4().hex

    def save(self, user: str, conversation: str, turns: Sequence[Turn]) -> None:
        """Add those of the turns that are not kept yet, each in the stead of what it replaces.

        Turns that another tab has added stay. What is first asked is the title until the user gives another.
        """
        with self._saving:
            fresh = [turn for turn in turns if turn.place is None]
            if fresh:
                title = _title(turns[0].question)
                for turn, place in zip(fresh, self._added(user, conversation, title, fresh), strict=False):
                    turn.place, turn.replaces = place, ()

    def _added(self, user: str, conversation: str, title: str, turns: Sequence[Turn]) -> list[int]:
        """The places of the turns that were written; none in a conversation of another user."""
        with self._opened() as db:
            if self._removed.get((user, conversation)):
                raise StorageError("The conversation was deleted.", "Begin a new one.")
            row = db.execute("SELECT user FROM conversations WHERE id = ?", (conversation,)).fetchone()
            if row is not None and row[0] != user:
                return []
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET changed = ?4",
                (conversation, user, title, time.time()),
            )
            first_asked = _first_asked(db, conversation)
            gone = [(conversation, place) for turn in turns for place in turn.replaces]
            db.executemany("DELETE FROM turns WHERE conversation = ? AND place = ?", gone)
            last = db.execute("SELECT max(place) FROM turns WHERE conversation = ?", (conversation,)).fetchone()[0]
            first = max((last or 0) + 1, time.time_ns())  # no place is given twice: another tab may know what was there
            places = list(range(first, first + len(turns)))
            rows = [(conversation, place, *_row(turn)) for place, turn in zip(places, turns, strict=True)]
            db.executemany("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            # One that was edited goes out of the title too; a title of the user's own stays.
            titles = (_title(_first_asked(db, conversation)), conversation, _title(first_asked))
            db.execute("UPDATE conversations SET title = ? WHERE id = ? AND title = ?", titles)
            return places

    def judge(self, user: str, conversation: str, turn: Turn) -> None:
        """What the reader thinks of one turn that is kept; nothing else of it is written."""
        query = """UPDATE turns SET verdict = ?, comment = ? WHERE conversation = ? AND place = ?
            AND EXISTS (SELECT 1 FROM conversations WHERE id = conversation AND user = ?)"""
        with self._opened() as db:
            db.execute(query, (turn.verdict, turn.comment[:_LONGEST_COMMENT], conversation, turn.place, user))

    def listed(self, user: str, words: str = "") -> list[Kept]:
        """The user's conversations, the latest first; with words, those that hold each in title, question or answer."""
        patterns = [
            "%" + "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in word) + "%"
            for word in words.split()[:_MOST_WORDS]
        ]
        query = f"""SELECT id, title, changed FROM conversations WHERE user = ? {_HOLDS * len(patterns)}
            ORDER BY changed DESC LIMIT ?"""
        values = [pattern for pattern in patterns for _ in range(_HOLDS.count("?"))]
        with self._opened() as db:
            return [Kept(*row) for row in db.execute(query, (user, *values, _MOST_LISTED))]

    def title(self, user: str, conversation: str) -> str | None:
        """None where the user has no such conversation."""
        with self._opened() as db:
            query = "SELECT title FROM conversations WHERE id = ? AND user = ?"
            row = db.execute(query, (conversation, user)).fetchone()
        return None if row is None else str(row[0])

    def turns(self, user: str, conversation: str) -> list[Turn]:
        """The turns as they were; none where the user has no such conversation."""
        query = """SELECT question, answer, message, hint, is_stopped, verdict, comment, place FROM turns
            JOIN conversations ON id = conversation WHERE id = ? AND user = ? ORDER BY place"""
        with self._opened() as db:
            return [_turn(row) for row in db.execute(query, (conversation, user))]

    def tick(self, user: str, conversation: str, sources: Iterable[str]) -> None:
        """From now on it asks these articles only; none for all."""
        with self._opened() as db:
            if db.execute("SELECT 1 FROM conversations WHERE id = ? AND user = ?", (conversation, user)).fetchone():
                db.execute("DELETE FROM ticked WHERE conversation = ?", (conversation,))
                db.executemany("INSERT INTO ticked VALUES (?, ?)", [(conversation, source) for source in list(sources)])

    def ticked(self, user: str, conversation: str) -> set[str]:
        """The articles it asks; none for all."""
        query = "SELECT source FROM ticked JOIN conversations ON id = conversation WHERE id = ? AND user = ?"
        with self._opened() as db:
            return {str(row[0]) for row in db.execute(query, (conversation, user))}

    def rename(self, user: str, conversation: str, title: str) -> None:
        title = " ".join(title.split())[:_LONGEST_TITLE]
        if title:
            with self._opened() as db:
                db.execute("UPDATE conversations SET title = ? WHERE id = ? AND user = ?", (title, conversation, user))

    def remove(self, user: str, conversation: str) -> None:
        """For good: what is still being answered in it is not kept any more."""
        self._removed.put((user, conversation), True)
        with self._opened() as db:
            db.execute("DELETE FROM conversations WHERE id = ? AND user = ?", (conversation, user))

    def judged(self, user: str) -> list[tuple[str, int, list[Turn]]]:
        """(conversation, number of the turn, the turns up to it) of every answer with a thumb."""
        query = """SELECT DISTINCT id, changed FROM turns JOIN conversations ON id = conversation
            WHERE user = ? AND verdict != '' ORDER BY changed"""
        with self._opened() as db:
            found = [str(row[0]) for row in db.execute(query, (user,))]
        judged = []
        for conversation in found:
            turns = self.turns(user, conversation)
            judged += [(conversation, place, turns[: place + 1]) for place, turn in enumerate(turns) if turn.verdict]
        return judged

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction, tables made where they are missing."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=30)) as db, db:
                with suppress(sqlite3.OperationalError):  # another thread has just made the file, and does this
                    db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA foreign_keys = ON")
                db.executescript(_TABLES)
                db.execute("BEGIN IMMEDIATE")
                yield db
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"The conversations in {str(self._path)!r} cannot be used: {error}.",
                "Check that the disk has room and that the file is yours, or move it away.",
            ) from error


def _title(question: str) -> str:
    asked = unframed(" ".join(question.split()))
    return (asked[:1].upper() + asked[1:])[:_LONGEST_TITLE]


def _first_asked(db: sqlite3.Connection, conversation: str) -> str:
    query = "SELECT question FROM turns WHERE conversation = ? ORDER BY place LIMIT 1"
    row = db.execute(query, (conversation,)).fetchone()
    return "" if row is None else str(row[0])


def _row(turn: Turn) -> tuple[object, ...]:
    answer = json.dumps(turn.answer.to_dict(), ensure_ascii=False) if turn.answer else None
    problem = turn.problem or CitewellError("")
    comment = turn.comment[:_LONGEST_COMMENT]
    return turn.question, answer, problem.message, problem.hint, turn.is_stopped, turn.verdict, comment


def _turn(row: tuple[str, str | None, str, str, int, str, str, int]) -> Turn:
    question, kept, message, hint, is_stopped, verdict, comment, place = row
    turn = Turn(
        question,
        answer=revived_answer(json.loads(kept)) if kept else None,
        problem=CitewellError(message, hint) if message else None,
        is_stopped=bool(is_stopped),
        verdict=verdict,
        comment=comment,
        place=place,
    )
    if turn.is_growing:  # the program ended in the midst of it
        turn.stop()
        turn.notice = texts.BROKEN_OFF
    return turn
