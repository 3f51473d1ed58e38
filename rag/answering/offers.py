"""Which backends could answer now: what is installed, what has a key, what local servers serve."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.answering.backends import PROVIDERS, check_installed, open_model
from rag.answering.servers import address, is_key_refused, listed, served
from rag.core.errors import BackendKeyMissing, BackendPackageMissing, did_you_mean
from rag.core.per_backend import address_of, without_password
from rag.core.settings import EXTRACTIVE, Settings

_SECONDS = 2.0  # a server on this computer answers at once
_NAMED = 8  # models named in a sentence
# Where servers for models on this computer listen unless told otherwise.
_USUAL = {1234: "LM Studio", 8000: "vLLM", 8080: "llama.cpp or llamafile", 1337: "Jan"}

State = Literal["ready", "needs a package", "needs a key", "not running", "refuses the key", "lists no such model"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A provider, whether it could answer now, the models it is known to serve, and what would get it there."""

    provider: str
    state: State
    hint: str = ""
    models: tuple[str, ...] = ()
    """As `--llm` takes them."""


def offers(settings: Settings) -> list[Offer]:
    """The built-in answerer, then every provider; servers are asked, all at once, what they serve."""
    with ThreadPoolExecutor(len(PROVIDERS)) as pool:
        found = list(pool.map(lambda name: _offer(name, settings), PROVIDERS))
    return [Offer(EXTRACTIVE, "ready", models=(EXTRACTIVE,)), *found]


def standing(llm: str, settings: Settings) -> Offer:
    """How one backend stands now: its server is asked what it serves, in two seconds; nothing is generated or spent.

    Some servers list a part of what they serve, or answer under any name: "lists no such model" may still work.
    BackendUnknown for what names no provider or no model.
    """
    if llm == EXTRACTIVE:
        return Offer(EXTRACTIVE, "ready", models=(EXTRACTIVE,))
    try:
        open_model(llm, settings)
    except BackendPackageMissing as missing:
        return Offer(llm.partition(":")[0], "needs a package", missing.hint)
    except BackendKeyMissing as missing:
        return Offer(llm.partition(":")[0], "needs a key", missing.hint)
    name, _, model = llm.partition(":")
    provider = PROVIDERS[name]
    if provider.is_in_process:
        is_here = Path(model).is_dir()
        return Offer(name, "ready", "" if is_here else "It is fetched with the first question, unless it was before.")
    models = served(name, provider, settings, _SECONDS)
    if models is None:
        return Offer(name, "not running", _hint(name, settings))
    if not models and is_key_refused(name, provider, settings, _SECONDS):
        return Offer(name, "refuses the key", "Check the key in the environment or in .env.")
    named = tuple(f"{name}:{each}" for each in models)
    if named and not any(each == llm or each.startswith((f"{llm}-", f"{llm}:latest")) for each in named):
        hint = did_you_mean(llm, named) or f"It lists {', '.join(named[:_NAMED])}{' …' if len(named) > _NAMED else ''}."
        return Offer(name, "lists no such model", f"Run: ollama pull {model}" if name == "ollama" else hint, named)
    return Offer(name, "ready", models=named)


def server_of(llm: str, settings: Settings) -> str:
    """The address of the backend's server; empty for what runs in this process."""
    name = llm.partition(":")[0]
    provider = PROVIDERS.get(name)
    return without_password(address(name, provider, settings)) if provider and not provider.is_in_process else ""


def _offer(name: str, settings: Settings) -> Offer:
    provider = PROVIDERS[name]
    try:
        check_installed(f"{name}:…", name)
    except BackendPackageMissing as missing:
        return Offer(name, "needs a package", missing.hint)
    if provider.is_in_process:
        return Offer(name, "ready", f"Use it with --llm {name}:FOLDER")
    has_own_place = bool(address_of(name, settings.llm_base_url))
    if provider.key and not os.environ.get(provider.key) and not (name == "openai" and has_own_place):
        hint = f"Put {provider.key}=… into the environment or into the file .env."
        return Offer(name, "needs a key", hint + (_found_here() if name == "openai" else ""))
    models = served(name, provider, settings, _SECONDS)
    if models is None:
        return Offer(name, "not running", _hint(name, settings))
    if not models and os.environ.get(provider.key) and is_key_refused(name, provider, settings, _SECONDS):
        return Offer(name, "needs a key", f"Its server refuses the one in {provider.key}.")
    named = tuple(f"{name}:{model}" for model in models or ())
    hint = f"Use it with --llm {name}:MODEL"
    if models == () and not provider.key:
        hint = "It serves no model yet. Run: ollama pull llama3.2"
    return Offer(name, "ready", "" if named else hint, named)


def _hint(name: str, settings: Settings) -> str:
    if not address_of(name, settings.llm_base_url) and PROVIDERS[name].key:
        return "Check the connection to the internet."
    if name == "ollama":
        return "Run: ollama serve, then: ollama pull llama3.2"
    return (
        f"Start the server at {without_password(address_of(name, settings.llm_base_url))}, or check RAG_LLM_BASE_URL."
    )


def _found_here() -> str:
    """The servers of other programs on this computer that would do in place of OpenAI's."""
    for port, program in _USUAL.items():
        place = f"http://127.0.0.1:{port}/v1"
        if listed(f"{place}/models", {}, 0.3):
            return f" Or set RAG_LLM_BASE_URL={place}, where {program} seems to run."
    return ""
