"""Whom `he` means, and what `it` and `that firm`: the words of a follow-up that stand for something said before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.library.words import QUESTION_WORDS, content_words
from rag.search.mentions import Known, Turn, is_when, name_spans, names, names_told, persons

_PARTICLE = (
    r"(?:down|up|out|off|in|on|at|to|from|for|with|about|after|before|when|while|now|then|there|again|back|away|as|by|over|and|"
    r"or|during|since|until)\b"
)
_MEN, _WOMEN = ("man", "guy", "gentleman", "fellow"), ("woman", "lady")
_PERSON = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)
_POSSESSED = re.compile(rf" (?!{_PARTICLE})[a-z\d]", re.IGNORECASE)  # `her job`, and not `tracked her down`
_SOMEBODY = re.compile(rf"\b(?:that|this) (?:person|{'|'.join(_MEN + _WOMEN)})\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|they|them|(?P<its>its|their))\b(?![’'])", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\bit (?:true|possible|better|best|ok|okay|necessary|important|worth|safe|hard|easy|normal|good|bad|legal)\b|"
    r"\bdoes it (?:take|mean|matter)\b|\bis it\?|\bwas it (?:that|who)\b",
    re.IGNORECASE,
)
_NO_THING = re.compile(r"[A-Z]{2,}|\w+(?:ian|ean|ese|ish)")  # `4,300 TEU`, `a Lithuanian`
_COMPANIES = frozenset("company firm business contractor builder builders manufacturer maker supplier operator".split())
_COMPANY = re.compile(r"\b(?:Ltd|Limited|Inc|plc|AG|GmbH|Corp|Brothers|Company|Group|Holding|Industries)\b|&")
_ASKS_NAME = re.compile(r"^(?:and |so )?what(?:['’]s| is| was) (?:his|her) (?:full )?name\W*$", re.IGNORECASE)
_OF_KIND = re.compile(
    r"\b(?P<this>that|this|the) (?P<noun>[a-z]+)\b(?P<has>[’']s)?(?= (?!of\b)|[?.!,]|$)", re.IGNORECASE
)
# `What would that cost?`
_DOES_THAT = re.compile(r"\b(?:would|will|could|can|did|does|do) that [a-z]+[?.!]*$", re.IGNORECASE)
_NO_KIND = frozenset("year month week day time one way point moment date number figure amount sum kind case".split())
_ASKS_WHO = re.compile(
    r"\bwho(?:m|se)?\b|\b(?:which|what)(?: \w+){0,2} (?:minister|president|official|person|man|woman|leader|spokes\w+|"
    r"ambassador|expert|diplomat|analyst|envoy|chief|head|director|player|author|officer|member)s?\b",
    re.IGNORECASE,
)
_WHO_IS = re.compile(r"^who(?:['’]s| is| was) (?-i:[^\W\d_a-z])", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_WORD_OR_MARK = re.compile(r"\w+(?:-\w+)*|[^\w\s]")
_DOING = re.compile(r"[a-z]+ing")
_WHERE = frozenset("in at from near during".split())
_OF = frozenset("of into for on to about against with by".split())
AUXILIARY = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|shall|should|may|might|must)(?:n['’]t)?"
# `What causes it` asks for no thing of a kind, and no name answers `what share`.
_ASKS_WHICH = re.compile(
    r"^(?:which|what)(?! (?:share|percentage|sum|amount|number|price|part|proportion)\b)"
    rf"(?:(?<=which)|(?= [a-z]+(?: [a-z]+){{0,3}}? {AUXILIARY}\b)) (?!{AUXILIARY}\b)\w",
    re.IGNORECASE,
)
_ASKS_WHAT = re.compile(r"^(?:who|whom|whose|what)\b", re.IGNORECASE)
_DONE = re.compile(
    r"(?:ed|ing|\b(?:ran|won|got|went|took|led|bought|wrote|said|made|came|paid|sold|built|held|left|lost|met|gave|became|began))$"
)
_MOST_WORDS = 5  # of a short answer that a pronoun may stand for
_HE = frozenset("he him his himself".split()) | {f"{this} {him}" for this in ("that", "this") for him in _MEN}
_SHE = frozenset("she her hers herself".split()) | {f"{this} {her}" for this in ("that", "this") for her in _WOMEN}
_SURE = 2  # so often more the one than the other
_LOOKED_BACK = 3  # turns


def with_person(text: str, turns: Sequence[Turn], known: Known) -> str:
    """`Who is his deputy?` with the person spoken of in the pronoun's place; unchanged where nobody was."""
    found = _PERSON.search(text) or _SOMEBODY.search(text)
    if not found:
        return text
    person = person_meant(found.group(), turns, known)
    if not person:
        return text
    if _ASKS_NAME.match(text):
        return f"Who is {person}?"
    word, after = found.group().lower(), text[found.end() :]
    has = word in ("his", "hers") or (word == "her" and _POSSESSED.match(after) is not None)
    return text[: found.start()] + person + (_owning(person) if has else "") + after


def person_meant(word: str, turns: Sequence[Turn], known: Known, but: str = "") -> str:
    """The likeliest of those spoken of: whom the articles call so, in the last turn before those further back.

    Nobody whom `but` names already; "" where nobody fits.
    """
    sign = 1 if word.lower() in _HE else -1 if word.lower() in _SHE else 0
    tiers: dict[tuple[int, int], list[str]] = {}
    for back, turn in enumerate(reversed(turns[-_LOOKED_BACK:])):
        likely, is_answer = _likeliest_first(turn, known)
        for place, name in enumerate(likely):
            leans = known.leaning(name) or (-1 if " " in name and name.split()[0].endswith("a") else 0)
            fits = sign * leans if sign else abs(leans)
            if name in but or fits <= -_SURE:
                continue
            if fits == 0 and place == back == 0 and " " in name:  # whom the last turn was about
                tier = (back, 0 if is_answer else 2)
            elif fits > 0:
                tier = (back, 1 if fits >= _SURE else 3)
            else:
                tier = (_LOOKED_BACK - min(fits, 0), back)
            tiers.setdefault(tier, []).append(name)
    return tiers[min(tiers)][0] if tiers else ""


def _likeliest_first(turn: Turn, known: Known) -> tuple[list[str], bool]:
    """Whom an answer named to `who …` first, else whom the question was about; and whether it is the former."""
    asked, told = names_told(turn.asked, known), names_told(turn.statements, known)
    short = names(turn.short) if _ASKS_WHO.search(turn.asked) else []
    others = persons([*short, *told], known)
    # A surname alone is whom the answer gives the whole name of.
    whole = {name.split()[-1]: name for name in others if " " in name}
    own = list(dict.fromkeys(whole.get(name, name) for name in persons(asked, known)))
    others = [name for name in others if name not in own]
    asks_who = _ASKS_WHO.search(turn.asked) and not _WHO_IS.match(turn.asked)
    is_open = bool(asks_who or (_ASKS_WHICH.match(turn.asked) and not own))
    return ([*others, *own] if is_open else [*own, *others]), is_open and bool(others)


def with_kind(text: str, turns: Sequence[Turn], known: Known) -> str:
    """`What does that firm do?` with the name that the last answer gives beside the word; unchanged where none is."""
    found = _OF_KIND.search(text)
    if not found or _DOES_THAT.search(text) or (found["this"].lower() == "the" and names(text)):
        return text
    noun = found["noun"].lower()
    if noun in _NO_KIND | QUESTION_WORDS or not (name := named_so(noun, turns[-1].statements, known)):
        return text
    return text[: found.start()] + name + (_owning(name) if found["has"] else "") + text[found.end() :]


def named_so(noun: str, told: str, known: Known) -> str:
    """`the firm Dunmore Dredging`, `Nils Aasen, the group's lawyer`, `its lawyer, Nils Aasen`."""
    known_names = names_told(told, known)
    if noun in _COMPANIES and (company := next((name for name in known_names if _COMPANY.search(name)), "")):
        return company.split(" of ")[0]
    for start, end, _ in name_spans(told):
        name = told[start:end]
        if name not in known_names and name.partition(" ")[2] not in known_names:
            continue
        if name.lower().startswith(f"{noun} "):
            return name[len(noun) + 1 :]
        before, after = told[:start], told[end:]
        if re.search(rf"\b{re.escape(noun)},? $", before, re.IGNORECASE):
            return name
        called = rf"(?: –|,)? (?:(?:an?|the|its|their|his|her|[\w-]+[’']s) )?(?:[\w-]+ ){{0,3}}{re.escape(noun)}\b"
        if re.match(called, after, re.IGNORECASE):
            return name
    return ""


def with_thing(text: str, topic: str) -> str:
    """`Is it treatable?` with what `it` is in its place; "" where there is no such pronoun or nothing to put there."""
    match = _THING.search(text)
    if not topic or not match or _EXPLETIVE.search(text):
        return ""
    return text[: match.start()] + topic + (_owning(topic) if match["its"] else "") + text[match.end() :]


def thing_meant(turn: Turn, carried: Sequence[str], told: Sequence[str], known: Known) -> str:
    """What `it` most likely is: what an answer named to `which ship …`, else what the question was about; "" if unsure.

    After an answer that named something new, it may be that as well where the question itself gave no name.
    """
    if _ASKS_WHICH.match(turn.asked):
        if turn.short and len(turn.short.split()) <= _MOST_WORDS:
            return turn.short
        noun = turn.asked.split()[1].lower()
        if noun in _COMPANIES and (company := named_so(noun, turn.statements, known)):
            return company
        return next((name for name in told if not _NO_THING.fullmatch(name)), "")
    if turn.is_claim:
        return turn.thing
    # What it was in the question before, it mostly is in this one; else what that one calls `the inquiry`.
    own = "" if turn.asked == turn.standing else _topic(turn.asked, content_words(turn.asked), known, is_new_named=True)
    own = own if own.startswith("the ") else ""
    if found := turn.thing or own:
        return found
    topic = _topic(turn.standing, carried, known, is_new_named=bool(told))
    # What an answer named to `who …` or `what …` may be it as well.
    return topic if topic.startswith("the ") or not (told and _ASKS_WHAT.match(turn.asked)) else ""


def _topic(asked: str, carried: Sequence[str], known: Known, *, is_new_named: bool) -> str:
    """Of the runs of words that the earlier question hands over the last with a name, else the first of a thing.

    Where something is (`in Egypt`), or what it is of (`the inquiry into the collision`), is what `it` is only if
    nothing else was spoken of. After an answer that named something new it may be that, unless `the` stands before it.
    """
    named_words = {word for name in names_told(asked, known) for word in _WORD.findall(name)}
    handed = {word for words in carried for word in _WORD.findall(words)}
    runs: list[_Run] = []
    before, is_open, is_definite = "", False, False
    for found in _WORD_OR_MARK.finditer(asked):
        word = found.group()
        if is_open and word in ("'", "’", "s"):  # the dockers' strike
            continue
        parts = _WORD.findall(word)
        is_handed_over = bool(parts) and handed.issuperset(parts) and not is_when(word) and found.start() > 0
        if is_handed_over and is_open:
            runs[-1].end = found.end()
        elif is_handed_over:
            runs.append(_Run(asked, found.start(), found.end(), before, is_definite))
        is_open = is_handed_over
        is_definite = word.lower() == "the"
        before = before if word.lower() in ("the", "a", "an") else word.lower()
    for run in runs:
        first, _, rest = str(run).partition(" ")
        # `What causes acid reflux` hands over a deed first, and so does `consuming energy drinks`.
        if rest and (run.before in ("what", "who") or _DOING.fullmatch(first)):
            run.start += len(first) + 1
    things = [run for run in runs if run.before not in _WHERE] or runs
    if named := [run for run in things if named_words.intersection(_WORD.findall(str(run)))]:
        return str(named[-1])
    things = [run for run in things if not _DONE.search(str(run))]
    things = sorted(things, key=lambda run: (not run.is_definite, run.before in _OF))
    if not things or (is_new_named and not things[0].is_definite):
        return ""
    return f"the {things[0]}" if things[0].is_definite else str(things[0])


@dataclass(slots=True)
class _Run:
    """Words in a row, the word before them but for an article, and whether that was `the`."""

    text: str
    start: int
    end: int
    before: str
    is_definite: bool

    def __str__(self) -> str:
        return self.text[self.start : self.end]


def _owning(name: str) -> str:
    return "’" if name.endswith("s") else "’s"
