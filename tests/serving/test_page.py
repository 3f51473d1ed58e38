"""The page as a person meets it: a real server process, a real Chromium, nothing scripted but the model."""

from __future__ import annotations

import re
import urllib.error

import pytest
from pypdfium2 import PdfDocument

from rag.serving import texts
from tests.serving.browsing import DONE, EDITED, ask, ask_and_wait, choose, get, is_in_view, overflow

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]


# The markers that a finger misses 11.5 pixels beside their middle.
MISSED = """markers => markers.filter((marker) => {
    const place = marker.getBoundingClientRect();
    const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
    return [[-11.5, 0], [11.5, 0], [0, -11.5], [0, 11.5]].some(
        ([right, down]) => document.elementFromPoint(x + right, y + down) !== marker
    );
}).map((marker) => marker.textContent)"""

IS_LEFT_OF_WHAT_IT_FOLLOWS = """marker => {
    const words = document.createRange();
    words.setStart(marker.previousSibling, marker.previousSibling.length - 4);
    words.setEnd(marker.previousSibling, marker.previousSibling.length);
    return marker.getBoundingClientRect().right <= words.getBoundingClientRect().left;
}"""


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


def test_back_closes_an_article_and_one_that_was_closed_leaves_nothing_to_go_back_to(page):
    ask_and_wait(page, "When does the ferry to Quillhaven leave?")
    page.set_viewport_size({"width": 390, "height": 844})

    def open_article() -> None:
        page.click("#current .marker >> nth=0")
        page.wait_for_selector("mark.quoted")

    open_article()
    page.go_back()
    page.wait_for_selector(".reader", state="hidden")
    stayed = page.locator("#current .marker").is_visible()
    page.go_forward()
    page.wait_for_selector("mark.quoted")
    page.keyboard.press("Escape")
    open_article()
    page.click(".reader .close")
    page.wait_for_function("history.state === null")
    page.go_back()

    assert stayed
    assert page.url == "about:blank"


def test_nothing_of_the_sources_lies_over_an_open_article(page):
    ask_and_wait(page, "When does the ferry to Quillhaven leave?")
    reached = is_in_view(page, ".panel .card .outside")

    page.click("#current .marker >> nth=0")
    page.wait_for_selector("mark.quoted")

    assert reached
    assert not is_in_view(page, ".panel .card .outside")


def test_the_page_scrolls_by_itself_only_when_a_turn_begins(page):
    page.set_viewport_size({"width": 1440, "height": 500})
    above = "document.querySelector('#current .turn').getBoundingClientRect().top - "
    above += "document.querySelector('#turns').getBoundingClientRect().top"
    scrolled = "document.querySelector('#turns').scrollTop"

    ask_and_wait(page, "What is Egypt's focus on Libya?")
    ask_and_wait(page, "Which company is building the Dabaa nuclear plant?")
    begun = page.evaluate(above)
    page.evaluate(f"{scrolled} -= 90")
    before = page.evaluate(scrolled)
    page.click("#current [data-verdict=good]")
    page.wait_for_selector("#current [data-verdict=good][aria-pressed=true]")
    page.fill('.find[data-find="talks"]', "Dabaa")
    page.wait_for_selector("#talks [data-words=Dabaa]")
    kept = page.evaluate(scrolled)
    page.click("#current [data-act=again]")
    page.wait_for_function(f"{scrolled} > {before}")

    assert 0 <= begun < 20
    assert kept == before > 0
    assert 0 <= page.evaluate(above) < 20


def test_everything_is_reached_by_the_tab_key(page):
    ask_and_wait(page, "Which company is building the Dabaa nuclear plant?")
    reached = set()
    page.focus("#backend input")
    page.wait_for_selector("#backend [role=listbox]")
    for _ in range(50):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className + '#' + document.activeElement.id"))
    page.wait_for_selector("#backend [role=listbox]", state="detached")
    page.focus("#backend input")
    page.keyboard.press("Shift+Tab")
    is_first = page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")

    assert is_first
    assert page.evaluate("document.activeElement.matches('#question textarea')")
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


def test_on_a_low_screen_more_than_half_of_it_is_the_conversation(page):
    """A phone with its keyboard open, one that lies on its side, and a screen of 1440 pixels at 400 %."""
    seen = {}
    for width, height in ((390, 430), (844, 390), (360, 225)):
        page.set_viewport_size({"width": width, "height": height})
        ask_and_wait(page, "Who is Sameh Shoukry?")
        place = page.locator("#turns").bounding_box()
        seen[width, height] = (min(place["y"] + place["height"], height) - max(place["y"], 0)) / height

    assert min(seen.values()) > 0.6, seen


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
    said = page.inner_text("#current .answer")

    page.click(f"#current button[data-ask='{texts.TELL_MORE}']")
    page.wait_for_selector(f"#current .question:text-is('{texts.TELL_MORE}')")
    page.wait_for_selector(DONE)

    assert page.inner_text("#current .answer") != said
    assert question.rstrip("?") in page.inner_text("#current .chip")


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


def test_doubts_are_explained_and_many_sources_are_at_hand_on_a_desk_and_on_a_phone(served, page):
    cited = "".join(f"[{number}]" for number in range(1, 9))
    served.model().says(
        f"تم بناء السد عام 2023 [1].\n\nRosatom builds the Dabaa plant {cited}. The moon is made of cheese."
    )
    choose(page, "openai:scripted")
    ask_and_wait(page, "Which company is building the Dabaa nuclear plant?")

    page.set_viewport_size({"width": 1440, "height": 400})
    page.hover("#current .marker >> nth=-1")
    page.wait_for_function("document.querySelector('.cards').scrollTop > 0")
    is_card_seen = is_in_view(page, ".cards .quote.lit")
    page.focus("#current .flag >> nth=-1")
    page.keyboard.press("Enter")
    explained = page.inner_text("#current .why >> nth=-1")
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.new_cdp_session(page).send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    missed = page.eval_on_selector_all("#current .marker", MISSED)
    is_behind_its_year = page.eval_on_selector("#current .marker", IS_LEFT_OF_WHAT_IT_FOLLOWS)
    is_folded = not page.is_visible("#current .sources")
    page.click("#current .show-below")

    assert is_card_seen
    assert explained == "It names no source."
    assert missed == []
    assert is_behind_its_year  # where one reads from the right
    assert is_folded
    assert page.is_visible("#current .sources .card >> nth=-1")


def test_what_is_chosen_is_seen_in_forced_colours(page):
    page.emulate_media(forced_colors="active")

    borders = page.eval_on_selector_all("[data-tab]", "tabs => tabs.map((tab) => getComputedStyle(tab).borderStyle)")

    assert borders == ["solid", "none"]


def test_on_paper_stands_the_whole_conversation_with_its_sources_and_nothing_to_press(page):
    ask_and_wait(page, "What is Egypt's focus on Libya?")
    ask_and_wait(page, "Which company is building the Dabaa nuclear plant?")
    quotes = page.eval_on_selector_all("#turns .card q", "all => all.map((each) => each.textContent)")

    pages = [each.get_textpage().get_text_range() for each in PdfDocument(page.pdf(format="A5"))]
    printed = "".join("".join(pages).split())

    assert len(pages) > 1
    assert [quote for quote in quotes if "".join(quote.split()) not in printed] == []
    assert not any(words in "".join(pages) for words in (texts.COPY, texts.RETRY, texts.TALKS, texts.NEW_CONVERSATION))


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
