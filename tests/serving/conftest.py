"""One server and one browser for each file of tests in the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.servers import scripted_server
from tests.serving.browsing import CHROMIUM, EDITED, HOSTILE, QUIET, ROOT, Served, environment, first_html, free_port


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if CHROMIUM is None and not os.environ.get("CITEWELL_REQUIRE_BROWSER"):
        pytest.skip("no Chromium on this machine")
    folder = tmp_path_factory.mktemp("page")
    articles, library, log = folder / "articles", folder / "library", folder / "log"
    shutil.copytree(ROOT / "seeds", articles)
    (articles / "harbour.md").write_text(HOSTILE)
    (articles / "ferry.md").write_text(EDITED)
    url = f"http://127.0.0.1:{(port := free_port())}/"
    with scripted_server() as model, log.open("w") as output:
        settings = environment(
            RAG_ARTICLES=str(articles), RAG_LLM_BASE_URL=model().url, OPENAI_API_KEY="scripted", PYTHONUNBUFFERED="1"
        )
        command = [sys.executable, ROOT / "app.py", "--library", library, "--port", str(port)]
        process = subprocess.Popen(command, cwd=folder, env=settings, stdout=output, stderr=subprocess.STDOUT)
        try:
            html = first_html(url, process, log)
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


@pytest.fixture(scope="module")
def context(served, browser):
    """One person's browser: what it has loaded once it need not load again."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.on("request", lambda sent: served.requested.add(sent.url))
    yield context
    context.close()


@pytest.fixture
def page(served, context):
    """A tab of its own, with a conversation of its own."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(90_000)
    page.goto(served.url)
    page.wait_for_selector("#question textarea")
    page.wait_for_selector(".panel .cards", state="attached")
    yield page
    page.evaluate("location.protocol === 'http:' && localStorage.clear()")
    page.close()
    assert errors == []
