"""A statement that says of another that it is not so: `41 crowns, not 14 as we wrote`."""

from __future__ import annotations

import re

from rag.answering.evidence import Evidence
from rag.answering.wording import Wording

_DENIES = re.compile(
    r"\b(?:not|instead of|rather than|(?:up|down) from)\s+(?:(?:in|on|at|by|for|about|the)\s+)*(?=\S)", re.IGNORECASE
)
# What a newspaper wrote before, and puts right in the next sentence.
WE_WROTE = re.compile(
    r"^[^“\"]*\bwe (?:also |had |wrongly |mistakenly |erroneously |incorrectly )*"
    r"(?:wrote|written|reported|said|stated|named|gave|published)\b[^.!?]*",
    re.IGNORECASE,
)
_OF_THE_SAME, _OF_OURS = 0.5, 0.25  # of what the other tells


def puts_right(item: Evidence, other: Evidence) -> bool:
    """Whether it says that a number or a date of the other is not so, in an article that is no older."""
    dates = (item.hit.passage.date, other.hit.passage.date)
    if all(dates) and str(dates[0]) < str(dates[1]):
        return False
    text = item.statement.text
    ends = {denial.end() for denial in _DENIES.finditer(text)}
    ours = WE_WROTE.match(text)
    wrong_to = ours.end() if ours else 0
    if not ends and not ours:
        return False
    said, others = Wording(text), Wording(other.statement.text)
    counts = (
        one.agrees(its)
        for one in said.quantities
        if one.start in ends or one.start < wrong_to
        for its in others.quantities
    )
    moments = (one.agrees(its, None) for one in said.moments if one.start in ends for its in others.moments)
    least = _OF_OURS if ours and not WE_WROTE.match(other.statement.text) else _OF_THE_SAME
    return (any(counts) or any(moments)) and others.share_in(said) >= least
