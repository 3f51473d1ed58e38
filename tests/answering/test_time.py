"""Articles disagree because the world moved on, or one is wrong: both are shown, and it is said as of when."""

import pytest

from rag.answering.assistant import Assistant
from rag.search.followups import stand_alone

OLD = "---\ntitle: The harbour\ndate: 2021-03-01\n---\nThe harbour master of Port Sorrow is Ada Quill. "
NEW = "---\ntitle: The harbour anew\ndate: 2024-05-06\n---\nThe harbour master of Port Sorrow is Bram Tolliver. "


@pytest.fixture
def port(library, folder):
    """Two articles that name different masters and different lengths of the quay."""
    opened = library()
    opened.sync(
        folder(
            {
                "old.txt": OLD + "The quay of Port Sorrow is 300 metres long.\n",
                "new.txt": NEW + "The quay of Port Sorrow is 450 metres long.\n",
                "hay.txt": "Hay\n\nHay is dry grass.\n",
            }
        )
    )
    return Assistant.open(opened, "extractive")


def test_where_articles_differ_both_stand_in_the_answer_and_it_is_said(port):
    reply = port.answer("How long is the quay of Port Sorrow?")

    assert "300 metres" in reply.text
    assert "450 metres" in reply.text
    assert {citation.source for citation in reply.citations} >= {"old.txt", "new.txt"}
    assert "The articles differ: " in reply.notice
    assert "300" in reply.notice
    assert "450" in reply.notice


def test_a_question_about_now_is_answered_as_of_the_latest_article(port):
    reply = port.answer("Who is the harbour master of Port Sorrow now?")

    assert reply.text.startswith("The harbour master of Port Sorrow is Bram Tolliver.")
    assert reply.notice.startswith("As of 2024-05-06, the date of the latest article cited.")


def test_days_that_choose_among_the_articles_need_not_stand_in_them(port):
    reply = port.answer("How long is the quay of Port Sorrow in articles from May 2024?")

    assert reply.is_answered
    assert {citation.source for citation in reply.citations} == {"new.txt"}
    assert reply.date_range.is_filter
    assert reply.question == "How long is the quay of Port Sorrow in articles from May 2024?"


def test_a_question_about_a_year_takes_the_article_of_that_year(port):
    reply = port.answer("Who was the harbour master of Port Sorrow in 2021?")

    assert reply.citations[0].source == "old.txt"
    assert not reply.notice.startswith("As of")


def test_now_is_the_latest_article_about_it_and_not_the_latest_of_all(assistant_over):
    parking = "---\ndate: 2023-09-19\n---\nAn hour's parking in Lindvale will cost four crowns from now on.\n"
    train = "---\ndate: 2025-01-21\n---\nA train from Marl to the coast costs twelve crowns, and a coach six.\n"
    assistant = assistant_over({"parking.md": parking, "train.md": train})

    found = assistant._search(stand_alone("How much does parking in Lindvale cost now?", []))
    best = assistant._scales.weigh(*found).evidence[0]

    assert best.hit.passage.source == "parking.md"
    assert best.features.timely == 1
