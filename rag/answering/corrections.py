"""A statement that says of another that it is not so: `41 crowns, not 14 as we wrote`."""

from __future__ import annotations

import re

from rag.answering.evidence import Evidence
from rag.answering.wording import Wording

_DENIES = re.compile(
    r"\b(?:not|instead of|rather than|(?:up|down) from)\s+(?:(?:in|on|at|by|for|about|the)\s+)*(?=\S)", re.IGNORECASE
)
_OF_THE_SAME = 0.5  # of what the other tells


def puts_right(item: Evidence, other: Evidence) -> bool:
    """Whether it says that a number or a date of the other is not so, in an article that is no older."""
    dates = (item.hit.passage.date, other.hit.passage.date)
    if all(dates) and str(dates[0]) < str(dates[1]):
        return False
    text = item.statement.text
    ends = {denial.end() for denial in _DENIES.finditer(text)}
    if not ends:
        return False
    said, others = Wording(text), Wording(other.statement.text)
    counts = (one.agrees(its) for one in said.quantities if one.start in ends for its in others.quantities)
    moments = (one.agrees(its, None) for one in said.moments if one.start in ends for its in others.moments)
    return (any(counts) or any(moments)) and others.share_in(said) >= _OF_THE_SAME
