"""Addresses and prices that may differ from backend to backend."""

from __future__ import annotations

import pytest

from rag.core.errors import SettingsError
from rag.core.per_backend import address_of, price_of, without_password
from rag.core.settings import Settings


@pytest.mark.parametrize(
    ("provider", "addresses", "found"),
    [
        ("openai", "http://a:8000/v1/", "http://a:8000/v1"),
        ("ollama", "http://a:11434", "http://a:11434"),
        ("ollama", "http://a:8000/v1", ""),
        ("anthropic", "http://a:8000/v1", ""),
        ("anthropic", "anthropic=https://proxy; http://a/v1", "https://proxy"),
        ("openai", "anthropic=https://proxy; http://a/v1", "http://a/v1"),
        ("openai", "http://a/v1; openai=http://b/v1?x=1", "http://b/v1?x=1"),
        ("openai", "", ""),
    ],
)
def test_each_provider_has_its_own_address(provider, addresses, found):
    assert address_of(provider, addresses) == found


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://u:p@host/v1", "http://host/v1"),
        ("http://u:p@ss@host/v1", "http://host/v1"),
        ("http://host/v1/@me", "http://host/v1/@me"),
        ("http://host/v1 and mail@host", "http://host/v1 and mail@host"),
    ],
)
def test_an_address_is_shown_without_its_password(address, shown):
    assert without_password(address) == shown


def test_a_price_is_the_backends_own_else_that_of_all():
    prices = "1,2; openai:gpt-5-mini=0.25,2"

    assert price_of("openai:gpt-5-mini", prices) == (0.25, 2)
    assert price_of("ollama:llama3.2", prices) == (1, 2)
    assert price_of("ollama:llama3.2", "openai:gpt-5-mini=0.25,2") is None


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RAG_LLM_PRICES", "cheap", "which is no price"),
        ("RAG_LLM_PRICES", "1,2,3", "which is no price"),
        ("RAG_LLM_PRICES", "-1,2", "which is no price"),
        ("RAG_LLM_BASE_URL", "localhost:8000", "which is no address"),
        ("RAG_LLM_BASE_URL", "openai=me:secret@host", "which is no address"),
    ],
)
def test_what_is_neither_is_refused_at_once(name, value, reason):
    with pytest.raises(SettingsError, match=reason):
        Settings.parse({name: value})
