"""Language models by one string: `provider:model`, as LangChain's `init_chat_model` takes it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from dataclasses import fields
from math import ceil
from typing import Any
from weakref import WeakValueDictionary

from rag.answering import servers
from rag.answering.failures import Called
from rag.answering.models import Answerer, ChatModel, FunctionModel, LangChainModel, Messages, Model, Room, as_taken
from rag.answering.servers import Provider
from rag.core.errors import BackendFailed, BackendKeyMissing, BackendPackageMissing, BackendUnknown, did_you_mean
from rag.core.per_backend import address_of, providers_named
from rag.core.settings import EXTRACTIVE, Settings

_ANTHROPIC, _MISTRAL, _GROQ = "https://api.anthropic.com", "https://api.mistral.ai/v1", "https://api.groq.com"
_OPENAI, _GOOGLE = "https://api.openai.com/v1", "https://generativelanguage.googleapis.com"

# A new provider is one line here: its package, our extra, its key; where its server is and lists its models.
PROVIDERS = {
    "openai": Provider("langchain_openai", "openai", "OPENAI_API_KEY", _OPENAI),
    "anthropic": Provider("langchain_anthropic", "anthropic", "ANTHROPIC_API_KEY", _ANTHROPIC),
    "google_genai": Provider("langchain_google_genai", "google-genai", "GOOGLE_API_KEY", _GOOGLE, "/v1beta/models"),
    "mistralai": Provider("langchain_mistralai", "mistralai", "MISTRAL_API_KEY", _MISTRAL),
    "groq": Provider("langchain_groq", "groq", "GROQ_API_KEY", _GROQ, "/openai/v1/models"),
    "ollama": Provider("langchain_ollama", "ollama", "", "http://127.0.0.1:11434", "/api/tags"),
    "huggingface": Provider("langchain_huggingface", "huggingface", is_in_process=True),
}

_ASKING_SECONDS = 2.0
_THOUGHT_TOKENS = 4000  # of a model that thinks before it speaks: they count against the longest answer

# A model is kept while somebody uses it, so that many conversations share one.
_opened: WeakValueDictionary[tuple[object, ...], LangChainModel] = WeakValueDictionary()


def open_model(llm: str | ChatModel | Answerer, settings: Settings) -> Model:
    """The model of the string, checked for package and key but not loaded; a LangChain chat model or a function."""
    if not isinstance(llm, str):
        return _given(llm, settings)
    name, model = _parts(llm)
    check_installed(llm, name)
    _check_providers(settings)
    _check_key(llm, name, settings)
    key = os.environ.get(PROVIDERS[name].key, "") if PROVIDERS[name].key else ""
    identity = (llm, key, *(getattr(settings, f.name) for f in fields(settings) if f.name.startswith("llm_")))
    opened = _opened.get(identity)
    if opened is None:
        opened = _opened[identity] = _named(llm, name, model, key, settings)
    return opened


def _named(llm: str, name: str, model: str, key: str, settings: Settings) -> LangChainModel:
    provider = PROVIDERS[name]

    def make(left_out: frozenset[str]) -> Any:
        # LangChain takes a second to import; only a model's first question pays for it.
        from langchain.chat_models import init_chat_model

        def made(options: dict[str, Any]) -> Any:
            known = {option: value for option, value in options.items() if option not in left_out}
            return init_chat_model(model, model_provider=name, **known)

        options = _options(name, settings)
        chat_model = made(options)
        if name == "ollama" or provider.is_in_process or not (chat_model.profile or {}).get("reasoning_output"):
            return chat_model
        return made(options | {"max_tokens": settings.llm_answer_tokens + _THOUGHT_TOKENS})

    called = Called(
        llm,
        name,
        address_of(name, settings.llm_base_url)
        or (servers.address(name, provider, settings) if not provider.key else ""),
        (key,),
        lambda: servers.served(name, provider, settings, _ASKING_SECONDS),
    )
    return LangChainModel(
        called,
        settings,
        make,
        is_in_process=provider.is_in_process,
        says_its_end=not provider.is_in_process,
        room=_room(name, model, settings),
    )


def _given(llm: Any, settings: Settings) -> LangChainModel:
    """A chat model or a function from code; BackendUnknown for anything else."""
    if not (hasattr(llm, "stream") or callable(llm)):
        raise BackendUnknown(
            f"A backend cannot be of the type {type(llm).__name__}.",
            "Give a string such as 'ollama:llama3.2', a LangChain chat model, or a function of messages.",
        )
    is_function = not hasattr(llm, "stream")
    given = getattr(llm, "model_name", None) or getattr(llm, "model", None) or getattr(llm, "__name__", None)
    name = given if isinstance(given, str) else type(llm).__name__
    chat_model = FunctionModel(llm, name) if is_function else llm
    return LangChainModel(
        Called(name, is_function=is_function),
        settings,
        lambda left_out: chat_model,
        room=lambda model: Room(_stated(model) or settings.llm_context_tokens),
    )


def _room(name: str, model: str, settings: Settings) -> Callable[[Any], Room]:
    """How to find out how much the model takes."""
    if PROVIDERS[name].is_in_process:
        return lambda chat_model: _room_in_process(chat_model, name, model, settings)
    if name == "ollama":
        return lambda chat_model: Room(settings.llm_context_tokens)  # as it is asked to take
    place = address_of(name, settings.llm_base_url)
    if name != "openai" or not place:
        return lambda chat_model: Room(_stated(chat_model) or settings.llm_context_tokens)

    def count(messages: Messages) -> int | None:
        return servers.count_tokens(place, model, messages, _ASKING_SECONDS)

    return lambda chat_model: Room(
        servers.context_tokens(place, model, _ASKING_SECONDS) or settings.llm_context_tokens, count
    )


def _room_in_process(chat_model: Any, name: str, model: str, settings: Settings) -> Room:
    tokenizer = chat_model.tokenizer
    if not tokenizer.chat_template:
        raise BackendFailed(
            f"The backend '{name}:{model}' has no chat template: it was not made to answer.",
            "Take its variant for chats, mostly named Instruct or Chat.",
        )
    config = chat_model.llm.pipeline.model.config

    def count(messages: Messages) -> int:
        said = [{"role": role, "content": content} for role, content in messages if role]
        if not said:
            return len(tokenizer(messages[0][1], add_special_tokens=False).input_ids)
        text = tokenizer.apply_chat_template(as_taken(tokenizer, said), tokenize=False, add_generation_prompt=True)
        return len(tokenizer(text, add_special_tokens=False).input_ids)

    return Room(getattr(config, "max_position_embeddings", None) or settings.llm_context_tokens, count)


def _stated(chat_model: Any) -> int | None:
    """What LangChain's table of models says that it takes."""
    profile = getattr(chat_model, "profile", None)
    return (profile.get("max_input_tokens") or None) if isinstance(profile, dict) else None


def _parts(spec: str) -> tuple[str, str]:
    provider, colon, model = spec.partition(":")
    if provider in PROVIDERS and colon and model:
        return provider, model
    known = [EXTRACTIVE, *PROVIDERS]
    if provider in PROVIDERS:
        raise BackendUnknown(f"The backend {spec!r} names no model.", f"Write it as {provider}:MODEL.")
    raise BackendUnknown(
        f"Unknown backend {spec!r}.",
        did_you_mean(provider, known) or f"Use {EXTRACTIVE}, or provider:model with one of: {', '.join(PROVIDERS)}.",
    )


def _check_providers(settings: Settings) -> None:
    """BackendUnknown where an address or a price is nobody's: what it was meant for would be asked elsewhere."""
    for setting, name in providers_named(settings.llm_base_url, settings.llm_prices):
        if name not in PROVIDERS:
            raise BackendUnknown(
                f"{setting} names the provider {name!r}, which is unknown.",
                did_you_mean(name.lower(), PROVIDERS) or f"There are {', '.join(PROVIDERS)}.",
            )


def check_installed(spec: str, provider: str) -> None:
    """BackendPackageMissing with the command that installs it."""
    needed = PROVIDERS[provider]
    if importlib.util.find_spec(needed.package) is None:
        package = needed.package.replace("_", "-")
        raise BackendPackageMissing(f"The backend {spec!r} needs the package {package}.", f"Run: pip install {package}")


def _check_key(spec: str, provider: str, settings: Settings) -> None:
    key = PROVIDERS[provider].key
    if key and not os.environ.get(key) and not (provider == "openai" and address_of(provider, settings.llm_base_url)):
        raise BackendKeyMissing(
            f"The backend {spec!r} needs a key and {key} is not set.",
            f"Put {key}=… into the environment or into the file .env.",
        )


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    """Our settings in each provider's words; of tries and pauses we keep account ourselves."""
    seconds = settings.llm_timeout_seconds
    if provider == "huggingface":
        is_free = settings.llm_temperature > 0
        return {
            "backend": "pipeline",
            "task": "text-generation",
            "pipeline_kwargs": {
                "max_new_tokens": settings.llm_answer_tokens,
                "max_time": seconds,
                "return_full_text": False,
                "do_sample": is_free,
                **({"temperature": settings.llm_temperature} if is_free else {}),
            },
        }
    place = address_of(provider, settings.llm_base_url)
    options: dict[str, Any] = {"base_url": place} if place else {}
    if provider == "ollama":
        return options | {
            # The server's own default cuts prompts off without a word.
            "num_ctx": settings.llm_context_tokens,
            "num_predict": settings.llm_answer_tokens,
            "temperature": settings.llm_temperature,
            "client_kwargs": {"timeout": seconds},
        }
    options |= {
        "temperature": settings.llm_temperature,
        "timeout": ceil(seconds),  # some take whole seconds only; ours are kept in `calls`
        "max_tokens": settings.llm_answer_tokens,
        "max_retries": 1 if provider in _COUNTS_THE_FIRST_TRY else 0,
    }
    if provider == "openai":
        options["stream_chunk_timeout"] = 0  # its own two minutes would cut ours short
    if place and provider == "openai":
        options["stream_usage"] = True
        if not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = "none"  # local servers want none, the client wants something
    return options


_COUNTS_THE_FIRST_TRY = ("google_genai", "mistralai")
