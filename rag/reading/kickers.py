"""The label that newspapers put above a headline: `Obituary`, `News analysis`."""

from __future__ import annotations

import re

_KICKER = re.compile(
    r"(?:obituar(?:y|ies)|in memoriam|explainer|explained|(?:news )?analysis|opinion|op-ed|comment(?:ary)?|editorial|"
    r"leader|column|interview|profile|portrait|feature|long read|(?:(?:book|film|theatre|restaurant) )?review|"
    r"fact[- ]check|q ?& ?a|letters?(?: to the editor)?|report(?:age)?|investigation|exclusive|breaking(?: news)?|live|"
    r"update|news(?: in brief)?|(?:world|local)(?: news)?|politics|business|economy|science|health|culture|sports?|"
    r"press release|media release|for immediate release)[:.]?",
    re.IGNORECASE,
)


def is_kicker(line: str) -> bool:
    """Whether a line is such a label and nothing else.

    >>> is_kicker("OBITUARY"), is_kicker("Obituary of a port")
    (True, False)
    """
    return _KICKER.fullmatch(line.strip()) is not None
