"""Reading in a process of its own: a file that hangs, crashes or eats memory costs its time and nothing more."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from rag.core.errors import ReadingError
from rag.core.types import Article
from rag.reading.articles import PLAIN, read_article

# That are read here: two seconds at the worst that Markdown can be made to take, and plain text's reader.
_LARGEST_MARKDOWN_BYTES, _LARGEST_TEXT_BYTES = 100_000, 1_000_000
_MEMORY_BYTES = 3_000_000_000
_FILES_A_PROCESS = 1000  # then a fresh one, whatever the parsers have kept
_START = "import json, sys; sys.path[:0] = json.loads(sys.argv[1]); from rag.reading.worker import serve; serve()"


@contextmanager
def article_reader(seconds: float) -> Iterator[Reader]:
    """A reader whose process, if one was needed, has ended afterwards."""
    reader = Reader(seconds)
    try:
        yield reader
    finally:
        reader.close()


class Reader:
    """Reads files as `read_article` does, each within a number of seconds; its process starts when first needed.

    Threads may share it: they take turns.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._turn = threading.Lock()

    def read(self, source: str, data: bytes, today: dt.date | None = None) -> Article:
        """The article in a file's bytes; a ReadingError when there is none, or none within the time."""
        kind = Path(source).suffix.lower()
        largest = _LARGEST_TEXT_BYTES if kind == ".txt" else _LARGEST_MARKDOWN_BYTES
        if kind in PLAIN and len(data) <= largest:
            return read_article(source, data, today)
        with self._turn:
            if self._read >= _FILES_A_PROCESS:
                self.close()
            self._read += 1
            answer = self._asked({"source": source, "today": (today or dt.date.today()).isoformat()}, data)
        if "trouble" in answer:
            raise ReadingError(answer["trouble"])
        values = answer["article"]
        return Article(**{**values, **{name: tuple(values[name]) for name in ("left_out", "page_starts")}})

    def close(self) -> None:
        """End the process; the next file starts another."""
        process, self._process, self._read = self._process, None, 0
        if process is not None:
            process.kill()
            process.communicate()

    def _asked(self, question: dict[str, str], data: bytes) -> dict[str, Any]:
        process = self._process or self._started()
        is_late = threading.Event()

        def give_up() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(self._seconds, give_up)
        timer.start()
        line = b""
        try:
            # A process that died closes both pipes.
            with contextlib.suppress(OSError):
                _send(_pipe(process.stdin), {**question, "bytes": str(len(data))}, data)
                line = _pipe(process.stdout).readline()
        finally:
            timer.cancel()
            timer.join()
        is_answered = line.endswith(b"\n")
        # The time may run out just as the answer is there; the next file shall find no process that was killed.
        if is_late.is_set() or not is_answered:
            self.close()
        if is_answered:
            answer: dict[str, Any] = json.loads(line)
            return answer
        if is_late.is_set():
            raise ReadingError(f"it takes more than {self._seconds:g} seconds to read (RAG_READING_SECONDS).")
        raise ReadingError("the program that reads it broke down on it.")

    def _started(self) -> subprocess.Popen[bytes]:
        try:
            process = subprocess.Popen(
                [sys.executable, "-c", _START, json.dumps([path or str(Path.cwd()) for path in sys.path])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise ReadingError(f"the program that reads such files does not start ({error.strerror}).") from error
        # Its own start does not count against the first file.
        if not _pipe(process.stdout).readline():
            process.communicate()
            raise ReadingError("the program that reads such files does not start.")
        self._process = process
        return process


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _send(pipe: IO[bytes], message: object, data: bytes = b"") -> None:
    """One line of JSON, then the bytes: never pickles, which a parser that was taken over could abuse."""
    pipe.write(json.dumps(message).encode() + b"\n" + data)
    pipe.flush()


def serve() -> None:
    """The other side: answers on what was its standard output, so that nothing a parser prints gets in between."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_memory()
    _send(answers, "ready")
    questions = sys.stdin.buffer
    while line := questions.readline():
        question = json.loads(line)
        data = questions.read(int(question["bytes"]))
        try:
            article = read_article(question["source"], data, dt.date.fromisoformat(question["today"]))
            answer: dict[str, object] = {"article": asdict(article)}
        except ReadingError as error:
            answer = {"trouble": error.message}
        _send(answers, answer)


def _limit_memory() -> None:
    """Where the system can: a file that unfolds in memory fails alone."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
