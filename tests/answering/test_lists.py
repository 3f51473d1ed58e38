"""Where several things are asked for, a list or a column is quoted whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.answering.assistant import Assistant
from rag.core.settings import Settings

MEETING = """The harbour council met in Alba on 3 October 2024 and chose who leads the new pilots.

| Post | Name |
|---|---|
| Commander | Eva Lund |
| Deputy commander | Omar Said |
| Head of dredging | Ines Costa |

The pilot office is paid for by:

- Loan from the Coast Bank – 4 million crowns
- Grant from the Sea Fund – 2 million crowns
- Sale of the old quay – 1 million crowns

It opens in March 2025 with a staff of 40.
"""


@pytest.fixture(scope="module")
def harbour(tmp_path_factory, embedder) -> Iterator[Assistant]:
    place = tmp_path_factory.mktemp("harbour")
    (place / "articles").mkdir()
    (place / "articles" / "meeting.txt").write_text(MEETING, encoding="utf-8")
    assistant = Assistant.open(place / "library", settings=Settings(articles=place / "articles"))
    assistant.library.sync(place / "articles")
    yield assistant
    assistant.library.close()


def quotes(assistant: Assistant, question: str) -> list[str]:
    return [citation.quote for citation in assistant.answer(question).citations]


def test_a_column_is_quoted_whole_where_several_are_asked_for(harbour):
    reply = harbour.answer("Who are the commander, the deputy commander and the head of dredging?")

    assert [sentence.text for sentence in reply.sentences] == [
        "Commander – Name: Eva Lund",
        "Deputy commander – Name: Omar Said",
        "Head of dredging – Name: Ines Costa",
    ]
    assert reply.text.splitlines()[1] == "- Deputy commander – Name: Omar Said [2]"
    assert reply.short == ""
    assert [citation.number for citation in reply.citations] == [1, 2, 3]


def test_of_a_column_only_the_rows_that_are_named_are_quoted(harbour):
    reply = harbour.answer("Who are the commander and the head of dredging, both by name?")

    assert [sentence.text for sentence in reply.sentences] == [
        "Commander – Name: Eva Lund",
        "Head of dredging – Name: Ines Costa",
    ]


def test_words_that_lead_up_to_a_list_are_quoted_with_it(harbour):
    assert quotes(harbour, "From which sources is the pilot office paid for?") == [
        "The pilot office is paid for by:",
        "Loan from the Coast Bank – 4 million crowns",
        "Grant from the Sea Fund – 2 million crowns",
        "Sale of the old quay – 1 million crowns",
    ]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Who is the deputy commander?", "Omar Said"),
        ("How large is the grant from the Sea Fund?", "2 million crowns"),
    ],
)
def test_one_thing_is_answered_by_its_own_line(harbour, question, first):
    found = quotes(harbour, question)

    assert first in found[0]
    assert len(found) <= 3
