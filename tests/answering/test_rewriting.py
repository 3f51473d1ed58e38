"""A model makes follow-ups stand alone; where it fails or makes no sense, they do so without it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.prompts import REWRITING, rewriting
from rag.answering.rewriting import is_sound
from rag.core.types import Message
from rag.search.followups import stand_alone

ASKED = "And who else was there?"
HISTORY = [
    {"role": "user", "content": "Who received Lavrov in Cairo?"},
    {"role": "assistant", "content": "Abdel Fattah el-Sisi received him [1]."},
]
TURNS = [Message(**turn) for turn in HISTORY]
SAID = "El-Sisi received Lavrov in Cairo [1]."
REWRITTEN = "Who else was there when el-Sisi received Lavrov in Cairo?"
WITHOUT = stand_alone(ASKED, TURNS).standalone


@pytest.mark.parametrize(
    "said", [REWRITTEN, f'Standalone question: "{REWRITTEN}"\n', f"<think>Who?</think>\n{REWRITTEN}"]
)
def test_the_models_stand_alone_question_is_searched_said_and_shown(assistant, server, said):
    server.says(SAID, before=said, usage=(100, 10))

    reply = assistant.answer(ASKED, HISTORY)

    assert reply.standalone_question == REWRITTEN
    first, second = (request["messages"] for request in server.requests)
    assert [(message["role"], message["content"]) for message in first] == rewriting(ASKED, TURNS)
    assert second[-1]["content"].endswith(f"Question: {ASKED}\n(That is: {REWRITTEN})")
    assert list(reply.hits) == assistant.library.search_all([(1.0, REWRITTEN), (0.6, WITHOUT), (0.4, ASKED)], 10)
    assert (reply.usage.tokens_in, reply.usage.tokens_out) == (200, 20)


@pytest.mark.parametrize(
    "script",
    [
        {"before": "Abdel Fattah el-Sisi received him [1]."},
        {"before": "Was Wang Yi there when el-Sisi received Lavrov in Cairo?"},
        {"before": "Who else was there when el-Sisi received Lavrov in Cairo in 2013?"},
        {"before": "Is wheat dear?"},
        {"before": "I can help with that.\nWho else was there?"},
        {"before": "Who else was there? " * 40},
        {"before": "?"},
        {"before": "<think>Who was there?"},
        {"status": 500, "only_first": 2},
    ],
    ids=["an answer", "a new name", "a new number", "another question", "chatter", "rambling", "a mark", "thoughts",
         "a failure"],
)  # fmt: skip
def test_where_the_model_is_no_help_the_question_stands_alone_without_it(assistant, server, script):
    server.misbehaves(text=SAID, **script)

    reply = assistant.answer(ASKED, HISTORY)

    assert reply.standalone_question == WITHOUT
    assert reply.text == SAID
    assert "quoted instead" not in reply.notice


@pytest.mark.parametrize(
    ("question", "history"),
    [("Who received Lavrov in Cairo?", HISTORY), ("Who received Lavrov in Cairo?", []), (ASKED, [])],
    ids=["another whole question", "a first question", "nothing to lean on"],
)
def test_a_question_that_leans_on_nothing_costs_no_call(assistant, server, question, history):
    server.says(SAID)

    assistant.answer(question, history)

    assert all(request["messages"][0]["content"] != REWRITING for request in server.requests)


def test_a_model_that_takes_too_long_is_not_waited_for(assistant, server, monkeypatch):
    monkeypatch.setattr("rag.answering.rewriting._MOST_SECONDS", 0.3)
    server.says(SAID, before=REWRITTEN, pause_seconds=0.15)

    assert assistant.answer(ASKED, HISTORY).standalone_question == WITHOUT


def test_the_prompt_holds_the_beginnings_of_the_last_turns_and_the_question():
    turns = [replace(TURNS[number % 2], content=f"Turn {number}. " + "x" * 1000) for number in range(6)]

    (_, rules), (role, said) = rewriting("Why?", turns)

    assert (rules, role) == (REWRITING, "user")
    lines = said.splitlines()
    assert [line.split(".")[0] for line in lines[1:5]] == [
        "user: Turn 2",
        "assistant: Turn 3",
        "user: Turn 4",
        "assistant: Turn 5",
    ]
    assert max(map(len, lines)) < 420
    assert said.endswith("\n\nLast question: Why?")


@pytest.mark.parametrize(
    ("form", "question", "is_one"),
    [
        ("Why did the price of wheat rise?", "Why?", True),
        ("Who else was there?", "And who else was there?", True),
        ("What is Sudan\u2019s focus?", "And in Sudan?", True),
        ("The price of wheat rose by 4 percent.", "Why?", False),
        ("", "Why?", False),
    ],
)
def test_a_form_is_sound_if_it_says_nothing_new(form, question, is_one):
    turns = [Message("user", "Did the price of wheat rise?"), Message("assistant", "Yes, in Sudan and Egypt. [1]")]

    assert is_sound(form, question, turns) is is_one
