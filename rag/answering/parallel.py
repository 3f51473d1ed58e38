"""A sentence that says the same of several, each with a value of its own: which of the values is asked for.

`Entrance is 18 euros for adults, 9 for children and free for babies`: the later clauses leave out what the first says,
and a reader that goes by meaning takes the value beside which most is said. Nothing but the question's own words beside
a value speaks for another than the reader took; where they speak for several, it is unclear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.answering.clauses import NO_KEYS, Clause, Clauses, Span, overlap, runs, units_at
from rag.answering.corrections import WE_WROTE
from rag.answering.wording import Wording
from rag.reading.sentences import sentence_spans

_HOW_MANY = re.compile(r"\bhow many ", re.IGNORECASE)
_LISTED = re.compile(r"(?:,|,? and)\s+")
_IN_PLACE_OF = re.compile(
    r"\b(?:not|instead of|rather than|(?:up|down) from)\s+(?:(?:in|on|at|by|the)\s+)*$", re.IGNORECASE
)
_ASKS_OF_BEFORE = re.compile(
    r"\b(?:before|previous(?:ly)?|original(?:ly)?|former(?:ly)?|earlier|used? to|at first|until|instead)\b",
    re.IGNORECASE,
)
_BELIEVED = r"expected|believed|thought|supposed|said|planned|meant|due|estimated|reported|rumou?red|claimed"
_THOUGHT = re.compile(rf"\b(?:was|were|is|are)\s+(?:first\s+|\w+ly\s+)?(?:to|{_BELIEVED})\b", re.IGNORECASE)
_ASKS_WHAT_WAS_THOUGHT = re.compile(rf"\b(?:to be|{_BELIEVED})\b", re.IGNORECASE)


def meant(statement: str, words: str, question: str) -> str:
    """The words, or those of the same sentence that the question asks for in their place; nothing where it is unclear.

    >>> meant("The old bridge was drawn by Emil Kraft, the new one by Sana Iqbal.", "Emil Kraft", "Who drew the new?")
    'Sana Iqbal'
    """
    sentence = next((statement[a:b] for a, b in sentence_spans(statement) if words in statement[a:b]), "")
    start = sentence.find(words)
    return _Parallel(sentence, (start, start + len(words)), question).meant() if sentence else words


class _Parallel:
    """One sentence, held against one question."""

    def __init__(self, sentence: str, span: Span, question: str) -> None:
        self._said = Clauses(sentence, span)
        self._question = Wording(question)
        self._asked = {word.stem for word in self._question.words if word.low not in NO_KEYS}
        self._is_of_before = bool(_ASKS_OF_BEFORE.search(question))
        how_many = _HOW_MANY.search(question)
        self._counted = {word.stem for word in units_at(self._question, how_many.end())} if how_many else set()

    def meant(self) -> str:
        said = self._said
        if WE_WROTE.match(said.text[: said.span[0]].rpartition(";")[2]):  # which is then put right
            return ""
        whole = said.text[slice(*said.span)]
        mine = [value for value in said.values if overlap(value, said.span)]
        if not mine or (said.form == "name" and len(mine) > 1):
            return whole
        likely = self._as_counted([value for value in said.values if self._may_be_meant(value)], mine[0])
        if said.form == "name" and mine[0] not in likely:
            return whole
        if not likely:
            return whole if len(said.values) == 1 else ""
        parts = said.parts(likely)
        best = self._best(parts, [part for part in parts if set(part.values) & set(mine)])
        if best is None or not best.values:
            return ""
        if left := [value for value in best.values if value in mine]:
            return whole if len(mine) == 1 else self._put(left[0])
        return self._put(best.values[0]) if len(best.values) == 1 else ""

    def _may_be_meant(self, value: Span) -> bool:
        """Whether it is not in the question, nor a name of it, nor said to be wrong."""
        stems = self._said.stems(value)
        if self._said.form == "name":
            names = ({w.stem for w in self._question.words if overlap(w.span, run)} for run in runs(self._question))
            return not (stems <= self._asked or any(name <= stems for name in names))
        is_range = re.search(r"\sto\s|–", self._said.text[slice(*value)])
        is_wrong = not (is_range or self._is_of_before) and _IN_PLACE_OF.search(self._said.text[: value[0]])
        return not (is_wrong or stems <= self._asked)

    def _as_counted(self, values: Sequence[Span], mine: Span) -> list[Span]:
        """Those that count what the question asks the number of; none where the sentence lists how many of others."""
        units = [self._said.counted(value) for value in values]
        if self._counted & self._said.wording.stems:
            return [
                value for value, own in zip(values, units, strict=True) if own <= self._counted or self._counted <= own
            ]
        listed = [pair for pair in pairwise(values) if mine in pair and self._are_listed(*pair)]
        return [] if self._counted and listed else list(values)

    def _are_listed(self, one: Span, other: Span) -> bool:
        """One after the other: `3 lions and 14 penguins`."""
        units = self._said.units(one)
        return bool(units) and bool(_LISTED.fullmatch(self._said.text, units[-1].span[1], other[0]))

    def _put(self, value: Span) -> str:
        """The value, with its unit where more than a number was asked for."""
        units = [] if self._counted else [word for word in self._said.units(value) if word.stem not in self._asked]
        return self._said.text[value[0] : units[-1].span[1] if units else value[1]]

    def _best(self, parts: Sequence[Clause], mine: Sequence[Clause]) -> Clause | None:
        """The part that is asked about; none where that is unclear. `mine` hold what the reader took."""
        asked = [
            (told, part)
            for told, part in zip(self._told(parts), parts, strict=True)
            if part.values or self._says_otherwise(part, parts)
        ]
        asked = [(told, part) for told, part in asked if not self._is_only_thought(part)] or asked
        own = next((told for told, part in asked if [part] == list(mine)), None)
        if own is not None:
            better = [(told, part) for told, part in asked if told > own]
            if not better:
                here = self._own(mine[0])
                is_same = here and any(part.values and part != mine[0] and here <= self._own(part) for _, part in asked)
                is_other = mine[0] == parts[0] and self._is_of_another(parts)
                return None if is_same or is_other else mine[0]
            if mine[0].is_full and any(part.is_full and part.start < mine[0].start for _, part in better):
                return None  # what a whole clause says by itself
            asked = better
        most = max((len(told) for told, _ in asked), default=0)
        best = [part for told, part in asked if len(told) == most]
        return best[0] if len(best) == 1 else None

    def _own(self, part: Clause) -> set[str]:
        """Which of the question's words it holds; of years also one between two that it tells of."""
        told = [moment for moment in self._said.wording.moments if part.start <= moment.start < part.end]
        years = (moment.text for moment in self._question.moments if any(its.lasts_over(moment) for its in told))
        return self._asked & {*(word.stem for word in part.keys), *years}

    def _told(self, parts: Sequence[Clause]) -> list[set[str]]:
        """What each part tells of what is asked, with what it leaves out because an earlier one has said it."""
        found: list[set[str]] = []
        said: set[str] = set()
        subject: set[str] = set()
        for part in parts:
            own, topic = self._own(part), part.topic
            if not found:
                left_out = set()
            elif part.is_full:
                is_asked = topic is not None and topic.stem in self._asked
                left_out = subject | said & self._counted if topic is None else said if is_asked else set()
            else:
                speaks_of_it = own and own.issuperset(word.stem for word in part.keys)
                left_out = said if own - said or speaks_of_it else set()
            found.append(own | left_out)
            said |= own
            if topic is not None:
                subject = self._asked & part.before_verb()
        return found

    def _says_otherwise(self, part: Clause, parts: Sequence[Clause]) -> bool:
        """Whether it says the same as an earlier part, of what is asked about, in words that are no such value."""
        links = {self._said.link(word.start) for word in part.keys if word.stem in self._asked} - {""}
        earlier = [word for one in parts[: parts.index(part)] for word in one.keys if one.values]
        places = [
            [word.stem in self._asked for word in earlier if self._said.link(word.start) == link] for link in links
        ]
        return not part.is_full and any(place and not any(place) for place in places)

    def _is_of_another(self, parts: Sequence[Clause]) -> bool:
        """Whether what the first part speaks of, in the place where a later one differs from it, is not asked about."""
        first = parts[0]
        for part in parts[1:]:
            if part.is_full or not part.values or not part.keys or part.keys[0].text.isdigit():
                continue
            link = self._said.link(part.keys[0].start)
            place = {word.stem for word in first.keys if link and self._said.link(word.start) == link}
            if not link and self._said.form != "name" and first.values:
                place = {word.stem for word in first.keys if word.start < first.values[0][0]} & first.before_verb()
            if place and not place & self._asked:
                return True
        return False

    def _is_only_thought(self, part: Clause) -> bool:
        """Whether it tells what was expected or believed, which is not what the question asks for."""
        is_thought = _THOUGHT.search(self._said.text, part.start, part.end)
        return bool(is_thought) and not _ASKS_WHAT_WAS_THOUGHT.search(self._question.text)
