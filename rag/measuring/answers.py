"""An answering set and some backends → how often they are right, and refuse, with intervals and paired differences."""

from __future__ import annotations

import re
import string
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rag.answering.assistant import Assistant
from rag.core.types import Answer
from rag.measuring.questions import CheckedQuestion
from rag.measuring.scoring import Difference, Score, area, difference, score
from rag.measuring.sets import AnsweringSet, Part

MEASURES = ("first sentence", "whole answer", "refused wrongly", "refused rightly")
"""The first three are shares of the answerable questions, the last of the others."""
_MARKER = re.compile(r"\[\d+\]")

PerQuestion = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What one backend reached."""

    backend: str
    scores: dict[str, Score]
    refusal_area: Score
    """How often an answerable question has more evidence than another one (AUC); the same for every backend."""
    milliseconds: float
    """Median of a question."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second backend against the first, by measure."""

    first: str
    second: str
    differences: dict[str, Difference]


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """One run on one set."""

    name: str
    part: Part
    answerable: int
    unanswerable: int
    measured: tuple[Answered, ...]
    comparison: Comparison | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)

    def __str__(self) -> str:
        """A table: a line a backend, a column a measure, with intervals."""
        counts = f"{self.answerable} answerable and {self.unanswerable} unanswerable questions ({self.part})"
        lines = [f"{self.name}: {counts}, shares with 95% intervals"]
        lines.append(f"{'':24}" + "".join(f"{name:>22}" for name in (*MEASURES, "refusal AUC")) + f"{'ms':>8}")
        for each in self.measured:
            cells = [*(each.scores[name] for name in MEASURES), each.refusal_area]
            shown = "".join(f"{f'{cell.mean:.3f} ({cell.low:.3f}–{cell.high:.3f})':>22}" for cell in cells)
            lines.append(f"{each.backend:24}{shown}{each.milliseconds:8.1f}")
        if self.comparison is not None:
            lines.append(f"{self.comparison.second} minus {self.comparison.first}, question by question:")
            lines += [
                f"  {name:16} {gained.mean:+.3f} ({gained.low:+.3f} to {gained.high:+.3f}), p = {gained.p:.4f}"
                for name, gained in self.comparison.differences.items()
            ]
        return "\n".join(lines)


def measure_answers(
    of: AnsweringSet, assistants: Sequence[Assistant], part: Part = "all", *, is_compared: bool = False
) -> AnswersReport:
    """The same questions for each assistant; with `is_compared` the second is held against the first."""
    yes = [asked for asked in of.questions if asked.is_answerable]
    no = [asked for asked in of.questions if not asked.is_answerable]
    sure = {asked.id: assistants[0].sureness(asked.question, asked.history) for asked in of.questions}
    separated = area([sure[asked.id] for asked in yes], [sure[asked.id] for asked in no])
    runs = [(each.backend_name, *_run(each, of.questions)) for each in assistants]
    measured = tuple(
        Answered(
            name, {key: score(list(values.values())) for key, values in by_measure.items()}, separated, milliseconds
        )
        for name, by_measure, milliseconds in runs
    )
    compared = None
    if is_compared and len(runs) > 1:
        (first, before, _), (second, after, _) = runs[:2]
        compared = Comparison(first, second, {key: difference(before[key], after[key]) for key in MEASURES})
    return AnswersReport(of.name, part, len(yes), len(no), measured, compared)


def _run(assistant: Assistant, questions: Sequence[CheckedQuestion]) -> tuple[PerQuestion, float]:
    found: dict[str, dict[str, float]] = {name: {} for name in MEASURES}
    took: list[float] = []
    for asked in questions:
        started = time.perf_counter()
        reply = assistant.answer(asked.question, asked.history)
        took.append(time.perf_counter() - started)
        if asked.is_answerable:
            found["first sentence"][asked.id] = float(reply.is_answered and holds(asked, _first(reply)))
            found["whole answer"][asked.id] = float(reply.is_answered and holds(asked, reply.text))
            found["refused wrongly"][asked.id] = float(not reply.is_answered)
        else:
            found["refused rightly"][asked.id] = float(not reply.is_answered)
    return found, 1000 * sorted(took)[len(took) // 2] if took else 0.0


def _first(reply: Answer) -> str:
    return reply.sentences[0].text if reply.sentences else reply.text


def holds(asked: CheckedQuestion, text: str) -> bool:
    """One alternative of every group stands in the text, by SQuAD's rules: whole words, without case and articles."""
    words = f" {bare(text)} "
    return all(any(f" {bare(right)} " in words for right in group if bare(right)) for group in asked.answers)


def bare(text: str) -> str:
    """Lower case, no markers, no punctuation, no articles, single spaces.

    >>> bare("The “Normans” came in 911 [1].")
    'normans came in 911'
    """
    plain = "".join(" " if letter in "-–—" else letter for letter in _MARKER.sub("", text).lower())
    plain = "".join(letter for letter in plain if letter not in string.punctuation + "“”‘’„")
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", plain).split())
