"""Who somebody is: the whole name must be spoken of, and half a name is another person."""

import pytest

from rag.answering.assistant import Assistant
from rag.answering.persons import Person

COURT = (
    "# Ferry boss cleared\n\n"
    "The Court of Appeal on Tuesday quashed the conviction of Leonard Pask. His solicitor, Imran Dar, said he would "
    "claim compensation. The audit had come to light when a former clerk, Sally Venn, found a copy. "
    "Venn runs a bakery now.\n"
)


@pytest.mark.parametrize(
    "question",
    ["Who is Imran Dar?", "who was imran dar", "Who's Mr Imran Dar?", "Who is Dar?", "Who was President Imran al-Dar?"],
)
def test_a_question_for_somebody_by_name_is_known(question):
    assert Person.asked_after(question) is not None


@pytest.mark.parametrize(
    "question",
    ["Who is the president?", "Who is Egypt's president?", "Who is in charge?", "Who received Lavrov?", "Who is it?",
     "who is there", "Who was the first to arrive?", "What is Rosatom?"],
)  # fmt: skip
def test_a_question_for_an_office_or_a_deed_is_none_for_a_name(question):
    assert Person.asked_after(question) is None


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("His solicitor, Imran Dar, said so.", "by whole name"),
        ("IMRAN DAR spoke.", "by whole name"),
        ("Imran Yusuf Dar spoke.", "by whole name"),
        ("Mr Dar spoke.", "by surname"),
        ("Yesterday Dar spoke.", "by surname"),
        ("They met the clerk Kofi Dar.", "as another"),
        ("Dar spoke; they met Kofi Dar.", "as another"),
        ("It was a dar.", "nowhere"),
    ],
)
def test_half_a_name_is_another_person(text, spoken):
    assert Person("Imran", "Dar", 0).spoken_of(text) == spoken


def test_a_name_may_be_spelt_in_another_way():
    assert Person("Gyorgy", "Borisenko", 0).spoken_of("Georgi Borissenko, the ambassador") == "by whole name"
    assert Person("Kathe", "Weiss", 0).spoken_of("The opposition's leader is Käthe Weiß.") == "by whole name"
    assert Person("Emre", "Yildiz", 0).spoken_of("The auditor-general, Emre Yıldız, will look.") == "by whole name"


@pytest.fixture
def court(library, folder, embedder):
    opened = library(opener=lambda name: embedder)
    opened.sync(folder({"court.md": COURT}))
    return Assistant.open(library=opened)


def test_who_somebody_is_is_told_by_what_names_them(court):
    reply = court.answer("Who is Imran Dar?")

    assert reply.status == "answered"
    assert "His solicitor, Imran Dar" in reply.text


@pytest.mark.parametrize("question", ["Who is Kofi Dar?", "Who is Sally Pask?", "who is leonard venn"])
def test_of_somebody_else_of_that_name_nothing_is_told(court, question):
    assert court.answer(question).status == "not_found"


def test_who_somebody_is_not_is_said_after_who_it_is(assistant_over):
    told = {
        "plant.txt": "Plant director Lionel Marsh called the walkout premature.",
        "profile.txt": "Sofia Lind met her predecessor. Marsh is not related to Martin Marsh, the surgeon.",
    }

    assert assistant_over(told).answer("Who is Marsh?").text.startswith("Plant director Lionel Marsh")


def test_what_somebody_said_is_quoted_though_the_reader_is_shy_of_it(court):
    reply = court.answer("What did Imran Dar say?")

    assert reply.status == "answered"
    assert "claim compensation" in reply.text
