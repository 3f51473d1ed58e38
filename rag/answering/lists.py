"""Questions for several things: which they are, and all of a list or a column that answers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from rag.answering.asked import Terms, Word, coverage
from rag.answering.evidence import Evidence, Features, Weighed, weighted
from rag.answering.quantities import TENS, UP_TO_19
from rag.answering.wording import ROLES
from rag.library.embedding import Vectors
from rag.library.words import terms

Several = Literal["many", "maybe", "one"]
"""How many things a question asks for: `which towns`, `who took part`, `which town`."""

_MOST_LISTED, _MOST_WORDS = 12, 160
_COMPARED = 6  # groups, by all that needs no model
_BEHIND = 2.0  # log-odds that a group may be behind the best statement and still answer: it holds that one or more
_NUMBER = "|".join((*UP_TO_19[2:], *TENS, r"\d{1,2}"))
_MANY = re.compile(
    rf"\b(?<!at )(?:which|what|whose|name|list)(?: the)? (?:(?!type|time)[\w’'-]+ )?"
    rf"(?:{_NUMBER}|several|various|different) |"
    r"\b(?:what|which) (?:\w+ )?(?:kinds?|sorts?|types?|ways) of\b|\bin (?:what|which) ways\b|"
    r"^\W*(?:what|which|who|whom|where|how)\b.*\b(?:each|respectively)\b|^\W*(?:please )?list\b|"
    r"\bname (?:all|every|both|some)\b|\bwho (?:are|were)\b|\bwhat (?:are|were)\b|"
    rf"\bwhom?\b[^?]*\bthe (?:{_NUMBER}) |"
    r"\b(?:which|what|whose) (?:[\w’'-]+ ){0,3}?(?:people|men|women|children|criteria|data|media)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:which|what|whose|name|list)(?: the)? (?P<rest>[^?,;]+)", re.IGNORECASE)
_NO_PLURAL = frozenset(
    "is was has does its his this thus us as always news across towards series species process business access success "
    "address congress press gas bus status basis crisis analysis campus virus yes less various others".split()
)
_DETERMINERS = frozenset("the a an his her its their".split())
_BESIDE = _DETERMINERS | frozenset("of in at on for from to by with off into onto over under".split())
_AUXILIARY = _BESIDE | frozenset(
    "are were do did does have had has is was can could will would must should may might shall that who which made "
    "happens".split()
)
_ONE = re.compile(
    r"\b(?:who|what|which)(?:['’]s| is| was) (?:the|its|his|her|their)\b|"
    r"^\W*(?:when|how (?:many|much|long|old|far|often|large|big|high))\b(?!.*\b(?:each|both|respectively)\b)",
    re.IGNORECASE,
)
_MOST_BEFORE_NOUN = 4
# `What subject dominated the talks?` is answered by no list of those who took part.
_OF_A_NOUN = re.compile(r"^\W*(?:what|which) (?!are\b|is\b|were\b|was\b|did\b|do\b|does\b)[a-z]", re.IGNORECASE)
_PERSON = re.compile(r"[^\W\d_a-z][\w’'-]+(?: [\w’'-]+){1,3} [–—-] (?P<office>.+)")
_BELOW = re.compile(r"\b(?:below|following|as follows)\b", re.IGNORECASE)
_MOST_WORDS_OF_LEAD = 4
_COLUMN = re.compile(r" – ([^:–]+): ")


def asks_for(question: str) -> Several:
    """By the question's own words.

    >>> asks_for("Which towns did she visit?"), asks_for("Who attended?"), asks_for("Who is the mayor?")
    ('many', 'maybe', 'one')
    """
    if _MANY.search(question) or _has_plural(question):
        return "many"
    return "one" if _ONE.search(question) else "maybe"


def _has_plural(question: str) -> bool:
    """Whether a noun in the plural follows `which` or `what`: `makes` in `which firm makes the cars` is none."""
    for found in _PLURAL.finditer(question):
        words = [word.lower() for word in re.findall(r"[\w’'-]+", found["rest"])]
        for place, (word, following) in enumerate(pairwise([*words[: _MOST_BEFORE_NOUN + 1], ""])):
            if word in _AUXILIARY or (place and following in _BESIDE):  # `which airline flies from`
                break
            is_plural = word.endswith("s") and not word.endswith(("ss", "’s", "'s")) and word not in _NO_PLURAL
            is_noun = following in _AUXILIARY or not following.endswith("s")
            if is_plural and len(word) > 3 and is_noun and following not in _DETERMINERS:
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Group:
    """Statements that answer together."""

    items: tuple[Evidence, ...]
    lead: Evidence | None = None
    """What announces them."""

    @property
    def all(self) -> tuple[Evidence, ...]:
        return (*([self.lead] if self.lead else []), *self.items)

    @property
    def text(self) -> str:
        """With the heading above it, which often says what it is a list of."""
        return "\n".join([self.items[0].statement.section, *(item.statement.text for item in self.all)]).strip()

    @property
    def is_short(self) -> bool:
        words = sum(len(item.statement.text.split()) for item in self.all)
        return len(self.items) <= _MOST_LISTED and words <= _MOST_WORDS

    def score(self, words: Sequence[Word], weights: Features, meaning: float | None = None) -> float:
        """As of one statement that holds all of it; the meaning is at first that of its best one."""
        features = replace(
            self.items[0].features,
            meaning=max(item.features.meaning for item in self.items) if meaning is None else meaning,
            words=coverage(words, Terms.of(self.text)),
            kind=1.0,
            wholeness=1.0,
            reading=max(item.features.reading for item in self.all),
        )
        return weighted(features, weights)


def listing(
    evidence: Sequence[Evidence],
    words: Sequence[Word],
    weights: Features,
    question: Vectors,
    embed: Callable[[Sequence[str]], Vectors],
) -> tuple[Evidence, ...]:
    """The list or column that answers best where several things are asked for; none where a statement does.

    A list is looked at as a whole, for its items by themselves are seldom like the question.
    """
    groups = [group for group in _groups(evidence) if group.is_short]
    groups = sorted(groups, key=lambda group: -group.score(words, weights))[:_COMPARED]
    if not groups:
        return ()
    cosines = [max(float(vector @ question), 0.0) for vector in embed([group.text for group in groups])]
    scores = [group.score(words, weights, cosine) for group, cosine in zip(groups, cosines, strict=True)]
    best = max(range(len(groups)), key=scores.__getitem__)
    return groups[best].all if scores[best] >= evidence[0].score - _BEHIND else ()


def _groups(evidence: Sequence[Evidence]) -> Iterator[_Group]:
    by_source: dict[str, list[Evidence]] = {}
    for item in evidence:
        by_source.setdefault(item.hit.passage.source, []).append(item)
    for items in by_source.values():
        items.sort(key=lambda item: (item.statement.block, item.start, item.end))
        runs: list[list[Evidence]] = []
        columns: dict[tuple[str, str], list[Evidence]] = {}
        for item in items:
            if item.statement.kind == "row":
                if column := _COLUMN.search(item.statement.text):
                    columns.setdefault((item.statement.section, column[1]), []).append(item)
            elif runs and _goes_on(runs[-1][-1], item):
                runs[-1].append(item)
            elif item.statement.kind != "heading":
                runs.append([item])
        for before, run in pairwise([[], *runs]):
            if len(run) > 1:
                yield _Group(tuple(run), before[-1] if before and _announces(before[-1], run[0]) else None)
        yield from (_Group(tuple(column)) for column in columns.values() if len(column) > 1)


def _goes_on(before: Evidence, item: Evidence) -> bool:
    """Whether it is the next of the same list; what announces a list inside a list begins a new one."""
    are_items = item.statement.kind == before.statement.kind == "item" and _is_numbered(item) == _is_numbered(before)
    is_next = item.statement.block == before.statement.block + 1
    return are_items and is_next and not before.statement.text.endswith(":")


def _is_numbered(item: Evidence) -> bool:
    """Whether a number or a letter stands before it, and no bullet."""
    ahead = item.hit.passage.text[: item.start - item.hit.passage.start].rpartition("\n")[2]
    return any(map(str.isalnum, ahead))


def _announces(lead: Evidence, first: Evidence) -> bool:
    """`Weak points.` above a list does so as `We ask for the following:` does."""
    is_next = lead.statement.block == first.statement.block - 1 and first.statement.kind == "item"
    text = lead.statement.text
    is_said = bool(_BELOW.search(text)) or len(text.split()) <= _MOST_WORDS_OF_LEAD
    return is_next and (text.endswith(":") or (lead.statement.kind == "paragraph" and is_said))


def gathered(weighed: Weighed) -> list[Evidence]:
    """A whole list, or a table's column, where one of it answers best and several things are asked for.

    So too where the words that lead up to a list answer best, which say nothing without it. Of a column only the rows
    that the question names, if it names any.
    """
    listed = list(weighed.listing) or _around_best(weighed)
    asked = set(terms(weighed.question.standalone))
    listed = [one for one in listed if _is_named(one, asked)] or listed
    is_short = len(listed) <= _MOST_LISTED + 1 and sum(len(one.statement.text.split()) for one in listed) <= _MOST_WORDS
    is_of_others = weighed.kind == "other" and _OF_A_NOUN.match(weighed.question.standalone) and _are_persons(listed)
    return listed if len(listed) > 1 and is_short and not is_of_others else []


def _are_persons(listed: Sequence[Evidence]) -> bool:
    """Whether nearly all are somebody's name beside an office: `Sergey Lavrov – Foreign Minister of Russia`."""
    named = [_PERSON.match(one.statement.text) for one in listed]
    persons = sum(bool(found and ROLES.intersection(re.findall(r"\w+", found["office"].lower()))) for found in named)
    return persons >= len(listed) - 1


def _around_best(weighed: Weighed) -> list[Evidence]:
    """The list that the best statement is of, or that it leads up to."""
    several = asks_for(weighed.question.standalone)
    best, *others = weighed.evidence
    for group in _groups(weighed.evidence):
        # The two best of one list say that the list answers, and not one of its items.
        is_of_it = several == "many" or (several == "maybe" and any(item in group.items for item in others[:1]))
        if group.lead == best or (is_of_it and best in group.items):
            return list(group.all)
    return []


def _is_named(item: Evidence, asked: set[str]) -> bool:
    """Whether the question says which row the cell is of."""
    label, said, _ = item.statement.text.partition(" – ")
    return item.statement.kind == "row" and bool(said) and asked.issuperset(terms(label))
