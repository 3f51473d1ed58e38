"""The indexes keep one contract; what is special about each."""

from __future__ import annotations

import sqlite3
import tempfile
from dataclasses import replace
from pathlib import Path

import chromadb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.library import vectors as vectors_module
from rag.library.codes import CodeIndex
from rag.library.embedding import Vectors
from rag.library.filters import Filter
from rag.library.followers import BATCH, IndexDamaged
from rag.library.vectors import VectorIndex, _written_after
from rag.library.words import WordIndex, content_words
from tests.contracts import IndexContract, passage, put
from tests.doubles import WordEmbedder


class TestVectorIndex(IndexContract):
    @pytest.fixture
    def make(self):
        return VectorIndex

    def found(self, index, words):
        return list(index.nearest(WordEmbedder().embed_questions([words])[0], 10))


class TestCodeIndex(IndexContract):
    @pytest.fixture
    def make(self):
        return CodeIndex

    def found(self, index, words):
        return index.nearest(WordEmbedder().embed_questions([words])[0], 10)


class TestWordIndex(IndexContract):
    @pytest.fixture
    def make(self):
        return WordIndex

    def found(self, index, words):
        return list(index.matching(words, 10))


# The code index

PLACES = st.lists(st.integers(0, 30), max_size=12, unique=True)


@given(st.lists(st.tuples(st.sampled_from(["add", "delete", "commit", "reopen"]), PLACES), max_size=12))
def test_the_code_index_holds_what_was_added_last_and_not_deleted(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("codes")
    index = CodeIndex(folder)
    index.open(3)
    passages = [passage("The harbour opens.", source=f"{place}.txt") for place in range(31)]
    expected: dict[str, Vectors] = {}
    for number, (step, places) in enumerate(steps):
        some = [passages[place] for place in places]
        vector = np.array([1.0, (-1) ** number, -1.0], dtype=np.float32)
        if step == "add":
            index.add(some, [vector] * len(some))
            expected |= {its.id: vector for its in some}
        elif step == "delete":
            index.delete([its.id for its in some])
            expected = {key: its for key, its in expected.items() if key not in {one.id for one in some}}
        else:
            index.commit()
            if step == "reopen":
                index.close()
                index = CodeIndex(folder)
                index.open(3)
    index.commit()

    assert index.size == len(expected)
    assert index.held([its.id for its in passages]) == set(expected)
    if expected:
        one, vector = next(iter(expected.items()))
        alike = {key for key, its in expected.items() if (its == vector).all()}
        assert one in index.nearest(vector, len(alike))
        assert set(index.nearest(vector, len(alike))) == alike


DAYS = st.none() | st.sampled_from(["2013", "2013-11", "2013-11-04", "2013-12-31", "2014-01-01", "1999", "2014"])


@given(st.lists(DAYS, max_size=12), DAYS, DAYS)
def test_the_code_index_finds_what_is_of_the_days_and_nothing_else(dates, since, until):
    only = Filter(since, until)
    if only.days is None:
        return
    passages = [replace(passage("Wheat.", source=f"{place}.txt"), date=date) for place, date in enumerate(dates)]
    with tempfile.TemporaryDirectory() as folder:
        index = CodeIndex(Path(folder) / "codes")
        index.open(3)
        index.add(passages, np.ones((len(passages), 3), dtype=np.float32))
        index.commit()

        found = index.nearest(np.ones(3, dtype=np.float32), 20, only.days)

    assert sorted(found) == sorted(its.id for its in passages if only.fits(its.date, its.source))


def test_nearly_all_of_the_nearest_are_found_by_their_codes(tmp_path):
    chance = np.random.default_rng(3)
    middles = chance.standard_normal((40, 384))
    vectors = middles[chance.integers(0, 40, 4000)] + chance.standard_normal((4000, 384))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    passages = [passage("Wheat.", source=f"{place}.txt") for place in range(4000)]
    index = CodeIndex(tmp_path / "codes")
    index.open(384)
    index.add(passages, vectors)
    index.commit()

    shares = []
    for question in vectors[::100]:
        nearest = {passages[place].id for place in np.argsort(-(vectors @ question))[:10]}
        shares.append(len(nearest.intersection(index.nearest(question, 200))) / 10)

    assert np.mean(shares) > 0.97


# The vector index


@given(st.integers(0, 3_000_000))
def test_however_many_are_added_next_to_nothing_is_left_unwritten(adding):
    waiting = written = 0
    for batch in [BATCH] * (adding // BATCH) + [adding % BATCH]:
        waiting += batch
        if waiting >= _written_after(adding):
            waiting, written = 0, written + 1

    assert waiting < 1000 or waiting <= 0.1 * adding
    assert written <= max(1, adding / 100_000 + 1)


def test_many_vectors_at_once_are_written_when_the_last_has_come(tmp_path):
    index = VectorIndex(tmp_path / "index")
    index.open(2, adding=2500)
    passages = [passage("The harbour opens.", source=f"{number}.txt") for number in range(2500)]
    turns = np.linspace(0, 3, 2500)
    vectors = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
    for some in (slice(0, 2000), slice(2000, 2500)):
        index.add(passages[some], vectors[some])
    index.commit()
    index.close()

    queue = next((tmp_path / "index").glob("*/chroma.sqlite3"))
    with sqlite3.connect(queue) as db:
        assert db.execute("SELECT count(*) FROM embeddings_queue").fetchone()[0] <= 1
    index.open()
    assert index.size == 2500
    assert next(iter(index.nearest(vectors[2100], 5))) == passages[2100].id
    index.close()


def test_the_list_of_a_search_grows_with_the_index_and_stays_so(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors_module, "_LIST_GROWS_FROM", 100)
    index = VectorIndex(tmp_path / "index")
    index.open(2)
    passages = [passage("The harbour opens.", source=f"{number}.txt") for number in range(400)]
    index.add(passages, [np.array([1.0, number], dtype=np.float32) for number in range(400)])
    index.commit()
    index.close()

    client = chromadb.PersistentClient(str(next((tmp_path / "index").iterdir())))
    kept = client.get_collection("passages", embedding_function=None).configuration_json["hnsw"]
    client.close()
    assert (kept["ef_search"], kept["sync_threshold"]) == (400, 1000)


@pytest.fixture
def words(tmp_path):
    index = WordIndex(tmp_path / "words")
    index.open()
    put(
        index,
        passage("Badr Abdelatty received the delegations.", title="Talks in Cairo", source="a.txt"),
        passage("Wheat was discussed at length.", title="Prices", source="b.txt"),
    )
    return index


@pytest.mark.parametrize(
    "question",
    [
        "Which delegation was received?",
        "ABDELATTY",
        "Who is Abdel Atty?",
        "Bader Abdul Atti",
        "What happened in Cairo?",
        'received AND (NOT "x" OR text:*',
    ],
    ids=["stem", "case", "name in two parts", "name spelt otherwise", "title", "query syntax is mere words"],
)
def test_the_word_index_finds_by(words, question):
    assert list(words.matching(question, 1)) == [passage("Badr Abdelatty received the delegations.").id]


@pytest.mark.parametrize("question", ["", "?!", "zebra"], ids=["nothing", "signs", "unknown"])
def test_a_question_without_known_words_finds_nothing(words, question):
    assert words.matching(question, 5) == {}


def test_scores_of_chosen_passages_are_those_of_the_search(words):
    ranked = words.matching("Wheat delegations", 5)

    assert len(ranked) == 2
    assert words.scores("Wheat delegations", list(ranked)) == pytest.approx(ranked)
    assert words.scores("Wheat delegations", list(ranked)[:1]) == pytest.approx(dict(list(ranked.items())[:1]))
    assert words.scores("Wheat delegations", []) == {}


def test_content_words_are_those_a_question_is_about():
    assert content_words("Who received Lavrov in Cairo, and who in Cairo?") == ["received", "Lavrov", "Cairo"]
    assert content_words("Who is it?") == ["Who", "is", "it"]


@pytest.mark.parametrize(("kind", "file"), [(VectorIndex, "chroma.sqlite3"), (WordIndex, "meta.json")])
def test_a_damaged_index_says_so_when_it_is_opened(tmp_path, kind, file):
    index = kind(tmp_path / "index")
    index.open(WordEmbedder.dimension)
    put(index, passage("The harbour opens."))
    index.close()
    next((tmp_path / "index").rglob(file)).write_bytes(b"garbage" * 1000)

    with pytest.raises(IndexDamaged, match="cannot be read"):
        kind(tmp_path / "index").open(WordEmbedder.dimension)
