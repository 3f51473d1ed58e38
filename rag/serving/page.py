"""The chat page served: where it listens, who may use it, how it starts."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from rag.answering.assistant import Assistant
from rag.core.errors import SettingsError
from rag.core.settings import Settings
from rag.library.memory import loading
from rag.serving import texts
from rag.serving.access import Door, read_users
from rag.serving.guard import Guard
from rag.serving.opening import Opening

_ASSETS = Path(__file__).parent / "assets"
# Gradio keeps what a browser session holds, a tenth of a megabyte and its turns, long after the browser has gone.
_SESSIONS = 500


def check_address(settings: Settings) -> int:
    """The port, a free one for 0; SettingsError where the page cannot or must not listen."""
    host, port = settings.host, settings.port
    is_guarded = settings.auth or settings.auth_file or settings.auth_header
    if not is_guarded and not _is_loopback(host):
        raise SettingsError(
            f"On {host!r} everybody in the network could read the library.",
            "Ask for a password with --auth USER:PASSWORD or --auth-file FILE, or stay on 127.0.0.1.",
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
            chosen: int = listener.getsockname()[1]
            return chosen
    except (UnicodeError, socket.gaierror) as error:
        raise SettingsError(f"There is no computer named {host!r} here.", "Try --host 127.0.0.1.") from error
    except OSError as error:
        raise _refused(host, port, error) from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refused(host: str, port: int, error: OSError) -> SettingsError:
    other = port + 1 if port < 65535 else 7860
    reason = error.strerror or str(error)
    return SettingsError(f"The page cannot listen on {host} port {port}: {reason}.", f"Try --port {other}.")


def _head() -> str:
    """Our style and script as part of the page itself: nothing is fetched for them."""
    style = (_ASSETS / "page.css").read_text(encoding="utf-8")
    script = (_ASSETS / "page.js").read_text(encoding="utf-8")
    icon = (_ASSETS / "icon.html").read_text(encoding="utf-8")
    return f"{icon}<style>{style}</style><script>{script}</script>"


def serve(assistant: Assistant, announce: Callable[[str], None] = print) -> None:
    """Open the page where the settings say, then load models and fill an empty library behind it, until stopped."""
    settings = assistant.settings
    port = check_address(settings)
    door = door_of(settings)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    opening = Opening(assistant)
    with loading():
        from starlette.middleware import Middleware

        from rag.serving.building import build, system_fonts

        blocks = build(assistant, opening)
    header = settings.auth_header
    try:
        _, address, _ = blocks.launch(
            server_name=settings.host,
            server_port=port,
            auth=door.lets_in if door else None,  # type: ignore[arg-type]  # it awaits it; its hint does not say so
            auth_message=texts.LOGIN if door else None,
            auth_dependency=(lambda request: request.headers.get(header) or None) if header else None,
            app_kwargs={"middleware": [Middleware(Guard, health=partial(health, assistant, opening))]},
            max_file_size=settings.upload_megabytes * 1_000_000,
            head=_head(),
            theme=system_fonts(),
            footer_links=[],
            quiet=True,
            share=False,
            inbrowser=False,
            ssr_mode=False,
            pwa=False,
            run_history=False,
            enable_monitoring=False,
            prevent_thread_lock=True,
            state_session_capacity=_SESSIONS,
        )
    except OSError as error:
        raise _refused(settings.host, port, error) from error
    announce(texts.SERVING.format(address=address))
    opening.start()
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    blocks.close(verbose=False)


def door_of(settings: Settings) -> Door | None:
    """The users of the file, or the one of `user:password`; None where nobody is asked."""
    if settings.auth_header and (settings.auth or settings.auth_file):
        raise SettingsError("A proxy’s header and passwords cannot both say who somebody is.", "Use one of them.")
    if settings.auth_file:
        return Door(read_users(Path(settings.auth_file)))
    return Door.for_one(settings.auth) if settings.auth else None


def health(assistant: Assistant, opening: Opening) -> tuple[bool, str]:
    """Whether questions are answered now, and in a word why not: nobody has signed in who may read more."""
    if not opening.is_done:
        return False, "opening"
    if opening.problem:
        return False, "problem"
    return (False, "articles") if assistant.library.is_empty else (True, "")
