"""A prompt fits what its model takes: old turns go first, then whole passages from the weak end."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.budget import alternating, fit, is_cut_off, tokens_at_most, words_sent
from rag.answering.models import Room
from rag.answering.prompts import messages
from rag.core.errors import PromptTooLong
from rag.core.types import Found, Hit, Message, Passage

TEXT = "Spring tides come twice a month, when the sun and the moon pull together."
HITS = [
    Hit(Passage(str(n), "a.txt", 0, len(TEXT), f"{TEXT} {n}", "Tides", "", None), 1 - n / 10, Found(1, 0), Found(1, 0))
    for n in range(8)
]
HISTORY = [Message(role, f"{role} {turn}: {TEXT}") for turn in range(3) for role in ("user", "assistant")]


def say(hits, turns):
    return messages("When?", "When?", hits, turns, "FENCE")


def fitted(tokens, history=HISTORY, count=None):
    return fit(say, HITS, history, Room(tokens, count), answer_tokens=100)


def test_with_room_enough_everything_is_said():
    assert fitted(8000).messages == say(HITS, HISTORY)


def test_old_turns_go_before_passages_and_the_weakest_passages_before_the_last_turns():
    rooms = []
    with suppress(PromptTooLong):
        for tokens in range(3000, 0, -10):
            rooms.append(fitted(tokens))

    shapes = [(len(each.messages) - 2, len(each.hits)) for each in rooms]
    assert shapes == sorted(shapes, reverse=True)
    assert {(6, 8), (4, 8), (2, 8), (2, 4), (0, 1)} <= set(shapes)
    for each in rooms:
        assert each.hits == tuple(HITS[: len(each.hits)])
        assert all(hit.passage.text in each.messages[-1][1] for hit in each.hits)


@given(st.integers(800, 4000))
def test_what_is_said_fits_with_room_for_the_answer(tokens):
    assert tokens_at_most(fitted(tokens).messages) <= tokens - 100


def test_where_not_even_the_best_passage_fits_it_is_said_with_the_numbers():
    with pytest.raises(PromptTooLong, match="the model takes 100") as caught:
        fitted(200)

    assert "RAG_LLM_CONTEXT_TOKENS" in caught.value.hint


def test_the_models_own_count_goes_over_the_estimate_and_is_asked_for_only_where_that_does_not_fit():
    asked = []

    def count(said):
        asked.append(said)
        return words_sent(said)

    tight = fitted(8000, []).tokens + 50  # and 100 are the answer's
    assert len(fitted(tight, [], count).hits) > len(fitted(tight, []).hits)
    asked.clear()
    fitted(8000, [], count)
    assert asked == []


def test_turns_come_as_every_model_takes_them():
    told = [Message("assistant", "0"), *(Message("user", text) for text in "12"), Message("assistant", "3")]

    assert alternating([*told, Message("user", "4")]) == [Message("user", "2"), Message("assistant", "3")]


@pytest.mark.parametrize("text", ["Лавров прибыл в Каир", "وصل لافروف إلى القاهرة", "拉夫罗夫抵达开罗", "a1-c3", "🎈"])
def test_other_scripts_count_for_more(text):
    assert words_sent([("user", text)]) <= tokens_at_most([("user", text)])
    assert tokens_at_most([("user", text)]) >= len(text) * 0.25


def test_a_server_that_reads_far_less_than_the_words_it_was_sent_is_found_out():
    assert is_cut_off(3000, 2000)
    assert not is_cut_off(3000, 3500)
    assert not is_cut_off(3000, None)
    assert not is_cut_off(3000, 20)  # it may have kept the rest from the question before
