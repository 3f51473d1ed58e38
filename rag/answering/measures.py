"""Another measure than was asked for: a profit is no turnover, a width no depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LENGTH = r"(?:(?:kilo|centi|milli)?met(?:re|er)s?|k?m|miles?|yards?|f(?:ee|oo)t|inch(?:es)?)"
_WEIGHT = r"(?:kilos?|(?:kilo)?grams?|k?g|tonn?es?|tons?|ounces?)"
_IT_IS = r"(?:did|does|do|has|had|was|were|is|are)"


@dataclass(frozen=True, slots=True)
class _Measure:
    """How one measure is asked for, and how it is told."""

    asked: re.Pattern[str]
    """Its last group is the word for it."""
    told: re.Pattern[str]
    """What may tell it, in whatever words: a statement that holds any is not one of another measure."""
    plainly: re.Pattern[str]
    """What tells this measure and no other."""


def _measure(asked: str, told: str, plainly: str) -> _Measure:
    return _Measure(*(re.compile(rf"\b(?:{form})\b", re.IGNORECASE) for form in (asked, told, plainly)))


def _size(asked: str, told: str, plainly: str) -> _Measure:
    return _measure(asked, told, rf"\d[\d.,]* {_LENGTH} (?:in )?(?:{plainly})")


# Of one group, what tells the one does not tell the other.
_MONEY = (
    _measure(r"(turnover|revenues?|takings)", r"turnovers?|revenues?|takings|sales|sold|incomes?|t(?:akes?|ook) in|"
             r"brought in", r"turnovers?|revenues?|takings|sales of"),
    _measure(rf"(profits?) (?:{_IT_IS}|of|for)|how much (profit)", r"profit\w*|surplus\w*|earn\w*|ma[dk]es?|gain\w*|"
             r"in the black", r"profits?|surplus"),
    _measure(rf"(loss(?:es)?) {_IT_IS}|how much [^?]*\b(lose)", r"loss(?:es)?|los[et]s?|deficits?|in the red|down|"
             r"cost\w*", r"loss(?:es)?|deficits?"),
    _measure(r"(debts?)|how much [^?]*\b(owed?)", r"debts?|indebted|ow(?:e[sd]?|ing)|liabilit\w+|borrow\w*|loans?|lent",
             r"debts?|indebted"),
    _measure(r"(salar(?:y|ies)|wages?)", r"salar\w+|wages?|earn\w*|pa(?:y|ys|id)|a (?:year|month)",
             r"salar(?:y|ies)|wages?"),
    _measure(r"(cost) (?:of|to)|(costs?)(?=\W*$)", r"cost\w*|pric\w+|bills?|pa(?:y|ys|id)|spen[dt]\w*|expens\w+|"
             r"for|worth|budget\w*|s(?:old|ells?)", r"costs?"),
)  # fmt: skip
_SIZES = (
    _size(r"(length) of", r"long|length", r"long|length"),
    _size(r"(width)|how (wide)", r"wide|width|across|broad|either side", r"wide|width|across"),
    _size(r"(height)|how (tall)", r"high|height|tall|above|up", r"high|tall|height"),
    _size(r"(depth)|how (deep)", r"deep|depth|below|beneath|under", r"deep|depth"),
    _measure(r"(weight) of|how (heavy)|how much [^?]*\b(weigh)", rf"weigh\w*|heavy|{_WEIGHT}", rf"\d[\d.,]* {_WEIGHT}"),
)


def of_another_measure(question: str, said: str) -> Iterator[tuple[str, str]]:
    """The measure that is asked for and the one that the statement tells in its place."""
    for group in (_MONEY, _SIZES):
        for measure in group:
            asked = measure.asked.search(question)
            if asked is None or measure.told.search(said):
                continue
            for other in group:
                told = other.plainly.search(said)
                if told and other is not measure and not other.plainly.search(question):
                    yield asked[asked.lastindex or 0], told.group()
