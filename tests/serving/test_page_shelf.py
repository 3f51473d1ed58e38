"""What stands beside the conversation, in a real Chromium: the drawer, its menus, ticks, where the focus goes."""

from __future__ import annotations

import pytest

from tests.serving.browsing import DONE, ask_and_wait

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

PLANT = "Which company is building the Dabaa nuclear plant?"
WIDTHS = [(390, 844), (1100, 750)]


def ticked(page) -> list[str]:
    return page.eval_on_selector_all("#articles [data-tick]:checked", "boxes => boxes.map((box) => box.dataset.tick)")


@pytest.fixture
def page(page):
    page.set_default_timeout(30_000)
    return page


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_tap_beside_the_drawer_closes_it_and_presses_nothing_else(page, width, height):
    ask_and_wait(page, PLANT)
    page.set_viewport_size({"width": width, "height": height})
    page.click(".menu")
    page.wait_for_selector("#shelf", state="visible")

    page.mouse.click(width - 30, 25)  # where "New conversation" stands behind it

    page.wait_for_selector("#shelf", state="hidden")
    assert page.locator(".turn").count() == 1
    assert page.evaluate("document.activeElement.matches('.menu')")


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_drawer_has_a_button_that_closes_it_and_keeps_the_focus(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.click(".menu")
    page.wait_for_selector("#shelf", state="visible")

    left = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        left.add(page.evaluate("document.activeElement.matches('body, #shelf *')"))
    page.get_by_role("button", name="Close").click()

    assert left == {True}
    page.wait_for_selector("#shelf", state="hidden")
    page.click("#question textarea")
    assert page.evaluate("document.activeElement.matches('#question textarea')")


def test_a_drawer_that_is_open_while_the_page_widens_bars_nothing(page):
    page.set_viewport_size({"width": 1100, "height": 750})
    page.click(".menu")
    page.wait_for_selector("#shelf", state="visible")

    page.set_viewport_size({"width": 1440, "height": 900})

    page.wait_for_function("!document.querySelector('#talk').inert")


def test_one_menu_is_open_at_a_time_and_a_click_elsewhere_closes_it(page):
    ask_and_wait(page, PLANT)
    page.click("#again")
    page.wait_for_selector(".welcome h2")
    ask_and_wait(page, "Who is Sameh Shoukry?")
    page.wait_for_selector("#talks li >> nth=1")

    page.click("#talks li >> nth=1 >> summary")
    page.click(".talks-only summary")
    opened = page.locator("details.more[open]").count()
    page.click("#turns")

    assert opened == 1
    assert page.locator("details.more[open]").count() == 0


def test_the_boxes_say_what_is_asked_whatever_the_list_shows(page):
    page.click("[data-tab=articles]")
    page.check("#articles .shelved:has-text('ferry.md') [data-tick]")
    page.wait_for_selector("#scope .chip")

    page.fill('.find[data-find="articles"]', "harbour")
    page.wait_for_function("document.querySelectorAll('#articles .shelved').length === 1")
    page.wait_for_function("!document.querySelector('#articles [data-tick]:checked')")
    page.fill('.find[data-find="articles"]', "")
    page.select_option(".sort", "source")
    page.wait_for_function("document.querySelectorAll('#articles .shelved').length > 1")
    page.wait_for_selector("#articles [data-tick='ferry.md']:checked")

    assert ticked(page) == ["ferry.md"]


def test_a_removed_article_is_not_asked_any_more_and_no_other_is_ticked_for_it(served, page):
    (served.articles / "gone.txt").write_text("The pier of Quillhaven was painted red by its keeper in the spring.")
    served.ingest()
    page.click("[data-tab=articles]")
    page.fill('.find[data-find="articles"]', " ")
    row = page.locator("#articles li", has_text="gone.txt")
    row.locator("[data-tick]").check()
    page.wait_for_selector("#scope .chip")

    row.locator("[data-act=remove]").click()
    row.locator("[data-act=remove]").click()
    row.wait_for(state="detached")

    page.wait_for_selector("#scope .chip", state="detached")
    assert ticked(page) == []


def test_lists_keep_to_their_boxes_and_the_masthead_to_the_list(served, page, tmp_path):
    rows, count = "#articles .shelved", "#brand .count"
    (tmp_path / "mole.txt").write_text("The mole of Quillhaven was lengthened by sixty metres in the autumn.")
    page.click("[data-tab=articles]")
    page.wait_for_selector(rows)
    page.fill('.find[data-find="articles"]', "harbour")
    page.select_option(".sort", "oldest")
    page.wait_for_function(f"document.querySelectorAll('{rows}').length === 1")
    before = page.inner_text(count)

    page.set_input_files("#articles-side input[type=file]", [tmp_path / "mole.txt"])
    page.wait_for_selector("#changed >> text=in the library now")
    page.wait_for_function(f"document.querySelector('{count}').textContent !== {before!r}")
    page.wait_for_function(f"document.querySelectorAll('{rows}').length === 1")
    page.fill('.find[data-find="articles"]', "mole")
    row = page.locator("#articles li", has_text="mole.txt")
    row.locator("[data-act=remove]").click()
    row.locator("[data-act=remove]").click()
    page.wait_for_selector("#changed >> text=no longer in the library")
    page.wait_for_function(f"document.querySelector('{count}').textContent === {before!r}")

    (served.articles / "pier.txt").write_text("The pier of Quillhaven was painted red by its keeper in the spring.")
    served.ingest()
    page.fill('.find[data-find="articles"]', "")
    page.click("[data-tab=talks]")
    page.fill('.find[data-find="talks"]', "no such words")
    page.wait_for_selector("#talks .none")
    ask_and_wait(page, PLANT)
    page.wait_for_selector("#talks .none")
    page.wait_for_function(
        f"document.querySelector('{count}').dataset.count === "
        "document.querySelector('#articles [data-stamp]').dataset.count"
    )
    assert page.inner_text(count) != before


def test_what_asks_whether_it_is_meant_forgets_it_when_the_reader_turns_away(page):
    page.click("[data-tab=articles]")
    button = page.locator("#articles [data-act=remove]").first
    button.click()
    armed = button.inner_text()

    page.click("#question textarea")

    assert armed != "Remove"
    assert button.inner_text() == "Remove"


def test_the_focus_stays_where_the_reader_is(served, page):
    """After Stop, Ask again and Edit in the question box, after Rename at the conversation."""
    held = []

    def focus() -> None:
        page.wait_for_timeout(300)
        held.append(page.evaluate("document.activeElement.closest('#question, #talks')?.id ?? 'lost'"))

    ask_and_wait(page, PLANT)
    page.click("#current [data-act=again]")
    page.wait_for_selector(DONE)
    focus()
    page.click("#current [data-act=edit]")
    page.fill("#current .inline textarea", "Who is Sameh Shoukry?")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#current .question')?.textContent.startsWith('Who')")
    page.wait_for_selector(DONE)
    focus()
    page.click("#talks li:has([aria-current]) summary")
    page.click("#talks li:has([aria-current]) [data-act=rename]")
    page.fill("#talks .inline input", "A person")
    page.keyboard.press("Enter")
    page.wait_for_selector("#talks >> text=A person")
    focus()
    served.model().says("The plant is built by Rosatom [1], as is well known. " * 40, pause_seconds=0.2)
    page.fill("#backend input", "openai:scripted")
    page.press("#backend input", "Enter")
    page.wait_for_selector("#told p")
    page.fill("#question textarea", PLANT)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#current .turn[data-state=streaming] .answer p")
    page.click("#stop")
    page.wait_for_selector("#current .turn[data-state=stopped]")
    focus()

    assert held == ["question", "question", "talks", "question"]
