"""A sentence as it is compared with another: its words, which of them are names and roles, what is negated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from rag.answering.moments import Moment, moments
from rag.answering.quantities import Quantity, quantities
from rag.library.names import name_key, name_keys
from rag.library.words import QUESTION_WORDS, terms

_WORD = re.compile(r"[^\W_]+")
_CONTRACTED = frozenset(
    "isn aren wasn weren don doesn didn won wouldn can couldn shouldn hasn haven hadn mustn needn ain".split()
)
_NOT = frozenset(
    "not never no none nobody nothing neither nor without cannot hardly barely scarcely fail failed fails failing "
    "refuse refused refuses refusing deny denied denies denying lack lacked lacks lacking reject rejected rejects "
    "unable unwilling".split()
)
_AUXILIARY = frozenset(
    "be been being is are was were am do does did have has had having will would can could shall should may might must "
    "to a an the any more longer yet ever even only just also of that".split()
)
_REACH = 4  # words after a `not` that it may negate
ROLES = frozenset(
    "president minister premier chancellor ambassador envoy representative spokesman spokeswoman "
    "spokesperson secretary "
    "general chairman chairwoman chair director chief head leader deputy vice king queen emperor empress "
    "prince princess "
    "sultan khan caliph tsar governor mayor senator congressman congresswoman lawmaker speaker judge justice commander "
    "captain colonel admiral marshal officer soldier bishop archbishop pope priest cardinal imam rabbi "
    "professor doctor "
    "physicist chemist biologist mathematician historian economist lawyer engineer architect scientist philosopher "
    "author writer poet novelist journalist editor actor actress singer composer painter musician director producer "
    "founder owner manager coach striker goalkeeper player analyst expert diplomat politician activist banker merchant "
    "father mother son daughter brother sister wife husband uncle nephew grandson grandfather duke count "
    "earl baron lord "
    "consul attorney prosecutor inspector superintendent treasurer counsel adviser advisor aide nurse teacher student "
    "pilot farmer inventor explorer missionary lieutenant sergeant clerk cousin aunt friend widow "
    "monk abbot knight viceroy counterpart colleague successor predecessor".split()
)
ROLE_TRAITS = frozenset(
    "foreign prime vice deputy defence defense finance interior trade energy health education agriculture home "
    "assistant acting former first".split()
)
_SAME_ROLE = (
    "spokesman spokeswoman spokesperson|chairman chairwoman chair|envoy representative|head leader chief|author writer|"
    "lawmaker congressman congresswoman|adviser advisor aide|premier prime|defence defense|lawyer attorney|"
    "counterpart colleague"
).split("|")
_ROLE_GROUP = {word: group.split()[0] for group in _SAME_ROLE for word in group.split()}
PARTICLES = frozenset("el al bin ibn von van de del la le du der den".split())
_PEOPLES = {
    "french": "france", "british": "britain", "spanish": "spain", "dutch": "netherlands", "welsh": "wales",
    "danish": "denmark", "turkish": "turkey", "greek": "greece", "polish": "poland", "swiss": "switzerland",
    "uk": "britain", "german": "germany", "english": "england", "irish": "ireland", "scottish": "scotland",
    "swedish": "sweden", "american": "us", "usa": "us", "chinese": "china",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a sentence."""

    text: str
    stem: str
    start: int
    is_capital: bool
    is_first: bool
    """It opens the sentence, so a capital tells nothing."""

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.start + len(self.text)

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def role(self) -> str:
        """Its role or the trait of one, the same for synonyms; "" for other words."""
        low = self.low if self.low in ROLES or self.low in ROLE_TRAITS else self.low.removesuffix("s")
        return _ROLE_GROUP.get(low, low) if low in ROLES or low in ROLE_TRAITS else ""


class Wording:
    """A sentence or a longer text, looked at once; everything is worked out when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def moments(self) -> list[Moment]:
        return moments(self.text)

    @cached_property
    def quantities(self) -> list[Quantity]:
        return quantities(self.text, [(moment.start, moment.end) for moment in self.moments])

    @cached_property
    def words(self) -> list[Word]:
        found = list(_WORD.finditer(self.text))
        stems = terms(self.text)
        if len(stems) != len(found):  # a word too long for the index, say
            stems = [(terms(match.group()) or [match.group().lower()])[0] for match in found]
        return [
            Word(match.group(), stem, match.start(), match.group()[0].isupper(), self._opens(match.start()))
            for match, stem in zip(found, stems, strict=True)
        ]

    def _opens(self, start: int) -> bool:
        before = self.text[max(start - 6, 0) : start].rstrip(" \"'“”‘’([*_")
        return not before or before[-1] in ".!?…:\n|"

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words)

    @cached_property
    def sounds(self) -> frozenset[str]:
        return frozenset(key for _, key in name_keys(self.text))

    @cached_property
    def content(self) -> frozenset[str]:
        """Stems that tell something: no question words, no numbers or dates."""
        return frozenset(
            word.stem
            for word in self.words
            if word.low not in QUESTION_WORDS and not any(ch.isdigit() for ch in word.text) and len(word.text) > 1
        )

    def share_in(self, other: Wording) -> float:
        """Of what tells something, names included, how much the other text holds."""
        telling = self.content | {word.stem for word in self.names}
        return len(telling & other.stems) / len(telling) if telling else 0.0

    @cached_property
    def names(self) -> list[Word]:
        """Capitalised words within the sentence, or that open it before another; no dates, no roles, no numbers."""
        return [word for index, word in enumerate(self.words) if self._is_name(index)]

    def _is_name(self, index: int) -> bool:
        word = self.words[index]
        if not word.is_capital or word.low in QUESTION_WORDS or word.role or word.low in PARTICLES:
            return False
        if len(word.text) < 2 or self.is_measured(word):
            return False
        if not word.is_first:
            return True
        following = self.words[index + 1] if index + 1 < len(self.words) else None
        return bool(
            following
            and following.is_capital
            and not following.is_first
            and following.low not in QUESTION_WORDS
            and self.text[word.start + len(word.text) : following.start] in (" ", "-", "-")
        )

    def is_measured(self, word: Word) -> bool:
        """Whether it is part of a date or a number."""
        spans = [(moment.start, moment.end) for moment in self.moments]
        spans += [(quantity.start, quantity.end) for quantity in self.quantities]
        return any(start <= word.start < end for start, end in spans)

    @cached_property
    def initials(self) -> frozenset[str]:
        """`us` for United States, `eu` for European Union."""
        found: set[str] = set()
        for size in (2, 3, 4, 5):
            for start in range(len(self.words) - size + 1):
                run = [w for w in self.words[start : start + size] if w.low not in ("of", "the", "and", "for")]
                if len(run) > 1 and all(word.is_capital for word in run):
                    found.add("".join(word.low[0] for word in run))
        return frozenset(found)

    @cached_property
    def _places(self) -> set[str]:
        return {_people(word.low) for word in self.words}

    def has_name(self, word: Word) -> bool:
        """Whether the name stands here, or one that sounds like it, or its initials, or the people of that country."""
        key = name_key(word.text)
        if word.stem in self.stems or (key and key in self.sounds) or _people(word.low) in self.initials:
            return True
        return _people(word.low) in self._places or any(
            is_root(word.low, other.low) for other in self.words if other.is_capital
        )

    @cached_property
    def heads(self) -> dict[str, str]:
        """Stem → the `not` before it, for the first word that tells something after each."""
        return {stem: cue for stem, cue, is_head in self._negated if is_head}

    @cached_property
    def denied(self) -> frozenset[str]:
        """Stems that a `not` before them may reach."""
        return frozenset(stem for stem, _, _ in self._negated)

    @cached_property
    def _negated(self) -> list[tuple[str, str, bool]]:
        found = []
        for index, word in enumerate(self.words):
            follows = self.words[index + 1].low if index + 1 < len(self.words) else ""
            is_short = word.low in _CONTRACTED and follows == "t"
            if not (word.low in _NOT or is_short):
                continue
            before = self.words[index - 1].low if index else ""
            after = self.words[index + 1 + is_short].low if index + 1 + is_short < len(self.words) else ""
            if (word.low == "not" or is_short) and after in ("only", "just", "merely"):
                continue
            if word.low == "no" and (before in ("article", "number") or self._says_no(word)):
                continue
            cue = f"{word.text}’t" if is_short else word.text
            rest = self.words[index + 1 + is_short :]
            end = re.search(r"[.;:!?]|,(?= (?:but|and|which|who)\b)|\bbut\b", self.text[word.start :])
            last = word.start + end.start() if end else len(self.text)
            telling = [w for w in rest if w.low not in _AUXILIARY and w.start < last][:_REACH]
            found += [(w.stem, cue, place == 0) for place, w in enumerate(telling)]
        return found

    def _says_no(self, word: Word) -> bool:
        """Whether this `no` answers a question, and denies nothing of what follows."""
        return word.is_first and self.text[word.start + len(word.text) :].lstrip()[:1] in (",", ".", ":", "–", "—")


def _people(word: str) -> str:
    return _PEOPLES.get(word, word)


def is_root(one: str, other: str) -> bool:
    """Whether one is made of the other: Egypt and Egyptian, China and Chinese."""
    short, long = sorted((one, other), key=len)
    root = short.rstrip("aeiouy")
    return len(root) >= 4 and long.startswith(root) and len(long) - len(short) <= 4
