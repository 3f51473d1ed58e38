"""Who did it? Whoever else the sentence names did not: `beating the incumbent, Pike` is not who won."""

from __future__ import annotations

import re

from rag.answering.opposites import are_opposite
from rag.library.words import terms
from rag.search.antecedents import AUXILIARY

_WHO_DID = re.compile(
    rf"^\W*(?:(?:and|so|but|then) )*who (?:else )?(?:\w+ly )?(?!{AUXILIARY}\b)(?P<verb>[a-z]+)\b",
    re.IGNORECASE,
)
# `beating the incumbent, `: whose name follows is the one to whom it was done.
_DONE_TO = re.compile(
    r"\b(?!(?:including|during|according|following|regarding|concerning|being|meaning|meeting|morning|evening|hearing|"
    r"building|spring|king)\b)[a-z]{2,}ing(?: (?:the|his|her|their|its|an?)(?: [a-z-]+){1,2},?)? $"
)
_WAS = re.compile(
    r"(?:, [^,;.]{1,60})?,?(?: who| which)? (?:is|was|were|are|(?:has|have|had) been) (?:\w+ly )?(?P<verb>[a-z]+)\b"
)
_MOST_BEFORE_VERB = 3  # words


def may_have_done(question: str, sentence: str, name: str) -> bool:
    """Whether the name, in the sentence, may be who did what is asked for; True where no doer is.

    >>> may_have_done("Who won?", "Aldous Merrin won, beating the incumbent, Rosalind Pike.", "Rosalind Pike")
    False
    """
    asked, start = _WHO_DID.match(question), sentence.find(name)
    if asked is None or start < 0:
        return True
    verb, after = asked["verb"].lower(), sentence[start + len(name) :]
    done = _WAS.match(after)
    is_passive = done is not None and terms(done["verb"]) == terms(verb)
    said = re.findall(r"[a-z]+", re.split(r"[,;:.]", after)[0])[:_MOST_BEFORE_VERB]
    return not (is_passive or _DONE_TO.search(sentence[:start]) or any(are_opposite(verb, other) for other in said))
