"""A cell of a table answers by its row, its column and the article, whatever the article's own date."""

from __future__ import annotations

import pytest

LEDGER = """---
title: Biscuit maker to close a factory
date: 2024-03-07
---
Pellamy Foods sold more biscuits than ever last year and made less money doing it. Cocoa had become dear, said its
chair, Ottilie Vask, and nobody could say when it would be cheap again.

Division            Sales 2023   Sales 2022
Biscuits            £388.1mn     £352.0mn
Chocolate           £241.7mn     £236.4mn
Pet treats          £47.9mn      £51.1mn

The works council was told on the radio.
"""
SHIPS = (
    "---\ntitle: Ships\ndate: 2022-05-01\n---\nIn 2022 the port of Orlow took in more ships than in the year before.\n"
)


@pytest.fixture(scope="module")
def ledger(assistant_over):
    return assistant_over({"ledger.txt": LEDGER, "ships.md": SHIPS})


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What were Pellamy's biscuit sales in 2023?", "£388.1mn"),
        ("What were Pellamy's biscuit sales in 2022?", "£352.0mn"),
        ("Could you look up what the pet treats business sold in 2022, please?", "£51.1mn"),
    ],
)
def test_a_cell_is_found_by_the_words_around_it(ledger, question, cell):
    reply = ledger.answer(question)

    assert reply.is_answered
    assert cell in reply.sentences[0].text


@pytest.mark.parametrize(
    "question", ["What were Pellamy's biscuit sales in 2021?", "What were Pellamy's fish sales in 2023?"]
)
def test_another_row_or_column_is_no_answer(ledger, question):
    assert not ledger.answer(question).is_answered


def test_the_year_before_is_counted_from_the_question_before(ledger):
    asked = "What were Pellamy's biscuit sales in 2023?"
    history = [{"role": "user", "content": asked}, {"role": "assistant", "content": ledger.answer(asked).text}]

    reply = ledger.answer("And the year before?", history)

    assert reply.standalone_question == "What were Pellamy's biscuit sales in 2022?"
    assert "£352.0mn" in reply.sentences[0].text
