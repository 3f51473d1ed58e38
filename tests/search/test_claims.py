"""Statements that are given to be checked."""

from __future__ import annotations

import pytest

from rag.core.types import Message
from rag.search.followups import stand_alone


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Fact check: the vote was 9 to 4", "the vote was 9 to 4"),
        ("true or false: the vote was 9 to 4", "the vote was 9 to 4"),
        ("The vote was 9 to 4: true or false?", "The vote was 9 to 4"),
        ("Is it true that the vote was 9 to 4?", "the vote was 9 to 4"),
        ("The vote was 9 to 4. Is this correct?", "The vote was 9 to 4"),
        ("I read somewhere that the vote was 9 to 4, correct?", "the vote was 9 to 4"),
        ("I heard the vote was 9 to 4. Can you confirm?", "the vote was 9 to 4"),
        ("check whether the vote was 9 to 4", "the vote was 9 to 4"),
        ("Please verify this claim: the vote was 9 to 4. Thanks!", "the vote was 9 to 4"),
        ("am I right that the vote was 9 to 4?", "the vote was 9 to 4"),
        ("Can you confirm that the vote was 9 to 4", "the vote was 9 to 4"),
        ("I was told the fare is 3 crowns. Is that right?", "the fare is 3 crowns"),
        ("For a footnote, please check: the vote was 9 to 4", "the vote was 9 to 4"),
        ("The vote was 9 to 4. Please check that for me.", "The vote was 9 to 4"),
        ("Who won? Is that right?", ""),
        ("Who was right?", ""),
        ("What did she say is true", ""),
        ("the mayor said it", ""),
        ("I think we should know who won", ""),
        ("How many people confirm that", ""),
        ("Was the vote 9 to 4, yes or no?", ""),
    ],
)
def test_what_is_to_be_checked_is_told_from_what_says_so(text, claim):
    asked = stand_alone(text, [])

    assert (asked.standalone if asked.is_claim else "") == claim


def test_a_claim_is_searched_for_by_itself_and_weighed_as_whether_it_is_so():
    asked = stand_alone("Fact check: the vote was 9 to 4.", [])

    assert asked.standalone == "the vote was 9 to 4"
    assert asked.matter.standalone == "the vote was 9 to 4?"
    assert not stand_alone("The vote was 9 to 4.", []).is_claim


def test_a_claim_may_lean_on_what_was_spoken_of():
    turns = [Message("user", "Who is Dev Rattan?"), Message("assistant", "Dev Rattan is a councillor. [1]")]

    assert stand_alone("Is it true that he resigned?", turns).standalone == "Dev Rattan resigned"


def test_a_claim_is_no_thing_that_it_may_mean():
    turns = [
        Message("user", "Fact check: the strikers got 9 percent."),
        Message("assistant", "They got 6 percent. [1]"),
    ]

    assert stand_alone("What did they get then?", turns).standalone.startswith("What did they get then?")
