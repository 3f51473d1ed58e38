"""Dates in names and addresses, and names that cannot be used."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.naming import date_in_address, date_in_name, shown, trouble_in_name


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("2024-05-17-title.html", "2024-05-17"),
        ("2024/05/17/title.html", "2024-05-17"),
        ("2024/5/7/title.html", "2024-05-07"),
        ("2024/05/title.txt", "2024-05"),
        ("wheat_20240517.txt", "2024-05-17"),
        ("Wheat 2024_05_17 (copy).md", "2024-05-17"),
        ("2024-05-report.pdf", "2024-05"),
        ("2011-12-season.html", None),  # a season as likely as a month
        ("2024-13-01.txt", None),
        ("2023-02-30.txt", None),
        ("id-12024-05-17.txt", None),
        ("x20240517y.txt", None),
        ("003_19d06f5825a7dc23.txt", None),
        ("1985-01-01.txt", None),
        ("2024-05-17 to 2024-05-20.txt", None),  # two days are none
        ("2024.txt", None),
    ],
)
def test_the_date_in_a_name_is(path, date):
    assert date_in_name(path) == date


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("https://wheat.example/2024/05/17/harbour", "2024-05-17"),
        ("https://wheat.example/news/2019/07/harbour", "2019-07"),
        ("https://wheat.example/harbour?d=2024-05-17", None),
        ("https://[broken/2024/05/17/", None),
        ("", None),
    ],
)
def test_the_date_in_an_address_is(url, date):
    assert date_in_address(url) == date


@given(st.text(alphabet="0123456789-_/. T(ab", max_size=40))
def test_any_name_gives_a_day_of_the_calendar_or_nothing(path):
    date = date_in_name(path)

    assert date is None or dt.date.fromisoformat(f"{date}-01" if len(date) == 7 else date)


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1b[31m.txt", "a\u2028.txt", "a\udce9.txt"])
def test_a_name_no_report_can_show_is_trouble_and_shown_on_one_line(name):
    assert trouble_in_name(name).endswith("give it another name.")
    assert shown(name).isprintable()


@pytest.mark.parametrize("name", ["a.txt", "été & “quotes”.html", "港.pdf", "a b/c-d.txt"])
def test_a_usual_name_is_no_trouble_and_shown_as_it_is(name):
    assert trouble_in_name(name) == ""
    assert shown(name) == name
