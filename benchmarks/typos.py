"""What is lost when a word of each question is mistyped: `python -m benchmarks.typos [LIBRARIES.jsonl]`.

In one word of five letters or more, that tells something, a letter is left out, doubled or taken for another, or two
change places. Asked are the questions of `benchmarks.libraries`, those for the report unless a file is named.
"""

from __future__ import annotations

import random
import re
import string
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.libraries import REPORT, laid_out
from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.library.words import QUESTION_WORDS
from rag.measuring.questions import CheckedQuestion, Outcome, ask_all, by_kind, tally


def mistyped(asked: CheckedQuestion) -> CheckedQuestion:
    """The question with one typing error, the same in every run; as it is where it has no word of five letters."""
    chance = random.Random(asked.question)
    words = [word for word in re.findall(r"[^\W\d_]{5,}", asked.question) if word.lower() not in QUESTION_WORDS]
    if not words:
        return asked
    word = chance.choice(words)
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    errors = [before + after, before + letter + letter + after, before + after[0] + letter + after[1:]]
    wrong = chance.choice([*errors, before + chance.choice(string.ascii_lowercase) + after])
    return replace(asked, question=asked.question.replace(word, wrong, 1))


def main() -> None:
    """How many answers are right and how many refusals, as typed well and with an error."""
    for name, ask in (("well", lambda asked: asked), ("with an error", mistyped)):
        outcomes: list[Outcome] = []
        with laid_out(Path(sys.argv[1]).resolve() if sys.argv[1:] else REPORT) as libraries:
            for _, folder, questions in libraries:
                with tempfile.TemporaryDirectory() as place:
                    assistant = Assistant.open(Path(place) / "library", settings=Settings(articles=folder))
                    assistant.library.sync(folder)
                    outcomes += ask_all(assistant, [ask(asked) for asked in questions])
        print(f"typed {name}: {tally(outcomes)}", flush=True)
        for kind, (right, asked) in sorted(by_kind(outcomes).items()):
            print(f"  {kind:10} {right / asked:.3f} of {asked}")


if __name__ == "__main__":
    main()
