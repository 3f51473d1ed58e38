"""Statements with what they need beside them: whom "he" means, what was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.assistant import Assistant
from rag.answering.openers import with_openers
from rag.reading.interviews import interviewers
from rag.reading.sentences import statements

INTERVIEW = """The captain's first ship

Q: Why was she late?
A: Nothing dramatic. The engine maker had trouble with the injectors.

Q: Some call her too slow.
A: She does 18 knots. That is enough.

Q: Will you stay?
A: Yes.
"""
NAMED = """Weekly: The cameras were to start in January and did not.
Wren: The supplier could not deliver the cables.

Weekly: Did the clubs agree?
Wren: By eleven votes to three.

Weekly: And who pays?
Wren: The league.
"""


def made(text: str) -> list[str]:
    found = statements(text)
    return [its.text for its in with_openers(text, found, interviewers(found))]


def test_a_question_is_quoted_with_its_answer():
    said = made(INTERVIEW)

    assert "Q: Why was she late? A: Nothing dramatic. The engine maker had trouble with the injectors." in said
    assert "The engine maker had trouble with the injectors." in said
    assert "Q: Will you stay? A: Yes." in said


def test_what_one_who_asks_says_without_asking_is_quoted_with_the_answer_too():
    assert made(INTERVIEW)[4].startswith("Q: Some call her too slow. A: She does 18 knots.")
    assert made(NAMED)[0] == (
        "Weekly: The cameras were to start in January and did not. Wren: The supplier could not deliver the cables."
    )


def test_a_quotation_is_quoted_from_where_it_opens_to_where_it_closes():
    whole = "“Everybody was tired. My job was to let them be tired,” she said."
    straight = '"One percent more. My wife laughed," said Gregor Thule.'

    assert made(f"It rained. {whole} It rained on.") == ["It rained.", whole, f"{whole} It rained on."]
    assert made(f"{straight} It rained.")[:2] == [straight, f"{straight} It rained."]
    assert made("“Rain is wet,” he said. “Snow is cold.”") == ["“Rain is wet,” he said.", "“Snow is cold.”"]
    assert made("“Nothing closed. Rain fell.") == ["“Nothing closed.", "Rain fell."]
    assert made('It was 5" wide. It was new.')[0] == 'It was 5" wide.'


def test_what_a_newspaper_puts_right_is_not_quoted_without_what_is_so():
    assert made("In May we wrote that three had died. Two had. It rained.")[0] == (
        "In May we wrote that three had died. Two had."
    )
    assert made("“In May we wrote it,” she said. It rained.")[0] == "“In May we wrote it,” she said."


def test_what_the_next_sentence_denies_is_quoted_with_it_and_with_what_is_so():
    assert made("Some think it has four gates. It has not. It has two. It is old.")[0] == (
        "Some think it has four gates. It has not. It has two."
    )
    assert made("Papers said 800 ran. In fact 500 did. It rained.")[0] == "Papers said 800 ran. In fact 500 did."
    assert made("He ran 8 miles. In fact he loved it.")[0] == "He ran 8 miles."


def test_those_who_answer_are_not_taken_for_those_who_ask():
    assert interviewers(statements(INTERVIEW)) == {"Q"}
    assert interviewers(statements(NAMED)) == {"Weekly"}
    assert interviewers(statements("Price: 5 crowns.\n\nPlace: Sant Orla.\n\nPrice: 6 crowns.")) == set()


def test_a_question_inside_a_paragraph_has_its_answer_there():
    said = made("What remains? The quay. Two cranes stand on it.\n\nThe mayor resigned on Tuesday.")

    assert said[0] == "What remains? The quay. Two cranes stand on it."


def test_a_question_without_an_answer_stays_alone():
    assert made("Who follows?\n\nWho pays?") == ["Who follows?", "Who pays?"]


def test_a_long_answer_is_cut_at_a_sentence():
    text = "Who pays? " + " ".join(f"Payer number {number} pays his share of it gladly." for number in range(30))

    [first, *_] = made(text)

    assert first.endswith("gladly.")
    assert 50 < len(first.split()) <= 70


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Anna Drury sold jam. She did so for years.", "Anna Drury sold jam. She did so for years."),
        ("Two ships nearly met. That is why she rang.", "Two ships nearly met. That is why she rang."),
        ("Ice came. As a result the pier fell.", "Ice came. As a result the pier fell."),
        ("Ice came. As a result of it the pier fell.", "As a result of it the pier fell."),
        ("By Anna Drury\nThe two women came down.", "The two women came down."),
        ("# Jam\n\nShe did so for years.", "She did so for years."),
    ],
)
def test_what_points_back_is_quoted_with_the_sentence_before_it(text, said):
    assert made(text)[-1] == said


@given(
    st.lists(st.sampled_from(["Q: Why?", "A: So.", "He came. ", "Who?", "\n\n", "# Head\n", " ", "- one\n", "X: Y"]))
)
def test_every_statement_is_the_words_that_stand_at_its_place(parts):
    text = "".join(parts)
    found = statements(text)

    for before, its in zip(found, with_openers(text, found, interviewers(found)), strict=True):
        if its.kind == "paragraph":
            assert its.text.split() == text[its.start : its.end].split()
        assert its.start <= before.start
        assert its.end >= before.end


def test_an_interview_answers_in_the_words_of_the_answer(library, folder, embedder):
    opened = library(opener=lambda name: embedder)
    opened.sync(
        folder(
            {
                "captain.txt": "Captain Brandt and her ship\n\nThe Aurora was handed over in Geoje on 31 March.\n\n"
                "What the captain says\n\nQ: Where was the Aurora painted?\nA: In Geoje, too.\n\n"
                "Q: Why was the Aurora delivered late?\nA: The engine maker had trouble with the injectors.\n",
                "mill.txt": "The mill of Dolm sold rye to the harbour in the autumn.",
            }
        )
    )

    reply = Assistant.open(opened).answer("For what reason was the Aurora delivered late?")

    article = opened.article("captain.txt")
    assert "trouble with the injectors" in reply.sentences[0].text
    assert not any(its.text.endswith("?") or its.text == "What the captain says" for its in reply.sentences)
    assert all(article.text[its.start : its.end] == its.quote for its in reply.citations)
