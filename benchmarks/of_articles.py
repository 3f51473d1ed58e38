"""Questions about articles as such: `python -m benchmarks.of_articles [FILE]`.

Invented libraries with front matter, a line each, and what people would ask of their articles rather than of what they
tell: a summary of one, its record (author, date, publisher, address, title), which there are about something, the same
of what is not there, and decoys, whose words look alike and which ask for facts. By `articles_fit.jsonl`, of two
authors, the rules were made; a third one, who saw no code, wrote `articles_report.jsonl` for the report alone.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from rag.answering.assistant import Assistant
from rag.core.settings import Settings
from rag.core.types import Answer

FIT = Path(__file__).with_name("articles_fit.jsonl")
REPORT = Path(__file__).with_name("articles_report.jsonl")
_HAS_NONE = re.compile(r"names no author|does not say who published it|has no (?:date|address)")


def is_right(kind: str, expected: dict[str, Any], reply: Answer) -> bool:
    """A summary has several sentences of its article alone, a record its words, a list all articles and no more."""
    cited = {citation.source for citation in reply.citations}
    if reply.is_answered != expected["answered"] or not expected["answered"]:
        return not reply.is_answered and not expected["answered"]
    if kind == "summary":
        return cited == {expected["source"]} and len(reply.citations) > 1
    if kind == "which":
        return cited == set(expected["sources"])
    said = " ".join(reply.text.split())
    if kind == "record":
        tells = expected["says"] in said if expected["says"] else bool(_HAS_NONE.search(said))
        return tells and cited == {expected["source"]}
    return expected["says"].lower() in said.lower()


def main() -> None:
    """How many of each kind are right."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else REPORT
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "articles"
            folder.mkdir()
            for article in row["articles"]:
                (folder / article["file"]).write_text(article["text"], encoding="utf-8")
            assistant = Assistant.open(Path(place) / "library", settings=Settings(articles=folder))
            assistant.library.sync(folder)
            for question in row["questions"]:
                reply = assistant.answer(question["question"], question["history"])
                right[question["kind"]] += is_right(question["kind"], question["expect"], reply)
                asked[question["kind"]] += 1
    for kind, count in asked.items():
        print(f"  {kind:8} {right[kind] / count:.3f} of {count}")
    print(f"all: {right.total() / asked.total():.3f} of {asked.total()}")


if __name__ == "__main__":
    main()
