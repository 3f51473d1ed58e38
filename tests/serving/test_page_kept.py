"""What stays: conversations over a reload, uploads, exports, all of it in a real Chromium and by keyboard too."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from rag.serving import texts
from tests.serving import hostile
from tests.serving.browsing import DONE, ask_and_wait, choose, get, is_in_view, overflow

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]

PLANT = "Which company is building the Dabaa nuclear plant?"


# What is wrong with the page now: what ran, what stands in it that is not ours, what cannot be reached any more.
INTACT = {"ran": None, "foreign": [], "links": [], "sideways": 0, "covered": [], "wide": []}
LOOK = """() => {
    const ours = ["#turns", ".panel", "#shelf", "#scope", "#told"];
    const within = (wanted) => ours.flatMap((place) => [...document.querySelectorAll(`${place} ${wanted}`)]);
    const names = "script, img, svg, iframe, style, link, object, embed, form, meta, base, video, template, math";
    const seen = (element) => {
        const place = element.getBoundingClientRect();
        if (!place.width || !place.height) return true;
        return element.contains(document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2));
    };
    const bad = (link) => {
        const href = link.getAttribute("href");
        return !href.startsWith("#read?") && !(/^https?:/.test(href) && /noopener/.test(link.rel));
    };
    return {
        ran: window.hacked ?? null,
        foreign: within(`:is(${names})`).filter((each) => !each.closest("button, .block > .wrap, label"))
            .map((each) => each.outerHTML.slice(0, 90)),
        links: within("a[href]").filter(bad).map((each) => each.outerHTML.slice(0, 90)),
        sideways: document.documentElement.scrollWidth - window.innerWidth,
        covered: ["#send", "#question textarea", "#again", "#brand h1"]
            .filter((each) => !seen(document.querySelector(each))),
        wide: [...document.querySelectorAll("#turns, .reader .page, .cards, #articles-side")]
            .filter((each) => each.offsetParent && each.scrollWidth > each.clientWidth + 1)
            .map((each) => `${each.className}#${each.id}: ${each.scrollWidth} in ${each.clientWidth}`),
    };
}"""
OPEN_EACH = f"""async () => {{
    const look = {LOOK};
    const found = [];
    for (const link of document.querySelectorAll("#articles .shelved .open")) {{
        const page = document.querySelector(".reader .page");
        page.textContent = "";
        link.click();
        for (let waited = 0; waited < 3000 && !page.querySelector(".text"); waited++)
            await new Promise((done) => setTimeout(done, 5));
        found.push(look());
        document.querySelector(".reader .close").click();
    }}
    return found;
}}"""


def intact(page) -> dict[str, object]:
    """What is wrong with the page as it stands; INTACT where nothing is."""
    return page.evaluate(LOOK)


def refuse(status: int, route) -> None:
    route.fulfill(status=status, json={"detail": "no"})


def saved(page, press) -> str:
    with page.expect_download() as download:
        press()
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_a_reload_brings_the_conversation_its_sources_and_who_answers_back(page):
    ask_and_wait(page, PLANT)
    page.click("#current .marker >> nth=0")
    page.wait_for_selector("mark.quoted")
    page.keyboard.press("Escape")
    ask_and_wait(page, "Where is it?")
    choose(page, "openai:scripted")

    page.reload()
    page.wait_for_selector("#earlier .turn")
    page.wait_for_function("document.querySelector('#backend input').value === 'openai:scripted'")
    page.click("#earlier .marker >> nth=0")
    page.wait_for_selector("mark.quoted")

    assert page.inner_text("#earlier .question") == PLANT
    assert "Rosatom" in page.inner_text("mark.quoted >> nth=0")
    assert is_in_view(page, "mark.quoted")


def test_a_question_that_cannot_be_sent_says_why_and_outlives_a_reload(page):
    question = "Who is Georgy Borisenko?"
    page.wait_for_selector(".examples button")  # what is asked at first has been
    told = {}
    for status in (404, 401):
        page.route("**/queue/join*", partial(refuse, status))
        page.fill("#question textarea", question)
        page.press("#question textarea", "Enter")
        page.wait_for_selector(f"#hindered[data-name={'signed-out' if status == 401 else 'elsewhere'}]")
        told[status] = page.inner_text("#hindered")
        page.unroute("**/queue/join*")

    page.click("#hindered button")
    page.wait_for_function(f"document.querySelector('#question textarea')?.value === {json.dumps(question)}")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(DONE)
    page.fill("#question textarea", "Why?" * 1001)
    page.wait_for_selector("#hindered[data-name=too-long]")
    page.fill("#question textarea", "Why?")
    page.wait_for_selector("#hindered:empty", state="attached")

    assert told == {404: texts.ELSEWHERE, 401: f"{texts.SIGNED_OUT} {texts.SIGN_IN}"}


def test_conversations_are_searched_renamed_reopened_and_deleted(page):
    ask_and_wait(page, PLANT)
    page.click("#again")
    page.wait_for_selector(".welcome h2")
    ask_and_wait(page, "Who is Sameh Shoukry?")
    page.wait_for_selector("#talks li >> nth=1")

    row = page.locator("#talks li", has_text="Dabaa").first
    row.locator("summary").click()
    row.locator("[data-act=rename]").click()
    page.fill("#talks .inline input", "A power station <b>")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=A power station <b>")
    page.fill('.find[data-find="talks"]', "rosatom")
    page.wait_for_function("document.querySelectorAll('#talks .reopen').length < 3")
    page.click("text=A power station <b>")
    page.wait_for_function(f"document.querySelector('#current .question')?.textContent === {json.dumps(PLANT)}")
    row = page.locator("#talks li", has_text="A power station")
    row.locator("summary").click()
    row.locator("[data-act=forget]").click()
    row.locator("[data-act=forget]").click()
    page.wait_for_selector(".welcome h2")

    assert page.locator("text=A power station").count() == 0
    assert page.locator(".turn").count() == 0


def test_a_list_of_conversations_that_comes_after_a_newer_one_does_not_stay(page):
    page.wait_for_selector("#talks [data-current]")
    early = page.inner_html("#talks [data-current] >> xpath=..")
    ask_and_wait(page, PLANT)
    page.wait_for_selector("#talks li:has([aria-current])")

    is_late_one_shown = page.evaluate(
        """early => {
            document.querySelector("#talks [data-current]").parentElement.innerHTML = early;
            return !document.querySelector("#talks [aria-current]");
        }""",
        early,
    )

    assert is_late_one_shown
    page.wait_for_selector("#talks li:has([aria-current])")


def test_an_export_is_a_file_with_the_answer_and_the_quoted_words(page):
    ask_and_wait(page, PLANT)
    files = {}
    for kind in ("md", "html", "json"):
        page.click("#talks li:has([aria-current]) summary")
        files[kind] = saved(page, lambda kind=kind: page.click(f"#talks li:has([aria-current]) [data-as={kind}]"))

    assert all(PLANT in file for file in files.values())
    assert all(file.count("Rosatom") >= 2 for file in files.values())
    assert json.loads(files["json"])["turns"][0]["answer"]["citations"]


def test_an_uploaded_file_is_answered_from_until_it_is_removed(served, page, tmp_path):
    (tmp_path / "bakery.txt").write_text("The bakery of Wendlemoor is run by Perpetua Quillfeather since 1987.")
    (tmp_path / "vast.txt").write_bytes(b"x" * 50_000_001)
    page.click("[data-tab=articles]")
    page.wait_for_selector("#articles-side input[accept*='.txt']", state="attached")
    page.set_input_files("#articles-side input[type=file]", [tmp_path / "vast.txt", tmp_path / "bakery.txt"])
    page.wait_for_selector(f"#changed >> text={texts.ADDED}")
    page.click("#changed .dismiss")
    page.wait_for_selector("#changed .results", state="hidden")

    known = ask_and_wait(page, "Who runs the bakery of Wendlemoor?")
    row = page.locator("#articles li", has_text="bakery.txt")
    row.locator("[data-act=remove]").click()
    row.locator("[data-act=remove]").click()
    page.wait_for_selector("#changed >> text=no longer in the library")
    gone = ask_and_wait(page, "Who runs the bakery of Wendlemoor?")
    changed = page.inner_text("#earlier")

    assert page.inner_text(".left-out") == texts.TOO_LARGE.format(name="vast.txt", megabytes=50)
    assert "Perpetua Quillfeather" in known
    assert "Perpetua" not in page.inner_text("#current .answer")
    assert texts.NOT_FOUND in gone
    assert "Perpetua Quillfeather" in changed
    assert not (served.articles / "bakery.txt").exists()


def test_a_question_is_asked_again_edited_and_as_it_was_typed(page):
    ask_and_wait(page, "Who is Sameh Shoukry?")
    ask_and_wait(page, "Where is he travelling?")
    page.click("#current [data-act=typed]")
    page.wait_for_selector("#current .chip", state="detached")
    page.wait_for_selector(DONE)
    typed = page.inner_text("#current .question")

    page.click("#current [data-act=edit]")
    page.fill("#current .inline textarea", PLANT)
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelector('#current .question')?.textContent === {json.dumps(PLANT)}")
    page.wait_for_selector(DONE)
    edited = page.inner_text("#current .answer")
    page.click("#current [data-act=again]")
    page.wait_for_selector(DONE)

    assert typed == "Where is he travelling?"
    assert "Rosatom" in edited
    assert page.locator(".turn").count() == 2


def test_what_is_ticked_is_asked_alone_until_all_are_asked_again(page):
    page.click("[data-tab=articles]")
    page.check("#articles .shelved:has-text('ferry.md') [data-tick]")
    page.wait_for_selector("#scope .chip")
    only = ask_and_wait(page, PLANT)
    page.reload()
    page.wait_for_selector("#current .turn")
    page.click("[data-tab=articles]")
    page.wait_for_selector("#scope .chip")
    ticked = page.locator("#articles [data-tick]:checked").count()

    page.click("#scope button")
    page.wait_for_selector("#scope .chip", state="detached")
    page.click("#current [data-act=again]")
    page.wait_for_selector("#current .turn[data-state=answered]")

    assert texts.NOT_FOUND in only
    assert texts.asked_of(1) in only
    assert ticked == 1
    assert page.locator("#articles [data-tick]:checked").count() == 0
    assert "Rosatom" in page.inner_text("#current .answer")


def test_the_days_a_question_names_are_a_chip_that_can_be_taken_away(page):
    asked = ask_and_wait(page, "Who met in Cairo in articles of January 2023?")

    page.click("#current [data-act=any-time]")
    page.wait_for_selector("#current .chip", state="detached")
    page.wait_for_selector(DONE)

    assert "1 January 2023 – 31 January 2023" in " ".join(asked.split())
    assert page.locator(".turn").count() == 1


def test_judged_answers_are_exported_as_questions(page):
    ask_and_wait(page, PLANT)
    page.click("#current [data-verdict=good]")
    page.wait_for_selector("#current [data-verdict=good][aria-pressed=true]")
    page.click("#current [data-act=comment]")
    page.fill("#current .inline textarea", "Just so.")
    page.keyboard.press("Enter")
    page.wait_for_selector('#current [data-comment="Just so."]')
    page.click(".talks-only summary")

    file = saved(page, lambda: page.click("[data-act=judged]"))

    row = json.loads(file.splitlines()[-1])
    assert (row["question"], row["kind"], row["comment"]) == (PLANT, "judged good", "Just so.")


def test_a_copied_answer_carries_its_sources(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask_and_wait(page, PLANT)

    page.click("#current [data-act=copy]")
    page.wait_for_selector(f"#current >> text={texts.COPIED}")
    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied.count("Rosatom") >= 2
    assert "[1] " in copied


def test_all_of_it_goes_by_keyboard(served, page):
    """Ask, open a source, close it, the articles, a guide, ticks, the upload, an export, a follow-up, a reload."""
    page.keyboard.type(PLANT)  # the question has the focus from the start
    page.keyboard.press("Enter")
    page.wait_for_selector(DONE)

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
                return
        raise AssertionError(f"{selector} is not reached")

    tab_to(".panel .quote")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.quoted")
    page.keyboard.press("Escape")
    back = page.evaluate("document.activeElement.matches('.panel .quote')")
    tab_to("#tabs [data-tab=articles]")
    page.keyboard.press("Enter")
    tab_to("#articles [data-act=guide]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".guide q")
    tab_to(".guide a")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.quoted")
    in_view = is_in_view(page, "mark.quoted")
    page.keyboard.press("Escape")
    tab_to("#articles [data-tick]")
    page.keyboard.press("Space")
    page.wait_for_selector("#scope .chip")
    tab_to("#scope button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#scope .chip", state="detached")
    tab_to("#add")
    page.focus("#tabs [data-tab=articles]")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    tab_to("#talks li:has([aria-current]) summary")
    page.keyboard.press("Enter")
    tab_to("#talks [data-as=md]")
    file = saved(page, lambda: page.keyboard.press("Enter"))
    tab_to("#question textarea")
    page.keyboard.type("Where is it?")
    page.keyboard.press("Enter")
    page.locator(".turn").nth(1).wait_for()
    page.wait_for_selector(DONE)
    page.reload()
    page.wait_for_selector("#earlier .turn")

    assert back
    assert in_view
    assert PLANT in file
    assert page.inner_text("#earlier .question") == PLANT


def test_axe_finds_nothing_serious(served, browser):
    from axe_playwright_python.sync_playwright import Axe

    found: dict[str, list[str]] = {}

    def look(page, state: str) -> None:
        results = Axe().run(page).response["violations"]
        grave = [each for each in results if each["impact"] in ("serious", "critical")]
        if grave:
            found[state] = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in grave]

    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(served.url)
        page.wait_for_selector(".examples button")
        look(page, f"{scheme}: first")
        ask_and_wait(page, PLANT)
        look(page, f"{scheme}: answered")
        page.click("#current .marker >> nth=0")
        page.wait_for_selector("mark.quoted")
        page.click("[data-tab=articles]")
        look(page, f"{scheme}: article and library")
        ask_and_wait(page, "How do I bake a sourdough bread with rye flour?")
        choose(page, "nosuch:model")
        look(page, f"{scheme}: not found and a problem")
        context.close()

    assert found == {}


def test_the_drawer_opens_and_closes_where_there_is_little_room(page):
    """360 pixels, and a screen of 1440 at 200 %."""
    for width, height in ((360, 640), (720, 450)):
        page.set_viewport_size({"width": width, "height": height})
        page.click(".menu")
        page.wait_for_selector("#shelf", state="visible")
        wide = overflow(page)
        page.keyboard.press("Escape")
        page.wait_for_selector("#shelf", state="hidden")

        assert wide == 0
        assert page.evaluate("document.activeElement.matches('.menu')")


def test_the_page_tells_that_it_is_ready_and_what_a_browser_may_load(served, page):
    page.wait_for_selector(".examples button")  # the library has been opened

    assert json.loads(get(f"{served.url}healthz")) == {"ready": True, "waiting_for": ""}
    policy = page.evaluate("fetch('/').then((reply) => reply.headers.get('content-security-policy'))")
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy


def test_nothing_hostile_runs_loads_or_covers_the_page(served, page):
    """Every article is opened as read, every reply of the model shown, each in the page of one reader."""
    for name, content in hostile.articles().items():
        (served.articles / name).write_text(content, encoding="utf-8")
    page.click("[data-tab=articles]")
    page.click("#sync")
    page.wait_for_selector("#changed >> text=Synced")
    page.fill('.find[data-find="articles"]', "hostile")
    page.wait_for_function("document.querySelectorAll('#articles .shelved').length === 17")
    opened = page.evaluate(OPEN_EACH)
    answered = [intact(page)]
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        answered.append(intact(page))
    choose(page, "openai:scripted")
    for reply in hostile.replies():
        served.model().says(reply, piece_chars=max(500, len(reply) // 40))
        ask_and_wait(page, PLANT)
        answered.append(intact(page))
    for file in served.articles.glob("hostile-*.md"):
        file.unlink()

    assert len(opened) == 17
    assert [problem for problem in opened if problem != INTACT] == []
    assert [problem for problem in answered if problem != INTACT] == []
    assert [url for url in served.requested if "evil.example" in url] == []


def test_nothing_was_asked_of_an_outside_host(served):
    assert [url for url in served.requested if not url.startswith((served.url, "data:", "blob:"))] == []
