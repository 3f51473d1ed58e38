"""What is asked of articles as such: their summaries, records and lists, each with words of the articles."""

from __future__ import annotations

import pytest

from rag.answering.assistant import Assistant

FRONT = """---
title: {title}
date: {date}
{more}---

{text}
"""
WHEAT = """Wheat prices rose by a fifth in Ardmoor after the harvest failed in three valleys. Farmers blame the
drought, the worst since 1976. The ministry has opened its grain stores to the mills. Bakers warn that bread will cost
more before Christmas.

In the village of Solle the fields are bare. The mill has been silent for two weeks. Its owner, Tarn Veld, says that he
has never seen such a year."""
FERRY = """The ferry Lyra ran aground off Ardmoor on Monday with 60 people on board. All were brought ashore by boats.
The captain, Ida Roe, is to be heard by the coastguard. The company has stopped two more of its ships."""
STRIKE = """Bakers in Ardmoor will strike on Friday over the price of wheat. Their union wants a subsidy. Ida Roe, who
speaks for the harbour, has offered to mediate."""


@pytest.fixture
def assistant(library, folder, embedder) -> Assistant:
    opened = library(opener=lambda name: embedder)
    opened.sync(
        folder(
            {
                "wheat.md": FRONT.format(
                    title="Bread will be dear", date="2024-09-03", text=WHEAT,
                    more="author: Maren Holt\npublisher: The Harbour Post\nurl: https://post.example/bread\n",
                ),
                "ferry.md": FRONT.format(
                    title="Ferry aground off Ardmoor", date="2025-02-11", text=FERRY, more="author: Jon Dale\n"
                ),
                "strike.md": FRONT.format(title="Bakers call a strike", date="2025-06-20", text=STRIKE, more=""),
            }
        )
    )  # fmt: skip
    return Assistant.open(opened)


def check_quotes(answer, library) -> None:
    for citation in answer.citations:
        assert library.article(citation.source).text[citation.start : citation.end] == citation.quote
        assert f"[{citation.number}]" in answer.text


def test_a_summary_has_several_sentences_of_the_one_article_the_first_one_first(assistant):
    answer = assistant.answer("Summarise the article about the failed harvest")

    assert {citation.source for citation in answer.citations} == {"wheat.md"}
    assert 2 <= len(answer.citations) <= 4
    assert answer.citations[0].quote.startswith("Wheat prices rose")
    assert [c.start for c in answer.citations] == sorted(c.start for c in answer.citations)
    assert "“Bread will be dear” (2024-09-03)" in answer.notice
    check_quotes(answer, assistant.library)


def test_the_latest_article_is_told_without_others_that_it_is_not(assistant):
    assert assistant.answer("What is the latest article about?").notice.endswith(
        "The article is “Bakers call a strike” (2025-06-20)."
    )
    assert "Others that it may be: “" in assistant.answer("Summarise the article about Ardmoor").notice


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("What is the latest article about?", "strike.md"),
        ("tl;dr of the oldest article", "wheat.md"),
        ("What does the article by Jon Dale say?", "ferry.md"),
        ("Main points of the Maren Holt article?", "wheat.md"),
        ('Summarise "Bakers call a strike"', "strike.md"),
        ("Summarise Bakers call a strike", "strike.md"),
        ("Summarise ferry.md", "ferry.md"),
        ("Summarise the article from February 2025", "ferry.md"),
        ("What is the piece from the Harbour Post about?", "wheat.md"),
    ],
)
def test_the_article_is_found_by_whatever_names_it(assistant, question, source):
    assert {citation.source for citation in assistant.answer(question).citations} == {source}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who wrote the article about the harvest?", "“Bread will be dear” is by Maren Holt."),
        ("Who wrote the article about the strike?", "“Bakers call a strike” names no author."),
        ("When was the ferry article published?", "“Ferry aground off Ardmoor” is dated 2025-02-11"),
        ("Which newspaper published the wheat harvest article?", "names as its publisher: The Harbour Post."),
        ("Which newspaper published the article about the ferry?", "does not say who published it."),
        ("Give me the link to the article about the harvest", "https://post.example/bread"),
        ("Give me the link to the article about the ferry", "has no address; its file is ferry.md"),
        ("What is the title of the latest article?", "Its title is “Bakers call a strike”."),
    ],
)
def test_a_record_is_told_from_the_front_matter_with_the_words_the_article_begins_with(assistant, question, told):
    answer = assistant.answer(question)

    assert told in answer.text
    assert len(answer.citations) == 1
    check_quotes(answer, assistant.library)


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("Which articles mention Ida Roe?", ["strike.md", "ferry.md"]),
        ("How many articles mention wheat?", ["strike.md", "wheat.md"]),
        ("Which articles mention Ida Roe but not the bakers?", ["ferry.md"]),
        ("Which articles are from before 2025?", ["wheat.md"]),
        ("Which articles are from 2025?", ["strike.md", "ferry.md"]),
        ("Which articles did Maren Holt write?", ["wheat.md"]),
        ("Is there an article about the coastguard?", ["ferry.md"]),
        ("List all articles since March 2025", ["strike.md"]),
    ],
)
def test_a_list_names_all_articles_that_fit_the_latest_first(assistant, question, sources):
    answer = assistant.answer(question)

    assert [citation.source for citation in answer.citations] == sources
    check_quotes(answer, assistant.library)


def test_a_list_quotes_the_words_that_speak_of_the_matter(assistant):
    [first, second] = assistant.answer("Which articles mention Ida Roe?").citations

    assert "Ida Roe" in first.quote
    assert "Ida Roe" in second.quote


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        ("Which articles were published in 2019?", "dated 2024-09-03 to 2025-06-20"),
        ("Which articles did Petra Lind write?", "“Petra Lind”"),
        ("Which articles mention Petra Lind?", ""),
        ("Which articles mention the coastguard but not the ferry?", "No article mentions “the coastguard” without"),
        ("Summarise the article about the volcano", ""),
    ],
)
def test_what_is_not_there_is_said_to_be_missing(assistant, question, notice):
    answer = assistant.answer(question)

    assert answer.status == "not_found"
    assert notice in answer.notice


def test_a_month_without_a_year_is_the_last_one_that_has_articles(assistant):
    assert {c.source for c in assistant.answer("Which articles are from September?").citations} == {"wheat.md"}


def test_the_article_is_the_one_that_is_ticked(assistant):
    answer = assistant.answer("What is this article about?", sources=["ferry.md"])

    assert {citation.source for citation in answer.citations} == {"ferry.md"}
    assert len(answer.citations) > 1


def test_an_article_may_be_known_by_its_kind_alone(library, folder):
    opened = library()
    opened.sync(folder({"a.md": f"# Obituary: Ida Roe\n\n{FERRY}", "b.md": f"# The harvest\n\n{WHEAT}"}))
    assistant = Assistant.open(opened)

    assert assistant.answer("Summarise the obituary").citations[0].source == "a.md"
    assert assistant.answer("Who wrote the obituary?").text.startswith("“Obituary: Ida Roe”")
    assert assistant.answer("Summarise the interview").status == "not_found"


def test_it_is_the_article_of_the_question_before(assistant):
    turns = [{"role": "user", "content": "Summarise the article about the ferry"},
             {"role": "assistant", "content": "The ferry Lyra ran aground."}]  # fmt: skip

    assert "Jon Dale" in assistant.answer("And who wrote it?", turns).text


def test_what_somebody_in_the_articles_wrote_is_asked_of_their_text(assistant):
    assert "names" not in assistant.answer("What did Tarn Veld write?").notice


def test_a_title_of_markers_and_marks_stays_a_title(library, folder):
    opened = library()
    opened.sync(folder({"a.md": FRONT.format(title="'Salt [1] **and** bread'", date="2024", text=WHEAT, more="")}))

    answer = Assistant.open(opened).answer("Who wrote the article about wheat?")

    assert answer.text.count("[1]") == 1


def test_a_list_says_how_many_there_are_and_how_many_have_no_date(library, folder):
    opened = library()
    opened.sync(folder({"a.md": FRONT.format(title="Salt", date="2024", text=WHEAT, more=""), "b.md": FERRY}))

    answer = Assistant.open(opened).answer("How many articles are from 2024?")

    assert answer.text.startswith("1 article:")
    assert answer.notice == "1 article has no date and is not among them."


def test_a_model_sums_up_from_the_passages_of_that_article_alone(library, folder, embedder, server):
    opened = library(opener=lambda name: embedder, llm="openai:tiny", llm_base_url=server.url)
    opened.sync(folder({"wheat.md": WHEAT, "ferry.md": FERRY, "strike.md": STRIKE}))
    server.says("The ferry Lyra ran aground off Ardmoor on Monday [1].")

    answer = Assistant.open(opened).answer("Summarise the article about the ferry")

    assert {hit.passage.source for hit in answer.hits} == {"ferry.md"}
    assert "Wheat prices" not in str(server.requests[-1])
    assert answer.citations[0].source == "ferry.md"


def test_who_wrote_it_is_told_without_asking_the_model(library, folder, embedder, server):
    opened = library(opener=lambda name: embedder, llm="openai:tiny", llm_base_url=server.url)
    opened.sync(folder({"ferry.md": FRONT.format(title="Aground", date="2024", text=FERRY, more="author: Jon Dale\n")}))

    assert "is by Jon Dale" in Assistant.open(opened).answer("Who wrote the article about the ferry?").text
    assert not server.requests


def test_a_model_makes_a_follow_up_about_no_article_stand_alone(library, folder, embedder, server):
    opened = library(opener=lambda name: embedder, llm="openai:tiny", llm_base_url=server.url)
    opened.sync(folder({"wheat.md": WHEAT, "ferry.md": FERRY}))
    server.says("Who wrote the novel Salt?")
    turns = [{"role": "user", "content": "What is the novel Salt about?"}, {"role": "assistant", "content": "The sea."}]

    answer = Assistant.open(opened).answer("Who wrote it?", turns)

    assert answer.standalone_question == "Who wrote the novel Salt?"
