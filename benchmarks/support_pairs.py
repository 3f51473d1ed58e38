"""How often a sentence that its source does not bear out is caught, and a true one flagged.

    python -m benchmarks.support_pairs DATA [SHOW]

Sentences of articles (`squad2/`, `article_extraction/` in DATA, and `seeds/`) as they are, reworded in several ways that
keep what they say, and with one number, date, name, role or negation changed; each is checked against its passage. Rules
were made by looking at the first half of the articles; the second half is the report. SHOW prints so many failures of
each kind of the first half. Where `mtrag/` is there, the answers that people wrote from passages are checked too.
"""

# ruff: noqa: E501 - tables of words and patterns read better whole
from __future__ import annotations

import hashlib
import json
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.answering.support import checked_sentences
from rag.core.types import Citation, Sentence
from rag.reading.sentences import sentence_spans

SEEDS = Path(__file__).parent.parent / "seeds"
MOST_OF_A_KIND = 400  # of each half
PASSAGE = 900  # characters


@dataclass(frozen=True)
class Spot:
    """A sentence, the passage that it stands in, and names of elsewhere to put in place of its own."""

    article: str
    sentence: str
    passage: str
    same: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def is_report(self) -> bool:
        return hashlib.blake2b(self.article.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True)
class Pair:
    """What is said of the source, whether that is true, and what was changed in which way."""

    kind: str
    said: str
    spot: Spot
    changed: str = ""
    """What stands there now; empty for true sentences."""


Change = Callable[[Spot, random.Random], "tuple[str, str] | None"]
"""The sentence with one thing changed, and the words that are new; None where there is nothing of the kind."""

_NAME = re.compile(r"(?<=[a-z,’'] )(?!(?:I|The|A|An|In|On|It)\b)[A-Z][a-z’-]{2,}(?: [A-Z][a-z’-]{2,})*")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_CALENDAR = re.compile(rf"\b(?:{'|'.join(_MONTHS + _DAYS)})\b")
_SMALL = "two three four five six seven eight nine ten eleven twelve".split()


def spots(data: Path) -> list[Spot]:
    """Sentences of 8 to 45 words with their passages."""
    texts: list[tuple[str, str]] = []
    for folder in ("squad2", "article_extraction"):
        file = data / folder / ("corpus.jsonl" if folder == "squad2" else "articles.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts += [(row.get("article", row["id"]), part) for part in _passages(row["text"])]
    for path in sorted(SEEDS.glob("*.txt")):
        body = path.read_text(encoding="utf-8").partition("\n---\n")[2] or path.read_text(encoding="utf-8")
        texts += [(path.name, part) for part in _passages(body)]
    names: defaultdict[str, list[str]] = defaultdict(list)
    for article, text in texts:
        names[article] += [name for name in _NAME.findall(text) if not _CALENDAR.search(name)]
    everywhere = sorted({name for found in names.values() for name in found})
    rng = random.Random(1)
    made = []
    for article, text in texts:
        same, others = tuple(sorted(set(names[article]))), tuple(rng.sample(everywhere, 30))
        for start, end in sentence_spans(text):
            sentence = " ".join(text[start:end].split())
            if 8 <= len(sentence.split()) <= 45 and sentence[0].isupper() and sentence[-1] in '.”"':
                made.append(Spot(article, sentence, text, same, others))
    return made


def _passages(text: str) -> Iterator[str]:
    """Neighbouring paragraphs joined up to the size of a passage."""
    waiting = ""
    for block in filter(None, (part.strip() for part in text.split("\n"))):
        if waiting and len(waiting) + len(block) > PASSAGE:
            yield waiting
            waiting = ""
        waiting = f"{waiting}\n{block}".strip()
    if waiting:
        yield waiting


# Changed: what it says now is not what the source says


def number(spot: Spot, rng: random.Random) -> tuple[str, str] | None:
    """Another value: other digits, ten times as much, another word, another scale."""
    s = spot.sentence
    dated = [m.span() for m in re.finditer(r"\b(?:1\d{3}|20\d\d)s?\b|\b\d{1,2}(?:st|nd|rd|th)?\b(?= (?:of )?[A-Z])", s)]
    dated += [m.span() for m in re.finditer(rf"(?:{'|'.join(_MONTHS)})\.? \d{{1,2}}\b", s)]
    found = [
        m
        for m in re.finditer(rf"(?<![\w.,-])\d[\d,.]*\d|(?<![\w.,-])\d\b|\b(?:{'|'.join(_SMALL)}|million|billion)\b", s)
        if not any(a < m.end() and m.start() < b for a, b in dated)
    ]
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    if old in _SMALL:
        new = rng.choice([word for word in _SMALL if word != old])
    elif old in ("million", "billion"):
        new = "billion" if old == "million" else "million"
    else:
        digits = list(old)
        place = rng.choice([i for i, ch in enumerate(digits) if ch.isdigit()])
        digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
        new = "".join(digits)
    if re.search(rf"(?<![\d.,]){re.escape(new)}(?![\d])", spot.passage):
        return None
    return s[: match.start()] + new + s[match.end() :], new


def moment(spot: Spot, rng: random.Random) -> tuple[str, str] | None:
    """Another year, month, day or weekday."""
    s = spot.sentence
    months, days = "|".join(_MONTHS), "|".join(_DAYS)
    years = r"(?<![\d,$£€.-])\b(?:1[1-9]\d\d|20[0-3]\d)\b(?![,.]\d)"
    named = rf"\b(?:{months})\b(?= \d)|(?<=\d )(?:{months})\b|\b(?:{days})\b|\b\d{{1,2}}(?= (?:{months})\b)"
    found = list(re.finditer(f"{years}|{named}", s))
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    for _ in range(20):
        if old in _MONTHS:
            new = rng.choice(_MONTHS)
        elif old in _DAYS:
            new = rng.choice(_DAYS)
        elif len(old) <= 2:
            new = str(rng.randint(1, 28))
        else:
            new = str(int(old) + rng.choice([-30, -10, -4, -2, -1, 1, 2, 3, 9, 20]))
        if new != old and not re.search(rf"\b{new}\b", spot.passage):
            return s[: match.start()] + new + s[match.end() :], new
    return None


def name(spot: Spot, rng: random.Random) -> tuple[str, str] | None:
    """Another name: from elsewhere in the article, in the passage perhaps, or from another article."""
    s = spot.sentence
    found = [m for m in _NAME.finditer(s) if not _CALENDAR.search(m.group())]
    if not found:
        return None
    match = rng.choice(found)
    pool = spot.same if rng.random() < 0.5 else spot.others
    old = set(match.group().lower().split())
    pool = tuple(n for n in pool if n not in s and not any(part[:4] in s.lower() for part in n.lower().split()))
    if not pool or not old:
        return None
    new = rng.choice(pool)
    return s[: match.start()] + new + s[match.end() :], new


_OFFICES = (
    "president", "prime minister", "foreign minister", "finance minister", "ambassador", "governor", "director", "general",
    "king", "emperor", "bishop", "chairman", "mayor", "senator", "professor", "engineer", "founder", "captain", "judge",
    "secretary", "spokesman", "leader", "commander", "historian", "physicist", "mathematician", "author", "editor", "son",
    "brother", "wife", "daughter", "father", "lawyer", "architect", "producer", "singer", "coach", "lieutenant", "duke",
)  # fmt: skip
_DID = (
    "defeated received appointed invaded attacked replaced succeeded founded criticised criticized told accused killed sold "
    "bought paid sued beat joined led ruled conquered supported helped married asked ordered taught sent gave visited "
    "acquired controlled influenced opposed followed warned allowed forced persuaded welcomed"
).split()


def role(spot: Spot, rng: random.Random) -> tuple[str, str] | None:
    """Another office, or the two who do something to one another in each other's place."""
    s = spot.sentence
    swaps = list(re.finditer(rf"\b([A-Z]\w+(?: [A-Z]\w+)*) ({'|'.join(_DID)}) ((?:the )?)([A-Z]\w+(?: [A-Z]\w+)*)", s))
    swaps = [m for m in swaps if m[1] not in ("The", "It", "He", "She", "They", "This", "We", "In", "Who")]
    if swaps and rng.random() < 0.7:
        match = rng.choice(swaps)
        new = f"{match[4]} {match[2]} {match[3]}{match[1]}"
        return s[: match.start()] + new + s[match.end() :], f"{match[4]} … {match[1]}"
    found = list(re.finditer(rf"\b(?:{'|'.join(_OFFICES)})\b", s, re.IGNORECASE))
    if not found:
        return None
    match = rng.choice(found)
    pool = [office for office in _OFFICES if not set(office.split()) & set(s.lower().split())]
    new = rng.choice(pool)
    if match.group()[0].isupper():
        new = new.title()
    if re.search(rf"\b{new}\b", spot.passage, re.IGNORECASE):
        return None
    return s[: match.start()] + new + s[match.end() :], new


_TURNED = [
    ("increased", "decreased"), ("rose", "fell"), ("before", "after"), ("more than", "less than"), ("supported", "opposed"),
    ("won", "lost"), ("accepted", "rejected"), ("possible", "impossible"), ("able", "unable"), ("likely", "unlikely"),
    ("began", "ended"), ("allowed", "forbade"), ("successful", "unsuccessful"), ("agreed", "refused"), ("larger", "smaller"),
    ("higher", "lower"), ("northern", "southern"), ("eastern", "western"), ("always", "never"), ("confirmed", "denied"),
]  # fmt: skip
_BE = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|may|might|must|should)\b(?! (?:not|n[’']t|been no))"
)
_PAST = re.compile(
    r"(?<=[a-z] )(?<!was )(?<!were )(?<!be )(?<!been )(?<!is )(?<!are )(?<!had )(?<!has )(?<!have )(\w{3,})ed (?=the |a |an |to |in )"
)  # noqa: E501


def negation(spot: Spot, rng: random.Random) -> tuple[str, str] | None:
    """`not` put in or taken out, `did not` before a verb, a word turned into its opposite."""
    s = spot.sentence
    ways: list[tuple[str, str]] = []
    if taken := re.search(r"\b(?:not|never) (?!only\b|just\b|merely\b)", s):
        ways.append((s[: taken.start()] + s[taken.end() :], "so"))
    elif found := _BE.search(s):
        ways.append((f"{s[: found.end()]} not{s[found.end() :]}", "not"))
    if past := _PAST.search(s):
        verb = re.sub(r"([bdgmnprt])\1$", r"\1", past.group(1))
        verb += "e" if re.search(r"(?:[vczu]|[^s]s|[aeiou][tdr]|[^aeiou][aiou][kmnpb])$", verb) else ""
        ways.append((s[: past.start()] + f"did not {verb} " + s[past.end() :], "not"))
    for one, other in _TURNED:
        for old, new in ((one, other), (other, one)):
            if (m := re.search(rf"\b{old}\b", s)) and not re.search(rf"\b{new}\b", s):
                ways.append((s[: m.start()] + new + s[m.end() :], new))
    return rng.choice(ways) if ways else None


CHANGES: dict[str, Change] = {"number": number, "date": moment, "name": name, "role": role, "negation": negation}


# True: said in other words


def spelt_out(s: str, spot: Spot, rng: random.Random) -> str:
    """Digits as words and words as digits."""
    words = dict(zip(_SMALL, map(str, range(2, 13)), strict=True))
    for word, digit in words.items():
        if re.search(rf"\b{word}\b(?!-)", s):
            return re.sub(rf"\b{word}\b(?!-)", digit, s, count=1)
    digits = {digit: word for word, digit in words.items()}
    return re.sub(r"(?<![\d.,$£€:/-])\b([2-9]|1[0-2])\b(?![\d.,:/%-]|st|nd|rd|th| [A-Z]| percent| per cent)",
                  lambda m: digits[m[1]], s, count=1)  # fmt: skip


def separated(s: str, spot: Spot, rng: random.Random) -> str:
    """12,000 as 12 000 or 12000, 5.2 million as 5,200,000."""
    t = re.sub(r"(?<![\d,])(\d{1,3}),(\d{3})\b(?!,)", rng.choice([r"\1 \2", r"\1\2", "\\1\u00a0\\2"]), s)
    if t == s:
        t = re.sub(r"\b(\d+(?:\.\d)?) million\b", lambda m: f"{round(float(m[1]) * 1e6):,}", s)
    return t


def redated(s: str, spot: Spot, rng: random.Random) -> str:
    """22 December 2025, December 22, 2025, 2025-12-22, the 22nd of December."""
    months = "|".join(_MONTHS)
    if m := re.search(rf"\b(\d{{1,2}}) ({months}) (\d{{4}})", s):
        new = rng.choice([f"{m[2]} {m[1]}, {m[3]}", f"{m[3]}-{_MONTHS.index(m[2]) + 1:02}-{int(m[1]):02}"])
    elif m := re.search(rf"\b({months}) (\d{{1,2}}), (\d{{4}})", s):
        new = rng.choice([f"{m[2]} {m[1]} {m[3]}", f"the {m[2]}th of {m[1]} {m[3]}", f"{m[1]} {m[3]}"])
    elif m := re.search(rf"\b({months}) (\d{{1,2}})\b(?!,? \d)", s):
        new = f"{m[2]} {m[1]}"
    elif m := re.search(rf"\b({months}) (\d{{4}})\b", s):
        new = rng.choice([f"{m[1][:3]} {m[2]}", m[2]])
    elif m := re.search(r"\b(1\d|20)th century\b", s):
        new = {"1": "", "2": "twentieth century"}.get(m[1][0] if m[1] == "20" else "", m.group().replace(" ", "-"))
    else:
        return s
    return s[: m.start()] + new + s[m.end() :]


def fronted(s: str, spot: Spot, rng: random.Random) -> str:
    """The time or place at the end comes first, or the one that came first goes to the end."""
    if m := re.search(r"^((?:In|On|By|During|At|After|Since|From) [^,]{3,40}), (.+)([.])$", s):
        return f"{_up(m[2])} {_down(m[1])}{m[3]}"
    if m := re.search(r"^([^,]+?) ((?:in|on|during|since) (?:the )?(?:[A-Z]|\d)[^,]{2,30})[.]$", s):
        return f"{_up(m[2])}, {_down(m[1])}."
    return s


def framed(s: str, spot: Spot, rng: random.Random) -> str:
    """Told as what an article says."""
    opening = rng.choice(
        ["According to the article, ", "The article says that ", "It is reported that ", "Reportedly, "]
    )
    return opening + _down(s)


_SYNONYMS = {
    "began": "started", "said": "stated", "large": "big", "used": "employed", "many": "numerous", "often": "frequently",
    "also": "additionally", "help": "assist", "near": "close to", "important": "significant", "show": "demonstrate",
    "most": "the majority of", "because": "since", "however": "yet", "around": "about", "about": "roughly", "made": "produced",
    "found": "discovered", "built": "constructed", "created": "set up", "became": "turned into", "whole": "entire",
    "different": "various", "people": "persons", "main": "principal", "known as": "called", "called": "known as", "city": "town",
    "area": "region", "countries": "nations", "country": "nation", "required": "needed", "allow": "permit", "children": "kids",
    "company": "firm", "shows": "demonstrates", "several": "a number of", "although": "though", "attempted": "tried",
    "received": "got", "increase": "growth", "quickly": "rapidly", "usually": "normally", "especially": "particularly",
    "died": "passed away", "ended": "finished", "killed": "slain", "money": "funds", "war": "conflict", "work": "labour",
    "told": "informed", "think": "believe", "home": "house", "need": "require", "including": "among them", "purchase": "buy",
    "major": "big", "primarily": "mainly", "mainly": "mostly", "located": "situated", "majority": "most", "formed": "shaped",
    "led to": "brought about", "due to": "because of", "announced": "made known", "such as": "like", "in order to": "to",
}  # fmt: skip


def synonyms(s: str, spot: Spot, rng: random.Random) -> str:
    """Up to four words by others that mean the same."""
    done = 0
    for word, other in rng.sample(sorted(_SYNONYMS.items()), len(_SYNONYMS)):
        if re.search(rf"(?<=\w )\b{word}\b", s) and done < 4:
            s, done = re.sub(rf"(?<=\w )\b{word}\b", other, s, count=1), done + 1
    return s


def shortened(s: str, spot: Spot, rng: random.Random) -> str:
    """Without what stands in brackets or between commas after a name."""
    t = re.sub(r" \([^)]{3,80}\)", "", s, count=1)
    if t == s:
        t = re.sub(r", (?:which|who|where|including|such as|known as)\b[^,.]{5,90},", "", s, count=1)
    if t == s:
        t = re.sub(r", (?:which|who|where|including|such as)\b[^,.]{5,90}\.$", ".", s, count=1)
    return t


def surname(s: str, spot: Spot, rng: random.Random) -> str:
    """Sergey Lavrov as Lavrov; US for United States; per cent as a sign."""
    for long, short in (("United States", "US"), ("United Kingdom", "UK"), ("European Union", "EU"), ("United Nations", "UN"),
                        (" percent", "%"), (" per cent", "%"), ("kilometres", "km"), ("kilometers", "km"), (" million", "m"),
                        ("World War II", "the Second World War"), ("Dr. ", "Dr "), ("Mr. ", "Mr "), (" and ", " & ")):  # fmt: skip
        if long in s and (long != " million" or re.search(r"[$£€][\d.]+ million", s)) and long != " and ":
            return s.replace(long, short, 1)
    return re.sub(r"(?<=[a-z,] )[A-Z][a-z]{2,} ([A-Z][a-z]{3,})(?=[ ,.](?![A-Z]))", r"\1", s, count=1)


def transliterated(s: str, spot: Spot, rng: random.Random) -> str:
    """A name as another newspaper writes it: doubled letters single, y for i, ei for e."""
    for m in _NAME.finditer(s):
        word = m.group()
        new = re.sub(r"([a-z])\1", r"\1", word, count=1)
        if new == word and re.search(r"[^aeiou]y\b|ov\b|ei|ou", word):
            new = re.sub(r"y\b", "i", word).replace("ov", "ow", 1).replace("ei", "e", 1).replace("ou", "u", 1)
        if new != word and len(word) > 6 and not _CALENDAR.search(word):
            return s[: m.start()] + new + s[m.end() :]
    return s


def active(s: str, spot: Spot, rng: random.Random) -> str:
    """`A was founded by B` as `B founded A`, and the other way round."""
    m = re.fullmatch(r"([A-Z][^,]{2,60}?) (?:was|were) (\w+ed) by ((?:the )?[A-Z][^,.]{2,50})([.,].*)", s)
    if m:
        return f"{_up(m[3])} {m[2]} {_down(m[1])}{m[4]}"
    m = re.fullmatch(
        rf"([A-Z][^,]{{2,40}}?) ({'|'.join(w for w in _DID if w.endswith('ed'))}) ((?:the )?[A-Z][\w ]{{2,40}})\.", s
    )
    return f"{_up(m[3])} was {m[2]} by {_down(m[1])}." if m else s


def contracted(s: str, spot: Spot, rng: random.Random) -> str:
    """Did not as didn’t, cannot as can’t; it is as it’s."""
    t = re.sub(
        r"\b(is|are|was|were|did|does|do|has|had|have|could|would) not\b", rng.choice(["\\1n't", "\\1n’t"]), s, count=1
    )
    t = re.sub(r"\bcannot\b", "can't", t, count=1) if t == s else t
    return re.sub(r"\bIt is\b", "It's", t, count=1) if t == s else t


def joined(s: str, spot: Spot, rng: random.Random) -> str:
    """Together with the sentence that follows it in the passage."""
    place = spot.passage.find(s[-30:])
    rest = spot.passage[place + 30 :].strip() if place >= 0 else ""
    following = next((rest[a:b] for a, b in sentence_spans(rest)), "")
    if not 4 <= len(following.split()) <= 25 or not s.endswith("."):
        return s
    return f"{s[:-1]}, and {_down(following)}"


REWORDINGS = (spelt_out, separated, redated, fronted, framed, synonyms, shortened, surname, transliterated, active, contracted,
              joined)  # fmt: skip


def several(s: str, spot: Spot, rng: random.Random) -> str:
    """Three ways at once."""
    for way in rng.sample(
        (spelt_out, separated, redated, synonyms, shortened, surname, framed, contracted, fronted), 6
    ):
        s = way(s, spot, rng)
    return s


def _down(s: str) -> str:
    return (
        s[0].lower() + s[1:]
        if re.match(
            r"(?:The|A|An|In|On|It|He|She|They|This|These|There|By|During|At|After|Since|From|Its|His|Most|Many|Some|As)\b",
            s,
        )
        else s
    )  # noqa: E501


def _up(s: str) -> str:
    return s[0].upper() + s[1:]


# Measuring


def pairs(found: Sequence[Spot]) -> list[Pair]:
    """All kinds, at most so many of each."""
    rng = random.Random(5)
    order = rng.sample(list(found), len(found))
    made = [Pair("quote", spot.sentence, spot) for spot in order[:MOST_OF_A_KIND]]
    for kind, change in CHANGES.items():
        of_kind: list[Pair] = []
        for spot in order:
            if len(of_kind) < MOST_OF_A_KIND and (new := change(spot, rng)) and new[0] != spot.sentence:
                of_kind.append(Pair(f"changed {kind}", new[0], spot, new[1]))
        made += of_kind
    for way in (*REWORDINGS, several):
        of_way: list[Pair] = []
        for spot in order:
            if len(of_way) < MOST_OF_A_KIND // 8 and (said := way(spot.sentence, spot, rng)) != spot.sentence:
                of_way.append(Pair(f"reworded {way.__name__}", said, spot))
        made += of_way
    return made


def judged(said: str, passage: str, quote: str) -> Sentence:
    """The verdict on what is said, with the passage as the one source."""
    citation = Citation(1, "article", "", None, "", None, quote, 0, 1)
    return checked_sentences(f"{said} [1]", [citation], {1: passage})[-1]


def has_right_reason(pair: Pair, verdict: Sentence) -> bool:
    """Whether the reason is about what was changed."""
    kind, reason = pair.kind.removeprefix("changed "), verdict.reason.lower()
    if kind == "negation":
        return any(word in reason for word in (pair.changed.lower(), "not", "never", "so", "n’t"))
    parts = [part for part in re.findall(r"\w+", pair.changed.lower()) if part not in ("the", "of")]
    return any(re.search(rf"(?<!\d){part}(?!\d)", reason) for part in parts)


def report(made: Sequence[Pair], show: int) -> None:
    """Shares for each kind; failures where they are asked for."""
    groups: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    shown: defaultdict[str, int] = defaultdict(int)
    for pair in made:
        verdict = judged(pair.said, pair.spot.passage, pair.spot.sentence)
        is_flagged = verdict.support != "supported"
        is_right = is_flagged and has_right_reason(pair, verdict)
        groups[pair.kind].append((is_flagged, is_right))
        is_failure = not is_right if pair.changed else is_flagged
        if is_failure and shown[pair.kind] < show:
            shown[pair.kind] += 1
            print(
                f"  [{pair.kind}] {pair.said}\n     WAS {pair.spot.sentence}\n     {verdict.support}: {verdict.reason}"
            )
    for kind, found in groups.items():
        flagged, right = np.mean(found, axis=0)
        print(
            f"{kind:24} {len(found):4}  flagged {flagged:.3f}" + (f"  right reason {right:.3f}" if "ch" in kind else "")
        )
    for title, wanted in (("changed", "changed"), ("true quotes", "quote"), ("true paraphrases", "reworded")):
        every = [item for kind, found in groups.items() if kind.startswith(wanted) for item in found]
        flagged, right = np.mean(every, axis=0)
        print(f"== {title:20} {len(every):5}  flagged {flagged:.3f}  right reason {right:.3f}")


def report_people(data: Path, show: int) -> None:
    """Answers that people wrote from passages: sentences flagged though they should not be."""
    texts = {
        row["id"]: row["text"] for row in map(json.loads, (data / "mtrag" / "corpus.jsonl").open(encoding="utf-8"))
    }
    verdicts: list[str] = []
    for row in map(json.loads, (data / "mtrag" / "queries.jsonl").open(encoding="utf-8")):
        passage = "\n".join(texts[key] for key in row["contexts"] if key in texts)
        if row["type"] == "ANSWERABLE" and passage:
            answer = " ".join(row["answers"][0].split())
            for start, end in sentence_spans(answer):
                verdict = judged(answer[start:end], passage, passage[:200])
                verdicts.append(verdict.support)
                if verdict.support != "supported" and show > 0 and len(verdicts) % 3 == 0:
                    show -= 1
                    print(f"  [people] {answer[start:end]}\n     {verdict.support}: {verdict.reason}")
    shares = ", ".join(f"{kind} {verdicts.count(kind) / len(verdicts):.3f}" for kind in sorted(set(verdicts)))
    print(f"== sentences of answers by people (mtrag), {len(verdicts)}: {shares}")


def main() -> None:
    """Both halves, people's answers, and the time an answer of three sentences takes."""
    data, show = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    found = spots(data)
    for title, is_report in (("first half", False), ("second half", True)):
        made = pairs([spot for spot in found if spot.is_report == is_report])
        print(f"{title}: {len(made)} pairs")
        report(made, 0 if is_report else show)
    if (data / "mtrag").is_dir():
        report_people(data, show)
    seconds = []
    for spot in found[:100]:
        started = time.perf_counter()
        for _ in range(3):
            judged(spot.sentence, spot.passage, spot.sentence)
        seconds.append(time.perf_counter() - started)
    print(
        f"an answer of three sentences: median {np.median(seconds) * 1000:.1f} ms, slowest {max(seconds) * 1000:.1f} ms"
    )


if __name__ == "__main__":
    main()
