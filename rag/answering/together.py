"""Several questions of one message: what was found for each, or said to each → all of it together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from rag.answering.draft import Draft
from rag.answering.evidence import Weighed
from rag.answering.extractive import UNSURE
from rag.answering.kinds import holds, kind_asked
from rag.answering.relevance import answerability
from rag.core.types import Answer, Citation, Hit, Sentence
from rag.search.followups import Question
from rag.search.halves import is_half

Found = tuple[Question, Sequence[Hit], Weighed]

_MOST_SENTENCES = 3  # of each answer that is no list
_NUMBER = re.compile(r"\[(\d+)\]")
_LINE = re.compile(r"(?:^|\n)- ")


def pooled(found: Sequence[Found], most: int) -> Found:
    """What a model is shown for the whole message, the first of `found`: the best hits of each question, `most` in all.

    It is as likely to be answered as the likeliest of them.
    """
    if len(found) == 1:
        return found[0]
    ranked = zip_longest(*(hits for _, hits, _ in found))
    hits = {hit.passage.id: hit for same_rank in ranked for hit in same_rank if hit is not None}
    likeliest = max((weighed for _, _, weighed in found), key=answerability)
    evidence = {
        (item.hit.passage.id, item.start, item.end): item
        for weighed in (likeliest, *(weighed for _, _, weighed in found))
        for item in weighed.evidence
    }
    asked = found[0][0]
    return asked, list(hits.values())[:most], replace(likeliest, question=asked, evidence=tuple(evidence.values()))


def together(answers: Sequence[Answer]) -> Draft:
    """All that is answered, a paragraph for each; the notice says what is not.

    Beside a question that is not answered an unsure answer is none: both ask about the same, which is not there. Nor is
    an unsure one that says nothing but what was said to a question before.
    """
    is_partial = not all(answer.is_answered for answer in answers)
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    sentences: list[Sentence] = []
    paragraphs: list[str] = []
    notices: list[str] = []
    for answer in answers:
        is_told = all((cited.source, cited.start, cited.end) in numbers for cited in answer.citations)
        if not answer.is_answered or (UNSURE in answer.notice and (is_partial or is_told)):
            why = "" if answer.is_answered else answer.notice
            asked = answer.standalone_question if is_half(answer.question) else answer.question
            notices.append(f"The articles do not answer “{asked}” {why}".strip())
            continue
        own: dict[int, int] = {}
        text = ""
        pieces = list(_pieces(answer))
        if pieces[0][1].text in [sentence.text for sentence in sentences] and _says_enough(answer):
            pieces = pieces[:1]  # what follows adds to nothing that is read here
        for between, sentence, cited in pieces:
            marker = ""
            if cited is not None:
                key = (cited.source, cited.start, cited.end)
                is_new = key not in numbers
                number = own[cited.number] = numbers.setdefault(key, len(numbers) + 1)
                citations += [replace(cited, number=number)] if is_new else []
                sentence = replace(sentence, citations=(number,))
                marker = f" [{number}]"
            if sentence not in sentences:
                sentences.append(sentence)
                text += f"{between}{sentence.text}{marker}"
            elif between.startswith("**"):  # the short answer to this question, out of a sentence that stands above
                text += f"{between.removesuffix(' – ')}{marker}"
        paragraphs.append(text.strip())
        notices.append(_renumbered(answer.notice, own) if text else "")
    notice = " ".join(dict.fromkeys(filter(None, notices)))
    text = "\n\n".join(filter(None, paragraphs))
    return Draft(text, tuple(citations), tuple(sentences), notice=notice, short=answers[0].short)


def _says_enough(answer: Answer) -> bool:
    """Whether its first sentence alone has what half a question asks for: a day for `and when?`."""
    kind = kind_asked(answer.standalone_question)
    has_value = kind not in ("reason", "other") and holds(kind, answer.sentences[0].text, answer.standalone_question)
    return is_half(answer.question) and has_value


def _renumbered(notice: str, numbers: Mapping[int, int]) -> str:
    return _NUMBER.sub(lambda found: f"[{numbers.get(int(found[1]), found[1])}]", notice)


def _pieces(answer: Answer) -> Iterator[tuple[str, Sentence, Citation | None]]:
    """(what stands before it, the sentence, what it cites); only the first ones of what is no list."""
    cited = {citation.number: citation for citation in answer.citations}
    most = len(answer.sentences) if _LINE.search(answer.text) or _NUMBER.search(answer.notice) else _MOST_SENTENCES
    place = 0
    for sentence in answer.sentences[:most]:
        said = sentence.text + "".join(f" [{number}]" for number in sentence.citations)
        start = answer.text.index(said, place)
        yield answer.text[place:start], sentence, cited[sentence.citations[0]] if sentence.citations else None
        place = start + len(said)
