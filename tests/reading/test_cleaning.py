"""Plain text as people save it becomes the stored form, and nothing is lost on the way unsaid."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given

from rag.reading.cleaning import clean, laid_out, visible
from rag.reading.outline import outline
from tests.reading.strategies import texts


@pytest.mark.parametrize(
    ("saved", "stored"),
    [
        pytest.param(
            "Here are those who came:\n-\nAnna Berg – Mayor\n-\nOmar Said – Captain\n"
            "All of them spoke at length about the harbour and the wheat.",
            "Here are those who came:\n\n- Anna Berg – Mayor\n- Omar Said – Captain\n\n"
            "All of them spoke at length about the harbour and the wheat.",
            id="a dash alone on its line begins the item below it",
        ),
        pytest.param("-\n\nAnna Berg\n\n-\n\nOmar Said", "- Anna Berg\n- Omar Said", id="over blank lines too"),
        pytest.param("• Anna\n* Omar\n2) Eva", "- Anna\n- Omar\n2. Eva", id="markers are written one way"),
        pytest.param(
            "The harbour master said that ships had been waiting outside\n"
            "for eleven days, and that the pilots would go out\nagain on Monday.\n\nHe gave no reason.",
            "The harbour master said that ships had been waiting outside for eleven days, and that the pilots would "
            "go out again on Monday.\n\nHe gave no reason.",
            id="wrapped lines are joined",
        ),
        pytest.param(
            "The ship lay still.\n" + "It had been lying there for long, as everybody knew. " * 3,
            "The ship lay still.\n\n" + ("It had been lying there for long, as everybody knew. " * 3).strip(),
            id="whole paragraphs on lines of their own stay apart",
        ),
        pytest.param(
            "It lines up thus:\n| Port | Ships |\n|---|---|\n| Alba | 3 |\n| Bora | 4 |\nThat is all there is to say.",
            "It lines up thus:\n\n| Port | Ships |\n|---|---|\n| Alba | 3 |\n| Bora | 4 |\n\n"
            "That is all there is to say.",
            id="a table keeps its lines",
        ),
        pytest.param(
            "The Harbour Reopens\n\nBy Eva Lund\n\nShips came in on Monday after a long wait outside.",
            "## The Harbour Reopens\n\nBy Eva Lund\n\nShips came in on Monday after a long wait outside.",
            id="a headline over a byline is a heading",
        ),
        pytest.param(
            "Ships wait eleven days off the harbour of Alba\nALBA, 3 October 2024 (Harbour News)\n\n"
            + "Ships came in. " * 20,
            "## Ships wait eleven days off the harbour of Alba\n\nALBA, 3 October 2024 (Harbour News)\n\n"
            + ("Ships came in. " * 20).strip(),
            id="a headline and the line below it are two where paragraphs are not wrapped",
        ),
        pytest.param(
            "Ships wait eleven days off the harbour of Alba while\nthe pilots are on strike\n\n"
            "They came in on Monday, after a long wait, and left\nagain on Tuesday.",
            "Ships wait eleven days off the harbour of Alba while the pilots are on strike\n\n"
            "They came in on Monday, after a long wait, and left again on Tuesday.",
            id="a headline of two lines is one where paragraphs are wrapped",
        ),
        pytest.param(
            "The Harbour Reopens\n\nHarbour Gazette, 14 November 2025. By Eva Lund\n\nWhat Changes\n\n"
            "Ships came in on Monday after a long wait outside.",
            "## The Harbour Reopens\n\nHarbour Gazette, 14 November 2025. By Eva Lund\n\n## What Changes\n\n"
            "Ships came in on Monday after a long wait outside.",
            id="where and when below a headline is no heading",
        ),
        pytest.param(
            "Ships came in.\nA Quiet Morning\nNobody had expected them so soon after the storm of the week before.",
            "Ships came in.\n\n## A Quiet Morning\n\n"
            "Nobody had expected them so soon after the storm of the week before.",
            id="a short line without end mark opens what follows",
        ),
        pytest.param(
            "Explainer: what will it cost you?\n\nBy Karel Dunne\n\nBusiness reporter\n\n22 January 2025\n\n"
            "Shoppers will pay an extra 20 cents for every can from 1 October.",
            "## Explainer: what will it cost you?\n\nBy Karel Dunne\n\nBusiness reporter\n\n22 January 2025\n\n"
            "Shoppers will pay an extra 20 cents for every can from 1 October.",
            id="a headline may ask, and what the writer is at the paper is no heading",
        ),
        pytest.param("It ends with words and", "It ends with words and", id="what breaks off stays as it is"),
        pytest.param("One.\r\n\r\nTwo.\r\rThree.", "One.\n\nTwo.\n\nThree.", id="line ends of every system"),
        pytest.param("Zero\u200bwidth \ufeffmark\u202e and\x00 nul", "Zerowidth mark and nul", id="invisible signs go"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_saved_text_is_stored_as(saved, stored):
    assert clean(saved).text == stored


@pytest.mark.parametrize(
    "lines",
    [
        ["· wheat", "· oil"],
        ["– Yes, he said.", "– No, she said.", "Then they left."],
        ["- one", "- two"],
        ["1) a", "2) b"],
    ],
    ids=["points", "dialogue", "items", "numbers"],
)
def test_lines_laid_out_are_each_a_block_of_the_outline(lines):
    text = laid_out(lines)

    assert [text[block.start : block.end] for block in outline(text)] == lines


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("You must be logged in to post a comment Login", "log-in notice"),
        ("Share on Facebook | Tweet | Email", "share buttons"),
        ("We use cookies on this page.", "cookie notice"),
        ("Subscribe to our newsletter", "newsletter notice"),
        ("Leave a Reply", "site furniture"),
        ("Skip to content", "site furniture"),
        ("5 min read", "site furniture"),
        ("Comments (17)", "site furniture"),
        ("Artikel anhören", "site furniture"),
        ("Compartir en Whatsapp", "site furniture"),
    ],
)
def test_site_furniture_is_left_out_and_listed_with_its_reason(line, reason):
    cleaned = clean(f"Ships came in on Monday.\n\n{line}")

    assert cleaned.text == "Ships came in on Monday."
    assert cleaned.left_out == (f"{reason}: {line}",)


@pytest.mark.parametrize(
    "sentence",
    [
        "The crew must log in to the harbour’s register, the captain said, before any ship may leave, and the list of "
        "those who did so is read out by the harbour master every evening.",
        "Shares of the company fell.",
        "Print is dead, said the editor.",
        "He told the paper that he reads no comments.",
        "Lesezeit ist auch Lebenszeit, sagt die Bibliothekarin.",
        "Compartir en familia es lo que más echan de menos.",
        "Comment",
    ],
    ids=["a long line", "shares", "print", "comments", "lesezeit", "compartir", "a label"],
)
def test_what_merely_resembles_furniture_is_kept(sentence):
    assert clean(sentence).left_out == ()


def test_a_caption_that_is_repeated_is_kept_once():
    cleaned = clean("Ships came in.\n\nCaptain Eva Lund.\nCaptain Eva Lund.\n\nShe was tired.")

    assert cleaned.text.count("Captain Eva Lund.") == 1
    assert cleaned.left_out == ("repeated line: Captain Eva Lund.",)


def test_the_publisher_is_taken_from_a_byline():
    assert clean("The Harbour Reopens\n\nSpecial to Wheat.example\n\nShips came in.").publisher == "Wheat.example"


@pytest.mark.parametrize(
    "saved",
    [
        "The talks between the two delegations will begin in the port on May\n15. The captains said so on Monday.",
        "The talks between the two delegations will begin in the port on May\n15.\n\nNobody else was there.",
    ],
    ids=["the sentence goes on", "a blank line follows"],
)
def test_a_wrap_before_a_number_does_not_make_a_list(saved):
    assert "in the port on May 15." in clean(saved).text


@pytest.mark.parametrize("saved", ["Ships came in.\n\n17.", "Ships came in.\n17.\n| Port | Ships |"])
def test_a_number_that_opens_no_item_is_not_lost(saved):
    assert "17" in clean(saved).text


@given(texts)
def test_every_word_is_stored_or_listed_as_left_out(text):
    cleaned = clean(text)
    left_out = [line.partition(": ")[2] for line in cleaned.left_out]

    assert words(cleaned.text, *left_out) == words(visible(text))


@given(texts)
def test_cleaning_again_loses_no_word(text):
    once = clean(text).text
    twice = clean(once)

    assert words(twice.text, *(line.partition(": ")[2] for line in twice.left_out)) == words(once)


@given(texts)
def test_stored_text_has_no_odd_space(text):
    stored = clean(text).text

    assert not re.search(r"[^\S \n]|  |\n{3}| \n|\n |\A\s|\s\Z", stored)


def words(*parts: str) -> Counter[str]:
    """Words that hold a letter: a number may be a mere marker."""
    return Counter(word for part in parts for word in re.findall(r"\w*[^\W\d]\w*", part))


def test_facts_in_lines_of_their_own_stay_apart():
    present = "Present: Hedwig Zöllner (chair), Siobhán Ó Briain (secretary), Pavel Dvořák (fences), Omar"
    facts = ["Place: Club house", present, "Apologies: Xiùyīng Chén"]

    assert clean("\n".join(["Minutes", "", *facts])).text == "\n\n".join(["Minutes", *facts])
