"""A file that hangs, crashes or eats memory is refused in time, and the next one is read."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from rag.core.errors import ReadingError
from rag.reading.articles import read_article
from rag.reading.worker import article_reader
from tests.reading.makers import NEWS, WHOLE

# Minutes of work for any parser of Markdown that goes back to look for the ends of its links.
SLOW = b"![" * 1_000_000


def test_a_file_reads_the_same_in_a_process_of_its_own():
    with article_reader(30) as reader:
        for suffix, data in WHOLE.items():
            assert reader.read(f"2024-05-17{suffix}", data) == read_article(f"2024-05-17{suffix}", data)


def test_a_refusal_comes_through_with_its_reason():
    with article_reader(30) as reader, pytest.raises(ReadingError, match="it is not a PDF, or a damaged one"):
        reader.read("a.pdf", b"%PDF-1.4 nothing")


def test_a_file_that_takes_too_long_is_refused_in_time_and_the_next_is_read():
    with article_reader(2) as reader:
        started = time.monotonic()
        with pytest.raises(ReadingError, match="it takes more than 2 seconds to read"):
            reader.read("slow.md", SLOW)

        assert time.monotonic() - started < 10
        assert NEWS in reader.read("a.docx", WHOLE[".docx"]).text


def test_plain_text_is_read_without_a_process(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")  # no process can start

    with article_reader(30) as reader:
        assert reader.read("a.txt", NEWS.encode()).text == NEWS
        assert reader.read("a.md", NEWS.encode()).text == NEWS
        with pytest.raises(ReadingError, match="does not start"):
            reader.read("a.html", WHOLE[".html"])


def test_a_process_that_dies_is_told_and_another_takes_its_place():
    with article_reader(30) as reader:
        first = reader.read("a.pdf", WHOLE[".pdf"])
        reader._process.kill()
        reader._process.wait()
        with pytest.raises(ReadingError, match="broke down on it"):
            reader.read("b.pdf", WHOLE[".pdf"])

        assert reader.read("b.pdf", WHOLE[".pdf"]) == replace(first, source="b.pdf")
