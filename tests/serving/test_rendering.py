"""Whatever an article, a model or a reader holds comes out as text, and marks stand where the words stand."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answering.support import checked_sentences
from rag.core.errors import BackendPackageMissing
from rag.core.types import Answer, Article, Citation, DateRange, Found, Hit, Passage, Sentence, Usage
from rag.reading.outline import outline
from rag.serving import texts
from rag.serving.details import details_html
from rag.serving.rendering import Mark, article_html, element, escaped, find_quote, marked, outside_link, reference
from rag.serving.saying import answer_text
from rag.serving.turns import Turn, copied, problem_html, turn_html

OURS = {
    *(
        "a article bdi blockquote button code details dl dt dd div em h2 h3 h4 h5 h6 header li mark ol p pre q section"
        " span"
    ).split(),
    *("strong summary table tbody td th tr ul").split(),
}
ATTACK = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"&'


class Seen(HTMLParser):
    """The elements, attributes and words a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.marks: list[str] = []
        self._in_mark = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "mark":
            self._in_mark = True
            self.marks.append("")

    def handle_endtag(self, tag):
        self._in_mark = self._in_mark and tag != "mark"

    def handle_data(self, data):
        self.words += data
        if self._in_mark:
            self.marks[-1] += data


class Doubted(HTMLParser):
    """The words of each stretch that is marked as in doubt."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.doubted: list[str] = []
        self._is_in = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if "doubt" in (dict(attrs).get("class") or "").split():
            self._is_in = True
            self.doubted.append("")

    def handle_endtag(self, tag):
        self._is_in = self._is_in and tag != "span"

    def handle_data(self, data):
        if self._is_in:
            self.doubted[-1] += data


def citation(number: int = 1, quote: str = "It rained.", **other) -> Citation:
    values = {"source": "a.txt", "title": "Weather", "date": "2025-12-22", "date_note": "from its heading"}
    values |= {"url": None, "start": 0, "end": len(quote)}
    return Citation(number=number, quote=quote, **(values | other))


def answer(text: str, *citations: Citation, **other) -> Answer:
    values = {"question": "Did it rain?", "standalone_question": "Did it rain?", "status": "answered"}
    values |= {"sentences": (), "hits": (), "backend": "extractive"}
    return Answer(text=text, citations=citations, **(values | other))


def hit(text: str, start: int = 0, source: str = "b.txt") -> Hit:
    passage = Passage("1", source, start, start + len(text), text, "Other", "", "2013-11")
    return Hit(passage, 0.5, Found(1, 0.5), Found(None, 0.0))


def nothing(source: str) -> None:
    return None


any_text = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n<>&\"'|#-*[]1 "), max_size=200)


@given(any_text)
def test_an_article_of_any_text_yields_only_our_own_elements(text):
    article = Article(source="a.txt", title=text, text=text, date_note=text, publisher=text, left_out=(text,))

    seen = Seen(article_html(article, 0, len(text), text))

    assert set(seen.tags) <= OURS
    assert not [name for name, _ in seen.attributes if name.startswith("on")]


@given(any_text, any_text)
def test_an_answer_of_any_text_yields_only_our_own_elements(text, title):
    cited = citation(1, text or "x", title=title, date_note=title, url=title)
    turn = Turn(title, answer(text, cited, notice=title, standalone_question=title, hits=(hit(title or "x"),)))

    seen = Seen(turn_html(turn, nothing))

    assert set(seen.tags) <= OURS
    assert not [name for name, _ in seen.attributes if name.startswith("on")]


def unturned(text: str) -> str:
    """Without the two signs that would turn our own words around: they alone are never shown."""
    return text.replace("\N{LEFT-TO-RIGHT OVERRIDE}", "").replace("\N{RIGHT-TO-LEFT OVERRIDE}", "")


@example("\N{LEFT-TO-RIGHT OVERRIDE}")
@given(any_text)
def test_every_sign_but_overrides_is_shown(text):
    assert Seen(marked(text, 0, len(text), [])).words == unturned(text)


@given(any_text, st.data())
def test_marks_lose_no_word_and_hold_exactly_theirs(text, data):
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    start, end = places

    seen = Seen(marked(text, 0, len(text), [Mark(start, end, "quoted")]))

    assert seen.words == unturned(text)
    assert "".join(seen.marks) == unturned(text[start:end])


@given(any_text)
def test_every_word_of_an_article_is_shown(text):
    article = Article(source="a.txt", title="T", text=text)

    shown = Seen(article_html(article, 0, 0, "")).words

    words = [text[block.body : block.end] for block in outline(text) if block.kind in ("paragraph", "item", "heading")]
    assert all(unturned(word) in shown for word in words)


def test_a_quote_across_cells_marks_each_cell():
    text = "| Issue | Focus |\n|---|---|\n| Libya | Borders |"
    start = text.index("Libya")

    seen = Seen(article_html(Article("a.txt", "T", text), start, len(text) - 2, "Libya | Borders"))

    assert seen.marks == ["Libya", "Borders"]


def test_what_looks_like_a_page_is_shown_as_text():
    html = article_html(Article("a.txt", ATTACK, ATTACK), 0, 0, "")

    assert "<script" not in html
    assert "<img" not in html
    assert Seen(html).words.count("alert(1)") == 2


def test_a_number_with_a_citation_becomes_a_marker_and_another_stays_text():
    html = answer_text(answer("It rained. [1] Then [2].", citation()))

    assert html.count('class="marker"') == 1
    assert "[2]" in html
    assert "source=a.txt&amp;start=0&amp;end=10" in html
    assert "“It rained.”" in html


def checked(text: str, *quotes: str) -> Answer:
    """An answer of a model, its sentences judged as they really are."""
    citations = tuple(citation(number, quote) for number, quote in enumerate(quotes, start=1))
    sentences = checked_sentences(text, citations, {each.number: each.quote for each in citations})
    return answer(text, *citations, sentences=sentences)


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("It leaves at nine tomorrow. [1]", ["It leaves at nine tomorrow.1"]),
        ("The ferry leaves at nine [1].", ["The ferry leaves at nine1."]),
        (
            "The ferry leaves at seven [1] and costs twelve euros.",
            ["The ferry leaves at seven1 and costs twelve euros."],
        ),
        (
            "The ferry leaves at seven. [1] The ferry leaves at nine [1]. The ferry leaves at seven [1].",
            ["The ferry leaves at nine1."],
        ),
        ("- The ferry leaves at nine. [1]\n- The ferry leaves at seven. [1]", ["The ferry leaves at nine.1"]),
        ("| Ferry | leaves at nine tomorrow with the captain |", ["Ferry", "leaves at nine tomorrow with the captain"]),
        ("[1] The ferry leaves at nine [1] [2].\n\nThe ferry leaves at seven.[1]", ["The ferry leaves at nine12."]),
    ],
    ids=["after the stop", "before the stop", "within", "between others", "list", "table", "two paragraphs"],
)
def test_a_sentence_that_is_not_supported_is_marked_wherever_its_markers_stand(text, doubted):
    html = answer_text(checked(text, "The ferry leaves at seven.", "It rained."))

    assert Doubted(html).doubted == doubted
    assert html.count('class="flag"') == 1


def test_a_sentence_that_is_not_supported_says_why():
    html = answer_text(
        checked("The ferry leaves at seven. [1] The ferry leaves at nine. [1]", "The ferry leaves at seven.")
    )

    assert "It says nine; the source says seven." in html
    assert html.index("leaves at nine.") < html.index(texts.SUPPORT["unsupported"] + "</button>")


def quoting(*quotes: str, text: str) -> Answer:
    """An answer of the built-in backend: each sentence word for word as an article has it."""
    sentences = tuple(Sentence(quote, (number,), "supported") for number, quote in enumerate(quotes, start=1))
    citations = (citation(number, quote, source=f"{number}.txt") for number, quote in enumerate(quotes, start=1))
    return answer(text, *citations, sentences=sentences)


def test_a_number_that_the_article_has_in_brackets_is_no_marker_of_ours():
    noted = quoting(
        "It was built in 1970.[2]", "[1] A river.", text="**1970** – It was built in 1970.[2] [1] [1] A river. [2]"
    )

    html = answer_text(noted)

    assert re.findall(r'data-number="(\d)"', html) == ["1", "2"]
    assert "1970.[2]<a" in html
    assert "[1] A river.<a" in html
    assert "<strong>1970</strong>" in html


def test_stars_and_backticks_of_an_article_stay_as_they_are():
    row = "Dam – Built: in **1970** by `them`"
    cited = citation(1, "Dam | in **1970** by `them`")
    stray = quoting("A ** star", "and ** one", text="A ** star [1] and ** one [2]")

    html = answer_text(answer(f"{row} [1]", cited, sentences=(Sentence(row, (1,), "supported"),)))

    assert "in **1970** by `them`" in html
    assert "<strong>" not in answer_text(stray)


def test_a_copied_answer_says_what_is_not_supported():
    doubted = checked("The ferry leaves at nine. [1]", "The ferry leaves at seven.")

    words = copied(doubted)

    assert "Not supported: “The ferry leaves at nine.” It says nine; the source says seven." in words
    assert words.endswith("“The ferry leaves at seven.”")


def test_a_long_question_is_cut_where_it_is_shown_and_whole_where_it_is_edited():
    question = "Why?" * 500

    (heading,) = re.findall(r"<h2 .*?</h2>", turn_html(Turn(question, answer("A")), nothing))

    assert f'data-question="{question}"' in heading
    assert heading.endswith("…</h2>")
    assert heading.count("Why?") == 500 + 250


def test_bold_and_code_of_a_model_are_rendered_and_its_html_is_not():
    html = answer_text(answer("**Rain** in `mm` <b>no</b> [click](javascript:alert(1))"))

    assert "<strong>Rain</strong>" in html
    assert "<code>mm</code>" in html
    assert "<b>" not in html
    assert "href" not in html


MARKDOWN = """It is *very* _wet_ in a_b_c and 2 * 3 * 4.

1. Rain
   - in Cairo
   - in Tunis
2. Snow

---

> Bring a coat,
> and a hat.

```python
def rain():
    # all day <b>
    return "[1] *wet*"
```
See [the forecast](https://evil.example/a_(b)), ![a cloud](javascript:alert(1))."""


def test_markdown_of_a_model_is_laid_out_and_its_links_are_text():
    html = answer_text(answer(MARKDOWN, citation()))

    assert "It is <em>very</em> <em>wet</em> in a_b_c and 2 * 3 * 4." in html
    assert (
        '<li value="1">Rain<ul dir="auto"><li>in Cairo</li><li>in Tunis</li></ul></li><li value="2">Snow</li>' in html
    )
    assert '<blockquote><p dir="auto">Bring a coat,\n  and a hat.</p></blockquote>' in html
    assert "<pre><code>def rain():\n    # all day &lt;b&gt;\n    return &quot;[1] *wet*&quot;</code></pre>" in html
    assert "See the forecast (https://evil.example/a_(b)), a cloud (javascript:alert(1))." in html
    assert "href" not in html
    assert "---" not in html


def test_what_is_not_supported_is_said_under_code_and_not_within_it():
    html = answer_text(checked("```\nThe ferry leaves at nine.\nIt costs four.\n```", "The ferry leaves at seven."))

    assert "<pre><code>The ferry leaves at nine.\nIt costs four.</code></pre><p><button" in html
    assert html.count('class="flag"') == 1


def test_quotes_of_one_article_share_a_card():
    html = turn_html(Turn("?", answer("A [1] B [2] C [3]", citation(1), citation(2), citation(3, source="c"))), nothing)

    assert html.count('class="card"') == 2
    assert html.count('class="open quote"') == 3


def test_a_card_tells_publisher_date_and_how_the_date_is_known():
    article = Article("a.txt", "Weather", "It rained.", publisher="The Gazette")

    words = Seen(turn_html(Turn("?", answer("A [1]", citation())), lambda source: article)).words

    assert "The Gazette" in words
    assert "22\N{NO-BREAK SPACE}December\N{NO-BREAK SPACE}2025" in words
    assert "Date: from its heading" in words


def test_an_article_that_is_read_says_that_the_note_is_of_its_date():
    article = Article("a.txt", "Weather", "It rained.", date="2025-12-22", date_note="taken from the file’s name")

    assert "Date: taken from the file’s name" in Seen(article_html(article, 0, 0, "")).words


def test_a_card_names_the_page_of_each_quote_that_has_one():
    words = Seen(turn_html(Turn("?", answer("A [1] B [2]", citation(1, page=3), citation(2))), nothing)).words

    assert words.count("p.\N{NO-BREAK SPACE}3") == 1
    assert words.count("p.\N{NO-BREAK SPACE}") == 1


def test_found_passages_that_are_cited_are_not_listed_again():
    cited = citation(1, source="b.txt")

    html = turn_html(Turn("?", answer("A [1]", cited, hits=(hit("It rained."), hit("Later.", 500)))), nothing)

    assert texts.ALSO_FOUND.format(count=1) in html
    assert texts.FOUND_BY_MEANING in html


def test_found_passages_are_shown_without_what_lays_them_out():
    found = hit("# Ties\n\n- Trade\n\n| Issue | Focus |\n|---|---|\n| Libya | Borders |")

    words = Seen(turn_html(Turn("?", answer("A", hits=(found,))), nothing)).words

    assert "Ties Trade Issue · Focus Libya · Borders" in words


def test_dates_that_are_told_of_articles_are_worded_and_those_of_articles_are_not():
    told = answer(
        "- “Ties” (2025-12-22): It rained on 2024-01-02 (2024-01).",
        notice="As of 2013-11, they are dated 2012 to 2013-11-02.",
    )

    words = Seen(turn_html(Turn("?", told), nothing)).words.replace("\N{NO-BREAK SPACE}", " ")

    assert "“Ties” (22 December 2025): It rained on 2024-01-02 (2024-01)." in words
    assert "As of November 2013, they are dated 2012 to 2 November 2013." in words


def test_an_unanswered_question_offers_the_nearest_articles():
    unanswered = answer("The articles do not say.", status="not_found", hits=(hit("Later."),))

    html = turn_html(Turn("Did it rain?", unanswered), nothing)

    assert 'data-state="not-found"' in html
    assert texts.NEAREST in html
    assert "source=b.txt" in html


def test_an_unanswered_question_shows_what_comes_nearest_and_opens_it():
    near = Citation(0, "b.txt", "Rain", None, "", None, "It rained.", 3, 13)
    unanswered = answer("The articles do not say.", status="not_found", hits=(hit("Later."),), nearest_words=near)

    html = turn_html(Turn("Did it rain?", unanswered), nothing)

    assert texts.NEAREST_WORDS in html
    assert "It rained.</q>" in html
    assert "source=b.txt&amp;start=3&amp;end=13" in html
    assert 'class="number"' not in html


def test_a_different_question_that_was_searched_for_is_shown():
    turn = Turn("And then?", answer("A", standalone_question="What came after the rain?"))

    assert texts.SEARCHED_FOR.format(question="What came after the rain?") in turn_html(turn, nothing)
    # A typing error is told below the answer.
    for asked in (
        "What came after the rain?",
        "Hi! What came after the rain? Thanks.",
        "Hi! what caem after the rain?",
    ):
        assert "Searched for" not in turn_html(Turn(asked, turn.answer), nothing)


def test_an_error_shows_the_command_that_mends_it():
    html = problem_html(BackendPackageMissing("It needs <langchain-x>.", "Run: pip install langchain-x"))

    assert "&lt;langchain-x&gt;" in html
    assert "<code>pip install langchain-x</code>" in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil", "ftp://x/y", "http:/x", "", None, "https://[", " "]
)
def test_no_link_leads_anywhere_but_to_http(url):
    assert outside_link(url, "Original") == ""


def test_an_outside_link_gives_nothing_away():
    html = outside_link('https://example.org/?a="b"&c', "Original")

    assert 'rel="noopener noreferrer"' in html
    assert "&quot;b&quot;&amp;c" in html


@given(any_text, st.integers(0, 300), any_text)
def test_a_quote_is_found_again_or_said_to_be_gone(before, start, quote):
    text = before + quote
    end = start + len(quote)

    left, right, note = find_quote(text, start, end, quote)

    assert text[left:right] == quote or not quote
    assert (note == "") == (text[start:end] == quote)
    assert find_quote("", start, end, "gone")[2] == texts.QUOTE_GONE


@given(any_text)
def test_a_reference_survives_any_source_name(source):
    seen = Seen(reference("x", source, 1, 2, source))

    assert dict(seen.attributes)["data-quote"] == source
    assert seen.tags == ["a"]


@given(any_text)
def test_escaping_turns_back_into_the_same_words(text):
    assert Seen(escaped(text)).words == text


@pytest.mark.parametrize(
    ("date", "worded"),
    [
        ("2025-12-22", "22 December 2025"),
        ("2013-11", "November 2013"),
        ("2013", "2013"),
        (None, ""),
        ("someday", "someday"),
        ("2013-99", "2013-99"),
    ],
)
def test_dates_are_worded_as_precisely_as_they_are_known(date, worded):
    assert texts.worded_date(date).replace("\N{NO-BREAK SPACE}", " ") == worded


def test_a_turn_that_was_stopped_keeps_what_it_had():
    turn = Turn("?", replace(answer("It rained. [1]", citation()), is_final=False), is_stopped=True)

    html = turn_html(turn, nothing)

    assert 'data-state="stopped"' in html
    assert "It rained." in html
    assert texts.STOPPED in html


def test_cards_say_in_how_many_other_articles_the_words_stand():
    cited = replace(hit("It rained.", source="a.txt"), copies=3)
    other = replace(hit("It snowed."), copies=2)

    shown = turn_html(Turn("Did it rain?", answer("It rained [1].", citation(), hits=(cited, other))), nothing)

    assert "also in 2 other articles" in shown
    assert "also in 1 other article<" in shown


def test_a_card_without_copies_says_nothing_of_them():
    shown = turn_html(Turn("?", answer("It rained [1].", citation(), hits=(hit("It snowed."),))), nothing)

    assert "also in" not in shown


def test_characters_that_turn_text_around_are_not_shown_and_stay_in_what_is_looked_for():
    turning = "\N{RIGHT-TO-LEFT OVERRIDE}gnirts"

    html = element("a", escaped(turning), data_quote=turning)

    assert html == f'<a data-quote="{turning}">gnirts</a>'


def test_the_details_tell_what_a_model_took_as_far_as_it_is_known():
    known = Usage(tokens_in=1234, tokens_out=56, seconds_to_first=0.5)

    html = details_html(answer("It rained.", usage=known, timings={"search": 0.25}))

    assert "<dt>Tokens read</dt><dd>1,234</dd>" in html
    assert "<dt>First piece, s</dt><dd>0.50</dd>" in html
    assert texts.COST not in html
    assert texts.TOKENS_IN not in details_html(answer("It rained."))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (DateRange("2023-01-01", "2023-01-31", "in January 2023", True), "1 January 2023 – 31 January 2023"),
        (DateRange("2024-05-17", "2024-05-17", "on 17 May", True), ": 17 May 2024<"),
        (DateRange("2024", None, "since 2024", False), "Preferring “since 2024”: from 2024"),
        (DateRange(None, "2013-11", "before then", True), "until November 2013"),
    ],
)
def test_the_days_a_question_names_are_said_in_words_and_can_be_taken_away(days, words):
    html = turn_html(Turn("When?", answer=answer("It rained.", date_range=days)), nothing)

    assert words in html.replace("\N{NO-BREAK SPACE}", " ")
    assert 'data-act="any-time"' in html
