"""Web pages, PDFs, Word documents and mails become articles in the outline's grammar."""

from __future__ import annotations

import datetime as dt
import io
import random
from itertools import pairwise

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.core.errors import ReadingError
from rag.core.types import Article
from rag.reading.articles import FORMATS, read_article
from rag.reading.outline import outline
from rag.reading.rows import ROWS
from rag.reading.sentences import statements
from tests.reading.makers import BROKEN, BROKEN_ROWS, NEWS, WHOLE, WHOLE_ROWS, WORDS, mail, pdf, web_page, word, wrapped

TODAY = dt.date(2026, 11, 22)


def read(source: str, data: bytes) -> Article:
    return read_article(source, data, TODAY)


def damaged():
    return [
        pytest.param(suffix, data, reason, id=f"{suffix} {name}")
        for suffix, kinds in BROKEN.items()
        for name, (data, reason) in kinds.items()
    ]


# Every format


@pytest.mark.parametrize("suffix", WHOLE)
def test_a_whole_file_is_an_article_with_its_words(suffix):
    article = read(f"a{suffix}", WHOLE[suffix])

    assert WORDS.strip() in article.text
    assert article.text.count("Dredging goes on until the spring, said Omar Said of the harbour office") == 1


@pytest.mark.parametrize(("suffix", "data", "reason"), damaged())
def test_a_broken_file_is_refused_with_the_reason(suffix, data, reason):
    with pytest.raises(ReadingError) as refused:
        read(f"a{suffix}", data)

    assert refused.value.message == reason


@settings(max_examples=250)
@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 2**32), st.integers(1, 12), st.booleans())
def test_damaged_bytes_are_an_article_or_refused(suffix, seed, count, is_cut):
    chance = random.Random(seed)
    data = bytearray(WHOLE[suffix])
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if is_cut:
        del data[chance.randrange(len(data)) :]

    try:
        article = read(f"a{suffix}", bytes(data))
    except ReadingError as problem:
        assert problem.message.endswith(".")
        return
    assert article.title.strip()
    assert outline(article.text)
    assert all(0 <= start <= len(article.text) for start in article.page_starts)
    assert all(article.text[each.start : each.end].strip() for each in statements(article.text))


def test_a_file_of_no_known_kind_is_refused_with_the_kinds_that_are():
    with pytest.raises(ReadingError, match=r"files that end in '.odt' are not read, only .docx, .eml"):
        read("a.odt", b"x")


# Web pages


def test_a_web_page_keeps_headings_lists_and_tables_and_loses_what_surrounds_them():
    table = "<table><tr><th>Port</th><th>Ships</th></tr><tr><td>Alba | east</td><td>3</td></tr></table>"
    body = (
        f"<h1>Harbour reopens</h1><p>{WORDS}</p><h2>What is next</h2><p>{NEWS}</p>"
        f"<ul><li>first <b>pilot</b></li><li>second pilot</li></ul><ol><li>quay</li><li>ships</li></ol>{table}"
    )

    article = read("a.html", web_page(body))

    assert article.text == (
        f"# Harbour reopens\n\n{WORDS.strip()}\n\n## What is next\n\n{NEWS}\n\n"
        "- first pilot\n- second pilot\n1. quay\n2. ships\n\n| Port | Ships |\n|---|---|\n| Alba / east | 3 |"
    )
    assert article.left_out == ("outside the article’s body: about 8 words of the page (menus, links, comments)",)


def test_a_table_that_only_lays_out_a_page_is_no_table():
    words = "The mill grinds 3 tons of wheat a day. It was built by Ole Vik in 1844 and still turns."
    table = f"<table><tr><td>Left<p>{words}</p></td><td><ul><li><a href=#>Menu</a></li></ul></td></tr></table>"

    article = read("a.html", f"<html><head><title>Mill</title></head><body>{table}</body></html>".encode())

    assert article.text == f"Left {words}"


@pytest.mark.parametrize(
    "said", ["Enable JavaScript", "You need to enable JavaScript to run this app.", "JavaScript is disabled."]
)
def test_a_page_that_shows_nothing_without_scripts_is_no_article(said):
    with pytest.raises(ReadingError, match="it shows nothing without JavaScript"):
        read("a.html", f"<html><body><div id=root></div><noscript>{said}</noscript></body></html>".encode())


def test_a_notice_inside_the_body_of_a_page_is_left_out_with_its_reason():
    page = web_page(f"<p>{WORDS}</p><p>You must be logged in to post a comment</p><p>{NEWS}</p>")

    article = read("a.html", page)

    assert "logged in" not in article.text
    assert "log-in notice: You must be logged in to post a comment" in article.left_out


def test_what_a_page_says_about_itself_is_kept():
    head = (
        '<title>Harbour reopens</title><link rel="canonical" href="https://wheat.example/harbour">'
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
        '"headline":"Harbour reopens after fog","datePublished":"2025-12-22T09:00:00Z",'
        '"author":{"@type":"Person","name":"Eva Lund"},'
        '"publisher":{"@type":"Organization","name":"The Wheat"}}</script>'
    )

    article = read("a.html", web_page(head=head))

    assert (article.date, article.date_precision, article.date_origin) == ("2025-12-22", "day", "page metadata")
    assert (article.author, article.publisher) == ("Eva Lund", "The Wheat")
    assert article.url == "https://wheat.example/harbour"
    assert article.title.startswith("Harbour reopens")


def test_what_a_page_shows_tells_its_day_its_author_and_its_site_where_its_head_does_not():
    page = (
        "<html><head><title>Harbour reopens - Le Littoral</title></head><body><h1>Harbour reopens</h1>"
        '<div class="credits reader-credits">Eva Lund</div><span>Publié le 22/12/2025 à 18h35</span>'
        f"<article><p>{NEWS}</p></article></body></html>"
    )

    article = read("a.html", page.encode())

    assert (article.title, article.publisher) == ("Harbour reopens", "Le Littoral")
    assert (article.author, article.date) == ("Eva Lund", "2025-12-22")


def test_the_address_of_a_page_dates_it_where_the_page_itself_does_not():
    head = '<title>Harbour</title><link rel="canonical" href="https://wheat.example/news/2024/05/harbour-reopens">'

    article = read("a.html", web_page(head=head))

    assert (article.date, article.date_precision, article.date_origin) == ("2024-05", "month", "url")


def test_a_page_whose_date_is_far_from_its_address_is_dated_by_the_address():
    head = (
        '<title>Harbour | The Wheat</title><link rel="canonical" href="https://wheat.example/2024/05/17/harbour">'
        '<meta property="og:site_name" content="The Wheat">'
        '<meta property="article:published_time" content="2017-03-28">'
    )

    article = read("a.html", web_page(head=head))

    assert (article.title, article.publisher) == ("Harbour", "The Wheat")
    assert (article.date, article.date_origin) == ("2024-05-17", "url")


@pytest.mark.parametrize(
    ("encoding", "meta"),
    [("utf-8", "iso-8859-1"), ("cp1252", "iso-8859-1"), ("cp1251", "windows-1251"), ("shift_jis", "Shift_JIS")],
    ids=["utf-8 that says latin", "western", "cyrillic", "japanese"],
)
def test_a_page_is_read_in_the_encoding_it_declares(encoding, meta):
    words = {"cp1251": "Порт открылся после тумана.", "shift_jis": "港が開いた。船が来た。"}.get(
        encoding, "Les pêcheurs “étaient” là."
    )
    page = f"<html><head><meta charset={meta}></head><body><article><p>{words} {WORDS}</p></article></body></html>"

    assert words in read("a.html", page.encode(encoding)).text


# PDFs


def pages_of_a_report() -> bytes:
    pages = []
    for number in range(1, 5):
        body = wrapped(f"Chapter {number} begins. " + NEWS + f" The end of {number} is near and goes", 70)
        pages.append(["THE WHEAT REPORT", "", *body, "", f"Page {number} of 4"])
    return pdf(pages, title="A report on harbours")


def test_a_pdf_has_pages_and_loses_its_running_heads_and_page_numbers():
    article = read("report.pdf", pages_of_a_report())

    assert article.title == "A report on harbours"
    assert "THE WHEAT REPORT" not in article.text
    assert "Page 2" not in article.text
    assert article.left_out[:2] == ("running head: THE WHEAT REPORT", "page number: Page 1 of 4")
    assert [article.text[start:].split(" begins")[0] for start in article.page_starts] == [
        f"Chapter {number}" for number in range(1, 5)
    ]
    assert article.page_at(article.text.index("end of 3")) == 3


def test_lines_and_split_words_of_a_pdf_are_made_whole():
    lines = [
        "The harbour of Alba reopened after many days of waiting for the impor-",
        "tant ships of the well-known company, and the wind from the north of the",
        "island drove the fog away on the morning of the day.",
    ]

    article = read("a.pdf", pdf([lines]))

    assert article.text == (
        "The harbour of Alba reopened after many days of waiting for the important ships of the well-known company, "
        "and the wind from the north of the island drove the fog away on the morning of the day."
    )


def test_a_table_in_a_pdf_is_one():
    rows = ["\t2023\t2024", "Ships\t388.1\t352.0", "Small boats\t164.9\t151.8", "All of them\t553.0\t503.8"]

    article = read("a.pdf", pdf([[*wrapped(WORDS, 70), "", *rows, "", *wrapped(NEWS, 70)]]))

    assert article.text.split("\n\n")[1] == (
        "| | 2023 | 2024 |\n|---|---|---|\n| Ships | 388.1 | 352.0 |\n| Small boats | 164.9 | 151.8 |\n"
        "| All of them | 553.0 | 503.8 |"
    )


def test_two_columns_of_a_pdf_are_no_table():
    left, right = wrapped(WORDS, 24), wrapped(NEWS, 24)

    article = read("a.pdf", pdf([["\t\t".join(pair) for pair in zip(left, right, strict=False)]]))

    assert "|" not in article.text


def test_a_sentence_that_crosses_a_page_is_whole_and_cited_where_it_begins():
    body = wrapped(WORDS * 3 + "At last the oldest of all the pilots", 70)
    rest = wrapped("said that he would sail again tomorrow. " + NEWS, 70)

    article = read("a.pdf", pdf([body, rest]))

    sentence = article.text.index("At last the oldest of all the pilots said that he would sail again tomorrow.")
    assert article.page_at(sentence) == 1
    assert article.page_at(article.text.index("Dredging")) == 2


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6))
@settings(max_examples=20)
def test_every_page_begins_at_its_own_first_words(lengths):
    # Like pages, as tables and forms have them, are still told apart by what is theirs.
    pages = [wrapped(f"Sheet {n} opens here. " + WORDS * length, 70) for n, length in enumerate(lengths, start=1)]

    article = read("a.pdf", pdf(pages))

    assert [article.text[start:].split(" opens")[0] for start in article.page_starts] == [
        f"Sheet {n}" for n in range(1, len(pages) + 1)
    ]
    assert all(first < second for first, second in pairwise(article.page_starts))


# Word documents and mails


def test_a_word_document_keeps_headings_lists_and_tables():
    data = word(
        ("Title", "Harbour reopens"),
        ("", WORDS),
        ("Heading 2", "What is next"),
        ("List Bullet", "first pilot"),
        ("List Bullet", "second pilot"),
        ("List Number", "quay"),
        ("List Number", "ships"),
        ("table", [["Port", "Ships"], ["Alba", "3"]]),
        title="Harbour of Alba",
        author="Eva Lund",
    )

    article = read("a.docx", data)

    assert (article.title, article.author, article.date) == ("Harbour of Alba", "Eva Lund", None)
    assert article.text == (
        f"# Harbour reopens\n\n{WORDS.strip()}\n\n## What is next\n\n"
        "- first pilot\n- second pilot\n1. quay\n2. ships\n\n"
        "| Port | Ships |\n|---|---|\n| Alba | 3 |"
    )


def test_a_table_whose_head_has_a_merged_cell_keeps_its_head():
    document = Document()
    table = document.add_table(2, 3)
    for cells, row in zip([["Item", "", "Price"], ["Vase", "big", "80"]], table.rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    table.cell(0, 0).merge(table.cell(0, 1))
    made = io.BytesIO()
    document.save(made)

    article = read("a.docx", made.getvalue())

    assert article.text == "| Item |  | Price |\n|---|---|---|\n| Vase | big | 80 |"
    assert "Vase – Price: 80" in [statement.text for statement in statements(article.text)]


def test_a_mail_has_its_subject_its_sender_and_its_day():
    article = read("a.eml", mail(Subject="=?utf-8?q?P=C3=AAcheurs?="))

    assert (article.title, article.author) == ("Pêcheurs", "Eva Lund")
    assert (article.date, article.date_origin) == ("2025-12-22", "mail header")


def test_the_page_in_a_mail_is_read_as_a_page_and_attachments_are_named():
    page = web_page(f"<h2>What is next</h2><p>{WORDS}</p><p>{NEWS}</p>")

    article = read("a.eml", mail("Open this mail in your browser.", page, "a.zip"))

    assert article.text.startswith("## What is next\n\nThe harbour of Alba")
    assert "attachment: a.zip" in article.left_out


def test_the_plain_part_of_a_mail_is_read_where_the_page_says_little():
    article = read("a.eml", mail(NEWS, web_page("<p>Hello.</p>")))

    assert article.text == NEWS


REPLY = """\
Dear Omar,

the pilots come on Monday. I told them so.

Kind regards
Eva
-- 
Harbour of Alba

On Sun, 21 Dec 2025 at 18:02, Omar Hadi
<omar@wheat.example> wrote:
> Dear Eva,
> do the pilots come?
>
> Omar
>
> On Sat, 20 Dec 2025, Eva Lund wrote:
>> The quay is ready.

And bring the charts.
"""


def test_what_others_wrote_in_a_mail_stands_under_a_heading_of_theirs():
    article = read("a.eml", mail(REPLY))

    assert article.text == (
        "Dear Omar,\n\nthe pilots come on Monday. I told them so.\n\nKind regards Eva\n\nHarbour of Alba\n\n"
        "## On Sun, 21 Dec 2025 at 18:02, Omar Hadi <omar@wheat.example> wrote\n\n"
        "Dear Eva,\n\ndo the pilots come?\n\nOmar\n\n"
        "## On Sat, 20 Dec 2025, Eva Lund wrote\n\nThe quay is ready.\n\n"
        "## Eva Lund\n\nAnd bring the charts."
    )


def test_a_quotation_that_nobody_is_named_for_keeps_its_mark():
    article = read("a.eml", mail("> Do the pilots come\n> on Monday?\n\nThey do.\n"))

    assert article.text == "> Do the pilots come on Monday?\n\nThey do."


def test_a_forwarded_mail_stands_under_a_heading_with_its_header_as_a_list():
    forwarded = "---------- Forwarded message ---------\nFrom: Omar\nSubject: pilots\n\nThe pilots come on Monday.\n"

    article = read("a.eml", mail(f"See below.\n\n{forwarded}"))

    assert article.text == (
        "See below.\n\n## Forwarded message\n\n- From: Omar\n- Subject: pilots\n\nThe pilots come on Monday."
    )


@pytest.mark.parametrize(
    "header",
    [
        "---------- Forwarded message ---------\nFrom: Coastal Briefing <b@coast.example>\nDate: Mon, 3 Mar 2025\n",
        "Begin forwarded message:\n\nFrom: Coastal Briefing <b@coast.example>\nDate: 3 March 2025 at 07:30:02 CET\n",
        "From: Coastal Briefing\nSent: Monday, March 3, 2025 7:30 AM\nTo: Jo Marsden\n",
        "Von: Coastal Briefing\nGesendet: Montag, 3. März 2025 07:30\nAn: Jo Marsden\n",
    ],
)
def test_a_mail_that_forwards_another_has_the_day_and_the_sender_of_that(header):
    article = read("a.eml", mail(f"For the folder. J.\n\n{header}\n{NEWS}", Subject="Fwd: FW: Quotas for small boats"))

    assert article.title == "Quotas for small boats"
    assert (article.date, article.author) == ("2025-03-03", "Coastal Briefing")


def test_a_mail_that_comments_at_length_on_what_it_forwards_is_its_senders():
    forwarded = "---------- Forwarded message ---------\nFrom: Omar\nDate: 3 March 2025\n\nThe pilots come.\n"

    article = read("a.eml", mail(f"{NEWS}\n\n{forwarded}", Subject="Fwd: Pilots"))

    assert (article.date, article.author) == ("2025-12-22", "Eva Lund")


def test_a_newsletter_is_by_who_sends_it_for_whom():
    article = read("a.eml", mail(NEWS, From="Nadia Kessler from The Ledger Line <n@ledger.example>"))

    assert (article.author, article.publisher) == ("Nadia Kessler", "The Ledger Line")


def test_addresses_behind_words_of_a_plain_mail_are_left_out():
    text = read("a.eml", mail("Read the report [https://a.example/r?x=1] <https://b.example> by Monday.")).text

    assert text == "Read the report by Monday."


# Dates


@pytest.mark.parametrize("suffix", [".html", ".docx", ".txt", ".pdf"])
def test_the_name_of_a_file_dates_it_where_nothing_in_it_does(suffix):
    data = WHOLE.get(suffix, NEWS.encode())

    article = read(f"news/2024-05-17-harbour{suffix}", data)

    assert (article.date, article.date_precision, article.date_origin) == ("2024-05-17", "day", "file name")


def test_a_name_that_lies_ahead_of_today_dates_nothing():
    assert read("2031-05-17-harbour.txt", NEWS.encode()).date is None


def test_front_matter_goes_before_the_name_and_the_name_before_the_text():
    text = "They met on Monday, December 22."

    assert read("2024-05-17.txt", text.encode()).date == "2024-05-17"
    assert read("2024-05-17.txt", f"---\ndate: 2023\n---\n{text}".encode()).date_precision == "year"


def test_the_formats_have_whole_and_broken_examples():
    assert set(FORMATS) - {".markdown", ".htm"} == set(WHOLE) == set(BROKEN)
    assert set(ROWS) - {".ndjson"} == set(WHOLE_ROWS) == set(BROKEN_ROWS)
