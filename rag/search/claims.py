"""Statements that are given to be checked: `Fact check: …`, `I read that …, correct?`, `… Is that true?`."""

from __future__ import annotations

import re

from rag.library.words import content_terms
from rag.search.framing import ASKS

_PLEASE = (
    r"(?:for (?:an?|my|our|the) [\w ]{1,20}[,:]\s+)?"
    r"(?:(?:please|kindly|just|can you|could you|would you|ok|okay|so|and|hi|hello|hey)[,\s]+)*"
)
_THAT = r"(?:(?: to (?:think|say|believe)| in (?:thinking|saying|believing))? that| if| whether)?"
_TRUE = r"(?:true|correct|right|accurate|a fact|the case)"
_CHECK = r"(?:(?:fact|double)[- ]?check|check|verify|confirm|corroborate)"
_BEFORE = re.compile(
    rf"\W*{_PLEASE}(?:"
    r"(?:fact[- ]?check(?:ing)?(?: (?:this|that|please|request))*|true or false|true|claim|statement)\s*[:,?–-]|"
    rf"{_CHECK}(?: (?:for me|this|that|it))*(?: (?:the |following )*(?:claim|statement))?"
    rf"(?: (?:is|is it|it is|it['’]s) {_TRUE})?(?:{_THAT}(?=\s)|\s*[:,–-])|"
    rf"(?:is it|it is|it['’]s)(?: really| actually)? {_TRUE}(?: to say)?{_THAT}|(?:am i|are we) {_TRUE}{_THAT}|"
    r"(?:i|we|somebody|someone|people|they)(?:['’]ve| have)? (?:just )?(?:read|heard|saw|was told|were told|been told|"
    r"hear|understand|think|thought|believe|assume|gather|said|say)(?: somewhere)?(?: that)?"
    rf"(?=.*(?:\?|\b(?:{_TRUE}|{_CHECK})\b))"
    r")\s+(?P<claim>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_BEHIND = re.compile(
    rf"[\s,.;:?!–—-]+(?:(?:and )?(?:is|was) (?:this|that|it)(?: really| actually)? (?:{_TRUE}|so)|"
    r"(?:is )?(?:this |that )?true or false|right or wrong|true|correct|right|yes or no|fact or fiction|or not|"
    r"isn['’]t (?:it|that so)|am i (?:right|correct)|do i have that right|did i get (?:this|that) right|"
    rf"{_PLEASE}{_CHECK}(?: (?:this|that|it))?(?: for (?:me|us))?(?: please)?)\s*[?.!]*$",
    re.IGNORECASE,
)
_LONGEST_BEHIND = 80  # characters


def claim_in(text: str) -> str:
    """What is to be checked, where a statement is given and not a question; else nothing.

    >>> claim_in("Fact check: Lavrov came to Cairo.")
    'Lavrov came to Cairo'
    >>> claim_in("Lavrov came to Cairo, right?")
    'Lavrov came to Cairo'
    >>> claim_in("Who was right?")
    ''
    """
    before, behind = _BEFORE.match(text), _BEHIND.search(text, max(len(text) - _LONGEST_BEHIND, 0))
    claim = text[before.start("claim") if before else 0 : behind.start() if behind else len(text)]
    claim = claim.strip(" \t\n.?!:,;–—-")
    is_claim = (before or behind) and not re.match(ASKS, claim, re.IGNORECASE) and content_terms(claim)
    return claim if is_claim else ""
