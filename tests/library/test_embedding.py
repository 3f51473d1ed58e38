"""The embedder double and the real one keep one contract."""

from __future__ import annotations

import pytest

from rag.core.errors import EmbedderError
from rag.library.embedding import open_embedder
from tests.contracts import EmbedderContract
from tests.doubles import WordEmbedder


class TestWordEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self):
        return WordEmbedder()


@pytest.mark.slow
class TestSentenceTransformers(EmbedderContract):
    """Over the session's real default model."""


@pytest.mark.slow
def test_an_embedder_that_is_not_there_is_one_sentence_with_the_way_out(tmp_path):
    with pytest.raises(EmbedderError) as problem:
        open_embedder(str(tmp_path / "no-such-model"))

    assert "no-such-model" in problem.value.message
    assert "RAG_EMBEDDER" in problem.value.hint
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("runtime", ["auto", "torch"])
def test_a_folder_that_is_no_model_is_told_without_a_look_into_all_of_it(tmp_path, runtime):
    (tmp_path / "articles").mkdir()

    with pytest.raises(EmbedderError, match="named as the embedder, holds no model"):
        open_embedder(str(tmp_path), runtime)
