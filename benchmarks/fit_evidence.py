"""Fit the weights of evidence, and say how often they are wrong; `fit_relevance` goes on from them.

    python -m benchmarks.fit_evidence DATA CACHE QUESTIONS.jsonl FOLDER [FOLDER …]

Fitted on three kinds of questions that count alike, whatever their number: `reader_libraries.jsonl`, which the reader
that is shipped never saw, so that it is no surer of them than of any other, the articles of SQuAD to choose with, and
QUESTIONS, in the form of `rag.measuring.questions`, asked of a library of each FOLDER. DATA and CACHE are those of
`benchmarks.answers_squad2`. Reported on these, on stories by other authors, on the libraries of `benchmarks.libraries`,
and on SQuAD's other articles.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks import answers_squad2, libraries
from rag.answering import evidence, relevance
from rag.answering.assistant import Assistant
from rag.answering.evidence import Features, Weighed, weighted
from rag.answering.scales import Scales
from rag.measuring.questions import CheckedQuestion, load_questions, normalised
from rag.search.followups import stand_alone

# Those of before, fitted on other questions: what the kinds say little of, as time, stays as it was.
PRIOR = relevance._TELLING
PULL = 0.002  # towards the prior


@dataclass(frozen=True)
class Case:
    """A question as weighed, and which statements hold an answer."""

    asked: CheckedQuestion
    weighed: Weighed
    table: np.ndarray
    right: np.ndarray
    cosines: tuple[float, ...]
    """Of the question and each statement, embedded or not when it was weighed."""


def cases(questions: Sequence[CheckedQuestion], folder: Path) -> list[Case]:
    """Every question asked of a library of the folder."""
    made = []
    with tempfile.TemporaryDirectory() as place:
        assistant = Assistant.open(Path(place) / "library")
        assistant.library.sync(folder)
        scales = Scales(assistant.library)
        for asked in questions:
            question = stand_alone(asked.question, asked.history)
            question, hits = assistant._search(question)
            weighed = scales.weigh(question, hits)  # the whole path but its end
            if weighed.evidence:
                table = np.array([astuple(item.features) for item in weighed.evidence])
                right = np.array([holds_part(asked, item) for item in weighed.evidence])
                vector, _ = assistant.library.question_vectors(question.standalone)
                cosines = tuple(float(its @ vector) for its in scales.vectors_of(weighed.evidence))
                made.append(Case(asked, weighed, table, right, cosines))
    return made


def of_libraries(path: Path) -> list[Case]:
    """Every question asked of its own library."""
    with libraries.laid_out(path) as found:
        return [case for _, folder, questions in found for case in cases(questions, folder)]


def of_stories(path: Path) -> list[Case]:
    """The answered questions of the stories, each asked of its own."""
    with libraries.stories(path) as found:
        return [
            case
            for folder, questions in found
            for case in cases([asked for asked in questions if asked.is_answerable], folder)
        ]


def of_squad(found: Sequence[answers_squad2.Case]) -> list[Case]:
    """What `answers_squad2` weighed, as a case of this file; any paragraph that holds the answer's words is right."""
    made = []
    for case in found:
        items = case.weighed.evidence
        if items:
            asked = CheckedQuestion(
                "", "fact", case.question, (), (case.answers,), tuple({item.hit.passage.source for item in items})
            )
            table = np.array([astuple(item.features) for item in items])
            made.append(Case(asked, case.weighed, table, np.array([holds_part(asked, item) for item in items]), ()))
    return made


def holds_part(asked: CheckedQuestion, item: evidence.Evidence) -> bool:
    """Whether the statement is from a right source and holds any of the words looked for."""
    text = normalised(item.statement.text)
    return item.hit.passage.source in asked.sources and any(
        normalised(words) in text for group in asked.answers for words in group
    )


def fit(kinds: Sequence[Sequence[Case]]) -> np.ndarray:
    """Weights that make the right statements likely among all of a question's (listwise softmax), all kinds alike."""
    prior = np.array(astuple(PRIOR))
    useful = [[case for case in found if case.right.any()] for found in kinds]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros_like(weights)
        for found in useful:
            for case in found:
                scores = case.table @ weights
                likely = np.exp(scores - scores.max())
                likely /= likely.sum()
                share = likely[case.right].sum()
                total -= np.log(share + 1e-12) / len(found)
                slope -= ((likely[case.right] @ case.table[case.right]) / share - likely @ case.table) / len(found)
        pulled = weights - prior
        return total / len(useful) + PULL * (pulled @ pulled), slope / len(useful) + 2 * PULL * pulled

    return np.array(minimize(loss, prior, jac=True, method="L-BFGS-B").x)


def reweighed(case: Case, weights: Features) -> Weighed:
    """The case's evidence in the order of these weights."""
    items = [replace(item, score=weighted(item.features, weights)) for item in case.weighed.evidence]
    return replace(case.weighed, evidence=tuple(sorted(items, key=lambda item: -item.score)))


def within(case: Case, weighed: Weighed, most: int) -> bool:
    """Whether the first statements hold a whole right answer."""
    first = weighed.evidence[:most]
    text = normalised(" ".join(item.statement.text for item in first))
    has_words = all(any(normalised(words) in text for words in group) for group in case.asked.answers)
    return has_words and any(item.hit.passage.source in case.asked.sources for item in first)


def expected(found: Sequence[Case]) -> tuple[float, float]:
    """Slope and rise of the line from a passage's cosine to those of its statements."""
    passages = [item.hit.vector.score for case in found for item in case.weighed.evidence]
    statements = [cosine for case in found for cosine in case.cosines]
    slope, rise = np.polyfit(passages, statements, 1)
    return float(slope), float(rise)


def report(name: str, found: Sequence[Case], weights: Features) -> None:
    """One line for each set."""
    answerable = [(case, reweighed(case, weights)) for case in found if case.asked.is_answerable]
    firsts = [np.mean([within(case, weighed, most) for case, weighed in answerable]) for most in (1, 2, 3)]
    print(f"{name:40} right within 1, 2, 3: {firsts[0]:.3f} {firsts[1]:.3f} {firsts[2]:.3f}")


def main() -> None:
    """Fit, print the constants and how often the right statement comes first."""
    data, cache = map(Path, sys.argv[1:3])
    questions, *folders = map(Path, sys.argv[3:])
    squad = answers_squad2.cases(data, cache)
    about = [case for folder in folders for case in cases(load_questions(questions), folder)]
    kinds = {
        "stories, fitted on": of_stories(libraries.UNREAD),
        "SQuAD, fitted on": of_squad(squad["choose answerable"]),
        "articles, fitted on": about,
    }
    print("cosine of a statement to expect: {:.2f} of its passage's and {:.2f}".format(*expected(about)))
    weights = Features(*fit(list(kinds.values())).round(2).tolist())
    print(weights)
    others = {
        "stories by other authors": of_stories(libraries.STORIES),
        "SQuAD, the rest": of_squad(squad["report answerable"]),
        **{path.stem: of_libraries(path) for path in (libraries.FIT, libraries.REPORT)},
    }
    for name, found in {**kinds, **others}.items():
        report(name, found, weights)


if __name__ == "__main__":
    main()
