"""Settings that may differ from backend to backend: `value`, or `name=value; name=value`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.core.errors import SettingsError

_NAMED_ADDRESS = re.compile(r"(?P<provider>[a-z_]+)\s*=\s*(?P<address>\S+)")
_PROVIDER = re.compile(r"[a-z_]+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def address_of(provider: str, addresses: str) -> str:
    """Where the provider's server is; empty for its own place.

    One address without a name is an OpenAI-compatible server or, unless its path says otherwise, Ollama.
    """
    found = ""
    for entry in _entries(addresses):
        if named := _NAMED_ADDRESS.fullmatch(entry):
            if named["provider"] == provider:
                return named["address"].rstrip("/")
        elif provider == "openai" or (provider == "ollama" and not entry.rstrip("/").endswith("/v1")):
            found = entry.rstrip("/")
    return found


def price_of(backend: str, prices: str) -> tuple[float, float] | None:
    """What a million tokens cost, read and written; None where it is not known."""
    found = None
    for entry in _entries(prices):
        name, _, price = entry.rpartition("=")
        if name.strip() == backend:
            return _price(price)
        if not name:
            found = _price(price)
    return found


def check_addresses(addresses: str) -> None:
    """SettingsError for what is no address of the web."""
    for entry in _entries(addresses):
        named = _NAMED_ADDRESS.fullmatch(entry)
        if not _ADDRESS.fullmatch(named["address"] if named else entry):
            raise SettingsError(
                f"RAG_LLM_BASE_URL holds {without_password(entry)!r}, which is no address.",
                "Write http://127.0.0.1:8000/v1, or several as openai=http://…; ollama=http://…",
            )


def check_prices(prices: str) -> None:
    """SettingsError for what is no pair of numbers."""
    for entry in _entries(prices):
        _price(entry.rpartition("=")[2])


def providers_named(addresses: str, prices: str) -> Iterator[tuple[str, str]]:
    """(setting, provider) wherever one of the two settings names one."""
    for entry in _entries(addresses):
        if named := _NAMED_ADDRESS.fullmatch(entry):
            yield "RAG_LLM_BASE_URL", named["provider"]
    for entry in _entries(prices):
        provider, colon, _ = entry.partition(":")
        # A model from code has a name of its own, such as `qwen3:8b`.
        if colon and _PROVIDER.fullmatch(provider):
            yield "RAG_LLM_PRICES", provider


def without_password(address: str) -> str:
    """The address without the user and password that may stand in it."""
    return re.sub(r"//[^/\s]*@", "//", address)


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(";") if entry.strip()]


def _price(text: str) -> tuple[float, float]:
    try:
        read, written = (float(part) for part in text.split(","))
        if not (0 <= read < float("inf") and 0 <= written < float("inf")):
            raise ValueError
    except ValueError:
        raise SettingsError(
            f"RAG_LLM_PRICES holds {text.strip()!r}, which is no price.",
            "Write what a million tokens cost, read and written: 0.25,2 or openai:gpt-5-mini=0.25,2; …",
        ) from None
    return read, written
