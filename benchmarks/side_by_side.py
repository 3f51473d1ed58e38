"""Citewell beside the usual LangChain pipeline, in one run: `python -m benchmarks.side_by_side [--articles N] …`.

The same articles, the same model, each in processes of its own that take turns. The table goes to the terminal and,
with the numbers and a plot, to `benchmarks/results/`. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.many_articles import HashedEmbedder
from benchmarks.many_articles import write as write_many

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
NEWS = ROOT / "benchmarks" / "reader_news.jsonl"
RUNS = 3
_WARM = 100  # questions
_PEAK_SIZE = 2048  # rows and columns of the matrices whose product is the machine's peak

Taken = dict[str, float]


# Material


def write_articles(folder: Path, count: int) -> int:
    """Articles made of our invented news, the sentences of each in an order of its own; their characters."""
    chance = random.Random(3)
    news = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    folder.mkdir(parents=True)
    size = 0
    for number in range(count):
        story = news[number % len(news)]
        paragraphs = []
        for paragraph in re.split(r"\n\s*\n", story["text"]):
            sentences = re.split(r"(?<=[.!?])\s+", paragraph)
            chance.shuffle(sentences)
            paragraphs.append(" ".join(sentences))
        chance.shuffle(paragraphs)
        text = f"{story['title']}, part {number}\n\n" + "\n\n".join(paragraphs)
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
        size += len(text)
    return size


def questions(count: int) -> list[str]:
    """Questions about the invented news."""
    asked = [
        question["question"]
        for line in NEWS.read_text(encoding="utf-8").splitlines()
        for question in json.loads(line)["questions"]
    ]
    return random.Random(4).sample(asked, count)


# What is measured, each in a process of its own


def ingest(pipeline: str, folder: Path, store: Path) -> Taken:
    """Seconds from the first look at the folder to the last passage that can be found; nothing is imported yet."""
    started = time.perf_counter()
    if pipeline == "ours":
        from rag.search.library import Library

        report = Library.open(store).sync(folder)
        passages = report.passages
    else:
        from benchmarks.usual import UsualPipeline

        texts = ((file.name, file.read_text(encoding="utf-8")) for file in sorted(folder.iterdir()))
        passages = UsualPipeline(store).ingest(texts)
    return {"seconds": time.perf_counter() - started, "passages": passages}


def first(store: Path) -> Taken:
    """The usual pipeline's first result in a fresh process; ours is `python -m rag ask`."""
    from benchmarks.usual import UsualPipeline

    print(UsualPipeline(store).search(questions(1)[0])[0])
    return {}


def warm(pipeline: str, store: Path) -> Taken:
    """Percentiles of searches and, for ours, of whole answers."""
    asked = questions(_WARM + 3)
    if pipeline == "ours":
        from rag.answering.assistant import Assistant

        assistant = Assistant.open(str(store))
        taken = _percentiles("search", assistant.library.search, asked)
        return taken | _percentiles("answer", assistant.answer, asked)
    from benchmarks.usual import UsualPipeline

    return _percentiles("search", UsualPipeline(store).search, asked)


def grow(pipeline: str, count: int) -> Taken:
    """Searches among `count` short articles, with vectors that cost nothing in place of the model's."""
    asked = questions(_WARM + 3)
    with tempfile.TemporaryDirectory() as made:
        articles = Path(made) / "articles"
        articles.mkdir()
        write_many(articles / "wire.jsonl", count)
        if pipeline == "ours":
            from rag.search.library import Library

            library = Library.open(Path(made) / "library", opener=HashedEmbedder)
            passages = library.sync(articles).passages
            return _percentiles("search", library.search, asked) | {"passages": passages}
        from benchmarks.usual import UsualPipeline

        rows = [json.loads(line) for line in (articles / "wire.jsonl").read_text(encoding="utf-8").splitlines()]
        usual = UsualPipeline(Path(made) / "store", _Hashed())
        passages = usual.ingest((row["id"], f"{row['title']}\n\n{row['body']}") for row in rows)
        return _percentiles("search", usual.search, asked) | {"passages": passages}


class _Hashed:
    """The cheap vectors as LangChain asks for them."""

    def __init__(self) -> None:
        self._embedder = HashedEmbedder("hashed")

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        made: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return made

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def encoding(folder: Path) -> Taken:
    """How near encoding comes to the most that the same library makes of the processor in one product of matrices."""
    import openvino
    from openvino import opset13 as ops

    from rag.library.embedding import cores, open_embedder
    from rag.library.passages import cut
    from rag.reading.articles import read_article

    size = _PEAK_SIZE
    given = ops.parameter([size, size], np.float32)
    weights = np.random.default_rng(0).standard_normal((size, size)).astype(np.float32)
    product = openvino.Model([ops.matmul(given, ops.constant(weights), False, False)], [given])
    compiled = openvino.Core().compile_model(product, "CPU", {"INFERENCE_NUM_THREADS": str(cores())})
    request, rows = compiled.create_infer_request(), np.ones((size, size), dtype=np.float32)
    request.infer([rows])
    peak = 2 * size**3 / min(_seconds(lambda: request.infer([rows])) for _ in range(20))

    embedder = open_embedder("all-MiniLM-L6-v2")
    texts = [
        passage.embedded_text
        for file in sorted(folder.iterdir())[:200]
        for passage in cut(read_article(file.name, file.read_bytes()), 160, embedder.count_tokens)
    ]
    texts.sort(key=len)
    embedder.embed_passages(texts[:128])
    lengths = np.array([embedder.count_tokens(text) + 2 for text in texts], dtype=np.float64)
    # Six layers: four products of 384 × 384 and two of 384 × 1536 for each token, two of the length with itself.
    work = 6 * float((2 * lengths * (4 * 384 * 384 + 2 * 384 * 1536) + 4 * lengths**2 * 384).sum())
    took = min(_seconds(lambda: embedder.embed_passages(texts)) for _ in range(RUNS))
    return {"peak": peak / 1e9, "encoding": work / took / 1e9, "passages": len(texts) / took}


def _percentiles(name: str, work: Callable[[str], object], asked: Sequence[str]) -> Taken:
    for question in asked[:3]:
        work(question)
    took = [_seconds(lambda question=question: work(question)) for question in asked[3:]]
    cut = statistics.quantiles(took, n=20)
    return {f"{name} p50": cut[9], f"{name} p95": cut[18]}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


_CHILDREN: dict[str, Callable[..., Taken]] = {
    "ingest": lambda pipeline, folder, store: ingest(pipeline, Path(folder), Path(store)),
    "first": lambda store: first(Path(store)),
    "warm": lambda pipeline, store: warm(pipeline, Path(store)),
    "grow": lambda pipeline, count: grow(pipeline, int(count)),
    "encoding": lambda folder: encoding(Path(folder)),
}


# The run


def process(*words: str) -> Taken:
    """What a process took by its own account, its seconds from start to end, and its greatest memory in MB."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        running = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=said, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        whole = time.perf_counter() - started
        if running.returncode:
            raise SystemExit(f"{' '.join(words)} ended with {running.returncode}.")
        said.seek(0)
        last = said.read().strip().split("\n")[-1]
    found: Taken = json.loads(last) if last.startswith("{") else {}
    return found | {"process": whole, "memory": used.ru_maxrss / 1024}


def child(name: str, *words: object) -> Taken:
    """One of the measurements above."""
    return process("-m", "benchmarks.side_by_side", "--child", name, *map(str, words))


def page(library: Path) -> Taken:
    """Seconds until the page answers over HTTP; its memory in MB when it is idle."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "app.py", "--library", str(library), "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    answer.read()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        answered = time.perf_counter() - started
        time.sleep(5)
        status = Path(f"/proc/{running.pid}/status")
        resident = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
        return {"http": answered, "memory": int(resident[1]) / 1024 if resident else 0.0}
    finally:
        running.terminate()  # who started this may have the interrupt ignored
        running.wait(timeout=20)


@contextmanager
def burning() -> Iterator[None]:
    """One process on each core that does nothing but count."""
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def medians(runs: Sequence[Taken]) -> Taken:
    """Of each number over the runs."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def measure(count: int, sizes: Sequence[int]) -> dict[str, Any]:
    """Everything, both pipelines taking turns."""
    found: dict[str, Any] = {
        "date": dt.date.today().isoformat(),
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0],
        "articles": count,
    }
    with tempfile.TemporaryDirectory() as made:
        folder, ours, usual = Path(made) / "articles", Path(made) / "library", Path(made) / "store"
        found["characters"] = write_articles(folder, count)
        found["ingest"] = {
            "ours": child("ingest", "ours", folder, ours),
            "usual": child("ingest", "usual", folder, usual),
        }
        found["encoding"] = child("encoding", folder)
        asked = questions(1)[0]
        firsts = [
            (process("-m", "rag", "ask", asked, "--library", str(ours)), child("first", usual)) for _ in range(RUNS)
        ]
        found["first"] = {"ours": medians([one for one, _ in firsts]), "usual": medians([two for _, two in firsts])}
        pages = [(page(ours), process("-c", "import gradio")) for _ in range(RUNS)]
        found["page"] = {"ours": medians([one for one, _ in pages]), "gradio": medians([two for _, two in pages])}
        found["warm"] = {name: child("warm", name, store) for name, store in (("ours", ours), ("usual", usual))}
        with burning():
            found["busy"] = {name: child("warm", name, store) for name, store in (("ours", ours), ("usual", usual))}
    found["growth"] = [{name: child("grow", name, size) for name in ("ours", "usual")} for size in sizes]
    return found


def rows(found: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """What, ours, the usual pipeline's, and how they compare."""
    mega = found["characters"] / 1e6
    ours, usual = found["ingest"]["ours"], found["ingest"]["usual"]
    yield (
        f"ingest of {found['articles']:,} articles, MB of text/s",
        f"{mega / ours['seconds']:.3f}",
        f"{mega / usual['seconds']:.3f}",
        f"{usual['seconds'] / ours['seconds']:.1f} times",
    )
    for name, key in (("fresh process to its first answer, s", "process"), ("memory of that process, MB", "memory")):
        one, two = found["first"]["ours"][key], found["first"]["usual"][key]
        yield name, f"{one:.2f}", f"{two:.2f}", f"{two / one:.1f} times less"
    for place, said in (("warm", ""), ("busy", ", every core busy")):
        for part in ("p50", "p95"):
            one, two = (found[place][name][f"search {part}"] * 1000 for name in ("ours", "usual"))
            yield f"search {part}{said}, ms", f"{one:.1f}", f"{two:.1f}", f"{two / one:.1f} times less"
    for part in ("p50", "p95"):
        one, two = found["warm"]["ours"][f"answer {part}"], found["warm"]["usual"]["search p50"]
        yield f"whole answer {part}, ms", f"{one * 1000:.0f}", "–", f"{one / two:.1f} of its searches"
    busy = found["busy"]["ours"]["answer p95"]
    yield (
        "whole answer p95, every core busy, ms",
        f"{busy * 1000:.0f}",
        "–",
        f"{busy / found['warm']['ours']['answer p95']:.1f} of the idle value",
    )
    http, gradio = found["page"]["ours"]["http"], found["page"]["gradio"]["process"]
    yield "page answers over HTTP, s", f"{http:.2f}", f"{gradio:.2f}", "beside a bare import of gradio"
    idle, other = found["page"]["ours"]["memory"], found["first"]["usual"]["memory"]
    yield "memory of the idle page, MB", f"{idle:.0f}", f"{other:.0f}", f"{idle / other:.2f} of its process"
    encoded = found["encoding"]
    share = encoded["encoding"] / encoded["peak"]
    yield (
        "encoding, billion operations/s",
        f"{encoded['encoding']:.0f}",
        "–",
        f"{share:.2f} of the machine's {encoded['peak']:.0f}",
    )
    for grown in found["growth"]:
        one, two = (grown[name]["search p50"] * 1000 for name in ("ours", "usual"))
        name = f"search p50 among {grown['ours']['passages']:,} passages, ms"
        yield name, f"{one:.1f}", f"{two:.1f}", "without the model"


def table(found: dict[str, Any]) -> str:
    """As Markdown."""
    lines = ["| what | Citewell | usual pipeline | |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows(found)])


def plot(found: dict[str, Any], file: Path) -> None:
    """Searches by the number of passages."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for name, label in (("ours", "Citewell"), ("usual", "LangChain, HuggingFaceEmbeddings, Chroma")):
        grown = [step[name] for step in found["growth"]]
        sizes = [step["passages"] for step in grown]
        axes.plot(sizes, [step["search p50"] * 1000 for step in grown], marker="o", label=label)
    axes.set(xscale="log", xlabel="passages", ylabel="search p50 without the model, ms", ylim=(0, None))
    axes.legend()
    figure.savefig(file)


def main() -> None:
    """Measure, print and write."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(_CHILDREN[sys.argv[2]](*sys.argv[3:])))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--growth", default="1000,10000", help="numbers of short articles, with commas between")
    given = parser.parse_args()
    found = measure(given.articles, [int(size) for size in given.growth.split(",") if size])
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "side_by_side.json").write_text(json.dumps(found, indent=2) + "\n")
    said = f"{found['date']}, {found['machine']}, load {found['load']:.1f} before it\n\n{table(found)}\n"
    (RESULTS / "side_by_side.md").write_text(said)
    if found["growth"]:
        plot(found, RESULTS / "side_by_side.svg")
    print(said)


if __name__ == "__main__":
    main()
