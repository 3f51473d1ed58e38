"""How good quoted answers and refusals are on questions about articles that the reader was never trained on.

    python -m benchmarks.answers_squad2 DATA [CACHE]

DATA holds `squad2/` (and `mtrag/` for questions of other domains, of which each part takes half) as JSON lines. Every
paragraph goes into one library; a fixed sample of questions is asked of it. Thresholds are chosen on some articles
(`CHOOSE`) and reported on others (`REPORT`); `benchmarks/reader_examples.py` held out all of them. CACHE keeps the
library and what was found.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import string
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from rag.answering.assistant import Assistant
from rag.answering.evidence import Weighed
from rag.answering.extractive import choose, short_answer
from rag.answering.relevance import answerability
from rag.answering.scales import Scales
from rag.search.followups import stand_alone

CHOOSE = ("Yuan_dynasty", "Normans")
REPORT = ("French_and_Indian_War", "Victoria_(Australia)")
SAMPLE = 200  # answerable, and as many unanswerable, of each part
OFF_TOPIC = 200


@dataclass(frozen=True)
class Case:
    """A question as weighed, and what a right answer holds; no answers where there is none."""

    question: str
    answers: tuple[str, ...]
    weighed: Weighed
    seconds: float

    @property
    def is_answerable(self) -> bool:
        return bool(self.answers)


def rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def sampled(found: Iterable[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The same ones in every run, by the hash of their ids."""
    return sorted(found, key=lambda row: hashlib.blake2b(row["id"].encode()).digest())[:most]


def asked(data: Path) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """(question, answers) of each part; `off topic` where the data are there."""
    queries = rows(data / "squad2" / "queries.jsonl")
    parts = {}
    for name, articles in (("choose", CHOOSE), ("report", REPORT)):
        for kind in ("answerable", "unanswerable"):
            own = sampled((row for row in queries if row["article"] in articles and row["type"] == kind), SAMPLE)
            answers = [tuple(row["all_answers"]) if kind == "answerable" else () for row in own]
            parts[f"{name} {kind}"] = [(row["question"], found) for row, found in zip(own, answers, strict=True)]
    others = data / "mtrag" / "queries_human.jsonl"
    if others.exists():
        parts["off topic"] = [(row["rewrite"], ()) for row in sampled(rows(others), OFF_TOPIC)]
    return parts


def cases(data: Path, cache: Path) -> dict[str, list[Case]]:
    """Every question of the sample as weighed; read from the cache where it is there."""
    kept = cache / "weighed.pickle"
    if kept.exists():
        found: dict[str, list[Case]] = pickle.loads(kept.read_bytes())
        return found
    folder = cache / "articles"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "squad2.jsonl").write_bytes((data / "squad2" / "corpus.jsonl").read_bytes())
    assistant = Assistant.open(cache / "library")
    assistant.library.sync(folder)
    assistant.warm()
    scales = Scales(assistant.library)
    made: dict[str, list[Case]] = {}
    for name, questions in asked(data).items():
        made[name] = []
        for text, answers in questions:
            started = time.perf_counter()
            question = stand_alone(text, [])
            question, hits = assistant._search(question)
            weighed = scales.weigh(question, hits)  # the whole path but its end
            made[name].append(Case(text, answers, weighed, time.perf_counter() - started))
    kept.write_bytes(pickle.dumps(made))
    return made


# SQuAD's own definitions


def normalised(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces."""
    bare = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", bare).split())


def overlap(said: str, right: str) -> float:
    """F1 of the words."""
    one, two = normalised(said).split(), normalised(right).split()
    same = sum((Counter(one) & Counter(two)).values())
    return 2 * same / (len(one) + len(two)) if same else 0.0


def exact(said: str, answers: Sequence[str]) -> bool:
    """Whether it is one of the answers."""
    return any(normalised(said) == normalised(right) for right in answers)


def best_overlap(said: str, answers: Sequence[str]) -> float:
    """F1 with the answer that is nearest."""
    return max(overlap(said, right) for right in answers)


def holds_one(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text as whole words."""
    words = f" {normalised(text)} "
    return any(f" {normalised(right)} " in words for right in answers if normalised(right))


# Reports


def report_sentences(name: str, found: Sequence[Case]) -> None:
    """How often the first sentence, and the whole answer, hold a right answer."""
    chosen = [[item.statement.text for item in choose(case.weighed)] for case in found]
    first = np.mean([holds_one(" ".join(s[:1]), case.answers) for case, s in zip(found, chosen, strict=True)])
    whole = np.mean([holds_one(" ".join(s), case.answers) for case, s in zip(found, chosen, strict=True)])
    length = np.mean([len(s) for s in chosen])
    spread = np.sqrt(whole * (1 - whole) / len(found))
    print(
        f"{name:12} first sentence {first:.3f}  whole answer {whole:.3f} ± {spread:.3f} ({length:.1f} sentences), "
        f"of {len(found)}; {np.median([case.seconds for case in found]):.3f} s each"
    )


def report_short(name: str, found: Sequence[Case]) -> None:
    """How good the reader's words from the first sentence are as a short answer, where the question asks for one."""
    for least in (-1.0, 0.0, 0.2, 0.3):
        firsts = [(case, choose(case.weighed)[0]) for case in found if case.weighed.kind not in ("other", "reason")]
        sure = [(case, item) for case, item in firsts if item.features.reading >= least]
        if sure:
            right = np.mean([exact(item.answer, case.answers) for case, item in sure])
            near = np.mean([best_overlap(item.answer, case.answers) for case, item in sure])
            wrong = np.mean([best_overlap(item.answer, case.answers) == 0 for case, item in sure])
            print(
                f"{name:12} short answer where the reader is above {least:4}: {len(sure)} of {len(firsts)}, exact "
                f"{right:.3f}, F1 {near:.3f}, no word right {wrong:.3f}"
            )
    shown = [(short_answer(case.weighed, choose(case.weighed)[0]), case.answers) for case in found]
    shown = [(words, answers) for words, answers in shown if words]
    right = np.mean([exact(words, answers) for words, answers in shown])
    near = np.mean([best_overlap(words, answers) for words, answers in shown])
    print(f"{name:12} short answer in bold: {len(shown)} of {len(found)}, exact {right:.3f}, F1 {near:.3f}")


def report_refusals(name: str, yes: Sequence[Case], no: Sequence[Case], others: Sequence[Case]) -> None:
    """How well refusing separates, and how often it errs as shipped."""
    # Of somebody of whom nothing is told it is minus infinity.
    right, wrong = ([max(answerability(case.weighed), -1e3) for case in part] for part in (yes, no))
    area = roc_auc_score([1] * len(right) + [0] * len(wrong), right + wrong)
    off = np.mean([answerability(case.weighed) < 0 for case in others]) if others else float("nan")
    print(
        f"{name:12} AUC {area:.3f}  refused: of the answerable {np.mean(np.array(right) < 0):.3f}, of the unanswerable "
        f"{np.mean(np.array(wrong) < 0):.3f}, of other domains {off:.3f}"
    )


def main() -> None:
    """Both parts; the first is for choosing."""
    with tempfile.TemporaryDirectory() as made:
        found = cases(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made))
    others = found.get("off topic", [])
    for name, off in (("choose", others[::2]), ("report", others[1::2])):
        yes, no = found[f"{name} answerable"], found[f"{name} unanswerable"]
        report_sentences(name, yes)
        report_short(name, yes)
        report_refusals(name, yes, no, off)


if __name__ == "__main__":
    main()
