"""The short thing asked for stands first, in the article's own words, where the reader is sure of it."""

from dataclasses import replace

import pytest

from rag.answering.assistant import Assistant
from rag.answering.extractive import choose, short_answer
from rag.answering.scales import Scales
from rag.search.followups import stand_alone
from rag.serving.exporting import exported
from rag.serving.saying import answer_text
from rag.serving.turns import Turn

WHEN = "When exactly is the ministerial gathering that Egypt is hosting?"
MASTER = "---\ntitle: The harbour\ndate: {date}\n---\nThe harbour master of Port Sorrow was born in {year}.\n"
BORN = "In which year was the harbour master of Port Sorrow born?"


@pytest.fixture(scope="module")
def weighed(seeds_library):
    asked = stand_alone(WHEN, [])
    return Scales(seeds_library).weigh(asked, seeds_library.search(WHEN, 8))


def test_a_short_thing_stands_first_in_bold_in_the_words_of_its_sentence(extractive):
    reply = extractive.answer(WHEN)

    assert reply.short == "19 and 20 December"
    assert reply.text.startswith(f"**{reply.short}** – {reply.sentences[0].text} [1]")
    assert reply.short in reply.citations[0].quote
    assert reply.to_dict()["short"] == reply.short
    assert answer_text(reply).startswith('<p dir="auto"><strong>19 and 20 December</strong> – ')


def test_an_export_shows_it_in_bold_too(extractive):
    turns = [Turn(WHEN, extractive.answer(WHEN))]

    assert "**19 and 20 December** – " in exported("Talks", turns, "md")
    assert "<strong>19 and 20 December</strong> – " in exported("Talks", turns, "html")


def test_a_growing_answer_begins_with_it_too(extractive):
    assert len({partial.short for partial in extractive.stream(WHEN)}) == 1


def test_a_question_for_no_short_thing_gets_none(extractive):
    reply = extractive.answer("Why did Egypt turn to Russia for arms?")

    assert reply.is_answered
    assert reply.short == ""
    assert "**" not in reply.text


def test_an_unsure_reader_says_no_short_thing(weighed):
    first = choose(weighed)[0]

    assert short_answer(weighed, first)
    assert not short_answer(weighed, replace(first, features=replace(first.features, reading=0.1)))


@pytest.mark.parametrize("words", ["19* and 20", "19 [1]", "`20` December", "19 | 20", "", "nowhere in it"])
def test_words_that_are_markup_or_not_in_the_sentence_are_not_set_in_bold(weighed, words):
    first = choose(weighed)[0]
    said = replace(first.statement, text=f"It is on 19* and 20 or 19 [1] or `20` December or 19 | 20 {'x' * 9}.")

    assert short_answer(weighed, replace(first, statement=said, answer=words)) == ""


def test_where_articles_differ_neither_side_is_set_in_bold(library, folder, embedder):
    opened = library(opener=lambda name: embedder)
    opened.sync(folder({"a.txt": MASTER.format(date="2021-03-01", year=1958)}))
    alone = Assistant.open(opened, "extractive").answer(BORN)
    opened.sync(folder({"b.txt": MASTER.format(date="2021-04-01", year=1963)}))
    both = Assistant.open(opened, "extractive").answer(BORN)

    assert alone.short == "1958"
    assert "The articles differ" in both.notice
    assert both.short == ""


def test_what_is_far_behind_is_said_only_where_the_reader_thinks_something_of_it(weighed):
    first = weighed.evidence[0]
    second = next(item for item in weighed.evidence if item.hit.passage.source != first.hit.passage.source)
    second = replace(second, features=replace(second.features, wholeness=1.0))

    def said(reading: float, behind: float) -> bool:
        other = replace(second, score=first.score - behind, features=replace(second.features, reading=reading))
        return other in choose(replace(weighed, evidence=(first, other)))

    assert said(reading=0.0, behind=4.0)
    assert not said(reading=-1.0, behind=4.0)
    assert said(reading=-1.0, behind=3.0)
    assert not said(reading=0.0, behind=6.0)
