"""A real model that was taught one sentence, in process and behind a real server: from code, the terminal, the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

import rag
from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.serving.cli import commands, run
from tests.servers import TAUGHT, scripted_server, transformers_server
from tests.serving.browsing import (
    CHROMIUM,
    DONE,
    QUIET,
    ROOT,
    ask,
    ask_and_wait,
    choose,
    environment,
    first_html,
    free_port,
)

pytestmark = [pytest.mark.network, pytest.mark.slow]
QUESTION = "Who received Lavrov in Cairo?"
KEY = "recognisable-0123456789abcdef"
SHORT = "32"  # tokens of an answer


@pytest.fixture(scope="module")
def real_server(tiny_model, tmp_path_factory) -> Iterator[str]:
    """The base URL of `transformers serve` with the tiny model."""
    with transformers_server(tiny_model, log=tmp_path_factory.mktemp("serve") / "log") as url:
        yield url


@pytest.fixture(params=["huggingface", "openai"])
def spec(request, tiny_model, monkeypatch) -> str:
    """The tiny model in this process, and behind the real server."""
    if request.param == "openai":
        monkeypatch.setenv("RAG_LLM_BASE_URL", request.getfixturevalue("real_server"))
    monkeypatch.setenv("RAG_LLM_ANSWER_TOKENS", SHORT)
    return f"{request.param}:{tiny_model.folder}"


def test_it_streams_an_answer_whose_citation_is_exact(assistant, spec):
    library = assistant.library

    *growing, last = Assistant.open(library, spec, Settings.load()).stream(QUESTION)

    assert growing
    assert all(last.text.startswith(reply.text.rstrip()) for reply in growing)
    assert (last.status, last.backend, last.is_final) == ("answered", spec, True)
    assert (last.text, last.notice) == (TAUGHT, "")
    assert last.usage.tokens_in > 100
    assert last.usage.tokens_out > 3
    (sentence,), (citation,) = last.sentences, last.citations
    assert sentence.citations == (citation.number,) == (1,)
    assert library.article(citation.source).text[citation.start : citation.end] == citation.quote


def test_it_answers_from_code_and_in_the_terminal(filled, spec, monkeypatch, capsys):
    monkeypatch.setenv("RAG_LIBRARY", str(filled / "library"))

    reply = rag.answer(QUESTION, llm=spec)
    with pytest.raises(SystemExit) as ended:
        run(commands, ["ask", QUESTION, "--llm", spec])

    assert (reply.text, reply.backend) == (TAUGHT, spec)
    assert (ended.value.code, capsys.readouterr().out.splitlines()[0]) == (0, TAUGHT)


# The page


@pytest.fixture(scope="module")
def scripted():
    with scripted_server() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def served(filled, real_server, scripted, tmp_path_factory) -> Iterator[str]:
    """The address of the page, whose OpenAI is the real server and whose Ollama is the scripted one."""
    if CHROMIUM is None and not os.environ.get("CITEWELL_REQUIRE_BROWSER"):
        pytest.skip("no Chromium on this machine")
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(filled, folder / "filled")
    library, log = folder / "filled" / "library", folder / "log"
    url = f"http://127.0.0.1:{(port := free_port())}/"
    settings = environment(
        RAG_ARTICLES=str(folder / "filled" / "articles"),
        RAG_LLM_BASE_URL=f"openai={real_server}; ollama={scripted().url.removesuffix('/v1')}",
        RAG_LLM_ANSWER_TOKENS=SHORT,
        OPENAI_API_KEY=KEY,
        PYTHONUNBUFFERED="1",
    )
    command = [sys.executable, ROOT / "app.py", "--library", library, "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=folder, env=settings, stdout=output, stderr=subprocess.STDOUT)
        try:
            assert KEY not in first_html(url, process, log)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert "Traceback" not in log.read_text()
    written = [file for file in folder.rglob("*") if file.is_file()]
    assert library / "conversations.sqlite" in written
    assert [file for file in written if KEY.encode() in file.read_bytes()] == []


@pytest.fixture(scope="module")
def page(served):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(reduced_motion="reduce")
        page.set_default_timeout(120_000)
        page.goto(served)
        page.wait_for_selector("#question textarea")
        yield page
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("provider", ["openai", "huggingface"])
def test_it_answers_in_the_page(page, tiny_model, provider):
    choose(page, spec := f"{provider}:{tiny_model.folder}")

    said = ask_and_wait(page, QUESTION, 120)

    assert page.get_attribute("#current .turn", "data-state") == "answered"
    assert TAUGHT.removesuffix(" [1].") in said
    assert page.locator("#current .marker").count() == 1
    assert spec in page.text_content("#current .how")
    assert KEY not in page.content()


@pytest.mark.browser
def test_what_a_model_thinks_aloud_never_shows_in_the_page(page, scripted):
    server = scripted()
    said = "<think>Perhaps Zanzibar [1]? No.</think>El-Sisi received Lavrov [1]."
    server.says(said, piece_chars=5, pause_seconds=0.05)
    choose(page, "ollama:reasoner")
    page.evaluate(
        """() => {
            window.seen = '';
            const look = () => { window.seen += document.querySelector('#current').textContent; };
            new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
        }"""
    )

    assert "El-Sisi received Lavrov" in ask_and_wait(page, QUESTION)
    seen = page.evaluate("window.seen")
    assert "El-Sisi" in seen
    assert "Zanzibar" not in seen
    assert "think" not in seen


@pytest.mark.browser
def test_a_rate_limit_that_is_waited_out_is_shown_in_the_page(page, scripted):
    scripted().says("El-Sisi received Lavrov [1].", status=429, only_first=1, retry_after="2")
    choose(page, "ollama:busy")

    ask(page, QUESTION)
    told = "is asked too often. It was waited for 2 s."
    page.wait_for_selector(f"#current .turn[data-state=waiting] .aside:has-text('{told}')")
    page.wait_for_selector(DONE)

    assert "El-Sisi received Lavrov" in page.inner_text("#current .answer")


@pytest.mark.browser
def test_the_stop_button_ends_the_models_call_within_a_second_seen_at_the_server(page, scripted):
    speaking = scripted()
    speaking.says("El-Sisi received Lavrov. " * 200, pause_seconds=0.05)
    choose(page, "ollama:endless")
    ask(page, QUESTION)
    page.wait_for_selector("#current .turn[data-state=streaming] .answer p")

    page.click("#stop")
    assert speaking.client_left.wait(1)

    silent = scripted()
    silent.says("El-Sisi.", wait_seconds=60)
    ask(page, QUESTION)
    while not silent.requests:
        page.wait_for_timeout(50)
    page.click("#stop")
    assert silent.client_left.wait(1)
    page.wait_for_selector("#current .turn[data-state=stopped]")
