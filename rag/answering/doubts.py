"""Does what comes nearest speak of what was asked about at all? What a reader that goes by meaning overlooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answering.asked import Terms, Word
from rag.answering.contrast import Contrast, Contrasts
from rag.answering.evidence import NOT_READ, Evidence, Features, best_first, changed
from rag.answering.kinds import Kind, is_of_kind
from rag.answering.persons import Person
from rag.answering.reading import read_alone
from rag.library.embedding import Reader

# A question of which the reader thinks so little is one about the right people and another matter;
# benchmarks/fit_relevance.py prints how often. The first few statements are then read alone before that is believed.
LEAST_HERE = -6.7  # log-odds
_READ_ALONE = 3  # statements
# By so much surer must it be where what it takes for the answer is not of the kind that was asked for.
_OTHER_KIND, _NO_NAME = 10.0, 5.0  # log-odds; those who did it may also be the farmers
_HELD_AGAINST = 8  # statements; what says it of something else falls so far behind that it is not said
_BEHIND = 10.0  # log-odds
_CELLS = 40  # statements
# `Marsh is not related to the surgeon` says who somebody is not.
_NO_KIN = re.compile(r"\b(?:not related|no relation|unrelated) to\b|\bconfused with\b", re.IGNORECASE)


def held_against(
    question: str, evidence: Sequence[Evidence], weights: Features
) -> tuple[list[Evidence], Contrast | None]:
    """The same with the first few that say it of something else behind; and what the very first says, if it is one."""
    contrasts = Contrasts(question)
    first_few = [
        replace(item, contrast=contrasts.first(item.statement.below_heading("row"), item.hit.passage))
        for item in evidence[:_HELD_AGAINST]
    ]
    apart = [_behind(item, weights) if item.contrast else item for item in first_few]
    ordered = best_first([*apart, *evidence[_HELD_AGAINST:]])
    is_told = any(item.contrast is None and contrasts.holds_years(item.statement.text) for item in first_few)
    return ordered, first_few[0].contrast if first_few and not is_told else None


def in_its_column(words: Sequence[Word], evidence: Sequence[Evidence], weights: Features) -> list[Evidence]:
    """The same with each cell far behind one of its table that tells all of the question that it tells, and more.

    A cell has so few words that a reader that goes by meaning mistakes one for another: what it thinks of those behind
    counts for the one before them.
    """
    told = {item: _told(words, item) for item in evidence[:_CELLS] if item.statement.kind == "row"}
    ahead = {item: [other for other in told if _is_of_table(other, item) and told[item] < told[other]] for item in told}
    moved: dict[Evidence, Evidence] = {}
    for item in (item for item in told if not ahead[item]):
        reading = max((other.features.reading for other in told if item in ahead[other]), default=NOT_READ)
        if reading > item.features.reading:
            said = replace(item, answer=item.statement.text.rpartition(": ")[2])
            moved[item] = changed(said, replace(item.features, reading=reading), weights)
    for item in (item for item in told if ahead[item]):
        best = max(moved.get(other, other).score for other in ahead[item])
        moved[item] = replace(item, score=min(item.score, best - _BEHIND))
    return best_first(moved.get(item, item) for item in evidence)


def _told(words: Sequence[Word], cell: Evidence) -> frozenset[str]:
    terms = Terms.of(cell.statement.text)
    return frozenset(word.text for word in words if terms.share(word) == 1)


def _is_of_table(one: Evidence, other: Evidence) -> bool:
    return one.hit.passage.source == other.hit.passage.source and one.statement.section == other.statement.section


def told_of(person: Person, evidence: Sequence[Evidence]) -> tuple[list[Evidence], bool | None]:
    """The same with what does not speak of the person behind, and whether any does; None where that is unsure."""
    passages = {item.hit.passage.id: item.hit.passage for item in evidence}.values()
    spoken = {person.spoken_of(f"{its.title}\n{its.section}\n{its.text}") for its in passages}
    if "by whole name" not in spoken:
        return list(evidence), False if "as another" in spoken else None
    told = ("by whole name", "by surname")
    apart = (
        item
        if person.spoken_of(item.statement.text) in told and not _NO_KIN.search(item.statement.text)
        else replace(item, score=item.score - _BEHIND)
        for item in evidence
    )
    return best_first(apart), True


def _behind(item: Evidence, weights: Features) -> Evidence:
    unread = changed(replace(item, answer=""), replace(item.features, reading=NOT_READ), weights)
    return replace(unread, score=unread.score - _BEHIND)


def thought_over(
    reader: Reader, question: str, words: Sequence[Word], kind: Kind, evidence: Sequence[Evidence], here: float
) -> float:
    """The log-odds that any of the evidence answers, where the reader thought so much of its passages."""
    if here < LEAST_HERE:
        likely = [item for item in evidence[:_READ_ALONE] if item.contrast is None]
        here = _on_second_thought(reader, question, words, likely, here)
    said = evidence[0].answer if evidence else ""
    if said and not is_of_kind(kind, said, question):
        here -= _NO_NAME if kind == "person" else _OTHER_KIND
    return here


def _on_second_thought(
    reader: Reader, question: str, words: Sequence[Word], evidence: Sequence[Evidence], here: float
) -> float:
    """The log-odds that any of these answers, read alone, where the reader thought little of their passages.

    The other statements of a passage, its title and its date may be what it stumbled over.
    """

    def alone(*, below_lead: bool) -> Iterator[float]:
        for item in evidence:
            yield read_alone(reader, question, words, item.hit.passage, item.statement, below_lead=below_lead)

    told = max([here, *alone(below_lead=True)])
    # Without its lead it says less about what it speaks of, so that is believed by half.
    return (told + max([told, *alone(below_lead=False)])) / 2
