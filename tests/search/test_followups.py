"""A follow-up is made to stand alone; a question that stands alone is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.core.types import Message
from rag.search.followups import stand_alone

FIRST = "What is Egypt's focus on Libya?"


def history(*turns: str) -> list[Message]:
    """User and assistant by turns."""
    return [Message("assistant" if index % 2 else "user", turn) for index, turn in enumerate(turns)]


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("And in Sudan?", "What is Egypt's focus on Sudan?"),
        ("and Sudan?", "What is Egypt's focus on Sudan?"),
        ("What about Gaza?", "What is Egypt's focus on Gaza?"),
        ("How about Russia's?", "What is Russia's focus on Libya?"),
        ("Ok, what about Gaza?", "What is Egypt's focus on Gaza?"),
    ],
)
def test_another_name_takes_the_place_of_the_one_before(question, standalone):
    asked = stand_alone(question, history(FIRST, "Border security. [1]"))

    assert asked.standalone == standalone
    assert asked.text == question
    assert asked.is_follow_up


@pytest.mark.parametrize(
    ("question", "turns", "carried"),
    [
        ("Why?", ["Did wheat prices rise?", "Yes. [1]"], ["wheat", "prices", "rise"]),
        ("Who built it?", ["Where is the Dabaa plant?", "In Egypt. [1]"], ["Dabaa", "plant"]),
        ("And who else was there?", ["Who received Lavrov in Cairo?", "El-Sisi did. [1]"], ["Lavrov", "Cairo"]),
    ],
)
def test_what_a_pointer_leaves_unsaid_is_carried_over(question, turns, carried):
    asked = stand_alone(question, history(*turns))

    assert asked.standalone.startswith(question)
    assert all(word in asked.standalone for word in carried)


@pytest.mark.parametrize(
    ("question", "is_follow_up"),
    [
        ("What are the side effects?", True),
        ("Are there any other options?", True),
        ("What are the side effects of aspirin?", False),
        ("What is a genre?", False),
    ],
)
def test_a_thing_of_something_unsaid_takes_the_topic_over(question, is_follow_up):
    asked = stand_alone(question, history("How does melatonin help sleep?", "It calms. [1]"))

    assert asked.is_follow_up is is_follow_up
    assert ("melatonin" in asked.standalone) is is_follow_up


@pytest.mark.parametrize(
    ("earlier", "question", "standalone"),
    [
        ("What is throat cancer?", "Is it treatable?", "Is throat cancer treatable?"),
        ("What is throat cancer?", "What are its symptoms?", "What are throat cancer’s symptoms?"),
        (
            "Tell me of consuming energy drinks.",
            "Where are they sold?",
            "Where are energy drinks sold?",
        ),
        ("What causes acid reflux in the morning?", "Can it be cured?", "Can acid reflux be cured?"),
        ("Tell me about the Lunar Gateway station.", "Who pays for it?", "Who pays for Lunar Gateway station?"),
    ],
)
def test_it_and_they_become_what_was_spoken_of(earlier, question, standalone):
    asked = stand_alone(question, history(earlier))

    assert asked.standalone == standalone
    assert asked.beside.startswith(question)
    assert all(words in asked.beside for words in asked.carried)
    assert [wording for _, wording in asked.wordings] == [standalone, asked.beside, question]


@pytest.mark.parametrize(
    ("turns", "question"),
    [
        (["Where is the Dabaa plant?", "In Egypt. [1]"], "Who built it?"),
        (["What is throat cancer?"], "How long does it take to heal?"),
        (["What is throat cancer?"], "Is it true that nobody knows?"),
    ],
    ids=["the answer may have named it", "it takes", "it is true"],
)
def test_where_it_may_be_something_else_or_nothing_the_question_keeps_its_words(turns, question):
    asked = stand_alone(question, history(*turns))

    assert asked.standalone.startswith(question)
    assert asked.beside == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did he arrive there?", "When did Sergey Lavrov arrive there? (Cairo, visited)"),
        ("Who is his deputy?", "Who is Sergey Lavrov’s deputy? (Cairo, visited)"),
    ],
)
def test_he_and_his_become_the_person_spoken_of(question, expected):
    asked = stand_alone(question, history("Who visited Cairo?", "Sergey Lavrov visited Cairo. [1]"))

    assert asked.standalone == expected


@pytest.mark.parametrize(
    ("earlier", "told", "question", "standalone"),
    [
        ("Who is Leonard Pask?", "The Court of Appeal on Tuesday quashed the conviction of Leonard Pask.",
         "How long did he serve?", "How long did Leonard Pask serve? (Court of Appeal)"),
        ("Who wrote Salt Mass?", "Eleni Kastanaki wrote it in exile.", "Was she married?",
         "Was Eleni Kastanaki married? (Salt Mass, wrote)"),
        ("Where was Imran Dar?", "He stood outside the Crown Court on Tuesday.", "What did he say?",
         "What did Imran Dar say? (Crown Court)"),
    ],
)  # fmt: skip
def test_he_is_whom_the_question_was_about_or_whom_its_answer_named(earlier, told, question, standalone):
    assert stand_alone(question, history(earlier, told)).standalone == standalone


def test_a_second_follow_up_still_knows_the_first_question():
    asked = stand_alone("And in Sudan?", history(FIRST, "Borders.", "What about Gaza?", "Ceasefire."))

    assert "Egypt's focus" in asked.standalone
    assert "Sudan" in asked.standalone


@pytest.mark.parametrize(
    "question",
    [
        "Hello",
        "Thanks!",
        "Thank you very much",
        "ok",
        "Who received Lavrov in Cairo?",
        "When was the Dabaa plant agreed on?",
        "Is there a nuclear plant in Egypt?",
        "What did officials say that Egypt expects of Rosatom?",
        "What did Egypt say about its borders?",
        "Which countries have both ports and harbours?",
    ],
)
def test_a_greeting_or_a_complete_question_is_left_as_it_is(question):
    asked = stand_alone(question, history(FIRST, "Border security. [1]"))

    assert (asked.standalone, asked.carried, asked.is_follow_up) == (question, (), False)


@pytest.mark.parametrize("turns", [[], [""], ["  "]], ids=["none", "empty", "blank"])
def test_without_earlier_questions_nothing_is_carried(turns):
    assert stand_alone("And in Sudan?", history(*turns)).standalone == "And in Sudan?"


@given(st.text(), st.lists(st.text(max_size=60), max_size=4))
def test_any_conversation_gives_a_question_that_keeps_its_words_or_swaps_them(question, turns):
    asked = stand_alone(question, history(*turns))

    assert asked.text == " ".join(question.split())
    if not asked.is_follow_up:
        assert asked.carried == ()
