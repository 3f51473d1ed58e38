"""Names find each other however they are spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.library.names import name_key, name_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Abdelatty", "AbdulAtti"),
        ("Sergey", "Sergei"),
        ("Sergey", "Sergej"),
        ("Lavrov", "Lavrow"),
        ("Shoukry", "Shukri"),
        ("Müller", "Muller"),
        ("Khartoum", "Kartum"),
    ],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Lavrov", "Lukashevich"), ("Vershinin", "Borisenko")])
def test_different_names_have_different_keys(one, other):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("word", ["", "Ali", "Gaza", "Oman", "123", "—"])
def test_a_word_of_few_consonants_has_no_key(word):
    assert name_key(word) == ""


@pytest.mark.parametrize("text", ["Badr Abdel Atty spoke", "Badr Abdel-Atty spoke", "Badr Abdelatty spoke"])
def test_a_name_in_two_parts_is_also_read_as_one(text):
    assert "bdlt" in {key for _, key in name_keys(text)}


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_a_key_does_not_depend_on_case(word):
    assert name_key(word.upper()) == name_key(word.lower())


@given(st.text())
def test_every_text_has_keys_without_vowels_or_doubles(text):
    for words, key in name_keys(text):
        assert words
        assert not set(key) & set("aeiouyh")
        assert all(one != other for one, other in zip(key, key[1:], strict=False))
