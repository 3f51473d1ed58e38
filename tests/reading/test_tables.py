"""Tables in plain text are told from prose, by tabs or by gaps."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.cleaning import clean

ROWS = "| Region | 2023 | 2024 |\n|---|---|---|\n| North | 12.5 | 14.1 |\n| South | 9.0 | 8.7 |"


@pytest.mark.parametrize(
    "saved",
    [
        "Region\t2023\t2024\nNorth\t12.5\t14.1\nSouth\t9.0\t8.7",
        "Region     2023    2024\nNorth      12.5    14.1\nSouth      9.0     8.7",
        "  Region     2023    2024\n  North      12.5    14.1\n  South      9.0     8.7",
        "Region     2023    2024\n----------------------\nNorth      12.5    14.1\nSouth      9.0     8.7",
        "Region\t2023\t2024\n------\t----\t----\nNorth\t12.5\t14.1\nSouth\t9.0\t8.7",
    ],
    ids=["tabs", "gaps", "set in", "a ruler", "rulers"],
)
def test_a_table_in_plain_text_is_one(saved):
    text = clean(f"The regions did well this year.\n\n{saved}\n\nMore is to come.").text

    assert text == f"The regions did well this year.\n\n{ROWS}\n\nMore is to come."


def test_a_table_without_a_heading_over_its_labels():
    text = clean("              2023    2024\nNorth         12.5    14.1\nSouth         9.0     8.7\n").text

    assert text.split("\n")[:3] == ["| | 2023 | 2024 |", "|---|---|---|", "| North | 12.5 | 14.1 |"]


def test_a_table_of_words_keeps_its_rows():
    text = clean("Anna Berg\tMayor of Alba\nOmar Said\tCaptain\n").text

    assert text == "| Anna Berg | Mayor of Alba |\n| Omar Said | Captain |"


@pytest.mark.parametrize(
    "prose",
    [
        "He came on Monday.  She left again.\nThe ship lay still.  Nobody had come.\nIt rained.  They waited all day.",
        "He  came on  Monday to\nsee  the ship  and its\ncrew  in the  old harbour",
        "\tHe came on Monday and stayed for long, as everybody in the harbour had known that he would do.",
        "1.  Ships 12\n2.  Boats 9\n3.  Rafts 8",
        "Q:\tWhy did you leave?\nHALVARR:\tI was tired.\nQ:\tOf the mill?\nHALVARR:\tOf the noise, after 30 years.",
        "12:01\tAnn\tWe won.\n12:02\tBen\tWe did.\n12:03\tAnn\tOh\n",
    ],
    ids=["two spaces behind a full stop", "justified", "an indented paragraph", "a list", "an interview", "a chat"],
)
def test_gaps_in_prose_are_no_table(prose):
    assert "|" not in clean(prose).text


CELLS = st.text(alphabet="abcdefghijk 0123456789.", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=2, max_size=6), st.sampled_from(["\t", "   "]))
def test_no_cell_is_lost(rows, gap):
    cleaned = clean("\n".join(gap.join(row) for row in rows))

    said = [re.sub(r"[|#]|---", " ", cleaned.text), *(told.split(": ")[1] for told in cleaned.left_out)]
    assert sorted("".join("".join(said).split())) == sorted("".join("".join(row) for row in rows).replace(" ", ""))
