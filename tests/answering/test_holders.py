"""Who holds an office, told by a role that stands beside a name in a passage about its body."""

from __future__ import annotations

import pytest

from rag.answering.assistant import Assistant
from rag.answering.holders import Holder

ARTICLES = {
    "match.md": (
        "---\ndate: 2025-06-02\n---\nHalden Ferry United beat Kostrava Athletic 3-1 on Sunday. "
        "Coach Lena Harrow said it was the best day of her life.\n"
    ),
    "sale.md": "---\ndate: 2025-01-15\n---\nMayor Rosalind Pike backed the sale of the waterworks at Halden Ferry.\n",
    "minutes.md": "---\ndate: 2025-07-08\n---\nThe council of Halden Ferry\n\nIn the chair: Mayor Aldous Merrin.\n",
}


@pytest.fixture(scope="module")
def assistant(assistant_over) -> Assistant:
    return assistant_over(ARTICLES)


def test_a_role_beside_a_name_tells_who_holds_it_though_its_body_is_named_elsewhere(assistant):
    assert "Coach Lena Harrow" in assistant.answer("Who is the coach of Halden Ferry United?").sentences[0].text


def test_of_several_the_latest_article_names_who_it_is(assistant):
    assert "Aldous Merrin" in assistant.answer("Who is the mayor of Halden Ferry?").sentences[0].text


def test_where_nobody_is_named_beside_it_it_is_not_told(assistant):
    assert assistant.answer("Who is the coach of Kostrava Rowing?").status == "not_found"


@pytest.mark.parametrize(
    "question",
    ["Who was mayor of Halden before Merrin?", "Who is Ada Quill?", "Who is the oldest of them?", "Who owns it?"],
)
def test_other_questions_ask_for_no_holder(question):
    assert Holder.asked(question) is None
