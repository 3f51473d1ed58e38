"""How fast it is here: `make bench`, or `python -m benchmarks [FOLDER]`; medians, in seconds unless said otherwise."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rag.answering.assistant import Assistant
from rag.measuring.questions import ask_all, load_questions, tally

ROOT = Path(__file__).parent.parent
QUESTION = "Who received Lavrov in Cairo?"
RUNS = 5


def seconds(work: Callable[[], object]) -> float:
    """How long the work took, once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def command(*words: str) -> None:
    """Run one of our commands in a fresh process."""
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Ingest, ask and search a folder; then the question set, where the folder is the one it belongs to."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "seeds"
    with tempfile.TemporaryDirectory() as made:
        library = str(Path(made) / "library")
        rows = [("ingest, fresh process", seconds(lambda: command("ingest.py", str(folder), "--library", library)))]
        again = [seconds(lambda: command("ingest.py", str(folder), "--library", library)) for _ in range(RUNS)]
        rows.append(("ingest again, unchanged, fresh process", statistics.median(again)))
        asks = [seconds(lambda: command("-m", "rag", "ask", QUESTION, "--library", library)) for _ in range(RUNS)]
        rows.append(("one answer, fresh process", statistics.median(asks)))
        rows.append(
            (
                "import rag, fresh process",
                statistics.median(seconds(lambda: command("-c", "import rag")) for _ in range(RUNS)),
            )
        )
        assistant = Assistant.open(library)
        assistant.warm()
        questions = load_questions(ROOT / "tests" / "questions" / "articles.jsonl")
        searches = [seconds(lambda asked=asked: assistant.library.search(asked.question)) for asked in questions]
        rows.append(("search, warm", statistics.median(searches)))
        started = time.perf_counter()
        outcomes = list(ask_all(assistant, questions))
        rows.append(("answer, warm (mean)", (time.perf_counter() - started) / len(outcomes)))
        for name, value in rows:
            print(f"{name:45} {value:8.3f}")
        print(tally(outcomes))


if __name__ == "__main__":
    main()
