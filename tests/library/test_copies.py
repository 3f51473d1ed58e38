"""The same story in several files is one group, whatever happens to the files."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.library.copies import groups, signature
from tests.doubles import never_opened
from tests.library.test_sync import says

WORDS = "harbour ship wheat storm captain price bread pilot quay tide crane cargo fish net rope sail mast deck".split()


def story(topic: int, sentences: int = 12) -> str:
    """Invented sentences; another topic has others."""
    return " ".join(
        f"The {WORDS[(topic * 7 + place) % 18]} of day {topic * 100 + place} met a {WORDS[(topic + place * 5) % 18]}."
        for place in range(sentences)
    )


def grouped(*texts: str) -> list[set[int]]:
    """Places of the texts that are copies of one another."""
    found = groups([(f"{place:03}", signature(text)) for place, text in enumerate(texts)])
    return sorted(({int(of) for of in found if found[of] == lead} for lead in set(found.values())), key=min)


def test_a_story_with_another_ending_is_a_copy():
    assert grouped(story(1), story(2), story(1) + " The agency corrected this later.") == [{0, 2}]


def test_a_story_in_other_type_and_layout_is_a_copy():
    assert grouped(story(1), story(1).upper().replace(". ", ".\n\n“")) == [{0, 1}]


def test_stories_that_share_a_third_are_no_copies():
    assert grouped(story(1), story(1, sentences=6) + " " + story(2, sentences=6)) == []


def test_short_texts_are_copies_only_word_for_word():
    assert grouped("Ships came in.", "ships  came in", "Ships came in late.", story(1)) == [{0, 1}]


def test_a_group_is_named_by_its_smallest_source():
    assert groups([(name, signature(story(1))) for name in ("c", "a", "b")]) == {"a": "a", "b": "a", "c": "a"}


def test_nothing_has_no_groups():
    assert groups([]) == {}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(8, 14)), max_size=12), st.randoms())
def test_groups_do_not_depend_on_the_order(shapes, chance):
    signed = [(f"{place:02}", signature(story(*shape))) for place, shape in enumerate(shapes)]
    shuffled = list(signed)
    chance.shuffle(shuffled)

    found = groups(signed)

    assert groups(shuffled) == found
    for source, lead in found.items():
        assert found[lead] == lead <= source


def group_of(library) -> dict[str, str | None]:
    return {article.source: article.group for article in library.articles()}


def test_groups_follow_what_is_added_changed_and_removed(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": story(1), "b.txt": story(2)}))
    assert group_of(opened) == {"a.txt": None, "b.txt": None}

    opened.sync(folder({"c.txt": story(1) + " More."}))
    assert group_of(opened) == {"a.txt": "a.txt", "b.txt": None, "c.txt": "a.txt"}

    opened.sync(folder({"0.txt": story(1), "b.txt": story(1)}))
    assert set(group_of(opened).values()) == {"0.txt"}

    opened.sync(folder({"0.txt": None, "a.txt": story(3)}))
    assert group_of(opened) == {"a.txt": None, "b.txt": "b.txt", "c.txt": "b.txt"}

    opened.sync(folder({"b.txt": None}))
    assert group_of(opened) == {"a.txt": None, "c.txt": None}


def test_groups_reach_over_folders_and_last_through_a_rebuild(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": story(1)}, "first"))
    second = folder({"b.txt": story(1)}, "second")
    opened.sync(second)
    expected = {"a.txt": "a.txt", "b.txt": "a.txt"}
    assert group_of(opened) == expected

    opened.sync(second, rebuild=True)

    assert group_of(opened) == expected


def test_a_search_shows_one_of_the_copies_and_how_many_there_are(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": story(1), "b.txt": story(1).upper(), "c.txt": story(2)}))

    hits = opened.search("What did the wheat of day 105 meet?", k=20)

    assert [hit.copies for hit in hits if "day 105" in hit.passage.text.lower()] == [2]


def test_a_search_still_shows_what_only_one_of_the_copies_says(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": story(1), "b.txt": story(1) + " A correction came later."}))

    hits = opened.search("What did the wheat of day 105 meet?", k=20)

    assert set(group_of(opened).values()) == {"a.txt"}
    assert any("A correction came" in hit.passage.text for hit in hits)


# Libraries of format 1


def as_format_1(place) -> None:
    """Take back what format 2 added."""
    with closing(sqlite3.connect(place / "catalogue.sqlite")) as db, db:
        db.execute("ALTER TABLE articles DROP COLUMN group_id")
        db.execute("ALTER TABLE articles DROP COLUMN signature")
        db.execute("DROP TABLE files")
        db.execute("DELETE FROM about WHERE name = 'grouped'")
        db.execute("UPDATE about SET value = '1' WHERE name = 'format'")


def test_a_library_of_format_1_is_brought_up_with_all_it_holds(library, folder, tmp_path):
    place = folder({"a.txt": story(1), "b.txt": story(1), "c.txt": story(2)})
    with closing(library()) as old:
        old.sync(place)
        texts, (_, passages) = says(old), old.catalogue.counts()
    as_format_1(tmp_path / "library")

    with closing(library()) as reader:
        assert says(reader) == texts
        assert reader.search("What did the wheat meet?")
    opened = library(opener=never_opened)
    report = opened.sync(place)

    assert report.unchanged == ("a.txt", "b.txt", "c.txt")
    assert opened.catalogue.counts() == (3, passages)
    assert group_of(opened) == {"a.txt": "a.txt", "b.txt": "a.txt", "c.txt": None}
    assert opened.is_in_step


def test_a_sync_of_a_library_of_format_1_goes_on_with_it(library, folder, tmp_path):
    with closing(library()) as old:
        old.sync(folder({"a.txt": story(1)}))
    as_format_1(tmp_path / "library")

    report = library().sync(folder({"b.jsonl": '{"text": "The harbour."}'}))

    assert (report.added, report.unchanged) == (("b.jsonl#1",), ("a.txt",))
