"""A retrieval set and some configurations → a table of measures with intervals, and paired differences."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rag.core.settings import Settings
from rag.library.embedding import Embedder
from rag.measuring.configurations import Configuration, configuration
from rag.measuring.scoring import MEASURES, Difference, PerQuestion, Score, difference, per_question, score
from rag.measuring.sets import AnsweringSet, Asked, Part, RetrievalSet, corpus_id, write_articles
from rag.search.library import Library


@dataclass(frozen=True, slots=True)
class Measured:
    """What one configuration reached."""

    configuration: str
    scores: dict[str, Score]
    milliseconds: float
    """Median of a question."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second configuration against the first, by measure."""

    first: str
    second: str
    differences: dict[str, Difference]


@dataclass(frozen=True, slots=True)
class Report:
    """One run on one set."""

    name: str
    part: Part
    questions: int
    measured: tuple[Measured, ...]
    comparison: Comparison | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)

    def __str__(self) -> str:
        """A table: a line a configuration, a column a measure, intervals beneath."""
        lines = [f"{self.name}: {self.questions} questions ({self.part}), means with 95% intervals"]
        lines.append(f"{'':14}" + "".join(f"{name:>21}" for name in MEASURES) + f"{'ms':>8}")
        for each in self.measured:
            cells = (each.scores[name] for name in MEASURES)
            shown = "".join(f"{f'{cell.mean:.3f} ({cell.low:.3f}–{cell.high:.3f})':>21}" for cell in cells)
            lines.append(f"{each.configuration:14}{shown}{each.milliseconds:8.1f}")
        if self.comparison is not None:
            lines.append(f"{self.comparison.second} minus {self.comparison.first}, question by question:")
            lines += [
                f"  {name:8} {gained.mean:+.3f} ({gained.low:+.3f} to {gained.high:+.3f}), p = {gained.p:.4f}"
                for name, gained in self.comparison.differences.items()
            ]
        return "\n".join(lines)


def measure(
    of: RetrievalSet,
    library: Library,
    names: Sequence[str],
    part: Part = "all",
    *,
    is_compared: bool = False,
    others: Mapping[str, Configuration] | None = None,
) -> Report:
    """The named configurations on the same questions; with `is_compared` the second is held against the first.

    `others` are ways to search beside those of `rag.measuring.configurations`.
    """
    asked = of.of_part(part)
    ways = [(name, configuration(name, others)) for name in names]
    found = {name: _run(library, way, asked) for name, way in ways}
    measured = tuple(
        Measured(name, {key: score(list(values.values())) for key, values in by_measure.items()}, milliseconds)
        for name, (by_measure, milliseconds) in found.items()
    )
    compared = None
    if is_compared and len(ways) > 1:
        first, second = names[0], names[1]
        before, after = found[first][0], found[second][0]
        compared = Comparison(first, second, {key: difference(before[key], after[key]) for key in MEASURES})
    return Report(of.name, part, len(asked), measured, compared)


@contextmanager
def library_of(
    of: RetrievalSet | AnsweringSet,
    settings: Settings,
    folder: Path | None = None,
    opener: Callable[[str], Embedder] | None = None,
) -> Iterator[Library]:
    """A library of the set's corpus, kept in the folder if one is named; of no corpus, the library that is there."""
    if of.corpus is None:
        library = Library.open(folder, settings, opener)
        try:
            library.require_articles()
            library.refresh()
            yield library
        finally:
            library.close()
        return
    with TemporaryDirectory() as made:
        kept = folder or Path(made) / "library"
        articles = kept.with_name(kept.name + "-articles")
        articles.mkdir(parents=True, exist_ok=True)
        write_articles(of.corpus, articles)
        library = Library.open(kept, replace(settings, articles=articles), opener)
        library.sync(articles)
        library.refresh()  # a sync that changes nothing opens no index
        try:
            yield library
        finally:
            library.close()


def _run(library: Library, way: Configuration, questions: Sequence[Asked]) -> tuple[PerQuestion, float]:
    ranked: dict[str, dict[str, float]] = {}
    took: list[float] = []
    for asked in questions:
        started = time.perf_counter()
        found = way(library, asked)
        took.append(time.perf_counter() - started)
        ranked[asked.id] = {corpus_id(source): value for source, value in _without_ties(found).items()}
    took.sort()
    median = 1000 * took[len(took) // 2] if took else math.nan
    return per_question(ranked, {asked.id: asked.relevant for asked in questions}), median


def _without_ties(found: dict[str, float]) -> dict[str, float]:
    """Ranks as scores: metrics libraries order equal scores by name, searches by what they put first."""
    return {source: 1.0 / rank for rank, source in enumerate(found, start=1)}
