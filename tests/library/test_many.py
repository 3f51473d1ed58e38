"""Files of many articles in a library: each row comes and goes by itself, and long work can be broken off."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.core.settings import Settings
from rag.core.types import FileFailure
from rag.library.ahead import ahead
from rag.library.embedding import PROBE
from rag.search.library import Library
from tests.doubles import WordEmbedder, never_opened
from tests.library.test_sync import contents, found, says

SHIPS = "Ships came into the harbour. They had waited for eleven days."
WHEAT = "The price of wheat rose again. Bakers complained about it."
STORM = "A storm broke the lighthouse. Nobody was hurt by it."


def rows(**texts: str) -> str:
    """JSON lines: each text under its id."""
    return "".join(json.dumps({"id": key, "text": text}) + "\n" for key, text in texts.items())


def test_each_row_is_an_article_of_its_own(library, folder):
    opened = library()

    report = opened.sync(folder({"a.txt": STORM, "sub/b.jsonl": rows(x=SHIPS, y=WHEAT)}))

    assert report.added == ("a.txt", "sub/b.jsonl#x", "sub/b.jsonl#y")
    assert says(opened) == {"a.txt": STORM, "sub/b.jsonl#x": SHIPS, "sub/b.jsonl#y": WHEAT}
    assert found(opened, "harbour wheat storm") == {"a.txt", "sub/b.jsonl#x", "sub/b.jsonl#y"}


def test_rows_are_added_updated_and_removed_one_by_one(library, folder):
    embedder = WordEmbedder()
    opened = library(opener=lambda name: embedder)
    opened.sync(folder({"b.jsonl": rows(x=SHIPS, y=WHEAT, z=SHIPS)}))
    embedder.embedded.clear()

    report = opened.sync(folder({"b.jsonl": rows(n=STORM, x=SHIPS, y=WHEAT + " Twice.")}))

    assert (report.added, report.updated, report.unchanged, report.removed) == (
        ("b.jsonl#n",), ("b.jsonl#y",), ("b.jsonl#x",), ("b.jsonl#z",),
    )  # fmt: skip
    assert len(embedder.embedded) == report.embedded == 2
    assert found(opened, "harbour wheat storm") == {"b.jsonl#n", "b.jsonl#x", "b.jsonl#y"}


def test_an_unchanged_export_opens_no_model_and_is_known_as_a_whole(library, folder):
    place = folder({"a.jsonl": rows(x=SHIPS, y=WHEAT), "b.csv": f"text\n{STORM}\n"})
    library().sync(place)

    opened = library(opener=never_opened)
    report = opened.sync(place)

    assert report.unchanged == ("a.jsonl#x", "a.jsonl#y", "b.csv#1")
    (key,) = opened.catalogue.folders()
    assert sorted(opened.catalogue.files(key)) == ["a.jsonl", "b.csv"]


def test_a_file_that_is_gone_takes_all_its_rows_along(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": STORM, "b.jsonl": rows(x=SHIPS, y=WHEAT)}))

    report = opened.sync(folder({"b.jsonl": None}))

    assert report.removed == ("b.jsonl#x", "b.jsonl#y")
    assert says(opened) == {"a.txt": STORM}


def test_a_broken_row_is_told_each_time_and_the_others_go_in(library, folder):
    opened = library()
    place = folder({"a.jsonl": rows(x=SHIPS) + "{broken\n" + rows(y=WHEAT)})

    for added in (("a.jsonl#x", "a.jsonl#y"), ()):
        report = opened.sync(place)

        assert report.added == added
        assert [failure.source for failure in report.failed] == ["a.jsonl#2"]
        assert "failed: a.jsonl#2: it is not JSON" in str(report)


def test_a_row_whose_text_is_gone_keeps_its_article(library, folder):
    opened = library()
    opened.sync(folder({"a.jsonl": rows(x=SHIPS, y=WHEAT)}))

    report = opened.sync(folder({"a.jsonl": rows(x=SHIPS, y="")}))

    assert report.failed == (FileFailure("a.jsonl#y", "it has no text."),)
    assert says(opened) == {"a.jsonl#x": SHIPS, "a.jsonl#y": WHEAT}


@pytest.mark.parametrize(
    "bad",
    ["", "words,more\n1,2\n", 'id,text\nx,"never closed\ny,z\n', b"\0\1"],
    ids=["empty", "no text", "open quote", "binary"],
)
def test_an_export_that_cannot_be_read_fails_as_one_and_keeps_its_articles(library, folder, bad):
    opened = library()
    opened.sync(folder({"a.csv": f"id,text\nx,{SHIPS}\ny,{WHEAT}\n"}))

    report = opened.sync(folder({"a.csv": bad}))

    assert [failure.source for failure in report.failed] == ["a.csv"]
    assert report.removed == ()
    assert says(opened) == {"a.csv#x": SHIPS, "a.csv#y": WHEAT}
    assert opened.sync(folder({}), rebuild=True).failed == report.failed
    assert says(opened) == {"a.csv#x": SHIPS, "a.csv#y": WHEAT}


def test_rows_of_two_folders_with_one_file_name_are_told_apart(library, folder):
    opened = library()
    opened.sync(folder({"a.jsonl": rows(x=SHIPS)}, "first"))

    opened.sync(folder({"a.jsonl": rows(x=WHEAT)}, "second"))

    assert says(opened) == {"a.jsonl#x": SHIPS, "second/a.jsonl#x": WHEAT}


def test_a_file_named_like_a_row_is_told_and_the_row_stays(library, folder):
    opened = library()

    report = opened.sync(folder({"a.jsonl": json.dumps({"id": "b.txt", "text": SHIPS}), "a.jsonl#b.txt": WHEAT}))

    assert report.failed == (FileFailure("a.jsonl#b.txt", "another article of the folder has this name."),)
    assert says(opened) == {"a.jsonl#b.txt": SHIPS}


def test_a_dry_run_names_the_rows(library, folder):
    report = library(opener=never_opened).sync(folder({"a.jsonl": rows(x=SHIPS)}), dry_run=True)

    assert report.added == ("a.jsonl#x",)


# Long work


class Broken(Exception):
    """What a test breaks a sync off with."""


def break_off(progress: object) -> None:
    raise Broken


def test_a_sync_that_was_broken_off_goes_on_where_it_was(library, folder):
    many = {f"k{number}": f"Ship number {number} came into the harbour." for number in range(1200)}
    place = folder({"a.jsonl": rows(**many)})
    first, second = WordEmbedder(), WordEmbedder()
    with pytest.raises(Broken):
        library(opener=lambda name: first).sync(place, on_progress=break_off)
    done = set(first.embedded) - {PROBE}
    assert 0 < len(done) < 1200

    opened = library(opener=lambda name: second)
    seen = []
    report = opened.sync(place, on_progress=seen.append)

    assert set(second.embedded) - {PROBE} == {f"{text}\n{text}" for text in many.values()} - done
    assert len(report.added) + len(report.unchanged) == 1200
    assert [progress.done for progress in seen] == list(range(1, len(report.added) + 1))
    assert {progress.total for progress in seen} == {len(report.added)}
    assert opened.catalogue.counts() == (1200, 1200)
    assert (opened.vectors.size, opened.words.size) == (1200, 1200)


def test_an_export_put_back_as_it_was_before_a_broken_sync_is_looked_at_again(library, folder):
    opened = library()
    opened.sync(folder({"a.jsonl": rows(x=SHIPS)}))
    with pytest.raises(Broken):
        opened.sync(folder({"a.jsonl": rows(x=WHEAT)}), on_progress=break_off)

    opened.sync(folder({"a.jsonl": rows(x=SHIPS)}))

    assert says(opened) == {"a.jsonl#x": SHIPS}


def test_a_report_says_how_long_each_stage_took(library, folder):
    report = library().sync(folder({"a.jsonl": rows(x=SHIPS)}))

    assert set(report.stages) == {"plan", "read", "cut", "embed", "commit", "follow", "group"}
    assert all(seconds > 0 for seconds in report.stages.values())
    assert json.loads(json.dumps(report.to_dict()))["stages"] == dict(report.stages)


def test_what_is_made_ahead_comes_in_order_and_an_error_comes_in_its_place():
    def items():
        yield from range(3)
        raise Broken

    seen = []
    with pytest.raises(Broken):
        seen.extend(ahead(items()))
    assert list(ahead(iter(range(50)))) == list(range(50))
    assert seen == [0, 1, 2]


# Any history

LONG = " ".join(
    f"The harbour of Alba has {word} quays for ships." for word in "one two six ten many old new few".split()
)
TEXTS = [SHIPS, "The harbour sells wheat.", LONG, LONG + " They are closed.", "<p>The harbour.</p><p>Open.</p>"]
EDITS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(["x", "y", "2", None]), st.sampled_from(TEXTS)),
    st.tuples(st.just("drop"), st.integers(0, 5), st.none()),
    st.tuples(st.just("swap"), st.integers(0, 5), st.none()),
    st.tuples(st.just("file"), st.sampled_from(["a.jsonl", "b.jsonl"]), st.none()),
    st.tuples(st.just("sync"), st.none(), st.none()),
)


@settings(max_examples=8)
@given(st.lists(EDITS, min_size=4, max_size=14))
def test_after_any_edits_of_exports_the_library_equals_one_made_fresh(edits):
    place = Path(tempfile.mkdtemp())
    try:
        articles = place / "articles"
        articles.mkdir()
        (articles / "always.txt").write_text("The harbour is here.")
        lived, fresh = (Library.open(place / name, Settings(), WordEmbedder) for name in ("lived", "fresh"))
        exports: dict[str, list[dict[str, object]]] = {"a.jsonl": [], "b.jsonl": []}
        name = "a.jsonl"
        for kind, what, text in edits:
            listed = exports[name]
            if kind == "put":
                same = [row for row in listed if what is not None and row["id"] == what]
                listed[:] = [row for row in listed if row not in same] + [{"id": what, "text": text}]
            elif kind == "file":
                name = what
            elif kind == "sync":
                write(articles, exports)
                lived.sync(articles)
            elif listed and kind == "drop":
                listed.pop(what % len(listed))
            elif listed:
                listed.append(listed.pop(what % len(listed)))
        write(articles, exports)

        lived.sync(articles)
        fresh.sync(articles)

        assert contents(lived) == contents(fresh)
        assert {article.source: article for article in lived.articles()} == {
            article.source: article for article in fresh.articles()
        }
        lived.close()
        fresh.close()
    finally:
        shutil.rmtree(place)


def write(folder: Path, exports: dict[str, list[dict[str, object]]]) -> None:
    """Each export that has rows as its file; one without rows has no file."""
    for name, listed in exports.items():
        file = folder / name
        if listed:
            file.write_text("".join(json.dumps(row) + "\n" for row in listed))
        else:
            file.unlink(missing_ok=True)
