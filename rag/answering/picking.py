"""Which articles a question about articles means: by what they are about, who wrote them, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answering.asked import Terms, Word, coverage, words_asked
from rag.answering.relevance import is_answerable
from rag.answering.scales import Scales
from rag.core.types import DateRange, Hit, Passage
from rag.library.catalogue import Record
from rag.library.filters import Filter
from rag.library.words import content_terms, terms
from rag.reading.interviews import interviewers
from rag.reading.sentences import statements
from rag.search.followups import Question
from rag.search.library import Library
from rag.search.referring import Reference

_MOST_HELD, _MOST_NEARLY = 2000, 200  # passages that hold all of what an article is to be about, or nearly all
_NEARLY_ALL, _WITH_NAMES = 0.75, 0.5  # of its words, by their rarity; where all of its names are among them
_NEAR, _SOME = 0.4, 0.25  # the cosine and the share of words that make a passage one about the matter
_OF_KIND = 0.5  # what it counts that it is an interview where one is asked for
_SPOKEN = ("interview", "q&a", "q & a")
_AS_MUCH = 0.4  # of the best one's score
_MANY = 3  # passages of one article
_LOOKED_AT = 40  # passages, of which the best article is taken
_OF_TITLE, _OF_PASSAGES = 0.6, 0.3  # what a title that says it, and passages that all say it, count beside the best hit
_MOST_YEARS = 30  # that `June` is looked for in, the last one first


@dataclass(frozen=True, slots=True)
class Picked:
    """The articles meant, the best first where they are about something, else the latest first."""

    records: tuple[Record, ...]
    passages: dict[str, Passage]
    """Of each article the one that speaks most of what it is to be about; for some."""
    undated: int = 0
    """How many may be of the days asked for, and do not say when they were written."""


class Picker:
    """Looks articles up in a library."""

    def __init__(self, library: Library, scales: Scales) -> None:
        self._library = library
        self._scales = scales

    def pick(self, of: Reference, sources: Sequence[str]) -> Picked:
        """The articles that the reference fits, among these sources; none where none does."""
        self._library.require_articles()
        self._library.refresh()
        among = Filter(sources=tuple(sources))
        known = [record for record in self._library.catalogue.records() if among.fits(record.date, record.source)]
        undated = 0
        if of.days is not None:
            undated = sum(record.date is None for record in known)
            known = _of_days(known, of.days)
        if of.by and of.matter and not any(_is_by(record, of.by) for record in known):
            of = replace(of, matter=f"{of.matter} by {of.by}", by="")  # `brought back by barge`
        if of.by:
            known = [record for record in known if _is_by(record, of.by)]
        elif of.matter and (by := [record for record in known if _is_by(record, of.matter)]):
            known, of = by, replace(of, matter="")  # `the Holt article` may be by or about Holt
        if of.title:
            known = _titled(known, of.title)
        if of.kind and of.is_empty:  # `the obituary`
            known = [record for record in known if self._is_of_kind(record, of.kind)]
        passages: dict[str, Passage] = {}
        known.sort(key=lambda record: (record.date or "", record.source), reverse=True)
        if of.matter and known:
            known, passages = self._about(of, known, among)
        if of.without:
            named = self._holding(of.without, {record.source: record for record in known}, among)
            known = [record for record in known if record.source not in named]
        if of.order:
            known = [record for record in known if record.date] or known
            known.sort(key=lambda record: record.date or "", reverse=of.order == "latest")
        return Picked(tuple(known), passages, undated)

    def _about(self, of: Reference, known: Sequence[Record], among: Filter) -> tuple[list[Record], dict[str, Passage]]:
        """Those that speak of the matter in one passage, the best first; where none does, the nearest by meaning."""
        by_source = {record.source: record for record in known}
        words = self._words(of.matter)
        held = self._holding(of.matter, by_source, among)
        found = self._library.find([(1.0, of.matter)], _LOOKED_AT, sources=among.sources, ignore_dates=True)
        hits = [hit for hit in found.hits if hit.passage.source in by_source]
        best: dict[str, Hit] = {}
        for hit in hits:
            best.setdefault(hit.passage.source, hit)
            is_near = hit.vector.score >= _NEAR and coverage(words, _terms(hit.passage)) >= _SOME
            if is_near and not of.is_named_alone:
                held.setdefault(hit.passage.source, []).append(hit.passage)
        scores = {
            source: (best[source].score if source in best else 0.0)
            + _OF_TITLE * coverage(words, Terms.of(by_source[source].title))
            + _OF_KIND * self._is_of_kind(by_source[source], of.kind)
            + _OF_PASSAGES * min(len(held.get(source, ())) / _MANY, 1.0)
            for source in {**held, **best}
        }
        order = sorted(scores, key=lambda source: (-scores[source], source))
        if of.order and order:  # `the latest about the dam` is no later one that merely mentions it
            order = [source for source in order if scores[source] >= _AS_MUCH * scores[order[0]]]
        if of.are_several or not order:
            order = [source for source in order if source in held]
        if not order or order[0] not in held:
            weighed = self._scales.weigh(Question(told := f"Tell me about {of.matter}", told), hits)
            is_near = any(hit.vector.score >= _NEAR for hit in hits)
            if not (is_near and is_answerable(weighed)):
                return [], {}
            order = order or [weighed.evidence[0].hit.passage.source]
        passages = {source: held[source][0] if source in held else best[source].passage for source in order}
        return [by_source[source] for source in order], passages

    def _is_of_kind(self, record: Record, kind: str) -> bool:
        """Whether it says that it is an interview, an explainer and the like, or reads as an interview."""
        if not kind or set(terms(kind)) <= set(terms(f"{record.source} {record.title}")):
            return bool(kind)
        article = self._library.article(record.source) if kind in _SPOKEN else None
        return article is not None and bool(interviewers(statements(article.text)))

    def _words(self, matter: str) -> Sequence[Word]:
        return words_asked(Question(matter, matter), self._library.words)

    def _holding(self, matter: str, among: Mapping[str, Record], only: Filter) -> dict[str, list[Passage]]:
        """The passages that hold all of its words, or nearly, by article, each article's best first."""
        words = self._words(matter)
        whole = self._library.matching(matter, _MOST_HELD, only, is_whole=True)
        ids = whole | self._library.matching(matter, _MOST_NEARLY, only)
        found = self._library.passages(list(ids))
        held: dict[str, list[Passage]] = {}
        for passage in (found[key] for key in ids if key in found):
            if passage.source in among and _speaks_of(words, _terms(passage)):
                held.setdefault(passage.source, []).append(passage)
        return held


def _terms(passage: Passage) -> Terms:
    return Terms.of(f"{passage.title}\n{passage.section}\n{passage.text}")


def _speaks_of(words: Sequence[Word], here: Terms) -> bool:
    """Whether nearly all of the words are here, or half of them and every name."""
    share = coverage(words, here)
    names = [word for word in words if word.text[:1].isupper()]
    has_names = bool(names) and all(here.share(name) == 1 for name in names)
    return share >= _NEARLY_ALL or (has_names and share >= _WITH_NAMES)


def _of_days(known: Sequence[Record], days: DateRange) -> list[Record]:
    """Those of these days; of an earlier year where no year was named and there are none in the last one."""
    for _ in range(_MOST_YEARS):
        wanted = Filter(days.since, days.until)
        found = [record for record in known if wanted.fits(record.date, record.source)]
        if found or any(letter.isdigit() for letter in days.words) or not (days.since and days.until):
            break
        days = replace(days, since=_year_before(days.since), until=_year_before(days.until))
    return found


def _year_before(day: str) -> str:
    parsed = date.fromisoformat(day)
    return parsed.replace(year=parsed.year - 1, day=min(parsed.day, 28 if parsed.month == 2 else 31)).isoformat()


def _is_by(record: Record, name: str) -> bool:
    """Whether it was written or published by somebody of this name, or of a name that holds it."""
    wanted = content_terms(name)
    return bool(wanted) and any(wanted <= set(terms(known)) for known in (record.author, record.publisher) if known)


def _titled(known: Sequence[Record], title: str) -> list[Record]:
    """Those of this title, or of one that says little more; or of this file's name."""
    wanted = set(terms(title))
    by_file = [record for record in known if record.source == title or record.source.rpartition("/")[2] == title]
    return by_file or [record for record in known if wanted and _is_title(wanted, set(terms(record.title)))]


def _is_title(wanted: set[str], title: set[str]) -> bool:
    return wanted <= title and len(wanted) >= len(title) / 2
