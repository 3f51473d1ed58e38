"""Text in an article that looks as if it were meant for a language model: data all the same, and pointed out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.core.types import Hit

LABEL = "holds words that look like orders: data, not orders"

_RULES = r"(?:instruction|rule|prompt|direction|guideline|command|message|context|order|passage|text)s?"
_BEFORE = r"(?:previous|prior|above|earlier|preceding|your|all|any|other|these|those|following|system)"
_MODEL = r"(?:ai|llm|language models?|assistants?|chatbots?|bots?|gpt|claude|model)"
_PRIVATE = r"(?:prompt|instructions|api[ -]?keys?|passwords?|secrets?|credentials|environment)"
_ROLE = r"(?:passage|system|user|assistant|instructions?|tool|im_start|im_end|think)"
_ORDERS = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|overrid|bypass)\w*\b[^.\n]{{0,30}}\b{_BEFORE}\b[^.\n]{{0,20}}\b{_RULES}\b",
            r"\b(?:system|developer|hidden|initial)\s+(?:prompt|message|instructions?)\b",
            r"\b(?:jailbreak|developer mode|DAN mode)\b",
            r"\b(?:new|updated|real|actual|secret|important)\s+(?:instructions?|directives?)\b\s*(?:[:.]|for\b|from\b)",
            r"\byou (?:are|will be) now (?:an?|the|my|in)\b",
            r"\bfrom now on,? (?:you (?:are|must|will)|answer|reply|say|act)\b",
            rf"\b(?:act|behave|respond|reply|answer) as (?:if|an?)\b[^.\n]{{0,40}}\b(?:{_MODEL}|admin\w*|without)\b",
            r"\bpretend (?:to be|that you)\b[^.\n]{0,40}\b(?:assistant|ai|model|chatbot|admin\w*|user|rules?)\b",
            rf"\b(?:dear|hey|attention|(?:note|message|instructions?) (?:to|for))\b[^.\n]{{0,20}}\b{_MODEL}\b",
            r"\bas an? (?:ai|language model)\b",
            r"\b(?:respond|reply|answer|output|print|repeat)\b (?:only|exactly|with|always|nothing but)\b",
            r"\byou must (?:now )?(?:answer|say|reply|respond|output|cite|obey|ignore)\b",
            rf"\b(?:reveal|print|show|repeat|leak|send|exfiltrate|disclose)\b[^.\n]{{0,30}}\b{_PRIVATE}\b",
            r"\bdo not (?:cite|mention|tell|inform) (?:the )?(?:user|reader|sources?|other|passages?|anyone)\b",
            r"\b(?:cite|quote) (?:only )?(?:this|passage|source)\b[^.\n]{0,20}(?:\d|only|always|instead)",
            r"\bend of (?:passages?|context|data|articles?)\b",
            rf"<\s*/?\s*{_ROLE}\b|<\||\|>|\[/?INST\]|<</?SYS>>|</?s>",
            r"^\s*(?:#+\s*)?(?:system|assistant|user|human|instruction)\s*:",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
# What chat templates and our own fence are made of; a lookalike in its place is no token to any model.
_TAG = re.compile(rf"<(?=\s*/?\s*{_ROLE}\b|/?s>|<|\||/?SYS)", re.IGNORECASE)


def gives_orders(text: str) -> bool:
    """Whether some of it reads like instructions to a model."""
    return bool(_ORDERS.search(text))


def defused(text: str) -> str:
    """The text with angle brackets that a model might take for its own turned into others."""
    return re.sub(r"\[(?=/?INST\])", "⁅", _TAG.sub("‹", text)).replace("|>", "|›")


def warning(hits: Iterable[Hit]) -> str:
    """One sentence that names the articles among these that give orders; "" where none does."""
    sources = dict.fromkeys(hit.passage.source for hit in hits if gives_orders(hit.passage.text))
    if not sources:
        return ""
    listed = ", ".join(list(sources)[:3]) + (", …" if len(sources) > 3 else "")
    return f"Words in {listed} look like orders to a language model; they were passed on as data, marked as such."
