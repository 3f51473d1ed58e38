"""Sources that disagree: is every right answer shown, and is a wrong one shown without its rival.

    python -m benchmarks.disagreement DATA [MOST]

DATA holds `ramdocs/` as JSON lines; its documents go into one library, and a fixed sample of the questions is asked.
Published exact match with a language model (all right answers and no wrong one): .326 with plain retrieval, .344 with
MADAM-RAG; a program that shows both sides cannot score there, so it stands for comparison only.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path

from benchmarks.answers_squad2 import holds_one, rows, sampled
from rag.answering.assistant import Assistant


def main() -> None:
    """One line of shares."""
    data = Path(sys.argv[1]) / "ramdocs"
    asked = sampled(rows(data / "queries.jsonl"), int(sys.argv[2]) if len(sys.argv) > 2 else 247)
    every = some = clean = without_rival = refused = differing = with_wrong = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "articles"
        folder.mkdir()
        kept = [{**row, "title": row["title"] or row["text"][:60]} for row in rows(data / "corpus.jsonl")]
        (folder / "ramdocs.jsonl").write_text("\n".join(map(json.dumps, kept)), encoding="utf-8")
        assistant = Assistant.open(Path(made) / "library", "extractive")
        assistant.library.sync(folder)
        for row in asked:
            reply = assistant.answer(row["question"])
            text = re.sub(r"\[\d+\]", "", reply.text)
            shown = [holds_one(text, [right]) for right in row["answers"]]
            wrong = reply.is_answered and any(holds_one(text, [other]) for other in row["wrong_answers"])
            refused += not reply.is_answered
            every += all(shown)
            some += any(shown)
            clean += all(shown) and not wrong
            with_wrong += bool(row["wrong_answers"])
            without_rival += bool(wrong and not any(shown))
            differing += "The articles differ" in reply.notice
    count = len(asked)
    print(
        f"{count} questions: every right answer shown {every / count:.3f}, any {some / count:.3f}, "
        f"every one and no wrong one {clean / count:.3f}, refused {refused / count:.3f}; "
        f"of {with_wrong} with wrong answers about, a wrong one shown without a right one "
        f"{without_rival / max(with_wrong, 1):.3f}; said to differ {differing}"
    )


if __name__ == "__main__":
    main()
