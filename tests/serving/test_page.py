"""The page as a person meets it: a real server process, a real Chromium, nothing scripted but the model."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rag.serving import texts
from tests.servers import ScriptedServer, scripted_server

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-default-apps"
).split()
HOSTILE = """# Harbour <script>window.hacked = 1</script> news

The lighthouse keeper of Brindlemouth is called <img src=x onerror="window.hacked = 2"> Osric Fennimore.

Its lamp was replaced in 1911 by <a href="javascript:window.hacked = 3">the harbour board</a> "as a gift".
"""
EDITED = """# Ferry notes

The ferry to Quillhaven leaves at seven in the morning.
"""


@dataclass
class Served:
    """A running page, what it was made of and what its browser asked for."""

    url: str
    library: Path
    articles: Path
    first_html: str
    was_filled_at_first: bool
    model: Callable[[], ScriptedServer]
    requested: set[str] = field(default_factory=set)

    def ingest(self) -> None:
        command = [sys.executable, ROOT / "ingest.py", self.articles, "--library", self.library]
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr


def _environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    return {**kept, "HF_HUB_OFFLINE": "1", "NO_PROXY": "127.0.0.1,localhost", **settings}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _get(url: str) -> str:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=10) as reply:
        return reply.read().decode()


def _first_html(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return _get(url)
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"The page did not come up:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if CHROMIUM is None and not os.environ.get("CITEWELL_REQUIRE_BROWSER"):
        pytest.skip("no Chromium on this machine")
    folder = tmp_path_factory.mktemp("page")
    articles, library, log = folder / "articles", folder / "library", folder / "log"
    shutil.copytree(ROOT / "seeds", articles)
    (articles / "harbour.md").write_text(HOSTILE)
    (articles / "ferry.md").write_text(EDITED)
    url = f"http://127.0.0.1:{(port := _free_port())}/"
    with scripted_server() as model, log.open("w") as output:
        environment = _environment(
            RAG_ARTICLES=str(articles), RAG_LLM_BASE_URL=model().url, OPENAI_API_KEY="scripted", PYTHONUNBUFFERED="1"
        )
        command = [sys.executable, ROOT / "app.py", "--library", library, "--port", str(port)]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            html = _first_html(url, process, log)
            was_filled = (library / "catalogue.sqlite").exists()
            yield Served(url, library, articles, html, was_filled, model)
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def browser(served):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(served, browser, request):
    width, height = getattr(request, "param", (1440, 900))
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.on("request", lambda sent: served.requested.add(sent.url))
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(90_000)
    page.goto(served.url)
    page.wait_for_selector("#question textarea")
    page.wait_for_selector(".panel .cards", state="attached")
    yield page
    context.close()
    assert errors == []


DONE = "#current .turn:not([data-state=waiting]):not([data-state=streaming])"


def ask(page, question: str) -> None:
    earlier = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.locator(".turn").nth(earlier).wait_for()


def ask_and_wait(page, question: str, seconds: float = 90) -> str:
    ask(page, question)
    page.wait_for_selector(DONE, timeout=seconds * 1000)
    return page.inner_text("#current .turn")


def choose(page, backend: str) -> None:
    page.fill("#backend input", backend)
    page.press("#backend input", "Enter")
    page.wait_for_selector("#told p")


def is_in_view(page, selector: str) -> bool:
    return page.locator(selector).first.evaluate(
        """element => {
            const line = element.getClientRects()[0];
            const seen = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
            return element.contains(seen);
        }"""
    )


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def test_the_page_answers_before_models_are_loaded_and_says_what_it_waits_for(served):
    assert texts.OPENING.rstrip("…") in served.first_html
    assert not served.was_filled_at_first


def test_a_question_asked_while_it_is_still_opening_is_answered(page):
    answer = ask_and_wait(page, "Who heads Russia's MENA department?", seconds=200)

    assert "Kinshchak" in answer


def test_a_marker_opens_the_article_at_its_highlighted_words(page):
    ask_and_wait(page, "Which company is building the Dabaa nuclear plant?")

    page.click("#current .marker >> nth=0")
    page.wait_for_selector("mark.quoted")

    quoted = page.inner_text("mark.quoted >> nth=0")
    assert "Rosatom" in quoted
    assert (
        quoted in page.inner_text(".panel .cards") or "Rosatom" in page.locator(".panel .quote q").first.text_content()
    )
    assert is_in_view(page, "mark.quoted")


def test_escape_closes_the_article_and_gives_the_focus_back(page):
    ask_and_wait(page, "Which company is building the Dabaa nuclear plant?")
    page.focus("#current .marker >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.quoted")

    page.keyboard.press("Escape")

    assert not page.is_visible(".reader")
    assert page.evaluate("document.activeElement.matches('#current .marker')")


def test_everything_is_reached_by_the_tab_key(page):
    ask_and_wait(page, "Which company is building the Dabaa nuclear plant?")
    reached = set()
    page.focus("#backend input")
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className + '#' + document.activeElement.id"))

    passed = " ".join(reached)
    assert all(name in passed for name in ("marker", "open quote", "show-sources", "#again", "#send"))


@pytest.mark.parametrize("page", [(1440, 900), (768, 1024), (390, 844), (360, 640)], indirect=True)
def test_nothing_scrolls_sideways_at_any_width(page):
    widths = [overflow(page)]
    ask_and_wait(page, "What is Egypt's focus on Libya?")
    widths.append(overflow(page))
    page.click("#current .marker >> nth=0")
    page.wait_for_selector("mark.quoted")
    widths.append(overflow(page))

    assert widths == [0, 0, 0]
    assert is_in_view(page, "mark.quoted")


def test_the_nearest_articles_are_offered_when_there_is_no_answer(page):
    answer = ask_and_wait(page, "How do I bake a sourdough bread with rye flour?")

    assert texts.NOT_FOUND in answer
    page.click(".panel .cards li .open >> nth=0")
    page.wait_for_selector(".reader h2")


def test_a_follow_up_says_what_was_searched_for(page):
    ask_and_wait(page, "Who is Sameh Shoukry?")

    answer = ask_and_wait(page, "Where is he travelling?")

    assert "Shoukry" in re.search(r"Searched for: (.*)", answer)[1]


def test_example_questions_ask_themselves(page):
    page.wait_for_selector(".examples button")
    question = page.inner_text(".examples button >> nth=0")

    page.click(".examples button >> nth=0")
    page.wait_for_selector(DONE)

    assert page.inner_text("#current .question") == question
    assert page.locator("#current .marker").count() > 0


def test_what_an_article_holds_is_shown_as_text_and_never_runs(page):
    ask_and_wait(page, "Who is the lighthouse keeper of Brindlemouth?")
    page.click("#current .marker >> nth=0")
    page.wait_for_selector("mark.quoted")

    article = page.inner_text(".reader .page")
    assert "Osric Fennimore" in article
    assert page.locator(".turn script, .panel script, .turn img, .panel img, a[href^='javascript']").count() == 0
    assert page.evaluate("window.hacked") is None


def test_what_a_reader_types_is_shown_as_text(page):
    ask_and_wait(page, "<img src=x onerror='window.hacked = 4'> Who is Lavrov? ${window.hacked = 5} {{7*7}}")

    assert "<img src=x" in page.inner_text("#current .question")
    assert "{{7*7}}" in page.inner_text("#current .question")
    assert page.evaluate("window.hacked") is None


def test_an_article_edited_while_the_page_runs_is_answered_from_its_new_words(served, page):
    before = ask_and_wait(page, "When does the ferry to Quillhaven leave?")
    (served.articles / "ferry.md").write_text(EDITED.replace("seven in the morning", "nine in the evening"))

    served.ingest()
    after = ask_and_wait(page, "When does the ferry to Quillhaven leave?")
    page.click("#earlier .marker >> nth=0")
    page.wait_for_selector(".reader .changed")

    assert "seven in the morning" in before
    assert "nine in the evening" in after
    assert page.inner_text(".reader .changed") == texts.QUOTE_GONE


def test_a_backend_that_cannot_work_is_explained_and_the_old_one_kept(page):
    choose(page, "nosuch:model")

    assert "Still answering with extractive" in page.inner_text("#told")
    assert "nosuch" in page.inner_text("#told")
    assert page.input_value("#backend input") == "extractive"


def test_a_model_streams_its_answer_and_invented_markers_are_gone(served, page):
    served.model().says(
        "Rosatom builds the Dabaa plant [1]. It is Egypt’s first nuclear plant of the kind [1] [9].", pause_seconds=0.15
    )
    choose(page, "openai:scripted")
    ask(page, "Which company is building the Dabaa nuclear plant?")
    page.wait_for_selector("#current .turn[data-state=streaming] .answer p")

    partial = page.inner_text("#current .answer")
    page.wait_for_selector(DONE)
    whole = page.inner_text("#current .answer")

    assert 0 < len(partial) < len(whole)
    assert "Rosatom builds the Dabaa plant" in whole
    assert "9" not in whole
    assert page.locator("#current .marker").count() > 0


def test_stop_ends_a_stream_and_the_next_question_is_answered(served, page):
    served.model().says("The plant is built by Rosatom [1], as is well known. " * 40, pause_seconds=0.2)
    choose(page, "openai:scripted")
    ask(page, "Which company is building the Dabaa nuclear plant?")
    page.wait_for_selector("#current .turn[data-state=streaming] .answer p")

    page.click("#stop")
    page.wait_for_selector("#current .turn[data-state=stopped]")
    served.model().says("Rosatom builds it [1].")
    again = ask_and_wait(page, "Who builds the nuclear plant at Dabaa?")

    assert texts.STOPPED in page.inner_text("#earlier")
    assert "Rosatom" in again


def test_a_new_conversation_begins_empty(page):
    ask_and_wait(page, "Who is Sameh Shoukry?")

    page.click("#again")
    page.wait_for_selector(".welcome h2")

    assert page.locator(".turn").count() == 0


@pytest.mark.parametrize("path", ["/etc/hostname", "pyproject.toml", "seeds", "{library}/catalogue.sqlite"])
def test_no_file_of_the_server_is_reachable(served, path):
    wanted = path.format(library=served.library)

    with pytest.raises(urllib.error.HTTPError) as refused:
        _get(f"{served.url}gradio_api/file={wanted}")

    assert refused.value.code in (403, 404)


def test_nothing_was_asked_of_an_outside_host(served):
    own = (served.url, "data:", "blob:")

    assert served.requested
    assert [url for url in served.requested if not url.startswith(own)] == []
