"""Where several things are asked for, a list or a column is quoted whole."""

from __future__ import annotations

import pytest

from rag.answering.assistant import Assistant
from rag.answering.lists import asks_for

MEETING = """The harbour council met in Alba on 3 October 2024 and chose who leads the new pilots.

| Post | Name |
|---|---|
| Commander | Eva Lund |
| Deputy commander | Omar Said |
| Head of dredging | Ines Costa |

The pilot office is paid for by:

- Loan from the Coast Bank – 4 million crowns
- Grant from the Sea Fund – 2 million crowns
- Sale of the old quay – 1 million crowns

It opens in March 2025 with a staff of 40.
"""


@pytest.fixture(scope="module")
def harbour(assistant_over) -> Assistant:
    return assistant_over({"meeting.txt": MEETING})


def quotes(assistant: Assistant, question: str) -> list[str]:
    return [citation.quote for citation in assistant.answer(question).citations]


def test_a_column_is_quoted_whole_where_several_are_asked_for(harbour):
    reply = harbour.answer("Who are the commander, the deputy commander and the head of dredging?")

    assert [sentence.text for sentence in reply.sentences] == [
        "Commander – Name: Eva Lund",
        "Deputy commander – Name: Omar Said",
        "Head of dredging – Name: Ines Costa",
    ]
    assert reply.text.splitlines()[1] == "- Deputy commander – Name: Omar Said [2]"
    assert reply.short == ""
    assert [citation.number for citation in reply.citations] == [1, 2, 3]


def test_of_a_column_only_the_rows_that_are_named_are_quoted(harbour):
    reply = harbour.answer("Who are the commander and the head of dredging, both by name?")

    assert [sentence.text for sentence in reply.sentences] == [
        "Commander – Name: Eva Lund",
        "Head of dredging – Name: Ines Costa",
    ]


def test_words_that_lead_up_to_a_list_are_quoted_with_it(harbour):
    assert quotes(harbour, "From which sources is the pilot office paid for?") == [
        "The pilot office is paid for by:",
        "Loan from the Coast Bank – 4 million crowns",
        "Grant from the Sea Fund – 2 million crowns",
        "Sale of the old quay – 1 million crowns",
    ]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Who is the deputy commander?", "Omar Said"),
        ("How large is the grant from the Sea Fund?", "2 million crowns"),
    ],
)
def test_one_thing_is_answered_by_its_own_line(harbour, question, first):
    found = quotes(harbour, question)

    assert first in found[0]
    assert len(found) <= 3


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which towns did she visit?", "many"),
        ("which three players scored", "many"),
        ("In which old quarters were houses sold?", "many"),
        ("What kinds of damage were found?", "many"),
        ("Name the two firms that won.", "many"),
        ("Who are the members of the council?", "many"),
        ("How much does each of the families get?", "many"),
        ("Who holds the four leading posts?", "many"),
        ("Who took part?", "maybe"),
        ("Which airline flies from Alba to Lorne?", "maybe"),
        ("Which company makes the trains?", "maybe"),
        ("What does the council want?", "maybe"),
        ("What did she say about the four countries?", "maybe"),
        ("Who is the mayor?", "one"),
        ("When did the two ministers meet?", "one"),
        ("How many towns did she visit?", "one"),
    ],
)
def test_whether_several_things_are_asked_for_is_told_by_the_words(question, several):
    assert asks_for(question) == several


OFFICE = """The observers at Dolm published their first report on Monday. The office has 31 staff and two cars.

4. The office recorded 23 incidents, most of them minor:

- 11 cases of smuggling, mainly diesel
- 7 violations of airspace by drones
- 4 disputes over fishing nets

5. By the end of March 6,240 people had received a pension.

The accused and their lawyers

- Lucien Vasseur – contractor – defended by Corinne Yates
- Gerard Oosting – former director – defended by Aurelio Benn
- Philippa Crane – notary – defended by Matthias Greer

Three towns in the valley want a second bridge, said the mayor of Lunn. He did not name them."""


@pytest.fixture(scope="module")
def office(assistant_over) -> Assistant:
    return assistant_over({"meeting.txt": OFFICE})


def test_a_list_is_found_by_what_announces_it_though_its_items_say_nothing_of_the_question(office):
    assert [quote.partition(" ")[0] for quote in quotes(office, "What kinds of incidents did the office count?")][
        -3:
    ] == [
        "11",
        "7",
        "4",
    ]


def test_a_list_is_found_by_the_heading_above_it(office):
    found = quotes(office, "Which lawyers defend the people on trial?")

    assert [name for name in ("Yates", "Benn", "Greer") if any(name in quote for quote in found)] == [
        "Yates",
        "Benn",
        "Greer",
    ]


def test_no_list_of_who_took_part_answers_what_was_talked_about(assistant_over):
    assistant = assistant_over(
        {
            "talks.md": "# Talks in Koss\n\nThe water of the Harr was the main thread of the talks.\n\n"
            "These were the main participants of the talks, with the posts they hold:\n\n"
            "- Ada el-Quill – President of Sorrenia\n- Bram Tolliver – Foreign Minister of Vashkar\n"
            "- Cora Lindt – Head of the Water Department\n"
        }
    )

    assert "- Cora Lindt" not in assistant.answer("What subject dominated the talks in Koss?").text
    assert "- Cora Lindt" in assistant.answer("Who were the main participants of the talks in Koss?").text


@pytest.mark.parametrize("lead", ["Weak points.", "The weak points of the prison are set out below."])
def test_a_list_is_quoted_with_what_stands_above_it(assistant_over, lead):
    report = (
        "# Report of the inspectors\n\nThe inspectors spent four days in the prison of Ostry and spoke with forty "
        f"persons.\n\n{lead}\n\n- The register of visits is kept on paper\n- Nobody counts the fruit pickers\n"
        "- The doctor comes on Tuesdays alone\n\nThe inspectors will be back in the spring, they said.\n"
    )
    assistant = assistant_over(
        {"report.md": report, "ships.md": "# Ships\n\nThe harbour took in more ships than ever.\n"}
    )

    reply = assistant.answer("What are the weak points of the prison?")

    assert [sentence.text for sentence in reply.sentences] == [
        lead,
        "The register of visits is kept on paper",
        "Nobody counts the fruit pickers",
        "The doctor comes on Tuesdays alone",
    ]
