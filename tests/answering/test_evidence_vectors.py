"""Each statement is weighed by its own vector, also one that is quoted together with the sentence before it."""

from __future__ import annotations

import pytest

from rag.answering.evidence import Scales
from rag.search.followups import stand_alone


def test_a_sentence_and_the_same_with_the_next_one_have_vectors_of_their_own(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": "The mill sold rye to the captain. It then bought a harbour crane."}))
    question = stand_alone("What did the mill buy, a harbour crane?", [])

    found = Scales(opened).weigh(question, opened.search(question.text)).evidence

    assert len({item.start for item in found}) < len(found) == 2
    vector, _ = opened.question_vectors(question.standalone)
    for item in found:
        own = opened.embedder.embed_passages([item.statement.text])[0]
        assert item.features.meaning == pytest.approx(max(float(own @ vector), 0.0), abs=1e-5)
