"""Several questions in one message."""

from __future__ import annotations

import pytest

from rag.search.doubles import questions_in


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Who is Edith Vorm, and how long was the strike?", ("Who is Edith Vorm?", "how long was the strike?")),
        ("Who ran the ferry? When did it stop?", ("Who ran the ferry?", "When did it stop?")),
        (
            "who paid for the dam; how high is it and when was it built",
            ("who paid for the dam?", "how high is it?", "when was it built?"),
        ),
        ("who is lionel marsh and who replaced him?", ("who is lionel marsh?", "who replaced him?")),
        ("Which country pulled out and why?", ("Which country pulled out?", "why?")),
        ("Who was dismissed, when, and by whom?", ("Who was dismissed?", "when?", "by whom?")),
        ("Who sold the mill and for how much?", ("Who sold the mill?", "for how much?")),
        ("Who paid for the line, and what share each?", ()),
        ("How much money and how much additional time did they claim?", ()),
        ("When and where was she born?", ()),
        ("My bill is wrong. What should I do now?", ()),
        ("What did she say about the dam and the fish?", ()),
        ("Compare what Egypt wants and what Russia wants.", ()),
        ("", ()),
        (
            "Did the minister resign, and has the premier accepted it?",
            ("Did the minister resign?", "has the premier accepted it?"),
        ),
        ("Was the vote held and was it close?", ()),
    ],
)
def test_whole_questions_are_taken_apart_and_what_belongs_to_one_is_not(text, parts):
    assert questions_in(text) == parts


def test_of_very_many_none_is_taken_apart():
    assert questions_in(" ".join(["Who paid for the dam?"] * 4)) == ()
