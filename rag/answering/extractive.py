"""Answers without a language model: the statements that answer, quoted word for word, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.agreement import Comparison, Disagreement, Source
from rag.answering.corrections import puts_right
from rag.answering.doers import may_have_done
from rag.answering.draft import Draft, cite
from rag.answering.evidence import LEAST_OF_TOPIC, Evidence, Weighed
from rag.answering.lists import gathered
from rag.answering.parallel import meant
from rag.answering.persons import WHOLE_NAME
from rag.answering.relevance import is_sure
from rag.core.types import Citation, Sentence
from rag.library.words import terms

UNSURE = "This comes nearest in the articles; whether it answers the question is unsure."
MOST_STATEMENTS = 3
_MOST_WORDS = 110
_LOOKED_AT = 20  # statements, one of which may put the best one right
MARGIN = 5.0  # log-odds (the fit is a softmax over statements): one this far behind the best adds nothing
# Nor one this far behind of which the reader thinks nothing: in none of 5,301 answers one held what the others did not.
_MARGIN_OF_DOUBTED, _DOUBTED = 3.5, -0.9
_COMPARES = re.compile(r"\b(?:compare|comparison|each|both|respectively|versus|vs|differ(?:s|ence)?)\b", re.IGNORECASE)
_SAME_SENTENCE = 0.6  # share of the longer one's words: then another value is a disagreement
_SAME = 0.7  # share of words in common that makes two statements the same
# Log-odds of 1.5 for the reader. Above it the words are exactly right in three of four; half as much again silences one
# in ten and makes the others no better: benchmarks/answers_squad2.py, the choosing half.
_SURE = 0.55
_MOST_SHORT_WORDS = 8
_DECIDES = re.compile(
    r"\b(?:refus|reject|den(?:y|ied)|dismiss|accept|approv|agree|adopt|resolved|defer|postpon|withdr[ae]w|cancel|declin|"
    r"confirm|grant|carried|passed|failed|succeeded|found|lifted|ended)\w*",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:no|not|never|nobody|none|nothing|neither)\b|n['’]t\b", re.IGNORECASE)
_FOLLOWING = 3  # sentences
_MARKUP = re.compile(r"[*`|\[\]\n]")


class ExtractiveBackend:
    """Built in: no model, no network, no invention."""

    name = "extractive"

    def reply(self, weighed: Weighed) -> Iterator[Draft]:
        """One more sentence with each draft."""
        sentences: list[Sentence] = []
        citations: list[Citation] = []
        listed = [] if weighed.digest else gathered(weighed)
        chosen = weighed.digest or listed or choose(weighed)
        replaced = "" if weighed.digest or listed else _put_right(chosen)
        unsure = "" if listed or is_sure(weighed) else UNSURE
        notice = "" if weighed.digest else replaced or _told_apart(chosen) or unsure
        is_open = weighed.digest or listed or (notice and not replaced)
        short = "" if is_open else short_answer(weighed, chosen[0])
        text = f"**{short}** –" if short else ""
        are_lines = [item.statement.kind in ("item", "row") for item in chosen]
        has_lines = bool(listed) or (len(chosen) > 1 and all(are_lines) and not short)
        for number, item in enumerate(chosen, start=1):
            citations.append(cite(item.hit, item.start, item.end, number))
            sentences.append(Sentence(item.statement.text, (number,), "supported"))
            between = "\n- " if has_lines and are_lines[number - 1] else " "
            text = f"{text}{between}{item.statement.text} [{number}]".lstrip()
            said = notice if number == len(chosen) else ""
            yield Draft(text, tuple(citations), tuple(sentences), notice=said, short=short)


def _told_apart(chosen: Sequence[Evidence]) -> str:
    """The last difference between two of the statements, in a sentence for the reader; empty where they agree."""
    notice = ""
    for number, item in enumerate(chosen, start=1):
        for other, before in enumerate(chosen[: number - 1], start=1):
            if _alike(item, before) and (found := _difference(item, before)):
                notice = f"The articles differ: [{other}] says {found.instead}, [{number}] says {found.said}."
    return notice


def _put_right(chosen: Sequence[Evidence]) -> str:
    """That the first statement says of the second that it is not so, with their dates; empty where it does not."""
    if len(chosen) < 2 or not puts_right(chosen[0], chosen[1]):
        return ""
    later, earlier = (f" ({date})" if (date := item.hit.passage.date) else "" for item in chosen[:2])
    return f"[1]{later} replaces what [2]{earlier} says."


def choose(weighed: Weighed) -> list[Evidence]:
    """One to three statements: the best, with what belongs to it, and those close behind that say something more."""
    ordered = _with_siblings(weighed)
    chosen = _best_with_its_own(weighed, ordered)
    words = sum(len(item.statement.text.split()) for item in chosen)
    for candidate in ordered:
        length = len(candidate.statement.text.split())
        if candidate in chosen:
            continue
        if (
            _is_far_behind(candidate, ordered[0], weighed)
            or words + length > _MOST_WORDS
            or candidate.features.wholeness < 1
            or (weighed.question.topic and candidate.features.words < LEAST_OF_TOPIC <= chosen[0].features.words)
            or any(_alike(candidate, other) and not _difference(candidate, other) for other in chosen)
        ):
            continue
        chosen.append(candidate)
        words += length
        if len(chosen) == MOST_STATEMENTS:
            break
    return chosen


def _best_with_its_own(weighed: Weighed, ordered: Sequence[Evidence]) -> list[Evidence]:
    """The best with one before it that says that it is not so, or, of yes and no, one behind it that decides."""
    best = ordered[0]
    if right := next((item for item in ordered[1:_LOOKED_AT] if puts_right(item, best)), None):
        return [right, best]
    decision = _decision(weighed, best) if weighed.asks_whether else None
    return [best, decision] if decision else [best]


def _decision(weighed: Weighed, best: Evidence) -> Evidence | None:
    """Of the sentences behind it the one that may say, as in `Members rejected the offer`, whether it came to that."""
    behind = [
        item
        for item in weighed.evidence
        if (item.hit.passage.source, item.statement.block) == (best.hit.passage.source, best.statement.block)
        and item.start >= best.end
        and item.statement.kind == "paragraph"
    ]
    behind.sort(key=lambda item: (item.start, item.end))
    decided = (item for item in behind[:_FOLLOWING] if _DECIDES.search(item.statement.text))
    denied = (item for item in behind[:1] if _DENIES.search(item.statement.text))
    return next(decided, next(denied, None))


def _is_far_behind(item: Evidence, best: Evidence, weighed: Weighed) -> bool:
    is_doubted = item.features.reading <= _DOUBTED and not weighed.question.topic
    return item.score < best.score - (_MARGIN_OF_DOUBTED if is_doubted else MARGIN)


def short_answer(weighed: Weighed, first: Evidence) -> str:
    """The short thing asked for, in the words of the first statement; empty where none is asked for or it is unsure."""
    read = " ".join(first.answer.split())
    is_sure = weighed.kind not in ("other", "reason") and first.features.reading >= _SURE
    # The reader sees a space for each mark of a table, and a word that is markup would be taken for it on the page.
    is_whole = bool(read) and read in first.statement.text and not _MARKUP.search(read)
    if not (is_sure and is_whole):
        return ""
    question = weighed.question.matter.standalone
    is_age = weighed.kind == "number" and weighed.is_spoken_of  # beside the name: it is of nobody else
    words = read if is_age else meant(first.statement.text, read, question)
    if weighed.kind == "person" and not may_have_done(question, first.statement.text, words):
        return ""
    if weighed.kind == "identity" and re.fullmatch(WHOLE_NAME, words):
        return ""  # of somebody else
    is_short = len(words.split()) <= _MOST_SHORT_WORDS and words != first.statement.text.rstrip(".")
    return words if is_short else ""


def _with_siblings(weighed: Weighed) -> list[Evidence]:
    """The evidence, best first; where the question compares, the cells of one table row stay together."""
    if not _COMPARES.search(weighed.question.standalone):
        return list(weighed.evidence)
    ordered: dict[tuple[str, int, int], Evidence] = {}
    for item in weighed.evidence:
        row = [other for other in weighed.evidence if _row(other) == _row(item)] if _row(item) else [item]
        for member in row:
            ordered.setdefault((member.hit.passage.source, member.start, member.end), member)
    return list(ordered.values())


def _row(item: Evidence) -> tuple[str, int] | None:
    """Which row of which article the statement is a cell of; None for other statements."""
    if item.statement.kind != "row":
        return None
    return item.hit.passage.source, item.statement.block


def _difference(one: Evidence, other: Evidence) -> Disagreement | None:
    """What two articles that say nearly the same say differently: another value in the same place."""
    mine, theirs = set(terms(one.statement.text)), set(terms(other.statement.text))
    is_elsewhere = one.hit.passage.source != other.hit.passage.source
    if not is_elsewhere or len(mine & theirs) < _SAME_SENTENCE * max(len(mine), len(theirs)):
        return None
    found = Comparison(one.statement.text, [Source(other.statement.text, written=other.hit.passage.date)]).first()
    return found if found and found.instead and found.about in ("date", "number", "name") else None


def _alike(first: Evidence, second: Evidence) -> bool:
    if first.hit.passage.source == second.hit.passage.source and first.start < second.end and second.start < first.end:
        return first.statement.kind != "row"
    one, two = set(terms(first.statement.text)), set(terms(second.statement.text))
    return len(one & two) >= _SAME * min(len(one), len(two))
