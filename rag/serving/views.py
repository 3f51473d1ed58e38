"""What the page shows and does, apart from how it is laid out: sessions, answers and articles as HTML."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from rag.answering.assistant import Assistant
from rag.core.errors import CitewellError, LibraryMissing, QuestionError, StorageError
from rag.core.types import Answer
from rag.library.memory import give_back
from rag.reading.articles import kinds
from rag.serving import texts
from rag.serving.conversations import Conversations
from rag.serving.opening import Opening, example_questions, follow_ups
from rag.serving.rendering import about, article_html, article_link, element, escaped, listing
from rag.serving.turns import Turn, history, problem_html, turn_html

_LOOK_SECONDS = 0.2  # between two looks at what the opening is doing
_ARTICLES_LISTED = 30  # before the first question
_MOST_MARKS = 100  # in an opened article, beside the quoted words


@dataclass(slots=True)
class Conversation:
    """What one browser session has asked, and who answers it."""

    turns: list[Turn] = field(default_factory=list)
    assistant: Assistant | None = None
    """Another than the page's own, once the reader has chosen one."""
    user: str = ""
    """Whose it is; empty where the page asks nobody for a name."""
    id: str = ""
    """Under which it is kept; given with its first question."""
    ticked: set[str] = field(default_factory=set)
    """The articles it asks, by source; empty for all of them."""
    is_left: bool = False
    """The reader is in another one now, and nothing of this one is shown."""

    @property
    def is_busy(self) -> bool:
        return bool(self.turns) and self.turns[-1].is_growing

    @property
    def history(self) -> list[dict[str, str]]:
        """What was said so far."""
        return history(self.turns)


class Views:
    """One for the whole page; what belongs to one session is in its `Conversation`."""

    def __init__(self, assistant: Assistant, opening: Opening, conversations: Conversations | None = None) -> None:
        self.assistant = assistant
        self.conversations = conversations or Conversations(assistant.library.folder / "conversations.sqlite")
        self.opening = opening
        self._seen: tuple[int, tuple[int, list[str], str]] | None = None

    # What stands there before the first question

    def masthead(self) -> str:
        count, _, _ = self._look()
        known = element("span", escaped(texts.article_count(count)), class_="count", data_count=count) if count else ""
        bars = element("span", "☰", aria_hidden="true")
        menu = element("button", bars, type="button", class_="menu", aria_label=texts.MENU, aria_expanded="false")
        skip = element("button", escaped(texts.SKIP), type="button", class_="skip", data_act="skip")
        return skip + menu + element("h1", escaped(texts.NAME)) + element("p", escaped(texts.PURPOSE) + known)

    def welcome(self) -> str:
        """The invitation, what is still being waited for and the example questions."""
        opening = self.opening
        _, questions, articles = self._look()
        made = []
        if opening.problem:
            made.append(problem_html(opening.problem))
        elif opening.is_done and self._is_empty():
            made.append(self._first_steps())
        else:
            made.append(element("h2", escaped(texts.INVITATION)))
        if not opening.is_done:
            note = element("span", escaped(texts.WAITING_NOTE))
            made.append(element("p", escaped(opening.doing) + note, class_="wait"))
        if opening.notice:
            made.append(element("p", escaped(opening.notice), class_="aside"))
        examples = "".join(
            element("li", element("button", escaped(question), type="button", data_ask=question))
            for question in questions
        )
        if examples:
            made.append(element("ul", examples, class_="examples", aria_label=texts.EXAMPLES_LABEL))
        if articles:
            made.append(element("div", articles, class_="sources"))
        return element("div", "".join(made), class_="welcome")

    def _is_empty(self) -> bool:
        try:
            return self.assistant.library.is_empty
        except StorageError:  # it cannot be read: then a question says so
            return False

    def _first_steps(self) -> str:
        """How articles come into a library that has none."""
        folder = self.assistant.settings.articles.name
        steps = element("p", escaped(texts.NO_ARTICLES_STEPS.format(kinds=kinds(), folder=folder)))
        button = element("button", escaped(texts.ADD), type="button", data_act="add")
        return element("h2", escaped(texts.NO_ARTICLES_TITLE)) + element("div", button + steps, class_="empty")

    async def watch(self) -> AsyncIterator[tuple[str, str]]:
        """Masthead and welcome, again whenever the opening has come further."""
        shown = None
        while True:
            is_done = self.opening.is_done
            view = await asyncio.to_thread(lambda: (self.masthead(), self.welcome()))
            if view != shown:
                shown = view
                yield view
            if is_done:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _look(self) -> tuple[int, list[str], str]:
        """The number of articles, the example questions and the list of articles, as the library is now."""
        library = self.assistant.library
        try:
            if library.is_empty:
                return 0, [], ""
        except StorageError:  # it is being made just now, or cannot be read: then a question says so
            return 0, [], ""
        change = library.catalogue.change
        if self._seen is None or self._seen[0] != change:
            total = library.catalogue.counts()[0]
            articles = list(islice(library.articles(), _ARTICLES_LISTED))
            items = (
                article_link(article.source, article.title, about(article.publisher, date=article.date))
                for article in articles
            )
            first = texts.ARTICLES_FIRST.format(count=len(articles), total=f"{total:,}")
            listed = listing(texts.ARTICLES if total == len(articles) else first, items)
            self._seen = (change, (total, example_questions(articles), listed))
        return self._seen[1]

    # Asking

    def ask(
        self,
        question: str,
        conversation: Conversation,
        *,
        instead_of: int | None = None,
        is_as_typed: bool = False,
        is_at_any_time: bool = False,
    ) -> Iterator[str]:
        """The HTML of the new turn, again whenever it has grown; the conversation holds it from the start.

        Instead of an earlier turn, that one and those after it go. As typed, it is searched for without what the
        conversation would fill in; at any time, without the days that it names.
        """
        turn = Turn(question, is_as_typed=is_as_typed, is_at_any_time=is_at_any_time)
        if instead_of is not None:
            gone = conversation.turns[instead_of:]
            del conversation.turns[instead_of:]
            places = (place for each in gone for place in (*each.replaces, each.place))
            turn.replaces = tuple(place for place in places if place is not None)
        for earlier in conversation.turns:
            earlier.suggestions = ()
        conversation.turns.append(turn)
        conversation.id = conversation.id or Conversations.new_id()
        with closing(self._grown(turn, conversation)) as grown:
            for html in grown:
                if not conversation.is_left:
                    yield html

    def _grown(self, turn: Turn, conversation: Conversation) -> Generator[str]:
        try:
            yield from self._waiting(turn)
            with closing(self._answers(turn, conversation)) as answers:
                for answer in answers:
                    if turn.is_stopped:
                        break
                    turn.answer = answer
                    if not answer.text:
                        self._note(turn, conversation)
                    if not answer.is_final:  # the whole one is shown below, once it is kept
                        yield self.turn(turn)
        except LibraryMissing as problem:
            turn.problem = LibraryMissing(problem.message, texts.NO_ARTICLES_HINT)
        except CitewellError as problem:
            turn.problem = None if turn.is_stopped else problem
        finally:
            turn.stop()  # the browser left
            self.keep(conversation, turn)
        self._suggest(turn, conversation)
        if conversation.turns[-1] is turn:
            yield self.turn(turn)
        give_back()  # many people at once are many threads, and each leaves some behind

    def _answers(self, turn: Turn, conversation: Conversation) -> Generator[Answer]:
        """The growing answers; where only some articles are asked, the last one says so."""
        assistant = conversation.assistant or self.assistant
        history = [] if turn.is_as_typed else conversation.history
        asked: dict[str, Any] = {"ignore_dates": True} if turn.is_at_any_time else {}
        note = ""
        if conversation.ticked:
            there = sorted(filter(assistant.library.article, list(conversation.ticked)))  # more may be ticked meanwhile
            if not there:
                raise QuestionError(texts.TICKED_GONE, texts.TICKED_GONE_HINT)
            asked["sources"] = there
            note = texts.asked_of(len(there))
        for answer in assistant.stream(turn.question, history, turn.call, **asked):
            is_noted = note and answer.is_final
            yield replace(answer, notice=f"{note} {answer.notice}".strip()) if is_noted else answer

    def _note(self, turn: Turn, conversation: Conversation) -> None:
        """Keep the question while a model words the answer, which takes its stead: the program may end meanwhile."""
        replaces, turn.replaces = turn.replaces, ()
        self.keep(conversation, turn)
        turn.replaces = (*replaces, *filter(None, [turn.place]))
        turn.place = None

    def keep(self, conversation: Conversation, turn: Turn) -> None:
        """Write the turn down, with those before it that could not be; where it cannot be either, it says so."""
        place = next((place for place, each in enumerate(conversation.turns) if each is turn), None)
        if place is None:  # another question was asked in its stead meanwhile
            return
        try:
            self.conversations.save(conversation.user, conversation.id, conversation.turns[: place + 1])
            if conversation.ticked and len(conversation.turns) == 1:
                self.conversations.tick(conversation.user, conversation.id, conversation.ticked)
        except StorageError as problem:
            turn.notice = texts.NOT_KEPT.format(reason=problem)

    def keep_judgement(self, conversation: Conversation, turn: Turn) -> None:
        """Write down what the reader thinks of a turn."""
        if turn.place is None:
            self.keep(conversation, turn)
            return
        try:
            self.conversations.judge(conversation.user, conversation.id, turn)
        except StorageError as problem:
            turn.notice = texts.NOT_KEPT.format(reason=problem)

    def leave(self, conversation: Conversation) -> None:
        """The reader goes on in another one: what still grows is stopped and kept as it stands."""
        conversation.is_left = True
        self.stop(conversation)
        if conversation.turns:
            self.keep(conversation, conversation.turns[-1])

    def scope(self, conversation: Conversation) -> str:
        """Which articles the conversation asks, where these are not all; the browser ticks them in the list."""
        sources = json.dumps(sorted(conversation.ticked), ensure_ascii=False)
        if not conversation.ticked:
            return element("p", "", data_ticked=sources, hidden="")
        remove = element("button", "×", type="button", data_act="untick", aria_label=texts.ASK_ALL, title=texts.ASK_ALL)
        words = element("span", escaped(texts.asks_only(len(conversation.ticked))))
        return element("p", element("span", words + remove, class_="chip"), data_ticked=sources, role="status")

    def _suggest(self, turn: Turn, conversation: Conversation) -> None:
        """More of the same, and what the cited articles speak of and nobody has yet."""
        answer = turn.answer
        if turn.state != "answered" or answer is None:
            return
        sources = dict.fromkeys(citation.source for citation in answer.citations)
        cited = filter(None, map(self.assistant.library.article, sources))
        said = " ".join(f"{each.question} {each.answer.text if each.answer else ''}" for each in conversation.turns)
        turn.suggestions = (texts.TELL_MORE, *follow_ups(list(cited), said)) if sources else ()

    def _waiting(self, turn: Turn) -> Iterator[str]:
        """The turn while the page is still opening, then as it begins."""
        while not self.opening.is_done and not turn.is_stopped:
            if turn.waiting_for != self.opening.doing:
                turn.waiting_for = self.opening.doing
                yield self.turn(turn)
            time.sleep(_LOOK_SECONDS)
        turn.waiting_for = ""
        yield self.turn(turn)

    def turn(self, turn: Turn) -> str:
        return turn_html(turn, self.assistant.library.article)

    def stop(self, conversation: Conversation) -> str:
        """Cut the last turn short, as it stands; the model that answers is stopped at once."""
        if not conversation.turns:
            return ""
        turn = conversation.turns[-1]
        turn.stop()
        turn.call.stop()
        return self.turn(turn)

    def failed(self, conversation: Conversation) -> str:
        """The last turn when something happened that nobody foresaw; its traceback is in the terminal."""
        if not conversation.turns:
            return ""
        turn = conversation.turns[-1]
        turn.problem = CitewellError(texts.UNFORESEEN, texts.UNFORESEEN_HINT)
        return self.turn(turn)

    # Backends and articles

    def choose(
        self, backend: str, conversation: Conversation, lacks: Callable[[str], str] = lambda backend: ""
    ) -> tuple[str, str]:
        """The backend that answers from now on, and what to say about it; a wrong one changes nothing."""
        current = conversation.assistant or self.assistant
        backend = (backend or "").strip()
        if backend in ("", current.backend_name):
            return current.backend_name, ""
        try:
            conversation.assistant = current.with_backend(backend)
        except CitewellError as problem:
            kept = texts.BACKEND_KEPT.format(backend=current.backend_name)
            return current.backend_name, problem_html(problem, label=kept)
        name = conversation.assistant.backend_name
        state = lacks(name)
        form = texts.BACKEND_LACKING if state else texts.BACKEND_CHANGED
        return name, element("p", escaped(form.format(backend=name, state=state)), role="status")

    def recall(self, backend: str, conversation: Conversation, lacks: Callable[[str], str]) -> str:
        """Answer with what was chosen in this browser before; what to say where that is not possible any more."""
        own = (conversation.assistant or self.assistant).backend_name
        if backend in ("", own):
            return ""
        try:
            chosen = self.assistant.with_backend(backend)
            reason = lacks(backend)
        except CitewellError as problem:
            reason = problem.message.rstrip(".")
        if not reason:
            conversation.assistant = chosen
            return ""
        return element("p", escaped(texts.BACKEND_GONE.format(backend=backend, reason=reason, own=own)), role="status")

    def read(self, wanted: dict[str, Any]) -> str:
        """An article as read, its quoted words marked; called by the browser with a link's reference."""
        source, quote = wanted.get("source"), wanted.get("quote")
        article = self.assistant.library.article(source) if isinstance(source, str) else None
        if article is None:
            return element("header", element("h2", escaped(texts.ARTICLE_GONE), tabindex=-1))
        others = wanted.get("others")
        listed = others[:_MOST_MARKS] if isinstance(others, list) else []
        start, end = _span(wanted.get("span"), len(article.text))
        spans = [_span(other, len(article.text)) for other in listed]
        return article_html(article, start, end, quote if isinstance(quote, str) else "", spans)


def _span(value: object, length: int) -> tuple[int, int]:
    """A place in a text from what a browser sent; the very beginning for what is no place."""
    if not isinstance(value, list) or len(value) != 2 or not all(type(place) is int for place in value):
        return 0, 0
    start, end = value
    return (start, end) if 0 <= start <= end <= length else (0, 0)
