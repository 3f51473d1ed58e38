"""The days that a question names, counted from the day it is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.search.dates import asks_about_now, date_range

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What happened last week?", "2026-11-16", "2026-11-22"),
        ("Who came in late 2013?", "2013-09-01", "2013-12-31"),
        ("Who came in December 2025?", "2025-12-01", "2025-12-31"),
        ("What was sold since March?", "2026-03-01", None),
        ("What was sold before May 2020?", None, "2020-04-30"),
        ("What was sold after 12 March 2024?", "2024-03-13", None),
        ("Prices between May and July 2024", "2024-05-01", "2024-07-31"),
        ("Prices from 1999 to 2003", "1999-01-01", "2003-12-31"),
        ("What was said yesterday?", "2026-11-24", "2026-11-24"),
        ("What was said two weeks ago?", "2026-11-11", "2026-11-11"),
        ("What was said in the last 10 days?", "2026-11-15", "2026-11-25"),
        ("What was said until 2014-02-03?", None, "2014-02-03"),
    ],
)
def test_a_phrase_about_time_is_a_range(question, since, until):
    found = date_range(question, TODAY)

    assert (found.since, found.until) == (since, until)
    assert found.words in question


@pytest.mark.parametrize(
    "written",
    ["2024-09-03", "3 September 2024", "3rd of September 2024", "September 3, 2024", "Sept. 3rd 2024", "3 Sep, 2024"],
)
def test_a_day_is_known_however_it_is_written(written):
    found = date_range(f"What happened on {written}?", TODAY)

    assert (found.since, found.until) == ("2024-09-03", "2024-09-03")


@pytest.mark.parametrize("question", ["Who may go?", "What came before the summit?", "Since when?", "Who won?", ""])
def test_what_names_no_day_is_no_range(question):
    assert date_range(question, TODAY) is None


@pytest.mark.parametrize(
    ("question", "is_filter"),
    [
        ("articles from last week", True),
        ("What does the 2013 article say?", True),
        ("the May 2013 articles", True),
        ("What did the 2013 report say in 2014?", False),
        ("the latest reports on wheat since March", True),
        ("articles about Egypt published in 2013", True),
        ("What happened in October 2013?", False),
        ("Who visited Cairo last week?", False),
    ],
)
def test_only_words_about_the_reporting_make_it_a_filter(question, is_filter):
    assert date_range(question, TODAY).is_filter is is_filter


@pytest.mark.parametrize(
    ("question", "is_now"),
    [("Who is the current minister?", True), ("the latest price", True), ("Who was minister in 2013?", False)],
)
def test_a_question_about_now_is_known_by_its_words(question, is_now):
    assert asks_about_now(question) is is_now


@pytest.mark.parametrize(
    "question", ["What happened before 0001-01-01?", "What comes after 9999-12-31?", "until 0000-00-00"]
)
def test_days_beyond_the_calendar_are_no_range(question):
    assert date_range(question, TODAY) is None


PIECES = st.one_of(
    st.sampled_from(
        "since after before until by from between and to in on of the last past this articles , - ?".split()
    ),
    st.sampled_from("day week months years ago yesterday today early mid late March Sept. may a few couple".split()),
    st.sampled_from(["0001-01-01", "9999-12-31", "2024-02-30", "999 years ago", "in the last 999 years", "31", "2024"]),
    st.dates().map(str),
    st.integers(0, 3000).map(str),
)


@given(st.lists(PIECES, min_size=1, max_size=8).map(" ".join), st.dates(date(1950, 1, 1), date(2080, 1, 1)))
def test_any_words_give_a_range_in_order_or_none(words, today):
    found = date_range(words, today)

    assert found is None or found.words in words
    assert found is None or found.since is None or found.until is None or found.since <= found.until


@given(st.dates(date(1, 1, 2), date(9999, 12, 30)), st.dates())
def test_a_day_is_a_bound_of_the_range_that_it_names(day, other):
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    for words, bounds in {
        f"since {day}": (day, None),
        f"after {day}": (after, None),
        f"until {day}": (None, day),
        f"before {day}": (None, before),
        f"on {day}": (day, day),
        f"between {min(day, other)} and {max(day, other)}": (min(day, other), max(day, other)),
    }.items():
        found = date_range(f"What happened {words}?", TODAY)

        assert (found.since, found.until) == tuple(bound and str(bound) for bound in bounds)
