"""Candidates: passages are read for those that are shown, each once, and what is gone makes room for the next."""

from __future__ import annotations

from rag.core.types import Found, Passage
from rag.library.filters import Filter
from rag.search.asking import Allowed
from rag.search.candidates import Candidates, Kept, Ranked

ANY = Allowed(Filter(), (), None)


def passage(key: str, date: str | None = None) -> Passage:
    return Passage(key, f"{key}.txt", 0, 4, "Text", "Title", "", date)


class Reading:
    """Reads passages and notes what it was asked for."""

    def __init__(self, there: str) -> None:
        self.there = there
        self.asked: list[str] = []

    def __call__(self, ids):
        self.asked += ids
        return {key: passage(key) for key in ids if key in self.there}


def ranking(scores: dict[str, float]) -> dict[str, Ranked]:
    return {key: Ranked(score, Found(1, score), Found(None, 0.0), None) for key, score in scores.items()}


def test_only_so_many_passages_are_read_and_none_of_them_twice():
    reading = Reading("abcdef")
    kept = Kept(reading, ANY)

    assert list(kept.first("abcdef", 2)) == ["a", "b"]
    assert list(kept.first("abcdef", 4)) == ["a", "b", "c", "d"]
    assert reading.asked == ["a", "b", "c", "d"]
    assert list(kept.first("fa")) == ["f", "a"]


def test_the_next_ones_are_read_where_the_first_are_gone():
    kept = Kept(Reading("efgh"), ANY)

    assert list(kept.first("abcdefgh", 3)) == ["e", "f", "g"]
    assert kept.first("abcd", 2) == {}


def test_what_may_not_be_found_is_left_out():
    def read(ids):
        return {key: passage(key, "2024-05-01" if key in "bd" else None) for key in ids}

    kept = Kept(read, Allowed(Filter(since="2024"), (), None))

    assert list(kept.first("abcd", 2)) == ["b", "d"]


def test_wordings_are_blended_by_their_weights_and_the_heaviest_first_one_tells_the_rest():
    first, second = ranking({"a": 1.0, "b": 0.5}), ranking({"b": 1.0, "c": 0.2})

    found = Candidates([(3.0, first), (1.0, second)], Kept(Reading("abc"), ANY))

    assert len(found) == 3
    assert [(hit.passage.id, hit.score) for hit in found.hits()] == [("a", 0.75), ("b", 0.625), ("c", 0.05)]
    assert found.hits()[1].vector == first["b"].vector
    assert [hit.passage.id for hit in found.hits(1)] == ["a"]


def test_sixty_copies_of_a_story_do_not_hide_what_else_there_is(library, folder):
    copies = {f"copy-{number}.txt": "The price of wheat rose in the harbour, the mill said." for number in range(60)}
    opened = library()
    opened.sync(folder({**copies, "other.txt": "The captain bought wheat."}))

    hits = opened.search("What is the price of wheat?", 2)

    assert [hit.copies for hit in hits] == [60, 1]
    assert hits[1].passage.source == "other.txt"
