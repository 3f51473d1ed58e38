"""The chat page: a conversation beside its sources, laid out and served with Gradio."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.answering.assistant import Assistant
from rag.core.errors import SettingsError
from rag.serving import texts
from rag.serving.opening import Opening
from rag.serving.rendering import escaped
from rag.serving.views import Conversation, Views

if TYPE_CHECKING:
    import gradio as gr

_ASSETS = Path(__file__).parent / "assets"
_BACKENDS = ("extractive", "openai:gpt-5-mini", "anthropic:claude-sonnet-4-5", "ollama:llama3.2")
_ASKED_AT_ONCE = 16  # questions answered at the same time; more wait their turn


def check_address(host: str, port: int, auth: str) -> int:
    """The port, a free one for 0; SettingsError where the page cannot or must not listen."""
    if not auth and not _is_loopback(host):
        raise SettingsError(
            f"On {host!r} everybody in the network could read the library.",
            "Ask for a password with --auth USER:PASSWORD, or stay on 127.0.0.1.",
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
            chosen: int = listener.getsockname()[1]
            return chosen
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


def build(assistant: Assistant, opening: Opening | None = None) -> gr.Blocks:
    """The page for an assistant; it says what `opening` is doing, and loads nothing itself."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    views = Views(assistant, opening or Opening(assistant))

    def read(wanted: dict[str, Any]) -> str:
        return views.read(wanted)

    async def watch() -> AsyncIterator[tuple[str, str]]:
        async for view in views.watch():
            yield view

    def ask(question: str, conversation: Conversation) -> Iterator[tuple[Any, ...]]:
        nothing = (gr.skip(),) * 5
        if question.strip() and not conversation.is_busy:
            earlier = views.turns(conversation)
            grown = views.ask(question, conversation)
            yield earlier, next(grown), "", "", conversation
            for turn in grown:
                yield nothing[0], turn, *nothing[2:]
        yield nothing  # Gradio sends the last values again at the end: never over a turn begun meanwhile

    def renew(conversation: Conversation) -> tuple[Conversation, str, str]:
        views.stop(conversation)
        return Conversation(assistant=conversation.assistant), "", ""

    def choose(backend: str, conversation: Conversation) -> tuple[str, str, Conversation]:
        name, told = views.choose(backend, conversation)
        return name, told, conversation

    own = partial(gr.HTML, apply_default_css=False)  # without Gradio's typography
    blocks: gr.Blocks
    with gr.Blocks(title=texts.NAME, analytics_enabled=False, fill_width=True) as blocks:
        conversation = gr.State(Conversation())
        with gr.Row(elem_id="masthead"):
            masthead = own(views.masthead(), elem_id="brand")
            backend = gr.Dropdown(
                choices=list(dict.fromkeys([assistant.backend_name, *_BACKENDS])),
                value=assistant.backend_name,
                allow_custom_value=True,
                label=texts.BACKEND_LABEL,
                elem_id="backend",
            )
            again = gr.Button(texts.NEW_CONVERSATION, elem_id="again")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                told = own("", elem_id="told")
                with gr.Column(elem_id="turns"):
                    welcome = own(views.welcome(), elem_id="welcome")
                    earlier = own("", elem_id="earlier")
                    current = own("", elem_id="current")
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        label=texts.QUESTION_LABEL,
                        placeholder=texts.QUESTION_HINT,
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                        elem_id="question",
                    )
                    send = gr.Button(texts.ASK, elem_id="send")
                    stop = gr.Button(texts.STOP, elem_id="stop")
            own(
                _panel(),
                elem_id="panel",
                js_on_load="window.citewell.connect(element, server)",
                server_functions=[read],
            )
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        blocks.load(watch, outputs=[masthead, welcome], concurrency_limit=None, **quiet)
        asking = gr.on(
            [question.submit, send.click],
            ask,
            [question, conversation],
            [earlier, current, question, told, conversation],
            concurrency_limit=_ASKED_AT_ONCE,
            trigger_mode="multiple",  # with "once" a question right after Stop would be dropped
            **quiet,
        )
        asking.failure(views.failed, conversation, current, **quiet)
        asking.then(views.masthead, outputs=masthead, **quiet)
        stop.click(views.stop, conversation, current, **quiet)
        again.click(renew, conversation, [conversation, earlier, current], **quiet)
        backend.input(choose, [backend, conversation], [backend, told, conversation], **quiet)
    return blocks


def _panel() -> str:
    shell = (_ASSETS / "panel.html").read_text(encoding="utf-8")
    return re.sub(r"{([A-Z_]+)}", lambda match: escaped(getattr(texts, match[1])), shell)


def _head() -> str:
    """Our style and script as part of the page itself: nothing is fetched for them."""
    style = (_ASSETS / "page.css").read_text(encoding="utf-8")
    script = (_ASSETS / "page.js").read_text(encoding="utf-8")
    icon = (_ASSETS / "icon.html").read_text(encoding="utf-8")
    return f"{icon}<style>{style}</style><script>{script}</script>"


def serve(assistant: Assistant, host: str, port: int, auth: str = "", announce: Callable[[str], None] = print) -> None:
    """Open the page, then load models and fill an empty library behind it; returns when it is stopped."""
    port = check_address(host, port, auth)
    opening = Opening(assistant)
    blocks = build(assistant, opening)
    user, _, password = auth.partition(":")
    try:
        _, address, _ = blocks.launch(
            server_name=host,
            server_port=port,
            auth=(user, password) if auth else None,
            head=_head(),
            footer_links=[],
            quiet=True,
            share=False,
            inbrowser=False,
            ssr_mode=False,
            pwa=False,
            run_history=False,
            enable_monitoring=False,
            prevent_thread_lock=True,
        )
    except OSError as error:
        raise _refused(host, port, error) from error
    announce(texts.SERVING.format(address=address))
    opening.start()
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    blocks.close(verbose=False)
