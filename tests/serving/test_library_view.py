"""The library on the page: what is listed, what an article's guide says, uploads and removals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rag.serving import texts
from rag.serving.library_view import LibraryView

ARTICLES = {
    "ferry.md": "---\ntitle: The ferry\ndate: 2025-03-01\n---\n\nThe ferry to Quill Haven leaves the pier at seven.\n",
    "lamp.md": "---\ntitle: A lamp\ndate: 2024-01-05\n---\n\nThe lamp of the lighthouse burns the whole night long.\n",
    "old.md": "---\ntitle: Undated words\n---\n\nNobody knows when these words were written down here.\n",
}


@pytest.fixture
def filled(library, folder):
    articles = folder(ARTICLES)
    opened = library(articles=articles)
    opened.sync(articles)
    return LibraryView(opened, articles)


def titles(html: str) -> list[str]:
    return [title for title in ("The ferry", "A lamp", "Undated words") if title in html and html] and re.findall(
        r'<span dir="auto">([^<]+)</span>', html
    )


def upload(tmp_path: Path, name: str, content: str) -> Path:
    place = tmp_path / "uploaded"
    place.mkdir(exist_ok=True)
    (place / name).write_text(content)
    return place / name


@pytest.mark.parametrize(
    ("words", "sort", "found"),
    [
        ("", "newest", ["The ferry", "A lamp", "Undated words"]),
        ("", "oldest", ["A lamp", "The ferry", "Undated words"]),
        ("", "title", ["A lamp", "The ferry", "Undated words"]),
        ("", "source", ["The ferry", "A lamp", "Undated words"]),
        ("LAMP 2024", "nonsense", ["A lamp"]),
        ("nothing", "title", []),
    ],
)
def test_articles_are_listed_by_words_and_order(filled, words, sort, found):
    assert titles(filled.listed(words, sort)) == found


def test_more_articles_are_shown_a_hundred_at_a_time(library, folder):
    articles = folder({f"{number:03}.md": f"# Article {number:03}\n\nA word.\n" for number in range(230)})
    opened = library(articles=articles)
    opened.sync(articles)
    view = LibraryView(opened, articles)

    shown = [view.listed("", "source", *most) for most in ((), (200,), (300,))]

    assert [html.count('class="shelved"') for html in shown] == [100, 200, 230]
    assert [re.findall(r">(Show [^<]+)<", html) for html in shown] == [["Show 100 more of 130"], ["Show 30 more"], []]


def test_a_guide_quotes_sentences_of_the_article_at_their_places(filled):
    html = filled.guide("ferry.md")

    assert "The ferry to Quill Haven leaves the pier at seven." in html
    assert texts.example_question("Quill Haven") in html
    assert texts.ARTICLE_GONE in filled.guide("../../etc/passwd")


def test_an_uploaded_file_is_saved_among_the_articles_and_found(filled, tmp_path):
    steps = list(filled.add([upload(tmp_path, "bell.txt", "The bell rings twice when there is fog at sea.")]))

    assert texts.ADDED in steps[-1]
    assert (filled.folder / "bell.txt").exists()
    assert "bell.txt" in filled.listed("bell")


def test_a_file_that_is_called_as_one_of_another_folder_is_said_to_be_new(library, folder, tmp_path):
    opened = library(articles=folder(ARTICLES))
    opened.sync(folder({"bell.txt": "The bell of another folder rings at noon."}, "others"))
    opened.sync(folder(ARTICLES))
    view = LibraryView(opened, folder({}))

    steps = list(view.add([upload(tmp_path, "bell.txt", "The bell rings twice when there is fog at sea.")]))

    assert f"<b>bell.txt</b> {texts.ADDED}" in steps[-1]


def test_each_uploaded_file_has_its_own_result(filled, tmp_path):
    files = [
        upload(tmp_path, "good.txt", "A good text of some words to be read."),
        upload(tmp_path, "empty.txt", ""),
        upload(tmp_path, "run.exe", "MZ"),
        upload(tmp_path, "ferry.md", ARTICLES["ferry.md"]),
    ]

    last = list(filled.add(files))[-1]

    assert f"<b>good.txt</b> {texts.ADDED}" in last
    assert "<b>run.exe</b>: " + texts.UNREADABLE_KIND in last
    assert f"<b>ferry.md</b> {texts.UNCHANGED}" in last
    assert "<b>empty.txt</b>: it " in last


def test_an_uploaded_file_that_cannot_be_read_is_not_kept_but_one_that_lay_there_is(filled, tmp_path):
    (filled.folder / "before.pdf").write_text("no PDF")
    files = [
        upload(tmp_path, "broken.pdf", "no PDF either"),
        upload(tmp_path, "before.pdf", "no PDF"),
        upload(tmp_path, "rows.csv", "title,text\nA,The first of the rows.\nB,\n"),
    ]

    last = list(filled.add(files))[-1]

    assert f"<b>broken.pdf</b>: it is not a PDF, or a damaged one. {texts.NOT_KEPT_FILE}" in last
    assert last.count(texts.NOT_KEPT_FILE) == 1
    assert not (filled.folder / "broken.pdf").exists()
    assert (filled.folder / "before.pdf").exists()
    assert (filled.folder / "rows.csv").exists()


@pytest.mark.parametrize("name", ["..\\..\\evil.txt", "...evil.txt", "ev\u202eil.txt", "-rf.txt", "a;b$(c).txt"])
def test_the_name_of_an_upload_never_leads_out_of_the_folder(filled, tmp_path, name):
    before = {path for path in tmp_path.rglob("*") if path.is_file() and "library" not in path.parts}
    file = upload(tmp_path, name, "Some words that can be read by anybody.")

    list(filled.add([file]))

    new = {path for path in tmp_path.rglob("*.txt") if "library" not in path.parts} - before - {file}
    assert len(new) == 1
    assert new.pop().parent == filled.folder


def test_another_file_of_the_same_name_takes_no_article_away(filled, tmp_path):
    list(filled.add([upload(tmp_path, "ferry.md", "Quite another text about a ferry, in other words.")]))

    assert "leaves the pier" in (filled.folder / "ferry.md").read_text()
    assert (filled.folder / "ferry (2).md").exists()


def test_a_removed_article_is_gone_and_its_file_kept_aside(filled):
    told = filled.remove("lamp.md")

    assert "lamp.md" in told
    assert titles(filled.listed("", "title")) == ["The ferry", "Undated words"]
    (aside,) = (filled._library.folder / "removed").iterdir()
    assert aside.read_text() == ARTICLES["lamp.md"]


def test_a_row_is_removed_with_its_whole_file_and_that_is_said_before(filled, tmp_path):
    list(filled.add([upload(tmp_path, "rows.csv", "title,text\nA,The first of rows.\nB,The second of rows.\n")]))
    row = next(source for source in re.findall('data-tick="([^"]+)"', filled.listed()) if "#" in source)
    offered = filled.listed("rows.csv")

    told = filled.remove(row)

    assert offered.count(texts.remove_sure("rows.csv", 2)) == 2
    assert texts.REMOVE_SURE in filled.listed("lamp")
    assert texts.removed("rows.csv", 2) in told
    assert not filled.has(row)
    assert not (filled.folder / "rows.csv").exists()


def test_the_last_article_stays_and_the_reason_is_told(filled):
    for source in ("lamp.md", "old.md", "ferry.md"):
        told = filled.remove(source)

    assert texts.PROBLEM in told
    assert (filled.folder / "ferry.md").exists()
    assert titles(filled.listed()) == ["The ferry"]


@pytest.mark.parametrize("source", ["", "../ferry.md", "/etc/passwd", "nosuch.md"])
def test_only_articles_can_be_removed(filled, source):
    assert texts.ARTICLE_GONE in filled.remove(source)


def test_while_another_process_writes_nothing_is_lost(filled, tmp_path):
    from rag.library.lock import writing

    with writing(filled._library.folder):
        last = list(filled.add([upload(tmp_path, "bell.txt", "The bell rings twice when there is fog.")]))[-1]
        removed = filled.remove("ferry.md")

    assert "being written" in last
    assert f"<b>bell.txt</b> {texts.SAVED}" in last
    assert (filled.folder / "bell.txt").exists()
    assert "being written" in removed
    assert (filled.folder / "ferry.md").exists()
