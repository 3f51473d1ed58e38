"""Late interaction: what is kept of words, and how a question's are held against them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rag.core.errors import StorageError
from rag.library.late import codes_of, directions, max_sim, word_vectors
from tests.doubles import WordEmbedder, never_opened

DIMENSION = 16
numbers = st.lists(st.integers(-1, 2), max_size=12).map(lambda steps: np.cumsum([max(step, 0) for step in steps]))


def states(tokens: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float32, (tokens, DIMENSION), elements=st.integers(-9, 9).map(float))


@given(st.data())
def test_a_words_vector_is_the_sum_of_its_tokens_whatever_stands_between_the_words(data):
    of = data.draw(numbers)
    is_word = np.array(data.draw(st.lists(st.booleans(), min_size=len(of), max_size=len(of))), dtype=bool)
    given_numbers = np.where(is_word, of, -1).astype(np.int64)
    tokens = data.draw(states(len(of)))

    found = word_vectors(tokens, given_numbers)

    words = [word for word in dict.fromkeys(given_numbers.tolist()) if word >= 0]
    wanted = [tokens[given_numbers == word].sum(axis=0) for word in words]
    halves = [row[: DIMENSION // 2] + row[DIMENSION // 2 :] for row in wanted]
    assert found == pytest.approx(np.array(halves).reshape(len(words), DIMENSION // 2))


@given(st.data())
def test_max_sim_is_the_mean_of_the_best_cosines_to_the_signs(data):
    question = directions(data.draw(arrays(np.float32, (3, 10), elements=st.integers(1, 9).map(float))))
    passages = [
        data.draw(arrays(np.float32, (size, 10), elements=st.integers(-9, 9).map(float)))
        for size in data.draw(st.lists(st.integers(0, 4), max_size=5))
    ]

    found = max_sim(question, [codes_of(words) for words in passages])

    for its, words in zip(found, passages, strict=True):
        signs = np.where(words > 0, 1.0, -1.0) / np.sqrt(10)
        assert its == (pytest.approx((question @ signs.T).max(axis=1).mean(), abs=1e-5) if len(words) else None)


def test_a_question_without_words_prefers_nothing():
    codes = codes_of(np.ones((2, 8), dtype=np.float32))

    assert max_sim(np.zeros((0, 8), dtype=np.float32), [codes, codes]) == [None, None]


def test_an_article_that_is_renamed_keeps_its_words_without_embedding(library, folder):
    place = folder({"a.txt": "The price of wheat rose in the harbour."})
    library().sync(place)
    (place / "a.txt").rename(place / "b.txt")

    moved = WordEmbedder()
    opened = library(opener=lambda name: moved)
    opened.sync(place)

    hit = opened.search("What is the price of wheat?")[0]
    assert hit.passage.source == "b.txt"
    assert hit.by_word > 0.5
    assert not [text for text in moved.embedded if "harbour" in text]


def as_format_2(place) -> None:
    """Take back what format 3 added."""
    with closing(sqlite3.connect(place / "catalogue.sqlite")) as db, db:
        db.execute("ALTER TABLE passages DROP COLUMN codes")
        db.execute("UPDATE about SET value = '2' WHERE name = 'format'")


def test_a_library_from_before_words_were_kept_is_searched_without_them_until_it_is_built_anew(
    library, folder, tmp_path
):
    place = folder({"a.txt": "The price of wheat rose.", "b.txt": "The harbour opens in May."})
    with closing(library()) as old:
        old.sync(place)
    as_format_2(tmp_path / "library")

    opened = library()
    hits = opened.search("What is the price of wheat?")
    assert (hits[0].passage.source, hits[0].by_word) == ("a.txt", None)
    assert library(opener=never_opened).sync(place).unchanged == ("a.txt", "b.txt")

    opened.sync(place, rebuild=True)
    assert opened.search("What is the price of wheat?")[0].by_word > 0.5


def test_passages_kept_before_words_were_count_as_the_middle_one(library, folder, tmp_path):
    with closing(library()) as old:
        old.sync(folder({"a.txt": "The price of wheat rose."}))
    as_format_2(tmp_path / "library")

    opened = library()
    opened.sync(folder({"b.txt": "The harbour opens in May.", "c.txt": "Two ambassadors were received."}))

    assert opened.search("What is the price of wheat?")[0].passage.source == "a.txt"


def test_codes_that_are_not_whole_are_found_and_a_rebuild_mends_them(library, folder, tmp_path):
    place = folder({"a.txt": "The price of wheat rose."})
    with closing(library()) as old:
        old.sync(place)
    with closing(sqlite3.connect(tmp_path / "library" / "catalogue.sqlite")) as db, db:
        db.execute("UPDATE passages SET codes = x'010203'")

    opened = library()
    assert opened.catalogue.unfit_vectors(WordEmbedder.dimension) == 1
    with pytest.raises(StorageError, match="damaged"):
        opened.search("What is the price of wheat?")

    opened.sync(place, rebuild=True)
    assert opened.catalogue.unfit_vectors(WordEmbedder.dimension) == 0
    assert opened.search("What is the price of wheat?")[0].by_word > 0.5
