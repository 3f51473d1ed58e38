"""How answers, passages and reports read, and that they are plain data."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from rag.core.types import (
    Answer,
    Article,
    Citation,
    FileFailure,
    Found,
    Hit,
    Passage,
    Sentence,
    SyncReport,
    describe,
    lead,
)

PASSAGE = Passage("id", "a.txt", 0, 11, "Ships came.", "Harbour", "", "2025-12")
HIT = Hit(PASSAGE, 1.0, Found(1, 0.5), Found(None, 0.0))
CITATION = Citation(1, "a.txt", "Harbour", "2025-12", "stated", None, "Ships came.", 0, 11)
ANSWER = Answer(
    "What came?",
    "What came?",
    "Ships came. [1]",
    "answered",
    (Sentence("Ships came. [1]", (1,), "supported"),),
    (CITATION,),
    (HIT,),
    "extractive",
    timings={"search": 0.1},
)


def test_an_answer_reads_as_its_text_and_then_its_sources():
    assert str(ANSWER) == "Ships came. [1]\n\n[1] Harbour, 2025-12 – a.txt: “Ships came.”"


def test_an_answer_reads_with_a_line_for_each_sentence_in_doubt():
    sentences = (
        Sentence("Ships came.", (1,), "supported"),
        Sentence("- Nine came.", (1,), "weak", "It says nine."),
        Sentence("All sank.", (), "unsupported"),
    )

    shown = str(replace(ANSWER, text="Ships came. [1]\n- Nine came. [1]\nAll sank.", sentences=sentences))

    assert shown == (
        "Ships came. [1]\n- Nine came. [1]\nAll sank.\n\n"
        "Weakly supported: “Nine came.” It says nine.\nNot supported: “All sank.”\n\n"
        "[1] Harbour, 2025-12 – a.txt: “Ships came.”"
    )


def test_an_unanswered_question_reads_with_the_nearest_articles_each_once():
    hits = [replace(HIT, passage=replace(PASSAGE, source=source)) for source in "abbacde"]
    answer = replace(ANSWER, text="The articles do not say.", status="not_found", citations=(), hits=tuple(hits))

    assert not answer.is_answered
    assert str(answer) == ("The articles do not say.\n\nNearest articles:\n  Harbour – a\n  Harbour – b\n  Harbour – c")


def test_an_unanswered_question_reads_with_the_words_that_come_nearest_and_their_article_first():
    hits = [replace(HIT, passage=replace(PASSAGE, source=source)) for source in "xy"]
    near = replace(CITATION, number=0, source="y")
    answer = replace(ANSWER, text="No.", status="not_found", citations=(), hits=tuple(hits), nearest_words=near)

    assert str(answer).splitlines()[2:] == [
        "What comes nearest:",
        "  Harbour, 2025-12 – y: “Ships came.”",
        "",
        "Nearest articles:",
        "  Harbour – y",
        "  Harbour – x",
    ]


def test_an_answer_is_the_same_data_after_a_trip_through_json():
    data = ANSWER.to_dict()

    assert json.loads(json.dumps(data)) == data
    assert data["citations"][0]["quote"] == "Ships came."
    assert data["hits"][0]["words"] == {"rank": None, "score": 0.0}
    assert data["nearest"] == [{"source": "a.txt", "title": "Harbour", "date": "2025-12"}]


def test_a_citation_without_a_date_names_none():
    assert describe(replace(CITATION, date=None)) == "[1] Harbour – a.txt: “Ships came.”"


def test_a_citation_from_a_file_with_pages_names_the_page():
    assert describe(replace(CITATION, page=3)) == "[1] Harbour, 2025-12 – a.txt, p. 3: “Ships came.”"


@pytest.mark.parametrize(
    ("starts", "place", "page"),
    [
        ((), 5, None),
        ((0, 10, 20), 0, 1),
        ((0, 10, 20), 9, 1),
        ((0, 10, 20), 10, 2),
        ((0, 10, 10), 10, 3),
        ((3, 9), 0, 1),
    ],
    ids=["no pages", "first letter", "last of a page", "first of a page", "after an empty page", "before all"],
)
def test_a_place_stands_on_the_page_that_began_last(starts, place, page):
    assert Article("a.pdf", "Harbour", "x" * 30, page_starts=starts).page_at(place) == page


@pytest.mark.parametrize(
    ("date", "precision"), [("2025-12-22", "day"), ("2025-12", "month"), ("2025", "year"), (None, None)]
)
def test_a_date_is_as_precise_as_it_is_written(date, precision):
    assert Article("a.txt", "Harbour", "Ships came.", date=date).date_precision == precision


@pytest.mark.parametrize(
    ("about", "lines"),
    [
        (("T", "S", "2025"), "T (2025)\nS\n"),
        (("T", "", None), "T\n"),
        (("", "S", None), "S\n"),
        (("", "", None), ""),
    ],
)
def test_what_is_lent_to_an_embedded_passage(about, lines):
    assert lead(*about) == lines


def test_data_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        PASSAGE.text = "Other words."


def test_a_report_reads_as_counts_then_changes_then_failures():
    report = SyncReport(
        added=("a.txt",),
        unchanged=("u.txt",),
        removed=("r.txt",),
        failed=(FileFailure("f.txt", "it is empty."),),
        passages=7,
        seconds=1.25,
    )

    assert str(report) == (
        "1 added, 0 updated, 1 unchanged, 1 removed, 1 failed. 7 passages in the library (1.2 s).\n"
        "  added: a.txt\n  removed: r.txt\n  failed: f.txt: it is empty."
    )
    assert str(replace(report, is_dry_run=True)).startswith("Would be: 1 added")
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()


def test_a_long_report_names_the_first_twenty():
    lines = str(SyncReport(added=tuple(f"{number}.txt" for number in range(25)))).splitlines()

    assert len(lines) == 22
    assert lines[-1] == "  added: … and 5 more"


def test_two_reports_are_one_with_the_passages_that_the_later_left():
    one = SyncReport(added=("a",), passages=7, embedded=1, seconds=1.0)
    two = SyncReport(removed=("b",), failed=(FileFailure("c", "why"),), passages=5, embedded=2, seconds=2.0)

    assert one + two == SyncReport(added=("a",), removed=("b",), failed=two.failed, passages=5, embedded=3, seconds=3.0)
