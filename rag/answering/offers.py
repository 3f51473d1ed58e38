"""Which backends could answer now: what is installed, what has a key, what local servers serve."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Literal

from rag.answering.backends import EXTRACTIVE, PROVIDERS, check_installed
from rag.core.errors import BackendPackageMissing
from rag.core.settings import Settings

_OLLAMA = "http://127.0.0.1:11434"
_SECONDS = 2.0  # a server on this computer answers at once
_MOST_BYTES = 2_000_000

State = Literal["ready", "needs a package", "needs a key", "not running"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A provider, whether it could answer now, the models it is known to serve, and what would get it there."""

    provider: str
    state: State
    hint: str = ""
    models: tuple[str, ...] = ()
    """As `--llm` takes them."""


def offers(settings: Settings) -> list[Offer]:
    """The built-in answerer, then every provider; local servers are asked what they serve."""
    return [Offer(EXTRACTIVE, "ready", models=(EXTRACTIVE,)), *(_offer(name, settings) for name in PROVIDERS)]


def _offer(provider: str, settings: Settings) -> Offer:
    needed = PROVIDERS[provider]
    try:
        check_installed(f"{provider}:…", provider)
    except BackendPackageMissing as missing:
        return Offer(provider, "needs a package", missing.hint)
    if provider == "ollama":
        address = settings.llm_base_url or os.environ.get("OLLAMA_HOST") or _OLLAMA
        served = _served(f"{_with_scheme(address)}/api/tags", "models", "name")
        return _local(provider, served, "Run: ollama serve, then: ollama pull llama3.2")
    if provider == "openai" and settings.llm_base_url:
        served = _served(f"{settings.llm_base_url.rstrip('/')}/models", "data", "id")
        return _local(provider, served, f"Start the server at {settings.llm_base_url}, or check RAG_LLM_BASE_URL.")
    if needed.key and not os.environ.get(needed.key):
        return Offer(provider, "needs a key", f"Put {needed.key}=… into the environment or into the file .env.")
    return Offer(provider, "ready", f"Use it with --llm {provider}:MODEL")


def _local(provider: str, served: tuple[str, ...] | None, hint: str) -> Offer:
    if served is None:
        return Offer(provider, "not running", hint)
    models = tuple(f"{provider}:{name}" for name in served)
    return Offer(provider, "ready", "" if models else "It serves no model yet.", models)


def _served(url: str, table: str, field: str) -> tuple[str, ...] | None:
    """The models that a server lists; None where there is no such server."""
    key = os.environ.get("OPENAI_API_KEY", "none")
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS) as reply:
            listed = json.loads(reply.read(_MOST_BYTES))[table]
            return tuple(sorted(str(entry[field]) for entry in listed))
    except urllib.error.HTTPError:
        return ()  # it is there, and says nothing of its models
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _with_scheme(address: str) -> str:
    return (address if "://" in address else f"http://{address}").rstrip("/")
