"""Of several values in one sentence the one that the question asks for, or none."""

import pytest

from rag.answering.parallel import meant

FEES = "Entrance is 18 euros for adults, 9 for children and free for babies."
WAGES = "Pilots earn 5,200 pounds a month, stewards 2,900, mechanics 3,400."
SEATS = "In 2019 the Left had won 10 seats and the Right 13."
BRIDGES = "The old bridge was designed by Emil Kraft, the new one by Sana Iqbal."
LIFE = "Ludvika Arne (12 May 1871 in Moss – 3 January 1949 in Leipzig) was a composer."
HUT = "A bed costs 390 crowns for members and 520 for others."
ZOO = "The zoo has 3 lions, 14 penguins and 120 flamingos."
DAM = "The dam was to be finished in 1968 but was not finished until 1971."
CREW = "The ferry had 214 passengers and 19 crew on board."
DESK = "Manager Olive Trent has led the airport since 2018; before her Conrad Bligh was manager for eleven years."
HALLS = "The steel hall was bought by Varga Ltd and the glass hall by the town."
TOUR = "The tour takes 2 hours, 11 minutes and 45 seconds."


@pytest.mark.parametrize(
    ("sentence", "read", "question", "said"),
    [
        (FEES, "18 euros", "How much is the entrance for children?", "9"),
        (FEES, "18 euros", "How much is the entrance for adults?", "18 euros"),
        (WAGES, "5,200 pounds", "How much do stewards earn?", "2,900"),
        (WAGES, "3,400", "How much do pilots earn?", "5,200 pounds"),
        (SEATS, "13", "How many seats did the Left win in 2019?", "10"),
        (SEATS, "10 seats", "How many seats did the Right win in 2019?", "13"),
        (BRIDGES, "Emil Kraft", "Who designed the new bridge?", "Sana Iqbal"),
        (BRIDGES, "Emil Kraft", "Who designed the old bridge?", "Emil Kraft"),
        ("Some 900 cars cross the old bridge and 11,000 the new one.", "900", "How many cars cross the new bridge?",
         "11,000"),
        (LIFE, "Moss", "In which town did Ludvika Arne die?", "Leipzig"),
        (LIFE, "Moss", "In which town was Ludvika Arne born?", "Moss"),
        (HUT, "390 crowns", "How much does a bed cost for others?", "520"),
        (ZOO, "3", "How many penguins does the zoo have?", "14"),
        (CREW, "19", "How many passengers did the ferry have on board?", "214"),
        ("Of the bids nineteen were upheld; forty were rejected.", "nineteen", "How many bids were rejected?", "forty"),
        ("Wages rose by 3 per cent, prices by 7.", "3 per cent", "By how much did prices rise?", "7"),
        ("The way takes three to four hours; with children five.", "three to four hours",
         "How long does the way take with children?", "five"),
    ],
)  # fmt: skip
def test_the_value_beside_the_words_of_the_question_is_meant(
    sentence: str, read: str, question: str, said: str
) -> None:
    """Whatever a later clause leaves out because an earlier one has said it."""
    assert meant(sentence, read, question) == said


@pytest.mark.parametrize(
    ("sentence", "read", "question"),
    [
        (FEES, "18 euros", "How much is the entrance for babies?"),
        (FEES, "18 euros", "How much is the entrance for pensioners?"),
        (WAGES, "5,200 pounds", "How much do cooks earn?"),
        (ZOO, "3", "How many tigers does the zoo have?"),
        (DESK, "Conrad Bligh", "Who is the manager of the airport?"),
        (HALLS, "Varga Ltd", "Who bought the glass hall?"),
        ("The Left promised 200 new flats, the Right two new roads.", "new flats", "What did the Greens promise?"),
    ],
)
def test_where_the_words_of_the_question_stand_beside_no_value_or_beside_several_none_is_said(
    sentence: str, read: str, question: str
) -> None:
    """No short answer is better than that of something else."""
    assert meant(sentence, read, question) == ""


@pytest.mark.parametrize(
    ("sentence", "read", "question", "said"),
    [
        (DAM, "1968 but was not finished until 1971", "When was the dam finished?", "1971"),
        (DAM, "1968", "When was the dam to be finished?", "1968"),
        ("It cost 5 million, not 4 million.", "4 million", "How much did it cost?", "5 million"),
        ("In 2022 it had 410,000 visitors, in 2023 only 385,000.", "410,000 visitors, in 2023 only 385,000",
         "How many visitors did it have in 2023?", "385,000"),
    ],
)  # fmt: skip
def test_what_was_only_expected_or_is_said_to_be_wrong_is_not_meant(
    sentence: str, read: str, question: str, said: str
) -> None:
    """Unless it is asked for; and of two values that were read as one there is one."""
    assert meant(sentence, read, question) == said


@pytest.mark.parametrize("read", ["2 hours", "11 minutes", "2 hours, 11 minutes"])
def test_a_measure_in_several_units_is_said_as_a_whole(read: str) -> None:
    """Wherever the reader cut it."""
    assert meant(TOUR, read, "How long does the tour take?") == "2 hours, 11 minutes and 45 seconds"


@pytest.mark.parametrize(
    ("sentence", "read", "question"),
    [
        ("The hall was founded in 1886 by the merchant Elias Brandt and opened by King Oscar in 1889.", "1889",
         "When was the hall inaugurated?"),
        ("Painting takes 4 tons of paint, every 12 years.", "12 years", "How often is the bridge painted?"),
        ("King David, whose brother Alexander had married Sybilla, was in Moss.", "Sybilla", "Who married Alexander?"),
        ("Han Chinese and Khitans were sent to Bukhara.", "Han Chinese and Khitans", "Who was sent to Bukhara?"),
        ("It put 2.3 million aside for the talks and for a monitoring office.", "2.3 million",
         "How much did it reserve for monitoring?"),
        ("It costs 21 million crowns instead of 18,400 crowns as before.", "18,400 crowns", "What did it cost before?"),
        ("A litre of milk, at 1.29 euros, was already 31 cents dearer.", "1.29 euros", "What is the price of milk?"),
        ("The deputy, Runa Sell, spoke of a ramming.", "Runa Sell", "Which politician talked of an attack?"),
    ],
)  # fmt: skip
def test_where_nothing_speaks_for_another_value_the_reader_is_believed(sentence: str, read: str, question: str) -> None:
    """It may know other words for the same."""
    assert meant(sentence, read, question) == read
