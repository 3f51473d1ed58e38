"""What the page offers to ask comes from the names that articles speak of."""

from __future__ import annotations

import pytest

from rag.core.types import Article
from rag.serving.opening import follow_ups, topics

TEXT = (
    "ALBA, 3 May 2024 (Meridian News Agency) – The pilots met Eva Lund on Monday. They thanked Eva Lund.\n\n"
    "BORA, 4 May 2024 (Meridian News Agency) – The council heard Omar Said. It asked Omar Said twice.\n"
)


def test_names_are_whole():
    found = topics(Article("a.txt", "Ships come in", TEXT))

    assert found[:2] == ["Eva Lund", "Omar Said"]
    assert "News Agency" not in found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They work at St Bride's. The head of St Bride's said so.", "St Bride's"),
        ("They work at St. Olave’s. The head of St. Olave’s said so.", "St. Olave’s"),
        ("They work at St Bride's Hospital. The head of St Bride's Hospital's staff said so.", "St Bride's Hospital"),
        ("They saw St Petersburg's port. They live in St Petersburg.", "St Petersburg"),
        ("They saw Eva Lund's boat. They thanked Eva Lund's pilot.", "Eva Lund"),
    ],
)
def test_a_possessive_belongs_to_the_name_of_a_saints_house_alone(text, name):
    assert topics(Article("a.txt", "News", text)) == [name]


def test_what_has_been_spoken_of_is_not_offered_again():
    offered = follow_ups([Article("a.txt", "Ships come in", TEXT)], "Who is Eva Lund?")

    assert offered == ["What do the articles say about Omar Said?"]


def test_who_wrote_an_article_and_for_which_paper_is_no_matter_to_ask_about():
    text = f"{TEXT}\nBy Ada Quill, The Meridian. It asked Ada Quill of The Meridian. They thanked Ada Quill."

    assert "Ada Quill" in topics(Article("a.txt", "Ships come in", text))
    assert "Ada Quill" not in topics(Article("a.txt", "Ships come in", text, author="Ada Quill", publisher="Meridian"))
