"""Which backends a reader can choose, and what stands beside those that cannot answer yet."""

from __future__ import annotations

from rag.answering.offers import Offer
from rag.core.settings import Settings
from rag.serving.backends_view import Backends, choices
from tests.servers import scripted_server


def test_what_is_ready_comes_first_and_what_is_not_says_what_it_lacks():
    found = [
        Offer("extractive", "ready", models=("extractive",)),
        Offer("openai", "needs a key", "Put OPENAI_API_KEY=… into the environment."),
        Offer("anthropic", "needs a package", "Run: pip install langchain-anthropic"),
        Offer("ollama", "ready", models=("ollama:qwen3", "ollama:llama3.2")),
        Offer("groq", "needs a key"),
    ]

    assert choices(found) == [
        ("extractive", "extractive"),
        ("ollama:qwen3", "ollama:qwen3"),
        ("ollama:llama3.2", "ollama:llama3.2"),
        ("openai:gpt-5-mini · needs a key", "openai:gpt-5-mini"),
        ("anthropic:claude-sonnet-4-5 · needs a package", "anthropic:claude-sonnet-4-5"),
    ]


def test_what_a_running_server_serves_is_offered_under_its_own_name():
    with scripted_server() as model:
        server = model()
        server.says("", models=("house-model",))
        offered = Backends(Settings(llm_base_url=f"openai={server.url}; ollama=http://127.0.0.1:9")).choices()

    assert ("extractive", "extractive") in offered
    assert ("openai:house-model", "openai:house-model") in offered
    assert ("ollama:llama3.2 · not running", "ollama:llama3.2") in offered
