"""A follow-up → a question that stands alone, by carrying over what it leaves unsaid; no model needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.core.types import DateRange, Message
from rag.library.words import QUESTION_WORDS, content_words, terms
from rag.search.asking import topic_of
from rag.search.framing import of_anyone, unframed

_POINTERS = re.compile(
    r"\b(?:this|these|those|then|else|same|former|latter|the two|the others?|another)\b|"
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )\bthere\b|"
    r"(?<!say )(?<!said )(?<!says )(?<!think )(?<!believe )(?<!claim )"
    r"\bthat\b(?!\s+(?:\w+ed|is|are|was|were|will|has|have|the)\b)",
    re.IGNORECASE,
)
# These may mean a name that the question itself gives before them.
_PRONOUNS = re.compile(
    r"\b(?:he|she|him|her|hers|his|it|its|they|them|their|theirs|both(?! \w+ and\b))\b", re.IGNORECASE
)
_PERSON = re.compile(r"\b(?:he|she|him|(?P<his>his|her(?= [a-z])))\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|they|them|(?P<its>its|their))\b(?![’'])", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\bit (?:true|possible|better|best|ok|okay|necessary|important|worth|safe|hard|easy|normal|good|bad|legal)\b|"
    r"\bdoes it (?:take|mean|matter)\b|\bis it\?",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(
    r"\bwho(?:m|se)?\b|\b(?:which|what)(?: \w+){0,2} (?:minister|president|official|person|man|woman|leader|spokes\w+|"
    r"ambassador|expert|diplomat|analyst|envoy|chief|head|director|player|author|officer|member)s?\b",
    re.IGNORECASE,
)
_WHO_IS = re.compile(r"^who(?:['’]s| is| was) (?-i:[^\W\d_a-z])", re.IGNORECASE)
_NO_PERSON = re.compile(
    r"\b(?:court|council|office|agency|ministry|university|club|company|group|party|government|federation|institute|bureau|"
    r"service|bank|city|county|state|states|republic|union|league|association|committee|commission|department|school|"
    r"college|hospital|church|street|road|lane|bridge|river|islands?|sea|station|airport|tunnel|rovers|news|times|of)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|october|"
    r"november|december)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_WORD_OR_MARK = re.compile(r"\w+(?:-\w+)*|[^\w\s]")
_DOING = re.compile(r"[a-z]+ing")
_WHERE = frozenset(("in", "at", "from", "near", "during"))
_ABOUT = re.compile(
    r"^(?:and |but |so |ok(?:ay)?,? |then )*(?:(?:what|how) about|and|or|also)\s+(?P<rest>.+?)[?.!\s]*$",
    re.IGNORECASE,
)
_CONNECTED = re.compile(
    r"^(?:and|but|so|or|also|then|why|how so|when|where|who|which|how|since|until|till|by|from|to|for|with|in|on|at)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?:\b(?:al|el)-)?[^\W\d_a-z][\w-]*[^\W_](?P<possessive>[’']s?\b)?")
_JOINED = re.compile(r" (?:(?:of|al|el|bin|von|de) )?")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|thanks?|thank you|great|good|ok(?:ay)?|bye|cool|nice)\b[^?]{0,25}$", re.IGNORECASE
)

# `What are the side effects?` leaves unsaid of what; `the side effects of aspirin` does not.
_UNSAID = re.compile(r"\b(?:the|any|some|other|more|common|main|important|typical)\b", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:of|in|for|at|from|between|on|with|about|to|than|by|during|used|that|who)\b(?! (?:all|general|total)\b)",
    re.IGNORECASE,
)
_MOST_WORDS_UNSAID = 3
_DEFINES = re.compile(
    r"^(?:what|who) (?:is|are|was|were) (?!the\b)|^(?:how|why) (?:is|are|do|does|did|was|were) \w+ \w+", re.IGNORECASE
)
# Words that earlier questions are asked with, not about.
_TELLS_NOTHING = frozenset(
    "mean means meaning call called know known main different differ difference type types kind kinds sort work works "
    "begin began start started best important popular interesting interested oh okay ok well choose chosen good great "
    "thanks thank sure really actually others ones one something anything thing things people way ways example "
    "examples now want wanted need like difficult share same hello hi hey wow cool yes please".split()
)
_SUBJECT = re.compile(r"\b(?:do|does|did|has|have|had|is|was|will|would|can|could) $", re.IGNORECASE)
_MARKER = re.compile(r"\[\d+\]")
_SMALL_WORDS = frozenset(terms("in on for with at from the to s is what and of"))
_MOST_CARRIED = 7  # words and names of the earlier question
_MOST_BESIDE = 4  # of these where the person spoken of is named already
_MOST_TOLD = 2  # names of the earlier answer
_READ_OF_ANSWER = 300  # characters
_ORIGINAL_WEIGHT = 0.4  # of a follow-up as asked, beside its stand-alone form
_BESIDE_WEIGHT = 0.6  # of a second stand-alone form
_FEW_WORDS = 2  # a question about so little says the rest by pointing back


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked, as it stands alone, and what the second has over the first."""

    text: str
    standalone: str
    carried: tuple[str, ...] = ()
    """Words and names taken over from earlier turns."""
    date_range: DateRange | None = None
    """The days it was searched in."""
    notice: str = ""
    """What the search had to let go of; usually empty."""
    leans_back: bool = False
    """Whether it points at something said before, found or not."""
    beside: str = ""
    """Another stand-alone form that is searched too; empty where there is none."""

    @property
    def is_follow_up(self) -> bool:
        return self.standalone != self.text

    @property
    def matter(self) -> Question:
        """What evidence is held against: no frame of words as in `what do the articles say about the dam`.

        Nor `from May 2024` where it has chosen the articles: none of them need say it.
        """
        return replace(self, text=self._bare(self.text), standalone=self._bare(self.standalone))

    @property
    def topic(self) -> str:
        """What it is about, where it asks for whatever is said of something; else nothing."""
        return topic_of(self._undated(self.standalone))

    def _bare(self, words: str) -> str:
        words = self._undated(unframed(words))
        return topic_of(words) or of_anyone(words)

    def _undated(self, words: str) -> str:
        if self.date_range is None or not self.date_range.is_filter or not self.date_range.words:
            return words
        return " ".join(words.replace(self.date_range.words, " ").split())

    @property
    def wordings(self) -> list[tuple[float, str]]:
        """What to search with, each with its weight: a follow-up as it stands alone, and as it was asked.

        Not with a question as it was asked where that merely says more around it.
        """
        others = [(_BESIDE_WEIGHT, self.beside), (_ORIGINAL_WEIGHT, self.text)]
        return [
            (1.0, self.standalone),
            *((weight, text) for weight, text in others if text and self.standalone not in text),
        ]


def stand_alone(text: str, history: Sequence[Message]) -> Question:
    """The question with the names and the topic it lacks, from the turns before, and without what frames it."""
    text = " ".join(text.split())
    bare = unframed(text)
    asked = [
        unframed(" ".join(turn.content.split())) for turn in history if turn.role == "user" and turn.content.strip()
    ]
    if not asked or _GREETING.match(text) or not _leans_back(bare):
        told_before = _told_in_frame(text, bare)
        if not told_before and not asked and _PRONOUNS.search(bare):
            return Question(text, text)  # what the pronoun means may stand in the frame
        return Question(text, bare + told_before)
    previous = _last_that_stands(asked)
    if about := _ABOUT.match(bare):
        swapped = _swapped(previous, about["rest"])
        if swapped:
            return Question(text, swapped, tuple(_missing(previous, about["rest"])), leans_back=True)
    named = _with_person(bare, _persons(previous, _names_told(history, [bare])))
    told = _names_told(history, [named, previous])
    carried = [*told, *_missing(previous, named)]
    if named != bare:
        rest = f" ({', '.join(carried[:_MOST_BESIDE])})" if carried else ""
        return Question(text, named + rest, tuple(carried), leans_back=True)
    whole = f"{bare.rstrip()} ({', '.join(carried)})" if carried else bare
    # After an answer that named something new, `it` may be that as well.
    if not told and (placed := _with_topic(bare, _topic(previous, carried))):
        return Question(text, placed, tuple(carried), leans_back=True, beside=whole)
    return Question(text, whole, tuple(carried), leans_back=True)


def _told_in_frame(text: str, bare: str) -> str:
    """What `I am writing about Libya. When was the vote?` says before a question that names nothing itself."""
    frame = text[: text.find(bare)]
    if not frame or _names(bare):
        return ""
    names = [frame[start:end] for start, end, _ in _name_spans(frame) if frame[:start].rstrip()[-1:].isalpha()]
    names = [name for name in names if len(name) > 1]
    return f" ({', '.join(names)})" if names else ""


def _persons(previous: str, told: Sequence[str]) -> list[str]:
    """Who `he` may be, the likeliest first: whom an answer named to `who …`, else whom the question was about."""
    asked = _names(previous)
    is_open = bool(_ASKS_WHO.search(previous)) and not _WHO_IS.match(previous)
    names = [*told, *asked] if is_open else [*asked, *told]
    return [name for name in names if not _NO_PERSON.search(name)] or names


def _with_person(text: str, names: Sequence[str]) -> str:
    """`Who is his deputy?` with the person spoken of in the pronoun's place; unchanged where nobody was."""
    person = next((name for name in names if " " in name), names[0] if names else "")
    match = _PERSON.search(text)
    if not person or not match:
        return text
    is_possessive = match["his"] is not None
    return text[: match.start()] + person + ("’s" if is_possessive else "") + text[match.end() :]


def _topic(previous: str, carried: Sequence[str]) -> str:
    """What `it` most likely is: the last run of words that the earlier question hands over, one with a name first.

    Where something is (`in Egypt`) is what `it` is only if nothing else was spoken of.
    """
    names = {word for name in _names(previous) for word in _WORD.findall(name)}
    known = {word for words in carried for word in _WORD.findall(words)}
    runs: list[tuple[str, list[str]]] = []
    before, is_open = "", False
    for word in _WORD_OR_MARK.findall(previous):
        parts = _WORD.findall(word)
        is_handed_over = bool(parts) and known.issuperset(parts)
        if is_handed_over and not is_open:
            runs.append((before, []))
        if is_handed_over:
            runs[-1][1].append(word)
        is_open = is_handed_over
        before = before if word.lower() in ("the", "a", "an") else word.lower()
    # `What causes acid reflux` hands over a deed first, and so does `consuming energy drinks`.
    runs = [
        (before, run[1:] if len(run) > 1 and (before in ("what", "who") or _DOING.fullmatch(run[0])) else run)
        for before, run in runs
    ]
    things = [run for before, run in runs if before not in _WHERE] or [run for _, run in runs]
    named = [run for run in things if names.intersection(run)]
    return " ".join((named or things)[-1]) if things else ""


def _with_topic(text: str, topic: str) -> str:
    """`Is it treatable?` with what `it` is in its place; "" where there is no such pronoun or nothing to put there."""
    match = _THING.search(text)
    if not topic or not match or _EXPLETIVE.search(text):
        return ""
    possessive = ("’" if topic.endswith("s") else "’s") if match["its"] else ""
    return text[: match.start()] + topic + possessive + text[match.end() :]


def _leans_back(text: str) -> bool:
    """Whether the question points at something said before, or says too little to be asked first."""
    words = [word for word in re.findall(r"\w+", text) if word.lower() not in QUESTION_WORDS]
    if _POINTERS.search(text) or _ABOUT.match(text):
        return True
    named = min((start for start, _, _ in _name_spans(text)), default=len(text))
    if any(match.start() < named for match in _PRONOUNS.finditer(text)):
        return True
    if _names(text):
        return False
    if len(words) <= _MOST_WORDS_UNSAID and _UNSAID.search(text) and not _SAID.search(text):
        return True
    return len(words) <= _FEW_WORDS and bool(_CONNECTED.match(text)) and not _DEFINES.match(text)


def _last_that_stands(asked: Sequence[str]) -> str:
    """The latest question that needs none before it, followed by what later ones added."""
    for index in range(len(asked) - 1, -1, -1):
        if not _leans_back(asked[index]) or index == 0:
            later = [word for question in asked[index + 1 :] for word in _names(question)]
            return " ".join([asked[index].rstrip("?. "), *later])
    return asked[-1]


def _names(text: str) -> list[str]:
    """Capitalised runs, without their possessive and without a question word that merely opens the sentence."""
    return [text[start:end] for start, end, _ in _name_spans(text)]


def _name_spans(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, whether possessive) of each capitalised run."""
    spans: list[tuple[int, int, bool]] = []
    for match in _CAPITALISED.finditer(text):
        end = match.start("possessive") if match["possessive"] else match.end()
        word = text[match.start() : end]
        if word.lower() in QUESTION_WORDS or (match.start() == 0 and _CONNECTED.fullmatch(word)):
            continue
        if spans and not spans[-1][2] and _JOINED.fullmatch(text[spans[-1][1] : match.start()]):
            spans[-1] = (spans[-1][0], end, bool(match["possessive"]))
        else:
            spans.append((match.start(), end, bool(match["possessive"])))
    return spans


def _missing(previous: str, here: str) -> list[str]:
    """Names first, then other content words, of the earlier question that the new one does not hold."""
    known = set(terms(here))
    carried: list[str] = []
    for words in [*_names(previous), *content_words(previous)][:_MOST_CARRIED]:
        if words.lower() not in QUESTION_WORDS | _TELLS_NOTHING and not set(terms(words)) <= known:
            carried.append(words)
            known.update(terms(words))
    return carried


def _names_told(history: Sequence[Message], known: Sequence[str]) -> list[str]:
    """New names from the beginning of the last answer: `he` and `it` are often whom and what it named."""
    told = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    here = set(terms(" ".join(known)))
    names = [name for name in _names(_MARKER.sub("", told[:_READ_OF_ANSWER])) if not _WHEN.fullmatch(name)]
    return list(dict.fromkeys(name for name in names if not set(terms(name)) <= here))[:_MOST_TOLD]


def _swapped(previous: str, rest: str) -> str:
    """`What is Egypt’s focus on Gaza?` + `and in Sudan?` → `What is Egypt’s focus on Sudan?`; "" if unclear."""
    new = _name_spans(rest)
    if len(new) != 1:
        return ""
    start, end, is_possessive = new[0]
    if set(terms(rest[:start] + rest[end:])) - _SMALL_WORDS:
        return ""
    old = _name_spans(previous)
    alike = [span for span in old if span[2] == is_possessive] or old
    if not rest[:start].strip():
        # `What does Egypt want in Libya?` + `what about Russia?` asks after another who wants.
        alike = [span for span in alike if _SUBJECT.search(previous[: span[0]])] or alike
    if not alike:
        return ""
    old_start, old_end, _ = alike[-1]
    return previous[:old_start] + rest[start:end] + previous[old_end:].rstrip("?. ") + "?"
