"""Not in the articles: decided by what was found, before anything is said."""

from dataclasses import replace

import pytest

from rag.answering.evidence import Weighed
from rag.answering.extractive import UNSURE, ExtractiveBackend
from rag.answering.relevance import answerability, is_answerable, is_sure
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


def test_what_is_so_in_the_questions_own_words_is_told_though_the_reader_sees_no_answer(scales, seeds_library):
    """Of yes and no it is shy; other questions it knows better."""
    found = weighed(scales, seeds_library, "Did Lavrov visit Cairo?")
    best = found.evidence[0]
    alike = replace(best, features=replace(best.features, words=0.8, meaning=0.8))
    unread = replace(found, evidence=(alike, *found.evidence[1:]), here=-15.0)
    other = replace(unread, question=stand_alone("When did Lavrov visit Cairo?", []))

    assert is_answerable(unread)
    assert not is_answerable(other)


# Said, and unsure

WHO = "Who received Lavrov in Cairo?"


@pytest.mark.parametrize(
    ("question", "here", "is_plain"),
    [
        pytest.param(WHO, 2.0, True, id="found"),
        pytest.param(WHO, -6.0, False, id="hardly found"),
        pytest.param("Did Lavrov visit Cairo?", -6.0, True, id="yes or no, which no words of an article are"),
        pytest.param(
            "What do the articles say about Lavrov?", -6.0, True, id="a topic, which is not found but told of"
        ),
    ],
)
def test_what_the_reader_hardly_finds_is_said_to_be_unsure(scales, seeds_library, question, here, is_plain):
    found = replace(weighed(scales, seeds_library, question), here=here)

    assert is_sure(found) is is_plain


def test_an_unsure_answer_says_so_and_has_no_short_one(scales, seeds_library):
    found = weighed(scales, seeds_library, "What day did Lukashevich brief the press?")
    *_, sure = ExtractiveBackend().reply(found)
    *_, unsure = ExtractiveBackend().reply(replace(found, here=-6.0))

    assert (sure.short, sure.notice) == ("8 November", "")
    assert (unsure.short, unsure.notice) == ("", UNSURE)
    assert unsure.citations == sure.citations
