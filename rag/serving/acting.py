"""What a reader does to kept conversations and articles: one word from the browser, one change, what to show for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from rag.core.errors import CitewellError, QuestionError
from rag.serving import texts
from rag.serving.access import may_change
from rag.serving.exporting import FORMATS, evaluation_set, exported
from rag.serving.history_view import parcel_html, talks_html
from rag.serving.library_view import LibraryView
from rag.serving.rendering import element, escaped
from rag.serving.turns import problem_html
from rag.serving.views import Conversation, Views

_MOST_TICKED = 1000  # articles
# Characters of anything a browser sends: more than a question may have, so that a longer one is refused and not cut.
_LONGEST_WORDS = 10_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the browser asks for, made sure to be plain short words and numbers."""

    act: str
    words: Mapping[str, str] = field(default_factory=dict)
    place: int = -1

    @classmethod
    def parsed(cls, data: object) -> Wanted:
        """Nothing is wanted by what makes no sense."""
        if not isinstance(data, dict):
            return cls("")
        words = {str(name): value[:_LONGEST_WORDS] for name, value in data.items() if isinstance(value, str)}
        place = data.get("place")
        return cls(words.get("act", ""), words, place if type(place) is int else -1)

    def __getitem__(self, name: str) -> str:
        return self.words.get(name, "")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be shown anew; None stays as it is."""

    conversation: Conversation | None = None
    talks: str | None = None
    articles: str | None = None
    told: str | None = None
    parcel: str | None = None
    scope: str | None = None
    """Which articles the conversation asks."""
    changed: str | None = None
    """What became of articles, told beside their list."""
    backend: str | None = None
    """What answers from now on."""


class Acts:
    """Everything a reader can do beside asking, by its name."""

    def __init__(self, views: Views, library: LibraryView, lacks: Callable[[str], str] = lambda backend: "") -> None:
        self._views = views
        self._lacks = lacks
        self._kept = views.conversations
        self._library = library
        self._by_name: dict[str, Callable[[Wanted, Conversation], Shown]] = {
            "open": self._open,
            "recall": self._recall,
            "find-talks": lambda wanted, now: Shown(talks=self.talks(now, wanted["words"])),
            "rename": self._rename,
            "forget": self._forget,
            "export": self._export,
            "judged": self._judged,
            "judge": self._judge,
            "comment": self._judge,
            "find-articles": lambda wanted, now: Shown(articles=self.articles(wanted)),
            "remove": self._remove,
            "tick": self._tick,
            "untick": self._tick,
        }

    def do(self, wanted: Wanted, conversation: Conversation) -> Shown:
        """One act for the user whose conversation this is; an unknown one does nothing."""
        act = self._by_name.get(wanted.act)
        try:
            return act(wanted, conversation) if act else Shown()
        except CitewellError as problem:
            return Shown(told=problem_html(problem))

    def talks(self, conversation: Conversation, words: str = "") -> str:
        """The list of the user's conversations, with whether the user may change the library."""
        is_editor = may_change(self._views.assistant.settings, conversation.user)
        stamp = time.time_ns()
        try:
            listed = self._kept.listed(conversation.user, words)
        except CitewellError as problem:
            return problem_html(problem)
        return talks_html(listed, conversation.id, words, is_editor=is_editor, stamp=stamp)

    def refusal(self, user: str) -> str:
        """Why this user may not add, sync or remove articles; nothing for those who may."""
        if may_change(self._views.assistant.settings, user):
            return ""
        return problem_html(QuestionError(texts.MAY_NOT_CHANGE, texts.MAY_NOT_CHANGE_HINT))

    def articles(self, wanted: Wanted) -> str:
        most = wanted["most"][:6]
        return self._library.listed(wanted["words"], wanted["sort"], *[int(most)] if most.isdecimal() else [])

    def _open(self, wanted: Wanted, now: Conversation) -> Shown:
        if self._kept.title(now.user, wanted["id"]) is None:
            return Shown(talks=self.talks(now, wanted["listed"]), told=_told(texts.NO_SUCH_TALK))
        if wanted["id"] == now.id and now.is_busy:
            return Shown(talks=self.talks(now, wanted["listed"]), told="")
        self._views.leave(now)
        turns = self._kept.turns(now.user, wanted["id"])
        opened = Conversation(turns, now.assistant, now.user, wanted["id"], self._kept.ticked(now.user, wanted["id"]))
        talks = self.talks(opened, wanted["listed"])
        return Shown(conversation=opened, talks=talks, told="", scope=self._views.scope(opened))

    def _recall(self, wanted: Wanted, now: Conversation) -> Shown:
        """What a reload brings back: the backend that was chosen in the browser, the conversation of the tab."""
        told = self._views.recall(wanted["backend"], now, self._lacks)
        is_kept = self._kept.title(now.user, wanted["id"]) is not None
        shown = self._open(wanted, now) if is_kept else Shown(conversation=now)
        return replace(shown, told=told, backend=(now.assistant or self._views.assistant).backend_name)

    def _rename(self, wanted: Wanted, now: Conversation) -> Shown:
        self._kept.rename(now.user, wanted["id"], wanted["title"])
        return Shown(talks=self.talks(now, wanted["listed"]))

    def _forget(self, wanted: Wanted, now: Conversation) -> Shown:
        self._kept.remove(now.user, wanted["id"])
        if wanted["id"] != now.id:
            return Shown(talks=self.talks(now, wanted["listed"]))
        self._views.leave(now)
        fresh = Conversation(assistant=now.assistant, user=now.user)
        return Shown(conversation=fresh, talks=self.talks(fresh, wanted["listed"]), scope=self._views.scope(fresh))

    def _export(self, wanted: Wanted, now: Conversation) -> Shown:
        title = self._kept.title(now.user, wanted["id"])
        if title is None or wanted["as"] not in FORMATS:
            raise QuestionError(texts.NO_SUCH_TALK)
        content = exported(title, self._kept.turns(now.user, wanted["id"]), wanted["as"])
        name = "".join(sign if sign.isalnum() else "-" for sign in title)[:60].strip("-") or "conversation"
        return Shown(parcel=parcel_html(f"{name}.{wanted['as']}", FORMATS[wanted["as"]], content))

    def _judged(self, wanted: Wanted, now: Conversation) -> Shown:
        content = evaluation_set(self._kept.judged(now.user))
        if not content:
            return Shown(told=_told(texts.NO_JUDGED))
        return Shown(parcel=parcel_html("judged.jsonl", "application/jsonl", content))

    def _judge(self, wanted: Wanted, now: Conversation) -> Shown:
        if not 0 <= wanted.place < len(now.turns):
            return Shown()
        turn = now.turns[wanted.place]
        if wanted.act == "comment":
            turn.comment = wanted["comment"]
        elif wanted["verdict"] in texts.VERDICTS:
            turn.verdict = "" if turn.verdict == wanted["verdict"] else wanted["verdict"]
        self._views.keep_judgement(now, turn)
        return Shown(conversation=now)

    def _tick(self, wanted: Wanted, now: Conversation) -> Shown:
        """One article more or fewer that the conversation asks; all of them again with `untick`."""
        source = wanted["source"]
        if wanted.act == "untick":
            now.ticked.clear()
        elif wanted["on"] != "yes":
            now.ticked.discard(source)
        elif len(now.ticked) < _MOST_TICKED and self._library.has(source):
            now.ticked.add(source)
        if now.turns:
            self._kept.tick(now.user, now.id, now.ticked)
        return Shown(scope=self._views.scope(now))

    def _remove(self, wanted: Wanted, now: Conversation) -> Shown:
        if refusal := self.refusal(now.user):
            return Shown(changed=refusal)
        told = self._library.remove(wanted["source"])
        gone = {source for source in now.ticked if not self._library.has(source)}
        now.ticked -= gone
        if gone and now.turns:
            self._kept.tick(now.user, now.id, now.ticked)
        return Shown(articles=self.articles(wanted), changed=told, scope=self._views.scope(now))


def _told(words: str) -> str:
    return element("p", escaped(words), role="status")
