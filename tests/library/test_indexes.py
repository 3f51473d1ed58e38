"""Both indexes keep one contract; what is special about the word index."""

from __future__ import annotations

import sqlite3

import chromadb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.library import vectors as vectors_module
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


class TestWordIndex(IndexContract):
    @pytest.fixture
    def make(self):
        return WordIndex

    def found(self, index, words):
        return list(index.matching(words, 10))


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
