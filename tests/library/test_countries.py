"""One country, spoken of in several ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.library.countries import _COUNTRIES, countries, forms
from rag.library.words import content_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Egyptians watched as Washington spoke", {"Egyptians": "Egypt", "Washington": "United States"}),
        ("the U.S. and the US", {"U.S.": "United States", "US": "United States"}),
        ("South Sudan's neighbour Sudan", {"South Sudan": "South Sudan", "Sudan": "Sudan"}),
        ("Niger and Nigeria", {"Niger": "Niger", "Nigeria": "Nigeria"}),
        ("N’Djamena", {"N’Djamena": "Chad"}),
        ("tell us about turkey and polish", {}),
        ("The Russianness of Muscovites", {}),
    ],
)
def test_a_country_is_known_by_its_name_its_people_and_its_capital(text, found):
    assert countries(text) == found


@given(st.data())
def test_every_form_of_a_country_is_known_as_that_country(data):
    country = data.draw(st.sampled_from(["Egypt", "Russia", "United States", "South Korea", "Ivory Coast", "Chad"]))
    form = data.draw(st.sampled_from(forms(country)))
    assert countries(f"they say that {form} agrees") == {form: country}


def test_no_two_countries_share_a_form():
    named = set(countries(_COUNTRIES).values())
    every = [form for country in named for form in forms(country)]
    assert len(named) > 150
    assert len(every) == len(set(every))


def test_an_acronym_that_reads_like_a_small_word_is_asked_about():
    assert content_words("What did the US and the WHO say?") == ["US", "WHO"]
    assert content_words("tell us who said it") == ["tell", "us", "who", "said", "it"]


def test_a_passage_is_found_by_another_way_to_speak_of_its_country(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": "The Kremlin has raised its tariffs on steel.", "b.txt": "Bread is dear in Hollin."}))
    assert list(opened.words.matching("What did Russians raise?", 5))
    assert not opened.words.matching("What did the Dutch do?", 5)
