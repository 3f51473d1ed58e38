"""What is asked for in another form than a question's."""

from __future__ import annotations

import pytest

from rag.search.asking import topic_of
from rag.search.requests import as_question


@pytest.mark.parametrize(
    ("request_", "question"),
    [
        ("I need the date of the raid.", "What is the date of the raid?"),
        ("give me the figures for April", "What are the figures for April?"),
        ("Looking for the number of nurses in Brenta", "What is the number of nurses in Brenta?"),
        ("Could you show me all the prices of the gallery", "What are all the prices of the gallery?"),
        ("Find the passage that says who paid", "who paid?"),
        ("I'm looking for info on what the sit-in cost", "what the sit-in cost?"),
        ("List everything the council decided on 8 July", "What the council decided on 8 July?"),
        ("Show me everything about the council", None),
        ("Quote Mirka Soltan on the dam", "What did Mirka Soltan say about the dam?"),
        ("Can I fly a drone in Libya?", "Are people allowed to fly a drone in Libya?"),
        ("Quote what she said about the dam", None),
        ("Quote the ground on which they agreed", None),
        ("Find the passage about Gaza", None),
        ("Give me a summary of the talks", None),
        ("List the members of the board", None),
        ("Who needs the date of the raid?", None),
    ],
)
def test_a_request_is_read_as_the_question_for_it_and_others_stay(request_, question):
    assert as_question(request_) == (question or request_)


@pytest.mark.parametrize(
    ("request_", "topic"),
    [
        ("I need information on the Suez Canal", "the Suez Canal"),
        ("find passages about Gaza", "Gaza"),
        ("any references to Turkey?", "Turkey"),
        ("Show me everything about Libya", "Libya"),
        ("I'm looking for info on what the sit-in cost", ""),
    ],
)
def test_whatever_is_said_of_something_may_be_asked_for_in_many_ways(request_, topic):
    assert topic_of(request_) == topic
