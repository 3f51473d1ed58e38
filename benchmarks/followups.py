"""What making follow-ups stand alone is worth: `python -m benchmarks.followups DATA [CACHE] [--part report]`.

On `mtrag/`: search with the last turn alone, with our stand-alone question and with the one that people wrote, apart
for questions that people left as they were and those that they had to complete. On `trec_cast/`: how near our wording
comes to theirs, and how often we change a question that needed no change. CACHE keeps the library. Needs the extra
`measuring`.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.core.settings import Settings
from rag.core.types import Message
from rag.library.words import QUESTION_WORDS, terms
from rag.measuring.retrieval import library_of, measure
from rag.measuring.scoring import Score, difference, score
from rag.measuring.sets import PARTS, Asked, Part, RetrievalSet, load_set
from rag.search.followups import stand_alone

_WAYS = ("last-turn", "ours", "human-rewrite")


def stands_alone(question: str, rewrite: str) -> bool:
    """Whether people added no word to it that a search would look for."""
    asked = set(terms(question))
    return all(term in asked or term in QUESTION_WORDS for term in terms(rewrite))


# Retrieval


def mtrag(folder: Path, cache: Path, part: Part) -> None:
    """Tables of the tasks that people rewrote, then of all that have a history."""
    people, tasks = load_set(folder / "queries_human.jsonl"), load_set(folder)
    of_people = people.of_part(part)
    alone = [asked for asked in of_people if stands_alone(asked.question, asked.rewrite)]
    leaning = [asked for asked in of_people if asked not in alone]
    later = [asked for asked in tasks.of_part(part) if asked.history]
    with library_of(people, Settings(), cache / "mtrag") as library:
        for name, questions, ways in (
            ("rewritten by people, who had to add words", leaning, _WAYS),
            ("rewritten by people, who added no word", alone, _WAYS),
            ("later turns of other conversations", later, _WAYS[:2]),
        ):
            of = RetrievalSet(f"mtrag, part {part}, {name}", tuple(questions), people.corpus)
            rewritten = sum(stand_alone(asked.question, asked.history).is_follow_up for asked in questions)
            print(measure(of, library, ways, "all", is_compared=True))
            print(f"  we rewrote {rewritten} of {len(questions)}\n", flush=True)


# Wording


@dataclass(frozen=True)
class Turn:
    """A question, how people would ask it by itself, and how we do."""

    id: str
    question: str
    rewrite: str
    ours: str

    @property
    def is_complete(self) -> bool:
        return bare(self.question) == bare(self.rewrite)

    @property
    def is_changed(self) -> bool:
        return self.ours != " ".join(self.question.split())


def bare(text: str) -> list[str]:
    """Its words in lower case."""
    return re.findall(r"\w+", text.lower())


def overlap(said: str, right: str) -> float:
    """F1 of the words."""
    one, two = bare(said), bare(right)
    same = sum((Counter(one) & Counter(two)).values())
    return 2 * same / (len(one) + len(two)) if same else 0.0


def turns(file: Path, part: Part) -> list[Turn]:
    """Every turn of the part, whole conversations in each."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        asked = Asked(row["id"], row["question"], {}, group=row["id"].rpartition("_")[0])
        if part in ("all", asked.part):
            history = [Message(turn["role"], turn["content"]) for turn in row["history"]]
            ours = stand_alone(row["question"], history).standalone
            found.append(Turn(row["id"], row["question"], row["rewrite"], ours))
    return found


def trec_cast(file: Path, part: Part) -> None:
    """Words in common with what people wrote, unchanged and ours; questions that were changed without need."""
    found = turns(file, part)
    needing = [turn for turn in found if not turn.is_complete]
    complete = [turn for turn in found if turn.is_complete]
    print(f"trec_cast: {len(found)} turns ({part}), {len(needing)} of them completed by people")
    for name, some in (("all turns", found), ("those completed", needing), ("those left alone", complete)):
        unchanged = {turn.id: overlap(turn.question, turn.rewrite) for turn in some}
        ours = {turn.id: overlap(turn.ours, turn.rewrite) for turn in some}
        gained = difference(unchanged, ours)
        print(
            f"  {name:17} words' F1: unchanged {shown(score(list(unchanged.values())))}, ours "
            f"{shown(score(list(ours.values())))}, {gained.mean:+.3f} ({gained.low:+.3f} to {gained.high:+.3f})"
        )
    print(f"  changed without need: {share([turn.is_changed for turn in complete])} of those left alone by people")
    print(f"  changed where it was needed: {share([turn.is_changed for turn in needing])}")
    added = [turn for turn in found if stands_alone(turn.question, turn.rewrite)]
    print(f"  changed where people added no word to look for: {share([turn.is_changed for turn in added])}")


def share(values: Sequence[bool]) -> str:
    """How many, with their interval."""
    return f"{shown(score([float(value) for value in values]))} of {len(values)}"


def shown(found: Score) -> str:
    """Mean and interval."""
    return f"{found.mean:.3f} ({found.low:.3f}–{found.high:.3f})"


def main() -> None:
    """Both sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path, nargs="?")
    parser.add_argument("--part", choices=PARTS, default="report")
    given = parser.parse_args()
    trec_cast(given.data / "trec_cast" / "queries.jsonl", given.part)
    print()
    with tempfile.TemporaryDirectory() as made:
        mtrag(given.data / "mtrag", given.cache or Path(made), given.part)


if __name__ == "__main__":
    main()
