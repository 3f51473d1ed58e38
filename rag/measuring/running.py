"""From a path to a report: what `python -m rag measure` does."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from rag.answering.assistant import Assistant
from rag.core.errors import ReadingError, did_you_mean
from rag.core.settings import Settings
from rag.measuring.answers import AnswersReport, measure_answers
from rag.measuring.configurations import configuration
from rag.measuring.questions import CheckedQuestion
from rag.measuring.retrieval import Report, library_of, measure
from rag.measuring.sets import PARTS, AnsweringSet, Asked, RetrievalSet, load_answering_set, load_set
from rag.search.library import Library

USUAL = ("ours", "words", "vectors", "rrf", "equal")

_Each = TypeVar("_Each", Asked, CheckedQuestion)


def run_search(
    path: Path,
    names: Sequence[str],
    part: str,
    sample: int | None,
    settings: Settings,
    library: Path | None,
    *,
    is_compared: bool,
) -> Report:
    """How well each configuration finds what is asked for; wrong names are refused before anything is embedded."""
    names = names or USUAL
    for name in names:
        configuration(name)
    whole = load_set(path)
    chosen = PARTS[PARTS.index(part)]
    of = RetrievalSet(whole.name, sampled(whole.of_part(chosen), sample), whole.corpus)
    _require_questions(path, of, chosen)
    with library_of(of, settings, library) as opened:
        if of.corpus is None:
            _require_sources(of, opened)
        report = measure(of, opened, names, "all", is_compared=is_compared)
    return replace(report, part=chosen)


def run_answers(
    path: Path,
    names: Sequence[str],
    part: str,
    sample: int | None,
    settings: Settings,
    library: Path | None,
    *,
    is_compared: bool,
) -> AnswersReport:
    """How well each backend answers and refuses; one that fails is an error: else another would answer for it."""
    chosen = PARTS[PARTS.index(part)]
    whole = load_answering_set(path, chosen)
    of = AnsweringSet(whole.name, sampled(whole.questions, sample), whole.corpus)
    _require_questions(path, of, chosen)
    with library_of(of, settings, library) as opened:
        alone = replace(settings, llm_fallback="none")
        first = Assistant.open(opened, names[0] if names else settings.llm, alone)
        assistants = [first, *(first.with_backend(name) for name in names[1:])]
        return measure_answers(of, assistants, chosen, is_compared=is_compared)


def _require_questions(path: Path, of: RetrievalSet | AnsweringSet, part: str) -> None:
    if not of.questions:
        raise ReadingError(f"{str(path)!r} holds no questions of the part {part!r}.")


def _require_sources(of: RetrievalSet, library: Library) -> None:
    """ReadingError where none of what answers a question is there: it would count as not found, whatever is found."""
    known = library.catalogue.sources()
    for asked in of.questions:
        if known.isdisjoint(asked.relevant):
            source = next(iter(asked.relevant))
            raise ReadingError(
                f"The library has no article {source!r}, which answers the question {asked.id!r}.",
                did_you_mean(source, known) or "Ingest the articles that the questions are about.",
            )


def sampled(questions: Sequence[_Each], most: int | None) -> tuple[_Each, ...]:
    """The same ones in every run, by the hash of their ids; all in their order where no number is given."""
    if most is None:
        return tuple(questions)
    return tuple(sorted(questions, key=lambda asked: zlib.crc32(asked.id[::-1].encode()))[:most])
