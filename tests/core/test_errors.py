"""Errors are sentences, and their tree is the one that the module shows."""

from __future__ import annotations

import re

from rag.core import errors
from rag.core.errors import CitewellError, did_you_mean


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes():
    drawn: list[tuple[str, str]] = []
    path: dict[int, str] = {}
    for line in errors.__doc__.splitlines():
        if match := re.match(r"(?P<indent>[│├└─ ]*)(?P<name>[A-Z]\w+)(?:\s{2,}|$)", line):
            depth = len(match["indent"]) // 4
            path[depth] = match["name"]
            drawn.append((match["name"], path.get(depth - 1, "Exception")))

    assert sorted(drawn) == sorted(
        (kind.__name__, kind.__base__.__name__)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, CitewellError)
    )


def test_an_error_reads_as_what_happened_and_what_to_do():
    assert str(CitewellError("It broke.", "Mend it.")) == "It broke. Mend it."
    assert str(CitewellError("It broke.")) == "It broke."


def test_only_a_near_word_is_suggested():
    assert did_you_mean("harbor", ["wheat", "harbour"]) == "Did you mean harbour?"
    assert did_you_mean("zebra", ["wheat", "harbour"]) == ""
