"""The words everyone speaks: Article → Passage → Hit → Citation → Answer, as frozen data."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

DateOrigin = Literal[
    "front matter", "mail header", "page metadata", "file name", "url", "dateline", "inferred from the text", "unknown"
]
DatePrecision = Literal["day", "month", "year"]
Status = Literal["answered", "not_found"]
Support = Literal["supported", "weak", "unsupported"]
Role = Literal["user", "assistant"]

_MOST_FAILURES = 200  # lines of a report: a broken export can have a hundred thousand


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read; `source` is its identity, `text` what every offset refers to."""

    source: str
    """Path relative to the folder that was ingested, with forward slashes."""
    title: str
    text: str
    """Normalised: blocks separated by blank lines; see `rag.reading.outline` for its grammar."""
    date: str | None = None
    """ISO 8601, as precise as is known: `2025-12-22`, `2013-11` or `2013`."""
    date_origin: DateOrigin = "unknown"
    date_note: str = ""
    """How the date is known, in words for the reader."""
    url: str | None = None
    author: str | None = None
    publisher: str | None = None
    left_out: tuple[str, ...] = ()
    """What the reader dropped, each line with its reason."""
    page_starts: tuple[int, ...] = ()
    """Where each page begins in the text; empty for a file without pages."""
    group: str | None = None
    """The same for all near-copies of one article in the library: the smallest source among them; None without any."""

    @property
    def date_precision(self) -> DatePrecision | None:
        """How much of the date is known; None where nothing is."""
        precisions: tuple[DatePrecision, ...] = ("year", "month", "day")
        return precisions[self.date.count("-")] if self.date else None

    def page_at(self, place: int) -> int | None:
        """The page, from 1, on which the character at this offset stands; None for a file without pages."""
        return page_at(self.page_starts, place)


def page_at(page_starts: Sequence[int], place: int) -> int | None:
    """The page, from 1, that holds the offset; None where there are no pages."""
    return max(bisect_right(page_starts, place), 1) if page_starts else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one article: the unit that is embedded, found and cited."""

    id: str
    """Made of the source, the place and the words, so the same passage has the same id in every run."""
    source: str
    start: int
    end: int
    text: str
    """`article.text[start:end]`."""
    title: str
    section: str
    """The heading it stands under, or an empty string."""
    date: str | None
    page: int | None = None
    """The page, from 1, on which it begins; None for a file without pages."""
    group: str | None = None
    """Its article's."""

    @property
    def embedded_text(self) -> str:
        """What the embedder reads: title, section and date lend the passage their meaning, never their words."""
        return lead(self.title, self.section, self.date) + self.text


def lead(title: str, section: str, date: str | None) -> str:
    """The lines put before a passage's own text when it is embedded."""
    dated_title = f"{title} ({date})" if date else title
    return "".join(f"{line}\n" for line in (dated_title, section) if line)


@dataclass(frozen=True, slots=True)
class Found:
    """How one search ranked a passage: rank from 1, or None where that search did not list it."""

    rank: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its fused score (0 to 1) and how each search found it."""

    passage: Passage
    score: float
    vector: Found
    """Score: cosine similarity, -1 to 1."""
    words: Found
    """Score: BM25, 0 upwards."""
    copies: int = 1
    """In how many articles these words were found; the best of them is the one named here."""
    closeness: float | None = None
    """How closely it follows the question's words, 0 to 1: their share, their pairs, how near together they stand; None
    where it was too far behind to be looked at."""
    by_word: float | None = None
    """How near its words come to each of the question's in meaning, the mean cosine to the nearest; None where it was
    too far behind to be looked at, or nothing is kept of its words."""
    reranked: float | None = None
    """What a cross-encoder makes of it for the question, 0 to 1; None where none looked at it."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days that a question asks for, and its words that say so."""

    since: str | None
    """ISO 8601, the first day; None for any time before `until`."""
    until: str | None
    words: str
    """As they stand in the question; empty where the range was set beside it."""
    is_filter: bool
    """Whether only articles of these days were searched; else they were merely preferred."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words an answer rests on: `article.text[start:end] == quote`."""

    number: int
    source: str
    title: str
    date: str | None
    date_note: str
    url: str | None
    quote: str
    start: int
    end: int
    page: int | None = None
    """The page, from 1, on which the quote begins; None for a file without pages."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, the numbers it cites and whether they bear it out."""

    text: str
    citations: tuple[int, ...]
    support: Support
    reason: str = ""
    """Why it is not fully supported, in words for the reader."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation so far."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class NearestArticle:
    """An article offered when the question is not answered."""

    source: str
    title: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model's answer took; None for each thing that the provider does not say."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds_to_first: float | None = None
    """From the first call to its first piece."""
    pieces_per_second: float | None = None
    """Between the first and the last piece."""
    cost: float | None = None
    """In the currency of `RAG_LLM_PRICES`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, what it rests on and how it came about."""

    question: str
    standalone_question: str
    """The question as it was searched for, with what a follow-up left unsaid filled in."""
    text: str
    status: Status
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    backend: str
    is_final: bool = True
    """False for the growing answers of a stream; the last one is final and checked."""
    notice: str = ""
    """What the reader should know about how the answer came about; usually empty."""
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds by stage."""
    usage: Usage | None = None
    """What the model took; None where none was asked."""
    date_range: DateRange | None = None
    """The days it was searched in, where the question or the caller named any."""
    short: str = ""
    """The short thing asked for (who, when, where, how many), word for word from the first sentence; empty where it is
    not sure. It also stands first in the text, in bold."""
    nearest_words: Citation | None = None
    """Where it is not answered: what comes nearest to the question, word for word, with the number 0; None where
    nothing is near."""

    @property
    def is_answered(self) -> bool:
        return self.status == "answered"

    @property
    def nearest(self) -> tuple[NearestArticle, ...]:
        """That of the nearest words, then those of the best hits, best first: at most three."""
        near = self.nearest_words
        articles = {near.source: NearestArticle(near.source, near.title, near.date)} if near else {}
        articles |= {
            hit.passage.source: NearestArticle(hit.passage.source, hit.passage.title, hit.passage.date)
            for hit in self.hits
        }
        return tuple(articles.values())[:3]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data, the same wherever the answer goes."""
        data = asdict(self)
        data["timings"] = dict(self.timings)
        data["nearest"] = [asdict(article) for article in self.nearest]
        plain: dict[str, Any] = _plain(data)
        return plain

    def __str__(self) -> str:
        """The text, what of it is in doubt, its sources or, unanswered, the nearest articles; at last the notice."""
        lines = [self.text]
        if doubts := doubted(self):
            lines += ["", *doubts]
        if self.citations:
            lines.append("")
        lines += [describe(citation) for citation in self.citations]
        if not self.is_answered and self.nearest_words:
            lines += ["", "What comes nearest:", f"  {describe(self.nearest_words)}"]
        if not self.is_answered and self.nearest:
            lines += ["", "Nearest articles:"]
            lines += [f"  {article.title} – {article.source}" for article in self.nearest]
        if self.notice:
            lines += ["", self.notice]
        return "\n".join(lines)


def describe(citation: Citation) -> str:
    """A citation on one line: number if it has one, title, date, source, page and the quoted words."""
    number = f"[{citation.number}] " if citation.number else ""
    dated = f", {citation.date}" if citation.date else ""
    paged = f", p. {citation.page}" if citation.page else ""
    return f"{number}{citation.title}{dated} – {citation.source}{paged}: “{citation.quote}”"


def doubted(answer: Answer) -> list[str]:
    """A line for each sentence that is not fully supported: how far it is, its words, why not further."""
    verdicts = {"weak": "Weakly supported", "unsupported": "Not supported"}
    return [
        f"{verdicts[sentence.support]}: “{sentence.text.strip('#|*- ')}” {sentence.reason}".rstrip()
        for sentence in answer.sentences
        if sentence.support != "supported"
    ]


def _plain(value: Any) -> Any:
    """Tuples as lists, so that the data equals itself after a trip through JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file that could not be ingested, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by source path."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[FileFailure, ...] = ()
    passages: int = 0
    """Passages in the whole library afterwards; in a dry run, as it is."""
    embedded: int = 0
    """Passages that had to be embedded in this run."""
    seconds: float = 0.0
    is_dry_run: bool = False
    stages: Mapping[str, float] = field(default_factory=dict)
    """Seconds of work by stage; reading and cutting go on while the rest does."""

    def __add__(self, other: Self) -> SyncReport:
        """Both reports as one: what two folders gave, the other one later."""
        return SyncReport(
            added=self.added + other.added,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
            removed=self.removed + other.removed,
            failed=self.failed + other.failed,
            passages=other.passages,
            embedded=self.embedded + other.embedded,
            seconds=self.seconds + other.seconds,
            is_dry_run=self.is_dry_run or other.is_dry_run,
            stages={
                name: self.stages.get(name, 0.0) + other.stages.get(name, 0.0)
                for name in dict.fromkeys([*self.stages, *other.stages])
            },
        )

    def to_dict(self) -> dict[str, Any]:
        data: dict[str, Any] = _plain(asdict(self))
        return data

    def __str__(self) -> str:
        """One line of counts, then a line for each change and each failure."""
        counts = ", ".join(
            f"{len(sources)} {word}"
            for word, sources in (
                ("added", self.added),
                ("updated", self.updated),
                ("unchanged", self.unchanged),
                ("removed", self.removed),
                ("failed", self.failed),
            )
        )
        prefix = "Would be: " if self.is_dry_run else ""
        lines = [f"{prefix}{counts}. {self.passages} passages in the library ({self.seconds:.1f} s)."]
        for word, sources in (("added", self.added), ("updated", self.updated), ("removed", self.removed)):
            lines += [f"  {word}: {source}" for source in sources[:20]]
            if len(sources) > 20:
                lines.append(f"  {word}: … and {len(sources) - 20} more")
        lines += [f"  failed: {failure.source}: {failure.reason}" for failure in self.failed[:_MOST_FAILURES]]
        if len(self.failed) > _MOST_FAILURES:
            lines.append(f"  failed: … and {len(self.failed) - _MOST_FAILURES} more (--json names them all)")
        return "\n".join(lines)
