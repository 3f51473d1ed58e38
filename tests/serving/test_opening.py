"""What the page offers to ask comes from the names that articles speak of."""

from __future__ import annotations

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


def test_what_has_been_spoken_of_is_not_offered_again():
    offered = follow_ups([Article("a.txt", "Ships come in", TEXT)], "Who is Eva Lund?")

    assert offered == ["What do the articles say about Omar Said?"]
