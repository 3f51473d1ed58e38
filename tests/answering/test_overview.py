"""What the articles are about as a whole: how the latest of them begin, each with its source."""

import pytest

from rag.answering.assistant import Assistant
from rag.answering.overview import MOST_ARTICLES, asks_for_overview


@pytest.mark.parametrize(
    "question",
    [
        "Summarise the articles.",
        "Can you summarize all of these documents, please?",
        "Give me a short overview of the articles",
        "What are these articles about?",
        "What topics does the collection cover?",
        "What are the main themes in these texts?",
        "tl;dr",
        "I'm a student. Could you tell me what these articles are about?",
        "Good morning, can you give me an overview of the articles? I need it for my boss.",
    ],
)
def test_a_question_about_the_articles_as_a_whole_is_known(question):
    assert asks_for_overview(question)


@pytest.mark.parametrize(
    "question",
    [
        "What do the articles say about Libya?",
        "Give me a summary of the meeting in Cairo",
        "What is the article from 2013 about?",
        "Summarise what Lavrov said",
        "Which articles mention wheat?",
        "What are the main points of disagreement?",
    ],
)
def test_a_question_about_something_is_none(question):
    assert not asks_for_overview(question)


def test_each_of_the_seeds_is_told_by_its_first_whole_sentence_the_latest_first(seeds_library):
    answer = Assistant.open(seeds_library).answer("What are the articles about?")

    assert [citation.date[:4] for citation in answer.citations] == ["2025", "2025", "2023", "2013"]
    for citation in answer.citations:
        text = seeds_library.article(citation.source).text
        assert text[citation.start : citation.end] == citation.quote
        assert citation.start < 400
    assert answer.text.count("[") == 4


def test_it_is_told_of_the_ticked_articles_alone(seeds_library):
    [source, *_] = sorted(article.source for article in seeds_library.articles())

    answer = Assistant.open(seeds_library).answer("Summarise the articles.", sources=[source])

    assert {citation.source for citation in answer.citations} == {source}


def test_a_large_library_is_told_by_its_latest_articles(library, folder):
    opened = library()
    story = "---\ndate: {year}-05-01\n---\n\nThe harbour of {year} was busy."
    opened.sync(folder({f"{year}.md": story.format(year=year) for year in range(2001, 2012)}))

    answer = Assistant.open(opened).answer("Give me an overview of the library")

    assert [citation.source for citation in answer.citations] == [f"{2011 - n}.md" for n in range(MOST_ARTICLES)]
    assert f"{MOST_ARTICLES} latest of 11 articles" in answer.notice
