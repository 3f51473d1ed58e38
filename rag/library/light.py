"""The embedder for every day: a sentence-transformers model exported once, then run without torch.

The export lies in the user's cache folder, shared by all libraries. It is used only if its vectors agree with those of
the model itself, which stays the reference; its weights are bytes if it agrees so, else float16.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import platformdirs

from rag.library.embedding import Embedder, Embedding, Reader, Vectors
from rag.library.late import directions, embeddings, word_vectors
from rag.library.runtime import COMPILED, Network, Outputs
from rag.library.spans import MOST_TOKENS, SpanReader
from rag.library.tokens import Rows, Tokens, like_lengths

if TYPE_CHECKING:
    from rag.library.transformer import SentenceTransformersEmbedder

_FORMAT = 6  # of the export
_LEAST_COSINE = 0.9995  # between the vectors of an export and of its reference
_COMPARED = 200  # texts
_TOGETHER = 8  # texts
_MANY = 64  # texts: from here on throughput counts, below it the wait: one by one, as Network.run wants it
_REFUSED = "refused.txt"


class LightEmbedder:
    """An exported model; `load_reference` opens the one it was made from."""

    def __init__(self, name: str, folder: Path, load_reference: Callable[[], SentenceTransformersEmbedder]) -> None:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self.name = name
        self.dimension = int(about["dimension"])
        self.max_tokens = int(about["max_tokens"])
        self._prompts: dict[str, str] = about["prompts"]
        self._as_bytes = bool(about["as_bytes"])
        self._folder = folder
        self._load_reference = load_reference
        self._tokens = Tokens((folder / "tokenizer.json").read_text(encoding="utf-8"), self.max_tokens)
        self._network = Network(folder / "encoder.xml")
        self._readers: dict[Path, Reader | None] = {}
        self._opening_reader = threading.Lock()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self._prompts["passage"] + text for text in texts])

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self._prompts["question"] + text for text in texts])

    def embed_passages_by_word(self, texts: Sequence[str]) -> list[Embedding]:
        found: dict[int, Embedding] = {}
        prompted = [self._prompts["passage"] + text for text in texts]
        for places, rows, (wholes, states) in self._run(prompted, self._tokens.rows_by_word):
            found.update(zip(places, embeddings(wholes, states, rows), strict=True))
        return [found[place] for place in range(len(texts))]

    def embed_question_by_word(self, text: str) -> tuple[Vectors, Vectors]:
        rows = self._tokens.rows_by_word([self._prompts["question"] + text])
        wholes, states = self._network.run(rows)
        return directions(wholes)[0], directions(word_vectors(states[0], rows.words[0]))

    def count_tokens(self, text: str) -> int:
        return self._tokens.count(text)

    def reader(self, weights: Path) -> Reader | None:
        """Loaded when first asked for; exported then, so that the next process need not."""
        with self._opening_reader:
            if weights not in self._readers:
                self._readers[weights] = self._open_reader(weights)
            return self._readers[weights]

    def _open_reader(self, weights: Path) -> Reader | None:
        digest = hashlib.blake2b(weights.read_bytes(), digest_size=6).hexdigest() if weights.exists() else "none"
        place = self._folder / f"reader-{digest}"
        if not place.exists():
            reference = self._load_reference()
            try:
                with _made_whole(place) as new:
                    reference.export_reader(weights, new, as_bytes=self._as_bytes)
            except OSError:
                return reference.reader(weights)
        if not (place / "reader.xml").exists():
            return None
        network = Network(place / "reader.xml")
        # A tokenizer takes 8 MB.
        tokens = self._tokens if self.max_tokens == MOST_TOKENS else Tokens(self._tokens.definition, MOST_TOKENS)
        return SpanReader(tokens, lambda rows: network.run(rows)[0])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for places, _, (wholes, _) in self._run(texts, self._tokens.rows):
            vectors[places] = directions(wholes)
        return vectors

    def _run(
        self, texts: Sequence[str], rows_of: Callable[[list[str]], Rows]
    ) -> Iterator[tuple[list[int], Rows, Outputs]]:
        """The texts' places, rows and outputs, batch by batch."""
        is_few = len(texts) < _MANY
        batches = like_lengths(texts, 1 if is_few else _TOGETHER)
        rows, given = tee(rows_of([texts[place] for place in places]) for places in batches)
        outputs = map(self._network.run, given) if is_few else self._network.run_all(given)
        # The outputs first: they draw the rows that belong to them.
        for places, found in zip(batches, outputs, strict=True):
            yield places, next(rows), found


def open_light(name: str, location: str) -> Embedder:
    """The export of the model at the location, made if there is none; the model itself where none can be made."""
    loaded: list[SentenceTransformersEmbedder] = []

    def reference() -> SentenceTransformersEmbedder:
        from rag.library.transformer import load_embedder  # torch takes seconds, and is seldom needed

        if not loaded:
            loaded.append(load_embedder(name, location))
        return loaded[0]

    folder = _place(name, location)
    if not folder.exists():
        if reference().has_accelerator:
            return reference()
        try:
            _export(reference(), folder)
        except OSError:  # no room, or no leave, to keep an export
            return reference()
    if (folder / _REFUSED).exists():
        return reference()
    try:
        return LightEmbedder(name, folder, reference)
    except (OSError, ValueError, KeyError, RuntimeError):  # damaged; made anew by the next process
        shutil.rmtree(folder, ignore_errors=True)
        return reference()


def _place(name: str, location: str) -> Path:
    """The export's folder: another one as soon as any file of the model changes."""
    digest = hashlib.blake2b(f"{_FORMAT}\0{location}".encode(), digest_size=8)
    if Path(location).is_dir():
        for file in sorted(Path(location).rglob("*")):
            status = file.stat()
            digest.update(f"\0{file.relative_to(location)}\0{status.st_size}\0{status.st_mtime_ns}".encode())
    slug = re.sub(r"[^A-Za-z0-9.-]+", "-", name)[-40:].strip("-.")
    return platformdirs.user_cache_path("citewell") / "encoders" / f"{slug}-{digest.hexdigest()}"


def _export(reference: SentenceTransformersEmbedder, folder: Path) -> None:
    """Make the export whole or not at all; one that disagrees is kept as a refusal, so that it is not tried again."""
    with _made_whole(folder) as new:
        try:
            for as_bytes in (True, False):
                reference.export(new, as_bytes=as_bytes)
                cosine = _agreement(reference, LightEmbedder(reference.name, new, lambda: reference))
                shutil.rmtree(new / COMPILED, ignore_errors=True)  # of use only under the export's own name
                if cosine >= _LEAST_COSINE:
                    return
            reason = f"its vectors agree only to a cosine of {cosine:.5f}"
        except (ValueError, RuntimeError, TypeError, AttributeError, KeyError) as error:
            reason = str(error) or type(error).__name__
        shutil.rmtree(new)
        new.mkdir()
        (new / _REFUSED).write_text(f"{reference.name} is not exported: {reason}\n", encoding="utf-8")


@contextmanager
def _made_whole(folder: Path) -> Iterator[Path]:
    """A folder to fill that takes its name when the block has ended well."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=folder.parent, prefix="new-"))
    try:
        yield new
        with suppress(OSError):  # another process was first
            new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _agreement(reference: Embedder, light: Embedder) -> float:
    """The lowest cosine between the two's vectors of the same texts, as passages and as questions."""
    texts = _texts()
    pairs = [
        (reference.embed_passages(texts), light.embed_passages(texts)),
        (reference.embed_questions(texts[::8]), light.embed_questions(texts[::8])),
    ]
    return min(float((one * other).sum(axis=1).min()) for one, other in pairs)


def _texts() -> list[str]:
    """The same invented sentences each time, of 2 to 100 words, with capitals, numbers and signs."""
    chance = random.Random(20)
    words = _WORDS.split()
    return [
        " ".join(chance.choice(words) for _ in range(2 + place % 50 * 2)).capitalize() + chance.choice(".?!")
        for place in range(_COMPARED)
    ]


_WORDS = (
    "the a of to in on by and or but not with from after before minister ambassador Cairo Moscow Sudan gas oil wheat "
    "price rose fell by 12 per cent 2026 2013 Monday talks said that they met her his it was were has been will can "
    "harbour opened closed new old first second agreement signed company Rosatom station reactor school music river "
    "why how who when where “quoted” – – $4.5bn (reported) e.g. co-operation naïve café Zürich, however; therefore: "
    "children doctors engine software protein galaxy football painting inflation court judge vote law island storm"
)
