"""A search finds the right passages and says how; what cannot be a question is refused."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from rag.core.errors import QuestionError
from rag.core.settings import Settings
from rag.search.library import Library
from tests.doubles import WordEmbedder

FILES = {
    "harbour.txt": "---\ntitle: The harbour\n---\nShips came into the port of Alba. They had waited for eleven days.",
    "wheat.md": "# Prices\n\n## Wheat\n\nThe price of wheat rose.\n\n## Bread\n\nBakers sell bread at the old price.",
    "storm.txt": "A storm broke the lighthouse. Captain Eva Lund was not hurt.",
}


@pytest.fixture
def town(library, folder):
    opened = library()
    opened.sync(folder(FILES))
    return opened


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How long did the ships wait?", "Ships came into the port of Alba. They had waited for eleven days."),
        ("Did the price of wheat rise?", "# Prices\n\n## Wheat\n\nThe price of wheat rose."),
        ("bread", "## Bread\n\nBakers sell bread at the old price."),
        ("Was Captain Ewa Lundt hurt?", "A storm broke the lighthouse. Captain Eva Lund was not hurt."),
    ],
)
def test_the_passage_that_answers_comes_first(town, question, text):
    assert town.search(question)[0].passage.text == text


def test_hits_come_best_first_with_their_scores_and_ranks_in_both_searches(town):
    question = "the price of wheat"
    vector = town.embedder.embed_questions([question])[0]

    hits = town.search(question)

    by_vector, by_words = list(town.nearest(vector, 100)), town.matching(question, 100)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)
    for hit in hits:
        stored = town.catalogue.vectors([hit.passage.id])[hit.passage.id]
        assert hit.vector.score == pytest.approx(float(np.dot(vector, stored)), abs=1e-3)
        assert hit.vector.rank == by_vector.index(hit.passage.id) + 1
        assert hit.words.score == pytest.approx(by_words.get(hit.passage.id, 0.0))
        rank = list(by_words).index(hit.passage.id) + 1 if hit.passage.id in by_words else None
        assert hit.words.rank == rank
    assert None in {hit.words.rank for hit in hits}


def test_a_passage_quotes_its_article_at_its_offsets(town):
    for hit in town.search("price port storm"):
        passage = hit.passage
        assert town.article(passage.source).text[passage.start : passage.end] == passage.text


def test_the_same_question_gives_the_same_hits_in_every_run(town, library):
    hits = town.search("Who waited for bread?")

    assert town.search("Who waited for bread?") == hits
    assert library().search("Who waited for bread?") == hits


@pytest.mark.parametrize("k", [1, 2, 100])
def test_no_more_passages_come_than_were_asked_for(town, k):
    assert len(town.search("price", k=k)) == min(k, 4)


@pytest.mark.parametrize("k", [-1, "3", 2.5, None])
def test_what_is_no_number_of_passages_is_refused(town, k):
    with pytest.raises(QuestionError, match="is no number of passages"):
        town.search("price", k=k)


def test_two_wordings_are_one_ranking(town):
    hits = town.search_all([(1.0, "bread"), (0.5, "lighthouse")], k=2)

    assert {hit.passage.source for hit in hits} == {"wheat.md", "storm.txt"}
    assert hits[0].passage.section == "Bread"


def test_the_same_words_in_two_articles_are_one_hit(library, folder):
    opened = library()
    opened.sync(folder({"a.txt": "Ships came.", "b.txt": "Ships came."}))

    assert len(opened.search("ships")) == 1


class Watched(Library):
    """Keeps how many hits are looked at a second time."""

    def _second_look(self, question):
        def stage(hits):
            self.looks.append(len(hits))
            return list(hits)

        return [stage]


@pytest.mark.parametrize(
    ("question", "looks"),
    [("What was wanted?", [50, 80]), ("What is wanted now?", [80])],
    ids=["usual", "newest first"],
)
def test_what_was_looked_at_whole_is_not_looked_at_again_where_few_hits_are_left(tmp_path, folder, question, looks):
    copies = {f"{number}.txt": "A ship was wanted." for number in range(80)}
    with closing(Watched.open(tmp_path / "library", Settings(), WordEmbedder)) as watched:
        watched.looks = []
        watched.sync(folder(copies))

        hits = watched.search(question, 8)

    assert [hit.copies for hit in hits] == [80]
    assert watched.looks == looks


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "is empty"),
        (" \n ", "is empty"),
        ("x" * 100_000, "100,000 characters; 4,000 are the most"),
        (None, "of the type NoneType"),
        (b"Who?", "of the type bytes"),
    ],
    ids=["empty", "blank", "endless", "none", "bytes"],
)
def test_what_cannot_be_a_question_is_refused(town, question, reason):
    with pytest.raises(QuestionError, match=reason):
        town.search(question)


@pytest.mark.parametrize(
    "question",
    ["?", "🚢", "a" * 3999, 'text:"x" AND (', "\0\u202e", "of the", "السفن"],
    ids=["mark", "emoji", "one long word", "query syntax", "control", "function words", "another script"],
)
def test_any_other_question_has_hits(town, question):
    assert len(town.search(question)) == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("Who is building the nuclear plant?", "002_f5d68fed0ac306de.txt"),
        ("When did Lavrov meet Egypt's president?", "001_326692619fbb68b3.txt"),
        ("Which arms does Moscow want to deliver?", "003_19d06f5825a7dc23.txt"),
        ("Does Cairo align itself with the Kremlin?", "000_b01a09033039bf18.txt"),
    ],
)
def test_the_real_model_finds_the_article(seeds_library, question, source):
    assert seeds_library.search(question)[0].passage.source == source
