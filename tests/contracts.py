"""What every implementation of a protocol must keep: subclass it and give the fixture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.core.types import Passage
from rag.library.embedding import Embedder
from rag.library.late import max_sim
from rag.library.passages import passage_id
from rag.library.store import Index
from tests.doubles import WordEmbedder


class EmbedderContract:
    """Fixture: `embedder`."""

    def test_every_text_becomes_a_unit_vector_of_its_dimension(self, embedder: Embedder):
        vectors = embedder.embed_passages(["The harbour opens in May.", "Wheat is dear.", ""])

        assert vectors.shape == (3, embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-3)

    def test_the_same_text_gives_the_same_vector_in_any_company(self, embedder: Embedder):
        alone = embedder.embed_passages(["Wheat is dear."])[0]
        among = embedder.embed_passages(["The harbour opens in May, and " + "so on " * 20, "Wheat is dear."])[1]

        assert float(alone @ among) == pytest.approx(1, abs=1e-3)

    def test_a_question_is_nearest_to_the_passage_that_shares_its_words(self, embedder: Embedder):
        passages = ["The harbour opens in May.", "The price of wheat rose.", "Two ambassadors were received."]

        question = embedder.embed_questions(["What is the price of wheat?"])[0]

        assert int(np.argmax(embedder.embed_passages(passages) @ question)) == 1

    def test_no_texts_give_no_vectors(self, embedder: Embedder):
        assert embedder.embed_passages([]).shape == (0, embedder.dimension)

    def test_by_word_a_passage_has_the_same_vector_and_a_code_for_each_word(self, embedder: Embedder):
        texts = ["Wheat is dear.", "The harbour opens in May, and " + "so on " * 20, ""]

        found = embedder.embed_passages_by_word(texts)

        vectors = np.array([its.vector for its in found])
        assert (vectors * embedder.embed_passages(texts)).sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-3)
        assert [len(its.codes) for its in found] == [3, 46, 0]

    def test_by_word_a_question_answers_best_to_the_passage_of_its_words(self, embedder: Embedder):
        passages = ["The harbour opens in May.", "The price of wheat rose.", "Two ambassadors were received."]

        vector, words = embedder.embed_question_by_word("What is the price of wheat?")

        assert float(vector @ embedder.embed_questions(["What is the price of wheat?"])[0]) == pytest.approx(
            1, abs=1e-3
        )
        assert np.linalg.norm(words, axis=1) == pytest.approx(np.ones(6), abs=1e-3)
        codes = [its.codes for its in embedder.embed_passages_by_word(passages)]
        assert int(np.argmax(max_sim(words, codes))) == 1

    def test_tokens_are_counted_beyond_what_the_model_reads(self, embedder: Embedder):
        assert embedder.count_tokens("") == 0
        assert embedder.count_tokens("one two") < embedder.count_tokens("one two three")
        assert embedder.count_tokens("word " * 2 * embedder.max_tokens) >= 2 * embedder.max_tokens


class IndexContract:
    """An index that follows the catalogue. Fixture: `make`, which takes a folder."""

    def found(self, index: Index, words: str) -> list[str]:
        """The ids that the index finds for words, best first."""
        raise NotImplementedError

    @pytest.fixture
    def index(self, make: Callable[[Path], Index], tmp_path: Path):
        index = make(tmp_path / "index")
        index.open(WordEmbedder.dimension)
        yield index
        index.close()

    def test_an_empty_index_finds_nothing(self, index: Index):
        assert index.size == 0
        assert self.found(index, "harbour") == []

    def test_what_was_added_is_found_best_first(self, index: Index):
        harbour, wheat = passage("The harbour opens."), passage("Wheat and bread. The harbour of wheat.")
        put(index, wheat, harbour)

        assert self.found(index, "when the harbour opens")[0] == harbour.id
        assert self.found(index, "wheat and bread")[0] == wheat.id
        assert index.size == 2

    def test_adding_an_id_again_puts_the_new_passage_in_the_old_ones_place(self, index: Index):
        old, other = passage("The harbour opens."), passage("Wheat is dear.")
        put(index, old, other)

        put(index, replace(old, text="Bread is cheap."))

        assert index.size == 2
        assert self.found(index, "cheap bread")[0] == old.id

    def test_adding_the_same_passage_again_changes_nothing(self, index: Index):
        put(index, passage("The harbour opens."))
        put(index, passage("The harbour opens."))

        assert index.size == 1

    def test_what_was_deleted_is_not_found(self, index: Index):
        harbour, wheat = passage("The harbour opens."), passage("Wheat is dear.")
        put(index, harbour, wheat)

        index.delete([harbour.id, "an id that was never there"])
        index.commit()

        assert index.size == 1
        assert harbour.id not in self.found(index, "harbour opens")

    def test_deleting_nothing_changes_nothing(self, index: Index):
        put(index, passage("The harbour opens."))

        index.delete([])
        index.commit()

        assert index.size == 1

    def test_what_was_committed_is_there_after_it_is_opened_again(self, index: Index, make: Callable[[Path], Index]):
        harbour = passage("The harbour opens.")
        put(index, harbour)
        index.close()

        again = make(index.folder)
        again.open(WordEmbedder.dimension)

        assert again.size == 1
        assert self.found(again, "harbour") == [harbour.id]
        again.close()

    def test_closing_twice_is_closing(self, index: Index):
        index.close()
        index.close()

        assert not index.is_open


def passage(text: str, title: str = "", source: str = "a.txt") -> Passage:
    """A passage that stands alone in its article."""
    return Passage(passage_id(source, 0, len(text), text), source, 0, len(text), text, title, "", None)


def put(index: Index, *passages: Passage) -> None:
    """Add and commit."""
    index.add(passages, list(WordEmbedder().embed_passages([passage.text for passage in passages])))
    index.commit()
