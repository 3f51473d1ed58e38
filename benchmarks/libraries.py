"""Invented libraries with questions, a line each in `libraries_fit.jsonl` and `libraries_report.jsonl`.

Six to eight articles about one story, 30 questions that they answer, 22 near misses and 8 of other matters; written by
three authors for this, the last of them for the report alone. `python -m benchmarks.libraries` asks those.
`shapes_fit.jsonl` and `shapes_report.jsonl` ask about the same articles who somebody is, what somebody said and whether
something is so, 280 and 180 questions by two more authors: `python -m benchmarks.libraries shapes`. `lists_fit.jsonl`
and `lists_report.jsonl` ask for several things at once, 104 and 80 by two more: `python -m benchmarks.libraries lists`.
`requests_fit.jsonl` and `requests_report.jsonl` hold what is no plain question, statements to be checked, requests to
find something and two questions in one, 112 and 84 by two more: `python -m benchmarks.libraries requests`.
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
from typing import Any

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.measuring.questions import CheckedQuestion, Outcome, ask_all, by_kind, load_questions, tally

STORIES = Path(__file__).with_name("stories.jsonl")
UNREAD = Path(__file__).with_name("reader_libraries.jsonl")
FIT = Path(__file__).resolve().with_name("libraries_fit.jsonl")
REPORT = Path(__file__).resolve().with_name("libraries_report.jsonl")
OTHERS = {
    name: {FIT: FIT.with_name(f"{name}_fit.jsonl"), REPORT: FIT.with_name(f"{name}_report.jsonl")}
    for name in ("shapes", "lists", "requests")
}


@contextmanager
def laid_out(
    path: Path, questions_at: Path | None = None
) -> Iterator[list[tuple[str, Path, tuple[CheckedQuestion, ...]]]]:
    """(name, folder of its articles, questions) of each library of the file, or of those that another file asks."""
    others = {row["name"]: row["questions"] for row in _rows(questions_at)} if questions_at else {}
    with tempfile.TemporaryDirectory() as made:
        found = []
        for row in _rows(path):
            folder, questions = Path(made) / row["name"], Path(made) / f"{row['name']}.jsonl"
            folder.mkdir()
            for article in row["articles"]:
                (folder / article["file"]).write_text(article["text"], encoding="utf-8")
            asked = others.get(row["name"], row["questions"])
            questions.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
            found.append((row["name"], folder, load_questions(questions)))
        yield found


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@contextmanager
def stories(path: Path) -> Iterator[list[tuple[Path, tuple[CheckedQuestion, ...]]]]:
    """(folder of its articles, questions) of each story."""
    with tempfile.TemporaryDirectory() as made:
        found = []
        for number, row in enumerate(_rows(path)):
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
    """How many answers are right, and how many refusals, by library and in all: `[shapes|lists|requests] [FILE]`."""
    words = sys.argv[1:]
    others = OTHERS.get(words[0]) if words else None
    path = Path(words[-1]).resolve() if len(words) > bool(others) else REPORT
    outcomes: list[Outcome] = []
    with laid_out(path, others[path] if others else None) as libraries:
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
