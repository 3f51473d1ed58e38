"""What an article's own words give away about when it was written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.heads import date_in_head
from rag.reading.inferring import infer_date
from tests.reading.strategies import texts

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("They met in the port on Monday, December 22.", "2025-12-22"),
        ("They met on Monday December 22, 2014, in the port.", "2014-12-22"),
        ("They met on Sunday, November 22.", "2026-11-22"),
        ("They met in the port on Monday, 22 December.", "2025-12-22"),
        ("They met on Monday the 22nd of December 2014, in the port.", "2014-12-22"),
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
        "LOM, Nov 18 – They met for the first time since 2013. The port was closed in November 2013.",
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


STORY = "Ships came in after a long wait outside, and the pilots, who had been on strike, went out to meet them. " * 3


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("ALBA, 14 June 2019 (Harbour News) – ", "2019-06-14"),
        ("ALBA, June 14, 2019 (Harbour News) - ", "2019-06-14"),
        ("ALBA (Harbour News), 14 June 2019 — ", "2019-06-14"),
        ("Alba (14 June 2019) – ", "2019-06-14"),
        ("Port Alba, Bora, 14 Jun. 2019: ", "2019-06-14"),
        ("Ships come in\n\nALBA, 14 June 2019 – Harbour News\n\n", "2019-06-14"),
        ("## Can ships come in?\n\nThe Harbour Weekly, 5 August 2022\n\n", "2022-08-05"),
        ("Can ships come in?\n\nThe Harbour Weekly, 5 August 2022\n\n", "2022-08-05"),
        ("# Ships come in\nBy Eva Lund\n\nSeptember 2023\n\n", "2023-09"),
        ("## Ships come in\n\nHarbour & Sea, spring 2025. By Eva Lund\n\n", "2025"),
        ("## Ships come in\n\nReport of the Pilots, 6 October 2025. For decision.\n\n", "2025-10-06"),
        ("ALBA, 31 February 2024 (Harbour News) – ", "2024-02"),
        ("## Ships come in\n\nPublished: 2024-03-11\n\n", "2024-03-11"),
        ("## Ships come in\n\nUpdated on 12 May 2023, first published on 11 May 2023\n\n", "2023-05-12"),
        (
            "## Pilots: minutes of the meeting of 23 May 2023\n\nPresent: Eva Lund\n\nOf 2025 nothing was said. ",
            "2023-05-23",
        ),
    ],
)
def test_the_head_of_an_article_says_when_it_was_written(head, date):
    found = date_in_head(head + STORY, TODAY)

    assert found is not None
    assert found.date == date
    assert found.note.startswith("stated at the head of the text: “")


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        "They met on 3 May 1964. " + STORY,
        "On 3 May 1964 – a Sunday – they met. " + STORY,
        "They met on 3 May 1964.\n\n" + STORY,
        "## Sixty years after the fire of 3 May 1964\n\nIn 2024 they met again. " + STORY,
        "## Ships come in\n\nIt was opened on 3 May 1964, a Sunday.\n\n" + STORY,
        "## Eva Lund\n\nBorn: 3 May 1964\n\n" + STORY,
        "Eva Lund (May 24, 1901 – October 22, 1985) was a pilot of Alba. " + STORY,
        "## Eva Lund (May 24, 1901 – October 22, 1985)\n\n" + STORY,
        "## Move the ships to Bora by 19 June 2023\n\n" + STORY,
        "## Ships come in\n\n## What comes next\n\n3 May 2024: the pilots go out\n\n" + STORY,
        "## Ships come in\n\n- 3 May 2024: the pilots go out\n- 4 May 2024: they come back\n\n" + STORY,
        "## Ships come in\n\nALBA, 3 May 2031 (Harbour News) – " + STORY,
    ],
)
def test_a_day_that_the_story_tells_of_is_not_that_of_the_article(text):
    assert date_in_head(text, TODAY) is None


@given(texts, st.dates())
def test_any_head_is_read_on_any_day(text, today):
    found = date_in_head(text, today)

    assert found is None or found.date <= today.isoformat()
