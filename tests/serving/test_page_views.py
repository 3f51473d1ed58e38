"""What the page does, without a browser: waiting, asking, stopping, choosing a backend, opening an article."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence

import pytest

from rag.answering.assistant import Assistant
from rag.core.errors import BackendUnknown, EmbedderError, QuestionError, SettingsError
from rag.core.settings import Settings
from rag.core.types import Answer, Article
from rag.search.asking import check_question
from rag.serving import texts
from rag.serving.acting import Wanted
from rag.serving.building import Page
from rag.serving.library_view import LibraryView
from rag.serving.opening import Opening, example_questions
from rag.serving.page import check_address, health
from rag.serving.rendering import element, escaped
from rag.serving.views import Conversation, Views

TEXT = "The ferry leaves at seven.\n\nIt returns at nine."


class ScriptedAssistant:
    """Answers with growing pieces of one text; `warm` lasts until it is let go, or fails."""

    backend_name = "scripted"
    pieces: tuple[int, ...] = (3, 9, 26)
    """So many characters of the text are said; with the last it is final."""

    def __init__(self, library, problem: Exception | None = None) -> None:
        self.library = library
        self.settings = library.settings
        self.histories: list[Sequence[object]] = []
        self.asked: list[dict[str, object]] = []
        self.may_go = threading.Event()
        self.problem = problem

    def warm(self) -> None:
        self.may_go.wait(10)
        if self.problem:
            raise self.problem

    def with_backend(self, spec: str) -> ScriptedAssistant:
        raise BackendUnknown(f"Unknown backend {spec!r}.", "Use extractive.")

    def stream(self, question: str, history: Sequence[object] = (), *_: object, **more: object) -> Iterator[Answer]:
        if self.problem:
            raise self.problem
        self.histories.append(history)
        self.asked.append(more)
        for end in self.pieces:
            yield Answer(question, question, TEXT[:end], "answered", (), (), (), "scripted", end == self.pieces[-1])


@pytest.fixture
def scripted(library, folder):
    filled = library(articles=folder({"ferry.txt": TEXT}))
    return ScriptedAssistant(filled)


@pytest.fixture
def views(scripted):
    scripted.library.sync(scripted.settings.articles)
    opening = Opening(scripted)
    scripted.may_go.set()
    opening._run()
    return Views(scripted, opening)


def states(turns: Iterator[str]) -> list[str]:
    return [html.split('data-state="')[1].split('"')[0] for html in turns]


def test_a_backend_chosen_before_that_is_gone_is_told_in_one_sentence(views):
    conversation = Conversation()

    told = views.recall("nosuch:<b>", conversation, lambda backend: "")

    assert told == element(
        "p",
        "nosuch:&lt;b&gt;, chosen here before, cannot answer now (Unknown backend &#x27;nosuch:&lt;b&gt;&#x27;): "
        "scripted does.",
        role="status",
    )
    assert conversation.assistant is None


def test_a_question_asked_while_models_load_waits_and_says_for_what(scripted):
    opening = Opening(scripted)
    views = Views(scripted, opening)
    opening.start()
    asked = views.ask("When?", Conversation())

    first = next(asked)
    scripted.may_go.set()
    last = list(asked)[-1]

    assert 'data-state="waiting"' in first
    assert texts.OPENING in first or texts.LOADING_MODEL in first
    assert "The ferry leaves at seven." in last


def test_an_empty_library_is_filled_from_the_articles_of_the_settings(scripted):
    scripted.may_go.set()
    opening = Opening(scripted)
    views = Views(scripted, opening)

    empty = views.welcome()
    opening._run()

    assert texts.WAITING_NOTE in empty
    assert "ferry" in views.welcome()
    assert texts.article_count(1) in views.masthead()
    assert opening.doing == texts.READING_ARTICLES.format(done=1, total=1, source="ferry.txt")


def test_what_hinders_the_opening_is_shown_and_questions_meet_it_too(library):
    views = Views(*_failed(ScriptedAssistant(library(), EmbedderError("No model <x>.", "Run: make chat"))))

    assert "No model &lt;x&gt;." in views.welcome()
    assert "<code>make chat</code>" in views.welcome()
    assert states(views.ask("When?", Conversation()))[-1] == "problem"


def _failed(assistant):
    assistant.may_go.set()
    opening = Opening(assistant)
    opening._run()
    return assistant, opening


def test_an_answer_grows_and_its_text_is_history_for_the_next(views, scripted):
    conversation = Conversation()

    grown = states(views.ask("When?", conversation))
    list(views.ask("And back?", conversation))

    assert grown == ["waiting", "streaming", "streaming", "answered"]
    assert scripted.histories == [
        [],
        [
            {"role": "user", "content": "When?"},
            {"role": "assistant", "content": "The ferry leaves at seven."},
        ],
    ]


def test_stop_ends_the_stream_and_frees_the_conversation(views):
    conversation = Conversation()
    asked = views.ask("When?", conversation)
    next(asked), next(asked)
    assert conversation.is_busy

    stopped = views.stop(conversation)
    rest = states(asked)

    assert 'data-state="stopped"' in stopped
    assert rest == ["stopped"]
    assert not conversation.is_busy


def test_a_stopped_answer_is_not_drawn_over_the_next_question(views):
    conversation = Conversation()
    first = views.ask("When?", conversation)
    next(first), next(first)
    views.stop(conversation)
    second = views.ask("And back?", conversation)
    next(second)

    assert list(first) == []
    assert states(second)[-1] == "answered"


def test_a_browser_that_leaves_stops_its_answer(views):
    conversation = Conversation()
    asked = views.ask("When?", conversation)
    next(asked), next(asked)

    asked.close()

    assert conversation.turns[0].is_stopped


def test_a_wrong_backend_keeps_the_old_one(views):
    conversation = Conversation()

    name, told = views.choose("nosuch:<b>", conversation)

    assert name == "scripted"
    assert "nosuch:&lt;b&gt;" in told
    assert texts.BACKEND_KEPT.format(backend="scripted") in told
    assert conversation.assistant is None


@pytest.mark.parametrize(
    "wanted",
    [
        {"source": "ferry.txt"},
        {"source": "ferry.txt", "span": [-5, 10**30], "quote": 7, "others": "all"},
        {"source": "ferry.txt", "span": ["0", None], "others": [[1], None, [3, 2], [0.5, 2]]},
    ],
)
def test_an_article_opens_whatever_place_a_browser_asks_for(views, wanted):
    assert "The ferry leaves at seven." in views.read(wanted)


@pytest.mark.parametrize("source", ["../../etc/passwd", "/etc/passwd", "", None, 3, ["ferry.txt"], {"a": 1}])
def test_nothing_but_articles_can_be_opened(views, source):
    assert texts.ARTICLE_GONE in views.read({"source": source, "span": [0, 4]})


def test_an_opened_article_marks_the_quote_and_lightly_the_others(views):
    html = views.read({"source": "ferry.txt", "span": [0, 9], "quote": "The ferry", "others": [[28, 38]]})

    assert '<mark class="quoted" data-at="0">The ferry</mark>' in html
    assert '<mark class="cited" data-at="28">It returns</mark>' in html


def test_a_quote_that_moved_is_marked_where_it_stands_now(views):
    html = views.read({"source": "ferry.txt", "span": [0, 10], "quote": "It returns"})

    assert '<mark class="quoted" data-at="28">It returns</mark>' in html
    assert texts.QUOTE_MOVED in html


def test_examples_ask_about_what_one_article_names_and_others_do_not():
    about = [
        Article("a", "Gaza talks", "They met in Cairo about Gaza. The war in Gaza goes on."),
        Article("b", "The dam", "They met in Cairo about the Renaissance Dam."),
        Article("c", "no names here", "nothing is named."),
    ]

    assert example_questions(about) == [
        texts.example_question("Gaza"),
        texts.example_question("Renaissance Dam"),
        texts.example_title("no names here"),
    ]


def test_another_host_than_this_computer_needs_a_password():
    with pytest.raises(SettingsError, match="--auth"):
        check_address(Settings(host="0.0.0.0", port=0))


def test_a_port_in_use_is_named_with_the_next_step():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match=rf"port {port}.*--port"):
            check_address(Settings(port=port))


def test_port_zero_is_any_free_one():
    assert check_address(Settings(port=0)) > 0


def test_a_conversation_asks_only_what_is_ticked_and_says_so(views, scripted):
    conversation = Conversation(ticked={"ferry.txt", "gone.txt"})

    last = list(views.ask("When?", conversation))[-1]
    conversation.ticked = {"gone.txt"}
    gone = list(views.ask("When?", conversation))[-1]
    conversation.ticked.clear()
    list(views.ask("When?", conversation, is_at_any_time=True))

    assert scripted.asked == [{"sources": ["ferry.txt"]}, {"ignore_dates": True}]
    assert texts.asked_of(1) in last
    assert texts.TICKED_GONE in gone


def test_boxes_can_be_ticked_while_a_question_begins(views):
    conversation = Conversation(ticked={f"{number}.txt" for number in range(2000)})
    asking = threading.Thread(target=lambda: list(views.ask("When?", conversation)))

    asking.start()
    for number in range(5000):
        conversation.ticked.add(f"more {number}.txt")
    asking.join()

    assert texts.TICKED_GONE in views.turn(conversation.turns[0])


def test_a_question_that_is_too_long_is_refused_and_not_cut():
    """Over the wire of the browser's acts too, which carries edited questions."""
    wanted = Wanted.parsed({"question": "Why? " * 1000})

    with pytest.raises(QuestionError, match="characters"):
        check_question(wanted["question"])


def test_what_the_page_waits_for_is_told_without_the_names_of_files(scripted):
    opening = Opening(scripted)
    opening.doing = texts.READING_ARTICLES.format(done=1, total=2, source="/srv/secret.txt")
    waiting = health(scripted, opening)
    opening.problem = SettingsError("No file '/srv/secret'.")
    opening._done.set()

    assert waiting == (False, "opening")
    assert health(scripted, opening) == (False, "problem")


class NotingView(LibraryView):
    """Knows which threads have listed the articles."""

    def __init__(self, *given) -> None:
        super().__init__(*given)
        self.listed_by: list[threading.Thread] = []

    def listed(self, *words: str) -> str:
        self.listed_by.append(threading.current_thread())
        return super().listed(*words)


def test_the_list_of_articles_is_made_beside_the_other_streams(scripted):
    """Once the page is open: what is listed of a large library keeps nobody else waiting."""
    scripted.library.sync(scripted.settings.articles)
    opening = Opening(scripted)
    opening._done.set()
    page = Page(scripted, opening)
    page.library = noting = NotingView(scripted.library, scripted.settings.articles)

    async def watched() -> list[tuple[str, str, str]]:
        return [shown async for shown in page.watch()]

    shown = asyncio.run(watched())

    assert "ferry.txt" in shown[-1][2]
    assert noting.listed_by
    assert threading.current_thread() not in noting.listed_by


def test_a_library_without_articles_says_how_they_come_into_it(library, folder):
    place = folder({})
    assistant = ScriptedAssistant(library(articles=place))
    views = Views(*_failed(assistant))

    empty = views.welcome()
    asked = list(Views(Assistant.open(assistant.library), views.opening).ask("Who?", Conversation()))[-1]
    folder({"ferry.txt": TEXT})
    assistant.library.sync(place)

    assert texts.NO_ARTICLES_TITLE in empty
    assert "articles" in empty
    assert texts.PROBLEM not in empty
    assert escaped(texts.NO_ARTICLES_HINT) in asked
    assert texts.INVITATION in views.welcome()
