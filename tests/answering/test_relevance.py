"""Not in the articles: decided by what was found, before anything is said."""

from dataclasses import replace

import pytest

from rag.answering.evidence import Weighed
from rag.answering.relevance import answerability, is_answerable
from rag.answering.scales import Scales
from rag.search.followups import stand_alone
from rag.search.library import Library


@pytest.fixture(scope="module")
def scales(seeds_library):
    return Scales(seeds_library)


def weighed(scales: Scales, library: Library, question: str) -> Weighed:
    asked = stand_alone(question, [])
    return scales.weigh(asked, library.find(asked.wordings, 8).hits)


@pytest.mark.parametrize(
    ("question", "is_there"),
    [
        pytest.param("Who received Lavrov in Cairo?", True, id="said in so many words"),
        pytest.param("How many moons does Jupiter have?", False, id="another matter"),
        pytest.param("What does a small claims court do?", False, id="another matter in common words"),
    ],
)
def test_what_the_articles_hold_is_told_from_what_they_do_not(scales, seeds_library, question, is_there):
    assert is_answerable(weighed(scales, seeds_library, question)) is is_there


def test_the_same_finding_counts_for_less_among_many_passages(scales, seeds_library):
    found = weighed(scales, seeds_library, "Who received Lavrov in Cairo?")

    assert found.passages == seeds_library.words.size
    assert answerability(replace(found, passages=1000)) < answerability(found)
    assert answerability(replace(found, passages=10**6)) == answerability(replace(found, passages=1000))


def test_nothing_found_is_no_answer(scales, seeds_library):
    found = weighed(scales, seeds_library, "Who received Lavrov in Cairo?")

    assert not is_answerable(replace(found, evidence=()))
