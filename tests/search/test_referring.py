"""What a question asks of articles as such, and which of them it means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.search.referring import Reference, Wanted, wanted_in

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("question", "asks", "matter"),
    [
        ("Summarise the article about the nuclear plant", "summary", "the nuclear plant"),
        ("What is the article about Egypt and Russia about?", "summary", "Egypt and Russia"),
        ("Can you give me a short summary of the piece on wheat, please?", "summary", "wheat"),
        ("the gist of the Lavrov article pls", "summary", "Lavrov"),
        ("sumarize the aticle about wheat", "summary", "wheat"),
        ("The Holt article - key points please", "summary", "Holt"),
        ("I have no time to read the article about wheat. Can you summarise it?", "summary", "wheat"),
        ("Who wrote the article about wheat?", "author", "wheat"),
        ("whose byline is on the wheat story", "author", "wheat"),
        ("Who is the author of the obituary of Maren Holt?", "author", "Maren Holt"),
        ("When was the article about wheat published?", "date", "wheat"),
        ("On what day did the news report about wheat come out?", "date", "wheat"),
        ("Which newspaper ran the article about wheat?", "publisher", "wheat"),
        ("Where was the wheat article published?", "publisher", "wheat"),
        ("Give me the link to the article about wheat", "address", "wheat"),
        ("What is the headline of the piece on wheat?", "title", "wheat"),
        ("Which articles mention wheat?", "which", "wheat"),
        ("How many articles are there about wheat?", "which", "wheat"),
        ("In which articles does Maren Holt appear?", "which", "Maren Holt"),
        ("Where is Maren Holt mentioned?", "which", "Maren Holt"),
        ("all articles on wheat", "which", "wheat"),
    ],
)
def test_what_is_asked_and_what_they_are_about_are_told_apart(question, asks, matter):
    wanted = wanted_in(question, TODAY)

    assert wanted is not None
    assert (wanted.asks, wanted.of.matter) == (asks, matter)


@pytest.mark.parametrize(
    ("question", "reference"),
    [
        ("Summarise the latest article", Reference(order="latest")),
        ("What is the oldest article about?", Reference(order="oldest")),
        ('Who wrote "A long winter"?', Reference(title="A long winter")),
        ("Summarise notes/001.txt", Reference(title="notes/001.txt")),
        ("What does the article by Maren Holt say?", Reference(by="Maren Holt")),
        ("Which articles did Maren Holt write?", Reference(by="Maren Holt", are_several=True)),
        ("Show me everything published by the Harbour Post", Reference(by="the Harbour Post", are_several=True)),
        ("List all articles by Holt about wheat", Reference(matter="wheat", by="Holt", are_several=True)),
        ("Summarise the interview with Holt", Reference(matter="Holt", kind="interview")),
        ("Summarise the obituary", Reference(kind="obituary")),
        ("What are the main points of the council minutes?", Reference(matter="council", kind="minutes")),
        (
            "Which articles mention wheat but not the miller?",
            Reference(matter="wheat", without="the miller", are_several=True, is_named_alone=True),
        ),
        (
            "Which articles mention both wheat and bread, but don't mention Holt?",
            Reference(matter="wheat and bread", without="Holt", are_several=True, is_named_alone=True),
        ),
    ],
)
def test_articles_are_meant_by_place_title_author_and_kind(question, reference):
    wanted = wanted_in(question, TODAY)

    assert wanted is not None
    assert wanted.of == reference


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Which articles are from 2024?", "2024-01-01", "2024-12-31"),
        ("Which articles are from before 2024?", None, "2023-12-31"),
        ("What is the March 2023 article about?", "2023-03-01", "2023-03-31"),
        ("Show me all articles since June 2024", "2024-06-01", None),
        ("which articles are older than 2022", None, "2021-12-31"),
        ("What does the article dated 14 February 2023 say?", "2023-02-14", "2023-02-14"),
    ],
)
def test_articles_are_meant_by_their_days(question, since, until):
    wanted = wanted_in(question, TODAY)

    assert wanted is not None
    assert wanted.of.days is not None
    assert (wanted.of.days.since, wanted.of.days.until) == (since, until)
    assert not wanted.of.matter


def test_a_day_of_what_is_told_is_none_of_the_article():
    wanted = wanted_in("Who wrote the article on the ferry that sank in May?", TODAY)

    assert wanted == Wanted("author", Reference(matter="the ferry that sank in May"))


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the report on the ferry accident?",
        "When was the memo published?",
        "What is the treaty about?",
        "What is Article 5 about?",
        "What does the article say about nuclear power?",
        "Tell me about Egypt",
        "What happened on Tuesday?",
        "List the participants",
        "Which newspaper carried his column?",
        "Which country reports on desalination?",
        "How did one diplomat sum up the meeting?",
        "How many articles does the draft treaty have?",
        "What publication published an article about Tesla in 1912?",
        "Which border posts were on the agenda for reopening?",
    ],
)
def test_a_question_about_what_they_tell_is_none(question):
    assert wanted_in(question, TODAY) is None


def test_it_is_the_article_that_the_question_before_was_about():
    earlier = ["What is the article about wheat about?"]

    assert wanted_in("And who wrote it?", TODAY, earlier) == Wanted("author", Reference(matter="wheat"))
    assert wanted_in("Summarise it", TODAY, [*earlier, "Who wrote it?"]) == Wanted("summary", Reference(matter="wheat"))


def test_without_one_before_it_says_which_article_only_where_there_is_one():
    assert wanted_in("Who wrote it?", TODAY) == Wanted("author", Reference())


@given(st.text(max_size=300))
def test_any_text_is_read(question):
    wanted = wanted_in(question, TODAY)

    assert wanted is None or wanted.asks
