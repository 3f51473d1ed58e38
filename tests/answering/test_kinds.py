"""What kind of thing is asked for, and whether an answer may be one."""

import pytest

from rag.answering.kinds import Kind, holds, is_of_kind, kind_asked


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much did the bridge cost?", "money"),
        ("What is the house worth?", "money"),
        ("Why were the complaints not worth re-reading?", "reason"),
        ("How much time lay between the two visits?", "duration"),
        ("How long did it last?", "duration"),
        ("How many ships lay at anchor?", "number"),
        ("What was the name of the count of Apulia?", "other"),
        ("What is the name of the Egyptian presidency spokesperson?", "person"),
        ("When did she leave?", "date"),
        ("Who stole the device?", "person"),
        ("Who is Ada Quill?", "identity"),
        ("What did President Quill say about the budget?", "speech"),
        ("How did Ada Quill react to it?", "speech"),
        ("Where will it stand and how many will work there?", "other"),
    ],
)
def test_the_question_says_what_kind_of_thing_it_wants(question: str, kind: str) -> None:
    """By its own words."""
    assert kind_asked(question) == kind


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who stole the device?", "Ada Quill"),
        ("Who stole the device?", "Quill"),
        ("When did she leave?", "the spring of that year"),
        ("When did she leave?", "around 5 pm"),
        ("When does the ferry leave?", "seven in the morning"),
        ("When does the ferry leave?", "Tuesdays and Saturdays"),
        ("When did she leave?", "after the talks had failed"),
        ("How many ships lay at anchor?", "twenty-two"),
        ("How many ships lay at anchor?", "thirty-one"),
        ("How many ships lay at anchor?", "fourteen"),
        ("How many ships lay at anchor?", "only one"),
        ("How many ships lay at anchor?", "all of them"),
        ("How much may the tax rise?", "no more than four ducats"),
        ("How much did it matter?", "a great deal"),
        ("How often do they meet?", "every time the moon is full"),
        ("How long did it last?", "since 2019"),
        ("Why did she leave?", "her knee"),
        ("Where were the books?", "under the flour"),
    ],
)
def test_what_may_be_asked_for_is_of_the_kind(question: str, answer: str) -> None:
    """A name for a person, a figure for an amount, anything for a reason or a place."""
    assert is_of_kind(kind_asked(question), answer, question)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who stole the device?", "somebody"),
        ("Who is the spokesman of the Port?", "the Port"),
        ("Since when has he been there? When did he come?", "Ambassador"),
        ("How many apprentices are there?", "in June 1787"),
        ("How much will the station cost?", "a great deal"),
    ],
)
def test_what_cannot_be_asked_for_is_not(question: str, answer: str) -> None:
    """No name, no date, no figure; a date is no count."""
    assert not is_of_kind(kind_asked(question), answer, question)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "The toll rose to thirty-one on Thursday."),
        ("number", "Fourteen ships lay at anchor."),
        ("money", "It cost ninety rupees."),
    ],
)
def test_a_sentence_holds_a_number_in_words(kind: Kind, text: str) -> None:
    """As newspapers spell them, beyond twelve too."""
    assert holds(kind, text, "")


def test_one_of_several_is_no_number() -> None:
    """`One` may be anybody."""
    assert not holds("number", "One of the ships lay at anchor.", "")
