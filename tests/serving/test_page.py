"""The page as a person meets it: a real server process, a real Chromium, nothing scripted but the model."""

from __future__ import annotations

import re
import urllib.error

import pytest

from rag.serving import texts
from tests.serving.browsing import DONE, EDITED, ask, ask_and_wait, choose, get, is_in_view, overflow

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]


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
    for _ in range(50):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className + '#' + document.activeElement.id"))

    passed = " ".join(reached)
    assert all(name in passed for name in ("marker", "open quote", "show-sources", "#again", "#send"))


def test_nothing_scrolls_sideways_at_any_width_and_a_quote_opens_in_view(page):
    """The last is a screen of 1440 pixels at 200 %."""
    sizes = [(1440, 900), (768, 1024), (390, 844), (360, 640), (720, 450)]

    def sideways() -> dict[tuple[int, int], int]:
        found = {}
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            found[width, height] = overflow(page)
        return found

    first = sideways()
    ask_and_wait(page, "What is Egypt's focus on Libya?")
    answered = sideways()
    opened, in_view = {}, {}
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.click("#current .marker >> nth=0")
        page.wait_for_selector("mark.quoted")
        opened[width, height] = overflow(page)
        in_view[width, height] = is_in_view(page, "mark.quoted")
        page.keyboard.press("Escape")

    assert set((first | answered | opened).values()) == {0}
    assert set(first.values()) == set(answered.values()) == {0}
    assert all(in_view.values()), in_view


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
        "Rosatom builds the Dabaa plant [1]. It is Egypt’s first nuclear plant of the kind [1] [9].",
        pause_seconds=0.15,
        wait_seconds=0.7,
    )
    choose(page, "openai:scripted")
    ask(page, "Which company is building the Dabaa nuclear plant?")
    page.wait_for_selector(f"#current >> text={texts.WAITING_FOR_MODEL.format(backend='openai:scripted')}")
    page.wait_for_selector(".panel .cards .open")  # what was found can be read meanwhile
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
        get(f"{served.url}gradio_api/file={wanted}")

    assert refused.value.code in (403, 404)


def test_nothing_was_asked_of_an_outside_host(served):
    own = (served.url, "data:", "blob:")

    assert served.requested
    assert [url for url in served.requested if not url.startswith(own)] == []
