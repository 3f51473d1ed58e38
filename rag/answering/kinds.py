"""The kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from typing import Literal

from rag.answering.persons import Person
from rag.answering.quantities import TENS, UP_TO_19
from rag.answering.wording import ROLES
from rag.library.names import name_key
from rag.library.words import QUESTION_WORDS

Kind = Literal[
    "identity", "speech", "person", "date", "duration", "number", "money", "place", "organisation", "reason", "other"
]
"""`identity`: who somebody is that the question names; `speech`: what somebody said or thinks."""

_PEOPLE = (
    r"minister|president|official|person|man|woman|leader|spokes\w+|ambassador|expert|diplomat|analyst|envoy|delegate|"
    r"politician|secretary|chief|head|general|counterpart|director|people|participants?|officials"
)
_BODIES = r"company|firm|agency|organi[sz]ation|newspaper|daily|outlet|broadcaster|channel|corporation|group|party|bank"
_PLACES = r"city|country|countries|place|capital|town|region|state|states|location|venue"
_AUXILIARY = (
    r"(?:exactly )?(?:is|are|was|were|will|would|do|does|did|has|have|had|can|could|should|shall|must|may|might|else)"
)
_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("speech", re.compile(r"^\W*(?:(?:and|but|so|then)\W+)?(?:what|how) (?:did|does|do|has|have|had)\b[^?]*?"
                          r"\b(?:say|said|think|thought|reply|replied|respond(?:ed)?|react(?:ed)?|comment(?:ed)?|tell|"
                          r"told|argued?|claim(?:ed)?|write|wrote|warn(?:ed)?|announced?|promised?)\b", re.I)),
    ("duration", re.compile(r"\bhow (?:long|much (?:time|longer))\b", re.I)),
    ("money", re.compile(r"\bhow much\b|\b(?:price|costs?|worth(?! \w+-?\w*ing\b)|salary|budget)\b", re.I)),
    ("number", re.compile(r"\bhow (?:many|old|often|far|large|big|high)\b|\bwhat (?:number|percentage|share|amount)\b|"
                          r"\bwhat age\b|\bwhat (?:is|was) (?:the age\b|[^?]+[’']s age\b)|^\W*count of\b", re.I)),
    ("date", re.compile(rf"\bwhen {_AUXILIARY}\b|\bwhen\W*$|\b(?:what|which)\b(?: \w+)? (?:date|day|month|year|week|"
                        r"decade|time)s?\b|\bhow (?:recently|soon)\b", re.I)),
    ("reason", re.compile(r"\bwhy\b|\breasons?\b|\bhow come\b|\bwhat (?:made|led|prompted|pushed|drove|caused|forced|"
                          r"compelled)\b|\bpurpose\b|\bwhat for\b|\baims?\b", re.I)),
    ("person", re.compile(rf"\bwho(?:m|se)?\b|\b(?:which|what|name)\b(?: \S+){{0,3}} (?:{_PEOPLE})\b|"
                          rf"\bnames? of (?:\S+ ){{0,5}}(?:{_PEOPLE})\b", re.I)),
    ("organisation", re.compile(rf"\b(?:which|what|name)\b(?: \S+){{0,3}} (?:{_BODIES})\b", re.I)),
    ("place", re.compile(rf"\bwhere\b|\b(?:which|what|name)\b(?: \S+){{0,2}} (?:{_PLACES})\b", re.I)),
)  # fmt: skip

_SOME = re.compile(r"\b(?:one|several|few|couple|dozen|many|some|most|all|both|every|each|no)\b", re.IGNORECASE)
_TIME = re.compile(  # of the day, or as what happened then tells it
    r"\b(?:morning|noon|afternoon|evening|night|midnight|dawn|dusk|o['’]clock|am|pm|after|before|during|when|while|once|until|"
    r"till|since|following|upon|at|soon|now|then|early|late|later|earlier|end|start|beginning|eve|ever|always|"
    r"immediately|recently|christmas|easter|ramadan|era|age|period|season|term|reign)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bhow (?:many|old)\b", re.IGNORECASE)
_PAID = re.compile(r"\b(?:cost|price|pay|paid|spen[dt]|worth|salary|budget|earn|fee|fine|charge)", re.IGNORECASE)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAYS = r"\d{1,2}(?:\s*(?:to|and|-|–)\s*\d{1,2})?"
_DATE = re.compile(
    rf"\b{_MONTH}(?:\s+{_DAYS}\b)?(?:,?\s+\d{{4}})?|\b{_DAYS}\s+{_MONTH}(?:\s+\d{{4}})?|\b(?:1[5-9]|20)\d\d(?:s\b|\b)|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:today|yesterday|tomorrow|spring|summer|autumn|winter)\b|"
    r"\b(?:hours?|days?|weeks?|months?|years?)\s+(?:after|before|ago|later|earlier)\b",
    re.IGNORECASE,
)
_DURATION = re.compile(r"\b(?:second|minute|hour|day|week|month|year|decade)s?\b", re.IGNORECASE)
_NUMBER = re.compile(  # "one" may be anybody
    rf"\d|\b(?:zero|{'|'.join((*UP_TO_19[2:], *TENS))}|dozens?|hundreds?|thousands?|millions?|billions?|trillions?|"
    r"half|twice|single|first|never|none)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥]|\b(?:dollars?|euros?|pounds?|roubles?|rubles?|yen|yuan|francs?|crowns?|kron(?:a|e|or|er)|lir(?:a|as|e)|"
    r"pesos?|dinars?|dirhams?|ri(?:y)?als?|rupees?|shillings?|zlotys?|pence|cents?|millions?|billions?|trillions?|"
    r"per ?cent)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|so that|so as to|in order to|therefore|thus|forc(?:ed|es|ing)|"
    r"aim(?:ed|s|ing)?|reflect(?:s|ed|ing)?|desire|sought|seeks?|wants?|wanted|led to|result(?:s|ed)?|cause[sd]?|"
    r"reason|confirms?|means?|for fear|whether through|closely linked|in a way that|given|as a result|meant|purpose|"
    r"to (?:preserve|maintain|avoid|keep|show|prove|confirm|help|calm|discuss|conclude|build|make|prevent|protect))\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|to|from|near|on|off|across|through)\s+(?:the\s+)?(?:[^\W\d_a-z][\w’'-]+)")
_SAID = re.compile(
    r"[“”\"]|\b(?:(?:stat|add|warn|argu|claim|insist|explain|stress)ing|"
    r"sa(?:ys?|id|ying)|t(?:ells?|old)|add(?:s|ed)|repl(?:y|ies|ied)|respond(?:s|ed)|answer(?:s|ed)|ask(?:s|ed)|"
    r"call(?:s|ed)|wr(?:ites?|ote)|warn(?:s|ed)|argue[sd]?|claim(?:s|ed)|insist(?:s|ed)|announce[sd]?|explain(?:s|ed)|"
    r"stress(?:es|ed)|note[sd]|state[sd]|admit(?:s|ted)|promise[sd]?|den(?:y|ies|ied)|criticis(?:es|ed)|accus(?:es|ed)|"
    r"describe[sd]?|th(?:inks?|ought)|believe[sd]?|according to|confirm(?:s|ed)|demand(?:s|ed)|urge[sd]?|welcome[sd]|"
    r"prais(?:es|ed)|regret(?:s|ted)|express(?:es|ed))\b",
    re.IGNORECASE,
)
# `Where will it stand and how many will work there?`: whatever answers half of it is of the kind.
_TWOFOLD = re.compile(
    r"^\W*(?P<one>who|what|when|where|why|how|which)\b[^?]*\band (?:(?:for|in|by|to|with|from|at|since|on) )?"
    r"(?!(?P=one)\b)(?:who|what|when|where|why|how|which)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"[^\W\d_a-z][\w’'-]*[^\W\d_]")


def kind_asked(question: str) -> Kind:
    """By the question's own words; `other` where it asks for nothing of these."""
    if _TWOFOLD.search(question):
        return "other"
    asked: Kind = next((kind for kind, pattern in _ASKED if pattern.search(question)), "other")
    return "identity" if asked == "person" and Person.asked_after(question) else asked


def holds(kind: Kind, text: str, question: str) -> bool:
    """Whether the text holds something of the kind that the question does not hold already."""
    if kind == "date":
        return bool(_DATE.search(text))
    if kind == "number":
        return bool(_NUMBER.search(_DATE.sub(" ", text)))
    if kind == "money":
        return bool(_MONEY.search(text))
    if kind == "duration":
        return bool(_DURATION.search(text))
    if kind == "reason":
        return bool(_REASON.search(text))
    if kind == "speech":
        return reports_speech(text)
    if kind == "identity":
        return any(word.lower() in ROLES for word in re.findall(r"[^\W\d_]+", text))
    if kind == "place":
        return bool(_PLACE.search(text)) or bool(_new_names(text, question))
    if kind in ("person", "organisation"):
        return bool(_new_names(text, question))
    return True


def reports_speech(text: str) -> bool:
    """Whether it tells what somebody said or wrote."""
    return bool(_SAID.search(text))


def is_of_kind(kind: Kind, answer: str, question: str) -> bool:
    """Whether the words of an answer may be what was asked for: a person has a name, a count or a price a number.

    More is not asked of them: a reason or a place may be told in any words, and so may how often, how far, how large.
    """
    if kind == "date":
        return any(form.search(answer) for form in (_DATE, _DURATION, _NUMBER, _TIME))
    if kind == "number" and _COUNTED.search(question):
        return any(form.search(_DATE.sub(" ", answer)) for form in (_NUMBER, _SOME))
    if kind == "duration" or (kind == "money" and _PAID.search(question)):
        return any(form.search(answer) for form in (_MONEY, _DURATION, _DATE, _NUMBER))
    if kind == "person":
        known = {word.lower() for word in re.findall(r"\w+", question)}
        return any(name.lower() not in known for name in re.findall(r"[^\W\d_a-z][\w’'-]*", answer))
    return True


def _new_names(text: str, question: str) -> list[str]:
    """Capitalised words, not merely opening a sentence, that neither stand nor sound alike in the question."""
    known = {word.lower() for word in re.findall(r"\w+", question)}
    sounds = {name_key(word) for word in known} - {""}
    return [
        match.group()
        for match in _CAPITALISED.finditer(text)
        if match.group().lower() not in known
        and match.group().lower() not in QUESTION_WORDS
        and name_key(match.group()) not in sounds
        and (match.start() > 0 or _CAPITALISED.match(text, match.end() + 1))
    ]
