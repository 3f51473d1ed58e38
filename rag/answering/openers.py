"""What a statement needs beside it to be understood alone: whom "he" means, what was asked, what was answered."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

from rag.answering.corrections import WE_WROTE
from rag.reading.interviews import speaker, turns
from rag.reading.sentences import Statement, is_ended, is_question

_POINTS_BACK = re.compile(
    r"[“\"‘']?(?:he|she|they|it|his|her|its|their|this|these|those|such|another|others|both|"
    r"that (?!is\b)\w+|that(?: is|[’']s) (?:why|how|where|when|because)|among (?:these|them)|behind (?:it|this)|at its|"
    r"(?:for|because of|owing to) (?:this|that|these|those)|as a (?:result|consequence)(?! of)|therefore|thus|hence|"
    r"consequently|accordingly|instead(?! of)|the (?:two|latter|former)|in plain terms)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"(?:but )?(?:(?:it|this|that|they|he|she|there) (?:is|was|are|were|has|have|had|did|does|do)(?: not|n['’]t)[.!]|"
    r"(?:this|that|it) (?:is|was|proved) (?:wrong|false|untrue|incorrect|(?:not|n['’]t) (?:true|so|right|the case)|"
    r"an? (?:myth|mistake|error|legend))\b|not so[.!])",
    re.IGNORECASE,
)
_PUTS_RIGHT = re.compile(r"(?:but )?(?:in (?:fact|reality|truth)|actually|the truth is)\b", re.IGNORECASE)
_IS_BELIEVED = re.compile(
    r"\b(?:some|many|several|people|(?:news)?papers|it (?:is|was|has been))\b[^.]*\b(?:thinks?|thought|believed?|says?|"
    r"said|claim(?:s|ed)?|report(?:s|ed)?|assumed?|wrote)\b",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"(?P<opens>[“«]|(?<![^\s(\[—–])\"(?=\S))|(?P<closes>[”»]|\")")
_MOST_OF_DENIAL = 5  # words; what is so, then, stands behind it
_MOST_WORDS = 70  # of a statement with what it needs


def with_openers(text: str, found: Sequence[Statement], asking: Collection[str]) -> tuple[Statement, ...]:
    """An article's neighbouring statements, each with what it needs; those who ask are named in `asking`.

    A sentence that opens by pointing back is quoted together with the sentence before it, a quotation from where it
    opens to where it closes, and a question with its answer, or as much of that as there is room for.
    """
    made = []
    for place, (statement, before) in enumerate(zip(found, [None, *found], strict=False)):
        is_turn = speaker(statement) in asking
        if statement.kind == "paragraph" and (is_turn or is_question(statement.text)):
            made.append(_with_answer(text, found[place:], is_turn=is_turn))
        else:
            opened, following = _with_opener(text, statement, before), found[place + 1 :]
            earlier = [one for one in found[:place] if one.end <= opened.start]
            made.append(_with_quote(text, opened, earlier, following) or _with_denial(text, opened, following))
    return tuple(dict.fromkeys(made))  # each of two that need each other comes to the same


def is_denied(said: str, following: str) -> bool:
    """Whether the next sentence says it is not so: `It has not.`, or `In fact …` of what others are said to say."""
    is_put_right = _PUTS_RIGHT.match(following) and _IS_BELIEVED.search(said)
    return bool(_DENIES.match(following) or is_put_right or WE_WROTE.match(said))


def _with_quote(
    text: str, statement: Statement, earlier: Sequence[Statement], following: Sequence[Statement]
) -> Statement | None:
    """From where its quotation opens to where it closes; None where it is whole, or has no end near enough."""
    start, end = statement.start, statement.end
    reaching = (one for one in following if one.block == statement.block)
    while (quoted := _quotations(text[start:end])) and statement.kind == "paragraph":
        if quoted == "opened" and (other := next(reaching, None)):
            end = other.end
        elif quoted == "closed" and earlier and earlier[-1].block == statement.block:
            start, earlier = earlier[-1].start, earlier[:-1]
        else:
            return None
        if len(text[start:end].split()) > _MOST_WORDS:
            return None
    is_longer = (start, end) != (statement.start, statement.end)
    return replace(statement, start=start, end=end, text=" ".join(text[start:end].split())) if is_longer else None


def _quotations(words: str) -> Literal["", "opened", "closed"]:
    """Whether a quotation is opened in them and not closed, or closed and not opened."""
    depth = 0
    for mark in _QUOTE.finditer(words):
        depth += 1 if mark["opens"] else -1
        if depth < 0:
            return "closed"
    return "opened" if depth else ""


def _with_denial(text: str, statement: Statement, following: Sequence[Statement]) -> Statement:
    """With the sentence that says that it is not so, and what is."""
    if statement.kind != "paragraph" or not following or following[0].block != statement.block:
        return statement
    if not is_denied(statement.text, following[0].text):
        return statement
    end = following[0].end
    is_bare = bool(_DENIES.match(following[0].text)) and len(following[0].text.split()) <= _MOST_OF_DENIAL
    if is_bare and following[1:] and following[1].block == statement.block:
        end = following[1].end
    return replace(statement, end=end, text=" ".join(text[statement.start : end].split()))


def _with_answer(text: str, found: Sequence[Statement], *, is_turn: bool) -> Statement:
    """The first, or the whole turn that begins with it, and what follows in the block, or where that ends in the next.

    Of a speaker's answer nothing but his turn.
    """
    first = found[0]
    turn = next(turns(found)) if is_turn else found[:1]
    following = found[len(turn) :]
    reply = next(turns(following), ())
    end = first.end
    for one in [*turn[1:], *reply]:
        is_other = one.kind != "paragraph" or one.section != first.section or (one in reply and is_question(one.text))
        if is_other or len(text[first.start : one.end].split()) > _MOST_WORDS:
            break
        end = one.end
    return replace(first, end=end, text=" ".join(text[first.start : end].split()))


def _with_opener(text: str, statement: Statement, before: Statement | None) -> Statement:
    if (
        before is None
        or statement.kind != "paragraph"
        or before.kind != "paragraph"
        or before.section != statement.section
        or not is_ended(before.text)
        or not _POINTS_BACK.match(statement.text)
        or len(text[before.start : statement.end].split()) > _MOST_WORDS
    ):
        return statement
    return replace(statement, start=before.start, text=" ".join(text[before.start : statement.end].split()))
