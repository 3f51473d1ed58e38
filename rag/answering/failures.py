"""Whatever a provider raises becomes one of our errors: what happened, and what to do; nothing of a key in it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from rag.core.errors import (
    BackendFailed,
    BrokenReply,
    ContentRefused,
    KeyRefused,
    ModelUnknown,
    PromptTooLong,
    QuotaUsedUp,
    RateLimited,
    ServerFailed,
    ServerUnreachable,
    TooSlow,
    did_you_mean,
)
from rag.core.per_backend import without_password

_LONGEST_REASON = 300
_NAMED_MODELS = 8
_DEEPEST_CAUSE = 12


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a failure is about."""

    name: str
    """The backend string, or the name of a model given in code."""
    provider: str = ""
    address: str = ""
    """Of a server of one's own."""
    secrets: tuple[str, ...] = ()
    models: Callable[[], tuple[str, ...] | None] = lambda: None
    """What the server says that it serves."""
    is_function: bool = False
    """The asker's own, whose errors are told as they are."""


_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|window|size)|(?:prompt|input|request).{0,40}too (?:long|large)|"
    r"exceeds? the (?:maximum number of|available) (?:tokens|context)|too many (?:input |prompt )?tokens",
    re.IGNORECASE,
)
_SPAN = r"\d+(?:\.\d+)?\s?(?:ms|[hms](?:ours?|rs?|in(?:ute)?s?|ec(?:ond)?s?)?)(?![a-z])"  # `7.66s`, `2 minutes`
_TRY_AGAIN = re.compile(rf"try again (?:in|after) ({_SPAN}(?:(?:,? |(?<=[a-z]))(?:and )?{_SPAN})*)", re.IGNORECASE)
_SECONDS_OF = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
_QUOTA = re.compile(r"insufficient_quota|billing|credit balance|credits?\b.{0,30}exhaust|payment", re.IGNORECASE)
_QUOTA_OR_PACE = re.compile(r"quota", re.IGNORECASE)
_FILTERED = re.compile(r"content_filter|content management policy|responsible ?ai|safety|prohibited", re.IGNORECASE)
_NO_MODEL = re.compile(r"model.{0,80}(?:not found|not exist)|invalid model|unknown model", re.IGNORECASE)
_NO_KEY = re.compile(r"api.?key.{0,20}(?:not valid|invalid|incorrect|missing)|invalid.{0,10}api.?key", re.IGNORECASE)
_NO_NAME = re.compile(r"gaierror|name or service not known|nodename nor servname|name resolution|getaddrinfo", re.I)
_NO_TRUST = re.compile(r"\bssl|certificate", re.IGNORECASE)
_BROKE_OFF = re.compile(
    r"remoteprotocol|readerror|writeerror|incomplete|chunked|closedresource|brokenresource|"
    r"connectionreset|payloaderror|disconnected",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    r"decodeerror|validation|keyerror|attributeerror|typeerror|indexerror|assertionerror|valueerror", re.IGNORECASE
)


def failure_of(error: BaseException, called: Called) -> BackendFailed:
    """The error in our words."""
    if isinstance(error, BackendFailed):
        return error
    causes = list(_causes(error))
    kinds = " ".join(type(cause).__name__ for cause in causes)
    said = " ".join(str(cause) for cause in causes)
    status = _status(causes)
    backend = f"The backend {called.name!r}"
    if found := _about_weights(backend, kinds, called):
        return found
    if status not in (401, 404, 429) and _TOO_LONG.search(said):
        return PromptTooLong(f"{backend} cannot take so long a prompt.", "Set RAG_HITS lower, or begin anew.")
    if found := _about_limits(backend, status, kinds, said, causes):
        return found
    if status in (401, 403) or _NO_KEY.search(said) or re.search("authentication|permissiondenied", kinds, re.I):
        return KeyRefused(f"{backend} refused the key.", "Check the key in the environment or in .env.")
    is_unfit = status in (None, 400, 422)
    if status == 404 or "NotFound" in kinds or (is_unfit and _NO_MODEL.search(said)):
        return _unknown_model(backend, called)
    if is_unfit and _FILTERED.search(said):
        return refused(called.name)
    if status is None and (found := _about_connections(backend, kinds, said, called)):
        return found
    # Those that it came of say the same again.
    first = next((words for cause in causes if (words := str(cause).strip())), "")
    return _otherwise(backend, status, kinds, without_secrets(first, called.secrets), called)


def _otherwise(backend: str, status: int | None, kinds: str, said: str, called: Called) -> BackendFailed:
    reason = said.split("\n")[0][:_LONGEST_REASON]
    if called.is_function and status is None:
        return BackendFailed(
            f"{backend} failed: {kinds.split()[0]}: {reason.rstrip('.')}.", "Mend the function that was given."
        )
    if status is None and _NO_REPLY.search(kinds):
        return BrokenReply(
            f"{backend} answered with something that is no reply of a model.",
            "Check RAG_LLM_BASE_URL." if called.address else "Ask again, or use --llm extractive.",
        )
    hint = "Ask again, or use --llm extractive."
    if status is not None and status >= 500:  # what more it says is for those who run it
        return ServerFailed(f"{backend} failed: its server answered with the error {status}.", hint)
    return BackendFailed(f"{backend} failed: {reason or kinds}", hint)


def _about_weights(backend: str, kinds: str, called: Called) -> BackendFailed | None:
    if called.provider != "huggingface" or not re.search("oserror|notfound|hfvalidation", kinds, re.IGNORECASE):
        return None
    return ModelUnknown(
        f"{backend} is neither a folder with a model nor the name of one that can be fetched.",
        "Check the folder, or fetch the model while there is a network: hf download NAME",
    )


def _about_limits(
    backend: str, status: int | None, kinds: str, said: str, causes: list[BaseException]
) -> BackendFailed | None:
    is_limit = status in (429, 503, 529) or re.search("ratelimit|resourceexhausted|toomany|overloaded", kinds, re.I)
    wait = _wait_seconds(causes, said)
    if status == 402 or ((is_limit or status in (400, 403)) and _QUOTA.search(said) and "retryDelay" not in said):
        return QuotaUsedUp(f"{backend} says that the quota is used up.", "Look at the account's plan and its billing.")
    if is_limit and wait is None and _QUOTA_OR_PACE.search(said):
        return QuotaUsedUp(f"{backend} says that the quota is used up.", "Look at the account's plan and its billing.")
    if is_limit:
        happened = "is overloaded" if status in (503, 529) else "is asked too often"
        when = f" in {wait:.0f} seconds" if wait and wait >= 1 else " later"
        return RateLimited(f"{backend} {happened}.", f"Ask again{when}.", wait)
    return None


def _about_connections(backend: str, kinds: str, said: str, called: Called) -> BackendFailed | None:
    at = f" at {without_password(called.address)}" if called.address else ""
    if _NO_NAME.search(f"{kinds} {said}"):
        return ServerUnreachable(
            f"{backend} cannot be reached: the name of its server{at} is not known.",
            "Check RAG_LLM_BASE_URL." if at else "Check the connection to the internet.",
        )
    if _NO_TRUST.search(f"{kinds} {said}"):
        return ServerUnreachable(
            f"{backend} cannot be reached: no secure connection to its server{at} came about.",
            "Name its certificate in SSL_CERT_FILE, or check whether the address begins with http:// or https://.",
        )
    if _BROKE_OFF.search(kinds):
        return BrokenReply(f"{backend} broke off in mid-answer.", "Ask again.")
    if re.search("connecttimeout", kinds, re.I) or re.search("connect(?!ionerror.*timeout)", kinds, re.I):
        if re.search("timeout", kinds, re.I) and "ConnectTimeout" not in kinds:
            return too_slow(called.name, "the reply", "RAG_LLM_TIMEOUT_SECONDS")
        hint = "Run: ollama serve" if called.provider == "ollama" else "Check the connection to the internet."
        if at and called.provider != "ollama":
            hint = "Start the server, or check RAG_LLM_BASE_URL."
        return ServerUnreachable(f"{backend} cannot be reached{at}.", hint)
    if re.search("timeout|^empty$", kinds, re.I):
        return too_slow(called.name, "the reply", "RAG_LLM_TIMEOUT_SECONDS")
    return None


def too_slow(name: str, what: str, setting: str) -> TooSlow:
    """`what` did not come in the time of `setting`."""
    return TooSlow(f"The backend {name!r} did not answer in time: {what} took too long.", f"Set {setting} higher.")


def refused(name: str) -> ContentRefused:
    """The provider ended the reply for what it is about."""
    return ContentRefused(f"The backend {name!r} refuses to speak of this.", "Word the question otherwise.")


def broke_off(name: str) -> BrokenReply:
    """The stream ended as if it were whole, without saying so."""
    return BrokenReply(f"The backend {name!r} broke off in mid-answer.", "Ask again.")


def _unknown_model(backend: str, called: Called) -> ModelUnknown:
    served = called.models()
    model = called.name.partition(":")[2]
    if called.provider == "ollama":
        hint = f"Run: ollama pull {model}"
    elif not served:
        hint = "Check the model's name with the provider."
        if called.address:
            hint = "Check the model's name, and RAG_LLM_BASE_URL: it mostly ends in /v1."
    else:
        hint = did_you_mean(f"{called.provider}:{model}", [f"{called.provider}:{name}" for name in served])
        hint = hint or "Use one that it serves."
    if not served:
        return ModelUnknown(f"{backend} does not know this model.", hint)
    more = f" and {len(served) - _NAMED_MODELS} more" if len(served) > _NAMED_MODELS else ""
    return ModelUnknown(
        f"{backend} does not know this model; it serves {', '.join(served[:_NAMED_MODELS])}{more}.", hint
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, groups taken apart."""
    waiting = [error]
    seen: list[BaseException] = []
    while waiting and len(seen) < _DEEPEST_CAUSE:
        each = waiting.pop(0)
        if each in seen:
            continue
        seen.append(each)
        yield each
        if isinstance(each, BaseExceptionGroup):
            waiting.extend(each.exceptions)
        if (cause := each.__cause__ or each.__context__) is not None:
            waiting.append(cause)


def _status(causes: list[BaseException]) -> int | None:
    """The HTTP status that the provider's exception carries under one of the usual names."""
    for cause in causes:
        if type(cause).__name__ in ("TransferEncodingError", "ContentLengthError"):
            continue  # a connection that broke off, for which aiohttp makes up a status
        for holder in (cause, getattr(cause, "response", None)):
            for name in ("status_code", "code", "status"):
                status = getattr(holder, name, None)
                if isinstance(status, int) and 400 <= status < 600:
                    return status
    return None


def _wait_seconds(causes: list[BaseException], said: str) -> float | None:
    """How long the provider wants us to wait, by its header or by its words."""
    for cause in causes:
        headers = getattr(getattr(cause, "response", None), "headers", None) or {}
        told = str(headers.get("retry-after") or "")
        if re.fullmatch(r"\d+(?:\.\d+)?", told):
            return float(told)
        if told:
            try:
                return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
            except ValueError:
                continue
    if match := re.search(r"retryDelay\W{1,6}(\d+(?:\.\d+)?)s", said):
        return float(match[1])
    if match := _TRY_AGAIN.search(said):
        spans = re.findall(r"(\d+(?:\.\d+)?)\s?(ms|[hms])", match[1].lower())
        return sum(float(amount) * _SECONDS_OF[unit] for amount, unit in spans)
    return None


def without_secrets(text: str, secrets: tuple[str, ...]) -> str:
    """The text without these, and without what looks like a key."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    return without_password(re.sub(r"\b(?:sk|gsk|pk|key)-[\w*-]{6,}|\bAIza[\w-]{20,}", "…", text))
