"""Who did it, and who merely stands in the same sentence."""

from __future__ import annotations

import pytest

from rag.answering.doers import may_have_done

WON = "Aldous Merrin was elected on Sunday, beating the incumbent, Rosalind Pike, by 512 votes."
CALLED = "The mediator was Helena Voss, who was called in by the governor, Ansel Ritter."
SOLD = "Mayor Rosalind Pike had supported the sale; Viktor Pike voted against it."


@pytest.mark.parametrize(
    ("question", "sentence", "name", "may_be"),
    [
        ("Who won the election?", WON, "Rosalind Pike", False),
        ("Who won the election?", WON, "Aldous Merrin", True),
        ("And who called in the mediator?", CALLED, "Helena Voss", False),
        ("Who called in the mediator?", CALLED, "Ansel Ritter", True),
        ("Who opposed the sale?", SOLD, "Rosalind Pike", False),
        ("Who found the hiker?", "Milo Tarn, the hiker missing for six days, was found alive.", "Milo Tarn", False),
        ("Who supported the sale?", SOLD, "Rosalind Pike", True),
        ("Who opposed the sale?", SOLD, "Viktor Pike", True),
        ("Who was beaten?", WON, "Rosalind Pike", True),
        ("Whom did Merrin beat?", WON, "Rosalind Pike", True),
        ("Who spoke?", "After the meeting, Thea Lommel spoke.", "Thea Lommel", True),
        ("Who came?", "Several came, including Thea Lommel.", "Thea Lommel", True),
        ("Who came?", "Nobody did.", "Thea Lommel", True),
    ],
)
def test_to_whom_it_was_done_did_it_not(question, sentence, name, may_be):
    assert may_have_done(question, sentence, name) is may_be
