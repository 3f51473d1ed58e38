"""What no caller should give is refused in a sentence."""

from __future__ import annotations

import pytest

from rag.answering.assistant import Assistant
from rag.core.errors import CitewellError
from rag.search.library import Library


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda library: library.search("Who?", 10**30), "is no number of passages"),
        (lambda library: library.search("Who?", where=5), "5 is no filter"),
        (lambda library: library.find([(1.0, "Who?")], 5, sources=5), "5 are no sources"),
        (lambda library: library.sync(None), "None names no folder"),
        (lambda library: library.sync(""), "'' names no folder"),
        (lambda library: Library.open("a\0b"), "names no folder"),
        (lambda library: Library.open(settings={"hits": 5}), "Settings cannot be of the type dict"),
        (lambda library: Assistant.open(library, settings=5), "Settings cannot be of the type int"),
        (lambda library: Assistant.open(library, []), "A backend cannot be of the type list"),
    ],
)
def test_it_is_refused_in_a_sentence(library, call, told):
    with pytest.raises(CitewellError) as problem:
        call(library())

    assert told in problem.value.message


def test_an_article_of_no_source_is_none(library):
    assert library().article(None) is None


def test_no_sources_are_all_of_them(library, folder, embedder):
    opened = library(opener=lambda name: embedder)
    opened.sync(folder({"a.txt": "The harbour of Alba reopened on Monday."}))

    assert opened.find([(1.0, "harbour")], 5, sources=None).hits
