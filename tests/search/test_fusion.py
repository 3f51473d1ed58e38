"""Two rankings become one, and hits pass through their stages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.core.types import Found, Hit, Passage
from rag.search.fusion import Look, blended, fuse, normalised, weighed
from rag.search.stages import fold_copies, spread_articles

scores = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e6, 1e6), max_size=8)


def test_scores_are_brought_to_one_scale():
    assert normalised({"a": 4.0, "b": 2.0, "c": 3.0}) == {"a": 1.0, "b": 0.0, "c": 0.5}
    assert normalised({"a": 7.0, "b": 7.0}) == {"a": 1.0, "b": 1.0}
    assert normalised({}) == {}


def test_a_known_fusion():
    meaning = {"a": 0.9, "b": 0.5, "c": 0.1}
    words = {"a": 0.0, "b": 8.0, "c": 4.0}

    fused = fuse((1.0, meaning), (1.0, words))

    assert fused == pytest.approx({"b": 0.75, "a": 0.5, "c": 0.25})
    assert list(fused) == ["b", "a", "c"]


def test_a_weight_counts_as_often_as_it_says():
    assert fuse((3.0, {"a": 1.0, "b": 0.0}), (1.0, {"a": 0.0, "b": 1.0})) == {"a": 0.75, "b": 0.25}


def test_what_a_ranking_lacks_counts_as_its_worst():
    assert fuse((1.0, {"a": 2.0, "b": 1.0}), (1.0, {"a": 3.0, "c": 1.0})) == {"a": 1.0, "b": 0.0, "c": 0.0}


@given(scores)
def test_normalising_keeps_the_order_between_nought_and_one(given_scores):
    scaled = normalised(given_scores)

    assert scaled.keys() == given_scores.keys()
    assert all(0 <= score <= 1 for score in scaled.values())
    by_old = sorted(given_scores, key=given_scores.get)
    assert all(scaled[one] <= scaled[other] for one, other in zip(by_old, by_old[1:], strict=False))


@given(st.lists(st.tuples(st.floats(0.1, 10), scores), max_size=3))
def test_a_fusion_holds_every_key_best_first_between_nought_and_one(rankings):
    fused = fuse(*rankings)

    assert set(fused) == {key for _, ranking in rankings for key in ranking}
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in fused.values())
    assert list(fused.values()) == sorted(fused.values(), reverse=True)
    assert fuse(*rankings) == fuse(*[(weight, dict(reversed(ranking.items()))) for weight, ranking in rankings])


def hit(text: str, source: str = "a.txt") -> Hit:
    return Hit(Passage(f"{source} {text}", source, 0, len(text), text, "", "", None), 1.0, Found(1, 1.0), Found(1, 1.0))


def test_of_passages_with_the_same_words_the_best_stays():
    hits = [hit("Ships came.", "a.txt"), hit("ships  CAME.", "b.txt"), hit("Wheat.", "c.txt")]

    assert fold_copies(hits) == [replace(hits[0], copies=2), hits[2]]


BODY = "The minister of wheat received the captain of the harbour, and they spoke about the price of bread for hours."


@pytest.mark.parametrize(
    ("text", "copies"),
    [
        ("Alba – " + BODY, [2]),
        (BODY.replace("for hours", "for 11 hours"), [1, 1]),
        (BODY + " A correction was printed afterwards.", [1, 1]),
        ("Storms and nothing else.", [1, 1]),
    ],
    ids=["the same with a dateline", "a new number", "a new sentence", "another part"],
)
def test_a_passage_of_a_near_copy_goes_only_if_the_other_says_it_all(text, copies):
    in_group = [
        replace(each, passage=replace(each.passage, group="a.txt")) for each in (hit(BODY, "a.txt"), hit(text, "b.txt"))
    ]

    assert [found.copies for found in fold_copies(in_group)] == copies
    assert [found.copies for found in fold_copies([hit(BODY, "a.txt"), hit(text, "b.txt")])] == [1, 1]


def test_one_article_does_not_take_all_the_first_places():
    hits = [hit("1"), hit("2"), hit("3"), hit("4", "b.txt"), hit("5"), hit("6", "b.txt")]

    spread = spread_articles(most=2)(hits)

    assert [found.passage.text for found in spread] == ["1", "2", "4", "6", "3", "5"]


def test_scores_of_one_scale_are_blended_as_they_are():
    mixed = blended((2.0, {"a": 0.6, "b": 0.9}), (1.0, {"a": 0.9, "c": 0.3}))

    assert mixed == pytest.approx({"a": 0.7, "b": 0.6, "c": 0.1})
    assert list(mixed) == ["a", "b", "c"]
    assert blended((3.0, {"a": 0.5})) == {"a": 0.5}


def test_the_first_are_looked_at_and_those_whose_words_are_not_kept_count_as_the_middle_one():
    near = {"a": Look(0.5, 0.2), "b": Look(0.5, None), "c": Look(0.5, 0.4), "d": Look(0.5, 0.6)}

    found = weighed(dict.fromkeys(near, 0.5), dict.fromkeys(near, 1.0), lambda keys: {key: near[key] for key in keys})

    assert list(found) == ["d", "b", "c", "a"]
    assert found["b"][0] == found["c"][0]
    assert found["b"][1] == near["b"]


def test_what_nobody_looked_at_comes_behind():
    cosines = {f"{number:03}": 1 - number / 100 for number in range(30)}

    found = weighed(cosines, dict.fromkeys(cosines, 0.0), lambda keys: dict.fromkeys(keys[:20], Look(0.1, None)))

    assert list(found) == list(cosines)
    assert [look is None for _, look in found.values()] == [False] * 20 + [True] * 10
