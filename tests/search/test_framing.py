"""What people say around a question, and what is left when it is taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.core.types import Message
from rag.search.followups import stand_alone
from rag.search.framing import unframed
from rag.search.requests import of_anyone

ASKED = "who received Lavrov in Cairo?"


@pytest.mark.parametrize(
    "frame",
    [
        "Hi! {}",
        "Hello Citewell, {}",
        "Good morning. {}",
        "Quick question - {}",
        "One more question: {}",
        "Question: {}",
        "For my essay: {}",
        "For a school project, {}",
        "I'm writing a report on Egypt. {}",
        "We are preparing a briefing for the minister: {}",
        "I need this for a paper. {}",
        "My editor wants to know. {}",
        "According to the articles, {}",
        "In one sentence, {}",
        "Can you tell me {}",
        "could you please explain to me {}",
        "I would like to know {}",
        "I'm trying to find out {}",
        "Do you know {}",
        "Please tell me: {}",
        "{} Thanks!",
        "{} Thank you so much in advance.",
        "{} I need this for a report.",
        "{} Answer in one sentence.",
        "{} Please be brief.",
        "{} Just the name.",
        "{} Please cite your sources.",
        "Hi! I'm a student. Can you tell me {} Thanks.",
        "Sorry for my bad English, I try to ask: {}",
        "hey so um, {}",
        "Could you help me out here: {} One sentence will do.",
        "I was arguing with my husband about this and we couldn't settle it. {}",
        "{} Sorry if this is obvious, I've been staring at these articles for hours.",
        "I'm a teacher preparing a quiz for my class, so, {} Much appreciated!",
    ],
)
def test_the_question_alone_is_left(frame):
    assert unframed(frame.format(ASKED)) == ASKED


@pytest.mark.parametrize(
    "question",
    [
        "thanks",
        "Hello!",
        "Tell me about the dam",
        "Can you explain?",
        "For the meeting on Monday, which ministers came?",
        "For Egypt, what is at stake?",
        "For how long did they stay?",
        "Which minister announced a reply in kind?",
        "Did it air abroad? I also wonder if it won a prize",
        "Egypt offered to mediate. Did it do so alone?",
        "Do you know whether Egypt has other plants?",
        "Why did they stop briefly",
        "Who said please?",
        "The US froze the aid in May. Who decided that?",
        "The mine was flooded. Who pays for the repair?",
        "The question of the dam came up in Cairo. What did Egypt say?",
        "My bill is wrong. What should I do?",
        "If I sell the house in May, who pays the tax on the house?",
        "“We shall come back.” Who said that to the sailors?",
        "In what year was J.I. Pontanus born?",
        "question of the dam",
    ],
)
def test_what_belongs_to_the_question_stays(question):
    assert unframed(question) == question


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_left_stands_in_what_was_typed(before, after):
    text = f"{before} {ASKED} {after}"

    assert unframed(text) in text
    assert unframed(unframed(text)) == unframed(text)


def test_a_question_that_names_nothing_takes_over_what_its_frame_names():
    asked = stand_alone("I'm writing about Libya for my paper. When will the vote be held?", [])

    assert asked.standalone == "When will the vote be held? (Libya)"


def test_a_question_that_names_something_is_searched_without_its_frame():
    asked = stand_alone("I'm writing a report on Egypt. What does Moscow want in Sudan?", [])

    assert asked.wordings == [(1.0, "What does Moscow want in Sudan?")]


def test_a_follow_up_may_be_framed():
    history = [Message("user", "Hi! What is Egypt’s focus in Gaza?"), Message("assistant", "A truce.")]

    asked = stand_alone("Thanks! And in Sudan?", history)

    assert asked.standalone == "What is Egypt’s focus in Sudan?"


@pytest.mark.parametrize(
    "question",
    ["Can I fly a drone in Libya?", "may we fly a drone in Libya?", "Am I allowed to fly a drone in Libya?",
     "Is it legal to fly a drone in Libya?"],
)  # fmt: skip
def test_what_the_reader_may_do_is_what_people_may_do(question):
    assert of_anyone(question) == "Are people allowed to fly a drone in Libya?"
    assert stand_alone(question, []).wordings == [(1.0, question)]


@pytest.mark.parametrize("question", ["Can Egypt fly there?", "What can I fly there?", "Can it be so?"])
def test_what_others_may_do_is_left_as_it_is(question):
    assert of_anyone(question) == question
