"""Models to answer with: a scripted server, and a tiny real one; libraries that take no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.library.embedding import Embedder, Reader, SpanScores
from rag.search.library import Library
from tests.doubles import WordEmbedder
from tests.servers import ScriptedServer, TinyModel, scripted_server

TIDES = {
    "tides.txt": "Spring tides come twice a month, at new moon and at full moon.\n\nNeap tides come between them.\n",
    "wheat.txt": "The price of wheat rose again in March. Bakers complained about it.\n"
    + "".join(f"In town number {town} a loaf of bread cost {town} pence more than before.\n" for town in range(40)),
}


@pytest.fixture(scope="session")
def _fresh_server() -> Iterator[Callable[[], ScriptedServer]]:
    with scripted_server() as fresh:
        yield fresh


@pytest.fixture
def server(_fresh_server: Callable[[], ScriptedServer]) -> ScriptedServer:
    """An OpenAI-compatible server that says what it is told to."""
    return _fresh_server()


class _Remembering:
    """The real embedder, whose reader need not read the same passages for the same question again."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._reader: _RememberingReader | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def reader(self, weights: Path) -> _RememberingReader:
        self._reader = self._reader or _RememberingReader(self._embedder.reader(weights))
        return self._reader


class _RememberingReader:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._read: dict[tuple[str, tuple[str, ...]], list[SpanScores]] = {}

    def read(self, question: str, texts: Sequence[str]) -> list[SpanScores]:
        key = question, tuple(texts)
        if key not in self._read:
            self._read[key] = self._reader.read(question, texts)
        return self._read[key]


@pytest.fixture(scope="session")
def assistant(filled: Path, embedder: Embedder, _fresh_server: Callable[[], ScriptedServer]) -> Iterator[Assistant]:
    """Asks the seeds through the scripted server."""
    settings = Settings(llm="openai:tiny", llm_base_url=_fresh_server().url)
    remembering = _Remembering(embedder)
    library = Library.open(filled / "library", settings, opener=lambda name: remembering)
    yield Assistant.open(library)
    library.close()


@pytest.fixture(scope="session")
def extractive(assistant: Assistant) -> Assistant:
    """Asks the seeds without a model."""
    return assistant.with_backend("extractive")


@pytest.fixture(scope="session")
def tides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Two articles, found by their words: a question to it takes some milliseconds."""
    place = tmp_path_factory.mktemp("tides")
    (place / "articles").mkdir()
    for name, text in TIDES.items():
        (place / "articles" / name).write_text(text)
    library = Library.open(place / "library", Settings(articles=place / "articles"), lambda name: WordEmbedder())
    library.sync(place / "articles")
    yield library
    library.close()


@pytest.fixture(scope="session")
def assistant_over(
    embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Mapping[str, str]], Assistant]]:
    """Made with the real models over articles, by the names of their files."""
    made: list[Library] = []

    def over(articles: Mapping[str, str]) -> Assistant:
        place = tmp_path_factory.mktemp("articles")
        (place / "articles").mkdir()
        for name, text in articles.items():
            (place / "articles" / name).write_text(text, encoding="utf-8")
        made.append(Library.open(place / "library", Settings(articles=place / "articles"), lambda name: embedder))
        made[-1].sync(place / "articles")
        return Assistant.open(made[-1], "extractive")

    yield over
    for library in made:
        library.close()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> TinyModel:
    """A real Llama, too small to make sense."""
    return TinyModel.build(tmp_path_factory.mktemp("tiny"), [path.read_text("utf-8") for path in seeds.glob("*.txt")])
