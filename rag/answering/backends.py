"""Language models by one string: `provider:model`, as LangChain's `init_chat_model` takes it."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from rag.core.errors import (
    BackendFailed,
    BackendKeyMissing,
    BackendPackageMissing,
    BackendUnknown,
    PromptTooLong,
    did_you_mean,
)
from rag.core.settings import Settings

EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider needs: its Python package, our extra that installs it, and where its key lies."""

    package: str
    extra: str
    key: str = ""
    """Environment variable; empty where none is needed."""


# A new provider is one line here.
PROVIDERS = {
    "openai": Provider("langchain_openai", "openai", "OPENAI_API_KEY"),
    "anthropic": Provider("langchain_anthropic", "anthropic", "ANTHROPIC_API_KEY"),
    "google_genai": Provider("langchain_google_genai", "google-genai", "GOOGLE_API_KEY"),
    "mistralai": Provider("langchain_mistralai", "mistralai", "MISTRAL_API_KEY"),
    "groq": Provider("langchain_groq", "groq", "GROQ_API_KEY"),
    "ollama": Provider("langchain_ollama", "ollama"),
    "huggingface": Provider("langchain_huggingface", "huggingface"),
}


class Model(Protocol):
    """A language model: messages in, pieces of text out as they come."""

    name: str

    def stream(self, messages: Sequence[tuple[str, str]]) -> Iterator[str]: ...


@runtime_checkable
class ChatModel(Protocol):
    """What we use of a LangChain chat model."""

    def stream(self, input: Any) -> Iterator[Any]: ...


class LangChainModel:
    """Any LangChain chat model; it is made when the first question comes."""

    def __init__(self, name: str, make: Any) -> None:
        self.name = name
        self._make = make
        self._model: ChatModel | None = None

    def stream(self, messages: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Pieces of the reply; BackendFailed in words whatever the provider raises, or where it ended for length."""
        try:
            if self._model is None:
                self._model = self._make()
            has_ended_early = False
            for piece in self._model.stream(list(messages)):
                if text := _text_of(piece.content):
                    yield text
                has_ended_early |= _ended_for_length(piece)
        except Exception as error:  # noqa: BLE001 - providers' errors share no base class
            # Without the cause: a server may repeat the key in its answer, and a traceback would show it.
            raise _failure(self.name, error) from None
        if has_ended_early:
            raise BackendFailed(
                f"The backend {self.name!r} came to the end of what it may say.", "Set RAG_LLM_ANSWER_TOKENS higher."
            )


def check_backend(spec: str) -> None:
    """BackendError for a spec that cannot work, before anything is loaded."""
    if spec != EXTRACTIVE:
        provider, _ = _parts(spec)
        check_installed(spec, provider)


def open_model(llm: str | ChatModel, settings: Settings) -> Model:
    """The model of the string, checked for package and key but not loaded; or a LangChain chat model as it is."""
    if not isinstance(llm, str):
        name = getattr(llm, "model_name", None) or getattr(llm, "model", None) or type(llm).__name__
        return LangChainModel(str(name), lambda: llm)
    provider, model = _parts(llm)
    check_installed(llm, provider)
    options = _options(provider, settings)
    _check_key(llm, provider, settings)

    def make() -> ChatModel:
        # LangChain takes a second to import; only a model's first question pays for it.
        from langchain.chat_models import init_chat_model

        made: ChatModel = init_chat_model(model, model_provider=provider, **options)
        return made

    return LangChainModel(llm, make)


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


def check_installed(spec: str, provider: str) -> None:
    """BackendPackageMissing with the command that installs it."""
    needed = PROVIDERS[provider]
    if importlib.util.find_spec(needed.package) is None:
        package = needed.package.replace("_", "-")
        raise BackendPackageMissing(f"The backend {spec!r} needs the package {package}.", f"Run: pip install {package}")


def _check_key(spec: str, provider: str, settings: Settings) -> None:
    key = PROVIDERS[provider].key
    if key and not os.environ.get(key) and not (provider == "openai" and settings.llm_base_url):
        raise BackendKeyMissing(
            f"The backend {spec!r} needs a key and {key} is not set.",
            f"Put {key}=… into the environment or into the file .env.",
        )


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    """Our settings in each provider's words."""
    if provider == "huggingface":
        return {
            "backend": "pipeline",
            "task": "text-generation",
            "pipeline_kwargs": {
                "max_new_tokens": settings.llm_answer_tokens,
                "return_full_text": False,
                "do_sample": False,
            },
        }
    if provider == "ollama":
        address = {"base_url": settings.llm_base_url} if settings.llm_base_url else {}
        return {
            # The server's own default cuts prompts off without a word.
            "num_ctx": settings.llm_context_tokens,
            "num_predict": settings.llm_answer_tokens,
            "temperature": settings.llm_temperature,
            "client_kwargs": {"timeout": settings.llm_timeout_seconds},
            **address,
        }
    options: dict[str, Any] = {
        "temperature": settings.llm_temperature,
        "timeout": settings.llm_timeout_seconds,
        "max_tokens": settings.llm_answer_tokens,
        "max_retries": 1,
    }
    if settings.llm_base_url and provider == "openai":
        options["base_url"] = settings.llm_base_url
        if not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = "none"  # local servers want none, the client wants something
    return options


def _text_of(content: Any) -> str:
    """The text of a piece, whose content is a string or a list of typed blocks."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "".join(
        block if isinstance(block, str) else block.get("text", "") if block.get("type") == "text" else ""
        for block in blocks
    )


def _ended_for_length(piece: Any) -> bool:
    """Whether the provider says, in its own word, that the reply was longer than allowed."""
    said = getattr(piece, "response_metadata", None) or {}
    return any(said.get(name) in ("length", "max_tokens", "MAX_TOKENS") for name in _END_REASONS)


_END_REASONS = ("finish_reason", "done_reason", "stop_reason")

# By the name of the provider's exception: what happened and what to do. First match wins.
_FAILURES = (
    ("auth|permission", "refused the key", "Check the key in the environment or in .env."),
    ("notfound", "does not know this model", "Check the model's name with the provider."),
    ("ratelimit|resourceexhausted|toomany", "is asked too often, or the quota is used up", "Ask again later."),
    ("remoteprotocol|readerror|incomplete", "broke off in mid-answer", "Ask again."),
    ("timeout", "did not answer in time", "Ask again, or set RAG_LLM_TIMEOUT_SECONDS higher."),
    ("connect", "cannot be reached", "Start the server, or check RAG_LLM_BASE_URL."),
)  # fmt: skip


_TOO_LONG = re.compile(r"context.{0,20}(?:length|window|size)|(?:prompt|input|request).{0,40}too (?:long|large)", re.I)


def _failure(name: str, error: Exception) -> BackendFailed:
    if any(_TOO_LONG.search(str(cause)) for cause in _causes(error)):
        return PromptTooLong(
            f"The backend {name!r} cannot take so long a prompt.", "Set RAG_HITS lower, or begin a new conversation."
        )
    kinds = " ".join(type(cause).__name__.lower() for cause in _causes(error))
    for pattern, happened, hint in _FAILURES:
        if re.search(pattern, kinds):
            return BackendFailed(f"The backend {name!r} {happened}.", hint)
    reason = _without_keys(str(error).strip().split("\n")[0])[:300] or type(error).__name__
    return BackendFailed(f"The backend {name!r} failed: {reason}", "Ask again, or use --llm extractive.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(6):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _without_keys(text: str) -> str:
    for provider in PROVIDERS.values():
        secret = os.environ.get(provider.key, "") if provider.key else ""
        if secret:
            text = text.replace(secret, "…")
    return re.sub(r"\b(?:sk|gsk|key)-[\w*-]{6,}", "…", text)
