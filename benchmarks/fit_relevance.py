"""Fit the decision "not in the articles" on libraries of two kinds, and say how often it is wrong.

    python -m benchmarks.fit_relevance FIT.jsonl TEST.jsonl DATA CACHE FOLDER [FOLDER …]

FIT and TEST are question sets in the form of `rag.measuring.questions` about the articles in each FOLDER; DATA and
CACHE are those of `benchmarks.answers_squad2`. Fitted on FIT, on the libraries of `benchmarks.libraries` that are not
for the report, on the articles to choose with and on half of the questions of other domains; reported on all. Small
libraries alone would teach that a question with unknown words may well be answered, a large one alone that shared words
are what counts.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks import answers_squad2, fit_evidence, libraries
from rag.answering import evidence
from rag.answering.evidence import Weighed, weighted
from rag.answering.relevance import Signals, signals
from rag.measuring.questions import load_questions

WRONGLY_REFUSED = 0.03  # of the answerable questions fitted on
# How much a question of a set counts, by the first of these that its name begins with: questions that a paragraph
# nearly answers by design, as those of squad2, are a matter of their own.
COUNTS = {
    "fit": 1.0,
    "libraries, fitted": 1.0,
    "choose unanswerable": 0.1,
    "choose answerable": 1.0,
    "off topic, fitted": 12.0,
}


def count_of(name: str) -> float:
    """How much a question of this set counts; 0 for those reported on."""
    return next((count for begins, count in COUNTS.items() if name.startswith(begins)), 0.0)


def unread(weighed: Weighed) -> Weighed:
    """As it would be weighed without a reader."""
    items = [replace(item, features=replace(item.features, reading=0.0)) for item in weighed.evidence]
    items = [replace(item, score=weighted(item.features, evidence._WITHOUT_READER)) for item in items]
    return replace(weighed, evidence=tuple(sorted(items, key=lambda item: -item.score)), is_read=False)


def sets(fit: Path, test: Path, data: Path, cache: Path, folders: Sequence[Path]) -> dict[str, list[Weighed]]:
    """Every question as weighed, by its set; the names with `unanswerable` or `off topic` are to be refused."""
    found: dict[str, list[Weighed]] = {}
    asked = {
        "fit": [case for folder in folders for case in fit_evidence.cases(load_questions(fit), folder)],
        "test": [case for folder in folders for case in fit_evidence.cases(load_questions(test), folder)],
        "libraries, fitted": fit_evidence.of_libraries(libraries.FIT),
        "libraries, the rest": fit_evidence.of_libraries(libraries.REPORT),
    }
    for name, cases in asked.items():
        for case in cases:
            kind = "" if case.asked.is_answerable else f" unanswerable, {case.asked.kind}"
            found.setdefault(name + kind, []).append(case.weighed)
    for name, own in answers_squad2.cases(data, cache).items():
        found[name] = [case.weighed for case in own if case.weighed.evidence]
    others = found.pop("off topic")
    return found | {"off topic, fitted": others[::2], "off topic, the rest": others[1::2]}


def is_refusable(name: str) -> bool:
    """Whether the questions of this set have no answer."""
    return "unanswerable" in name or "off topic" in name


def fitted(found: dict[str, list[Weighed]]) -> tuple[Signals, float]:
    """The weights and the threshold."""
    weighty = {name: part for name, part in found.items() if count_of(name)}
    rows = np.array([astuple(signals(weighed)) for part in weighty.values() for weighed in part])
    labels = np.array([not is_refusable(name) for name, part in weighty.items() for _ in part])
    counts = np.array([count_of(name) for name, part in weighty.items() for _ in part])
    spread = rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=3000).fit(rows / spread, labels, counts)
    weights = (model.coef_[0] / spread).round(2)
    of_answerable = (rows @ weights)[labels]
    at = np.quantile(of_answerable, WRONGLY_REFUSED, weights=counts[labels], method="inverted_cdf")
    return Signals(*weights.tolist()), float(at)


def scores(found: Sequence[Weighed], weights: Signals) -> list[float]:
    """The weighted sum of each question's signals."""
    return [float(np.dot(astuple(signals(weighed)), astuple(weights))) for weighed in found]


def main() -> None:
    """Fit with and without the reader, print the constants and the error rates."""
    fit, test, data, cache, *folders = map(Path, sys.argv[1:])
    found = sets(fit, test, data, cache, folders)
    for has_reader in (True, False):
        seen = found if has_reader else {name: [unread(each) for each in part] for name, part in found.items()}
        weights, at = fitted(seen)
        print("with reader" if has_reader else "without reader", weights, f"at {at:.2f}", sep="\n")
        for name, part in seen.items():
            print(f"  {name:46} refused {np.mean(np.array(scores(part, weights)) < at):.3f} of {len(part)}")
        yes, no = (scores(seen[f"report {kind}"], weights) for kind in ("answerable", "unanswerable"))
        print(f"  AUC on the report half {roc_auc_score([1] * len(yes) + [0] * len(no), yes + no):.3f}")


if __name__ == "__main__":
    main()
