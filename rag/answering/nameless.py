"""Somebody or something asked for by name whom the article brings in without one: `a former bookkeeper`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ARTICLE = r"(?:the|his|her|its|their|this|that)"
_BEHIND_NOUN = r"(?:who|whom|whose|that|which|where|when|in|at|on|from|to|with|for|by|of|above|below)\b"
_NOUN = rf"(?P<noun>[a-z][\w’'-]*(?: (?!{_BEHIND_NOUN})[\w’'-]+){{0,3}}?)"  # whose name; its last word is looked for
_ASKED = (
    re.compile(
        rf"^\W*(?i:(?:and |so )?(?:(?:what(?:['’]s| is| was)|give me|tell me) )?(?:the )?name of {_ARTICLE} )"
        rf"{_NOUN}(?=\W*$| {_BEHIND_NOUN})"
    ),
    re.compile(
        rf"^\W*(?i:(?:and |so )?what (?:is|was) {_ARTICLE} )(?P<noun>[\w’' -]{{3,40}}?)"
        rf" (?:called|named)(?=\W*$| {_BEHIND_NOUN})"
    ),
    re.compile(rf"^\W*(?i:(?:and |so )?who(?:['’]s| is| was) {_ARTICLE} ){_NOUN} (?:who|that)\b"),
)
_NAME = r"[^\W\d_a-z][\w’'-]+"
_IS_NAMED = re.compile(
    r"\b(?<!\bbe )(?:called|named|(?:re)?christened|identified|known as|by the name of|names? (?:is|was)|"
    r"(?:en)?titled?)\b",
    re.IGNORECASE,
)
_STANDS_BEFORE = re.compile(rf"{_NAME}(?:,| –| —| -| \(| (?:is|was|became|remains))\s?$")
_FOLLOWING = 150  # characters behind the statement, in which the name may be told


def of_nobody_named(question: str, said: str, around: str) -> Iterator[tuple[str, str]]:
    """The name that is asked for, and how the statement, in the text around it, tells of its bearer without one."""
    asked = next((found for form in _ASKED if (found := form.match(question))), None)
    if asked is None:
        return
    noun = asked["noun"].split()[-1]
    told = re.search(
        rf"\b(?:an?|another) (?:(?!{_BEHIND_NOUN})[\w’'-]+ ){{0,3}}?{re.escape(noun)}\b", said, re.IGNORECASE
    )
    if told is None or _STANDS_BEFORE.search(said[: told.start()]) or _has_name(noun, around):
        return
    _, _, behind = around.partition(said)
    if not _IS_NAMED.search(said + behind[:_FOLLOWING]):
        yield f"the name of the {asked['noun']}", told.group()


def _has_name(noun: str, text: str) -> bool:
    """Whether any bearer of the noun has a name beside it: `the tanker Orm`, `Jo Pell, a waiter`."""
    its = re.escape(noun)
    before, after = rf"(?i:\b{its}),? {_NAME}", rf"{_NAME}, (?:(?:an?|the|its|their|his|her) )?(?:[\w-]+ )?(?i:{its})\b"
    return bool(re.search(f"{before}|{after}", text))
