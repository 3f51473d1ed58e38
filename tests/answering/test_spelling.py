"""What a question looks like to a reader that knows names by their letters."""

from __future__ import annotations

import pytest

from rag.answering.asked import words_asked
from rag.answering.spelling import as_spelt
from rag.core.settings import Settings
from rag.search.followups import Question
from rag.search.library import Library
from tests.doubles import WordEmbedder

TEXT = "Sergei Lavrov received Badr Abdel Atty in the Rosatom building. Anthony Blinken had planned to come."


@pytest.fixture
def library(tmp_path):
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "talks.txt").write_text(TEXT)
    (articles / "notes.txt").write_text("Paulina Drewe chairs the talks.")
    found = Library.open(tmp_path / "library", Settings(), lambda name: WordEmbedder())
    found.sync(articles)
    return found


@pytest.mark.parametrize(
    ("question", "spelt"),
    [
        pytest.param(
            "Whom did Sergey Lavrow receive?", "Whom did Sergei Lavrov receive?", id="other vowels and sounds"
        ),
        pytest.param("what does abdelatty want", "what does Abdel Atty want", id="in small letters, and in two parts"),
        pytest.param("Where is Ros-Atom?", "Where is Rosatom?", id="in one part"),
        pytest.param("Why did Anthony Blinken come?", "Why did Anthony Blinken come?", id="as the text has it"),
        pytest.param("What had been planned?", "What had been planned?", id="no name"),
    ],
)
def test_a_name_is_asked_for_as_the_passage_spells_it(library, question, spelt):
    words = words_asked(Question(question, question), library.words)

    assert as_spelt(question, words, TEXT) == spelt


def test_a_word_that_only_sounds_like_a_name_stays(library):
    question = "What is the plan for the talks?"
    (library.folder.parent / "articles" / "plan.txt").write_text("The plan is simple.")
    library.sync(library.folder.parent / "articles")

    words = words_asked(Question(question, question), library.words)

    assert as_spelt(question, words, "Paulina Drewe chairs the talks.") == question
