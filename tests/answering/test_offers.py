"""What could answer now, by what is installed, what has a key, and what real servers on loopback list."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from rag.answering.backends import PROVIDERS
from rag.answering.health import examine
from rag.answering.offers import Offer, offers, standing
from rag.answering.servers import context_tokens
from rag.core.errors import BackendUnknown
from rag.core.settings import Settings


class Lister(BaseHTTPRequestHandler):
    """Lists two models as Ollama and as an OpenAI-compatible server does; `/broken` is no JSON, `/shut` refuses."""

    def do_GET(self) -> None:
        listed = {
            "/api/tags": {"models": [{"name": "qwen3:8b"}, {"name": "llama3.2"}]},
            "/v1/models": {"data": [{"id": "tiny"}]},
            "/vllm/models": {"data": [{"id": "tiny", "max_model_len": 4096}]},
            "/llama.cpp/models": {"data": [{"id": "tiny", "meta": {"n_ctx": 2048}}]},
        }
        self.send_response(401 if self.path.startswith("/shut") else 200)
        self.end_headers()
        self.wfile.write(json.dumps(listed.get(self.path, "broken")).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Lister) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def offer(provider: str, **settings: str) -> Offer:
    return next(each for each in offers(Settings(**settings)) if each.provider == provider)


def test_the_built_in_answerer_comes_first_and_every_provider_is_there():
    assert [each.provider for each in offers(Settings())] == ["extractive", *PROVIDERS]
    assert offers(Settings())[0] == Offer("extractive", "ready", models=("extractive",))


def test_a_missing_package_is_named_with_the_command_that_gets_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "langchain_groq", None)  # so that Python cannot import it

    found = offer("groq")

    assert (found.state, found.models, found.hint) == ("needs a package", (), "Run: pip install langchain-groq")
    assert standing("groq:llama", Settings()).state == "needs a package"


def test_a_missing_key_is_named_and_a_key_that_the_server_takes_makes_it_ready(url, monkeypatch):
    assert offer("anthropic").state == "needs a key"
    assert "ANTHROPIC_API_KEY" in offer("anthropic").hint

    monkeypatch.setenv("ANTHROPIC_API_KEY", "pk-live-0123456789abcdef")

    assert offer("anthropic", llm_base_url=f"anthropic={url}") == Offer("anthropic", "ready", "", ("anthropic:tiny",))
    refused = offer("anthropic", llm_base_url=f"anthropic={url}/shut")
    assert (refused.state, refused.hint) == ("needs a key", "Its server refuses the one in ANTHROPIC_API_KEY.")
    assert offer("anthropic") == Offer("anthropic", "not running", "Check the connection to the internet.")
    assert "pk-live" not in str(offers(Settings(llm_base_url=f"anthropic={url}/shut")))


def test_servers_on_this_computer_are_asked_what_they_serve(url, monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", url.removeprefix("http://"))

    assert offer("ollama") == Offer("ollama", "ready", models=("ollama:llama3.2", "ollama:qwen3:8b"))
    assert offer("openai", llm_base_url=f"{url}/v1/") == Offer("openai", "ready", models=("openai:tiny",))


@pytest.mark.parametrize("path", ["/broken", "/v1/nothing"])
def test_a_server_that_is_something_else_is_not_running(url, path):
    found = offer("openai", llm_base_url=url + path)

    assert found.state == "not running"
    assert "RAG_LLM_BASE_URL" in found.hint


def test_a_server_that_keeps_its_models_to_itself_is_ready(url):
    assert offer("openai", llm_base_url=f"{url}/shut").state == "ready"


def test_a_server_that_is_not_there_is_not_running(monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")

    assert offer("ollama").state == "not running"
    assert "ollama serve" in offer("ollama").hint


def test_a_port_that_speaks_another_language_is_no_server(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{other.getsockname()[1]}")
        threading.Thread(target=lambda: other.accept()[0].sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), daemon=True).start()

        assert offer("ollama").state == "not running"


@pytest.mark.parametrize(("server", "tokens"), [("vllm", 4096), ("llama.cpp", 2048), ("v1", None), ("nothing", None)])
def test_how_much_a_model_takes_is_asked_of_its_server(url, server, tokens):
    assert context_tokens(f"{url}/{server}", "tiny", 2) == tokens


# One backend


def test_a_chosen_backend_is_ready_where_its_server_lists_it(url, monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", url)

    assert standing("extractive", Settings()).state == "ready"
    assert standing("ollama:llama3.2", Settings()).state == "ready"
    assert standing("openai:tiny", Settings(llm_base_url=f"{url}/v1")).models == ("openai:tiny",)


def test_what_keeps_a_chosen_backend_from_answering_is_told_with_the_way_out(url, monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", url)
    own = Settings(llm_base_url=f"openai={url}/v1; groq={url}/shut")

    assert standing("ollama:mistral", own) == Offer(
        "ollama", "lists no such model", "Run: ollama pull mistral", ("ollama:llama3.2", "ollama:qwen3:8b")
    )
    assert standing("openai:tiny2", own).hint == "Did you mean openai:tiny?"
    assert standing("anthropic:claude-sonnet-4-5", own).state == "needs a key"
    assert standing("openai:tiny", Settings(llm_base_url="http://127.0.0.1:9/v1")) == Offer(
        "openai", "not running", "Start the server at http://127.0.0.1:9/v1, or check RAG_LLM_BASE_URL."
    )
    monkeypatch.setenv("GROQ_API_KEY", "gsk-0123456789")
    assert standing("groq:llama", own).state == "refuses the key"
    with pytest.raises(BackendUnknown):
        standing("opnai:tiny", own)


@pytest.mark.parametrize(
    ("llm", "place", "is_fine", "said"),
    [
        ("openai:tiny", "/v1", True, "openai:tiny: its server at {url}/v1 answers."),
        ("openai:tiny2", "/v1", True, "answers, but does not list this model."),
        ("openai:tiny", "/nothing", False, "openai:tiny: its server at {url}/nothing does not answer."),
        ("openai:tiny", "/shut", False, "openai:tiny: its server at {url}/shut refuses the key."),
        ("ollama:mistral", "", False, "ollama:mistral: its server at {url} answers, but does not list this model."),
        ("extractive", "", True, "extractive."),
    ],
)
def test_the_doctor_asks_the_chosen_backends_server(url, tides, llm, place, is_fine, said):
    settings = Settings(llm=llm, llm_base_url=url + place)

    found = next(each for each in examine(settings, tides) if each.about == "backend")

    assert (found.is_fine, said.format(url=url) in found.message) == (is_fine, True)
    assert found.hint or is_fine
