"""A follow-up → a question that stands alone, by carrying over what it leaves unsaid; no model needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.core.types import Message
from rag.library.words import QUESTION_WORDS, content_words, terms

_POINTERS = re.compile(
    r"\b(?:he|she|him|her|hers|his|it|its|they|them|their|theirs|this|these|those|there|then|else|same|"
    r"former|latter|both|the two|the others?|another)\b|\bthat\b(?!\s+(?:\w+ed|is|are|was|were|will|has|have|the)\b)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? |then )*(?:(?:what|how) about|and|or|also)\s+(?P<rest>.+?)[?.!\s]*$",
    re.IGNORECASE,
)
_CONNECTED = re.compile(r"^(?:and|but|so|or|also|then|why|how so|when|where|who|how many|since when)\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_a-z](?:[\w’'-]*[^\W_])?(?:\s+(?:(?:of|al|el|bin|von|de)[ -])?[^\W\d_a-z][\w’'-]*[^\W_])*")
_ASKS_WHO = re.compile(r"\bwho(?:m|se)?\b|\bwhich (?:minister|official|person|man|woman|president|leader)\b", re.I)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|thanks?|thank you|great|good|ok(?:ay)?|bye|cool|nice)\b[^?]{0,25}$", re.IGNORECASE
)

_FEW_WORDS = 2  # a question about so little says the rest by pointing back


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked, as it stands alone, and what the second has over the first."""

    text: str
    standalone: str
    carried: tuple[str, ...] = ()
    """Words and names taken over from earlier turns."""

    @property
    def is_follow_up(self) -> bool:
        return self.standalone != self.text


def stand_alone(text: str, history: Sequence[Message]) -> Question:
    """The question with the names and the topic it lacks, from the turns before; unchanged where it lacks none."""
    text = " ".join(text.split())
    asked = [" ".join(turn.content.split()) for turn in history if turn.role == "user" and turn.content.strip()]
    if not asked or _GREETING.match(text) or not _leans_back(text):
        return Question(text, text)
    previous = _last_that_stands(asked)
    if about := _ABOUT.match(text):
        swapped = _swapped(previous, about["rest"])
        if swapped:
            return Question(text, swapped, tuple(_missing(previous, swapped_out=about["rest"])))
    carried = _missing(previous, swapped_out=text)
    if _ASKS_WHO.search(asked[-1]) or not carried:
        carried += _names_told(history, [*carried, text, previous])
    if not carried:
        return Question(text, text)
    return Question(text, f"{text.rstrip()} ({', '.join(carried)})", tuple(carried))


def _leans_back(text: str) -> bool:
    """Whether the question points at something said before, or says too little to be asked first."""
    words = [word for word in re.findall(r"\w+", text) if word.lower() not in QUESTION_WORDS]
    if _POINTERS.search(text) or _ABOUT.match(text):
        return True
    return len(words) <= _FEW_WORDS and bool(_CONNECTED.match(text)) and not _names(text)


def _last_that_stands(asked: Sequence[str]) -> str:
    """The latest question that needs none before it, followed by what later ones added."""
    for index in range(len(asked) - 1, -1, -1):
        if not _leans_back(asked[index]) or index == 0:
            later = [word for question in asked[index + 1 :] for word in _names(question)]
            return " ".join([asked[index].rstrip("?. "), *later])
    return asked[-1]


def _names(text: str) -> list[str]:
    """Capitalised runs, without a question word that merely opens the sentence."""
    found = []
    for match in _NAME.finditer(text):
        name = re.sub(r"[’']s?$", "", match.group())
        words = name.split()
        while words and words[0].lower() in QUESTION_WORDS:
            words = words[1:]
        if words and not (match.start() == 0 and len(words) == 1 and words[0].lower() in QUESTION_WORDS):
            found.append(" ".join(words))
    return found


def _missing(previous: str, swapped_out: str) -> list[str]:
    """Names first, then other content words, of the earlier question that the new one does not hold."""
    here = set(terms(swapped_out))
    carried: list[str] = []
    for words in [*_names(previous), *content_words(previous)]:
        new = [term for term in terms(words) if term not in here]
        if new and words.lower() not in QUESTION_WORDS:
            carried.append(words)
            here.update(terms(words))
    return carried


def _names_told(history: Sequence[Message], known: Sequence[str]) -> list[str]:
    """Names from the first sentences of the last answer: `he` is whom the answer named."""
    told = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    here = set(terms(" ".join(known)))
    names = [name for name in _names(re.sub(r"\[\d+\]", "", told[:300])) if not set(terms(name)) <= here]
    return list(dict.fromkeys(names))[:2]


def _swapped(previous: str, rest: str) -> str:
    """`What is Egypt’s focus on Gaza?` + `and in Sudan?` → `What is Egypt’s focus on Sudan?`; "" if unclear."""
    new = _names(rest)
    bare = re.sub(r"^(?:in|on|for|with|at|from|the|to)\s+", "", rest, flags=re.IGNORECASE)
    if len(new) != 1 or set(terms(bare)) - set(terms(new[0])) - {"the"}:
        return ""
    possessive = bool(re.search(r"[’']s?$", rest))
    old = [match for match in _NAME.finditer(previous) if match.group().split()[0].lower() not in QUESTION_WORDS]
    alike = [match for match in old if bool(re.search(r"[’']s$", match.group())) == possessive] or old
    if not alike:
        return ""
    last = alike[-1]
    name = re.sub(r"[’']s?$", "", last.group())
    return previous[: last.start()] + new[0] + previous[last.start() + len(name) :] + "?"
