"""What every test stands on: an environment without the developer's settings or network, real small libraries."""

from __future__ import annotations

import errno
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from rag.core.settings import DEFAULT_EMBEDDER, Settings
from rag.library.embedding import Embedder, open_embedder
from rag.search.library import Library
from tests.doubles import WordEmbedder

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"

# The same examples in every run; `--hypothesis-profile default` looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60, database=None)
hypothesis.settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest first: whichever comes last keeps one worker busy while the others have ended."""
    slow = {item.path for item in items if any(item.iter_markers("slow"))}
    items.sort(key=lambda item: item.path not in slow)


# The world around a test


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """A computer without network: only loopback and sockets of this machine connect, only its names resolve."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self, address):
        _refuse_beyond_loopback(self, address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        _refuse_beyond_loopback(self, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host, *args, **kwargs):
        if not _is_loopback(host):
            raise socket.gaierror(socket.EAI_NONAME, f"the tests are offline: {host!r} is not looked up")
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def _refuse_beyond_loopback(sock: socket.socket, address: object) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
        raise OSError(errno.ENETUNREACH, f"the tests are offline: {address!r} is not connected to")


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "0.0.0.0", "::", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the developer's own settings, keys and exported models, for session fixtures too."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("RAG_") or name.endswith("_API_KEY"):
                patch.delenv(name)
        patch.setenv("XDG_CACHE_HOME", str(_shared(tmp_path_factory) / "cache"))
        patch.setenv("PYTHONPATH", str(ROOT))  # so that programs started elsewhere find rag and tests
        yield


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all of its processes share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(autouse=True)
def _own_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty working folder, so that no `.env` is read and no `.library` made; the environment is put back."""
    environment, folder = dict(os.environ), Path.cwd()
    os.chdir(tmp_path_factory.mktemp("cwd"))
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)


@pytest.fixture
def program() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python as a process of its own, in the test's working folder unless another is named."""

    def run(*args: str | Path, timeout: float = 220, **more) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *map(str, args)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.run(command, text=True, timeout=timeout, check=False, **pipes | more)

    return run


# Articles and libraries


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The articles that ship with Citewell; never written to."""
    return SEEDS


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """The real default model, exported once and loaded once in each process."""
    with FileLock(_shared(tmp_path_factory) / "exporting.lock"):
        return open_embedder(DEFAULT_EMBEDDER)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A folder with `articles/` (the seeds) and `library/` made of them with the real model; copy it to change it."""
    place = tmp_path_factory.mktemp("filled")
    shutil.copytree(SEEDS, place / "articles")
    library = Library.open(place / "library", Settings(articles=place / "articles"), opener=lambda name: embedder)
    library.sync(place / "articles")
    library.close()
    return place


@pytest.fixture(scope="session")
def seeds_library(filled: Path, embedder: Embedder) -> Iterator[Library]:
    """The library of the seeds with the real model; read from it only."""
    library = Library.open(filled / "library", Settings(articles=filled / "articles"), opener=lambda name: embedder)
    yield library
    library.close()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Opens a real library in `tmp_path` with a WordEmbedder: `library("name", passage_tokens=40, opener=…)`."""
    opened: list[Library] = []

    def open_library(
        name: str = "library", opener: Callable[[str], Embedder] = WordEmbedder, *, is_brief: bool = False, **settings
    ) -> Library:
        opened.append(Library.open(tmp_path / name, Settings(**settings), opener, is_brief=is_brief))
        return opened[-1]

    yield open_library
    for each in opened:
        each.close()


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder of files: `folder({"a.txt": "Words.", "b.txt": b"bytes"}, "name")`; None removes a file."""

    def make(files: dict[str, str | bytes | None], name: str = "articles") -> Path:
        place = tmp_path / name
        place.mkdir(exist_ok=True)
        for path, content in files.items():
            file = place / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                file.unlink()
            else:
                file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return place

    return make
