"""What is told of articles as such: who wrote one and when, which there are about something, how one begins."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.digest import lead
from rag.answering.draft import Draft, cite
from rag.answering.evidence import Evidence
from rag.answering.overview import MOST_ARTICLES, unranked
from rag.answering.picking import Picked, Picker
from rag.answering.scales import Scales
from rag.answering.smalltalk import plain, titled
from rag.core.types import Article, Citation, Passage, Sentence
from rag.library.catalogue import Record
from rag.search.asking import Finding
from rag.search.followups import Question
from rag.search.forms import FREELY, Asks
from rag.search.library import Library
from rag.search.referring import Reference, Wanted

_MOST_LISTED = 20  # articles
_MOST_PASSAGES = 40  # of the one article that is summed up
_MOST_NAMED = 3  # other articles, in a notice

Line = tuple[str, Evidence | None]
"""What is told of an article, and the words of it that are quoted."""


class Shelf:
    """The articles of one library, told of without a model."""

    def __init__(self, library: Library, scales: Scales) -> None:
        self._library = library
        self._scales = scales
        self._picker = Picker(library, scales)

    def opened(self, of: Reference, sources: Sequence[str]) -> Finding | None:
        """The passages of the article meant, or the first ones of several; None where none is meant."""
        picked = self._picker.pick(of, sources)
        chosen = _chosen(of, picked)
        if not chosen:
            return None
        found = [self._library.catalogue.passages_of(one.source) for one in chosen]
        if len(chosen) == 1:
            return Finding(unranked(found[0][:_MOST_PASSAGES]), None, _taken(chosen[0], of, picked))
        told = f"These are the openings of {len(found)} of {len(picked.records):,} articles."
        firsts = [passages[0] for passages in found if passages]
        return Finding(unranked(firsts), None, told if len(picked.records) > len(found) else "")

    def told(self, wanted: Wanted, sources: Sequence[str]) -> Draft | None:
        """The facts or the list asked for, with words of each article to know it by; None where no article is meant."""
        picked = self._picker.pick(wanted.of, sources)
        if wanted.asks == "which":
            return self._list(wanted.of, picked) if picked.records else None
        chosen = _chosen(wanted.of, picked)
        articles = [found for one in chosen if (found := self._library.article(one.source))]
        if not articles:
            return None
        lines = [
            (f"{_fact(wanted.asks, article)} It begins:", self._quoted(article.source, "", None))
            for article in articles
        ]
        return lines_with_words("", lines, _taken(chosen[0], wanted.of, picked) if len(chosen) == 1 else "")

    def missed(self, question: str, of: Reference) -> str:
        """Why no article is meant, where days or names that can be looked up say so; else nothing."""
        if of.by and not FREELY.search(question):  # `What did Tesla write?`
            return ""
        if of.by:
            return f"No article names “{plain(of.by)}” as its author or publisher."
        if of.without:
            return f"No article mentions “{plain(of.matter)}” without “{plain(of.without)}”."
        if of.days is None:
            return ""
        dates = sorted(date for _, date in self._library.catalogue.dates() if date)
        known = f"they are dated {dates[0]} to {dates[-1]}" if dates else "none has a date"
        return f"No article is dated “{of.days.words}”: {known}."

    def _list(self, of: Reference, picked: Picked) -> Draft:
        records = list(picked.records[:1])
        if not of.order:
            records = sorted(picked.records, key=lambda one: (one.date or "", one.source), reverse=True)
        count, shown = len(records), records[:_MOST_LISTED]
        lines = [
            (f"{named(one.title, one.date)}:", self._quoted(one.source, of.matter, picked.passages.get(one.source)))
            for one in shown
        ]
        told = f"{count:,} articles, the latest first:" if count > 1 else "1 article:"
        if count > len(shown):
            told = f"{count:,} articles; the {len(shown)} latest are:"
        return lines_with_words("" if of.order else told, lines, _undated(picked.undated))

    def _quoted(self, source: str, matter: str, passage: Passage | None) -> Evidence | None:
        """The words of the passage that speak of the matter, or those the article begins with."""
        passages = [passage] if passage else self._library.catalogue.passages_of(source)[:1]
        items = self._scales.statements(Question(matter, matter), unranked(passages)).evidence
        if not items:
            return None
        if passage is None:
            return lead(items)
        return max(items, key=lambda item: (item.features.words, item.features.wholeness, -item.start))


def _chosen(of: Reference, picked: Picked) -> list[Record]:
    """Of the articles that fit, those that are meant: one, or a few where the question speaks of several."""
    if of.is_empty and not of.kind and len(picked.records) > 1:
        return []
    return list(picked.records[: MOST_ARTICLES if of.are_several else 1])


def _undated(count: int) -> str:
    without = "1 article has no date and is" if count == 1 else f"{count:,} articles have no date and are"
    return f"{without} not among them." if count else ""


def _taken(one: Record, of: Reference, picked: Picked) -> str:
    """Which article it is, and which it might have been: the latest is none but those of its day."""
    alike = [other for other in picked.records if other.source != one.source]
    others = [named(other.title, other.date) for other in alike if not of.order or other.date == one.date]
    rest = f" Others that it may be: {', '.join(others[:_MOST_NAMED])}{' …' if len(others) > _MOST_NAMED else ''}."
    return f"The article is {named(one.title, one.date)}.{rest if others else ''}"


def _fact(asks: Asks, article: Article) -> str:
    title = titled(article.title)
    known: str | None
    if asks == "author":
        return f"{title} is by {plain(article.author)}." if article.author else f"{title} names no author."
    if asks == "publisher":
        known = article.publisher
        told = f"names as its publisher: {plain(known)}." if known else "does not say who published it."
        return f"{title} {told}"
    if asks == "address":
        known = article.url
        return f"{title} is at {known} ." if known else f"{title} has no address; its file is {article.source} ."
    if asks == "title":
        return f"Its title is {title}."
    if not article.date:
        return f"{title} has no date."
    return f"{title} is dated {article.date}{f' ({article.date_note})' if article.date_note else ''}."


def lines_with_words(opening: str, lines: Sequence[Line], notice: str = "") -> Draft:
    """The lines, each with the article's words and their number."""
    texts, sentences = [opening] if opening else [], [Sentence(opening, (), "supported")] if opening else []
    citations: list[Citation] = []
    for told, item in lines:
        number = len(citations) + 1
        text = told
        if item is not None:
            citations.append(cite(item.hit, item.start, item.end, number))
            text = f"{told} {item.statement.text}"
        sentences.append(Sentence(text, (number,) if item else (), "supported"))
        bullet = "- " if opening or len(lines) > 1 else ""
        texts.append(f"{bullet}{text} [{number}]" if item else f"{bullet}{text}")
    return Draft("\n".join(texts), tuple(citations), tuple(sentences), notice=notice)


def named(title: str, date: str | None) -> str:
    """An article by its title, with its date where it has one."""
    return f"{titled(title)} ({date})" if date else titled(title)
