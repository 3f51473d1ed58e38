"""A model's whole answer put right: sources for sentences that have none, and unsupported ones left out."""

from dataclasses import replace

import pytest

from rag.answering.assistant import Assistant
from rag.answering.sourcing import renumbered, with_sources
from rag.core.types import Citation

KNOWN = "Who received Lavrov in Cairo?"
BORNE_OUT = "El-Sisi welcomed Lavrov to Cairo on Monday, 22 December."


def cited(number, start=0):
    return Citation(number, "tides.txt", "Tides", None, "", None, "Twice a day.", start, start + 12)


def test_a_sentence_without_a_marker_gets_the_source_that_bears_it_out(assistant, server):
    server.says(f"{BORNE_OUT} They signed 47 contracts about submarines.")

    first, second = (reply := assistant.answer(KNOWN)).sentences

    assert (first.citations, first.support) == ((1,), "supported")
    assert (second.citations, second.support, second.reason) == ((), "unsupported", "It names no source.")
    assert reply.text.startswith("El-Sisi welcomed Lavrov to Cairo on Monday, 22 December [1].")
    (citation,) = reply.citations
    assert assistant.library.article(citation.source).text[citation.start : citation.end] == citation.quote


def test_what_is_not_borne_out_can_be_left_out(assistant, server):
    server.says(f"They signed 47 contracts about submarines. {BORNE_OUT}")
    strict = Assistant.open(assistant.library, settings=replace(assistant.settings, unsupported="drop"))

    reply = strict.answer(KNOWN)

    assert reply.text == "El-Sisi welcomed Lavrov to Cairo on Monday, 22 December [1]."
    assert [sentence.citations for sentence in reply.sentences] == [(1,)]
    assert "1 sentence that the articles do not bear out was left out." in reply.notice


def test_where_nothing_is_borne_out_the_articles_are_quoted(assistant, server, extractive):
    server.says("They signed 47 contracts about submarines.")
    strict = Assistant.open(assistant.library, settings=replace(assistant.settings, unsupported="drop"))

    reply = strict.answer(KNOWN)

    assert reply.text == extractive.answer(KNOWN).text
    assert reply.notice.startswith("The articles bear out nothing that the backend 'openai:tiny' said.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ebb comes twice daily. Flow [1].", "Ebb comes twice daily [1]. Flow [2]."),
        ("Flow [1]. Ebb comes twice daily.", "Flow [1]. Ebb comes twice daily [2]."),
        ("Flow [1].\nEbb comes twice daily", "Flow [1].\nEbb comes twice daily [2]"),
        ("Yes. Flow [1].", "Yes. Flow [1]."),
    ],
)
def test_numbers_follow_first_use_when_a_source_is_added(text, expected):
    said, citations = with_sources(text, [cited(1)], lambda sentence: cited(0, 40))

    assert said == expected
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))


def test_a_citation_that_the_text_does_not_use_is_left_out():
    assert renumbered("Ebb [3]. Flow [1]. Year [2013].", [cited(1), cited(2, 20), cited(3, 40)]) == (
        "Ebb [1]. Flow [2]. Year [2013].",
        (cited(1, 40), cited(2)),
    )
