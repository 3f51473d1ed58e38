"""The grammar of stored text, and the statements read from it."""

from __future__ import annotations

from hypothesis import given

from rag.reading.outline import cells, outline
from rag.reading.sentences import statements
from tests.reading.strategies import texts

TEXT = """\
# The harbour opens

Ships wait outside. They are
many.
A third line goes on.
- wheat
* bread
2) salt
| Place | Focus | |
|---|:--:|---|
| Libya | Borders, unity | |
| Sudan |

After the table.
"""


def test_each_line_has_its_kind():
    assert [(block.kind, TEXT[block.body : block.end]) for block in outline(TEXT)] == [
        ("heading", "The harbour opens"),
        ("paragraph", "Ships wait outside. They are\nmany.\nA third line goes on."),
        ("item", "wheat"),
        ("item", "bread"),
        ("item", "salt"),
        ("header", "| Place | Focus | |"),
        ("rule", "|---|:--:|---|"),
        ("row", "| Libya | Borders, unity | |"),
        ("row", "| Sudan |"),
        ("paragraph", "After the table."),
    ]


def test_a_row_has_cells_without_the_space_around_them():
    row = outline(TEXT)[7]

    assert [TEXT[start:end] for start, end in cells(TEXT, row)] == ["Libya", "Borders, unity", ""]


def test_a_cell_states_its_row_and_its_column():
    stated = [(statement.text, TEXT[statement.start : statement.end]) for statement in statements(TEXT)]

    assert stated == [
        ("The harbour opens", "The harbour opens"),
        ("Ships wait outside.", "Ships wait outside."),
        ("They are\nmany.", "They are\nmany."),
        ("A third line goes on.", "A third line goes on."),
        ("wheat", "wheat"),
        ("bread", "bread"),
        ("salt", "salt"),
        ("Libya – Focus: Borders, unity", "Libya | Borders, unity"),
        ("Sudan", "Sudan"),
        ("After the table.", "After the table."),
    ]
    assert {statement.section for statement in statements(TEXT)} == {"The harbour opens"}


def test_the_header_of_one_table_does_not_name_the_cells_of_the_next():
    text = "| A | B |\n|---|---|\n| a | b |\n\nBetween.\n\n| c | d |"

    assert [statement.text for statement in statements(text)] == ["a – B: b", "Between.", "c – d"]


@given(texts)
def test_blocks_follow_one_another_and_hold_every_word(text):
    blocks = outline(text)

    assert_in_order(blocks, text)
    assert all(block.start <= block.body < block.end for block in blocks)
    held = "".join(text[block.start : block.end] for block in blocks)
    assert "".join(held.split()) == "".join(text.split())


@given(texts)
def test_statements_lie_in_their_blocks_and_quote_themselves(text):
    blocks = outline(text)
    for statement in statements(text):
        block = blocks[statement.block]
        assert block.body <= statement.start < statement.end <= block.end
        assert text[statement.start : statement.end] == text[statement.start : statement.end].strip()
        if statement.kind != "row":
            assert statement.text == text[statement.start : statement.end]


@given(texts)
def test_statements_outside_tables_do_not_overlap_and_hold_every_word(text):
    blocks = outline(text)
    plain = [statement for statement in statements(text) if statement.kind != "row"]

    assert_in_order(plain, text)
    held = "".join(statement.text for statement in plain)
    expected = "".join(text[b.body : b.end] for b in blocks if b.kind not in ("header", "rule", "row"))
    assert "".join(held.split()) == "".join(expected.split())


def assert_in_order(spans, text):
    ends = [0, *(span.end for span in spans)]
    assert all(end <= span.start < span.end <= len(text) for end, span in zip(ends, spans, strict=False))
