"""Before Gradio sees a request: what a browser may load, whether the page is ready, what is never asked for."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from rag.serving.access import POLICY

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]

_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)


class Guard:
    """An ASGI application around Gradio's."""

    def __init__(self, app: Callable[..., Awaitable[None]], health: Callable[[], tuple[bool, str]]) -> None:
        from starlette.middleware.gzip import GZipMiddleware  # comes with Gradio, which is loaded only when it serves

        self._app = app
        self._packed = GZipMiddleware(app, minimum_size=1000)
        self._health = health

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == "/healthz":
            await self._tell_health(send)
        else:
            app = self._packed if scope["path"] == "/" else self._app  # Gradio packs scripts and styles by itself
            await app(scope, receive, _with_headers(send))

    async def _tell_health(self, send: _Send) -> None:
        """200 once questions are answered, 503 before; nothing of the library but that."""
        is_ready, waiting_for = self._health()
        body = json.dumps({"ready": is_ready, "waiting_for": waiting_for}, ensure_ascii=False).encode()
        kinds = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200 if is_ready else 503, "headers": kinds})
        await send({"type": "http.response.body", "body": body})


def _with_headers(send: _Send) -> _Send:
    async def sending(message: _Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS]
        await send(message)

    return sending
