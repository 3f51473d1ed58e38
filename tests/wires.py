"""How each provider's server words a streamed reply: the pieces of text in its own form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

# Why a reply ended, in the words of OpenAI → those of the others.
_ANTHROPIC = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}
_GOOGLE = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}


def wire_of(path: str, body: dict[str, Any]) -> str:
    """Whose form the request is in."""
    if path.endswith("/messages"):
        return "anthropic"
    if path.endswith("/api/chat"):
        return "ollama"
    if "GenerateContent" in path:
        return "google_genai"
    if "/openai/" in path:
        return "groq"
    return "openai" if "stream_options" in body else "mistralai"


def content_type(wire: str) -> str:
    return "application/x-ndjson" if wire == "ollama" else "text/event-stream"


def opening(wire: str, usage: tuple[int, int] | None) -> bytes:
    """What comes before the first piece."""
    if wire != "anthropic":
        return b""
    message = {"id": "m", "type": "message", "role": "assistant", "model": "tiny", "content": []}
    message |= {"stop_reason": None, "usage": {"input_tokens": (usage or (0, 0))[0], "output_tokens": 1}}
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    return _event({"type": "message_start", "message": message}) + _event(block)


def piece(wire: str, text: str) -> bytes:
    if wire == "anthropic":
        delta = {"type": "text_delta", "text": text}
        return _event({"type": "content_block_delta", "index": 0, "delta": delta})
    if wire == "ollama":
        return _line({"model": "tiny", "message": {"role": "assistant", "content": text}, "done": False})
    if wire == "google_genai":
        return _data({"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}]})
    return _data(_delta({"content": text}))


def ending(wire: str, reason: str, usage: tuple[int, int] | None) -> Iterator[bytes]:
    """What says that the reply is whole, and what it took."""
    read, written = usage or (0, 0)
    if wire == "anthropic":
        yield _event({"type": "content_block_stop", "index": 0})
        delta = {"stop_reason": _ANTHROPIC.get(reason, reason), "stop_sequence": None}
        yield _event(
            {"type": "message_delta", "delta": delta, "usage": {"input_tokens": read, "output_tokens": written}}
        )
        yield _event({"type": "message_stop"})
    elif wire == "ollama":
        counts = {"prompt_eval_count": read, "eval_count": written} if usage else {}
        last = {"model": "tiny", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": reason}
        yield _line(last | counts)
    elif wire == "google_genai":
        counts = {"promptTokenCount": read, "candidatesTokenCount": written, "totalTokenCount": read + written}
        content = {"role": "model", "parts": [{"text": ""}]}
        candidate = {"content": content, "finishReason": _GOOGLE.get(reason, reason), "index": 0}
        yield _data({"candidates": [candidate], "usageMetadata": counts})
    else:
        counts = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        beside = {"groq": {"x_groq": {"usage": counts}}, "mistralai": {"usage": counts}}.get(wire, {}) if usage else {}
        yield _data(_delta({}, finish_reason=reason) | beside)
        if usage and wire == "openai":
            yield _data({**_delta({}), "choices": [], "usage": counts})
        yield b"data: [DONE]\n\n"


def _delta(delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "tiny", "choices": [choice]}


def _event(data: dict[str, Any]) -> bytes:
    return f"event: {data['type']}\n".encode() + _data(data)


def _data(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode() + b"\n"
