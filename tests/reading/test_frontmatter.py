"""What the block at the head of a file says, and what it cannot do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.core.errors import ReadingError
from rag.reading.frontmatter import FrontMatter, split_front_matter


def block(yaml: str, text: str = "Words.") -> str:
    return f"---\n{yaml}\n---\n{text}"


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("title: Ships  come\ndate: 2025-12-22", FrontMatter(title="Ships come", date="2025-12-22")),
        ("Title: Ships", FrontMatter(title="Ships")),
        ("date: 2025-12", FrontMatter(date="2025-12")),
        ("date: 2025", FrontMatter(date="2025")),
        ("date: 2025-12-22T10:30:00Z", FrontMatter(date="2025-12-22")),
        ("date: 22 December 2025", FrontMatter(date="2025-12-22")),
        ("date:", FrontMatter()),
        ("title: Libya: what next\ndate: 2025", FrontMatter(title="Libya: what next", date="2025")),
        ("date_note: the text says so", FrontMatter(date_note="the text says so")),
        ("source: https://wheat.example/a", FrontMatter(url="https://wheat.example/a")),
        ("source: Wheat Weekly", FrontMatter(publisher="Wheat Weekly")),
        (
            "url: http://a.example\nsource: Weekly",
            FrontMatter(url="http://a.example", publisher="Weekly"),
        ),
        ("url: javascript:alert(1)", FrontMatter()),
        ("source: javascript:alert(1)", FrontMatter(publisher="javascript:alert(1)")),
        ("author: [Eva Lund, Omar Said]", FrontMatter(author="Eva Lund, Omar Said")),
        ("author: {name: Eva}", FrontMatter()),
        ("tags: [a, b]\nlayout: post", FrontMatter()),
        ("# only a comment", FrontMatter()),
    ],
    ids=lambda value: value.replace("\n", "; ") if isinstance(value, str) else "",
)
def test_front_matter_says(yaml, expected):
    assert split_front_matter(block(yaml)) == (expected, "Words.")


@pytest.mark.parametrize(
    "text",
    ["Words.", "---\ntitle: never closed\n\nWords.", " ---\ntitle: x\n---\n", "---\nWords between rulers.\n---\nMore."],
    ids=["none", "not closed", "not at the head", "no fields"],
)
def test_without_a_block_of_fields_all_is_text(text):
    assert split_front_matter(text) == (FrontMatter(), text)


@pytest.mark.parametrize(
    ("yaml", "reason"),
    [
        ("title: [", "not valid YAML"),
        ("title: a: b\nof:\n  c: d", "not valid YAML"),
    ],
)
def test_a_block_that_cannot_be_read_is_one_clear_reason(yaml, reason):
    with pytest.raises(ReadingError, match=reason) as problem:
        split_front_matter(block(yaml))

    assert "\n" not in problem.value.message
    assert problem.value.message.endswith("; put the value there in quotes.")


@pytest.mark.parametrize("date", ["soon", "yesterday", "2025-02-30", "03/04/2025"])
def test_a_date_that_is_not_understood_does_not_cost_the_article(date):
    about, text = split_front_matter(block(f"title: Tides\ndate: {date}"))

    assert about == FrontMatter(title="Tides", not_used=(f"date that is not understood: {date}",))
    assert text == "Words."


@pytest.mark.parametrize(
    "value",
    ["!!bool maybe", "!!timestamp soon", "!!int ''", "0x" + "f" * 5000],
    ids=["bool", "timestamp", "empty int", "endless int"],
)
def test_values_that_yaml_would_stumble_over_are_words(value):
    about, _ = split_front_matter(block(f"title: Tides\nother: {value}"))

    assert about.title == "Tides"


def test_values_hold_no_invisible_characters_that_yaml_spells_out():
    about, _ = split_front_matter(block('title: "Ti\\u202edes\\ud83d"\nauthor: ["Eva\\u200b", Omar]'))

    assert (about.title, about.author) == ("Tides", "Eva, Omar")


def test_yaml_nested_without_end_is_a_reading_error():
    with pytest.raises(ReadingError):
        split_front_matter(block("a: " + "[" * 3000))


@given(st.text(alphabet="abdet: \n-[]{}#'\"|>&*!%01239.~?", max_size=60))
def test_any_block_is_read_or_refused(yaml):
    try:
        about, text = split_front_matter(block(yaml))
    except ReadingError:
        return
    assert isinstance(about, FrontMatter)
    assert text in block(yaml)


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('title = "Ships: they come"\ndate = 2025-12-22', FrontMatter(title="Ships: they come", date="2025-12-22")),
        ("date = 2025-12-22T10:30:00Z\ndraft = false", FrontMatter(date="2025-12-22")),
        (
            'date = "December 2025"\nauthor = ["Eva Lund", "Omar Said"]',
            FrontMatter(date="2025-12", author="Eva Lund, Omar Said"),
        ),
        ('source = "https://wheat.example/a"\n[extra]\ntitle = "x"', FrontMatter(url="https://wheat.example/a")),
    ],
)
def test_a_block_of_toml_says_the_same(toml, expected):
    assert split_front_matter(f"+++\n{toml}\n+++\nWords.") == (expected, "Words.")


def test_a_block_of_broken_toml_is_told_and_prose_between_rulers_is_text():
    with pytest.raises(ReadingError, match="its front matter is not valid TOML"):
        split_front_matter("+++\ntitle = Ships come\n+++\nWords.")

    prose = "+++\nShips come = go.\n+++\nWords."
    assert split_front_matter(prose) == (FrontMatter(), prose)


def test_nothing_is_no_fact():
    about, _ = split_front_matter("---\ntitle: ~\nauthor: null\nsource: NULL\n---\nShips came.")

    assert about == FrontMatter()


def test_a_title_with_a_colon_may_stand_below_a_list():
    about, _ = split_front_matter("---\ntags:\n- a\n- b\ntitle: Libya: what next\n---\nShips came.")

    assert about.title == "Libya: what next"
