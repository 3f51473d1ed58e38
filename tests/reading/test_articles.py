"""The door: which files are articles, and what one file says."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.core.errors import FolderError, ReadingError
from rag.core.types import Article
from rag.reading.articles import article_files, read_article, read_bytes
from rag.reading.outline import outline
from rag.reading.sentences import statements
from tests.reading.strategies import texts

TODAY = dt.date(2026, 11, 22)

# Every trait that articles saved from the web have, in words of our own.
SAVED = """\
Harbour reopens after ‘longest’ closure

Special to Wheat.example

ALBA — The harbour reopened on Monday, December 22, after eleven days.

Captain Eva Lund of the pilots.
Captain Eva Lund of the pilots.

“We could see nothing at all from the bridge, and the pilots could not
leave the quay for eleven days,” Lund said in a briefing at the harbour
office, where the owners of the ships had come to hear her.

Those who were there came from three offices:
-
Eva Lund – Head of the pilots
-
Omar Said – Deputy head of the harbour office, responsible for dredging

The costs fall on two of them, as the list that they drew up shows:
| Port | Ships | Costs |
|---|---|---|
| Alba | 3, all small | High |
| Bora | 4 | |

Regarding what comes next, Said listed what the office

You must be logged in to post a comment Login"""


@pytest.fixture
def saved() -> Article:
    return read_article("harbour.txt", SAVED.encode(), TODAY)


def test_a_saved_article_has_a_title_a_date_and_a_publisher(saved):
    assert saved.title == "Harbour reopens after ‘longest’ closure"
    assert (saved.date, saved.date_origin) == ("2025-12-22", "inferred from the text")
    assert "Monday, December 22" in saved.date_note
    assert saved.publisher == "Wheat.example"


def test_an_article_is_dated_by_its_dateline():
    text = "Ships come in\nALBA, 3 October 2024 (Harbour News)\n\n" + "Ships came in on Monday, December 22. " * 9

    article = read_article("harbour.txt", text.encode(), TODAY)

    assert (article.date, article.date_origin, article.title) == ("2024-10-03", "dateline", "Ships come in")
    assert "3 October 2024" in article.date_note


def test_a_saved_article_lists_what_was_left_out(saved):
    assert saved.left_out == (
        "repeated line: Captain Eva Lund of the pilots.",
        "log-in notice: You must be logged in to post a comment Login",
    )
    assert saved.text.count("Captain Eva Lund") == 1
    assert "logged in" not in saved.text


def test_a_saved_article_says_its_list_its_table_and_its_broken_end(saved):
    stated = [statement.text for statement in statements(saved.text)]

    assert "Omar Said – Deputy head of the harbour office, responsible for dredging" in stated
    assert "Alba – Ships: 3, all small" in stated
    assert "Bora – Ships: 4" in stated
    assert "Bora – Costs: " not in stated
    assert stated[-1] == "Regarding what comes next, Said listed what the office"


def test_a_wrapped_sentence_is_one_line_of_the_saved_article(saved):
    assert "the pilots could not leave the quay for eleven days,” Lund said" in saved.text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: From the writer\n---\n# From the heading\n\nWords.", "From the writer"),
        ("# From the heading\n\nWords.", "From the heading"),
        ("Ships came in. They waited.", "Ships came in."),
        ("- an item first\n- another", "an item first"),
        ("| Port | Ships |\n|---|---|\n| Alba | 3 |", "Port | Ships"),
        ("x" * 150, "x" * 100 + "…"),
        ("Ships, " * 20 + "came in.", "Ships, " * 13 + "Ships…"),
        ("|", "|"),
    ],
    ids=["front matter", "heading", "first sentence", "item", "table", "one long word", "cut at a word", "signs only"],
)
@pytest.mark.parametrize("kind", [".txt", ".md"])
def test_the_title_is(text, title, kind):
    assert read_article("a" + kind, text.encode(), TODAY).title == title


def test_front_matter_wins_over_what_the_text_gives_away():
    text = '---\ndate: 2013-11\ndate_note: "by the weekday"\n---\nThey met on Monday, December 22.'

    article = read_article("a.txt", text.encode(), TODAY)

    assert (article.date, article.date_origin, article.date_note) == ("2013-11", "front matter", "by the weekday")


def test_an_article_without_a_date_says_so():
    article = read_article("a.txt", b"A summit is scheduled for 2026.", TODAY)

    assert (article.date, article.date_origin, article.date_note) == (None, "unknown", "the article gives no date")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_its_encoding(encoding):
    text = "The café’s owner spoke. “We agree,” she said, and they didn’t go – not yet."

    assert read_article("a.txt", text.encode(encoding), TODAY).text == text


def test_western_european_letters_in_an_old_encoding_are_read_as_such():
    text = "The owner said: “Les pêcheurs étaient là, à la gare de Besançon.” Nobody else was seen."

    assert read_article("a.txt", text.encode("cp1252"), TODAY).text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "holds no text"),
        (b" \n\t\n", "holds no text"),
        (b"---\ntitle: alone\n---\n", "holds no text"),
        (b"\x7fELF\0\0\1", "a program"),
        ("words".encode("utf-16-le"), "binary"),
        (b"---\ntitle: [\n---\nWords.", "front matter"),
    ],
    ids=["empty", "blank", "front matter alone", "program", "utf-16 without a mark", "bad front matter"],
)
@pytest.mark.parametrize("kind", [".txt", ".md"])
def test_a_file_that_is_no_article_is_refused_with_the_reason(data, reason, kind):
    with pytest.raises(ReadingError, match=reason):
        read_article("a" + kind, data, TODAY)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    with pytest.raises(ReadingError, match="cannot be opened"):
        read_bytes(tmp_path / "gone.txt")


@settings(max_examples=40)
@given(st.one_of(st.binary(max_size=200), texts.map(str.encode)), st.sampled_from([".txt", ".md"]))
def test_any_bytes_are_an_article_or_refused(data, kind):
    try:
        article = read_article("a" + kind, data, TODAY)
    except ReadingError as problem:
        assert problem.message.endswith(".")
        return
    assert article.title.strip()
    assert outline(article.text)


def test_the_articles_of_a_folder_are_the_files_named_so_in_order(folder, tmp_path):
    place = folder(dict.fromkeys(["b.txt", "a.MD", "sub/c.markdown", "d.odt", ".e.txt", ".git/f.txt"], "Words."))
    (place / "g.txt").mkdir()
    (place / "broken.txt").symlink_to(place / "nowhere.txt")
    (tmp_path / "secret.txt").write_text("Words.")
    (place / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (place / "inside.txt").symlink_to(place / "b.txt")

    files = dict(article_files(place))

    assert list(files) == ["a.MD", "b.txt", "broken.txt", "inside.txt", "outside.txt", "sub/c.markdown"]
    for source, reason in (("broken.txt", "No such file"), ("outside.txt", "a link that leads out of the folder")):
        with pytest.raises(ReadingError, match=reason):
            read_bytes(files[source], place)
    assert read_bytes(files["inside.txt"], place) == b"Words."


OBITUARY = (
    "Obituary\n\nWilhelmina Crane, teacher who taught three generations to swim\n\nBy Karel Dunne in Ostry\n\n"
    "Obituaries editor\n\nMonday 2 September 2024\n\nWilhelmina Crane, who has died aged 94, taught swimming in the "
    "river and then in the baths of Halden Ferry, which she ran until they were shut.\n"
)


def test_a_label_above_the_headline_goes_before_it_in_the_title():
    article = read_article("crane.txt", OBITUARY.encode())

    assert article.title == "Obituary: Wilhelmina Crane, teacher who taught three generations to swim"
    assert (article.date, article.date_origin, article.author) == ("2024-09-02", "dateline", "Karel Dunne")
    assert [article.text[block.start : block.end] for block in outline(article.text) if block.kind == "heading"] == [
        "## Wilhelmina Crane, teacher who taught three generations to swim"
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Obituary of a port\n\nThe port of Lorne closed on Monday.", "Obituary of a port"),
        ("# NEWS ANALYSIS\n\n## Why the port closed\n\nNobody came.", "NEWS ANALYSIS: Why the port closed"),
        ("Obituary", "Obituary"),
        ("Letters to the Editor\n\nThe Courier, Saturday, March 1, 2025\n\nI read it.", "Letters to the Editor"),
        ("Sport\n\n- first\n- second", "Sport"),
    ],
)
def test_only_a_label_alone_above_a_headline_is_one(text, title):
    assert read_article("a.md", text.encode()).title == title


def test_a_link_to_a_place_that_the_system_refuses_fails_alone(folder):
    place = folder({"a.txt": "Words."})
    (place / "b.txt").symlink_to("x" * 300)  # refused as too long, also where nothing is forbidden to the one who tests

    files = dict(article_files(place))

    assert list(files) == ["a.txt", "b.txt"]
    with pytest.raises(ReadingError, match="it cannot be opened"):
        read_bytes(files["b.txt"], place)


def test_a_folder_that_is_missing_or_a_file_is_refused(tmp_path):
    (tmp_path / "file.txt").write_text("Words.")

    for name, reason in (("nowhere", "There is no folder"), ("file.txt", "is a file")):
        with pytest.raises(FolderError, match=reason):
            list(article_files(tmp_path / name))
