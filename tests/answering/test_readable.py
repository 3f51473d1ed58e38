"""How a passage is laid out for the trained reader."""

from __future__ import annotations

from rag.answering.readable import Readable
from rag.core.types import Passage
from rag.reading.sentences import statements

TABLE = (
    "Focus of the talks:\n\n| Issue | Egypt's Focus | Russia's Focus |\n|---|---|---|\n"
    "| Libya | Border security | Diplomacy |\n| Gaza | Ceasefire | |\n\nOfficials agreed."
)


def laid_out(text: str, start: int = 0):
    passage = Passage("1", "a.txt", start, len(text), text[start:], "Talks", "", "2025-12-22")
    inside = [one for one in statements(text) if one.start >= start]
    readable = Readable.of(passage, inside)
    return readable, {one.text: [readable.text[a:b] for a, b in readable.spans_of(one)] for one in inside}


def test_a_cell_stands_beside_the_name_of_its_column():
    readable, found = laid_out(TABLE)

    assert "Libya – Egypt's Focus: Border security; Russia's Focus: Diplomacy" in readable.text
    assert found["Libya – Russia's Focus: Diplomacy"] == ["Libya", "Russia's Focus: Diplomacy"]
    assert found["Gaza – Egypt's Focus: Ceasefire"] == ["Gaza", "Egypt's Focus: Ceasefire"]


def test_a_row_that_needs_two_names_is_laid_out_like_one_that_needs_one():
    readable, found = laid_out("| Item | Size | Price |\n|---|---|---|\n| Bowl | small | 12 |\n| Bowl | large | 19 |\n")

    assert "Bowl – Size: large; Price: 19" in readable.text
    assert found["Bowl, large – Price: 19"] == ["Bowl", "Price: 19"]


def test_all_else_stands_where_it_can_be_found_again():
    readable, found = laid_out(TABLE)

    assert readable.text.startswith("Talks (2025-12-22)\n")
    assert readable.text[readable.lead :].startswith("Focus of the talks:")
    assert found["Officials agreed."] == ["Officials agreed."]
    assert "|" not in readable.text


def test_a_passage_that_begins_late_in_its_article_is_laid_out_alike():
    _, found = laid_out(TABLE, TABLE.index("| Gaza"))

    assert found["Officials agreed."] == ["Officials agreed."]
