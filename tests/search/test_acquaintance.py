"""What the articles tell of a name in passing."""

from __future__ import annotations

import pytest

from rag.core.types import Message
from rag.search.acquaintance import Acquaintance
from rag.search.followups import stand_alone

ARTICLES = {
    "council.txt": (
        "Joyce Ellerby was elected leader on Thursday. She is a former probation officer.\n\n"
        "Dev Rattan resigned after the vote. He remains a councillor. The mayor thanked Rattan and Ellerby.\n\n"
        "Cement was the cause: somebody had mended the tower with hard cement."
    ),
    "abroad.txt": "Two Marenians came. Two Marenians signed, and two of them paid. Nobody was hurt.",
    "obituary.txt": (
        "Wilhelmina Crane, who ran the ferry, died at the Old Mill. She was 94. Mr Edwin Crane, her nephew, sold "
        "it.\n\nYesterday Ellerby spoke of her."
    ),
    "dam.txt": (
        "SANTO TELMO, 9 September – Oscar Belmonte resigned on Saturday in Santo Telmo. Otto Kell, 54, of Bellweather "
        "Green, Ardlow, was arrested. A letter was found in Otto Kell’s office, and police spoke to Otto Kell."
    ),
    "swimming.txt": "Two led the campaign: Mr Clive Monkton, a headteacher, and the coach Bethan Price.",
}


@pytest.fixture
def known(library, folder) -> Acquaintance:
    opened = library()
    opened.sync(folder(ARTICLES))
    return Acquaintance(opened)


def test_a_word_that_is_written_small_as_well_is_no_name(known):
    assert known.is_name("Rattan")
    assert not known.is_name("Cement")
    assert not known.is_name("Nowhere")
    assert not known.is_name("Yesterday")
    assert not known.is_name("The")


def test_a_single_name_is_known_whole(known):
    assert known.whole("Ellerby") == "Joyce Ellerby"
    assert known.whole("Bethan") == "Bethan Price"
    assert known.whole("Hollinbury") == ""
    assert known.whole("Marenians") == ""


def test_who_is_he_and_who_is_she_is_told_by_what_follows_the_name_and_by_titles(known):
    assert known.leaning("Dev Rattan") > 0
    assert known.leaning("Joyce Ellerby") < 0
    assert known.leaning("Clive Monkton") > 0
    assert known.leaning("Bethan Price") == 0


def test_a_place_is_told_by_what_stands_before_it(known):
    assert known.is_place("Santo Telmo")
    assert known.is_place("Bellweather Green")
    assert not known.is_place("Oscar Belmonte")
    assert not known.is_place("Otto Kell")
    assert not known.is_place("Nowhere Known")


def test_he_is_no_place(known):
    turns = [
        Message("user", "Which minister resigned over the dam?"),
        Message("assistant", "SANTO TELMO, 9 September – Oscar Belmonte resigned on Saturday in Santo Telmo. [1]"),
    ]

    assert stand_alone("who replaced him?", turns, known).standalone == "Who replaced Oscar Belmonte?"


def test_of_two_who_were_named_each_pronoun_means_its_own(known):
    turns = [
        Message("user", "Who was thanked by the mayor?"),
        Message("assistant", "The mayor thanked Rattan and Ellerby. [1]"),
    ]

    assert stand_alone("What was her job before?", turns, known).standalone == "What was Joyce Ellerby’s job before?"
    assert stand_alone("Why did he resign?", turns, known).standalone == "Why did Dev Rattan resign?"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("why did dev rattan resign?", "Why did Dev Rattan resign?"),
        ("WHY DID DEV RATTAN RESIGN?", "Why did Dev Rattan resign?"),
        ("what did i say of ratan", "What did I say of Ratan"),
        ("when did washington arm saudi arabia, and the us?", "When did Washington arm Saudi Arabia, and the US?"),
        ("was hard cement the cause? who paid", "Was hard cement the cause? Who paid"),
        ("how old was the old mill", "How old was the Old Mill"),
        ("how old was crane", "How old was Crane"),
        ("was anybody hurt", "Was anybody hurt"),
        ("which turkey did they eat", "Which turkey did they eat"),
        ("Why did Dev rattan resign?", "Why did Dev rattan resign?"),
        ("2023?", "2023?"),
        ("", ""),
    ],
)
def test_a_question_without_capitals_is_read_with_those_of_the_articles(known, typed, written):
    assert known.as_written(typed) == written


def test_what_was_typed_small_is_asked_as_if_it_had_been_typed_well_and_told_as_it_was_typed(known):
    turns = [Message("user", "who was thanked?"), Message("assistant", "The mayor thanked Rattan and Ellerby. [1]")]
    small = stand_alone("and why did dev rattan resign", turns, known)
    large = stand_alone("And why did Dev Rattan resign", turns, known)

    assert small.standalone == large.standalone
    assert (small.typed, large.typed) == ("and why did dev rattan resign", "")


def test_a_name_that_only_opens_sentences_is_whom_they_name(known):
    turns = [
        Message("user", "Who ran the ferry?"),
        Message("assistant", "Wilhelmina Crane, who ran the ferry, died. [1]"),
    ]

    assert stand_alone("How old was she?", turns, known).standalone == "How old was Wilhelmina Crane?"


def test_what_changes_in_the_library_is_seen(known, library, folder):
    assert known.whole("Akers") == ""

    known._library.sync(folder(ARTICLES | {"minutes.txt": "Apologies came from Tom Akers, who was at work."}))

    assert known.whole("Akers") == "Tom Akers"


def test_a_library_that_holds_nothing_knows_nobody(library):
    known = Acquaintance(library())

    assert (known.is_name("Rattan"), known.whole("Rattan"), known.leaning("Rattan")) == (False, "", 0)
