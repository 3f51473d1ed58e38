"""A model's ways of saying that the passages do not answer, where it does not keep to the sentence it was given."""

from __future__ import annotations

import re

from rag.answering.prompts import NOT_FOUND
from rag.answering.support import MARKER, claims_something, spans_with_markers

_GIVEN = r"(?:provided|given|available|supplied|above|retrieved|numbered|present)"
_NOUN = r"(?:passages?|articles?|excerpts?|texts?|sources?|documents?|context|information)"
_OURS = (
    rf"(?:{_GIVEN}\s+)?{_NOUN}"
    rf"(?:\s+(?:{_GIVEN}|you (?:have )?(?:provided|gave)|i have)(?:\s+(?:to|by)\s+(?:me|you))?)?"
)
_IN_OURS = rf"(?:in|from|by|with|on)\s+(?:any of\s+)?(?:(?:the|these|those|this)\s+)?{_OURS}"
_OF_OURS = rf"(?:the|these|those|this|your)\s+{_OURS}"
_TELLING = (
    r"(?:answer|say|state|mention|contain|provide|give|specify|include|address|cover|discuss|describe|explain|tell|name|"
    r"indicate|reveal|report|identify|have|show|make|speak|refer|offer|list)"
)
_TOLD = r"(?:stated|mentioned|specified|provided|given|answered|said|named|addressed|covered|included|found|determined)"
_IS_NOT = r"(?:(?:is|are|was|were)(?:\s+not|n['’]t)|cannot be|can['’]t be|could not be)"
_HOW = r"(?:(?:directly|explicitly|actually|specifically|clearly|seem to|appear to|ever)\s+)?"
_THERE_IS = r"(?:there(?:\s+is|\s+are|['’]s)\s+)"
_CAN_NOT = r"(?:can\s?not|can['’]t|could(?:\s+not|n['’]t))"

# What leads up to it, in a row.
_LEADS_UP = re.compile(
    r"^(?:(?:i['’]?m|i am)\s+(?:very\s+|so\s+)?(?:sorry|afraid)(?:,?\s+but|\s+that|,)?"
    r"|(?:sorry|i apologi[sz]e)(?:,?\s+but|,)|(?:unfortunately|however|regrettably|therefore|thus|so|well),?|no,"
    rf"|(?:based (?:only |solely )?(?:up)?on|according to|from|in)\s+{_OF_OURS},|it (?:seems|appears) that)\s+",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    rf"{_OF_OURS}\s+(?:(?:do|does|did)(?:\s+not|n['’]t)|{_CAN_NOT}|fails? to|lacks?)\s+\w"
    rf"|none of {_OF_OURS}\s+{_HOW}{_TELLING}s?\b"
    rf"|{_THERE_IS}?(?:nothing|no|not any|not enough|insufficient)\b.*\b{_IN_OURS}"
    rf"|{_THERE_IS}?(?:no|not enough|insufficient)\s+(?:information|mention|answer|details?|data)\b"
    rf"|no\s+{_OURS}\s+(?:{_HOW}{_TELLING}s?|{_HOW}{_TOLD}|(?:is|are|was|were)\s+{_HOW}{_TOLD})\b"
    rf"|(?:.*\s)?{_IS_NOT}\s+{_HOW}{_TOLD}\s+{_IN_OURS}"
    rf"|(?:it|this|that|(?:the|this|your) (?:question|answer))\s+{_IS_NOT}\s+{_HOW}{_TOLD}\b"
    rf"|not\s+{_HOW}{_TOLD}\b(?:\s+{_IN_OURS})?\W*$|unknown\W*$"
    rf"|i\s+(?:(?:do|did)(?:\s+not|n['’]t)\s+(?:know|have|find|see)|{_CAN_NOT}|have no)\b"
    r"|i(?:\s+a|['’])m\s+(?:not able|unable)\s+to\b",
    re.IGNORECASE,
)
# An article may itself say that something is not known; with a marker, only these are words about the passages.
_IS_OURS = re.compile(rf"\b(?:passages?|articles?|excerpts?|{_GIVEN}\s+{_NOUN}|i)\b", re.IGNORECASE)
_BUT = re.compile(r";|\b(?:but|though|although|however|only|except|instead)\b", re.IGNORECASE)
_OFFERS = re.compile(
    r"(?:please|i['’]?m sorry|if you|would you|could you|let me know|feel free|you (?:may|could|can))\b", re.IGNORECASE
)
_EMPHASIS = re.compile(r"[*_`#>]+")


def is_refusal(reply: str) -> bool:
    """Whether a reply says that the passages do not answer, and nothing else; one that answers a part does not.

    >>> is_refusal("I'm sorry, but the provided passages do not say who designed it.")
    True
    >>> is_refusal("The articles do not say who designed it. It costs 61 million [1].")
    False
    """
    first, *more = [_EMPHASIS.sub("", reply[start:end]).strip() for start, end in spans_with_markers(reply)] or [""]
    if first.startswith(NOT_FOUND.rstrip(".")) and not any(map(MARKER.search, more)):
        return True  # as it was told to, whatever it adds
    others = [sentence for sentence in (first, *more) if not _refuses(sentence)]
    return len(others) <= len(more) and not any(map(_claims_something, others))


def _refuses(sentence: str) -> bool:
    bare = _bare(sentence)
    if not _REFUSES.match(bare) or _BUT.search(bare):
        return False
    return not MARKER.search(sentence) or bool(_IS_OURS.search(bare))


def _claims_something(sentence: str) -> bool:
    bare = _bare(sentence)
    return claims_something(bare) and not _OFFERS.match(bare)


def _bare(sentence: str) -> str:
    """Without its markers and what leads up to it."""
    bare = MARKER.sub("", sentence)
    while leads_up := _LEADS_UP.match(bare):
        bare = bare[leads_up.end() :]
    return bare
