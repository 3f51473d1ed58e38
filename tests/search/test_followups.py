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
        ("What happened then?", ["Did wheat prices rise?", "Yes. [1]"], ["wheat", "prices", "rise"]),
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
        (["How is heartburn treated?", "With Omedran. [1]"], "Is it dear?"),
        (["What is throat cancer?"], "How long does it take to heal?"),
    ],
    ids=["the answer may have named it", "it takes"],
)
def test_where_it_may_be_something_else_or_nothing_the_question_keeps_its_words(turns, question):
    asked = stand_alone(question, history(*turns))

    assert asked.standalone.startswith(question)
    assert asked.beside == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did he arrive there?", "When did Sergey Lavrov arrive there? (Cairo, visited)"),
        ("Who is his deputy?", "Who is Sergey Lavrov’s deputy?"),
        ("What is his name?", "Who is Sergey Lavrov?"),
        ("Who met him?", "Who met Sergey Lavrov?"),
        ("Does the minister like him?", "Does the minister like Sergey Lavrov?"),
        ("Which Egyptian minister was there with him?", "Which Egyptian minister was there with Sergey Lavrov?"),
    ],
)
def test_he_and_his_become_the_person_spoken_of(question, expected):
    asked = stand_alone(question, history("Who visited Cairo?", "Sergey Lavrov visited Cairo. [1]"))

    assert asked.standalone == expected


def test_what_else_was_spoken_of_is_searched_for_and_not_asked_about():
    asked = stand_alone("Who is his deputy?", history("Who visited Cairo?", "Sergey Lavrov visited Cairo. [1]"))

    assert [wording for _, wording in asked.wordings] == [
        "Who is Sergey Lavrov’s deputy? (Cairo, visited)",
        "Who is his deputy?",
    ]


@pytest.mark.parametrize(
    ("earlier", "told", "question", "standalone"),
    [
        ("Did Rattan resign?", "Yes. [1]", "Why?", "Why did Rattan resign?"),
        ("When did Rattan resign?", "On Monday. [1]", "and why exactly?", "Why exactly did Rattan resign?"),
        ("Were the owners fined?", "Yes. [1]", "What for?", "Why were the owners fined?"),
        ("Who won the run-off?", "Mwangi. [1]", "With how many votes?", "With how many votes won the run-off?"),
        ("Who was sacked?", "**Dev Rattan** – It sacked Dev Rattan. [1]", "When?", "When was Dev Rattan sacked?"),
        ("Which country pulled out?", "Tavria. [1]", "Why?", "Why was it that the country pulled out?"),
        ("Which medal did Dunne win?", "Gold. [1]", "Where?", "Where did Dunne win the medal?"),
        ("In which year did Dunne win gold?", "In 2012. [1]", "Where?", "Where did Dunne win gold?"),
        ("What happened to the mill?", "It burned. [1]", "And when?", "When did it happen to the mill?"),
        ("What was the turnover in 2022?", "12 million. [1]", "And in 2023?", "What was the turnover in 2023?"),
        ("What was the turnover?", "12 million. [1]", "And last year?", "What was the turnover last year?"),
        ("How long was Liam Cotter banned?", "Eight years, Rhys Fennimore for one. [1]", "and fennimore?",
         "How long was Fennimore banned?"),
        ("What did Ilse Maranov say?", "“He was loud,” said Teodor Hask. [1]", "And he?", "What did Teodor Hask say?"),
        ("Who signed?", "The minister. [1]", "And Cotter, what did he get?", "what did Cotter get?"),
        ("What was the turnover in 2023?", "", "And the year before?", "What was the turnover in 2022?"),
        ("What was the turnover in 2023?", "", "What about the following year?", "What was the turnover in 2024?"),
        ("How many ships came in 2020?", "", "and in the previous year?", "How many ships came in 2019?"),
    ],
)  # fmt: skip
def test_half_a_question_is_asked_whole(earlier, told, question, standalone):
    assert stand_alone(question, history(earlier, told)).plain == standalone


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("No, I meant the premier: what were her words?", "what were the premier’s words?"),
        ("I don't mean the lower house but the senate. Who chairs it?", "Who chairs the senate?"),
        ("Not that stake, the one in the farm. Who bought it?", "Who bought the stake in the farm?"),
        ("No, not the first vote, the second vote", "How did the second vote end?"),
        ("I meant the second vote", "How did the second vote end?"),
    ],
)
def test_a_correction_puts_what_was_meant_in_its_place(question, standalone):
    asked = stand_alone(question, history("How did the first vote end?", "By 78 votes to 71. [1]"))

    assert asked.plain == standalone


@pytest.mark.parametrize(
    ("told", "question", "standalone"),
    [
        ("Fjordvakt's lawyer, Nils Aasen, spoke of half a victory. [1]", "who is that lawyer?", "who is Nils Aasen?"),
        ("It belongs to the firm Dunmore Dredging. [1]", "What does that firm do?", "What does Dunmore Dredging do?"),
        ("Samir told Egypt and Sky News. [1]", "whom did they tell that to?",
         "whom did they tell that to? (Samir, Egypt, came)"),
        ("Built by Tolland Brothers Ltd of Gloucester. [1]", "How old is this company?",
         "How old is Tolland Brothers Ltd?"),
    ],
)  # fmt: skip
def test_that_lawyer_is_whom_the_answer_calls_so(told, question, standalone):
    assert stand_alone(question, history("What came of it?", told)).standalone == standalone


@pytest.mark.parametrize(
    ("earlier", "told", "question", "standalone"),
    [
        ("When did the dockers' strike in Averil end?", "In June, says Edith Vorm. [1]", "How long did it last?",
         "How long did the dockers' strike last?"),
        ("Who led the inquiry into the collision?", "Helve Pärn led it. [1]", "What came out of it?",
         "What came out of the inquiry?"),
        ("Which ship sank?", "The container ship (4,300 TEU) hit the dredger Grebe. [1]", "Who owned it?",
         "Who owned Grebe?"),
        ("Where is the Dabaa plant?", "In Egypt. [1]", "Who built it?", "Who built Dabaa plant?"),
        ("What is Egypt's most important project?", "The Dabaa plant. [1]", "Who built it?",
         "Who built it? (Dabaa, Egypt, project)"),
    ],
)  # fmt: skip
def test_it_is_the_thing_that_was_asked_about_or_that_the_answer_named(earlier, told, question, standalone):
    assert stand_alone(question, history(earlier, told)).standalone == standalone


def test_what_an_unclear_question_stood_for_is_known_to_the_next():
    told = "Ilse Maranov met Teodor Hask. [1]"

    asked = stand_alone(
        "Why?", history("Who met Hask?", told, "When did she leave?", "The articles do not answer this.")
    )

    assert asked.plain == "Why did Ilse Maranov leave?"


def test_a_dateline_and_a_speaker_are_nobody_who_is_spoken_of():
    told = "LUNN, 11 March 2024 (Amber Wire) – Touchline: Did you regret it? The league gave Luckyhorn up. [1]"

    asked = stand_alone("Who came in its place?", history("Which sponsor was dropped?", told))

    assert asked.standalone == "Who came in Luckyhorn’s place?"


@pytest.mark.parametrize("opening", ["New topic. ", "OK, another subject: ", "Something different now: "])
def test_another_topic_begins_anew(opening):
    asked = stand_alone(f"{opening}How deep is the basin of Calder?", history(FIRST, "Border security. [1]"))

    assert (asked.standalone, asked.carried) == ("How deep is the basin of Calder?", ())


@pytest.mark.parametrize(
    ("earlier", "told", "question", "standalone"),
    [
        ("Who is Leonard Pask?", "The Court of Appeal on Tuesday quashed the conviction of Leonard Pask.",
         "How long did he serve?", "How long did Leonard Pask serve?"),
        ("Who wrote Salt Mass?", "Eleni Kastanaki wrote it in exile.", "Was she married?",
         "Was Eleni Kastanaki married?"),
        ("Where was Imran Dar?", "He stood outside the Crown Court on Tuesday.", "What did he say?",
         "What did Imran Dar say?"),
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
        "Which Egyptian minister said he would come?",
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


def test_a_team_is_never_she():
    told = "Marrick Town won the Northern Shield, said Freya Dunmore of the Crane Cup."
    history = [Message("user", "Who won?"), Message("assistant", told)]

    assert "Freya Dunmore" in stand_alone("Did she see the goal?", history).standalone


def test_a_question_in_which_a_person_was_put_is_clear_though_it_means_more():
    history = [
        Message("user", "Who designed the Kestrow Bridge?"),
        Message("assistant", "**Ingrid Sallow** – She did."),
    ]

    asked = stand_alone("How old was she when she drew it up?", history)

    assert asked.standalone.startswith("How old was Ingrid Sallow when she drew it up?")
    assert not asked.is_unclear
