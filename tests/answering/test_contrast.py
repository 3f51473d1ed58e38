"""What a statement says in place of what was asked about: found where it is so, and only there."""

import pytest

from rag.answering.assistant import Assistant
from rag.answering.contrast import Contrast, Contrasts
from rag.answering.opposites import are_contrary
from rag.core.types import Passage

COUNCIL = (
    "---\ntitle: The council and the meadow\ndate: 2023-04-18\n---\n"
    "The council of Hollin met on Tuesday. The builder Brackley Homes has offered 1.25 million pounds for the "
    "northern half of Priory Meadow, which would hold 38 houses. Councillors want to decide in June. "
    "The turnover of the market was 310,000 pounds in 2022.\n"
)
OTTERS = (
    "---\ntitle: Otters return\ndate: 2023-05-02\n---\n"
    "Otters live in the river again. Walkers saw two of them below the weir, and a fisherman saw a third.\n"
)


def _passage(text: str, *, title: str = "", date: str | None = None) -> Passage:
    return Passage("p", "a.md", 0, len(text), text, title, "", date)


def _first(question: str, statement: str, *, around: str = "", title: str = "", date: str | None = None):
    return Contrasts(question).first(statement, _passage(f"{statement} {around}", title=title, date=date))


@pytest.mark.parametrize(
    ("question", "statement", "asked", "said"),
    [
        ("What was the turnover in 2022?", "Turnover – 2023: 3,150", "2022", "2023"),
        ("Who invaded Scotland in the 10th century?", "William invaded Scotland in 1072.", "10th century", "1072"),
        ("What was fought in the 1890s?", "The war was fought in 1812.", "1890s", "1812"),
        ("What did the second year cost?", "The first year cost 38 million.", "second year cost", "first year cost"),
        ("Who was the khan's 4th son?", "The khan's third son, Ogedei, ruled.", "4th son", "third son"),
        ("Which is the second nuclear plant?", "Dabaa is a nuclear plant, the first of its kind.", "second", "first"),
        ("Which club spent 104 per cent of its income?", "Clubs spent 78 per cent of their income.", "104 per cent",
         "78 per cent"),
        ("Who bought the A340?", "Dora Kim bought the A350.", "A340", "A350"),
        ("How many watts does the RTX4090 draw?", "The RTX4080 draws 320 watts.", "RTX4090", "RTX4080"),
        ("Who bought the southern half?", "Brackley bought the northern half.", "southern half", "northern half"),
        ("When did unnatural disasters strike?", "Natural disasters struck in June.", "unnatural disasters",
         "Natural disasters"),
        ("Who is the defence minister of Kestria?", "Vara is foreign minister of Kestria.", "defence minister",
         "foreign minister"),
        ("What did Venn's sister die of?", "Venn had a brother who died of cancer.", "sister", "brother"),
        ("What profit did Lanning make in 2024?", "Lanning is indebted by 540 million.", "profit", "indebted"),
        ("How much profit did Tide make?", "Tide – Turnover (million crowns): 83", "profit", "Turnover"),
        ("What did line 4 cost?", "He left line 4 and a debt of 1.3 billion.", "cost", "debt"),
        ("How wide is the bridge?", "The bridge is 74 metres long.", "wide", "74 metres long"),
        ("How heavy is the arch?", "The arch is 112 metres in length.", "heavy", "112 metres in length"),
        ("What is the length of the fish?", "She caught a fish of 74 kilograms.", "length", "74 kilograms"),
        ("Which project drew the largest number of objections?", "It drew the second largest number of objections.",
         "largest", "second largest"),
        (
            "Who is the Libyan foreign minister?",
            "Egypt’s Foreign Minister Badr Abdel Atty met the Russian ambassador.",
            "Libyan foreign minister",
            "Egypt’s Foreign Minister",
        ),
        (
            "Who was Egypt's foreign minister then?",
            "The Egyptian president received Russia's foreign minister, Sergey Lavrov.",
            "Egypt's foreign minister",
            "Russia's foreign minister",
        ),
        ("What is the name of the Norvolt director?", "Kystkraft director Ida Fossum left.", "Norvolt director",
         "Kystkraft director"),
        ("Who is the mayor of Kessa?", "Amadi's mayor, Esther Quaye, came.", "mayor of Kessa", "Amadi's mayor"),
        ("Who is Kessa's mayor?", "The mayor of Port Amadi, Jo Quaye, came.", "Kessa's mayor", "mayor of Port Amadi"),
        ("Who is the foreign minister of Karsk?", "Karsk's prime minister, Toma Ziberi, spoke.",
         "foreign minister of Karsk", "Karsk's prime minister"),
        ("Who is the head of Kessa Girls' Academy?", "Their deputy head, Miriam Dosu, came.",
         "head of Kessa Girls' Academy", "deputy head"),
        ("Who is the director of the Lab?", "Its former director, Jo Pell, came.", "director of the Lab",
         "former director"),
        ("What is the name of the keeper who passed them on?", "It came from a former keeper of Lanning.",
         "the name of the keeper", "a former keeper"),
        ("What was the Maltese freighter called?", "It came from a Maltese freighter.",
         "the name of the Maltese freighter", "a Maltese freighter"),
        ("Who was the waiter who saw it?", "A waiter says he saw it. He does not wish to be named.",
         "the name of the waiter", "A waiter"),
        ("name of the hotel that tempted him", "He was tempted by a large hotel in Taveras.", "the name of the hotel",
         "a large hotel"),
    ],
)  # fmt: skip
def test_what_is_said_in_place_of_what_was_asked_about(question: str, statement: str, asked: str, said: str) -> None:
    """Both in their own words."""
    assert _first(question, statement) == Contrast(asked, said)


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("What was the turnover in 2023?", "Turnover – 2023: 3,150"),
        ("Who bought the A340?", "Dora Kim bought the A340 and the A350."),
        ("Who flew the F-16?", "Dora Kim flew it."),
        ("How many had Covid-19?", "Nine had Covid19."),
        ("What was built in the 1970s?", "The dam was built in 1974."),
        ("What was built in 1974?", "The dam was built in the 1970s."),
        ("What was built in 1974?", "The dam was built in the 20th century."),
        ("Where did Lunde live in 1928?", "Lunde lived in Paris from 1925 to 1931."),
        ("Who ruled in 1928?", "Lunde ruled between 1925 and 1931."),
        ("Who invaded Scotland in the 11th century?", "William invaded Scotland in 1072."),
        ("Who received the guest?", "The president received the guest in 2019."),
        ("Is it the first, second or third plant?", "It is the first plant of its kind."),
        ("What did the second year cost?", "The first year cost 38 million, the second year 41 million."),
        ("How many of the 12 members voted?", "Nine members voted."),
        ("Name one minister who came.", "Two ministers came."),
        ("Who won with over 50 per cent?", "Quill won with 53 per cent."),
        ("Was the treaty signed in 2022?", "The treaty was signed in 2023."),
        ("Did the northern half burn?", "The southern half burned."),
        ("Which ships sank after 2015?", "The Grebe sank in 2018."),
        ("What was built between 1970 and 1980?", "The dam was built in 1974."),
        ("What came in place of the old bridge?", "A new bridge came in May."),
        ("When was the request made?", "The second request was made in May."),
        ("Which is the largest port?", "Averil is the largest port, Lorne the second largest."),
        ("How long is the northern road?", "The northern road is short."),
        ("How many were there?", "There were few."),
        ("Who was defence minister?", "Defense Minister Sergei Shoigu met Foreign Minister Fahmy."),
        ("Who is his father?", "He is the son of a miner."),
        ("Which is the second largest port?", "Averil is the second largest port."),
        ("Which is the largest port?", "Averil is the first and largest port."),
        ("What does the new road connect?", "The road connects the old town with the sea."),
        (
            "Who is Egypt's foreign minister?",
            "Egyptian Foreign Minister Badr Abdel Atty met Russia's foreign minister.",
        ),
        ("Who is Cairo's foreign minister?", "Egypt’s Foreign Minister Badr Abdel Atty left."),
        ("Who is the mayor of Kessa?", "Its mayor, Corinna Vey, came."),
        ("Who was the director of the Lab?", "Its former director, Jo Pell, came."),
        ("Who is the foreign minister of Karsk?", "Karsk's prime minister met the minister, Jo Pell."),
        ("Who is the mayor of Kessa?", "The mayor of Kessa, Corinna Vey, met the mayor of Port Amadi."),
        ("Who was the waiter who saw it?", "A waiter, Jo Pell, saw it."),
        ("Who was the waiter who saw it?", "Jo Pell, a waiter, saw it."),
        ("Who was the waiter who saw it?", "It was seen by a waiter called Jo."),
        ("What is the bird in the kitchen called?", "A bird sat there. Its name is Pilot."),
        ("What is the name of the book?", "He wrote a book. It has a title already, Nothing."),
        ("Who is Egypt's foreign minister?", "Badr Abdel Atty, the foreign minister, met Russia's foreign minister."),
        ("Who is Egypt's foreign minister?", "Russia's deputy foreign minister met Badr Abdel Atty."),
        ("Who did the Libyan foreign minister meet?", "Egypt’s Foreign Minister met Najla Mangoush."),
        ("Who is the foreign minister?", "Egypt’s Foreign Minister Badr Abdel Atty left."),
        ("Who is Egyptian President Sisi's spokesman?", "Fahmy, who speaks for Sisi, met Russian President Putin."),
        ("What profit did Lanning make in 2024?", "Lanning earned 540 million on a turnover of two billion."),
        ("What did line 4 cost?", "He paid 1.3 billion for line 4, and left a debt."),
        ("Who is blamed for the lower profit?", "Annika Rhode named the turnover."),
        ("How wide is the strip?", "The line is 40 kilometres long, with a strip of five kilometres on either side."),
        ("How heavy is the arch?", "The arch weighs 900 tonnes and is 112 metres in length."),
        ("How much does Dahl lose?", "It costs him 27,000 guilders."),
        ("Isn’t the treaty of 2022?", "The treaty is of 2023."),
    ],
)
def test_the_same_in_other_words_is_no_contrast(question: str, statement: str) -> None:
    """A year in its decade, a number beside another, an opposite of something else, a holder who may be the one."""
    assert _first(question, statement) is None


def test_an_article_of_that_year_need_not_name_it() -> None:
    """What it tells without a date is of its own time."""
    assert _first("Who was mayor in 2019?", "Mayor Dahle spoke.", date="2019-03-04") is None
    assert _first("Who was mayor in 2019?", "Mayor Dahle spoke.", title="The council in 2019") is None
    assert _first("Who was mayor in 2019?", "Mayor Dahle spoke.") is None  # nobody knows of what year it is
    assert _first("Who was mayor in 2019?", "Mayor Dahle spoke.", date="2023-03-04") == Contrast("2019", "")


def test_last_year_may_be_the_year_that_was_asked_about() -> None:
    """A passage that counts years from its own date is not held to the years that it names."""
    around = "The year before it had been 3,000."
    assert _first("What did it earn in 2022?", "Earnings came to 3,150.", around=around, date="2023-05-01") is None


def test_what_stands_nearby_is_enough_for_a_statement_that_says_it_otherwise() -> None:
    """The year may stand in the sentence before, unless the statement itself says all but that."""
    around = "In 2018 the bridge was closed."
    question = "Who closed the bridge in 2018?"
    assert _first(question, "The mayor, elected in 2016, gave the order.", around=around) is None
    assert _first(question, "The mayor closed the bridge in 2016.", around=around) == Contrast("2018", "2016")


def test_a_contrast_is_told_in_a_sentence() -> None:
    """Where it says anything in its place."""
    assert str(Contrast("2022", "2023")) == "What comes nearest says “2023”, not “2022”."
    assert str(Contrast("2022", "")) == ""


def test_contraries_are_so_both_ways() -> None:
    """Opposites, and kinds of which one excludes the other; the same word spelt otherwise is none."""
    for one, other in (("northern", "southern"), ("foreign", "interior"), ("aunt", "uncle"), ("upper", "lower")):
        assert are_contrary(one, other) and are_contrary(other, one)
    assert not are_contrary("defense", "defence")
    assert not are_contrary("father", "son")


@pytest.fixture
def meadow(library, folder, embedder) -> Assistant:
    """Two articles about a meadow of which only the northern half was ever asked for, in 2023."""
    opened = library(opener=lambda name: embedder)
    opened.sync(folder({"council.md": COUNCIL, "otters.md": OTTERS}))
    return Assistant.open(opened, "extractive")


def test_what_is_said_of_something_else_is_no_answer_and_the_reader_is_told(meadow: Assistant) -> None:
    """The northern half is not the southern, 2022 is not 2021."""
    south = meadow.answer("What price did Brackley Homes offer for the southern half of Priory Meadow?")
    earlier = meadow.answer("What was the turnover of the market in 2021?")

    assert south.status == earlier.status == "not_found"
    assert south.notice == "What comes nearest says “northern half”, not “southern half”."
    assert earlier.notice == "What comes nearest says “2022”, not “2021”."


def test_what_is_said_of_it_is_an_answer(meadow: Assistant) -> None:
    """And nothing is remarked on."""
    north = meadow.answer("What price did Brackley Homes offer for the northern half of Priory Meadow?")
    later = meadow.answer("What was the turnover of the market in 2022?")

    assert "1.25 million pounds" in north.text
    assert "310,000 pounds" in later.text
    assert not north.notice
    assert not later.notice


def test_a_question_of_another_matter_is_refused_without_a_remark(meadow: Assistant) -> None:
    """What comes nearest to it is not worth telling."""
    reply = meadow.answer("Who won the football World Cup in 1998?")

    assert reply.status == "not_found"
    assert not reply.notice
