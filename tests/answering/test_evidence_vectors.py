"""Each statement is weighed by its own vector, also one that is quoted together with the sentence before it; and where
a trained reader has told which are far behind, these are not even embedded."""

from __future__ import annotations

import pytest

from rag.answering.evidence import Evidence, Weighed
from rag.answering.scales import Scales
from rag.search.followups import stand_alone
from rag.search.library import Library


def with_own_cosine(weighed: Weighed, library: Library) -> list[Evidence]:
    """Those whose meaning is the cosine of question and statement."""
    vector, _ = library.question_vectors(weighed.question.standalone)
    own = library.embedder.embed_passages([item.statement.text for item in weighed.evidence]) @ vector
    return [
        item
        for item, cosine in zip(weighed.evidence, own, strict=True)
        if item.features.meaning == pytest.approx(max(float(cosine), 0.0), abs=1e-3)
    ]


def test_a_sentence_and_the_same_with_the_next_one_have_vectors_of_their_own(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": "The mill sold rye to the captain. It then bought a harbour crane."}))
    question = stand_alone("What did the mill buy, a harbour crane?", [])

    weighed = Scales(opened).weigh(question, opened.search(question.text))

    assert len({item.start for item in weighed.evidence}) < len(weighed.evidence) == 2
    assert with_own_cosine(weighed, opened) == list(weighed.evidence)


def test_without_a_reader_every_statement_is_embedded(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": "".join(f"Ship {number} carried {number} tons of rye. " for number in range(30))}))
    question = stand_alone("Which ship carried 17 tons of rye?", [])

    weighed = Scales(opened).weigh(question, opened.search(question.text))

    assert weighed.here is None
    assert len(with_own_cosine(weighed, opened)) == len(weighed.evidence) > 8


def test_with_a_reader_only_the_likeliest_statements_are_embedded_and_the_first_always(seeds_library):
    question = stand_alone("Who received Lavrov in Cairo?", [])

    weighed = Scales(seeds_library).weigh(question, seeds_library.search(question.text))

    embedded = with_own_cosine(weighed, seeds_library)
    assert weighed.here is not None
    assert weighed.evidence[0] in embedded
    assert 1 <= len(embedded) <= 12 < len(weighed.evidence)
    assert all(0 <= item.features.meaning <= 1 for item in weighed.evidence)


def test_a_sentence_longer_than_a_passage_answers_in_parts(library, folder):
    opened = library()
    endless = "and the harbour pilot goes on about the weather and the price of rope " * 30
    opened.sync(folder({"a.txt": f"The ferry leaves the quay at seven {endless} until the lighthouse keeper sleeps"}))
    question = stand_alone("Who sleeps, the lighthouse keeper?", [])

    weighed = Scales(opened).weigh(question, opened.search(question.text))

    best = weighed.evidence[0]
    assert "until the lighthouse keeper sleeps" in best.statement.text
    assert best.statement.text == next(opened.articles()).text[best.start : best.end]
