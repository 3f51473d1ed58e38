"""Numbers in a text, however they are written: `12,000`, `12 000`, `twelve thousand`, `$5.2bn`, `5.2 per cent`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

UP_TO_19 = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
TENS = tuple("twenty thirty forty fifty sixty seventy eighty ninety".split())
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_SMALL = {word: value for value, word in enumerate(UP_TO_19)}
_SMALL |= {word: 10 * value for value, word in enumerate(TENS, start=2)}
_NTH = {word: value for value, word in enumerate(_ORDINALS.split())}
_NTH |= {re.sub("y$", "ieth", word): 10 * value for value, word in enumerate(TENS, start=2)}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "mn": 1e6, "mln": 1e6, "bn": 1e9, "bln": 1e9, "tn": 1e12, "m": 1e6, "k": 1e3, "dozen": 12.0,
}  # fmt: skip
_VAGUE = {"dozens": 12, "scores": 20, "hundreds": 100, "thousands": 1e3, "millions": 1e6, "billions": 1e9}
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_PARTS = {"half": 0.5, "quarter": 0.25}

_UP_TO_19 = "|".join(sorted([*UP_TO_19, *_ORDINALS.split()], key=len, reverse=True))
_TIES = "|".join(re.sub("y$", "ieth", word) for word in TENS)
_UP_TO_99 = rf"(?:(?:{'|'.join(TENS)})[\s-](?:{_UP_TO_19})|{_UP_TO_19}|{'|'.join(TENS)}|{_TIES})\b"
_SPELT = rf"{_UP_TO_99}(?:\s+(?:hundred|thousand)\b(?:\s+(?:and\s+)?{_UP_TO_99})?)*"
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f\u2009 ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,:]\d+)*"
_GLUED = r"(?:mn|mln|bn|bln|tn|m|k|km|cm|mm|kg|g|ft|mph|am|pm|s|[CF])"
_LONG_SCALE = r"hundred|thousand|million|billion|trillion|dozen"
_NUMBER = re.compile(
    rf"(?P<money>(?:US|A|C|HK)?[$€£¥]\s?)?(?:(?P<digits>{_DIGITS})(?:(?P<nth>st|nd|rd|th)\b|(?=[\W_]|$|{_GLUED}\b))|\b(?P<spelt>{_SPELT}))"
    rf"(?P<scale>(?:[\s-]+(?:{_LONG_SCALE})\b)+|\s?(?:mn|mln|bn|bln|tn)\b|(?<=\d)k\b|(?(money)(?<=\d)m\b|(?!)))?"
    r"(?P<unit>\s?%|[\s-]per\s?cent(?:age)?\b|[\s-]+(?:dollars?|euros?|pounds?|roubles?|rubles?)\b)?"
    rf"|\b(?P<vague>{'|'.join(_VAGUE)})\b(?=\s+of\b)|\b(?P<times>once|twice|thrice)\b"
    rf"|\b(?P<part>half|quarter)\s+(?:an?\s+)?(?P<of>{_LONG_SCALE})\b"
    rf"|\ban?\s+(?P<alone>{_LONG_SCALE})\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:[–-]|to|and|or)\s*(?:[$€£¥]\s?)?$")
_ABOUT = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|some|over|more than|less than|under|fewer than|close to|"
    r"at least|up to|an estimated)\s+$",
    re.IGNORECASE,
)
_CLOSE = 0.05
# Of what is measured in several units, each row from the largest down; no unit stands in two of them.
_UNITS = (
    ("years?", "months?", "weeks?", "days?", "hours?|hrs?|h", "minutes?|mins?", "seconds|secs?|s"),
    ("miles?", "yards?", "feet|foot|ft", "inch(?:es)?"),
    ("kilomet(?:re|er)s?|km", "met(?:re|er)s?|m", "centimet(?:re|er)s?|cm", "millimet(?:re|er)s?|mm"),
    ("stones?", "pounds?|lbs?", "ounces?|oz|shillings?", "pence"),
    ("kilos?|kilograms?|kg", "grams?|g"),
    ("euros?|dollars?", "cents?"),
)
_MEASURE = re.compile(
    rf"\b(?:\d+(?:[.,]\d+)*|{_SPELT}|half\s+an?|an?)[\s-]?"
    rf"(?P<unit>{'|'.join(unit for row in _UNITS for unit in row)})\b",
    re.IGNORECASE,
)
_AND_LESS = re.compile(r",?\s+(?:and\s+)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and where it stands; an ambiguous one (`1.250`) has two values."""

    start: int
    end: int
    text: str
    values: tuple[float, ...]
    is_percent: bool = False
    is_ordinal: bool = False
    is_vague: bool = False
    """`thousands of`: any number of that size."""
    is_slight: bool = False
    """`one`, `once`, `first`: often no more than a manner of speaking."""
    is_rough: bool = False
    """Said to be about so much."""

    def agrees(self, other: Quantity) -> bool:
        """Whether this, said of something, is borne out by the other."""
        if self.is_percent != other.is_percent or self.is_ordinal != other.is_ordinal:
            return False
        return any(self._near(mine, theirs, other) for mine in self.values for theirs in other.values)

    def _near(self, mine: float, theirs: float, other: Quantity) -> bool:
        if self.is_vague or other.is_vague:
            low, high = (mine, theirs) if self.is_vague else (theirs, mine)
            return low <= high < 1000 * low
        if math.isclose(mine, theirs, rel_tol=1e-9):
            return True
        return self.is_rough and abs(mine - theirs) <= _CLOSE * abs(theirs) and _digits(mine) < _digits(theirs)


def quantities(text: str, taken: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """Every number of the text but those in the spans that are taken (dates, say), in order."""
    found: list[Quantity] = []
    for match in _NUMBER.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if match["digits"] and re.search(r"[^\W\d_]$", text[: match.start()]):
            continue  # G20, MI6: a name
        found.append(_read(match, bool(_ABOUT.search(text[: match.start()]))))
    return list(_scaled(text, found))


def measures(text: str) -> dict[tuple[int, int], str]:
    """Where a measure with its unit stands, in order, and of what kind it is; one that is told in several units is one.

    >>> [text[start:end] for text in ["It took 2 hours, 11 minutes and 45 seconds."] for start, end in measures(text)]
    ['2 hours, 11 minutes and 45 seconds']
    """
    found: list[tuple[int, int, int, int]] = []
    for match in _MEASURE.finditer(text):
        kind, place = _unit(match["unit"])
        start = match.start()
        if found and found[-1][2] == kind and place > found[-1][3] and _AND_LESS.fullmatch(text, found[-1][1], start):
            start = found.pop()[0]
        found.append((start, match.end(), kind, place))
    return {(start, end): _UNITS[kind][0] for start, end, kind, _ in found}


def _unit(words: str) -> tuple[int, int]:
    """Its row, and its place in it."""
    return next(
        (number, place)
        for number, row in enumerate(_UNITS)
        for place, unit in enumerate(row)
        if re.fullmatch(unit, words, re.IGNORECASE)
    )


def _read(match: re.Match[str], is_rough: bool) -> Quantity:
    span = (match.start(), match.end(), match.group().strip())
    if match["vague"]:
        return Quantity(*span, (_VAGUE[match["vague"].lower()],), is_vague=True)
    if match["times"]:
        times = _TIMES[match["times"].lower()]
        return Quantity(*span, (times,), is_slight=times == 1)
    if match["part"]:
        return Quantity(*span, (_PARTS[match["part"].lower()] * _SCALES[match["of"].lower()],), is_rough=is_rough)
    if match["alone"]:
        return Quantity(*span, (_SCALES[match["alone"].lower()],), is_rough=is_rough, is_slight=True)
    spelt = match["spelt"]
    values, is_ordinal = ((_spelt(spelt)), _is_nth(spelt)) if spelt else (_written(match["digits"]), bool(match["nth"]))
    scale = math.prod(_SCALES[word.lower()] for word in re.findall(r"[a-z]+", (match["scale"] or "").lower()))
    unit = (match["unit"] or "").strip(" -").lower()
    return Quantity(
        *span,
        tuple(value * scale for value in values),
        is_percent=unit.startswith(("%", "per")),
        is_ordinal=is_ordinal,
        is_slight=bool(spelt) and spelt.lower() in ("one", "first") and scale == 1 and not unit,
        is_rough=is_rough,
    )


def _scaled(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """`5 to 6 million`: the first is millions too; `10–15 %`: both are shares."""
    for item, following in zip_longest(found, found[1:]):
        if following is None or not _RANGE.fullmatch(text[item.end : following.start]) or item.is_ordinal:
            yield item
            continue
        scale = _scale_of(following.text)
        is_bare = item.text[-1].isdigit() or _scale_of(item.text) == 1
        values = item.values + (tuple(value * scale for value in item.values) if is_bare and scale > 1 else ())
        yield Quantity(
            item.start, item.end, item.text, values, item.is_percent or following.is_percent, is_rough=item.is_rough
        )


def _scale_of(words: str) -> float:
    return math.prod(_SCALES[word] for word in re.findall(r"[a-z]+", words.lower()) if word in _SCALES)


def _written(digits: str) -> tuple[float, ...]:
    """Digits with separators; `1.250` and `1,250` may be read in two ways, `10:30` is a time."""
    if time := re.fullmatch(r"(\d+):(\d+)(?::\d+)*", digits):
        return (float(time[1]) + float(time[2]) / 100,)
    bare = re.sub(r"[\s\u00a0\u202f\u2009]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        return (float(bare.replace(",", "")),)
    if re.fullmatch(r"\d{1,3}\.\d{3}", bare):
        return (float(bare), float(bare.replace(".", "")))
    if re.fullmatch(r"\d+,\d+", bare):
        return (float(bare.replace(",", ".")),)
    if bare.count(".") > 1 or bare.count(",") > 1 or ":" in bare:
        return (float(re.sub(r"[.,:]", "", bare)),)
    return (float(bare.replace(",", "")),)


def _spelt(words: str) -> tuple[float, ...]:
    """`two hundred and thirty-first` → 231."""
    total = current = 0.0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in ("hundred", "thousand"):
            current = max(current, 1) * _SCALES[word]
            if word == "thousand":
                total, current = total + current, 0.0
        elif word != "and":
            current += _SMALL.get(word, _NTH.get(word, 0))
    return (total + current,)


def _is_nth(words: str) -> bool:
    return re.findall(r"[a-z]+", words.lower())[-1] in _NTH


def _digits(value: float) -> int:
    """Significant digits: 12000 → 2."""
    return len(f"{value:.10g}".replace(".", "").lstrip("0").split("e")[0].rstrip("0"))
