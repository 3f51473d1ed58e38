"""What a sentence says must stand in what it cites."""

import pytest

from rag.answering.quantities import quantities
from rag.answering.support import checked_sentences
from rag.answering.wording import Wording
from rag.core.types import Citation, Sentence

PASSAGE = (
    "El-Sisi received Sergey Lavrov, the Russian foreign minister, in Cairo on Monday, 22 December. "
    "Trade between the two countries reached 5.2 billion dollars, which neither side had expected. "
    "Badr Abdelatty took part, and so did Georgy Borisenko, Moscow's ambassador."
)
OTHER = "Sameh Shoukry met Anthony Blinken hours before he left for Moscow, where he saw Nikolai Patrushev."


def cited(number, text, date="2025-12-22"):
    return Citation(number, f"{number}.txt", "Talks in Cairo", date, "", None, text[:90], 0, 90)


def checked(text):
    citations = [cited(1, PASSAGE), cited(2, OTHER, "2023-01")]
    return checked_sentences(text, citations, {1: PASSAGE, 2: OTHER})


@pytest.mark.parametrize(
    ("sentence", "support"),
    [
        pytest.param("El-Sisi received Sergey Lavrov in Cairo on 22 December [1].", "supported", id="its own words"),
        pytest.param("In Cairo, Lavrov was received by el-Sisi on Monday [1].", "supported", id="words moved"),
        pytest.param("On 2025-12-22 Lavrov was in Cairo for talks [1].", "supported", id="the article's date"),
        pytest.param("Badr Abdulatti took part, and so did Borisenko [1].", "supported", id="a name spelt otherwise"),
        pytest.param(
            "Badr Abdel Atty took part, and so did Borisenko [1].",
            "supported",
            id="a name spelt in two words",
        ),
        pytest.param("Lavrov and Shoukry both met foreign ministers [1] [2].", "supported", id="words of two sources"),
        pytest.param("Trade reached 5.2 billion dollars [1].", "supported", id="the same number"),
        pytest.param("Trade reached 5,200 million dollars [1].", "supported", id="the number at another scale"),
        pytest.param("Trade between 2 countries reached $5.2bn [1].", "supported", id="digits for words"),
        pytest.param("Lavrov came on December 22nd, 2025 [1].", "supported", id="a date in another form"),
        pytest.param("Lavrov was received on a Monday [1].", "supported", id="a weekday"),
        pytest.param("Lavrov was received on a Tuesday [1].", "unsupported", id="another weekday"),
        pytest.param("Trade reached 5.3 billion dollars [1].", "unsupported", id="another number"),
        pytest.param(f"Trade reached {'9' * 400} dollars [1].", "unsupported", id="a number beyond all numbers"),
        pytest.param("Trade reached 52 billion dollars [1].", "unsupported", id="a number without its point"),
        pytest.param(
            "El-Sisi received Sergey Lavrov [2013] in Cairo [1].",
            "unsupported",
            id="a year in brackets",
        ),
        pytest.param("El-Sisi received Sergey Lavrov on 23 December [1].", "unsupported", id="another day"),
        pytest.param("El-Sisi received Sergey Lavrov on 22 December 2024 [1].", "unsupported", id="another year"),
        pytest.param("In Cairo, el-Sisi received Blinken on Monday [1].", "unsupported", id="another name"),
        pytest.param("Lavrov was received in Alexandria on Monday [1].", "unsupported", id="another place"),
        pytest.param("Shoukry met Blinken before he left [1].", "unsupported", id="the wrong source"),
        pytest.param("Wheat exporters feared an early winter with storms [1].", "unsupported", id="another matter"),
        pytest.param("El-Sisi received Sergey Lavrov in Cairo on 22 December.", "unsupported", id="no source"),
        pytest.param("Lavrov talked in Cairo about grain storage and railways [1].", "weak", id="half of it elsewhere"),
        pytest.param("Yes.", "supported", id="claims nothing"),
        pytest.param("Lastly, el-Sisi received Lavrov in Cairo on Monday [1].", "supported", id="a word that opens"),
        pytest.param("It reached 5.2 billion dollars between the two countries [1].", "supported", id="it opens"),
        pytest.param("No, el-Sisi received Sergey Lavrov in Cairo [1].", "supported", id="a no that answers"),
        pytest.param("No Sergey Lavrov was received by el-Sisi in Cairo [1].", "unsupported", id="a no that denies"),
    ],
)
def test_a_sentence_is_judged_by_what_it_cites(sentence, support):
    (verdict,) = checked(sentence)

    assert (verdict.support, bool(verdict.reason)) == (support, support != "supported"), verdict.reason


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Trade reached 5.3 billion dollars [1].", "It says 5.3 billion dollars; the source says 5.2 billion dollars."),
        ("In Cairo, el-Sisi received Blinken on Monday [1].", "It names Blinken; the source does not."),
        (
            "El-Sisi received Sergey Lavrov on 23 December [1].",
            "It says 23 December; the source says Monday, 22 December.",
        ),
        (
            "Lavrov received El-Sisi in Cairo on Monday [1].",
            "It says Lavrov … received … Sisi; the source says Sisi … Lavrov.",
        ),
        (
            "El-Sisi received Sergey Lavrov, the Russian finance minister, in Cairo [1].",
            "It says finance; the source says foreign.",
        ),
        ("El-Sisi did not receive Sergey Lavrov in Cairo [1].", "It says “not”; the source does not."),
        (
            "Trade reached 5.2 billion dollars, which either side had expected [1].",
            "It says so; the source says “neither”.",
        ),
        ("El-Sisi received Sergey Lavrov in Cairo.", "It names no source."),
        ("Wheat exporters feared an early winter with storms [1].", "The source says something else."),
    ],
)
def test_the_reason_says_what_is_amiss(sentence, reason):
    assert checked(sentence)[0].reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "Lavrov was in Cairo [1]. Shoukry met Blinken [2].",
        "Lavrov was in Cairo. [1] Shoukry met Blinken. [2]",
        "Lavrov was in Cairo [1].\n\nShoukry met Blinken [2].",
        "Lavrov was in Cairo. [1]\nShoukry met Blinken. [2]",
    ],
)
def test_markers_before_and_after_the_full_stop_belong_to_the_same_sentence(text):
    assert checked(text) == (
        Sentence("Lavrov was in Cairo.", (1,), "supported"),
        Sentence("Shoukry met Blinken.", (2,), "supported"),
    )


def test_a_sentence_with_several_markers_names_each_once():
    (sentence,) = checked("Lavrov [1] and Shoukry [2] each saw [1] a minister [2].")

    assert sentence.citations == (1, 2)


@pytest.mark.parametrize("text", ["", "  \n ", "[1]"])
def test_a_text_without_words_has_no_sentence_to_judge(text):
    assert all(sentence.support == "supported" for sentence in checked(text))


@pytest.mark.parametrize("odd", ["192.168.0.1:8080", "1,00:30", "1.2.3:4", "10:30:15"])
def test_a_number_of_any_form_is_one_number(odd):
    (found,) = quantities(f"The pump at {odd} leaks.")

    assert found.text == odd


@pytest.mark.parametrize("last", ["article", "paper"])
def test_what_is_denied_does_not_hang_on_the_last_word(last):
    assert "talk" in Wording(f"No talks were held, says the {last}").denied


@pytest.mark.parametrize(
    ("said", "support"),
    [
        ("Lavrov was murdered.", "unsupported"),
        ("He resigned.", "unsupported"),
        ("Lavrov was murdered [1].", "weak"),
        ("It resigned [1].", "unsupported"),
        ("Lavrov was received [1].", "supported"),
        ("Happy to help.", "supported"),
        ("Yes.", "supported"),
        ("- Border security", "supported"),
        ("In short:", "supported"),
    ],
)
def test_a_short_sentence_that_claims_something_needs_a_source_too(said, support):
    (sentence,) = checked(said)

    assert sentence.support == support
