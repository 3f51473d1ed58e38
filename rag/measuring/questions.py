"""A set of questions with answers that can be checked → how many are right, refused or quoted wrongly.

One JSON object a line: `id`, `kind`, `question`, `history` (may be empty), `answers` (groups of alternatives: one
of each group must be found in the reply; no groups for a question that the articles do not answer) and `sources`
(any of them will do).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.answering.assistant import Assistant
from rag.answering.extractive import UNSURE
from rag.core.errors import ReadingError
from rag.core.types import Answer, Message

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})


@dataclass(frozen=True, slots=True)
class CheckedQuestion:
    """A question and what a right reply to it holds."""

    id: str
    kind: str
    question: str
    history: tuple[Message, ...]
    answers: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...]

    @property
    def is_answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply, held against its question."""

    asked: CheckedQuestion
    reply: Answer
    is_exact: bool
    """Every quote stands in its article at its offsets."""

    @property
    def is_refused(self) -> bool:
        return not self.reply.is_answered

    @property
    def is_right(self) -> bool:
        """For an answerable question the right words from a right source; for another one a refusal."""
        if not self.asked.is_answerable:
            return self.is_refused
        return not self.is_refused and holds_answer(self.asked, self.reply)

    @property
    def is_unsure(self) -> bool:
        """It is answered, and says that it may be no answer."""
        return not self.is_refused and UNSURE in self.reply.notice

    @property
    def words(self) -> int:
        return len(re.sub(r"\[\d+\]", "", self.reply.text).split())


@dataclass(frozen=True, slots=True)
class Tally:
    """Shares between 0 and 1; NaN-free: a share of nothing is 1 for what should be high, 0 for what should be low."""

    right: float
    """Of the answerable: right words, right source."""
    refused_wrongly: float
    """Of the answerable."""
    refused_rightly: float
    """Of the unanswerable."""
    unsure: float
    """Of the answers that are right."""
    unsure_otherwise: float
    """Of the answers that are not, or should be none."""
    exact: float
    """Of all replies: every quote at its offsets."""
    longest_words: int
    answerable: int
    unanswerable: int

    def __str__(self) -> str:
        return (
            f"right {self.right:.3f} and refused {self.refused_wrongly:.3f} of {self.answerable} answerable; "
            f"refused {self.refused_rightly:.3f} of {self.unanswerable} unanswerable; "
            f"unsure {self.unsure:.3f} of the right answers, {self.unsure_otherwise:.3f} of the others; "
            f"quotes exact {self.exact:.3f}; longest answer {self.longest_words} words"
        )


def load_questions(path: Path) -> tuple[CheckedQuestion, ...]:
    """The questions of a JSON lines file."""
    return tuple(_parsed(path))


def numbered_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON lines file, each with the number of its line."""
    number = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise ReadingError(f"Line {number} of {str(path)!r} is not a JSON object.")
                    yield number, row
    except OSError as error:
        raise ReadingError(f"{str(path)!r} cannot be opened ({error.strerror}).") from error
    except ValueError as error:
        raise ReadingError(f"Line {number} of {str(path)!r} is not JSON: {error}.") from error


def _parsed(path: Path) -> Iterator[CheckedQuestion]:
    known: set[str] = set()
    for number, row in numbered_rows(path):
        try:
            asked = CheckedQuestion(
                id=str(row["id"]),
                kind=row["kind"],
                question=row["question"],
                history=tuple(Message(turn["role"], turn["content"]) for turn in row.get("history", [])),
                answers=tuple(_group(group) for group in row["answers"]),
                sources=tuple(row["sources"]),
            )
            if asked.id in known:
                raise TypeError(f"the id {asked.id!r} is that of a line before")
            known.add(asked.id)
            yield asked
        except KeyError as error:
            raise ReadingError(f"Line {number} of {str(path)!r} is not a question: it has no {error}.") from error
        except TypeError as error:
            raise ReadingError(f"Line {number} of {str(path)!r} is not a question: {error}.") from error


def _group(alternatives: object) -> tuple[str, ...]:
    if not isinstance(alternatives, list) or not all(isinstance(one, str) for one in alternatives):
        raise TypeError(f'"answers" holds lists of texts, as in [["Sisi", "El-Sisi"]], and not {alternatives!r}')
    return tuple(alternatives)


def ask_all(assistant: Assistant, questions: Iterable[CheckedQuestion]) -> Iterator[Outcome]:
    """Each question asked by itself, with its own history."""
    for asked in questions:
        reply = assistant.answer(asked.question, asked.history)
        yield Outcome(asked, reply, _is_exact(assistant, reply))


def tally(outcomes: Sequence[Outcome]) -> Tally:
    """The shares over all outcomes."""
    answerable = [outcome for outcome in outcomes if outcome.asked.is_answerable]
    others = [outcome for outcome in outcomes if not outcome.asked.is_answerable]
    told = [outcome for outcome in outcomes if not outcome.is_refused]
    return Tally(
        right=_share([outcome.is_right for outcome in answerable], 1.0),
        refused_wrongly=_share([outcome.is_refused for outcome in answerable], 0.0),
        refused_rightly=_share([outcome.is_refused for outcome in others], 1.0),
        unsure=_share([outcome.is_unsure for outcome in told if outcome.is_right], 0.0),
        unsure_otherwise=_share([outcome.is_unsure for outcome in told if not outcome.is_right], 1.0),
        exact=_share([outcome.is_exact for outcome in outcomes], 1.0),
        longest_words=max((outcome.words for outcome in outcomes), default=0),
        answerable=len(answerable),
        unanswerable=len(others),
    )


def by_kind(outcomes: Iterable[Outcome]) -> dict[str, tuple[int, int]]:
    """(right, asked) for each kind of question."""
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for outcome in outcomes:
        asked[outcome.asked.kind] += 1
        right[outcome.asked.kind] += outcome.is_right
    return {kind: (right[kind], count) for kind, count in sorted(asked.items())}


def holds_answer(asked: CheckedQuestion, reply: Answer) -> bool:
    """One alternative of every group in the reply's text, and a citation of one of the sources."""
    text = normalised(reply.text)
    has_words = all(any(normalised(words) in text for words in group) for group in asked.answers)
    return has_words and any(citation.source in asked.sources for citation in reply.citations)


def normalised(text: str) -> str:
    """Lower case, straight quotes, plain dashes, single spaces, no markers."""
    return " ".join(re.sub(r"\s*\[\d+\]", "", text).translate(_QUOTES).lower().split())


def _is_exact(assistant: Assistant, reply: Answer) -> bool:
    for citation in reply.citations:
        article = assistant.library.article(citation.source)
        if article is None or article.text[citation.start : citation.end] != citation.quote:
            return False
    return True


def _share(values: Sequence[bool], of_nothing: float) -> float:
    return sum(values) / len(values) if values else of_nothing
