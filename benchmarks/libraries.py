"""Invented libraries with questions, a line each in `libraries_fit.jsonl` and `libraries_report.jsonl`.

Six to eight articles about one story, 30 questions that they answer, 22 near misses and 8 of other matters; written by
three authors for this, the last of them for the report alone. `python -m benchmarks.libraries` asks those.
`stories.jsonl` holds 36 stories of four articles by six more authors, in the form of `reader_libraries.jsonl`: half of
their 3,390 questions are answered, mostly in other words than the articles', each beside a twin that is not. They are
for choosing.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.measuring.questions import CheckedQuestion, Outcome, ask_all, by_kind, load_questions, tally

STORIES = Path(__file__).with_name("stories.jsonl")
FIT = Path(__file__).with_name("libraries_fit.jsonl")
REPORT = Path(__file__).with_name("libraries_report.jsonl")


@contextmanager
def laid_out(path: Path) -> Iterator[list[tuple[str, Path, tuple[CheckedQuestion, ...]]]]:
    """(name, folder of its articles, questions) of each library of the file."""
    with tempfile.TemporaryDirectory() as made:
        found = []
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            folder, questions = Path(made) / row["name"], Path(made) / f"{row['name']}.jsonl"
            folder.mkdir()
            for article in row["articles"]:
                (folder / article["file"]).write_text(article["text"], encoding="utf-8")
            questions.write_text("\n".join(map(json.dumps, row["questions"])), encoding="utf-8")
            found.append((row["name"], folder, load_questions(questions)))
        yield found


@contextmanager
def stories() -> Iterator[list[tuple[Path, tuple[CheckedQuestion, ...]]]]:
    """(folder of its articles, questions) of each story."""
    with tempfile.TemporaryDirectory() as made:
        found = []
        for number, line in enumerate(STORIES.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            folder = Path(made) / str(number)
            folder.mkdir()
            for place, article in enumerate(row["articles"]):
                front = f"---\ntitle: {json.dumps(article['title'])}\ndate: {article['date']}\n---\n\n"
                (folder / f"{place}.md").write_text(front + article["text"], encoding="utf-8")
            questions = [
                CheckedQuestion(
                    id=f"{number}-{place}",
                    kind="fact" if asked["answer"] else "near_miss",
                    question=asked["question"],
                    history=(),
                    answers=((asked["answer"],),) if asked["answer"] else (),
                    sources=(f"{asked['article']}.md",) if asked["answer"] else (),
                )
                for place, asked in enumerate(row["questions"])
            ]
            found.append((folder, tuple(questions)))
        yield found


def main() -> None:
    """How many answers are right, and how many refusals, in each library and in all."""
    outcomes: list[Outcome] = []
    with laid_out(Path(sys.argv[1]) if len(sys.argv) > 1 else REPORT) as libraries:
        for name, folder, questions in libraries:
            with tempfile.TemporaryDirectory() as place:
                assistant = Assistant.open(Path(place) / "library", settings=Settings(articles=folder))
                assistant.library.sync(folder)
                own = list(ask_all(assistant, questions))
            print(f"{name}: {tally(own)}", flush=True)
            outcomes += own
    print(f"all: {tally(outcomes)}")
    for kind, (right, asked) in sorted(by_kind(outcomes).items()):
        print(f"  {kind:10} {right / asked:.3f} of {asked}")


if __name__ == "__main__":
    main()
