"""Half a question, or a correction, put together with the question before it: `Why?`, `I meant the deputy`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.library.words import QUESTION_WORDS, terms
from rag.search.antecedents import AUXILIARY, named_so, person_meant
from rag.search.mentions import MONTH, Known, Turn, name_spans, names

_LEAD = r"(?:(?:and|but|so|or|ok(?:ay)?,?|then|well,?) )*"
ABOUT = re.compile(
    rf"^{_LEAD}(?:(?:what|how) about|and|or|also)\s+(?P<rest>.+?)[?.!\s]*$",
    re.IGNORECASE,
)
_PREPOSITION = r"(?:in|on|at|by|for|from|to|with|since|until|till|of|about|during|under)"
_ASKED = r"(?:what|which|who|whom|whose|when|where|why|how)"
_ALONE = re.compile(
    rf"^{_LEAD}(?P<asked>(?:{_PREPOSITION} )?(?:why not|why|when|where|who|whom|what for|since when|until when|"
    r"which ones?|how (?:much|many|long|often|far|big|old|come)|how|how (?:many|much) [a-z]+)(?: exactly| precisely)?|"
    rf"{_PREPOSITION} (?:which|what) [a-z]+)[?.!\s]*$",
    re.IGNORECASE,
)
_WHETHER = re.compile(rf"^{AUXILIARY}\b", re.IGNORECASE)
_WH_PHRASE = re.compile(
    rf"^(?P<before>{_PREPOSITION} )?{_ASKED}\b(?: many\b)?(?P<noun>[^?.,;]*?)\s(?P<auxiliary>{AUXILIARY})\b",
    re.IGNORECASE,
)
_WH_SUBJECT = re.compile(r"^(?:(?:who|what)\b|(?:which|whose|how many) (?P<noun>\w+))", re.IGNORECASE)
# Something stands between the auxiliary and what was done: `was Hazel given`, and not `was given to Hazel`.
_HAS_SUBJECT = re.compile(
    r"(?:(?i:do|does|did)(?:n['’]t)?|\S+ (?:[^\W\d_a-z]|(?i:the|a|an|his|her|its|their|our|this|that|these|those|he|"
    r"she|it|they|we|there|all|any|some|most|many|both|no)\b))"
)
_NO_NOUN = re.compile(
    r"\b(?:much|long|old|far|often|soon|big|large|high|day|date|week|month|year|decade|age|time|else|kind|sort|type)s?\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"^what (?:has )?happened\b", re.IGNORECASE)
_MOST_WORDS_TOLD = 5
_DAY = (
    rf"(?:(?:early|mid|late) )?(?:\d{{1,2}} )?(?:{MONTH}(?: \d{{1,2}},?)? )?(?:1[5-9]|20)\d\d(?:[/–-]\d\d)?|"
    rf"\d{{1,2}} {MONTH}|{MONTH}"
)
_AT = r"(?:in|on|for|by|since|during|before|after|until)"
_TIME = re.compile(
    rf"^(?:{_AT}\s+)?(?:the )?(?:{_DAY}|(?:last|this|next) (?:year|month|week|season)|year (?:before|after)|season)$",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_YEAR_BESIDE = re.compile(
    r"\b(?:(?:the|a) (?:year|one)|the(?= \w+ year)) "
    r"(?:(?P<before>before|earlier|prior|previous|preceding)|after|later|following|next)"
    r"(?: year| that| this)?(?=[?.!]*$)",
    re.IGNORECASE,
)
_TIME_INSIDE = re.compile(rf"\b{_AT} (?:the )?(?:{_DAY})\b", re.IGNORECASE)
_FIRST_NAMED = re.compile(rf"^{_LEAD}(?P<meant>(?:the |[A-Z])[^,?]{{1,60}}), (?P<rest>(?i:{_ASKED}|{AUXILIARY})\b.+)$")
_MEANT = re.compile(
    r"^(?:(?:no|nope|sorry|wait|well)[,.!]?\s+)*(?:"
    r"i (?:actually )?(?:mean|meant)(?! (?:by|to)\b)\s+|"
    r"(?:i (?:do not|don['’]t|did not|didn['’]t) mean|not)\s+(?P<other>[^,.;]+?)(?:,? but(?: rather)?|,)\s+)"
    rf"(?P<meant>[^?:.;]+?)(?:\s*[:.;?,]\s+(?P<rest>(?:{_ASKED}|{AUXILIARY})\b.+)|[?.!\s]*)$",
    re.IGNORECASE,
)
_POINTER = re.compile(r"\b(?:it|he|she|him|they|them|that|this|(?P<has>its|his|her|their))\b(?![’'])", re.IGNORECASE)
_PRONOUN = re.compile(r"he|him|his|she|her|hers", re.IGNORECASE)
_OFFICE = re.compile(r"the (?:[a-z]+ ){0,3}(?P<noun>[a-z]+)", re.IGNORECASE)
_SUBJECT = re.compile(r"\b(?:do|does|did|has|have|had|is|was|will|would|can|could) $", re.IGNORECASE)
_SMALL_WORDS = frozenset(terms("in on for with at from the to s is what and of"))
_ARTICLE = r"(?:the|a|an|his|her|its|their|this|that)"


def with_year(text: str, previous: str) -> str:
    """`And the year before?` after a question about 2023 as `And 2022?`; unchanged where that names no one year.

    >>> with_year("and in the following year?", "What were its sales in 2023?")
    'and in 2024?'
    """
    years = set(YEAR.findall(previous))
    found = _YEAR_BESIDE.search(text)
    if len(years) != 1 or not found or YEAR.search(text):
        return text
    year = int(years.pop()) + (-1 if found["before"] else 1)
    return f"{text[: found.start()]}{year}{text[found.end() :]}"


def whole_of(text: str, turns: Sequence[Turn], known: Known) -> str:
    """The question that the half stands for; "" where it is none."""
    previous = turns[-1].asked.rstrip("?. ")
    if alone := _ALONE.match(text):
        return _asked_so(alone["asked"], previous, turns[-1].short)
    if about := ABOUT.match(text):
        rest = _as_named(_meant_by(about["rest"], previous, turns, known), turns)
        if re.fullmatch(r"[a-z]{4,}", rest) and rest not in QUESTION_WORDS:
            whole = known.whole(rest.capitalize())  # typed without its capital
            rest = whole if " " in whole else rest
        return _swapped(previous, rest)
    return ""


def _meant_by(rest: str, previous: str, turns: Sequence[Turn], known: Known) -> str:
    """`him`, or `the port director`, by name: another than the question before is about."""
    if _PRONOUN.fullmatch(rest):
        person = person_meant(rest, turns, known, but=previous)
        has = rest.lower() in ("his", "hers")
        return (person + ("’s" if has else "")) if person else rest
    if office := _OFFICE.fullmatch(rest):
        for turn in reversed(turns):
            if (name := named_so(office["noun"].lower(), turn.statements, known)) and name not in previous:
                return name
    return rest


def corrected(text: str, turns: Sequence[Turn]) -> str:
    """`I meant the premier: what were her words?` with what was meant; as it is where nothing is mended."""
    if (first := _FIRST_NAMED.match(text[:1].lower() + text[1:])) and _POINTER.search(first["rest"]):
        return _pointed(first["rest"], first["meant"])
    found = _MEANT.match(text)
    if not found:
        return text
    meant, other, rest = found["meant"], found["other"] or "", found["rest"] or ""
    if other and re.match(r"the ones?\b", meant):
        meant = re.sub(r"^the ones?\b", f"the {other.split()[-1]}", meant)
    if rest:
        return _pointed(rest, meant)
    previous = turns[-1].asked.rstrip("?. ")
    if other and (at := re.search(rf"\b{re.escape(other)}\b", previous, re.IGNORECASE)):
        return f"{previous[: at.start()]}{meant}{previous[at.end() :]}?"
    return _swapped(previous, meant) or _in_place_of_like(previous, meant) or text


def _pointed(rest: str, meant: str) -> str:
    """`what were her words?` with `the premier` in the pronoun's place."""
    pointer = _POINTER.search(rest)
    if pointer is None:
        return rest
    owns = "’s" if pointer["has"] and not re.match(rf" {_PREPOSITION}\b", rest[pointer.end() :]) else ""
    return rest[: pointer.start()] + meant + owns + rest[pointer.end() :]


def is_half(text: str) -> bool:
    """Whether it is no more than a question word, or asks the same about another."""
    return bool(_ALONE.match(text) or ABOUT.match(text))


def _asked_so(asked: str, previous: str, told: str) -> str:
    """`Why?` after `When did Dev Rattan resign?` → `Why did Dev Rattan resign?`.

    After `Who was dismissed?`, to which a name was `told`: `Why was Dev Rattan dismissed?`.
    """
    asked = "Why" if asked.lower().startswith("what for") else asked[0].upper() + asked[1:]
    if _WHETHER.match(previous):
        return f"{asked} {previous[0].lower()}{previous[1:]}?"
    if happened := _HAPPENED.match(previous):
        return f"{asked} did it happen{previous[happened.end() :]}?"
    if phrase := _WH_PHRASE.match(previous):
        noun, auxiliary, rest = _noun_of(phrase), phrase["auxiliary"], previous[phrase.end() :].lstrip()
        if _HAS_SUBJECT.match(f"{auxiliary} {rest}"):
            return f"{_joined(asked, auxiliary, rest, '' if phrase['before'] else noun)}?"
        return f"{_joined(asked, auxiliary, _brief(told) or noun, rest)}?"
    if subject := _WH_SUBJECT.match(previous):
        whoever = _brief(told) or _noun_of(subject)
        return f"{_joined(asked, 'was it that' if whoever else '', whoever, previous[subject.end() :].strip())}?"
    return ""


def _noun_of(phrase: re.Match[str]) -> str:
    """`the medal` of `which medal did`; "" where it names none, or a time."""
    noun = (phrase["noun"] or "").strip()
    return "" if not noun or _NO_NOUN.search(noun) else f"the {noun}"


def _brief(told: str) -> str:
    return told if len(told.split()) <= _MOST_WORDS_TOLD and not any(letter.isdigit() for letter in told) else ""


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _as_named(rest: str, turns: Sequence[Turn]) -> str:
    """`fennimore` as the conversation has written it."""
    known = {
        word.lower(): word
        for turn in turns
        for name in names(f"{turn.asked} {turn.statements}")
        for word in re.findall(r"[^\W\d_]{4,}", name)
    }
    return re.sub(
        r"[^\W\d_]{4,}",
        lambda word: word[0] if word[0].lower() in QUESTION_WORDS else known.get(word[0], word[0]),
        rest,
    )


def _swapped(previous: str, rest: str) -> str:
    """`What is Egypt’s focus on Gaza?` + `in Sudan` → `What is Egypt’s focus on Sudan?`; "" if unclear."""
    if _TIME.match(rest):
        return _at_another_time(previous, rest)
    new = name_spans(rest)
    if len(new) != 1:
        return ""
    start, end, is_possessive = new[0]
    if set(terms(rest[:start] + rest[end:])) - _SMALL_WORDS:
        return ""
    old = name_spans(previous)
    alike = [span for span in old if span[2] == is_possessive] or old
    if not rest[:start].strip():
        # `What does Egypt want in Libya?` + `what about Russia?` asks after another who wants.
        alike = [span for span in alike if _SUBJECT.search(previous[: span[0]])] or alike
    if not alike:
        return ""
    old_start, old_end, _ = alike[-1]
    return previous[:old_start] + rest[start:end] + previous[old_end:].rstrip("?. ") + "?"


def _at_another_time(previous: str, rest: str) -> str:
    """`What was the turnover in 2022?` + `in 2023` → `What was the turnover in 2023?`."""
    found = _TIME_INSIDE.search(previous)
    if not found:
        return f"{previous} {rest}?"
    is_led_up_to = re.match(rf"{_AT}\b", rest, re.IGNORECASE)
    time = rest if is_led_up_to else f"{found.group().split()[0]} {rest}"
    return f"{previous[: found.start()]}{time}{previous[found.end() :]}?"


def _in_place_of_like(previous: str, meant: str) -> str:
    """`the second vote` in place of `the first vote`; "" where the question has nothing of that kind."""
    alike = re.search(rf"\b{_ARTICLE} (?:[\w’'-]+ ){{0,3}}?{re.escape(meant.split()[-1])}\b", previous, re.IGNORECASE)
    return f"{previous[: alike.start()]}{meant}{previous[alike.end() :]}?" if alike else ""
