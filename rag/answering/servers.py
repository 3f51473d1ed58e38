"""Providers, where their servers are, and what they say that they serve."""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.core.per_backend import address_of
from rag.core.settings import Settings

_MOST_BYTES = 4_000_000
# What an account can use besides models that talk.
_NO_CHAT = re.compile(
    r"embed|whisper|tts|dall-e|moderation|image|realtime|transcribe|audio|davinci|babbage|sora|ocr|guard|veo|lyria|aqa",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider needs: its Python package, our extra that installs it, where its key lies; where it is."""

    package: str
    extra: str
    key: str = ""
    """Environment variable; empty where none is needed."""
    address: str = ""
    """Of its server."""
    listing: str = "/v1/models"
    """The path under which the server lists its models."""
    is_in_process: bool = False
    """The model's weights are read by this program."""


def address(name: str, provider: Provider, settings: Settings) -> str:
    """Where the server is: the settings' place, for Ollama its own variable's, else the provider's own."""
    place = address_of(name, settings.llm_base_url)
    if not place and name == "ollama":
        place = os.environ.get("OLLAMA_HOST", "")
    place = place or provider.address
    return (place if "://" in place or not place else f"http://{place}").rstrip("/")


def served(name: str, provider: Provider, settings: Settings, seconds: float) -> tuple[str, ...] | None:
    """The models that talk, as the server names them; () where it tells none, None where it does not answer."""
    listing = _listing(name, provider, settings)
    return listed(*listing, seconds) if listing else None


def is_key_refused(name: str, provider: Provider, settings: Settings, seconds: float) -> bool:
    """Whether the server turns us away for the key, or for the want of one."""
    if listing := _listing(name, provider, settings):
        try:
            _asked(*listing, seconds)
        except urllib.error.HTTPError as error:
            # Google answers a wrong key as if the request were malformed.
            return error.code in (401, 403) or (error.code == 400 and name == "google_genai")
        except _NO_ANSWER:
            return False
    return False


def _listing(name: str, provider: Provider, settings: Settings) -> tuple[str, dict[str, str]] | None:
    """Where the server lists its models, and the headers that it wants; None where there is no such place."""
    place = address(name, provider, settings)
    if not place or not provider.listing:
        return None
    # An address mostly ends in the version already.
    listing = provider.listing.removeprefix("/v1") if place.endswith("/v1") else provider.listing
    key = os.environ.get(provider.key, "none") if provider.key else "none"
    headers = {"Authorization": f"Bearer {key}"}
    if name == "anthropic":
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
    elif name == "google_genai":
        headers = {"x-goog-api-key": key}
    return place + listing, headers


def listed(url: str, headers: dict[str, str], seconds: float) -> tuple[str, ...] | None:
    """The names in a list of models, in the form of OpenAI, Ollama or Google."""
    try:
        entries = _entries(_asked(url, headers, seconds))
        names = (str(entry.get("id") or entry["name"]).removeprefix("models/") for entry in entries)
        return tuple(sorted(each for each in names if not _NO_CHAT.search(each)))
    except urllib.error.HTTPError:
        return ()  # it is there, and says nothing of its models
    except _NO_ANSWER:
        return None


def context_tokens(place: str, model: str, seconds: float) -> int | None:
    """How much an OpenAI-compatible server says that the model takes, as vLLM, llama.cpp and some others do."""
    try:
        entries = _entries(_asked(f"{place}/models", _openai_key(), seconds))
        entry = next(entry for entry in entries if entry["id"] == model)
        told = entry | (entry.get("meta") or {})
        stated = next((told[name] for name in _CONTEXT_NAMES if told.get(name)), None)
        return int(stated) if stated else None
    except (*_NO_ANSWER, StopIteration):
        return None


def count_tokens(place: str, model: str, messages: Sequence[tuple[str, str]], seconds: float) -> int | None:
    """The server's own count of a prompt, as vLLM and llama.cpp offer it; None elsewhere."""
    said = [{"role": role, "content": content} for role, content in messages]
    text = "\n".join(content for _, content in messages)
    try:
        told = _asked(
            f"{place.removesuffix('/v1')}/tokenize",
            _openai_key() | {"Content-Type": "application/json"},
            seconds,
            # Of the two forms each takes its own: vLLM counts messages, llama.cpp a text.
            json.dumps({"model": model, "messages": said, "content": text}).encode(),
        )
        count = told["count"] if "count" in told else len(told["tokens"]) + 8 * len(said)
        return int(count)
    except _NO_ANSWER:
        return None


_CONTEXT_NAMES = ("max_model_len", "context_length", "max_context_length", "n_ctx")
_NO_ANSWER = (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError)


def _asked(url: str, headers: dict[str, str], seconds: float, body: bytes | None = None) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=seconds) as reply:
        return json.loads(reply.read(_MOST_BYTES))


def _entries(told: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = told["data"] if "data" in told else told["models"]
    return entries


def _openai_key() -> dict[str, str]:
    return {"Authorization": f"Bearer {os.environ.get('OPENAI_API_KEY', 'none')}"}
