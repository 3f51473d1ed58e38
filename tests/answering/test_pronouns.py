"""What is told of somebody by `she` or `his`, in a sentence that has no name."""

from __future__ import annotations

import pytest

from rag.answering.asked import Terms, Word
from rag.answering.pronouns import meant
from rag.core.types import Passage
from rag.reading.sentences import statements

TEXT = "Ottilie Varga builds organs. She works in a chapel. The chapel is old. His son Emil paints."
ARTICLES = {
    "obituary.md": (
        "---\ntitle: Wilhelmina Crane, swimming teacher\ndate: 2025-04-02\n---\n"
        "Wilhelmina Crane, who has died aged 88, taught three generations of Halden Ferry to swim.\n\n"
        "Born over a bakery, she was thrown into the river by an uncle. She retired in 1997, when the baths were shut, "
        "and then bred bees.\n\n"
        "In 1957 she married Aram Crane, a violinist. They lived in Ostry with a cat.\n"
    ),
    "baths.md": (
        "---\ntitle: Baths of Halden Ferry to be sold\ndate: 2025-06-01\n---\n"
        "The old baths of Halden Ferry, where Wilhelmina Crane taught, are to be sold for 240,000 crowns.\n\n"
        "The mayor, Jo Pell, said that nobody had swum there for eleven years.\n"
    ),
}


@pytest.fixture(scope="module")
def passage() -> Passage:
    return Passage(id="a", source="a.md", start=0, end=len(TEXT), text=TEXT, title="", section="", date=None)


@pytest.mark.parametrize(
    ("place", "share"),
    [
        (0, 0.0),  # has the name itself
        (1, 0.9 * 2 / 3),
        (2, 0.0),  # has no pronoun
        (3, 0.9 * 2 / 3),
    ],
)
def test_a_pronoun_counts_for_the_name_before_it_nearly_as_much_as_the_name(passage, place, share):
    words = [Word("Varga", "varga", "vrg", 2.0, is_known=True, is_written=True),
             Word("work", "work", "", 1.0, is_known=True, is_written=True)]  # fmt: skip
    statement = statements(TEXT)[place]

    assert meant(words, passage, statement, Terms.of(statement.text)) == pytest.approx(share)


def test_a_name_that_comes_later_is_not_meant(passage):
    words = [Word("Emil", "emil", "", 1.0, is_known=True, is_written=True)]
    statement = statements(TEXT)[1]

    assert meant(words, passage, statement, Terms.of(statement.text)) == 0.0


def test_when_she_retired_is_told_by_the_sentence_that_says_she(assistant_over):
    answer = assistant_over(ARTICLES).answer("When did Wilhelmina Crane retire?")

    assert "She retired in 1997" in answer.sentences[0].text
