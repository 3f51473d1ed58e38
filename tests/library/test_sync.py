"""A sync makes the library say what the folder says, and does no more than that."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.core.errors import FolderError
from rag.core.settings import Settings
from rag.core.types import FileFailure
from rag.library.embedding import PROBE
from rag.search.library import Library
from tests.doubles import WordEmbedder, never_opened

SHIPS = "Ships came into the harbour. They had waited for eleven days."
WHEAT = "The price of wheat rose again. Bakers complained about it."
STORM = "A storm broke the lighthouse. Nobody was hurt by it."


def says(library: Library) -> dict[str, str]:
    """Each source with its text."""
    return {article.source: article.text for article in library.articles()}


def found(library: Library, words: str) -> set[str]:
    """The sources that either search has for the words."""
    library.refresh()
    vector = library.embedder.embed_questions([words])[0]
    ids = [*library.nearest(vector, 1000), *library.matching(words, 1000)]
    return {passage.source for passage in library.passages(ids).values()}


def test_a_first_sync_adds_every_article(library, folder):
    report = library().sync(folder({"a.txt": SHIPS, "sub/b.md": WHEAT}))

    assert (report.added, report.updated, report.unchanged, report.removed, report.failed) == (
        ("a.txt", "sub/b.md"), (), (), (), (),
    )  # fmt: skip
    assert report.passages == report.embedded == 2
    assert says(library()) == {"a.txt": SHIPS, "sub/b.md": WHEAT}


def test_a_sync_of_an_unchanged_folder_opens_no_model(library, folder):
    place = folder({"a.txt": SHIPS, "b.txt": WHEAT})
    library().sync(place)

    report = library(opener=never_opened).sync(place)

    assert report.unchanged == ("a.txt", "b.txt")
    assert (report.added, report.updated, report.removed, report.embedded) == ((), (), (), 0)


def test_an_edited_file_is_updated_and_its_old_words_are_gone(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS, "b.txt": WHEAT}))

    report = opened.sync(folder({"a.txt": STORM}))

    assert (report.updated, report.unchanged) == (("a.txt",), ("b.txt",))
    assert says(opened) == {"a.txt": STORM, "b.txt": WHEAT}
    assert opened.matching("harbour eleven days", 10) == {}
    assert opened.search("Who was hurt by the storm?")[0].passage.text == STORM


def test_an_edited_file_keeps_the_vectors_of_the_passages_it_keeps(library, folder):
    sections = [f"## {name}\n\nThis part is about {name.lower()}." for name in ("Ships", "Wheat", "Storm")]
    embedder = WordEmbedder()
    opened = library(opener=lambda name: embedder)
    place = folder({"a.md": "---\ntitle: T\n---\n" + "\n\n".join(sections)})
    opened.sync(place)
    embedder.embedded.clear()

    report = opened.sync(folder({"a.md": "---\ntitle: T\n---\nAn opening.\n\n" + "\n\n".join(sections)}))

    assert report.updated == ("a.md",)
    assert embedder.embedded == ["T\nAn opening."]
    assert opened.catalogue.counts() == (1, 4)


def test_a_file_that_is_gone_is_removed_and_found_by_neither_search(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS, "b.txt": WHEAT}))
    assert found(opened, "harbour wheat") == {"a.txt", "b.txt"}

    report = opened.sync(folder({"a.txt": None}))

    assert report.removed == ("a.txt",)
    assert found(opened, "harbour wheat") == {"b.txt"}
    assert opened.article("a.txt") is None
    assert (opened.vectors.size, opened.words.size) == (1, 1)


def test_a_renamed_file_keeps_its_vectors(library, folder):
    embedder = WordEmbedder()
    opened = library(opener=lambda name: embedder)
    opened.sync(folder({"a.txt": SHIPS}))
    embedder.embedded.clear()

    report = opened.sync(folder({"a.txt": None, "b.txt": SHIPS}))

    assert (report.added, report.removed, report.embedded) == (("b.txt",), ("a.txt",), 0)
    assert embedder.embedded == []
    assert found(opened, "harbour") == {"b.txt"}


def test_the_same_words_are_embedded_once_in_a_sync(library, folder):
    embedder = WordEmbedder()

    library(opener=lambda name: embedder).sync(folder({"a.txt": SHIPS, "b.txt": SHIPS}))

    assert sorted(embedder.embedded) == sorted([PROBE, f"Ships came into the harbour.\n{SHIPS}"])


def test_other_passage_settings_cut_every_article_anew(library, folder):
    place = folder({"a.txt": "The ship came in early. " * 40})
    few = library().sync(place).passages

    report = library(passage_tokens=32).sync(place)

    assert report.updated == ("a.txt",)
    assert report.passages > few


@pytest.mark.parametrize(
    "files", [{}, {"notes.odt": "x", ".hidden.txt": "x", "~$port.docx": "x"}], ids=["empty", "no articles"]
)
def test_a_folder_without_articles_is_refused_and_the_library_untouched(library, folder, files):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS}))
    change = opened.catalogue.change

    with pytest.raises(FolderError, match="holds no articles"):
        opened.sync(folder({"a.txt": None, **files}))

    assert says(opened) == {"a.txt": SHIPS}
    assert opened.catalogue.change == change


def test_a_missing_folder_is_refused_and_no_library_is_made(library, tmp_path):
    with pytest.raises(FolderError, match="There is no folder"):
        library("fresh").sync(tmp_path / "nowhere")

    assert not (tmp_path / "fresh").exists()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [(b"\0\1\2", "binary"), (b"", "no text"), (b"---\ntitle: [\n---\nx", "front matter")],
    ids=["binary", "empty", "bad front matter"],
)
def test_a_file_that_cannot_be_read_fails_alone_and_keeps_its_old_article(library, folder, bad, reason):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS}))

    report = opened.sync(folder({"a.txt": bad, "b.txt": WHEAT, "c.txt": bad}))

    assert [failure.source for failure in report.failed] == ["a.txt", "c.txt"]
    assert all(reason in failure.reason for failure in report.failed)
    assert (report.added, report.updated, report.removed) == (("b.txt",), (), ())
    assert says(opened) == {"a.txt": SHIPS, "b.txt": WHEAT}


def test_a_failed_file_is_tried_again_and_mended(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS, "b.txt": b"\0"}))

    report = opened.sync(folder({"b.txt": WHEAT}))

    assert (report.added, report.failed) == (("b.txt",), ())


def test_a_folder_named_like_a_file_is_passed_over(library, folder):
    place = folder({"a.txt": SHIPS, "x.txt/b.txt": WHEAT})

    assert library().sync(place).added == ("a.txt", "x.txt/b.txt")


def test_a_file_whose_name_is_not_unicode_fails_alone(library, folder):
    place = folder({"a.txt": SHIPS})
    (place / os.fsdecode(b"caf\xe9.txt")).write_text(WHEAT)

    report = library().sync(place)

    assert report.added == ("a.txt",)
    assert len(report.failed) == 1


@pytest.mark.parametrize("how", [{}, {"dry_run": True}, {"rebuild": True}], ids=["sync", "dry run", "rebuild"])
def test_a_folder_whose_name_is_not_unicode_is_refused_and_no_library_is_made(library, folder, tmp_path, how):
    place = folder({"a.txt": SHIPS}).rename(tmp_path / os.fsdecode(b"caf\xe9"))

    with pytest.raises(FolderError, match=r"caf\\udce9.* is not UTF-8") as problem:
        library("fresh").sync(place, **how)

    assert str(problem.value).isprintable()
    assert not (tmp_path / "fresh").exists()


def test_a_dry_run_says_what_would_be_done_and_does_nothing(library, folder, tmp_path):
    library().sync(folder({"a.txt": SHIPS, "b.txt": WHEAT, "c.txt": STORM}))
    place = folder({"a.txt": None, "b.txt": STORM, "d.txt": SHIPS})
    before = snapshot(tmp_path / "library")

    report = library(opener=never_opened).sync(place, dry_run=True)

    assert (report.added, report.updated, report.unchanged, report.removed) == (
        ("d.txt",), ("b.txt",), ("c.txt",), ("a.txt",),
    )  # fmt: skip
    assert report.is_dry_run
    assert snapshot(tmp_path / "library") == before


def test_a_dry_run_names_what_cannot_be_read_and_does_not_count_it_as_added(library, folder):
    place = folder(
        {"a.txt": SHIPS, "b.docx": b"PK no document", "empty.txt": "", "c.jsonl": '{"text": "Wheat."}\n{"text": " "}'}
    )
    dry, done = library("fresh", opener=never_opened).sync(place, dry_run=True), library("fresh").sync(place)

    assert dry.added == done.added == ("a.txt", "c.jsonl#1")
    assert set(dry.failed) == set(done.failed)
    again = library("fresh", opener=never_opened).sync(place, dry_run=True)
    assert (again.added, again.unchanged, set(again.failed)) == ((), done.added, set(done.failed))


def test_a_dry_run_makes_no_library(library, folder, tmp_path):
    report = library("fresh", opener=never_opened).sync(folder({"a.txt": SHIPS}), dry_run=True)

    assert report.added == ("a.txt",)
    assert not (tmp_path / "fresh").exists()


def test_progress_counts_the_files_that_are_done(library, folder):
    seen = []

    library().sync(folder({"a.txt": SHIPS, "b.txt": WHEAT}), on_progress=seen.append)

    assert [(progress.done, progress.total, progress.source) for progress in seen] == [(1, 2, "a.txt"), (2, 2, "b.txt")]


# Several folders


def test_a_sync_of_one_folder_leaves_the_articles_of_others(library, folder):
    opened = library()
    first, second = folder({"a.txt": SHIPS}, "first"), folder({"b.txt": WHEAT}, "second")
    opened.sync(first)
    opened.sync(second)

    report = opened.sync(folder({"a.txt": None, "c.txt": STORM}, "first"))

    assert (report.added, report.removed) == (("c.txt",), ("a.txt",))
    assert says(opened) == {"b.txt": WHEAT, "c.txt": STORM}
    assert sorted(opened.folders()) == sorted([first, second])


def test_the_later_folders_name_tells_the_same_path_apart(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS}, "first"))
    second = folder({"a.txt": WHEAT}, "second")

    assert opened.sync(second).added == ("second/a.txt",)
    assert opened.sync(second).unchanged == ("second/a.txt",)
    assert says(opened) == {"a.txt": SHIPS, "second/a.txt": WHEAT}


def test_folders_of_the_same_name_are_told_apart_too(library, folder):
    opened = library()
    for name, text in (("x/news", SHIPS), ("y/news", WHEAT), ("z/news", STORM)):
        (folder({}, name.split("/")[0])).mkdir(exist_ok=True)
        opened.sync(folder({"a.txt": text}, name))

    assert says(opened) == {"a.txt": SHIPS, "news/a.txt": WHEAT, "news-2/a.txt": STORM}


def test_a_name_put_in_front_does_not_displace_another_file_of_the_same_batch(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS}, "first"))

    opened.sync(folder({"a.txt": WHEAT, "second/a.txt": STORM}, "second"))

    assert sorted(says(opened).values()) == sorted([SHIPS, WHEAT, STORM])


def test_the_library_and_its_articles_can_be_moved_together(library, folder, tmp_path):
    folder({}, "here")
    library("here/library").sync(folder({"a.txt": SHIPS}, "here/articles"))
    library("here/library").close()

    (tmp_path / "here").rename(tmp_path / "there")

    report = library("there/library", opener=never_opened).sync(tmp_path / "there/articles")
    assert report.unchanged == ("a.txt",)


# Any history


NAMES = st.sampled_from(["a.txt", "b.txt", "sub/c.md"])
TEXTS = st.sampled_from(
    [
        f"The harbour is where {who} {did}. " * times + heading + f"The harbour of {who} is closed."
        for who, did in (("Eva", "waited"), ("Omar", "stayed"))
        for times in (1, 12)
        for heading in ("", "\n\n## A Short Heading\n\n")
    ]
)
STEPS = st.one_of(
    st.tuples(st.just("write"), NAMES, TEXTS),
    st.tuples(st.just("remove"), NAMES, st.none()),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("sync"), st.none(), st.none()),
)


@settings(max_examples=8)
@given(st.lists(STEPS, min_size=3, max_size=10))
def test_after_any_history_the_library_equals_one_made_fresh_from_the_folder(steps):
    place = Path(tempfile.mkdtemp())
    try:
        articles = place / "articles"
        (articles / "sub").mkdir(parents=True)
        (articles / "always.txt").write_text("The harbour is here.")
        lived, fresh = (
            Library.open(place / name, Settings(passage_tokens=32), WordEmbedder) for name in ("lived", "fresh")
        )
        for step in steps:
            take(step, articles, lived)

        lived.sync(articles)
        fresh.sync(articles)

        assert contents(lived) == contents(fresh)
        lived.close()
        fresh.close()
    finally:
        shutil.rmtree(place)


def take(step, articles: Path, library: Library) -> None:
    kind, name, more = step
    if kind == "sync":
        library.sync(articles)
    elif kind == "write":
        (articles / name).write_text(more)
    elif (articles / name).exists():
        (articles / name).unlink() if kind == "remove" else (articles / name).rename(articles / more)


def contents(library: Library) -> tuple[dict, dict]:
    """Passages with their vectors as the catalogue has them, which both indexes hold exactly."""
    passages = {p.id: p for article in library.articles() for p in library.catalogue.passages_of(article.source)}
    vectors = {key: vector.tolist() for key, vector in library.catalogue.vectors(list(passages)).items()}
    library.refresh()
    some = library.embedder.embed_questions(["harbour"])[0]
    assert set(library.nearest(some, 10_000)) == set(passages)
    assert set(library.matching("harbour", 10_000)) == set(passages)
    assert library.vectors.size == library.words.size == len(passages)
    return passages, vectors


# Making it anew


def test_a_rebuild_with_another_embedder_keeps_the_articles_of_other_folders(library, folder):
    second = folder({"b.txt": WHEAT, "c.txt": STORM}, "second")
    with closing(library()) as old:
        old.sync(folder({"a.txt": SHIPS}, "first"))
        old.sync(second)
    folder({"c.txt": None}, "second")
    opened = library(embedder="another", opener=lambda name: WordEmbedder(name, weights="other"))

    report = opened.sync(second, rebuild=True)

    assert report.added == ("b.txt",)
    assert says(opened) == {"a.txt": SHIPS, "b.txt": WHEAT}
    assert opened.catalogue.built.embedder == "another"
    assert found(opened, "harbour wheat storm") == {"a.txt", "b.txt"}
    assert opened.search("the price of wheat")[0].passage.source == "b.txt"


def test_a_rebuild_works_while_another_library_object_has_the_folder_open(library, folder):
    reader = library()
    reader.sync(folder({"a.txt": SHIPS}))

    library().sync(folder({"a.txt": WHEAT}), rebuild=True)

    assert reader.search("the price of wheat")[0].passage.text == WHEAT


def test_a_rebuild_that_fails_leaves_the_library_as_it_was(library, folder):
    place = folder({"a.txt": SHIPS})
    library().sync(place)

    class Broken(WordEmbedder):
        def embed_passages(self, texts):
            raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        library(opener=Broken).sync(place, rebuild=True)

    assert says(library()) == {"a.txt": SHIPS}
    assert found(library(), "harbour") == {"a.txt"}


def test_a_rebuild_keeps_the_old_article_of_a_file_that_cannot_be_read(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS, "b.txt": WHEAT}))

    report = opened.sync(folder({"a.txt": b"\0"}), rebuild=True)

    assert report.failed == (FileFailure("a.txt", "it is binary data, not text."),)
    assert says(opened) == {"a.txt": SHIPS, "b.txt": WHEAT}


def test_a_rebuild_is_how_a_library_is_emptied(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": SHIPS}))

    opened.sync(folder({"a.txt": None}), rebuild=True)

    assert opened.is_empty


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_library_that_was_moved_without_its_folder_knows_it_again(library, folder, tmp_path):
    articles = folder({"a.txt": "Ships came in.", "b.txt": "Wheat was sold.", "c.csv": "id,text\n1,It rained.\n"})
    library("library").sync(articles)
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "library").rename(tmp_path / "elsewhere" / "deep" / "library")
    moved = library("elsewhere/deep/library")

    would = moved.sync(articles, dry_run=True)
    report = moved.sync(articles)

    assert (would.added, report.added, report.removed) == ((), (), ())
    assert len(report.unchanged) == 3
    assert moved.folders() == [articles]


def test_another_folder_is_none_that_is_gone(library, folder, tmp_path):
    gone = folder({"a.txt": "Ships came in."})
    opened = library()
    opened.sync(gone)
    gone.rename(tmp_path / "hidden")
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("Wheat was sold.")

    report = opened.sync(other)

    assert report.added == ("other/a.txt",)
    assert opened.article("a.txt").text == "Ships came in."


def test_a_file_named_like_a_row_of_a_table_is_a_file(library, folder):
    articles = folder({"y.csv": "id,text\n1,It rained.\n", "y.csv#1.txt": "Ships came in."})
    opened = library()
    opened.sync(articles)
    (articles / "y.csv#1.txt").write_text("Ships went.")

    report = opened.sync(articles)

    assert (report.updated, report.failed) == (("y.csv#1.txt",), ())


def test_a_dry_run_names_what_the_run_names(library, folder, tmp_path):
    opened = library()
    opened.sync(folder({"one.txt": "Ships came in."}))
    other = tmp_path / "other"
    other.mkdir()
    (other / "one.txt").write_text("Wheat was sold.")

    assert opened.sync(other, dry_run=True).added == opened.sync(other).added == ("other/one.txt",)
    assert opened.sync(other, dry_run=True, rebuild=True).added == ("other/one.txt",)
