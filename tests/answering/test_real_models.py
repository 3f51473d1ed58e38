"""A real model that was taught one sentence, in process and behind a real server."""

import pytest

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from tests.servers import TAUGHT, transformers_server

pytestmark = pytest.mark.slow
QUESTION = "Who received Lavrov in Cairo?"


def assert_streams(library, spec, **settings):
    assistant = Assistant.open(library, spec, Settings(llm_answer_tokens=32, **settings))

    *growing, last = assistant.stream(QUESTION)

    assert growing
    assert all(last.text.startswith(reply.text.rstrip()) for reply in growing)
    assert (last.status, last.backend, last.is_final) == ("answered", spec, True)
    assert (last.text, last.notice) == (TAUGHT, "")
    (sentence,), (citation,) = last.sentences, last.citations
    assert sentence.citations == (citation.number,) == (1,)
    assert library.article(citation.source).text[citation.start : citation.end] == citation.quote


def test_a_model_in_a_folder_streams_an_answer_in_this_process(seeds_library, tiny_model):
    assert_streams(seeds_library, f"huggingface:{tiny_model.folder}")


def test_a_model_behind_a_real_server_streams_an_answer(seeds_library, tiny_model, tmp_path):
    with transformers_server(tiny_model, log=tmp_path / "server.log") as url:
        assert_streams(seeds_library, f"openai:{tiny_model.folder}", llm_base_url=url)
