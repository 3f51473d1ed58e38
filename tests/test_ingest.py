"""The ingest command from its arguments to its report, its exit code and its one line of trouble."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from rag.answering.health import examine
from rag.core.settings import Settings
from rag.search.library import Library
from rag.serving.cli import run
from rag.serving.ingesting import ingest
from tests.conftest import ROOT, SEEDS
from tests.reading.makers import web_page


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def place(filled, tmp_path, monkeypatch) -> Path:
    """The working folder, with the seeds in `articles` and the library made of them in `.library`."""
    shutil.copytree(filled / "articles", tmp_path / "articles")
    shutil.copytree(filled / "library", tmp_path / ".library")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(capsys) -> Callable[..., Ended]:
    """Runs `python ingest.py …` in this process."""

    def ended(*args: str) -> Ended:
        with pytest.raises(SystemExit) as left:
            run(ingest, args)
        return Ended(left.value.code, *capsys.readouterr())

    return ended


def refused(ended: Ended) -> str:
    """The one line that a command leaves when nothing could be done."""
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err
    return ended.err


# The whole path, in processes of their own


@pytest.mark.slow
def test_a_first_ingest_adds_the_seeds_and_is_seen_by_a_search(program, tmp_path, embedder):
    shutil.copytree(SEEDS, tmp_path / "seeds")

    first = program(ROOT / "ingest.py", cwd=tmp_path)
    again = program(ROOT / "ingest.py", "--json", cwd=tmp_path)
    library = Library.open(tmp_path / ".library", opener=lambda name: embedder)

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("4 added, 0 updated, 0 unchanged, 0 removed, 0 failed.")
    assert len(json.loads(again.stdout)["unchanged"]) == 4
    assert "Dabaa" in library.search("nuclear plant")[0].passage.text
    library.close()


@pytest.mark.slow
def test_a_command_that_fails_leaves_one_line_and_no_traceback(program, tmp_path):
    ended = program(ROOT / "ingest.py", "nowhere", cwd=tmp_path)

    assert refused(Ended(ended.returncode, ended.stdout, ended.stderr)) == (
        "error: There is no folder 'nowhere'. Name a folder that holds articles.\n"
    )


# The report


def test_an_unchanged_folder_is_reported_as_such(place, command):
    ended = command("articles")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("0 added, 0 updated, 4 unchanged, 0 removed, 0 failed.")


def test_an_edited_and_a_deleted_file_are_reported_by_name(place, command):
    edited, deleted = sorted((place / "articles").iterdir())[:2]
    edited.write_text(edited.read_text() + "\nMore was said about it.\n")
    deleted.unlink()

    ended = command("articles")

    assert ended.code == 0
    assert ended.out.startswith("0 added, 1 updated, 2 unchanged, 1 removed, 0 failed.")
    assert f"updated: {edited.name}" in ended.out
    assert f"removed: {deleted.name}" in ended.out


def test_a_file_is_explained_as_it_is_read_without_a_library(tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("2024-05-17-harbour.txt").write_text("Ships came into the harbour.\n\nPlease log in to comment\n")

    ended = command("--explain", "2024-05-17-harbour.txt")

    assert ended == Ended(
        0,
        "title:     Ships came into the harbour.\n"
        "date:      2024-05-17 (day), file name: taken from the file’s name\n"
        "author:    –\npublisher: –\nurl:       –\n\n"
        "Ships came into the harbour.\n\n"
        "left out:\n  log-in notice: Please log in to comment\n",
        "",
    )
    assert not Path(".library").exists()


def test_a_file_is_explained_by_the_place_it_has_among_the_articles(tmp_path, command, monkeypatch):
    monkeypatch.setenv("RAG_ARTICLES", str(tmp_path / "2020" / "01"))
    file = tmp_path / "2020" / "01" / "2024" / "05" / "harbour.html"
    file.parent.mkdir(parents=True)
    file.write_bytes(web_page())

    explained = json.loads(command("--explain", str(file), "--json").out)

    assert (explained["source"], explained["date"], explained["date_origin"]) == (
        "2024/05/harbour.html", "2024-05", "file name"
    )  # fmt: skip


ROWS = {
    "briefs.csv": "id,title,date,author,text\n"
    "b1,Fire,2025-03-02,Karel Dunne,A bakery burnt.\n,,,,Fares rise.\nb3,,,,\n",
    "b#1.jsonl": '{"id": "b1", "title": "Fire", "date": "2025-03-02", "author": "Karel Dunne", '
    '"text": "A bakery burnt."}\n{"text": "Fares rise."}\n{"id": "b3"}\n',
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_explained_like_a_file(tmp_path, command, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(ROWS[name])

    whole = command("--explain", f"{name}#b1")
    numbered = json.loads(command("--explain", f"{name}#2", "--json").out)

    assert whole == Ended(
        0,
        "title:     Fire\ndate:      2025-03-02 (day), front matter: stated in the row of the file\n"
        "author:    Karel Dunne\npublisher: –\nurl:       –\n\nA bakery burnt.\n\nleft out:\n  nothing\n",
        "",
    )
    assert (numbered["source"], numbered["text"]) == (f"{name}#2", "Fares rise.")
    assert refused(command("--explain", f"{name}#b3")).endswith(f"{name}#b3': it has no text.\n")
    assert "it has no row 'b4'. Name a row by its id" in refused(command("--explain", f"{name}#b4"))
    assert refused(command("--explain", name)).endswith(
        f"it holds many articles, one in each row. Name a row by its id, or else by its number: --explain '{name}#b1'\n"
    )


def test_a_file_with_a_number_sign_in_its_name_is_explained_as_itself(tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(ROWS["briefs.csv"])
    Path("a.csv#b1.txt").write_text("Ships came in.")

    assert json.loads(command("--explain", "a.csv#b1.txt", "--json").out)["text"] == "Ships came in."


def test_a_file_that_is_no_article_is_explained_in_one_line(tmp_path, command):
    (tmp_path / "a.pdf").write_bytes(web_page())

    assert refused(command("--explain", str(tmp_path / "a.pdf"))).endswith(
        "a.pdf': its name ends in .pdf, but it is a web page.\n"
    )


def test_a_link_in_a_circle_is_explained_in_one_line(tmp_path, command):
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")

    assert "it is a link in a circle of links" in refused(command("--explain", str(tmp_path / "a.txt")))


def test_json_is_the_same_report_as_data(place, command):
    (place / "articles" / "bad.txt").write_bytes(b"\0")

    ended = command("articles", "--json")

    report = json.loads(ended.out)
    assert ended.code == 1
    assert len(report["unchanged"]) == 4
    assert report["failed"] == [{"source": "bad.txt", "reason": "it is binary data, not text."}]


def test_a_file_that_cannot_be_read_makes_the_ingest_partial(place, command):
    (place / "articles" / "bad.txt").write_bytes(b"\0")
    (place / "articles" / "good.txt").write_text("Ships came into the harbour.")

    ended = command("articles")

    assert ended.code == 1
    assert ended.out.startswith("1 added, 0 updated, 4 unchanged, 0 removed, 1 failed.")
    assert "failed: bad.txt: it is binary data, not text." in ended.out


def test_a_dry_run_says_what_would_be_and_changes_nothing(place, command):
    (place / "articles" / "new.txt").write_text("Ships came into the harbour.")

    ended = command("articles", "--dry-run")

    assert ended.out.startswith("Would be: 1 added, 0 updated, 4 unchanged")
    assert command("articles", "--dry-run").out.startswith("Would be: 1 added")


def test_several_folders_are_one_report(place, command):
    (place / "more").mkdir()
    (place / "more" / "new.txt").write_text("Ships came into the harbour.")

    assert command("articles", "more", "--dry-run").out.startswith("Would be: 1 added, 0 updated, 4 unchanged")


@pytest.mark.parametrize("folders", [["articles", "missing"], ["missing", "articles"]], ids=["last", "first"])
def test_a_folder_that_is_missing_is_a_failure_in_the_report_of_the_others(place, command, folders):
    ended = command(*folders)

    assert ended.code == 1
    assert ended.out.startswith("0 added, 0 updated, 4 unchanged, 0 removed, 1 failed.")
    assert "failed: missing: There is no folder 'missing'. What the library holds of it stays." in ended.out


def test_the_folder_and_the_library_can_come_from_the_settings(place, command, monkeypatch):
    (place / ".library").rename(place / "elsewhere")
    monkeypatch.setenv("RAG_ARTICLES", "articles")
    (place / ".env").write_text("RAG_LIBRARY=elsewhere\n")

    assert "4 unchanged" in command().out


def test_flags_go_over_the_environment(place, command, monkeypatch):
    monkeypatch.setenv("RAG_LIBRARY", "nowhere")

    assert "4 unchanged" in command("articles", "--library", ".library").out


# A rebuild


@pytest.fixture
def two(place, embedder) -> Path:
    """The working folder with another folder of one article, `more`, in its library."""
    (place / "more").mkdir()
    (place / "more" / "new.txt").write_text("Ships came into the harbour.")
    opened = Library.open(place / ".library", opener=lambda name: embedder)
    opened.sync(place / "more")
    opened.close()
    return place


def sources() -> list[str]:
    opened = Library.open(".library")
    found = sorted(article.source for article in opened.articles())
    opened.close()
    return found


@pytest.mark.parametrize("gone", [["more"], ["articles", "more"]], ids=["one", "all"])
def test_a_rebuild_keeps_what_it_holds_of_folders_that_are_gone_and_says_so(two, command, gone):
    before = sources()
    for name in gone:
        shutil.rmtree(two / name)

    ended = command("--rebuild")

    assert ended.code == 1
    assert all(f"'{two / name}'. What the library holds of it stays." in ended.out for name in gone)
    assert ended.out.count("failed:") == len(gone)
    assert sources() == before


def test_a_folder_that_is_gone_is_dropped_as_the_doctor_says(two, command):
    shutil.rmtree(two / "more")
    (hint,) = [finding.hint for finding in examine(Settings.load()) if "is gone" in finding.message]
    assert "make an empty folder there and run: python ingest.py" in hint
    (two / "more").mkdir()

    assert command(*hint.rpartition("ingest.py ")[2].split()).code == 0
    assert len(sources()) == 4


# Trouble


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["nowhere"], "There is no folder 'nowhere'."),
        (["articles/000_b01a09033039bf18.txt"], "is a file, not a folder."),
        (["empty"], "The folder 'empty' holds no articles"),
        (["--no-such-flag"], "No such option"),
        (["--library"], "requires an argument"),
        ([""], "The name of a file or folder is empty."),
        (["articles", "--library", ""], "The name of a file or folder is empty."),
    ],
    ids=["missing folder", "a file", "empty folder", "unknown flag", "flag without value", "no name", "no library"],
)
def test_what_cannot_be_done_is_one_line_and_nothing_is_lost(place, command, args, reason):
    (place / "empty").mkdir()

    assert reason in refused(command(*args))
    assert "4 unchanged" in command("articles").out


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RAG_EMBEDER", "x", "Unknown setting 'RAG_EMBEDER'. Did you mean RAG_EMBEDDER?"),
        ("RAG_PORT", "x", "RAG_PORT is 'x', which is not a whole number."),
        ("RAG_EMBEDDER", "another", "python ingest.py --rebuild --library .library"),
    ],
    ids=["misspelt name", "wrong value", "another embedder"],
)
def test_a_wrong_setting_is_one_line(place, command, monkeypatch, name, value, reason):
    monkeypatch.setenv(name, value)

    assert reason in refused(command("articles"))


def test_a_library_folder_that_is_a_file_is_one_line(place, command):
    (place / "file").write_text("")

    refused(command("articles", "--library", "file"))


def test_help_is_no_error(command):
    ended = command("--help")

    assert ended.code == 0
    assert "--dry-run" in ended.out
