"""Measures have their known values; intervals and tests are the same in every run."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.measuring.answers import holds
from rag.measuring.questions import CheckedQuestion
from rag.measuring.scoring import area, difference, per_question, score


def test_measures_of_a_ranking_have_their_known_values():
    relevant = {"first": {"a": 1, "b": 1}, "second": {"c": 1}, "nothing found": {"d": 1}}
    ranked = {"first": {"x": 3.0, "a": 2.0, "y": 1.0}, "second": {"c": 1.0}}

    found = per_question(ranked, relevant)

    gain = (1 / math.log2(3)) / (1 + 1 / math.log2(3))
    assert found["nDCG@10"] == pytest.approx({"first": gain, "second": 1.0, "nothing found": 0.0})
    assert found["MRR@10"] == {"first": 0.5, "second": 1.0, "nothing found": 0.0}
    assert found["R@5"] == found["R@10"] == {"first": 0.5, "second": 1.0, "nothing found": 0.0}
    assert found["hit@1"] == {"first": 0.0, "second": 1.0, "nothing found": 0.0}
    assert found["hit@5"] == {"first": 1.0, "second": 1.0, "nothing found": 0.0}


def test_grades_count_in_the_gain():
    relevant = {"q": {"best": 3, "good": 1}}

    right = per_question({"q": {"best": 2.0, "good": 1.0}}, relevant)["nDCG@10"]["q"]
    wrong = per_question({"q": {"good": 2.0, "best": 1.0}}, relevant)["nDCG@10"]["q"]

    assert right == 1.0
    assert wrong == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))


@settings(max_examples=15)  # each draws two thousand times
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_mean_lies_within_its_interval_and_the_interval_within_the_values(values):
    found = score(values)

    assert min(values) - 1e-9 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= max(values) + 1e-9
    assert score(values) == found


def test_more_questions_make_a_narrower_interval():
    few, many = score([0.0, 1.0] * 10), score([0.0, 1.0] * 500)

    assert few.mean == many.mean == 0.5
    assert many.high - many.low < (few.high - few.low) / 4


def test_a_paired_difference_is_found_where_there_is_one_and_only_there():
    before = {str(n): float(n % 2) for n in range(100)}
    better = {key: 1.0 if int(key) < 40 else value for key, value in before.items()}
    other = {key: before[str((int(key) + 1) % 100)] for key in before}

    gained, none, swapped = (difference(before, after) for after in (better, before, other))

    assert (gained.mean, gained.p < 0.01) == (pytest.approx(0.2), True)
    assert 0 < gained.low < 0.2 < gained.high
    assert (none.mean, none.p) == (0.0, 1.0)
    assert (swapped.mean, swapped.p > 0.5) == (0.0, True)
    assert swapped.low < 0 < swapped.high
    assert difference(better, before).mean == -gained.mean


def test_of_a_single_question_chance_explains_any_difference():
    found = difference({"a": 0.0}, {"a": 0.5})

    assert (found.mean, found.low, found.high, found.p) == (0.5, 0.5, 0.5, 1.0)


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [([3, 2], [1, 0], 1.0), ([0], [1], 0.0), ([1, 1], [1], 0.5), ([2, 0], [1], 0.5), ([3, 1], [2, 0], 0.75)],
)
def test_the_area_is_how_often_a_positive_lies_above_a_negative(positive, negative, expected):
    found = area(positive, negative)

    assert found.mean == expected
    assert found.low <= expected <= found.high


@pytest.mark.parametrize(
    ("answers", "text", "is_held"),
    [
        ((("the Normans", "Norsemen"),), "It was Normans [1].", True),
        ((("norsemen",),), "Norse men came.", False),
        ((("1066",),), "In 10665 AD.", False),
        ((("twenty-one",),), "They were twenty one.", True),
        ((("Alba",), ("wheat",)), "Wheat came to Alba.", True),
        ((("Alba",), ("wheat",)), "Wheat came.", False),
    ],
)
def test_an_answer_holds_one_alternative_of_each_group_as_whole_words(answers, text, is_held):
    assert holds(CheckedQuestion("1", "", "?", (), answers, ()), text) is is_held
