"""Who wrote an article and for which paper, as the line below its headline says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.articles import read_article
from rag.reading.bylines import Byline, byline
from rag.reading.sentences import statements
from tests.reading.makers import word

STORY = "The director resigned on Monday after a report found that she had been warned twice. " * 4
DUNNE, BOTH = "Karel Dunne", "Karel Dunne, Ines Calloway"


@pytest.mark.parametrize(
    ("line", "author", "publisher"),
    [
        ("By Karel Dunne, Ostry Mercury, 30 June 2025", DUNNE, "Ostry Mercury"),
        ("Interview by Karel Dunne, Ostry Mercury, June 30, 2025", DUNNE, "Ostry Mercury"),
        ("words by Karel Dunne, The Journal of Law and Order", DUNNE, "The Journal of Law and Order"),
        ("By Karel Dunne, political editor, Ostry Mercury, Monday, 30 June 2025", DUNNE, "Ostry Mercury"),
        ("By Karel Dunne, Special to The Weekly", DUNNE, "The Weekly"),
        ("By Karel Dunne, AFP", DUNNE, "AFP"),
        ("By Karel Dunne, London, June 2025", DUNNE, None),
        ("By Karel Dunne and Ines Calloway, Ostry Mercury", BOTH, "Ostry Mercury"),
        ("By Karel Dunne, Ines Calloway, Ostry Mercury", BOTH, "Ostry Mercury"),
        ("By Karel Dunne, Ines Calloway, and Tobias Wren", f"{BOTH}, Tobias Wren", None),
        ("REPORT BY J. K. O'NEIL-SMITH", "J. K. O'Neil-Smith", None),
        ("Text by: Anna van der Berg", "Anna van der Berg", None),
        ("By Karel Dunne in Port Amadi", DUNNE, None),
        ("By Karel Dunne and Ines Calloway in London, Ostry Mercury", BOTH, "Ostry Mercury"),
        ("By Karel Dunne and agencies", DUNNE, None),
        ("Interview by Karel Dunne Saturday 8 June 2024", DUNNE, None),
        ("From Karel Dunne at Mill Lane", DUNNE, None),
        ("By Karel Dunne at the Aldgate Arena, Port Ellery", DUNNE, None),
        ("By Karel Dunne, Senior Fellow", DUNNE, None),
    ],
)
def test_a_byline_names_persons_and_a_paper(line, author, publisher):
    assert byline(line) == Byline(author, publisher)


@pytest.mark.parametrize(
    "line",
    [
        "By the end of the day the director had resigned",
        "By the end of the day, Ostry Mercury, 30 June 2025",
        "By Monday, the director had resigned",
        "By Monday, 30 June 2025",
        "By Monday Night, Ostry Mercury",
        "By 30 June 2025",
        "By Karel Dunne, who has lived here for years",
        "By Order of the Council",
        "By All Means",
        "By and large",
        "By , and ,",
        "By Karel",
        "From Karel Dunne",
        "From Russia With Love",
        "Karel Dunne, Ostry Mercury, 30 June 2025",
    ],
)
def test_other_lines_are_no_bylines(line):
    assert byline(line) is None


@given(
    st.lists(
        st.sampled_from(["By", "by", "Karel", "Dunne", "the", "and", "&", ",", ", ", "Monday", "30 June 2025", "de"])
        | st.text(max_size=8),
        max_size=9,
    ).map(" ".join)
)
def test_whatever_a_line_says_its_byline_is_made_of_its_words(line):
    found = byline(line)

    if found:
        said = line.replace(" &", ",").replace(" and", ",").split()
        assert {word.strip(",") for word in found.author.split()} <= {word.strip(",") for word in said}
        assert "Monday" not in found.author
        assert "the" not in found.author.split()


def test_the_line_below_the_headline_gives_author_and_publisher_in_every_format():
    line = "Interview by Karel Dunne, Ostry Mercury, 12 August 2025"
    files = {
        "a.txt": f"She counts salmon\n\n{line}\n\n{STORY}".encode(),
        "a.md": f"# She counts salmon\n\n*{line}*\n\n{STORY}".encode(),
        "a.docx": word(("Title", "She counts salmon"), ("Normal", line), ("Normal", STORY)),
    }

    read = [read_article(name, data) for name, data in files.items()]

    assert {(each.author, each.publisher, each.date) for each in read} == {(DUNNE, "Ostry Mercury", "2025-08-12")}


def test_what_is_stated_otherwise_stands_before_the_byline():
    text = f"---\nauthor: Newsdesk\nsource: The Weekly\n---\nBy Karel Dunne, Ostry Mercury\n\n{STORY}"

    article = read_article("a.txt", text.encode())

    assert (article.author, article.publisher) == ("Newsdesk", "The Weekly")


@pytest.mark.parametrize(
    "head",
    [
        "She counts salmon\n\nThe river has more of them than for thirty years\n\nKarel Dunne, Science Editor\n"
        "Ostry Mercury, 12 August 2025",
        "# She counts salmon\n\n**The river has more of them than for thirty years**\n\n*Opinion*\n*By Karel Dunne*\n"
        "*Ostry Mercury, 12 August 2025*",
    ],
    ids=["plain", "Markdown"],
)
def test_a_standfirst_and_a_paper_with_its_day_are_no_headings(head):
    article = read_article("a.md" if head.startswith("#") else "a.txt", f"{head}\n\n{STORY}".encode())

    assert (article.author, article.publisher, article.date) == (DUNNE, "Ostry Mercury", "2025-08-12")
    assert [its.text for its in statements(article.text) if its.kind == "heading"] == ["She counts salmon"]
    assert "\n\nOstry Mercury, 12 August 2025\n\n" in article.text


def test_a_town_with_its_day_is_no_paper():
    article = read_article("a.txt", f"She counts salmon\n\nPort Amadi, 12 August 2025\n\n{STORY}".encode())

    assert article.publisher is None


def test_a_dateline_in_a_line_of_its_own_is_no_heading():
    article = read_article("a.txt", f"She counts salmon\n\nOSTRY, Velland, March 12 (Corvant News)\n\n{STORY}".encode())

    assert "# OSTRY" not in article.text


def test_a_byline_without_paper_and_day_is_no_heading():
    article = read_article("a.txt", f"She counts salmon\n\nInterview by Karel Dunne\n\n{STORY}".encode())

    assert "\n\nInterview by Karel Dunne\n\n" in article.text
    assert article.author == DUNNE


@pytest.mark.parametrize(
    "text",
    [
        f"By Royal Command\n\n{STORY}",
        f"# By Royal Command\n\n{STORY}",
        f"She resigns\n\n{STORY}\n\n{STORY}\n\n{STORY}\n\nBy Karel Dunne, Ostry Mercury\n\n{STORY}",
        f"She resigns\n\n{STORY}By Karel Dunne, Ostry Mercury",
    ],
)
def test_neither_a_headline_nor_a_line_further_down_names_the_author(text):
    assert read_article("a.md", text.encode()).author is None
