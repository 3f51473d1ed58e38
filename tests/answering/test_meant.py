"""What is asked about and not what stands beside it: the cell, the year, what was put right, what is not so."""

from __future__ import annotations

import pytest

from rag.answering.assistant import Assistant

ARTICLES = {
    "table.md": (
        "# Results 2024\n\n| Team | Played | Won | Points |\n|---|---|---|---|\n| Hellvik | 22 | 15 | 47 |\n"
        "| Korsvatn | 22 | 14 | 46 |\n| Mo | 22 | 3 | 12 |\n"
    ),
    "council.txt": (
        "The town council\n\nCouncillor Solberg proposed opening the library on Sundays. The cost of 58,000 crowns was "
        "too high for Ruth Askew. The proposal was deferred to the meeting of 9 September.\n\nThe mayor thanked all.\n"
    ),
    "votes.md": (
        "# The election\n\n## Results of the first round\n\n| Candidate | Votes |\n|---|---|\n"
        "| Rosalind Pike | 6,204 |\n| Aldous Tarn | 5,377 |\n| Beatrix Odum | 1,694 |\n\n"
        "## Results of the second round\n\n| Candidate | Votes |\n|---|---|\n"
        "| Aldous Tarn | 8,240 |\n| Rosalind Pike | 7,728 |\n"
    ),
    "pots.md": (
        "# Price list of the pottery\n\n| Item | Size | Price |\n|---|---|---|\n| Bowl | small | 12 |\n"
        "| Bowl | large | 19 |\n| Vase | big | 80 |\n"
    ),
    "fees.md": "---\ndate: 2024-02-01\n---\nThe port raises its fees. Cruise ships pay 14 crowns per passenger.\n",
    "fees2.md": (
        "---\ndate: 2024-02-08\n---\nCorrection: cruise ships pay 41 crowns per passenger, not 14 as we wrote on "
        "1 February.\n"
    ),
    "ward.md": "---\ndate: 2025-02-10\n---\nEleven patients fell ill in the clinic at Ostry and three of them died.\n",
    "ward2.md": (
        "---\ndate: 2025-02-21\n---\nIn our report on the patients who fell ill in the clinic at Ostry we wrote that "
        "three died. The inspectors say that two did.\n"
    ),
    "race.txt": (
        "Marathon\n\nSome newspapers reported that 8,000 people ran. In fact only 5,412 did, says the organiser.\n"
    ),
    "tides.txt": "Tides\n\nSome people think that the fjord has four tides a day. It has not. It has two.\n",
    "life.txt": (
        "Painter Ragnar Lunde\n\nRagnar Lunde (born 4 April 1902 in Hamar; died 9 June 1977 in Lyon) was a painter. "
        "He was married to Agathe Rousseau. He lived in Paris from 1925 to 1931 and in Lyon from 1931.\n"
    ),
    "strike.txt": (
        "Strike ends\n\nNurses went back to work on Saturday after 19 days of strike. The strike was the longest in "
        "the county since 1982, when porters stayed away for 26 days.\n"
    ),
    "ferry.txt": (
        "Ferry timetable\n\nFrom 1 June the ferry leaves at 7.15 and 18.05. A single ticket costs 64 crowns, children "
        "under 12 travel free. Dogs pay half.\n"
    ),
}


@pytest.fixture(scope="module")
def assistant(assistant_over) -> Assistant:
    return assistant_over(ARTICLES)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many points does Korsvatn have?", ["Korsvatn – Points: 46"]),
        ("How many games did Korsvatn win?", ["Korsvatn – Won: 14"]),
        ("How much does a large bowl cost?", ["Bowl, large – Price: 19"]),
    ],
)
def test_the_cell_of_the_row_and_the_column_that_are_asked_for_is_said_alone(assistant, question, said):
    assert [sentence.text for sentence in assistant.answer(question).sentences] == said


def test_whether_it_came_to_that_is_told_with_the_sentence_that_decides(assistant):
    reply = assistant.answer("Did the council open the library on Sundays?")

    assert "proposed opening the library" in reply.sentences[0].text
    assert reply.sentences[1].text == "The proposal was deferred to the meeting of 9 September."


def test_of_two_tables_the_heading_tells_which_is_asked_about(assistant):
    first, second = (
        assistant.answer(f"How many votes did Aldous Tarn get in the {which} round?") for which in ("first", "second")
    )
    missing = assistant.answer("How many votes did Beatrix Odum get in the second round?")

    assert first.sentences[0].text == "Aldous Tarn – Votes: 5,377"
    assert second.sentences[0].text == "Aldous Tarn – Votes: 8,240"
    assert (missing.status, missing.notice) == (
        "not_found",
        "What comes nearest says “first round”, not “second round”.",
    )


def test_what_a_later_article_puts_right_stands_first_and_what_it_replaces_beside_it(assistant):
    reply = assistant.answer("How much do cruise ships pay per passenger?")

    assert reply.short == "41 crowns"
    assert [citation.source for citation in reply.citations] == ["fees2.md", "fees.md"]
    assert reply.notice == "[1] (2024-02-08) replaces what [2] (2024-02-01) says."


def test_what_a_newspaper_wrote_and_puts_right_is_no_answer(assistant):
    reply = assistant.answer("How many patients died in the clinic at Ostry?")

    assert reply.sentences[0].text.endswith("we wrote that three died. The inspectors say that two did.")
    assert "three" not in reply.short
    assert reply.notice == "[1] (2025-02-21) replaces what [2] (2025-02-10) says."


@pytest.mark.parametrize(
    ("question", "wrong", "right"),
    [
        ("How many people ran?", "8,000", "only 5,412"),
        ("How many tides a day does the fjord have?", "four", "It has two."),
    ],
)
def test_what_the_next_sentence_denies_is_quoted_with_it_and_no_short_answer(assistant, question, wrong, right):
    reply = assistant.answer(question)

    assert right in reply.sentences[0].text
    assert wrong not in reply.short


def test_a_year_between_two_that_are_told_is_one_of_them(assistant):
    assert "Paris from 1925 to 1931" in assistant.answer("Where did Ragnar Lunde live in 1928?").sentences[0].text


def test_what_was_so_at_an_earlier_time_to_compare_with_is_not_said_first(assistant):
    now, then = map(assistant.answer, ("How long did the strike last?", "How long did porters stay away in 1982?"))

    assert "19 days" in now.sentences[0].text
    assert then.short == "26 days"


def test_a_sentence_of_three_words_is_an_answer(assistant):
    assert "Dogs pay half." in assistant.answer("Do dogs travel free on the ferry?").text
