"""What an article's own words give away about when it was written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.dates import infer_date
from tests.reading.strategies import texts

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("They met in the port on Monday, December 22.", "2025-12-22"),
        ("They met on Monday December 22, 2014, in the port.", "2014-12-22"),
        ("They met on Sunday, November 22.", "2026-11-22"),
        ("They met on Sunday, Feb. 29.", "2004-02-29"),
        ("The delegation comes on Nov. 13. In a briefing on Nov. 8 they spoke of October 2013.", "2013-11"),
        ("Since December 2013 they have met twice, on Jan. 3 and Jan. 9.", "2014-01"),
        ("The harbour closed in October 2013.", "2013"),
        ("It closed in May 1998 and again in June 2001.", "2001"),
        ("The harbour closed in March 2012. It is scheduled to open in May 2014.", "2012"),
    ],
)
def test_a_date_is_inferred_as_precise_as_the_words_allow(text, date):
    inferred = infer_date(text, TODAY)

    assert inferred is not None
    assert inferred.date == date
    assert inferred.note.startswith("inferred")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "They met today.",
        "A summit is scheduled for 2026.",
        "A summit is planned for May 2026.",
        "It will open in June 2031.",
        "They met on Monday, February 31.",
        "Ships came on Nov. 8.",
    ],
)
def test_no_date_is_better_than_a_guess(text):
    assert infer_date(text, TODAY) is None


def test_a_weekday_that_contradicts_its_year_gives_the_year_alone():
    inferred = infer_date("They met on Friday, December 22, 2025.", TODAY)

    assert inferred is not None
    assert inferred.date == "2025"


@pytest.mark.parametrize("text", ["On Tueſday, May 5 they met.", "In ſep 2013 they met."])
def test_the_long_s_of_old_prints_does_no_harm(text):
    infer_date(text, TODAY)


@given(texts, st.dates())
def test_any_text_is_read_on_any_day(text, today):
    infer_date(text, today)


@given(st.dates(min_value=dt.date(1995, 1, 1), max_value=TODAY), st.sampled_from(["%A, %B %d, %Y", "%A %B %d %Y"]))
def test_a_whole_date_is_found(day, form):
    inferred = infer_date(f"They met on {day:{form}} in the port.", TODAY)

    assert inferred is not None
    assert inferred.date == day.isoformat()


@given(st.dates(min_value=dt.date(1995, 1, 1), max_value=TODAY))
def test_an_inferred_date_is_never_in_the_future(today):
    for text in ("Monday, December 22", "Friday, February 29", "May 2013 and May 5"):
        inferred = infer_date(text, today)
        assert inferred is None or inferred.date <= today.isoformat()
