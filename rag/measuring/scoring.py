"""Rankings held against what is relevant → each measure with its interval; two rankings, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.core.errors import SettingsError

MEASURES = {
    "nDCG@10": "nDCG@10",
    "R@5": "R@5",
    "R@10": "R@10",
    "MRR@10": "RR@10",
    "hit@1": "Success@1",
    "hit@5": "Success@5",
    "hit@10": "Success@10",
}
"""Our names, and those of the metrics library."""

_RESAMPLES = 1000
_SEED = 20

PerQuestion = Mapping[str, Mapping[str, float]]
"""By measure, then by question."""


@dataclass(frozen=True, slots=True)
class Score:
    """A mean over questions and where 95 of 100 resamplings of the questions put it."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the second is above the first, and how often chance alone would part them so far."""

    mean: float
    low: float
    high: float
    p: float


def per_question(
    ranked: Mapping[str, Mapping[str, float]], relevant: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Each measure of each question: `ranked` and `relevant` are by question, then by passage."""
    measures = _measures()
    names = {str(measure): name for name, measure in measures.items()}
    found: dict[str, dict[str, float]] = {name: dict.fromkeys(relevant, 0.0) for name in measures}
    import ir_measures

    for metric in ir_measures.iter_calc(list(measures.values()), _plain(relevant), _plain(ranked)):
        found[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return found


def _measures() -> dict[str, Any]:
    """The library's measures by our names; SettingsError where it is not installed."""
    try:
        import ir_measures
    except ImportError as error:
        raise SettingsError(
            "Measuring needs the package 'ir-measures'.", "Run: pip install -e '.[measuring]'"
        ) from error
    return {name: ir_measures.parse_measure(theirs) for name, theirs in MEASURES.items()}


def _plain(nested: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {key: dict(values) for key, values in nested.items()}


def score(values: Sequence[float]) -> Score:
    """The mean with its bootstrap interval; the same in every run."""
    if not values:
        return Score(0.0, 0.0, 0.0)
    data = np.asarray(values, dtype=np.float64)
    low, high = np.percentile(_resampled(data), [2.5, 97.5])
    return Score(float(data.mean()), float(low), float(high))


def area(positive: Sequence[float], negative: Sequence[float]) -> Score:
    """How often a positive lies above a negative, a tie as half (the area under the ROC curve), with its interval."""
    if not positive or not negative:
        return Score(0.0, 0.0, 0.0)
    one, two = np.asarray(positive)[:, None], np.asarray(negative)[None, :]
    above = (one > two) + 0.5 * (one == two)
    chance = np.random.default_rng(_SEED)
    drawn, against = (chance.multinomial(n, [1 / n] * n, _RESAMPLES) for n in above.shape)
    areas = ((drawn @ above) * against).sum(axis=1) / above.size
    low, high = np.percentile(areas, [2.5, 97.5])
    return Score(float(above.mean()), float(low), float(high))


def difference(first: Mapping[str, float], second: Mapping[str, float]) -> Difference:
    """Over the questions that both have: a bootstrap interval, and a paired test that swaps the two at random."""
    keys = sorted(first.keys() & second.keys())
    if not keys:
        return Difference(0.0, 0.0, 0.0, 1.0)
    gained = np.array([second[key] - first[key] for key in keys])
    if not gained.any():
        return Difference(0.0, 0.0, 0.0, 1.0)
    if len(gained) == 1:  # a single swap tells nothing, and scipy refuses it
        only = float(gained[0])
        return Difference(only, only, only, 1.0)
    low, high = np.percentile(_resampled(gained), [2.5, 97.5])
    from scipy.stats import permutation_test

    tested = permutation_test(
        (gained,),
        lambda values, axis: values.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_RESAMPLES,
        batch=200,
        rng=np.random.default_rng(_SEED),
    )
    return Difference(float(gained.mean()), float(low), float(high), float(tested.pvalue))


def _resampled(data: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Means of the data drawn anew, with replacement, many times."""
    chance = np.random.default_rng(_SEED)
    return np.array([data[chance.integers(0, len(data), len(data))].mean() for _ in range(_RESAMPLES)])
