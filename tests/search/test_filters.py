"""A filter lets nothing else through; what only the question asks for is let go of where nothing fits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.core.errors import QuestionError
from rag.library.filters import Filter, places

FILES = {
    "old/a.txt": "---\ntitle: First\ndate: 2013-11-04\n---\nThe wheat harvest was poor and bread grew dear.",
    "old/b.txt": "---\ntitle: Second\ndate: 2013\n---\nThe harvest of wheat was good, said the miller.",
    "new/c.txt": "---\ntitle: Third\ndate: 2026-11-18\n---\nA new mill for wheat was opened in the harbour.",
    "d.txt": "---\ntitle: Fourth\n---\nWheat is grown in the valley, and nobody knows since when.",
}


@pytest.fixture
def fields(library, folder):
    opened = library()
    for name in ("old", "new"):
        (folder({}) / name).mkdir(exist_ok=True)
    opened.sync(folder(FILES))
    return opened


def sources(hits) -> set[str]:
    return {hit.passage.source for hit in hits}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"since": "2014"}, {"new/c.txt"}),
        ({"until": "2013-12"}, {"old/a.txt", "old/b.txt"}),
        ({"since": "2013-11-04", "until": "2013-11-04"}, {"old/a.txt", "old/b.txt"}),
        ({"since": "2013-11-05", "until": "2014"}, {"old/b.txt"}),
        ({"since": date(2014, 1, 1)}, {"new/c.txt"}),
        ({"since": 2014}, {"new/c.txt"}),
        ({"source": "old"}, {"old/a.txt", "old/b.txt"}),
        ({"source": "d.txt"}, {"d.txt"}),
        ({"source": "old", "where": lambda passage: passage.title == "First"}, {"old/a.txt"}),
        ({"since": "2030"}, set()),
    ],
)
def test_only_passages_within_the_filter_are_found(fields, filters, expected):
    assert sources(fields.search("wheat harvest", **filters)) == expected


# The first and last day of each article, and of each date that is asked for.
WRITTEN = {
    "old/a.txt": ("2013-11-04", "2013-11-04"),
    "old/b.txt": ("2013-01-01", "2013-12-31"),
    "new/c.txt": ("2026-11-18", "2026-11-18"),
}
ASKED = {
    "2012": ("2012-01-01", "2012-12-31"),
    "2013": ("2013-01-01", "2013-12-31"),
    "2013-11": ("2013-11-01", "2013-11-30"),
    "2013-11-04": ("2013-11-04", "2013-11-04"),
    "2013-11-05": ("2013-11-05", "2013-11-05"),
    "2026-11-18": ("2026-11-18", "2026-11-18"),
    "2027": ("2027-01-01", "2027-12-31"),
}
WITHIN = {
    None: set(FILES),
    "old": {"old/a.txt", "old/b.txt"},
    "new": {"new/c.txt"},
    "new/c.txt": {"new/c.txt"},
    "nowhere": set(),
}


def written_between(since: str | None, until: str | None) -> set[str]:
    """Each date's first and last day compared as they are written; what says no date only where none is asked for."""
    if since is None and until is None:
        return set(FILES)
    return {
        source
        for source, (first, last) in WRITTEN.items()
        if (until is None or first <= ASKED[until][1]) and (since is None or last >= ASKED[since][0])
    }


dates = st.sampled_from([None, *ASKED])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(dates, dates, st.sampled_from([*WITHIN]), st.sampled_from(["wheat", 'wheat of a "mill"']))
def test_a_filter_finds_what_is_within_it_and_nothing_else(fields, since, until, source, question):
    within = WITHIN[source] & written_between(since, until)
    quoted = within & {"new/c.txt"} if "mill" in question else set()

    hits = fields.search(question, since=since, until=until, source=source)

    assert sources(hits) == (quoted or within)
    assert hits == fields.search(question, since=since, until=until, source=source)


def test_words_in_quotation_marks_must_stand_in_the_passage(fields):
    assert sources(fields.search('What about the "wheat harvest"?')) == {"old/a.txt"}
    assert sources(fields.search("“harvest of wheat”")) == {"old/b.txt"}


def test_a_phrase_that_stands_nowhere_is_let_go_of_and_the_finding_says_so(fields):
    found = fields.find([(1.0, 'Where is the "golden wheat mill"?')], 8)

    assert len(found.hits) == 4
    assert found.notice == "No passage fits the words “golden wheat mill”; the search went on without."


def test_a_source_that_the_library_lacks_is_told(fields):
    found = fields.find([(1.0, "wheat")], 8, sources=["elder", "new/c.tx"])

    assert found.hits == []
    assert found.notice == (
        "The library has no article, file or folder 'elder'. "
        "The library has no article, file or folder 'new/c.tx'. Did you mean new/c.txt?"
    )
    assert fields.find([(1.0, "wheat")], 8, sources=["elder", "old"]).notice == ""


def test_days_that_a_question_about_articles_names_are_a_filter(fields):
    found = fields.find([(1.0, "articles from last week about wheat")], 8, today=date(2026, 11, 25))

    assert sources(found.hits) == {"new/c.txt"}
    assert (found.date_range.since, found.date_range.words) == ("2026-11-16", "from last week")
    ignored = fields.find(
        [(1.0, "articles from last week about wheat")], 8, today=date(2026, 11, 25), ignore_dates=True
    )
    assert len(ignored.hits) == 4
    assert ignored.date_range is None


def test_days_without_any_article_are_let_go_of_and_the_finding_says_so(fields):
    found = fields.find([(1.0, "articles about wheat from May 1999")], 8)

    assert len(found.hits) == 4
    assert found.date_range is None
    assert "from May 1999" in found.notice


def test_a_year_that_is_told_of_loses_no_article(fields):
    found = fields.find([(1.0, "How was the wheat harvest in November 2013?")], 8)

    assert len(found.hits) == 4
    assert found.hits[0].passage.source.startswith("old/")
    assert not found.date_range.is_filter


def test_days_that_are_only_preferred_stay_so_where_a_quotation_is_let_go_of(fields):
    found = fields.find([(1.0, 'Who said "golden wheat mill" of the harvest in November 2013?')], 8)

    assert found.notice == "No passage fits the words “golden wheat mill”; the search went on without."
    assert (found.date_range.since, found.date_range.until) == ("2013-11-01", "2013-11-30")
    assert found.hits[0].passage.source.startswith("old/")


@pytest.mark.parametrize("filters", [{"source": "old/"}, {"sources": ("old/", "nowhere/")}, {"source": "old//"}])
def test_a_folder_may_be_named_with_a_slash_behind_it(fields, filters):
    hits = fields.find([(1.0, "wheat harvest")], 8, **filters).hits

    assert sources(hits) == {"old/a.txt", "old/b.txt"}


@pytest.mark.parametrize("filters", [{"source": "old\ud800"}, {"sources": ("\udce9", "d.txt\ud800")}])
def test_a_source_that_is_no_text_is_one_that_no_article_has(fields, filters):
    assert fields.find([(1.0, "wheat harvest")], 8, **filters).hits == []
    assert fields.article("\ud800") is None
    assert fields.catalogue.passages_of("\ud800") == ()
    assert len(fields.search("wheat harvest")) == 4


@pytest.mark.parametrize("filters", [{"source": ["d.txt"]}, {"source": 5}, {"sources": [5]}])
def test_what_cannot_be_a_source_is_refused(fields, filters):
    with pytest.raises(QuestionError, match="is not a source"):
        fields.find([(1.0, "wheat harvest")], 8, **filters)


def test_one_source_may_be_named_alone(fields):
    assert sources(fields.find([(1.0, "wheat harvest")], 8, sources="d.txt").hits) == {"d.txt"}


def test_a_question_about_now_puts_the_newest_forward(fields):
    assert fields.search("What is the latest on wheat?")[0].passage.source == "new/c.txt"


@pytest.mark.parametrize("day", ["soon", "2024-13", "2024-1-1", "20240101", 20240101, ["2024"]])
def test_what_is_no_date_is_refused(fields, day):
    with pytest.raises(QuestionError, match="is not a date"):
        fields.search("wheat", since=day)


def test_a_row_lies_in_its_file_and_the_file_in_its_folders():
    assert places("a/b/c.jsonl#d/e") == ["a/b/c.jsonl#d/e", "a/b/c.jsonl", "a/b", "a"]


def test_several_articles_and_folders_can_be_asked_at_once(fields):
    found = fields.find([(1.0, "wheat harvest")], 8, sources=("old/b.txt", "new", "nowhere")).hits

    assert sources(found) == {"old/b.txt", "new/c.txt"}
    assert Filter(sources=("old",)).fits(None, "old/a.txt")
    assert not Filter(sources=("old/a",)).fits(None, "old/a.txt")
