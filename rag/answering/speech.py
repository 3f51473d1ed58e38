"""What somebody said about something: the speaker's own words that stand beside what was asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.answering.asked import Terms, coverage, words_asked
from rag.answering.evidence import Evidence, best_first
from rag.answering.kinds import reports_speech
from rag.answering.persons import Person
from rag.library.words import WordIndex, content_terms, terms
from rag.reading.interviews import guest_in
from rag.search.followups import Question

_SAYS = (
    r"(?:say|said|think|thought|comment(?:ed)?|write|written|argued?|claim(?:ed)?|warn(?:ed)?|feel|felt|describe|call|explain|"
    r"admit(?:ted)?|acknowledged?|conceded?|complain(?:ed)?|suggest(?:ed)?|believed?|insist(?:ed)?|predict(?:ed)?|reveal(?:ed)?|"
    r"remark(?:ed)?|promised?|"
    r"(?:tell|told)(?: \w+){1,3}?)"
)
_ANSWERS = r"(?:reply|replied|respond(?:ed)?|react(?:ed)?)"
_ASKED = re.compile(
    r"^\W*(?:what|how) (?:did|does|do|has|have|had) (?P<who>[^?]{2,60}?) "
    # What he said to somebody is about nothing that is named.
    rf"(?:{_SAYS}(?! to\b)\b(?: (?:about|on|of|when|that|after|in|regarding|as|for|over))?|"
    rf"(?P<answers>{_ANSWERS})\b(?: \w+)?)"
    r" (?P<what>[^?]*[^\W_][^?]*)\??$|"
    r"^\W*what (?:is|was|were|are) (?P<whose>[^?]{2,60}?)['’]s? (?:own )?"
    r"(?:reaction|response|reply|views?|opinion|comments?|position|stance|take) (?:to|on|of|about|regarding) "
    r"(?P<matter>[^?]+)\??$",
    re.IGNORECASE,
)
_OCCASION = re.compile(r" (?:during|when|while|before|after|at|in) (?:his|her|their|the|an?|he|she|they)\b.*$", re.I)
# Of the words of what was asked about, by their rarity. Of near misses on the libraries for choosing none of 40 has so
# many beside the speaker's words that was not answered before, of the right ones that were refused 8 of 14.
_LEAST_BESIDE = 0.4


@dataclass(frozen=True, slots=True)
class Said:
    """A question for what somebody said about something."""

    who: str
    what: str
    may_be_deed: bool = False
    """Whether it may ask what somebody did: how somebody responded."""

    @classmethod
    def asked(cls, question: str) -> Said | None:
        """Of `What did Berit Hauge say about the price?`; None for other questions, and where nothing follows.

        >>> Said.asked("What did Berit Hauge say about the price?")
        Said(who='Berit Hauge', what='the price')
        """
        found = _ASKED.match(question)
        if found is None:
            return None
        who, what = found["who"] or found["whose"], found["what"] or found["matter"]
        what = _OCCASION.sub("", f" {what.strip()}")  # on which more was said than about it
        is_occasion = _OCCASION.search(question.rstrip("?"))
        if not (content_terms(who) and content_terms(what)) or (is_occasion and is_occasion.group().endswith(what)):
            return None
        return cls(who, what.strip(), may_be_deed=bool(found["answers"] or found["whose"]))

    def told(self, evidence: Sequence[Evidence], index: WordIndex) -> tuple[list[Evidence], bool | None]:
        """With the speaker's words beside the matter first, and whether any are.

        Beside it is what stands in the same sentence or a neighbouring one of its paragraph. None where the speaker is
        quoted only elsewhere, or is no person by name; False where nothing of this person is quoted at all.
        """
        words, person = words_asked(Question(self.what, self.what), index), Person.named(self.who)
        best = max((item.score for item in evidence), default=0.0)
        raised: list[Evidence] = []
        rest: list[Evidence] = []
        is_quoted = False
        for item, near in zip(evidence, _neighbours(evidence), strict=True):
            texts = [item.statement.text, *(other.statement.text for other in near)]
            share = 0.0
            section = item.hit.passage.section
            answers = bool(guest := guest_in(section)) and self._are_by(person, [guest])
            if answers or (reports_speech(texts[0]) and self._are_by(person, texts)):
                is_quoted = True
                share = coverage(words, Terms.of("\n".join([section, *texts] if answers else texts)))
            if share >= _LEAST_BESIDE:
                raised.append(replace(item, score=best + share + coverage(words, Terms.of(texts[0]))))
            else:
                rest.append(item)
        if not raised:
            return list(evidence), None if is_quoted or self.may_be_deed or person is None else False
        return best_first([*raised, *rest]), True

    def _are_by(self, person: Person | None, texts: Sequence[str]) -> bool:
        """Whether any of them names the speaker."""
        if person is None:
            return any(content_terms(self.who) <= set(terms(text)) for text in texts)
        return any(person.spoken_of(text) in ("by whole name", "by surname") for text in texts)


def _neighbours(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Of each statement the one before and the one after it in its paragraph."""
    blocks: dict[tuple[str, int], list[int]] = {}
    for number, item in enumerate(evidence):
        blocks.setdefault((item.hit.passage.source, item.statement.block), []).append(number)
    found: list[list[Evidence]] = [[] for _ in evidence]
    for numbers in blocks.values():
        numbers.sort(key=lambda number: (evidence[number].end, evidence[number].start))
        for one, following in pairwise(numbers):
            found[one].append(evidence[following])
            found[following].append(evidence[one])
    return found
