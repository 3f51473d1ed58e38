"""Markdown keeps its structure and gives up its markup."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.markdown import markdown_blocks
from rag.reading.outline import outline
from tests.reading.strategies import texts


@pytest.mark.parametrize(
    ("saved", "stored"),
    [
        ("Harbour\n===\n\nShips\ncame  in.", "# Harbour\n\nShips came in."),
        ("### Low *tide*", "### Low tide"),
        ("- one\n- two\n  1. deep\n  2. deeper\n\nAfter.", "- one\n- two\n1. deep\n2. deeper\n\nAfter."),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- one\n\n  More of one.\n- two", "- one\n\nMore of one.\n\n- two"),
        ("| A | B |\n|---|:-:|\n| a **x** | `b\\|c` |", "| A | B |\n|---|---|\n| a x | b/c |"),
        ("[Ships](http://x.example) and ![a picture](y.png) **came** ~~late~~.", "Ships and came late."),
        ("> She said\n> it.", "She said it."),
        ("```python\nx  = 1\n\ny = 2\n```", "x = 1\n\ny = 2"),
        ("<div>Ships <b>came</b></div>\n\nIn <i>May</i> &amp; June<!-- 2 -->.", "Ships came\n\nIn May & June."),
        ("One\\\ntwo  \nthree", "One two three"),
        ("<p>Fish &amp; chips</p>\n<ul><li>one<li>two</ul>", "Fish & chips\n\n- one\n- two"),
        ("<script>\nvar x = 1;\n</script>\n\nShips came.", "Ships came."),
        ("<style>p {}</style>\n\n<!-- a > hidden -->\n\nShips came.", "Ships came."),
        ("<div>\n\nShips *came*.\n\n</div>", "Ships came."),
        ("Zero&#8203;width &#x202e;marks", "Zerowidth marks"),
        ("| A&#8203; |\n|---|\n| b&#8203; |", "| A |\n|---|\n| b |"),
        ("```\n<b> &amp;\n```", "<b> &amp;"),
        ("0. nought\n1. one", "0. nought\n1. one"),
        ("* * *\n\nEnd", "End"),
        ("**How we got here**\n\nText **in bold** here.", "## How we got here\n\nText in bold here."),
        ("**All of it.**\n\n**By Karel Dunne**\n\n**3 March 2025**", "All of it.\n\nBy Karel Dunne\n\n3 March 2025"),
        ("", ""),
    ],
    ids=lambda text: text[:16],
)
def test_markdown_is_stored_as(saved, stored):
    assert markdown_blocks(saved).text == stored


@pytest.mark.parametrize("heading", ["#", "# ![logo](logo.png)"], ids=["empty", "a picture"])
def test_a_heading_without_words_makes_no_heading_of_the_paragraph_below(heading):
    assert markdown_blocks(f"{heading}\n\nShips came in.").text == "Ships came in."


@given(texts)
def test_any_markdown_becomes_stored_text(text):
    stored = markdown_blocks(text).text

    assert not re.search(r"[^\S \n]|\n{3}|\A\s|\s\Z", stored)


@given(st.lists(st.lists(st.from_regex(r"[A-Za-z]+", fullmatch=True), min_size=1), min_size=1))
def test_plain_paragraphs_keep_every_word(paragraphs):
    text = "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)

    stored = markdown_blocks(text).text

    assert Counter(stored.split()) == Counter(text.split())
    assert [block.kind for block in outline(stored)] == ["paragraph"] * len(paragraphs)


def test_what_a_site_puts_around_an_article_is_left_out_and_told():
    clipped = (
        "[Skip to content](#main)\n\n# Harbour reopens\n\n[Facebook](f) [X](x) [Email](e)\n\nShips came in.\n\n"
        "### Related\n\n- [Quay closed](a)\n- [Quay sold](b)\n\n### More on the quay\n\nIt is of stone.\n\n"
        "[Subscribe to our newsletter](n)\n\n© 2025 Harbour Post. All rights reserved.\n"
    )

    blocks = markdown_blocks(clipped)

    assert blocks.text == "# Harbour reopens\n\nShips came in.\n\n### More on the quay\n\nIt is of stone."
    assert [told.partition(":")[0] for told in blocks.left_out] == [
        "site furniture", "share buttons", "other articles", "other articles", "other articles", "newsletter notice",
        "copyright notice",
    ]  # fmt: skip
