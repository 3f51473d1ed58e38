"""The page laid out with Gradio, and what each of its events does. Importing it is slow: only when it is served."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from anyio import from_thread

from rag.answering.assistant import Assistant
from rag.core.errors import QuestionError
from rag.reading.articles import kinds
from rag.search.asking import LONGEST_QUESTION
from rag.serving import texts
from rag.serving.access import Pace
from rag.serving.acting import Acts, Shown, Wanted
from rag.serving.backends_view import Backends
from rag.serving.library_view import SORTS, LibraryView
from rag.serving.opening import Opening
from rag.serving.rendering import element, escaped
from rag.serving.turns import problem_html
from rag.serving.views import Conversation, Views

_ASSETS = Path(__file__).parent / "assets"
_ASKED_AT_ONCE = 16  # questions answered at the same time; more wait their turn
_MINUTE = 60.0
_SOON = 1.0  # seconds


class Page:
    """The parts of the page and its events; one for all sessions, what is a session's own is in its `Conversation`."""

    def __init__(self, assistant: Assistant, opening: Opening) -> None:
        self.assistant = assistant
        self.views = Views(assistant, opening)
        self.library = LibraryView(assistant.library, assistant.settings.articles)
        self.backends = Backends(assistant.settings)
        self.acts = Acts(self.views, self.library, self.backends.lacks)
        self.blocks: gr.Blocks | None = None
        self.pace = Pace(assistant.settings.questions_a_minute, _MINUTE)

    # Events

    async def watch(self) -> AsyncIterator[tuple[str, str, str]]:
        """Masthead, welcome and the list of articles, again whenever the opening has come further."""
        async for masthead, welcome in self.views.watch():
            yield masthead, welcome, await asyncio.to_thread(self.library.listed)

    def ask(self, question: str, conversation: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Earlier turns, the current one, the emptied question, what is told, the conversation, the list of them."""
        self._tidy(request)
        conversation = _of(conversation, request)
        nothing = (gr.skip(),) * 6
        if question.strip() and not conversation.is_busy:
            if refusal := self._too_fast(conversation, request):
                yield *nothing[:3], refusal, *nothing[4:]
            else:
                yield from self._asked(question, conversation)
        self._tidy_later(request)
        yield nothing  # Gradio sends the last values again at the end: never over a turn begun meanwhile

    def again(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The turn at a place asked again, edited, as typed or without its days; what came after it goes."""
        self._tidy(request)
        conversation = _of(conversation, request)
        wanted = Wanted.parsed(_data(event))
        nothing = (gr.skip(),) * 6
        if 0 <= wanted.place < len(conversation.turns) and not conversation.is_busy:
            question = wanted["question"].strip() or conversation.turns[wanted.place].question
            if refusal := self._too_fast(conversation, request):
                yield *nothing[:3], refusal, *nothing[4:]
            else:
                before = conversation.turns[wanted.place]
                is_same = question == before.question
                manner = {
                    "is_as_typed": wanted["typed"] == "yes" or (is_same and before.is_as_typed),
                    "is_at_any_time": wanted["any-time"] == "yes" or (is_same and before.is_at_any_time),
                }
                yield from self._asked(question, conversation, instead_of=wanted.place, **manner)
        self._tidy_later(request)
        yield nothing

    def _too_fast(self, conversation: Conversation, request: gr.Request) -> str:
        """Why this question has to wait; nothing where it need not."""
        seconds = self.pace.wait(conversation.user or str(request.session_hash))
        hint = texts.TOO_FAST_HINT.format(seconds=round(seconds) + 1)
        return problem_html(QuestionError(texts.TOO_FAST, hint)) if seconds > 0 else ""

    def _tidy(self, request: gr.Request) -> None:
        """Let go of what the session no longer needs, where Gradio itself would write to it."""
        if self.blocks is not None:
            from_thread.run_sync(forget_replaced, self.blocks, str(request.session_hash))

    def _tidy_later(self, request: gr.Request) -> None:
        """Once Gradio is done with the last of the values: a reader who asks nothing more leaves nothing behind."""
        if self.blocks is not None:
            later = partial(forget_values, self.blocks, str(request.session_hash))
            from_thread.run_sync(lambda: asyncio.get_running_loop().call_later(_SOON, later))

    def _asked(
        self, question: str, conversation: Conversation, instead_of: int | None = None, **manner: bool
    ) -> Iterator[tuple[Any, ...]]:
        grown = self.views.ask(question, conversation, instead_of=instead_of, **manner)
        current = next(grown, gr.skip())
        earlier, _ = self._split(conversation)
        yield earlier, current, "", "", conversation, gr.skip()
        for turn in grown:
            talks = self.acts.talks(conversation) if not conversation.is_busy else gr.skip()
            yield gr.skip(), turn, gr.skip(), gr.skip(), gr.skip(), talks

    def renew(self, conversation: Conversation, request: gr.Request) -> tuple[Conversation, str, str, str, str, str]:
        conversation = _of(conversation, request)
        self.views.leave(conversation)
        fresh = Conversation(assistant=conversation.assistant, user=conversation.user)
        return fresh, "", "", "", self.acts.talks(fresh), self.views.scope(fresh)

    def choose(self, backend: str, conversation: Conversation, request: gr.Request) -> tuple[str, str, Conversation]:
        conversation = _of(conversation, request)
        name, told = self.views.choose(backend, conversation, self.backends.lacks)
        return name, told, conversation

    def act(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Conversation, earlier turns, the current one, conversations, articles, what is told, a file, the scope.

        Then what became of articles, the backend, and masthead and welcome, which speak of the same articles as their
        list.
        """
        self._tidy(request)
        shown: Shown = self.acts.do(Wanted.parsed(_data(event)), _of(conversation, request))
        now = shown.conversation
        turns = (now, *self._split(now)) if now is not None else (gr.skip(),) * 3
        rest = (shown.talks, shown.articles, shown.told, shown.parcel, shown.scope, shown.changed, shown.backend)
        of_articles = self.first() if shown.articles is not None else (gr.skip(),) * 2
        return (*turns, *(gr.skip() if html is None else html for html in rest), *of_articles)

    def first(self) -> tuple[str, str]:
        """Masthead and welcome, as the library is now."""
        return self.views.masthead(), self.views.welcome()

    def _split(self, conversation: Conversation) -> tuple[str, str]:
        turns = [self.views.turn(turn) for turn in conversation.turns]
        return "".join(turns[:-1]), "".join(turns[-1:])

    def talks(self, conversation: Conversation, request: gr.Request) -> str:
        return self.acts.talks(_of(conversation, request))

    def offered(self) -> Any:
        """The backends to choose from, with what those lack that cannot answer yet."""
        own = self.assistant.backend_name
        choices = self.backends.choices()
        return gr.update(choices=choices if own in dict(choices).values() else [(own, own), *choices])

    def add(self, files: list[str] | None, request: gr.Request) -> Iterator[tuple[str, Any]]:
        """What is being done with uploaded files, and the articles once it is done."""
        if refusal := self.acts.refusal(request.username or ""):
            yield refusal, gr.skip()
            return
        for told in self.library.add([Path(file) for file in files or []]):
            yield told, gr.skip()
        yield gr.skip(), self.library.listed()

    def sync(self, request: gr.Request) -> Iterator[tuple[Any, Any]]:
        if refusal := self.acts.refusal(request.username or ""):
            yield refusal, gr.skip()
            return
        for told in self.library.sync():
            yield told, gr.skip()
        yield gr.skip(), self.library.listed()


def forget_replaced(blocks: gr.Blocks, session: str) -> None:
    """Drop what Gradio keeps of components that `gr.skip()` made anew.

    Each gets a number of its own, under which its next value is kept for as long as the session and never looked at
    again: with a conversation as the value, a megabyte every few questions.
    """
    forget_values(blocks, session)
    if session in blocks.state_holder:
        kept = blocks.state_holder[session].blocks_config.blocks
        for number in kept.keys() - blocks.blocks.keys():
            del kept[number]


def forget_values(blocks: gr.Blocks, session: str) -> None:
    """Drop only the values: Gradio makes a place for the next one itself, even in the midst of an event."""
    if session in blocks.state_holder:
        kept = blocks.state_holder[session].config_values
        for number in kept.keys() - blocks.blocks.keys():
            del kept[number]


def _data(event: gr.EventData) -> object:
    return event._data


def _of(conversation: Conversation, request: gr.Request) -> Conversation:
    """The conversation, if it is the user's whose request this is; a fresh one for anybody else."""
    user = request.username or ""
    return conversation if conversation.user == user else Conversation(user=user)


def build(assistant: Assistant, opening: Opening | None = None) -> gr.Blocks:
    """The page for an assistant; it says what `opening` is doing, and loads nothing itself."""
    page = Page(assistant, opening or Opening(assistant))
    views = page.views

    def read(wanted: dict[str, Any]) -> str:
        return views.read(wanted)

    def guide(source: str) -> str:
        return page.library.guide(str(source))

    own = partial(gr.HTML, apply_default_css=False)  # without Gradio's typography
    blocks: gr.Blocks
    with gr.Blocks(title=texts.NAME, analytics_enabled=False, fill_width=True) as blocks:
        conversation = gr.State(Conversation())
        relay = own("", elem_id="relay", js_on_load="window.citewell.relay(trigger)")
        parcel = own("", elem_id="parcel")
        with gr.Row(elem_id="masthead"):
            masthead = own(views.masthead(), elem_id="brand")
            backend = gr.Dropdown(
                choices=[assistant.backend_name],
                value=assistant.backend_name,
                allow_custom_value=True,
                label=texts.BACKEND_LABEL,
                elem_id="backend",
            )
            again = gr.Button(texts.NEW_CONVERSATION, elem_id="again")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="shelf"):
                own(
                    _shell(
                        "shelf.html", ORDER=_order(), KINDS=kinds(), MEGABYTES=str(assistant.settings.upload_megabytes)
                    ),
                    elem_id="tabs",
                )
                with gr.Column(elem_id="talks-side"):
                    talks = own("", elem_id="talks")
                with gr.Column(elem_id="articles-side"):
                    with gr.Row(elem_id="changing"):
                        add = gr.UploadButton(texts.ADD, file_count="multiple", elem_id="add")
                        sync = gr.Button(texts.SYNC, elem_id="sync")
                    changed = own("", elem_id="changed", html_template="${value}" + _dismissing())
                    articles = own("", elem_id="articles")
            with gr.Column(elem_id="talk"):
                told = own("", elem_id="told")
                with gr.Column(elem_id="turns"):
                    welcome = own(views.welcome(), elem_id="welcome")
                    earlier = own("", elem_id="earlier")
                    current = own("", elem_id="current")
                scope = own("", elem_id="scope")
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
                _shell("panel.html", MOST=str(LONGEST_QUESTION)),
                elem_id="panel",
                js_on_load="window.citewell.connect(element, server)",
                server_functions=[read, guide],
            )
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        answering: dict[str, Any] = {
            "outputs": [earlier, current, question, told, conversation, talks],
            "concurrency_limit": _ASKED_AT_ONCE,
            "concurrency_id": "asking",
            "trigger_mode": "multiple",  # with "once" a question right after Stop would be dropped
            **quiet,
        }
        blocks.load(page.watch, outputs=[masthead, welcome, articles], concurrency_limit=None, **quiet)
        blocks.load(page.talks, conversation, talks, **quiet)
        blocks.load(page.offered, outputs=backend, concurrency_limit=None, **quiet)
        for asking in (
            gr.on([question.submit, send.click], page.ask, [question, conversation], **answering),
            relay.submit(page.again, conversation, **answering),
        ):
            asking.failure(views.failed, conversation, current, **quiet)
            asking.then(views.masthead, outputs=masthead, **quiet)
        relay.input(
            page.act,
            conversation,
            [conversation, earlier, current, talks, articles, told, parcel, scope, changed, backend, masthead, welcome],
            trigger_mode="multiple",
            concurrency_limit=_ASKED_AT_ONCE,
            **quiet,
        )
        stop.click(views.stop, conversation, current, **quiet)
        again.click(page.renew, conversation, [conversation, earlier, current, told, talks, scope], **quiet)
        chosen = backend.input(page.choose, [backend, conversation], [backend, told, conversation], **quiet)
        chosen.then(None, backend, js="(name) => window.citewell.chose(name)", **quiet)
        changing: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "changing", **quiet}
        for change in (
            add.upload(page.add, add, [changed, articles], **changing),
            sync.click(page.sync, None, [changed, articles], **changing),
        ):
            change.then(page.first, outputs=[masthead, welcome], **quiet)
    page.blocks = blocks
    return blocks


def system_fonts() -> gr.themes.ThemeClass:
    """Gradio's theme without the font of 100 kB that it would load; page.css says the rest."""
    return gr.themes.Default(font=("system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace"))


def _dismissing() -> str:
    """A button that puts away what stands before it."""
    return element("button", "×", type="button", class_="dismiss", data_act="dismiss", aria_label=texts.CLOSE)


def _order() -> str:
    return "".join(element("option", escaped(texts.SORTS[name]), value=name) for name in SORTS)


def _shell(name: str, **made: str) -> str:
    """A file of ours with every {NAME} in it put in: HTML made here, or a text."""
    shell = (_ASSETS / name).read_text(encoding="utf-8")
    return re.sub(r"{([A-Z_]+)}", lambda match: made.get(match[1]) or escaped(getattr(texts, match[1])), shell)
