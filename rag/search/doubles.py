"""Several questions in one message: `Who chairs the inquiry, and how much money has it been given?`."""

from __future__ import annotations

import re

from rag.search.framing import ASKS, QUESTION_WORD
from rag.search.halves import is_half

_LED = r"(?:(?:by|to|for|from|with|in|on|at|since|until|of|about) )?"
_WHETHER = (
    r"(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should) "
    r"(?:it|he|she|they|there|this|that|the|his|her|its|their) "
)
_BETWEEN = re.compile(
    rf" ?[,;?]? and (?:also )?(?={_LED}{QUESTION_WORD})| ?[,;] and (?:also )?(?={_WHETHER})|"
    rf" ?, (?={_LED}(?:when|why|where|by whom)(?:,| and\b|\W*$))|"
    rf" ?[?;] (?:and (?:also )?)?(?={_LED}{QUESTION_WORD}|{ASKS})",
    re.IGNORECASE,
)
# `and how much each?` belongs to what was asked before.
_WHOLE = re.compile(
    r"\S+(?: \S+){3,}|\S+ (?:is|are|was|were|did|does|has|had) \S+|who \S+ (?:him|her|it|them)", re.IGNORECASE
)
_MOST = 3  # questions: of more each would be answered in too few words


def questions_in(text: str) -> tuple[str, ...]:
    """Each question by itself where there are several, in order; else nothing.

    `Why?` behind another is one, as it is in a turn of its own.

    >>> questions_in("Who is Edith Vorm, and how long was the strike?")
    ('Who is Edith Vorm?', 'how long was the strike?')
    >>> questions_in("When does it start, and could it still be blocked?")
    ('When does it start?', 'could it still be blocked?')
    >>> questions_in("Which country pulled out and why?")
    ('Which country pulled out?', 'why?')
    """
    parts = [part.strip(" \t\n,;.?!") for part in _BETWEEN.split(" ".join(text.split()))]
    is_each = all(
        (re.match(ASKS, part, re.IGNORECASE) and _WHOLE.fullmatch(part)) or (number and is_half(part))
        for number, part in enumerate(parts)
    )
    return tuple(f"{part}?" for part in parts) if is_each and 1 < len(parts) <= _MOST else ()
