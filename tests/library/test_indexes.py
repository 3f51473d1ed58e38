"""Both indexes keep one contract; what is special about the word index."""

from __future__ import annotations

import pytest

from rag.library.followers import IndexDamaged
from rag.library.vectors import VectorIndex
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
