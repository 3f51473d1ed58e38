"""What a folder may hold: every file that cannot be an article is one line of the report, and stops no other."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import pytest

from tests.reading.makers import BROKEN, BROKEN_ROWS, NEWS, WHOLE, WHOLE_ROWS, WORDS, pdf, web_page, wrapped


@pytest.mark.parametrize("suffix", WHOLE | WHOLE_ROWS)
def test_of_twelve_files_the_six_broken_ones_are_named_with_the_reason(library, folder, suffix):
    broken = {f"broken {name}{suffix}": content for name, content in (BROKEN | BROKEN_ROWS)[suffix].items()}
    whole = {f"whole {number}{suffix}": (WHOLE | WHOLE_ROWS)[suffix] for number in range(6)}
    opened = library()

    report = opened.sync(folder({name: data for name, (data, _) in broken.items()} | whole))

    assert sorted({source.partition("#")[0] for source in report.added}) == sorted(whole)
    assert {failure.source: failure.reason for failure in report.failed} == {
        name: reason for name, (_, reason) in broken.items()
    }
    for name, (_, reason) in broken.items():
        assert f"  failed: {name}: {reason}" in str(report).splitlines()
    assert opened.search("dredging spring", k=1)[0].passage.source.partition("#")[0] in whole


def test_odd_things_in_a_folder_are_each_one_line_and_quick(library, folder, tmp_path):
    (tmp_path / "secret.txt").write_text("Secret words.")
    place = folder({"a.txt": NEWS, "two\nlines.txt": NEWS, "\x1b[31mred.txt": NEWS, "renamed.pdf": web_page()})
    (place / "out.txt").symlink_to(tmp_path / "secret.txt")
    (place / "zero.txt").symlink_to("/dev/zero")
    (place / "circle.txt").symlink_to(place / "circle.txt")
    os.mkfifo(place / "pipe.txt")
    with (place / "huge.txt").open("wb") as huge:
        huge.truncate(500_000_000)
    started = time.monotonic()

    report = library().sync(place)

    assert time.monotonic() - started < 20
    assert report.added == ("a.txt",)
    assert {failure.source: failure.reason.split(";")[0].rstrip(".") for failure in report.failed} == {
        "\\x1b[31mred.txt": "its name holds a line end or a control character",
        "circle.txt": "it is a link in a circle of links",
        "huge.txt": "it is larger than 50 MB",
        "out.txt": "it is a link that leads out of the folder",
        "pipe.txt": "it is not a regular file",
        "renamed.pdf": "its name ends in .pdf, but it is a web page",
        "two\\nlines.txt": "its name holds a line end or a control character",
        "zero.txt": "it is a link that leads out of the folder",
    }
    assert all(line.isprintable() for line in str(report).splitlines())


def test_folders_may_be_very_deep(library, folder):
    place = folder({"/".join(["deep"] * 700 + ["a.txt"]): NEWS})

    assert len(library().sync(place).added) == 1


def test_a_folder_that_cannot_be_listed_is_one_line_and_stops_nothing(library, folder, monkeypatch):
    place = folder({"a.txt": NEWS})
    monkeypatch.chdir(place)
    for _ in range(25):  # a path longer than the system takes
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    monkeypatch.chdir(place)

    report = library().sync(place)

    assert report.added == ("a.txt",)
    assert [failure.reason for failure in report.failed] == ["it cannot be opened (File name too long)."]


def test_a_passage_of_a_pdf_says_its_page_also_after_it_was_stored(library, folder):
    pages = [wrapped(WORDS, 70), wrapped("Dredging goes on until the spring and costs nine million.", 70)]
    opened = library(passage_tokens=40)
    opened.sync(folder({"a.pdf": pdf(pages), "b.txt": "Wheat was sown on the hills."}))

    assert opened.search("dredging spring", k=1)[0].passage.page == 2
    assert opened.search("wheat hills", k=1)[0].passage.page is None
    assert len(opened.article("a.pdf").page_starts) == 2


def test_a_library_from_before_pages_is_read_and_written_on(library, folder, tmp_path):
    place = folder({"a.txt": NEWS})
    opened = library()
    opened.sync(place)
    opened.close()
    database = next((tmp_path / "library").glob("*.sqlite*"))
    with sqlite3.connect(database) as db:
        db.execute("ALTER TABLE articles DROP COLUMN page_starts")
        db.execute("UPDATE about SET value = '1' WHERE name = 'format'")
    db.close()

    again = library()

    assert again.search("dredging spring", k=1)[0].passage.page is None
    assert again.sync(folder({"b.pdf": WHOLE[".pdf"]})).added == ("b.pdf",)
    assert again.sync(place).unchanged == ("a.txt", "b.pdf")
