"""Files of many articles: each row is an article, and a row that is none is told and passed over."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.core.errors import ReadingError
from rag.reading.articles import read_article, row_article
from rag.reading.fragments import is_markup, words_of_markup
from rag.reading.outline import outline
from rag.reading.rows import BrokenRow, Row, read_rows
from tests.reading.strategies import texts

SHIPS = "Ships came into the harbour. They had waited for eleven days."


@pytest.fixture
def rows(tmp_path):
    """What a file of that name and content holds."""

    def read(name: str, content: str | bytes) -> list[Row | BrokenRow]:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_rows(file))

    return read


def lines(*objects: object) -> str:
    return "".join(json.dumps(each) + "\n" for each in objects)


def said(found: list[Row | BrokenRow]) -> list[str]:
    """Each row's text, or why there is none."""
    return [row.fields["text"] if isinstance(row, Row) else row.reason for row in found]


# Columns


@pytest.mark.parametrize("column", ["text", "Body", "CONTENT", "full text", "articleBody"])
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_the_text_is_found_under_its_usual_names(rows, column, kind):
    content = lines({column: SHIPS}) if kind == "jsonl" else f'{column}\n"{SHIPS}"\n'

    assert said(rows(f"a.{kind}", content)) == [SHIPS]


def test_a_row_becomes_an_article_with_all_that_its_columns_say(rows):
    (row,) = rows(
        "a.jsonl",
        lines({"ID": 7, "Headline": "Harbour opens", "published_at": "2025-12-22T08:00:00Z", "link": "https://a.example/1",
               "authors": ["Eva Lund", "Omar Said"], "source": "Wheat.example", "body": SHIPS, "views": {"a": 1}}),
    )  # fmt: skip

    article = row_article("a.jsonl#7", row)

    assert row.name == "7"
    assert (article.title, article.text, article.date) == ("Harbour opens", SHIPS, "2025-12-22")
    assert (article.date_origin, article.date_note) == ("front matter", "stated in the row of the file")
    assert (article.url, article.author, article.publisher) == (
        "https://a.example/1", "Eva Lund, Omar Said", "Wheat.example",
    )  # fmt: skip


def test_the_facts_of_a_row_hold_no_invisible_characters_and_no_half_ones(rows):
    said = {
        "title": "Price\u202e \u0007of\u200b \ud83dwheat",
        "author": "Eva\u202e",
        "date": "soon\ud83d",
        "text": SHIPS,
    }
    (row,) = rows("a.jsonl", lines(said))

    article = row_article("a.jsonl#1", row)

    assert (article.title, article.author) == ("Price of wheat", "Eva")
    assert article.left_out == ("date that is not understood: soon",)


def test_a_link_that_is_no_web_address_is_not_taken(rows):
    (row,) = rows("a.jsonl", lines({"url": "javascript:alert(1)", "text": SHIPS}))

    assert row_article("a.jsonl#1", row).url is None


def test_a_date_that_is_not_understood_is_told_and_the_article_kept(rows):
    (row,) = rows("a.jsonl", lines({"date": "03/04/2025", "text": SHIPS}))

    article = row_article("a.jsonl#1", row)

    assert article.date is None
    assert article.left_out == ("date that is not understood: 03/04/2025",)


# Names


def test_a_row_is_named_by_its_id_where_that_is_its_own_and_else_by_its_number(rows):
    found = rows("a.jsonl", lines(*({"id": key, "text": SHIPS} for key in ("x", "x", "", "2", 3, None))))

    assert [row.name for row in found] == ["x", "2", "3", "4", "5", "6"]


@settings(max_examples=60)
@given(ids=st.lists(st.one_of(st.none(), st.integers(1, 6), texts), min_size=1, max_size=8))
def test_no_two_rows_of_a_file_have_one_name(tmp_path_factory, ids):
    file = tmp_path_factory.mktemp("rows") / "a.jsonl"
    file.write_text(lines(*({"id": key, "text": SHIPS} for key in ids)), "utf-8")

    names = [row.name for row in read_rows(file)]

    assert len(set(names)) == len(ids)
    assert all(name and "\n" not in name for name in names)


# Broken rows


def test_a_broken_line_is_told_by_its_number_and_the_others_are_read(rows):
    content = lines({"text": "one"}) + "{broken\n\n[1]\n" + lines({"text": " "}, {"text": "six"})

    found = rows("a.jsonl", content)

    assert [row.name for row in found] == ["1", "2", "4", "5", "6"]
    assert [row.reason.split(" (")[0] for row in found if isinstance(row, BrokenRow)] == [
        "it is not JSON", "it is not a JSON object.", "it has no text.",
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [b'{"text": "caf\xe9"}\n', b"[" * 100_000 + b"\n"], ids=["not UTF-8", "nested"])
def test_a_line_that_cannot_be_taken_apart_fails_alone(rows, bad):
    found = rows("a.jsonl", lines({"text": "one"}).encode() + bad + lines({"text": "three"}).encode())

    assert [type(row).__name__ for row in found] == ["Row", "BrokenRow", "Row"]


def test_a_number_that_is_none_says_nothing(rows):
    found = rows("a.jsonl", '{"text": NaN}\n{"text": "Ships.", "title": NaN, "author": -Infinity}\n')

    assert found == [BrokenRow("1", "it has no text."), Row("2", {"text": "Ships."})]


def test_a_line_that_is_too_long_is_one_line(rows):
    found = rows("a.jsonl", lines({"text": "one"}, {"text": "x" * 50_000_001}, {"text": "three"}))

    assert [row.name for row in found] == ["1", "2", "3"]
    assert said(found) == ["one", "it is not UTF-8 text, or longer than 50 MB.", "three"]


def test_a_table_row_with_too_many_fields_fails_alone(rows):
    found = rows("a.csv", "title,text\na,one\nb,two,three\nc,four\n")

    assert said(found) == ["one", "it has 3 fields where the header has 2.", "four"]
    assert [row.name for row in found] == ["1", "2", "3"]


def test_a_quote_that_is_never_closed_ends_the_reading_with_the_row(rows):
    with pytest.raises(ReadingError, match="row 2 opens a quote that is never closed"):
        rows("a.csv", 'title,text\na,one\nb,"two\nc,three\n')


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "name,words\nx,y\n"),
        ("a.jsonl", lines(*[{"name": "x", "words": "y"}] * 200)),
        ("a.tsv", "name\twords\n"),
    ],
    ids=["csv", "jsonl", "tsv"],
)
def test_a_file_without_a_column_of_text_is_one_sentence_that_names_its_columns(rows, name, content):
    with pytest.raises(ReadingError) as problem:
        rows(name, content)

    assert str(problem.value) == ("no column holds the text (text, body or content); its columns are 'name', 'words'.")


def test_rows_before_the_first_with_a_text_are_told_one_by_one(rows):
    assert said(rows("a.jsonl", lines({"title": "x"}, {"text": "two"}))) == ["it has no text.", "two"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv", "a.mbox"])
def test_a_file_that_is_not_there_is_refused(tmp_path, name):
    with pytest.raises(ReadingError, match="cannot be opened"):
        list(read_rows(tmp_path / name))


# Encodings and delimiters

TEXT = "The café’s owner spoke. “We agree,” she said,\nand they didn’t go – not yet."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_in_its_encoding(rows, encoding):
    content = io.StringIO()
    csv.writer(content).writerows([["Title", "Text"], ["a", TEXT]])

    assert said(rows("a.csv", content.getvalue().encode(encoding))) == [TEXT]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_lines_are_read_in_their_encoding(rows, encoding):
    content = json.dumps({"text": TEXT}, ensure_ascii=False) + "\n"

    assert said(rows("a.ndjson", content.encode(encoding))) == [TEXT]


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_a_table_is_read_with_its_delimiter(rows, delimiter):
    content = io.StringIO()
    csv.writer(content, delimiter=delimiter).writerows(
        [["id", "date", "text"], ["7", "2025", TEXT], ["8", "", "x;y,z"]]
    )

    found = rows("a.csv", content.getvalue())

    assert [row.name for row in found] == ["7", "8"]
    assert said(found) == [TEXT, "x;y,z"]


def test_a_field_may_be_a_megabyte_long(rows):
    assert said(rows("a.csv", f'text\n"{"word " * 200_000}"\n')) == ["word " * 200_000]


def test_a_binary_file_is_no_table(rows):
    with pytest.raises(ReadingError, match="binary"):
        rows("a.csv", b"\0\1\2")


# Mail and markup

MAIL = b"""\
From eva@harbour.example Mon Dec 22 10:00:00 2025
From: Eva Lund <eva@harbour.example>
Subject: =?utf-8?q?The_caf=C3=A9_opens?=
Date: Mon, 22 Dec 2025 10:00:00 +0000
Message-ID: <1@harbour.example>

Ships came into the harbour.

From omar@harbour.example Tue Dec 23 10:00:00 2025
Subject: two
Content-Type: text/html; charset=utf-8

<p>Wheat is <b>dear</b>.</p><p>Bread, too.</p>
"""


def test_each_message_of_a_mailbox_is_an_article(rows):
    found = rows("a.mbox", MAIL)
    first, second = (row_article(f"a.mbox#{row.name}", row) for row in found)

    assert [row.name for row in found] == ["1@harbour.example", "2"]
    assert (first.title, first.date, first.author, first.text) == (
        "The café opens", "2025-12-22", "Eva Lund", "Ships came into the harbour.",
    )  # fmt: skip
    assert (second.title, second.date, second.text) == ("two", None, "Wheat is dear.\n\nBread, too.")


@pytest.mark.parametrize("charset", ["x-unknown", "ascii", "base64"])
def test_a_message_reads_the_same_in_a_mailbox_and_in_a_file_of_its_own(rows, charset):
    head, _, mail = MAIL.partition(b"\n")
    mail = mail.partition(b"\nFrom ")[0].replace(
        b"Message-ID", f"Content-Type: text/plain; charset={charset}\nID".encode()
    )
    mail = mail.replace(b"Ships", b"Caf\xe9. Ships")

    (row,) = rows("a.mbox", head + b"\n" + mail)
    alone = read_article("a.eml", mail)
    article = row_article("a.eml", row)

    assert "Café. Ships" in article.text
    assert (article.title, article.author, article.date, article.text) == (
        alone.title, alone.author, alone.date, alone.text,
    )  # fmt: skip


def test_a_line_that_a_mailbox_had_to_mark_is_read_without_the_mark(rows):
    (row, _) = rows("a.mbox", MAIL.replace(b"Ships came", b">From now on, ships came"))

    assert row_article("a.mbox#1", row).text == "From now on, ships came into the harbour."


def test_a_mail_with_an_impossible_date_is_read_without_it(rows):
    far = MAIL.replace(b"22 Dec 2025 10:00:00 +0000", b"22 Dec 2025 10:00:00 +" + b"9" * 40)

    assert rows("a.mbox", far) == [
        replace(row, fields={name: value for name, value in row.fields.items() if name != "date" or row.name == "2"})
        for row in rows("b.mbox", MAIL)
    ]


def test_markup_becomes_paragraphs_headings_and_items():
    html = (
        "<style>p {}</style><h2>Ships</h2><p>They came <em>late</em>,&nbsp;as\n ever.</p>"
        "<ul><li>one<li>two</ul><script>alert(1)</script>Loose &amp; last"
    )

    assert words_of_markup(html) == "## Ships\n\nThey came late, as ever.\n\n- one\n\n- two\n\nLoose & last"


@pytest.mark.parametrize("piece", ["<a ", "<a b='", "<!--", "<script>", "<!", "<?x", "&#", "</", "<p>", "<li>"])
@pytest.mark.timeout(60)  # seconds; work that grows with the square of the length would take many minutes
def test_a_megabyte_of_broken_markup_is_read(piece):
    assert words_of_markup("<p>Ships.</p>" + piece * (1_000_000 // len(piece))).startswith("Ships.")


@pytest.mark.parametrize(
    "text", ["a < b and c > d", "Use the <p> tag for paragraphs.", "x <y@z.example> wrote", "AT&amp;T", "1 <br> 2"]
)
def test_words_about_markup_are_not_markup(rows, text):
    (row,) = rows("a.jsonl", lines({"text": text}))

    assert not is_markup(text)
    assert row_article("a.jsonl#1", row).text == text


@settings(max_examples=60)
@given(
    st.sampled_from(["a.jsonl", "a.csv", "a.tsv", "a.mbox"]), st.one_of(st.binary(max_size=300), texts.map(str.encode))
)
def test_any_bytes_are_rows_or_refused(tmp_path_factory, name, data):
    file: Path = tmp_path_factory.mktemp("rows") / name
    file.write_bytes((b"id,text\n" if name == "a.csv" else b"") + data)

    try:
        found = list(read_rows(file))
    except ReadingError as problem:
        assert problem.message.endswith(".")
        return
    for row in found:
        assert row.name
        if isinstance(row, Row):
            try:
                assert outline(row_article("a#1", row).text)
            except ReadingError as problem:
                assert problem.message == "it holds no text."


def test_an_export_that_says_its_delimiter_and_writes_nothing_in_words(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nid;title;text;author\n1;null;Ships came.;NaN\n2;A;nan;B\n")

    first, second = read_rows(path)

    assert first == Row("1", {"id": "1", "text": "Ships came."})
    assert isinstance(second, BrokenRow)
