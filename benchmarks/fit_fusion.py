"""Fit the weights of fusion and closeness, and say what they reach: `python -m benchmarks.fit_fusion DATA [LIBRARY]`.

DATA holds `squad2`. Fitted on the articles to choose with, by a listwise logistic regression over the candidates that
are looked at closely; reported on the others too, by the articles' best passages. LIBRARY keeps what was embedded.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from rag.core.settings import Settings
from rag.library.late import max_sim
from rag.measuring.retrieval import library_of
from rag.measuring.sets import Asked, corpus_id, load_set
from rag.search.closeness import Closely
from rag.search.fusion import fuse, normalised
from rag.search.library import Library

_CANDIDATES = 100  # of each search
_LOOKED_AT = 20
_PULL = 0.002  # towards nothing
NAMES = ("meaning", "words", "share", "window", "pairs", "by word")


@dataclass(frozen=True)
class Case:
    """A question's first candidates: their features, the article of each, and which are right."""

    part: str
    table: np.ndarray
    sources: list[str]
    right: np.ndarray


def case(library: Library, asked: Asked) -> Case:
    """As `Library.search` comes to them."""
    vector, words = library.embedder.embed_question_by_word(asked.question)
    ids = list({**library.nearest(vector, _CANDIDATES), **library.matching(asked.question, _CANDIDATES)})
    cosines = {key: float(np.dot(vector, its)) for key, its in library.catalogue.vectors(ids).items()}
    scores = dict.fromkeys(cosines, 0.0) | library.words.scores(asked.question, ids)
    first = list(fuse((1.0, cosines), (1.0, scores)))[:_LOOKED_AT]
    codes, passages = library.catalogue.codes(first, library.embedder.dimension), library.passages(first)
    by_word = normalised({key: max_sim(words, [codes[key]])[0] or 0.0 for key in first})
    meaning, matching = normalised(cosines), normalised(scores)
    follows = Closely(asked.question, library.words.frequency, library.words.size)
    near = {key: follows.of(passages[key]) for key in first}
    table = [
        (meaning[key], matching[key], near[key].share, near[key].window, near[key].pairs, by_word[key]) for key in first
    ]
    sources = [corpus_id(passages[key].source) for key in first]
    right = np.array([source in asked.relevant for source in sources])
    return Case(asked.part, np.array(table), sources, right)


def fit(cases: list[Case], uses: list[int]) -> np.ndarray:
    """Weights of the features used that make the right candidates likely among all of a question's."""
    useful = [(case.table[:, uses], case.right) for case in cases if case.right.any() and not case.right.all()]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros_like(weights)
        for table, right in useful:
            scores = table @ weights
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            share = likely[right].sum()
            total -= np.log(share + 1e-12)
            slope -= (likely[right] @ table[right]) / share - likely @ table
        return total / len(useful) + _PULL * (weights @ weights), slope / len(useful) + 2 * _PULL * weights

    return np.array(minimize(loss, np.ones(len(uses)), jac=True, method="L-BFGS-B").x)


def reached(cases: list[Case], weights: np.ndarray, uses: list[int]) -> str:
    """hit@1 and nDCG@10 of the articles."""
    hits, gains = [], []
    for one in cases:
        best: dict[str, bool] = {}
        for place in np.argsort(-(one.table[:, uses] @ weights), kind="stable"):
            best.setdefault(one.sources[place], bool(one.right[place]))
        firsts = np.array(list(best.values())[:10], dtype=float)
        hits.append(firsts[0])
        gains.append((firsts / np.log2(np.arange(2, len(firsts) + 2))).sum())
    return f"{np.mean(hits):.4f} {np.mean(gains):.4f}"


def main() -> None:
    """Fit with all features and without each, print the shares of the weights and what they reach."""
    data, made = Path(sys.argv[1]), tempfile.mkdtemp()
    of = load_set(data / "squad2")
    with library_of(of, Settings(), Path(sys.argv[2] if len(sys.argv) > 2 else made)) as library:
        cases = [case(library, asked) for asked in of.questions]
    parts = {part: [one for one in cases if one.part == part] for part in ("choose", "report")}
    print("hit@1 and nDCG@10:")
    for without in (None, *NAMES):
        uses = [place for place, name in enumerate(NAMES) if name != without]
        weights = fit(parts["choose"], uses)
        part_of = zip(uses, weights / weights.sum(), strict=True)
        shares = ", ".join(f"{NAMES[place]} {share:.3f}" for place, share in part_of)
        found = "; ".join(f"{part} {reached(part_cases, weights, uses)}" for part, part_cases in parts.items())
        print(f"{'all' if without is None else 'without ' + without:16} {found} ({shares})", flush=True)


if __name__ == "__main__":
    main()
