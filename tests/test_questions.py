"""The question set over the four articles, asked through the whole path: floors that may only go up."""

from pathlib import Path

import pytest

from rag.answering.assistant import Assistant
from rag.measuring.questions import Outcome, ask_all, load_questions, tally

pytestmark = pytest.mark.slow
QUESTIONS = Path(__file__).parent / "questions"


@pytest.fixture(scope="module", params=sorted(path.stem for path in QUESTIONS.glob("*.jsonl")))
def outcomes(request: pytest.FixtureRequest, seeds_library) -> list[Outcome]:
    assistant = Assistant.open(seeds_library)
    return list(ask_all(assistant, load_questions(QUESTIONS / f"{request.param}.jsonl")))


def test_most_questions_are_answered_with_the_right_words_and_source(outcomes):
    wrong = [(o.asked.id, o.asked.question, o.reply.text) for o in outcomes if o.asked.is_answerable and not o.is_right]

    assert tally(outcomes).right >= 0.90, wrong


def test_what_the_articles_do_not_say_is_refused(outcomes):
    told = [
        (o.asked.id, o.asked.question, o.reply.text) for o in outcomes if not o.asked.is_answerable and not o.is_right
    ]

    assert tally(outcomes).refused_rightly >= 0.85, told


def test_few_answerable_questions_are_refused(outcomes):
    refused = [o.asked.id for o in outcomes if o.asked.is_answerable and o.is_refused]

    assert tally(outcomes).refused_wrongly <= 0.06, refused


def test_every_quote_stands_in_its_article_at_its_offsets(outcomes):
    assert [o.asked.id for o in outcomes if not o.is_exact] == []


def test_no_answer_is_a_wall_of_text(outcomes):
    assert [o.asked.id for o in outcomes if o.words > 120] == []


def test_an_answer_cites_and_a_refusal_does_not(outcomes):
    odd = [o.asked.id for o in outcomes if bool(o.reply.citations) == o.is_refused]

    assert odd == []
