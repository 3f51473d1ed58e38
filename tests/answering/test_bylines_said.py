"""A line that says who wrote the article is said only where nothing else answers."""

from __future__ import annotations

import pytest

from rag.answering.assistant import Assistant

ARTICLES = {
    "clone.md": (
        "# Ancient clone may be the oldest living thing\n\nBy Dr Noor Abadi, Science Editor\n\n19 February 2025\n\n"
        "A meadow of seagrass off the island of Vorme took root about 1,450 years ago, researchers say.\n\n"
        "Pascal Verhaegen, of the Marine Institute, doubts the age and says that the clock may run slow.\n\n"
        "(Reporting by Petar Vuk; Editing by Joan Ridley)\n"
    ),
    "port.md": "# Port closes\n\nBy Karel Dunne\n\nThe port of Lorne closed on Monday, said its director, Ada Quill.\n",
}


@pytest.fixture(scope="module")
def assistant(assistant_over) -> Assistant:
    return assistant_over(ARTICLES)


def test_neither_a_byline_nor_a_credit_is_said_beside_an_answer(assistant):
    answer = assistant.answer("Who doubts the age of the clone?")

    assert "Verhaegen" in answer.sentences[0].text
    assert not any("Abadi" in cited.quote or "Vuk" in cited.quote for cited in answer.citations)


def test_who_somebody_is_may_stand_in_a_byline(assistant):
    assert "Science Editor" in assistant.answer("Who is Noor Abadi?").text
