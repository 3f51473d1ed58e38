"""A follow-up → a question that stands alone, by carrying over what it leaves unsaid; no model needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.core.types import DateRange, Message
from rag.library.countries import countries
from rag.library.words import QUESTION_WORDS, content_words, terms
from rag.search.antecedents import thing_meant, with_kind, with_person, with_thing
from rag.search.asides import aside_in
from rag.search.asking import topic_of
from rag.search.claims import claim_in
from rag.search.framing import unframed
from rag.search.halves import YEAR, corrected, is_half, whole_of, with_year
from rag.search.mentions import CONNECTED, NOTHING, Known, Turn, name_spans, names, names_told
from rag.search.requests import as_question, spelt_out

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
# Whom these mean no question says that names a country before them, or the asked-for: `Which Egyptian said he …`.
_PERSON_MEANT = re.compile(
    r"\b(?:did|does|do|has|have|had|is|was|will|would|can|could) (?:he|she)\b|"
    r"\b(?:with|for|to|from|by|about|against|of|behind|after|beside|than) (?:him|hers?)\b(?! \w)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|thanks?|thank you|great|good|ok(?:ay)?|bye|cool|nice)\b[^?]{0,25}|"
    r"(?:thx|ty|cheers|yes|yeah|yep|no|nope|h+m+|a+h+|oh)[\s!.…]*)$",
    re.IGNORECASE,
)

# `What are the side effects?` leaves unsaid of what; `the side effects of aspirin` does not.
_UNSAID = re.compile(r"\b(?:the|any|some|other|more|common|main|important|typical)\b", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:of|in|for|at|from|between|on|with|about|to|than|by|during|used|that|who)\b(?! (?:all|general|total)\b)",
    re.IGNORECASE,
)
_NEW_TOPIC = re.compile(
    r"^(?:(?:ok(?:ay)?|now|so|right|well|and)[,. ]+)*(?:(?:a )?(?:new|another|different) (?:topic|subject|question)|"
    r"(?:a )?change of (?:topic|subject)|(?:for )?something (?:else|different)(?: now)?|on another note)"
    r"\s*[.:,;–-]+\s*",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"(?:^|(?<=[.?!”\"] ))[^\W\d_a-z][\w’-]+: ")  # in an interview
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
_MOST_CARRIED = 7  # words and names of the earlier question
_MOST_BESIDE = 4  # of these where the person spoken of is named already
_MOST_TOLD = 2  # names of the earlier answer
_ORIGINAL_WEIGHT = 0.4  # of a follow-up as asked, beside its stand-alone form
_BESIDE_WEIGHT = 0.6  # of a second stand-alone form
_LOOKED_BACK = 6  # turns
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
    is_whole: bool = False
    """Whether it was half a question, and is all that the one before it was, asked otherwise."""
    thing: str = ""
    """What stands in the place of `it`."""
    is_claim: bool = False
    """Whether it is a statement that is to be checked."""
    typed: str = ""
    """The question as it was typed, where the articles write some of its words otherwise."""

    @property
    def as_typed(self) -> str:
        """The question in the words, and the letters, of whoever asks."""
        return self.typed or self.text

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
        if self.is_claim:  # put as `Is it true that …?` the reader tells what is so from what is not there less well
            return f"{claim_in(words) or words}?"
        return topic_of(words) or as_question(spelt_out(words))

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
            (1.0, self._with_carried),
            *((weight, text) for weight, text in others if text and self.standalone not in text),
        ]

    @property
    def plain(self) -> str:
        """It as it stands alone, without the words that were merely put behind it."""
        return self.standalone.removesuffix(f" ({', '.join(self.carried)})") if self.carried else self.standalone

    @property
    def is_unclear(self) -> bool:
        """Whether words were put behind it, because nothing in it could be replaced by what it meant."""
        return self.plain != self.standalone and self.plain.rstrip("?. ") in self.text

    @property
    def _with_carried(self) -> str:
        """Where somebody or something stands in a pronoun's place, the rest is searched for and not asked about."""
        rest = [words for words in self.carried if not self.beside and words not in self.standalone]
        return f"{self.standalone} ({', '.join(rest)})" if rest else self.standalone


def stand_alone(text: str, history: Sequence[Message], known: Known = NOTHING) -> Question:
    """The question with the names and the topic it lacks, from the turns before, and without what frames it.

    Every turn before is understood in the same way first: what `And he?` was about is what it stood for.
    """
    turns: list[Turn] = []
    is_aside = False
    for message in history:
        if message.role == "user":
            said = known.as_written(" ".join(message.content.split()))
            is_aside = not said or bool(aside_in(said) or _GREETING.match(said))
            turns += [] if is_aside else [_turn(_understood(said, turns[-_LOOKED_BACK:], known), turns)]
        elif turns:
            # What was said to `Tell me more` was said to the question before it.
            told = f"{turns[-1].told}\n{message.content}" if is_aside else message.content
            turns[-1] = replace(turns[-1], told=told)
    plain = " ".join(text.split())
    written = known.as_written(plain)
    return replace(_understood(written, turns[-_LOOKED_BACK:], known), typed=plain if plain != written else "")


def _turn(question: Question, turns: Sequence[Turn]) -> Turn:
    """What is to be known of a question by those after it."""
    asked = question.plain
    if not turns or not question.leans_back or question.is_whole:
        return Turn(asked, standing=asked, is_claim=question.is_claim)
    new = [name for name in names(asked) if name not in turns[-1].standing]
    return Turn(
        asked, standing=", ".join([turns[-1].standing.rstrip("?. "), *new]), thing=question.thing or turns[-1].thing
    )


def _understood(text: str, turns: Sequence[Turn], known: Known) -> Question:
    """The question after these turns."""
    if claim := claim_in(unframed(text)) or claim_in(text):
        return replace(_meant(claim, turns, known), text=text, is_claim=True)
    return _meant(text, turns, known)


def _meant(text: str, turns: Sequence[Turn], known: Known) -> Question:
    bare = unframed(text)
    is_first = not turns or bool(_GREETING.match(text))
    anew = bare if is_first else _NEW_TOPIC.sub("", bare) or bare
    bare = anew if is_first else with_year(corrected(anew, turns), turns[-1].asked)
    if is_first or (bare == anew and not _leans_back(bare)):
        told_before = _told_in_frame(text, bare)
        if not told_before and not turns and _PRONOUNS.search(bare):
            return Question(text, text)  # what the pronoun means may stand in the frame
        return Question(text, bare + told_before)
    previous = turns[-1]
    if whole := whole_of(bare, turns, known):
        return Question(text, whole, tuple(_missing(previous, whole, known)), leans_back=True, is_whole=True)
    # `Back to Pell: when does his trial start?`
    frame = text[: max(text.find(bare), 0)]
    among = [*turns, Turn(frame)] if names(frame) else turns
    named = with_kind(with_person(bare, among, known), turns, known)
    here = set(terms(f"{named} {previous.asked}"))
    told = [name for name in names_told(_SPEAKER.sub("", previous.statements), known) if not set(terms(name)) <= here]
    missing = _missing(previous, named, known)
    carried = tuple([*told[:_MOST_TOLD], *(words for words in missing if words not in told)])
    if named != anew:
        carried = carried[:_MOST_BESIDE]
    whole = f"{named.rstrip()} ({', '.join(carried)})" if carried else named
    thing = thing_meant(previous, missing, told, known)
    if named == bare and (placed := with_thing(named, thing)):
        return Question(text, placed, tuple(missing), leans_back=True, beside=whole, thing=thing)
    if named != bare and not _POINTERS.search(named) and not _PRONOUNS.search(named):
        return Question(text, named, carried, leans_back=True)
    return Question(text, whole, carried, leans_back=True)


def _told_in_frame(text: str, bare: str) -> str:
    """What `I am writing about Libya. When was the vote?` says before a question that names nothing itself."""
    frame = text[: text.find(bare)]
    if not frame or names(bare):
        return ""
    found = [frame[start:end] for start, end, _ in name_spans(frame) if frame[:start].rstrip()[-1:].isalpha()]
    found = [name for name in found if len(name) > 1]
    return f" ({', '.join(found)})" if found else ""


def _leans_back(text: str) -> bool:
    """Whether the question points at something said before, or says too little to be asked first."""
    words = [word for word in re.findall(r"\w+", text) if word.lower() not in QUESTION_WORDS]
    if _POINTERS.search(text) or is_half(text):
        return True
    named = min((start for start, _, _ in name_spans(text)), default=len(text))
    if any(match.start() < named for match in _PRONOUNS.finditer(text)):
        return True
    if _PERSON_MEANT.search(text) and all(countries(name) for name in names(text)):
        return True
    if names(text):
        return False
    if len(words) <= _MOST_WORDS_UNSAID and _UNSAID.search(text) and not _SAID.search(text):
        return True
    return len(words) <= _FEW_WORDS and bool(CONNECTED.match(text)) and not _DEFINES.match(text)


def _missing(previous: Turn, here: str, known: Known) -> list[str]:
    """Names first, then other content words, of the earlier question that the new one does not hold; no other year."""
    found = set(terms(here))
    if YEAR.search(here):
        found.update(YEAR.findall(previous.standing))
    carried: list[str] = []
    for words in [*names_told(previous.standing, known), *content_words(previous.standing)][:_MOST_CARRIED]:
        if words.lower() not in QUESTION_WORDS | _TELLS_NOTHING and not set(terms(words)) <= found:
            carried.append(words)
            found.update(terms(words))
    return carried
