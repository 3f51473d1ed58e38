"""What is lost when questions come as people type them, with greetings, reasons and wishes around them.

    python -m benchmarks.framings QUESTIONS.jsonl FOLDER

`framings.json` holds ways to put a question by three authors who saw no code: the first two lots were looked at, the
third was asked only once the rules stood. Each question that needs no history is asked as it is, and twice in a way
drawn for it from each.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.measuring.questions import CheckedQuestion, ask_all, load_questions, tally

FRAMINGS = Path(__file__).with_name("framings.json")
TIMES = 2


def framed(asked: CheckedQuestion, frame: str) -> CheckedQuestion:
    """The question in the frame, which has it with a capital (`{q}`) or in the run of a sentence (`{l}`)."""
    words = f"{asked.question.rstrip('?')}?"
    first = words.split()[0]
    runs_on = words if any(letter.isupper() for letter in first[1:]) else words[0].lower() + words[1:]
    return replace(asked, question=frame.format(q=words[0].upper() + words[1:], l=runs_on))


def draws(lot: Sequence[str], questions: Sequence[CheckedQuestion], seed: int) -> list[CheckedQuestion]:
    """Each question in a frame of the lot."""
    chance = random.Random(seed)
    return [framed(asked, chance.choice(lot)) for asked in questions]


def main() -> None:
    """A line for the questions as they are, and one for each drawing."""
    questions = [asked for asked in load_questions(Path(sys.argv[1])) if not asked.history]
    folder = Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as place:
        assistant = Assistant.open(Path(place) / "library", settings=Settings(articles=folder))
        assistant.library.sync(folder)
        print(f"as they are: {tally(list(ask_all(assistant, questions)))}", flush=True)
        for name, lot in json.loads(FRAMINGS.read_text(encoding="utf-8")).items():
            for seed in range(1, TIMES + 1):
                print(f"{name}, {seed}: {tally(list(ask_all(assistant, draws(lot, questions, seed))))}", flush=True)


if __name__ == "__main__":
    main()
