"""What a question looks like to a reader that knows names by their letters."""

from __future__ import annotations

import pytest

from rag.answering.asked import words_asked
from rag.answering.spelling import as_spelt
from rag.search.followups import Question

TEXT = (
    "Sergei Lavrov received Badr Abdel Atty in the Rosatom building. Anthony Blinken had planned to come. "
    "Käthe Weiß greeted them."
)


@pytest.fixture
def words_of(library, folder):
    """The words of a question, as a library of these articles knows them."""

    def words_of(question: str, **more: str):
        opened = library()
        notes = {"talks.txt": TEXT, "notes.txt": "Paulina Drewe chairs the talks."}
        opened.sync(folder(notes | {f"{name}.txt": text for name, text in more.items()}))
        return words_asked(Question(question, question), opened.words)

    return words_of


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
        pytest.param("Whom did Weiss greet?", "Whom did Weiß greet?", id="without its own letters"),
    ],
)
def test_a_name_is_asked_for_as_the_passage_spells_it(words_of, question, spelt):
    assert as_spelt(question, words_of(question), TEXT) == spelt


def test_a_word_that_only_sounds_like_a_name_stays(words_of):
    question = "What is the plan for the talks?"

    words = words_of(question, plan="The plan is simple.")

    assert as_spelt(question, words, "Paulina Drewe chairs the talks.") == question


@pytest.mark.parametrize(
    ("question", "text", "spelt"),
    [
        (
            "Why did Washington freeze it?",
            "Then the United States froze it.",
            "Why did the United States freeze it?",
        ),
        ("What does the US want?", "Washington wants peace.", "What does Washington want?"),
        ("What do the Egyptians want?", "Egyptian officials want peace.", "What do the Egyptians want?"),
        ("What does Moscow want in Cairo?", "Russia spoke in Cairo.", "What does Russia want in Cairo?"),
        ("What does Moscow want?", "Russian officials spoke.", "What does Moscow want?"),
        ("What does Moscow want?", "Nothing is said of it.", "What does Moscow want?"),
    ],
)
def test_a_country_is_asked_for_as_the_passage_speaks_of_it(question, text, spelt):
    assert as_spelt(question, [], text) == spelt


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Cotter received 40,000 pounds in cash.", "How much did Cotter get?"),
        ("Liam Cotter received 40,000 pounds.", "How much did Liam Cotter get?"),
        ("Rhys Cotter received 40,000 pounds.", "How much did Liam Cotter get?"),
        ("Liam, the captain, was paid. Cotter received it.", "How much did Liam Cotter get?"),
    ],
    ids=["by surname alone", "by his whole name", "another Cotter", "by his first name too"],
)
def test_somebody_is_asked_for_by_surname_where_the_passage_calls_nobody_else_so(words_of, text, asked):
    question = "How much did Liam Cotter get?"

    assert as_spelt(question, words_of(question), text) == asked
