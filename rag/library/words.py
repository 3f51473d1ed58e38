"""The word index: BM25 over stemmed English with Tantivy, the analysis of words that goes with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import tantivy

from rag.core.types import Passage
from rag.library.countries import countries, forms
from rag.library.embedding import Vectors
from rag.library.filters import Filter, days_of, places
from rag.library.followers import IndexDamaged, trouble_of
from rag.library.names import name_key, name_keys
from rag.library.sealed import Place

# Words that questions are made of, not about.
QUESTION_WORDS = frozenset(
    "a about after all also am an and any are as at be been before being but by can could did do does done during each "
    "either else ever for from get give given gave go had has have he her here hers him his how i if in into is it its "
    "just know let like made make many may me mention might more most much must my name named no not of on one or "
    "other our out over please said say says she should show so some such tell than that the their them then there "
    "these they this those to too under up upon us was we were what when where which while who whom whose why will "
    "with would yes you your according article articles describe explain list s t re ve ll d".split()
)

_TITLE_WEIGHT = 0.4
_NAME_WEIGHT = 0.7
_OTHER_FORM_WEIGHT = 0.5


@cache
def _analyser() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def terms(text: str) -> list[str]:
    """The text's words as the index knows them: folded and stemmed, in order, question words included."""
    analysed: list[str] = _analyser().analyze(text)
    return analysed


def content_words(text: str) -> list[str]:
    """The words a question is about, as written, each once; all of its words where none would be left."""
    words = list(dict.fromkeys(re.findall(r"\w+", text)))
    return [word for word in words if _is_acronym(word, text) or word.lower() not in QUESTION_WORDS] or words


def content_terms(text: str) -> set[str]:
    """The stems of its words that tell something; none where there are only words that questions are made of."""
    return {term for term in terms(text) if term not in QUESTION_WORDS}


def _is_acronym(word: str, text: str) -> bool:
    """`US` and `WHO`, where not the whole text is in capitals."""
    return len(word) > 1 and word.isupper() and not text.isupper()


def other_forms(text: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The words of the text by which it speaks of a country → the other ways to, each by its stems."""
    found = {}
    for spoken, country in countries(text).items():
        own = tuple(terms(spoken))
        ways = tuple(dict.fromkeys(way for form in forms(country) if (way := tuple(terms(form))) != own))
        found.update(dict.fromkeys(re.findall(r"\w+", spoken), ways))
    return found


class WordIndex:
    """A Tantivy index in a folder; passages are found by words in text, title and section, and by names' sound."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index: Any = None
        self._writer: Any = None
        self._place: Place | None = None

    @property
    def is_open(self) -> bool:
        return self._index is not None

    def open(self, dimension: int = 0, adding: int = 0) -> None:
        if self._index is not None:
            return
        with self._translated():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._place = Place.of(self.folder)
            index = tantivy.Index(_schema(), path=str(self._place.path))
            index.register_tokenizer("english", _analyser())
            index.register_tokenizer("names", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
            self._index = index

    def close(self) -> None:
        place, self._place = self._place, None
        self._index = self._writer = None
        if place is not None:
            place.close()

    def delete(self, ids: Sequence[str]) -> None:
        with self._translated():
            for passage_id in ids:
                self._writing().delete_documents_by_term("id", passage_id)

    def add(self, passages: Sequence[Passage], vectors: Sequence[Vectors] = ()) -> None:
        self.delete([passage.id for passage in passages])
        with self._translated():
            for passage in passages:
                first, last = days_of(passage.date) if passage.date else (0, 0)
                self._writing().add_document(
                    tantivy.Document(
                        id=passage.id,
                        text=passage.text,
                        title=f"{passage.title}\n{passage.section}",
                        sounds=" ".join(sorted({key for _, key in name_keys(passage.text)})),
                        first_day=first,
                        last_day=last,
                        places=places(passage.source),
                    )
                )

    def commit(self) -> None:
        with self._translated():
            if self._writer is not None:
                self._writer.commit()
                self._writer.wait_merging_threads()
                self._writer = None
            self._index.reload()

    def files(self) -> Iterable[Path]:
        """All but the locks and the mark: Tantivy writes a file once."""
        kept = (file for file in sorted(self.folder.iterdir()) if file.is_file())
        return [file for file in kept if file.suffix != ".lock" and not file.name.startswith("applied.json")]

    def matching(
        self, question: str, k: int, only: Filter | None = None, *, is_whole: bool = False
    ) -> dict[str, float]:
        """BM25 scores by passage id, the best k, best first; those that the filter lets through.

        With `is_whole` only those that hold, or are headed by, every content word.
        """
        query = _query(question, tantivy.Occur.Must if is_whole else tantivy.Occur.Should)
        if query is not None and only is not None and not only.is_empty:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *_demands(only)])
        return self._scores(query, k) if query is not None else {}

    def allowed(self, only: Filter, among: Sequence[str] | None = None, most: int = 1) -> tuple[set[str], int]:
        """Passages that the filter lets through, at most so many, and how many there are; of these ids, if given."""
        demands = _demands(only)
        if among is not None:
            demands.append((tantivy.Occur.Must, _any_of(among)))
        with self._translated():
            searcher = self._opened.searcher()
            found = searcher.search(tantivy.Query.boolean_query(demands), limit=max(most, 1), count=True)
            return {searcher.doc(address).get_first("id") for _, address in found.hits}, int(found.count or 0)

    def scores(self, question: str, ids: Sequence[str]) -> dict[str, float]:
        """The exact BM25 score of each of these passages that holds any of the words."""
        query = _query(question, tantivy.Occur.Should)
        if query is None or not ids:
            return {}
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, _any_of(ids)), (tantivy.Occur.Should, query)])
        return self._scores(both, len(ids))

    def frequency(self, term: str) -> int:
        """How many passages hold the term (as `terms` gives it); 1 while the index is closed and none can tell."""
        index = self._index  # another thread may close it meanwhile
        with self._translated():
            return int(index.searcher().doc_freq("text", term)) if index is not None else 1

    def name_frequency(self, word: str) -> int:
        """How many passages hold a name that sounds like this word; 0 while the index is closed."""
        index, key = self._index, name_key(word)
        with self._translated():
            return int(index.searcher().doc_freq("sounds", key)) if key and index is not None else 0

    @property
    def size(self) -> int:
        """Passages in the index; 0 while it is closed."""
        index = self._index
        with self._translated():
            return int(index.searcher().num_docs) if index is not None else 0

    def held(self, ids: Sequence[str]) -> set[str]:
        """Those of these passages that are in the index."""
        return set(self._scores(_any_of(ids), len(ids))) if ids else set()

    @property
    def _opened(self) -> Any:
        index = self._index  # another thread may close it meanwhile
        if index is None:
            raise IndexDamaged(f"The word index {str(self.folder)!r} is not open.")
        return index

    def _writing(self) -> Any:
        if self._writer is None:
            self._writer = self._opened.writer(heap_size=60_000_000, num_threads=1)
        return self._writer

    def _scores(self, query: Any, k: int) -> dict[str, float]:
        with self._translated():
            searcher = self._opened.searcher()
            # Counted, every match would be gone through.
            found = searcher.search(query, limit=max(k, 1), count=False).hits
            return {searcher.doc(address).get_first("id"): float(score) for score, address in found}

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Tantivy's errors as ours; this is the only file that knows it."""
        with trouble_of("word index", self.folder, ValueError, OSError):
            yield


def _query(question: str, each: Any) -> Any:
    """Any of the content words, or every one: as written, in the title, by its sound, by its country."""
    schema = _schema()
    clauses = []
    others = other_forms(question)
    keys = {word: name_key(word) for word in content_words(question)}
    keys |= {words: key for words, key in name_keys(question) if words not in keys}
    for word, key in keys.items():
        ways = []
        for term in terms(word)[:1]:
            ways.append(tantivy.Query.term_query(schema, "text", term, index_option="freq"))
            title = tantivy.Query.term_query(schema, "title", term, index_option="freq")
            ways.append(tantivy.Query.boost_query(title, _TITLE_WEIGHT))
        if key:
            name = tantivy.Query.term_query(schema, "sounds", key, index_option="freq")
            ways.append(tantivy.Query.boost_query(name, _NAME_WEIGHT))
        for stems in others.get(word, ()):
            ways.append(tantivy.Query.boost_query(_phrase(stems), _OTHER_FORM_WEIGHT))
        if ways:
            best = tantivy.Query.disjunction_max_query(ways, tie_breaker=0.2)
            clauses.append((each, best))
    return tantivy.Query.boolean_query(clauses) if clauses else None


def _demands(only: Filter) -> list[tuple[Any, Any]]:
    """What the filter asks for, as clauses that add nothing to a score."""
    schema = _schema()
    asked = []
    if days := only.days:
        kind = tantivy.FieldType.Integer
        asked.append(tantivy.Query.range_query(schema, "first_day", kind, 0, days[1]))
        asked.append(tantivy.Query.range_query(schema, "last_day", kind, max(days[0], 1), None))
    if only.source:
        asked.append(tantivy.Query.term_query(schema, "places", only.source, index_option="basic"))
    if only.sources:
        asked.append(tantivy.Query.term_set_query(schema, "places", list(only.sources)))
    asked += map(_phrase, only.phrases)
    return [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in asked]


def _phrase(words: Sequence[str]) -> Any:
    if len(words) == 1:
        return tantivy.Query.term_query(_schema(), "text", words[0], index_option="freq")
    return tantivy.Query.phrase_query(_schema(), "text", list(words))


def _any_of(ids: Sequence[str]) -> Any:
    """Passages of these ids, for nothing; a set of terms would be looked up in three times the time."""
    terms_of = [tantivy.Query.term_query(_schema(), "id", passage_id, index_option="basic") for passage_id in ids]
    return tantivy.Query.const_score_query(
        tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms_of]), 0.0
    )


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name="english", index_option="position")
    builder.add_text_field("title", tokenizer_name="english", index_option="freq")
    builder.add_text_field("sounds", tokenizer_name="names", index_option="freq")
    builder.add_integer_field("first_day", indexed=True, fast=True)
    builder.add_integer_field("last_day", indexed=True, fast=True)
    builder.add_text_field("places", tokenizer_name="raw", index_option="basic")
    return builder.build()
