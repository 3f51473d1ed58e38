"""Passages hold an article's words exactly, each once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.core.types import Article, lead
from rag.library.passages import cut
from rag.reading.articles import read_article
from rag.reading.interviews import Interview
from rag.reading.outline import outline
from tests.doubles import WordEmbedder
from tests.reading.strategies import texts

SIZE = 32
count = WordEmbedder().count_tokens
kinds = st.sampled_from([".txt", ".md"])


def article(text: str, title: str = "Harbour", kind: str = ".txt") -> Article:
    words = text.replace("\0", "")  # a file that holds one is binary
    return read_article("a" + kind, f"---\ntitle: {title}\n---\n{words}\n.".encode())


def test_neighbouring_sentences_are_packed_until_they_are_full():
    sentences = [f"Ship {number} came into the harbour early on Monday." for number in range(8)]

    passages = cut(article(" ".join(sentences)), SIZE, count)

    assert [passage.text for passage in passages[:2]] == [" ".join(sentences[:3]), " ".join(sentences[3:6])]


def test_a_question_lies_in_the_passage_of_its_answer():
    ships = [f"Ship {number} came into the harbour early on Monday." for number in range(2)]
    exchange = [
        "Which of them came into the harbour before the other?",
        "The second, which nobody had expected so early.",
    ]

    passages = cut(article(" ".join([*ships, *exchange])), SIZE, count)

    assert [passage.text for passage in passages] == [" ".join(ships), f"{' '.join(exchange)}\n\n."]


def test_what_goes_on_with_an_answer_has_the_question_for_its_section():
    answer = [f"Ship {number} came into the harbour early on Monday." for number in range(5)]
    text = "\n\n".join(
        ["Q: You closed the quay. Why?", f"A: {' '.join(answer)}", "Q: Will it open again?", "A: In June, I was told."]
    )

    passages = cut(Article("a.md", "Harbour", text), SIZE, count)

    assert not passages[0].section and passages[0].text.startswith("Q: You closed")
    going_on = [passage for passage in passages if passage.text.startswith("Ship")]
    assert going_on and {passage.section for passage in going_on} == {"You closed the quay. Why?"}
    assert passages[-1].text.endswith("Q: Will it open again?\n\nA: In June, I was told.")


@pytest.mark.parametrize(
    "kin",
    [
        "| File | Egypt wants |\n|---|---|\n| Libya | Safe borders |\n| Sudan | Calm |",
        "- Eva Lund – Captain\n- Omar Said – Deputy\n- Ada Kern – Cook",
    ],
    ids=["table", "list of names"],
)
def test_what_belongs_together_stays_whole_with_the_line_that_announces_it(kin):
    ships = "Ship one came into the harbour early on Monday. Ship two came into the harbour late on Tuesday."
    text = f"{ships}\n\nThese are they:\n\n{kin}"

    passages = cut(Article("a.md", "Harbour", text), SIZE, count)

    assert [passage.text for passage in passages] == [ships, f"These are they:\n\n{kin}"]


def test_a_table_longer_than_a_passage_is_cut_between_its_rows():
    rows = [f"| Ship {number} | came into the harbour early |" for number in range(9)]

    passages = cut(Article("a.md", "Harbour", "\n".join(["| Ship | What it did |", "|---|---|", *rows])), SIZE, count)

    assert len(passages) > 2
    assert all(line in [*rows, "| Ship | What it did |", "|---|---|"] for p in passages for line in p.text.split("\n"))


def test_a_passage_lends_title_section_and_date_to_what_is_embedded():
    dated = Article("a.md", "Harbour", "Ships came.\n\n## Wheat\n\nIt is dear.", date="2025-12")

    passages = cut(dated, SIZE, count)

    assert [passage.text for passage in passages] == ["Ships came.", "## Wheat\n\nIt is dear."]
    assert [passage.section for passage in passages] == ["", "Wheat"]
    assert passages[1].embedded_text == "Harbour (2025-12)\nWheat\n## Wheat\n\nIt is dear."


def test_headings_that_follow_one_another_stay_together():
    passages = cut(Article("a.md", "Harbour", "# Harbour\n\n## Wheat\n\nIt is dear.\n\n## Bread"), SIZE, count)

    assert [passage.text for passage in passages] == ["# Harbour\n\n## Wheat\n\nIt is dear.", "## Bread"]


def test_a_sentence_longer_than_a_passage_is_cut_at_words():
    words = [f"word{number}" for number in range(100)]

    passages = cut(Article("a.txt", "Harbour", " ".join(words)), SIZE, count)

    assert len(passages) > 3
    assert [word for passage in passages for word in passage.text.split()] == words


def test_a_long_first_word_is_not_cut_where_a_space_follows():
    address = "http://wheat.example/" + "harbour/" * 12
    text = f"{address} holds what was said there about the ships, the wheat and the bread of the year"

    passages = cut(Article("a.txt", "Harbour", text), 64, lambda words: len(words) // 3)

    assert passages[0].text.startswith(address)


def test_a_word_longer_than_any_passage_loses_nothing():
    word = "x" * 20_000

    passages = cut(Article("a.txt", "Harbour", word), SIZE, count)

    assert "".join(passage.text for passage in passages) == word


def test_the_same_article_has_the_same_passages_and_another_source_has_others():
    one, other = Article("a.txt", "T", "Ships came."), Article("b.txt", "T", "Ships came.")

    assert cut(one, SIZE, count) == cut(one, SIZE, count)
    assert cut(one, SIZE, count)[0].id != cut(other, SIZE, count)[0].id


@given(texts, kinds)
def test_passages_quote_the_article_at_their_offsets_and_follow_one_another(text, kind):
    read = article(text, kind=kind)
    passages = cut(read, SIZE, count)

    assert all(read.text[passage.start : passage.end] == passage.text for passage in passages)
    assert all(one.end <= other.start for one, other in zip(passages, passages[1:], strict=False))
    assert len({passage.id for passage in passages}) == len(passages)


@given(texts, kinds)
def test_every_character_lies_in_exactly_one_passage(text, kind):
    read = article(text, kind=kind)

    held = "".join(passage.text for passage in cut(read, SIZE, count))

    assert "".join(held.split()) == "".join(read.text.split())


@given(texts, kinds)
def test_no_passage_is_longer_than_its_size_with_what_it_is_lent(text, kind):
    for passage in cut(article(text, kind=kind), SIZE, count):
        lent = count(lead(passage.title, passage.section, passage.date))
        assert count(passage.text) <= max(SIZE - lent, SIZE // 3)


@given(texts, kinds)
def test_no_passage_reaches_over_a_heading(text, kind):
    read = article(text, kind=kind)
    headings = [block.start for block in outline(read.text) if block.kind == "heading"]
    bodies = [block.start for block in outline(read.text) if block.kind != "heading"]

    for passage in cut(read, SIZE, count):
        first_body = min((start for start in bodies if passage.start <= start < passage.end), default=passage.end)
        assert not [start for start in headings if first_body < start < passage.end]


@given(texts)
def test_a_passages_section_is_the_last_heading_it_holds_or_stands_under_or_a_question(text):
    read = article(text, kind=".md")
    asked = set(Interview.of(read).words)
    for passage in cut(read, SIZE, count):
        above = [b for b in outline(read.text) if b.kind == "heading" and b.start < passage.end]
        if passage.section:
            assert passage.section in {read.text[b.body : b.end] for b in above} | asked
        else:
            assert not above
