"""A folder of questions whose right passages are known → questions as search is measured with them.

Three forms are read: `corpus.jsonl` with `queries.jsonl` that name their passages themselves (`evidence` or `qrels`), a
BEIR folder (the same two with `qrels/*.tsv`), and a question set of `rag.measuring.questions`, whose articles are
those of a library that is there already.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from rag.core.errors import ReadingError
from rag.core.types import Message
from rag.measuring.questions import CheckedQuestion, load_questions, numbered_rows

Part = Literal["all", "choose", "report"]
PARTS: tuple[Part, ...] = ("all", "choose", "report")
CORPUS = "corpus.jsonl"
_SPLITS = ("test", "dev", "train")  # of a BEIR folder, the first that is there


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the articles that answer it, each with its grade."""

    id: str
    question: str
    relevant: Mapping[str, int]
    """By source as the library names it, or by the corpus's id; above 0."""
    history: tuple[Message, ...] = ()
    rewrite: str = ""
    """The stand-alone question that people wrote; empty where nobody did."""
    group: str = ""
    """The article or conversation it belongs to: all of a group are in the same part."""

    @property
    def part(self) -> Part:
        """Half of the groups are there to choose by and half to report on, the same ones in every run."""
        return _part_of(self.group or self.id)


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Questions, and the corpus that they are asked of; None where a library holds it already."""

    name: str
    questions: tuple[Asked, ...]
    corpus: Path | None = field(default=None)

    def of_part(self, part: Part) -> tuple[Asked, ...]:
        """Those that count in this part."""
        return tuple(asked for asked in self.questions if part in ("all", asked.part))


@dataclass(frozen=True, slots=True)
class AnsweringSet:
    """Questions whose right answers are known, some of them none; and the corpus, None where a library holds it."""

    name: str
    questions: tuple[CheckedQuestion, ...]
    corpus: Path | None = None


def load_set(path: Path) -> RetrievalSet:
    """The set in a folder, in a `queries….jsonl` beside its corpus, or in a question set; only answerable questions."""
    queries = path / "queries.jsonl" if path.is_dir() else path
    corpus = queries.parent / CORPUS
    if not corpus.exists():
        return RetrievalSet(queries.stem, tuple(_of_question_set(queries)))
    known = {_row_id(row) for row in _rows(corpus)}
    relevant = _relevant_by_tsv(queries.parent / "qrels")
    asked = (_parsed(row, relevant) for row in _rows(queries))
    # What is judged by passages that are not there would count as not found whatever is found.
    whole = tuple(each for each in asked if each.relevant and known.issuperset(each.relevant))
    if not whole:
        raise ReadingError(f"No question of {str(queries)!r} names passages of {str(corpus)!r}.")
    return RetrievalSet(queries.parent.name, whole, corpus)


def load_answering_set(path: Path, part: Part = "all") -> AnsweringSet:
    """The same forms, with `answers` or `all_answers`; a `type` of unanswerable says that there are none."""
    queries = path / "queries.jsonl" if path.is_dir() else path
    corpus = queries.parent / CORPUS
    if not corpus.exists():
        asked = load_questions(queries)
        own = [each for each in asked if part in ("all", _part_of((each.sources or (each.id,))[0]))]
        return AnsweringSet(queries.stem, tuple(own))
    rows = (row for row in _rows(queries) if part in ("all", _part_of(_group(row))))
    return AnsweringSet(queries.parent.name, tuple(map(_checked, rows)), corpus)


def write_articles(corpus: Path, folder: Path) -> None:
    """The corpus as a file that a library takes in: each row an article `corpus.jsonl#ID`."""
    with (folder / CORPUS).open("w", encoding="utf-8") as lines:
        for row in _rows(corpus):
            kept = {"id": _row_id(row), "title": row.get("title") or "", "text": row.get("text") or ""}
            lines.write(json.dumps(kept, ensure_ascii=False) + "\n")


def corpus_id(source: str) -> str:
    """The row's id for an article that was made by `write_articles`."""
    return source.removeprefix(f"{CORPUS}#")


def _of_question_set(path: Path) -> Iterator[Asked]:
    for asked in load_questions(path):
        if asked.sources:
            graded = dict.fromkeys(asked.sources, 1)
            yield Asked(asked.id, asked.question, graded, asked.history, group=asked.sources[0])


def _checked(row: Mapping[str, Any]) -> CheckedQuestion:
    asked = _parsed(row, {})
    kind = str(row.get("type") or "").lower()
    right = [] if kind == "unanswerable" else row.get("all_answers") or row.get("answers") or []
    return CheckedQuestion(
        id=asked.id,
        kind=kind,
        question=asked.question,
        history=asked.history,
        answers=(tuple(map(str, right)),) if right else (),
        sources=tuple(f"{CORPUS}#{key}" for key in asked.relevant),
    )


def _part_of(group: str) -> Part:
    return "choose" if zlib.crc32(group.encode()) % 2 else "report"


def _group(row: Mapping[str, Any]) -> str:
    return str(row.get("article") or _row_id(row).partition("<::>")[0])


def _parsed(row: Mapping[str, Any], relevant: Mapping[str, Mapping[str, int]]) -> Asked:
    key = _row_id(row)
    turns = row.get("history") or [
        {"role": "user", "content": content} for content in (row.get("all_user_turns") or [])[:-1]
    ]
    graded = relevant.get(key) or dict.fromkeys(_named_by(row), 1)
    if row.get("type") == "unanswerable":
        graded = {}
    return Asked(
        id=key,
        question=str(row.get("question") or row.get("text") or ""),
        relevant=graded,
        history=tuple(Message(turn["role"], turn["content"]) for turn in turns),
        rewrite=row.get("rewrite") or "",
        group=_group(row),
    )


def _named_by(row: Mapping[str, Any]) -> Iterator[str]:
    """The passages that a question names itself: by their ids, or each with what it is to the question."""
    for each in row.get("evidence") or row.get("qrels") or []:
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict) and each.get("type") == "correct" and "doc_id" in each:
            yield str(each["doc_id"])


def _row_id(row: Mapping[str, Any]) -> str:
    return str(row.get("_id", row.get("id", "")))


def _relevant_by_tsv(folder: Path) -> dict[str, dict[str, int]]:
    """Grades above 0 by question and passage, from the first split there is."""
    file = next((folder / f"{split}.tsv" for split in _SPLITS if (folder / f"{split}.tsv").exists()), None)
    found: dict[str, dict[str, int]] = {}
    if file is None:
        return found
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            for question, passage, grade in (row[:3] for row in csv.reader(lines, delimiter="\t") if len(row) >= 3):
                if grade.lstrip("-").isdecimal() and int(grade) > 0:
                    found.setdefault(question, {})[passage] = int(grade)
    except (OSError, ValueError, csv.Error) as error:
        raise ReadingError(f"The judgements {str(file)!r} cannot be read: {error}.") from error
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return (row for _, row in numbered_rows(path))
