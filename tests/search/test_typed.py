"""Typing errors in a question are put right by the words of the articles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.assistant import Assistant
from rag.search.library import Library
from rag.search.typed import Typed, respelt

ARTICLES = {
    "election.txt": (
        "Aldous Merrin won the election in Halden Ferry. The election was the first in which Merrin stood.\n\n"
        "Before the election the factory made tyres."
    ),
    "bottles.txt": "A bottle of cordial costs four crowns. Sofia Lindqvist sells it at the waterworks.",
}


@pytest.fixture
def typed(tmp_path, folder, embedder) -> Iterator[Typed]:
    """Over the real embedder, which knows what is a word."""
    opened = Library.open(tmp_path / "library", opener=lambda name: embedder)
    opened.sync(folder(ARTICLES))
    yield Typed(opened)
    opened.close()


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("Who won the elction?", "Who won the election?"),
        ("Who won the electoin?", "Who won the election?"),
        ("Who won the electtion?", "Who won the election?"),
        ("Who won the elextion?", "Who won the election?"),
        ("When did Lindqvits stand?", "When did Lindqvist stand?"),
        ("who won in halden fery?", "Who won in Halden Ferry?"),
        ("Waht did the factroy make, adn whn?", "What did the factory make, adn when?"),
        # A word that others use is meant, whatever the articles say.
        ("Who won the battle?", "Who won the battle?"),
        ("Who won in Halden in 20z5 at a@electin.org or elctions.com?",) * 2,
        ("Who said “elction”?", "Who said “elction”?"),
        ("Who was lbottle?", "Who was lbottle?"),
        ("Whats a bottle, and who didnt buy it?", "What's a bottle, and who didn't buy it?"),
        ("What is a cordal-like thing?", "What is a cordal-like thing?"),
        ("Who is Xyzzyva?", "Who is Xyzzyva?"),
    ],
)
def test_a_word_that_is_none_and_one_letter_away_from_one_of_the_articles_is_read_as_that(typed, question, read):
    assert typed.as_written(question) == read


def test_a_whole_text_stays_as_it_is(typed):
    text = (
        " ".join(f"elction{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
        + " "
        + " ".join(f"word{one}{other}" for one in "abcdefg" for other in "abcdefg")
    )

    assert typed.as_written(f"Who won the elction? {text}").startswith("Who won the elction?")


def test_what_was_read_otherwise_can_be_told(typed):
    question = "whats the elction in Halden?"

    assert respelt(question, typed.as_written(question)) == [("elction", "election")]
    assert respelt(question, "Who won the election in Halden?") == []


def test_the_answer_says_which_word_was_read_otherwise(seeds_library):
    reply = Assistant.open(seeds_library, "extractive").answer("What is Rosatom biulding in Egypt?")
    well_typed = Assistant.open(seeds_library, "extractive").answer("What is Rosatom building in Egypt?")

    assert reply.notice == "Read “biulding” as “building”; in quotation marks it is looked for as typed."
    assert (reply.question, reply.standalone_question) == ("What is Rosatom biulding in Egypt?", well_typed.question)
    assert (reply.status, reply.text) == ("answered", well_typed.text)


def test_in_an_empty_library_nothing_is_put_right(library):
    assert Typed(library()).as_written("Who won the elction?") == "Who won the elction?"


def test_what_a_later_sync_brings_is_known(typed, folder):
    typed._library.sync(folder(ARTICLES | {"new.txt": "The elction was a printing error."}))

    assert typed.as_written("Who won the elction?") == "Who won the elction?"


@given(st.text(max_size=30), st.text(max_size=30))
def test_respelt_names_only_words_that_differ(one, other):
    assert all(typed.lower() != read.lower() for typed, read in respelt(one, other))
    assert respelt(one, one) == []
