"""What the page tells reads as words for somebody who has only the page: no commands of a terminal, nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.core.errors import LibraryBusy
from rag.core.settings import Settings
from rag.core.types import Answer, Article
from rag.serving import texts
from rag.serving.backends_view import Backends
from rag.serving.conversations import Kept
from rag.serving.history_view import talks_html
from rag.serving.opening import topics
from rag.serving.rendering import about, article_html
from rag.serving.turns import Turn, problem_html, turn_html
from tests.servers import scripted_server

ANSWER = Answer("When?", "When?", "At seven.", "answered", (), (), (), "extractive", True)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Wait until it is done, then run the command again.", "Wait until it is done, then try again."),
        (
            "Make room on it and run the command again; nothing is lost.",
            "Make room on it and try again; nothing is lost.",
        ),
        ("Ask again, or use --llm extractive.", "Ask again, or choose “extractive” at the top."),
        ("Name a folder that does; nothing was changed.", "Put some into it; nothing was changed."),
        ("Run: ollama serve The articles are quoted instead.", "Run: ollama serve. The articles are quoted instead."),
        (
            "[1] (2025-02-21) replaces what [2] (2025-02-10) says.",
            "[1] (21\N{NO-BREAK SPACE}February\N{NO-BREAK SPACE}2025) replaces what [2] "
            "(10\N{NO-BREAK SPACE}February\N{NO-BREAK SPACE}2025) says.",
        ),
        ("It is there. The articles are quoted instead.", "It is there. The articles are quoted instead."),
        (
            "The backend 'a:b' failed: Error code: 500 - boom Error code: 500 - boom Server error Ask again.",
            "The backend 'a:b' failed: Error code: 500 - boom Server error. Ask again.",
        ),
    ],
)
def test_what_a_terminal_would_be_told_is_put_into_words_for_the_page(told, shown):
    assert texts.on_page(told) == shown


def test_problems_and_notes_are_told_in_words_for_the_page():
    problem = problem_html(LibraryBusy("It is written.", "Wait, then run the command again."))
    noted = replace(ANSWER, notice="It failed. Ask again, or use --llm extractive.")
    turn = turn_html(Turn("When?", noted), lambda _: None)

    assert "Wait, then try again." in problem
    assert "--llm" not in turn


def test_what_a_backend_lacks_is_known_by_its_provider():
    with scripted_server() as model:
        server = model()
        server.says("", models=("house-model",))
        backends = Backends(Settings(llm_base_url=f"openai={server.url}; ollama=http://127.0.0.1:9"))

        assert backends.lacks("ollama:any") == texts.BACKEND_STATES["not running"]
        assert backends.lacks("openai:house-model") == ""
        assert backends.lacks("extractive") == ""
        assert backends.lacks("nosuch:thing") == ""


def test_a_question_over_several_lines_has_no_chip_with_the_same_words():
    asked = replace(ANSWER, standalone_question="When does it leave? And why?")

    assert "chip" not in turn_html(Turn("When does it\nleave?  And why?", asked), lambda _: None)
    assert "chip" in turn_html(Turn("When?", asked), lambda _: None)


def test_facts_of_an_article_are_apart_when_they_are_copied_and_each_keeps_its_direction_of_writing():
    assert about("جريدة النهر", texts.passage_count(13), date="2024").replace("</bdi></span> <span><bdi>", "|") == (
        "<span><bdi>جريدة النهر|13\N{NO-BREAK SPACE}passages|2024</bdi></span>"
    )


def test_the_first_section_of_an_article_stands_right_under_its_title():
    html = article_html(Article("a.md", "Title", "## First\n\nWords.\n\n### Within\n\nWords."), 0, 0, "")

    assert '<h3 dir="auto">' in html
    assert '<h4 dir="auto">' in html
    assert "<h5" not in html


def test_conversations_of_one_title_and_day_tell_their_time():
    listed = [Kept("1", "Who?", 1_700_000_000), Kept("2", "Who?", 1_700_000_060), Kept("3", "When?", 1_700_000_000)]

    html = talks_html(listed, "1", stamp=1)

    times = [line.split("</small>")[0] for line in html.split("<small>")[1:]]
    assert len(set(times)) == 3
    assert [":" in each for each in times] == [True, True, False]


@pytest.mark.parametrize("name", ["Abdel Fattah el-Sisi", "Ursula von der Leyen", "Omar Said"])
def test_names_with_small_words_in_them_are_whole(name):
    article = Article("a.txt", "Talks", f"The council met {name} on Monday, and they thanked {name} for it.")

    assert topics(article)[0] == name
