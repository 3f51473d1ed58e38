"""Language models as they are asked: messages in, pieces of text out, every failure one of our errors."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

from rag.answering.calls import Call, Limits, OutOfTime, Slots, Stopped, in_thread, pieces
from rag.answering.failures import Called, broke_off, failure_of, refused, too_slow
from rag.core.errors import BackendFailed, BrokenReply, CutShort, RateLimited, ServerFailed
from rag.core.settings import Settings

Messages = Sequence[tuple[str, str]]
_PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds, where a rate limit names none
_MOST_CHARS_PER_TOKEN = 20  # a reply longer than this comes from a server that knows no end
_END_REASONS = ("finish_reason", "done_reason", "stop_reason")
_FULL = {"length", "max_tokens", "MAX_TOKENS", "model_length", "model_context_window_exceeded"}
_REFUSED = {"content_filter", "refusal", "SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"}
_LIMIT_WORDS = {
    "first": ("the first piece", "RAG_LLM_FIRST_SECONDS"),
    "stall": ("the next piece", "RAG_LLM_STALL_SECONDS"),
    "whole": ("the whole reply", "RAG_LLM_TIMEOUT_SECONDS"),
}
# What a server may not know, by the words of its refusal: the option to ask without.
_OPTIONAL = {"stream_options": "stream_usage", "include_usage": "stream_usage", "temperature": "temperature"}


@dataclass(frozen=True, slots=True)
class Room:
    """How much a model takes at once, prompt and reply together."""

    tokens: int
    count: Callable[[Messages], int | None] | None = None
    """The model's own count of a prompt; it is none, or says None, where the model offers no count."""


class Model(Protocol):
    """A language model: messages in, pieces of text out as they come; an empty piece says that it waits."""

    name: str

    def stream(self, messages: Messages, call: Call | None = None) -> Iterator[str]: ...

    def room(self) -> Room: ...


@runtime_checkable
class ChatModel(Protocol):
    """What we use of a LangChain chat model."""

    def stream(self, input: Any) -> Iterator[Any]: ...


Answerer = Callable[[list[dict[str, str]]], Any]
"""A function from messages (`role`, `content`) to a text, or to pieces of one."""


class LangChainModel:
    """A model that LangChain speaks to; made when the first question comes, and kept."""

    def __init__(
        self,
        called: Called,
        settings: Settings,
        make: Callable[[frozenset[str]], Any],
        *,
        is_in_process: bool = False,
        says_its_end: bool = False,
        room: Callable[[Any], Room],
    ) -> None:
        """`make` gets the names of options to leave out, because the server does not know them."""
        self.name = called.name
        self._called = called
        self._settings = settings
        self._make = make
        self._is_in_process = is_in_process
        self._says_its_end = says_its_end
        self._find_room = room
        self._room: Room | None = None
        self._left_out: frozenset[str] = frozenset()
        self._model: Any = None
        self._opening = threading.Lock()
        self._limits = Limits(settings.llm_first_seconds, settings.llm_stall_seconds, settings.llm_timeout_seconds)
        # Weights in this process serve one question at a time: tokenizers are not safe in threads, memory is short.
        self._slots = Slots(1 if is_in_process else settings.llm_at_once)

    def room(self) -> Room:
        """Made for the first question; BackendFailed where the model cannot be."""
        model = self._opened()
        if self._room is None:
            self._room = self._find_room(model)
        return self._room

    def stream(self, messages: Messages, call: Call | None = None) -> Iterator[str]:
        """Pieces of the reply; BackendFailed whatever the provider does wrong, at the latest after the last piece.

        A rate limit is waited out where that is allowed, and what may be chance is tried once more.
        """
        call = call or Call()
        waited, tries = 0.0, 0
        while True:
            has_begun, left_out = False, self._left_out
            try:
                for text in self._texts(messages, call):
                    has_begun = True
                    yield text
                return
            except Stopped:
                raise
            except Exception as error:  # noqa: BLE001 - providers' errors share no base class
                failed = self._failed(error)
                is_adapted = not has_begun and self._leave_out(error, left_out)
            # Raised out here, an error holds nothing of the provider's: a server may repeat the key in what it says.
            pause = 0.0 if is_adapted else self._pause(failed, tries)
            if has_begun or pause is None or waited + pause > self._settings.llm_wait_seconds:
                raise failed
            if isinstance(failed, RateLimited):
                call.notice = f"{failed.message} It was waited for {max(1, round(waited + pause))} s."
                yield ""
            call.wait(pause)
            waited, tries = waited + pause, tries + (not is_adapted)

    def _texts(self, messages: Messages, call: Call) -> Iterator[str]:
        model = self._opened()
        reason, length, said = "", 0, []
        most = self._settings.llm_answer_tokens * _MOST_CHARS_PER_TOKEN
        for piece in pieces(lambda: self._streamed(model, messages), _has_content, call, self._limits, self._slots):
            if usage := getattr(piece, "usage_metadata", None):
                call.took(usage.get("input_tokens"), usage.get("output_tokens"))
            reason = _end_reason(piece) or reason
            text = text_of(getattr(piece, "content", piece))
            length += len(text)
            if text := text[: max(0, len(text) + most - length)]:
                call.came()
                said.append(text)
                yield text
            if length > most:
                raise self._cut_short()
        if self._is_in_process and call.tokens_in is None and (count := self.room().count):
            call.took(count(messages), count([("", "".join(said))]))  # of text without a role: its tokens alone
        if reason in _REFUSED:
            raise refused(self.name)
        if reason in _FULL:
            raise self._cut_short()
        if self._says_its_end and not reason:
            raise broke_off(self.name)

    def _streamed(self, model: Any, messages: Messages) -> AsyncIterator[Any]:
        left = threading.Event()
        if self._is_in_process:
            options = {"pipeline_kwargs": {"logits_processor": [_Leave(left, model.tokenizer.eos_token_id)]}}
            said = [{"role": role, "content": content} for role, content in messages]
            return in_thread(lambda: model.stream(as_taken(model.tokenizer, said), **options), left)
        if hasattr(model, "astream") and not type(model).__module__.startswith("langchain_huggingface"):
            stream: AsyncIterator[Any] = model.astream(list(messages))
            return stream
        return in_thread(lambda: model.stream(list(messages)), left)

    def _opened(self) -> Any:
        with self._opening:
            if self._model is None:
                try:
                    self._model = self._make(self._left_out)
                except Exception as error:  # noqa: BLE001 - as above
                    failed = self._failed(error)
                else:
                    return self._model
                raise failed
            return self._model

    def _leave_out(self, error: Exception, left_out: frozenset[str]) -> bool:
        """Whether the server refused an option that it can be asked without; the model is made anew so.

        `left_out` were left out when the question began: another one may have learnt of the same option meanwhile.
        """
        said = str(error)
        options = {option for word, option in _OPTIONAL.items() if word in said} - left_out
        if not options or getattr(error, "status_code", None) not in (400, 422):
            return False
        with self._opening:
            if not options <= self._left_out:
                self._left_out, self._model = self._left_out | options, None
        return True

    def _failed(self, error: Exception) -> BackendFailed:
        if isinstance(error, OutOfTime):
            return too_slow(self.name, *_LIMIT_WORDS[error.limit])
        secrets = (*self._called.secrets, *_secrets_of(self._model))
        failed = failure_of(error, replace(self._called, secrets=secrets))
        if self._called.is_function and failed is not error:
            failed.__cause__ = error
        return failed

    def _pause(self, failed: BackendFailed, tries: int) -> float | None:
        """Seconds after which to ask again; None where that is of no use."""
        if isinstance(failed, RateLimited) and tries < len(_PAUSES):
            return _PAUSES[tries] if failed.wait_seconds is None else failed.wait_seconds
        if isinstance(failed, BrokenReply | ServerFailed) and tries == 0:
            return 0.3
        return None

    def _cut_short(self) -> CutShort:
        return CutShort(
            f"The backend {self.name!r} came to the end of what it may say.", "Set RAG_LLM_ANSWER_TOKENS higher."
        )


class FunctionModel:
    """Any function from messages to text, as a chat model."""

    def __init__(self, answer: Answerer, name: str) -> None:
        self._answer = answer
        self._name = name

    def stream(self, messages: Messages) -> Iterator[Any]:
        """Its text, or its pieces as they come; None is a piece without words."""
        said = self._answer([{"role": role, "content": content} for role, content in messages])
        if _is_text(said):
            yield said
            return
        if isinstance(said, Mapping | bytes) or not isinstance(said, Iterable):
            raise self._no_text(said)
        for piece in said:
            if not (piece is None or _is_text(piece)):
                raise self._no_text(piece)
            yield piece

    def _no_text(self, said: object) -> BackendFailed:
        if isinstance(said, Coroutine):
            said.close()  # else Python warns that nobody waited for it
        return BackendFailed(
            f"The backend {self._name!r} gave no text, but of the type {type(said).__name__}.",
            "Let the function give a string, or strings one after the other.",
        )


def _is_text(said: object) -> bool:
    return isinstance(said, str) or hasattr(said, "content")


class _Leave:
    """Lets the model speak until nobody listens, then makes it end with the next token."""

    def __init__(self, left: threading.Event, end_token: int | None) -> None:
        self._left = left
        self._end_token = end_token

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        if self._left.is_set() and self._end_token is not None:
            scores[:] = -float("inf")
            scores[:, self._end_token] = 0.0
        return scores


def as_taken(tokenizer: Any, messages: list[dict[str, str]]) -> list[dict[str, str]]:
    """The messages; where the model's template knows no system, its words come first in the first question."""
    try:
        tokenizer.apply_chat_template(messages, tokenize=False)
    except Exception:  # noqa: BLE001 - a template may raise what it likes
        (system, *rest) = messages
        if system["role"] == "system" and rest:
            return [{**rest[0], "content": f"{system['content']}\n\n{rest[0]['content']}"}, *rest[1:]]
    return messages


def text_of(content: Any) -> str:
    """The text of a piece, whose content is a string or a list of typed blocks."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "".join(
        block if isinstance(block, str) else block.get("text", "") if block.get("type") == "text" else ""
        for block in blocks
    )


def _has_content(piece: Any) -> bool:
    """Words, or thoughts that a provider sends beside them."""
    content = getattr(piece, "content", piece)
    return bool(content or (getattr(piece, "additional_kwargs", None) or {}).get("reasoning_content"))


def _end_reason(piece: Any) -> str:
    """Why the reply ended, in the provider's own word; empty while it goes on."""
    said = getattr(piece, "response_metadata", None) or {}
    if (getattr(piece, "additional_kwargs", None) or {}).get("refusal"):
        return "refusal"
    if (said.get("prompt_feedback") or {}).get("block_reason"):
        return "SAFETY"
    return next((str(said[name]) for name in _END_REASONS if said.get(name)), "")


def _secrets_of(model: Any) -> Iterator[str]:
    """The keys that a chat model given in code holds."""
    for value in list(getattr(model, "__dict__", {}).values()):
        if reveal := getattr(value, "get_secret_value", None):
            secret = reveal()
            if isinstance(secret, str):
                yield secret
