"""Conversations with a library: `python -m benchmarks.conversations [FILE]`.

Two authors who saw no code wrote what people type after a first question about the articles of `benchmarks.libraries`:
pronouns, halves of questions ("And in 2023?"), corrections, what happened next, what an answer named, what the articles
do not tell. `conversations_fit.jsonl` is for choosing, `conversations_report.jsonl` for the report alone. Every turn is
asked as its author would ask it by itself (`whole`), and after our own answers to the turns before it: the difference
is what is lost on the way.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import libraries
from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.core.types import Message
from rag.measuring.questions import CheckedQuestion, Outcome, ask_all, by_kind, tally

FIT = Path(__file__).with_name("conversations_fit.jsonl")
REPORT = Path(__file__).with_name("conversations_report.jsonl")
_ARTICLES = {FIT: libraries.FIT, REPORT: libraries.REPORT}


def turn_of(row: dict[str, Any], name: str, history: list[Message], *, is_whole: bool = False) -> CheckedQuestion:
    """One turn after these; `is_whole` as it would be asked by itself."""
    return CheckedQuestion(
        id=name,
        kind=row["kind"],
        question=row["whole"] if is_whole else row["question"],
        history=() if is_whole else tuple(history),
        answers=tuple(map(tuple, row["answers"])),
        sources=tuple(row["sources"]),
    )


def held(assistant: Assistant, conversation: list[dict[str, Any]], name: str) -> Iterator[tuple[Outcome, Outcome]]:
    """Each turn's outcome by itself, and after the turns before it."""
    history: list[Message] = []
    for place, row in enumerate(conversation):
        known = f"{name}-{place}"
        asked = [turn_of(row, known, history, is_whole=True), turn_of(row, known, history)]
        whole, outcome = ask_all(assistant, asked)
        yield whole, outcome
        history += [Message("user", row["question"]), Message("assistant", outcome.reply.text)]


def outcomes_of(path: Path) -> Iterator[tuple[Outcome, Outcome]]:
    """Those of every turn of the file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    asked = {row["name"]: row["conversations"] for row in rows}
    with libraries.laid_out(_ARTICLES[path]) as found:
        for name, folder, _ in found:
            with tempfile.TemporaryDirectory() as place:
                assistant = Assistant.open(Path(place) / "library", settings=Settings(articles=folder))
                assistant.library.sync(folder)
                for number, conversation in enumerate(asked.get(name, [])):
                    yield from held(assistant, conversation, f"{name}-{number}")


def main() -> None:
    """How many turns are right, by kind."""
    path = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else REPORT
    wholes, outcomes = zip(*outcomes_of(path), strict=True)
    for called, found in (("each by itself", wholes), ("as a conversation", outcomes)):
        print(f"{called}: {tally(found)}")
        for kind, (right, asked) in by_kind(found).items():
            print(f"  {kind:10} {right / asked:.3f} of {asked}")


if __name__ == "__main__":
    main()
