"""Turns that are about the answer before them: `tell me more`, `where does it say that?`, `in French, please`."""

from __future__ import annotations

import re
from typing import Literal

Aside = Literal["more", "source", "shorter", "reworded"]

_PLEASE = r"(?:(?:please|ok(?:ay)?|yes|no|hm+|so|and|but|just|can you|could you|would you|will you)[,\s]+)*"
_THEN = r"(?:[,\s]+(?:please|then|exactly|anyway|though))*[\s?.!…]*"
_IT = r"(?:it|this|that|them|these|those)"
_YOURS = rf"(?:{_IT}|(?:the|your|that|this) (?:last )?(?:answer|reply|response))"
_ABOUT_IT = rf"(?: (?:about|on|of) {_IT})?"
_ONE = r"(?:article|text|source|story|document|piece|paper|report)s?"
_WORDS = (
    r"(?:(?:full|exact|original|whole|supporting) )*"
    r"(?:quotes?|quotation|words|wording|sources?|passages?|evidence|proof|citations?)"
)
_SHORT = r"(?:short(?:er)?|briefly|in (?:short|brief|a nutshell|one sentence|a sentence|a few words))"
_LANGUAGE = r"(?:english|french|german|spanish|arabic|italian|russian|chinese|portuguese|dutch|polish|turkish)"
_ASIDES: dict[Aside, tuple[str, ...]] = {
    "more": (
        r"(?:(?:tell|give|show)(?: me| us)? |say |i(?:['’]d like| want| need) )?(?:some |a (?:bit|little) )?"
        rf"(?:more|further)(?: (?:details?|information|info|context|background))?{_ABOUT_IT}",
        rf"(?:go|carry) on|continue|keep going|(?:elaborate|expand|explain)(?: on {_IT})?|in (?:more|greater) detail",
        r"(?:what|anything|something) (?:else|more)"
        rf"(?: is there| do (?:the articles|they|we|you) (?:say|know|have))?{_ABOUT_IT}",
        rf"(?:is there|do you have|are there|any) (?:any(?:thing)? )?(?:more|else){_ABOUT_IT}",
    ),
    "source": (
        r"where (?:does|do|did) (?:it|they|the articles?|he|she) (?:actually )?(?:say|state|write) (?:that|this|so|it)",
        rf"(?:what|which)(?:['’]s| is| are| was| were)? (?:your|the|that|this) source(?: (?:of|for) {_IT})?",
        rf"(?:what|which) {_ONE} (?:is|was|does|did|says?|said|are|were) {_IT}(?: (?:come )?from| in)?",
        rf"(?:in )?(?:what|which) {_ONE}(?: (?:says?|said|states?) {_IT})?",
        rf"where (?:is|was|does|did you (?:get|find|read|see)|do you (?:get|have)) {_IT}"
        r"(?: (?:come )?from| written| stated)?",
        rf"how (?:do|did|can) you (?:know|find)(?: {_IT}(?: out)?)?|says who|according to (?:who|what|whom)",
        rf"really|are you (?:really |quite |absolutely )?(?:sure|certain){_ABOUT_IT}",
        rf"(?:(?:give|show|tell|cite|quote|name)(?: me| us)? )?(?:(?:the|your|its) )?{_WORDS}"
        rf"(?: (?:for|of|behind) {_IT})?",
        rf"(?:quote|cite|prove|source) {_IT}|show(?: me)? (?:the|that|this) {_ONE}",
        rf"i (?:do not|don['’]t) believe {_IT}|{_IT}(?:['’]s| is) (?:wrong|not true|not right|false|incorrect)",
    ),
    "shorter": (rf"{_SHORT}|tl;?dr|(?:shorten|summari[sz]e|sum up) {_YOURS}|(?:make|put|say) {_YOURS} {_SHORT}",),
    "reworded": (
        rf"(?:translate|rephrase|reword|rewrite|simplify|paraphrase|format|explain) {_YOURS}"
        r"(?: (?:in|into|to|as|for|more)\b.*)?",
        rf"(?:make|put|write|say|give(?: me)?|show(?: me)?) {_YOURS} (?:in|into|as|simpler|more|like|to)\b.*",
        rf"(?:in|into) (?:(?:simpler?|plain|easy|other|your own) )?(?:words|terms|language|{_LANGUAGE})",
        r"as an? (?:list|table|tweet|headline|poem|e-?mail)|as bullet points",
        rf"i (?:do not|don['’]t) (?:understand|get)(?: {_IT})?|what (?:do you mean|does that mean)",
    ),
}
_COMPILED: dict[Aside, re.Pattern[str]] = {
    aside: re.compile(rf"{_PLEASE}(?:{'|'.join(patterns)}){_THEN}", re.IGNORECASE)
    for aside, patterns in _ASIDES.items()
}
_LONGEST = 80  # characters


def aside_in(text: str) -> Aside | None:
    """What it asks of the answer before it; None for a question of its own.

    >>> aside_in("Tell me more, please"), aside_in("Where does it say that?"), aside_in("Who else was there?")
    ('more', 'source', None)
    """
    said = " ".join(text.split())
    if len(said) > _LONGEST:
        return None
    return next((aside for aside, pattern in _COMPILED.items() if pattern.fullmatch(said)), None)
