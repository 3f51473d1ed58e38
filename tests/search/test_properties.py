"""What holds of every search: it depends on library and question alone, keeps to its filters and loses no best copy."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.core.settings import Settings
from rag.core.types import Found, Hit, Passage
from rag.search.library import Library
from rag.search.stages import STAGES, fold_copies
from tests.doubles import WordEmbedder

PLACES = ("old", "old/deep", "new", "")
DATES = ("2012", "2013-11", "2013-11-04", "2026-11-18", None)
SUBJECTS = ("The wheat harvest", "A new mill", "The old harbour", "Captain Eva Lund")
DEEDS = ("was praised by the miller.", "brought bread to Alba, said the mayor.", "was lost in the storm of wheat.")

QUESTIONS = ("How was the wheat harvest?", 'Who said "bread to Alba"?', "What is the latest on Eva Lundt?")


def is_about_bread(passage: Passage) -> bool:
    return "bread" in passage.text


FILTERS = [
    {},
    {"since": "2013"},
    {"until": "2013-11-04"},
    {"since": "2013-11", "until": "2013-11-04"},
    {"source": "old"},
    {"source": "old/deep", "since": "2012"},
    {"where": is_about_bread},
    {"where": is_about_bread, "source": "new", "until": "2013"},
    {"since": "2030"},
]
# What each of them lets through, by place, date and words.
WITHIN = [
    lambda place, date, words: True,
    lambda place, date, words: date in ("2013-11", "2013-11-04", "2026-11-18"),
    lambda place, date, words: date in ("2012", "2013-11", "2013-11-04"),
    lambda place, date, words: date in ("2013-11", "2013-11-04"),
    lambda place, date, words: place in ("old", "old/deep"),
    lambda place, date, words: place == "old/deep" and date is not None,
    lambda place, date, words: "bread" in words,
    lambda place, date, words: "bread" in words and place == "new" and date in ("2012", "2013-11", "2013-11-04"),
    lambda place, date, words: False,
]


def told() -> dict[str, tuple[str, str | None, str]]:
    """Every subject with every deed, some of them word for word in several places: place, date and words by source."""
    made = {}
    for number, (subject, deed) in enumerate(product(SUBJECTS, DEEDS)):
        for copy in range(1 + number % 2):
            place, date = PLACES[(number + copy) % len(PLACES)], DATES[(number + copy) % len(DATES)]
            made[f"{place}/{number}-{copy}.txt".lstrip("/")] = (place, date, f"{subject} {deed}")
    return made


def articles() -> dict[str, str]:
    """The files of what is told."""
    return {
        path: "---\ntitle: A story\n" + (f"date: {date}\n" if date else "") + f"---\n{words}"
        for path, (_, date, words) in told().items()
    }


def found(library, question: str, only: dict) -> list[Hit]:
    return library.search(question, 50, **only)


def everything_found(library) -> list[list[Hit]]:
    return [found(library, question, only) for question, only in product(QUESTIONS, FILTERS)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A library that is filled once and only read from."""
    made = tmp_path_factory.mktemp("town")
    for path, text in articles().items():
        (made / "articles" / path).parent.mkdir(parents=True, exist_ok=True)
        (made / "articles" / path).write_text(text)
    library = Library.open(made / "library", Settings(), WordEmbedder)
    library.sync(made / "articles")
    library.close()
    return made / "library"


@pytest.fixture
def town(place):
    opened = Library.open(place, Settings(), WordEmbedder)
    yield opened
    opened.close()


def test_an_unchanged_library_finds_the_same_again_and_after_it_is_opened_anew(town, place):
    hits = everything_found(town)
    again = everything_found(town)
    town.close()

    assert again == hits
    assert everything_found(Library.open(place, Settings(), WordEmbedder)) == hits
    assert any(hits)


def test_what_a_library_holds_decides_what_is_found_not_how_it_came_in(town, library, folder):
    grown = library("grown")
    others = {path: text.replace("wheat", "rye") for path, text in articles().items()}
    grown.sync(folder({**others, "gone.txt": "The wheat harvest of wheat, said wheat."}, "growing"))
    grown.sync(folder(dict(reversed(articles().items())) | {"gone.txt": None}, "growing"))

    # The words' scores may differ a little: what is removed counts in BM25's frequencies until its files are merged.
    for question, only in product(QUESTIONS, FILTERS):
        here, there = ({hit.passage.text: hit for hit in found(each, question, only)} for each in (town, grown))
        assert here.keys() == there.keys()
        # Chroma's distances depend in their last digits on where in its files a vector lies.
        wanted = pytest.approx([hit.vector.score for hit in here.values()], abs=1e-6)
        assert [there[text].vector.score for text in here] == wanted


def test_no_filter_lets_a_passage_outside_it_through(town):
    hits = 0
    for question, (only, is_within) in product(QUESTIONS, zip(FILTERS, WITHIN, strict=True)):
        sources = {hit.passage.source for hit in found(town, question, only)}

        assert sources <= {source for source, its in told().items() if is_within(*its)}, only
        hits += len(sources)
    assert hits > 100


def test_a_filter_loses_none_of_the_passages_within_it(town):
    for only, is_within in zip(FILTERS, WITHIN, strict=True):
        fitting = {its[2] for its in told().values() if is_within(*its)}

        assert {hit.passage.text for hit in found(town, "wheat, mill, harbour, captain", only)} == fitting, only


# Folding

_SENTENCES = ("Ships came into the harbour of Alba on a cold morning.", "The wheat was dear that year, said the mayor.",
              "Ships came into the harbour of Alba on a warm morning.", "Eleven men were lost.")  # fmt: skip
texts = st.lists(st.sampled_from(_SENTENCES), min_size=1, max_size=3).map(" ".join)
hits_of = st.lists(
    st.tuples(texts, st.sampled_from("abcd"), st.sampled_from([None, "g", "h"]), st.floats(0, 1)), max_size=8
)


def ranked(drawn) -> list[Hit]:
    """Best first, as stages get them."""
    hits = [
        Hit(
            Passage(f"{number}", source, 0, len(text), text, "", "", None, group=group), score, Found(1, 1), Found(1, 1)
        )
        for number, (text, source, group, score) in enumerate(drawn)
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))


@given(hits_of)
def test_folding_never_loses_the_best_copy(drawn):
    hits = ranked(drawn)

    kept = fold_copies(hits)

    ids = [hit.passage.id for hit in kept]
    assert [hit.passage.id for hit in hits if hit.passage.id in ids] == ids
    assert ids[:1] == [hit.passage.id for hit in hits[:1]]
    best_of = {}
    for hit in hits:
        best_of.setdefault(hit.passage.text, hit)
    for text, best in best_of.items():
        # The best of those with the same words is there, unless better ones of its near-copies tell all of it.
        told_by = [
            other
            for other in kept
            if other.score >= best.score and other.passage.group and other.passage.group == best.passage.group
        ]
        assert best.passage.id in ids or told_by, text
    assert fold_copies(kept) == [replace(hit, copies=1) for hit in kept]


@given(hits_of)
def test_no_stage_makes_a_passage_up_or_shows_one_twice(drawn):
    hits = ranked(drawn)

    for stage in STAGES:
        left = stage(hits)
        ids = [hit.passage.id for hit in left]
        assert len(set(ids)) == len(ids)
        assert set(ids) <= {hit.passage.id for hit in hits}
        hits = left
