"""Models to answer with: a scripted server, and a tiny real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.library.embedding import Embedder
from rag.search.library import Library
from tests.servers import ScriptedServer, TinyModel, scripted_server


@pytest.fixture(scope="session")
def _fresh_server() -> Iterator[Callable[[], ScriptedServer]]:
    with scripted_server() as fresh:
        yield fresh


@pytest.fixture
def server(_fresh_server: Callable[[], ScriptedServer]) -> ScriptedServer:
    """An OpenAI-compatible server that says what it is told to."""
    return _fresh_server()


@pytest.fixture(scope="session")
def assistant(filled: Path, embedder: Embedder, _fresh_server: Callable[[], ScriptedServer]) -> Iterator[Assistant]:
    """Asks the seeds through the scripted server."""
    settings = Settings(llm="openai:tiny", llm_base_url=_fresh_server().url)
    library = Library.open(filled / "library", settings, opener=lambda name: embedder)
    yield Assistant.open(library)
    library.close()


@pytest.fixture(scope="session")
def extractive(assistant: Assistant) -> Assistant:
    """Asks the seeds without a model."""
    return assistant.with_backend("extractive")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> TinyModel:
    """A real Llama, too small to make sense."""
    return TinyModel.build(tmp_path_factory.mktemp("tiny"), [path.read_text("utf-8") for path in seeds.glob("*.txt")])
