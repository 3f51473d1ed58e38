"""Who holds an office: whoever a passage about its body names beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.evidence import Evidence, best_first
from rag.answering.persons import WHOLE_NAME

_ASKED = re.compile(
    r"^\W*who (?P<tense>is|was|are|were) (?:(?:the|its|their) )?(?:(?:new|current|present) )?"
    r"(?P<role>(?!the\b|\w+est\b)[a-z][a-z -]{2,40}?) (?:of|at|for) (?!.*\b(?:before|after|until|since|when|then)\b)",
    re.IGNORECASE,
)
_NAME = rf"(?:(?:Dr|Mr|Mrs|Ms|Prof|Professor|Sir|Captain|Judge)\.? )?{WHOLE_NAME}"
_WHOLE = 0.99  # of the question's words, in the passage: it speaks of that body


@dataclass(frozen=True, slots=True)
class Holder:
    """A question for who holds an office."""

    role: str
    is_now: bool

    @classmethod
    def asked(cls, question: str) -> Holder | None:
        """Of `Who is the coach of Hexley Town?`; None for other questions."""
        found = _ASKED.match(question)
        return cls(found["role"], is_now=found["tense"].lower() in ("is", "are")) if found else None

    def told(self, evidence: Sequence[Evidence]) -> tuple[list[Evidence], bool | None]:
        """With statements first that name the holder, the latest where it is asked who it is; and whether any does.

        `Coach Lena Harrow said …`: the body is named elsewhere in the passage, and a reader wants it beside the name.
        """
        role = re.escape(self.role)
        named = re.compile(rf"(?i:\b{role})(?:,|:| –)? {_NAME}|{_NAME}(?:, | – | - )(?i:(?:the )?{role})\b")
        ahead = [
            item
            for item in evidence
            if item.contrast is None and item.features.nearby >= _WHOLE and named.search(item.statement.text)
        ]
        if not ahead:
            return list(evidence), None
        if self.is_now:
            ahead.sort(key=lambda item: item.hit.passage.date or "", reverse=True)
        best = max(item.score for item in evidence)
        first = {item: best + len(ahead) - place for place, item in enumerate(ahead)}
        return best_first(replace(item, score=first.get(item, item.score)) for item in evidence), True
