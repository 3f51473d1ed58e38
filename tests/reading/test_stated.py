"""A date as somebody wrote it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.stated import as_date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2025-12-22", "2025-12-22"),
        ("2025-12-22 10:00:00+01:00", "2025-12-22"),
        ("2025-12-22, in the evening", "2025-12-22"),
        ("2025-12", "2025-12"),
        ("2025", "2025"),
        ("20251222", "2025-12-22"),
        ("1766397600", "2025-12-22"),
        ("1766397600000", "2025-12-22"),
        ("22/12/2025", "2025-12-22"),
        ("12/22/2025", "2025-12-22"),
        ("03/04/2025", None),
        ("22.12.2025", "2025-12-22"),
        ("2.12.2025 14:30", "2025-12-02"),
        ("31.06.2025", None),
        ("22-12-2025", "2025-12-22"),
        ("12-22-2025 14:30", "2025-12-22"),
        ("03-04-2025", None),
        ("December 22nd, 2025", "2025-12-22"),
        ("22 Dec 2025", "2025-12-22"),
        ("Mon, 22 Dec 2025 10:00:00 GMT", "2025-12-22"),
        ("Dec. 22, 2025", "2025-12-22"),
        ("2025/12/22", "2025-12-22"),
        ("22 décembre 2025", "2025-12-22"),
        ("Montag, 22. Dezember 2025", "2025-12-22"),
        ("December 2025", "2025-12"),
        ("diciembre de 2025", "2025-12"),
        ("2025-13-01", None),
        ("31 June 2025", None),
        ("Published 03/04/2025", None),
        ("2023-W05", None),
        ("version 2.1 of May 2025", None),
        ("winter 2025", None),
        ("yesterday", None),
        ("last week", None),
        ("", None),
    ],
)
def test_a_date_is_read_where_it_can_be_read_in_one_way(value, date):
    assert as_date(value) == date


@given(st.text(alphabet="0129 -/.,:TZmarchäé", max_size=30))
def test_whatever_is_written_is_a_date_or_none(value):
    date = as_date(value)

    assert date is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", date)
