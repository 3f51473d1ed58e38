"""Damaged files of every format, each read under limits: `python -m benchmarks.fuzz_readers [COUNT] [SEED]`.

COUNT files in all (100,000 when not named) are made from whole ones by flipping, cutting, doubling and swapping bytes,
also inside the parts of Word documents. Each is read as an ingest reads it, on every core: files of one article in a
process with limits of time and memory, files of many row by row. Printed for each format: read, refused with a
sentence, over the time, broke down (the process died), and anything else, which is a fault of ours; the exit code is 1
when there is one.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import sys
import tempfile
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from rag.core.errors import ReadingError
from rag.core.types import Article
from rag.reading.articles import FORMATS, row_article
from rag.reading.outline import outline
from rag.reading.rows import ROWS, Row, read_rows
from rag.reading.worker import Reader
from tests.reading.makers import BROKEN, BROKEN_ROWS, NEWS, WHOLE, WHOLE_ROWS, mail, pdf, web_page, word, wrapped

_SECONDS = 10.0  # for one file
_TOKENS = (
    b"<table><tr><td>", b"</p>", b"<!--", b"&#xD800;", b"&#x202e;", b"<br>", b"\x00", b"\xff\xfe", b"]]>", b"<li>" * 50,
    b"<div>" * 400, b"[" * 500, b"<<" * 300, b"/Kids[1 0 R]", b"99999999999", b"-1", b"endobj", b"stream\n", b"(" * 200,
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"=?utf-8?b?////?=", b"\n\n", b"charset=utf-7", b"---\n",
    b"date: 2025-99-99\n", b"| a | b |\n", b"- " * 300, b"> " * 300, b"\r", b"\xe2\x80\xa8", b"\xed\xa0\x80",
)  # fmt: skip


def main(count: int, seed: int) -> int:
    """Read that many damaged files and print what became of them."""
    started = time.perf_counter()
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        shares = [(count // threads, f"{seed}:{number}") for number in range(threads)]
        parts = list(pool.map(lambda share: _share(*share), shares))
    total: Counter[tuple[str, str]] = Counter()
    for part in parts:
        total.update(part)
    outcomes = sorted({outcome for _, outcome in total})
    for suffix in sorted({suffix for suffix, _ in total}):
        print(f"{suffix:10}" + "  ".join(f"{outcome} {total[suffix, outcome]:,}" for outcome in outcomes))
    print(f"{sum(total.values()):,} files in {time.perf_counter() - started:.0f} s, seed {seed}")
    return 1 if any(outcome.startswith("fault") for outcome in outcomes) else 0


def _share(count: int, seed: str) -> Counter[tuple[str, str]]:
    chance = random.Random(seed)
    whole = _whole()
    done: Counter[tuple[str, str]] = Counter()
    reader = Reader(_SECONDS)
    place = Path(tempfile.mkdtemp())
    for number in range(count):
        suffix = chance.choice(sorted(whole))
        data = _damaged(chance, suffix, whole[suffix])
        done[suffix, _outcome(reader, suffix, data, place)] += 1
        if number % 1000 == 999:
            # A run that is stopped has said what it found.
            outcomes = Counter(outcome for (_, outcome), times in done.items() for _ in range(times))
            print(f"  {seed}: {number + 1:,} {dict(outcomes)}", file=sys.stderr, flush=True)
    reader.close()
    shutil.rmtree(place)
    return done


def _outcome(reader: Reader, suffix: str, data: bytes, place: Path) -> str:
    started = time.perf_counter()
    try:
        articles = _rows(place / f"a{suffix}", data) if suffix in ROWS else [reader.read(f"a{suffix}", data)]
    except ReadingError as error:
        if "seconds to read" in error.message:
            return "over the time"
        return "broke down" if "broke down" in error.message else "refused"
    except Exception as error:  # noqa: BLE001 - what is looked for
        return f"fault {type(error).__name__}"
    if time.perf_counter() - started > _SECONDS:
        return "over the time"
    return "read" if all(map(_is_whole, articles)) else "fault: no title, outline or page"


def _rows(file: Path, data: bytes) -> list[Article]:
    """The articles in its rows, without those that cannot be read; ReadingError where the whole file cannot be."""
    file.write_bytes(data)
    found: list[Article] = []
    for row in read_rows(file):
        if isinstance(row, Row):
            with suppress(ReadingError):
                found.append(row_article(f"a#{row.name}", row))
    return found


def _is_whole(article: Article) -> bool:
    article.text.encode()
    pages = all(0 <= start <= len(article.text) for start in article.page_starts)
    return bool(pages and outline(article.text) and article.title.strip())


def _whole() -> dict[str, list[bytes]]:
    """Whole files of every format, some that hold everything, and here and there one that is half broken."""
    header = "---\ntitle: Harbour\ndate: 2025-12-22\n---\n"
    text = f"{header}Harbour reopens\n\n{NEWS}\n\n- an item\n- another\n\n| a | b |\n|---|---|\n"
    table = "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"
    items = "<ul><li>one<ol><li>two</li></ol></li></ul>"
    rich = web_page(f"<h1>Harbour</h1><p>{NEWS}</p>{items}{table}<blockquote><p>{NEWS}</p></blockquote>")
    rows = [["Port", "Ships"], ["Alba", "3"]]
    files = {suffix: [text.encode(), text.encode("utf-16")] for suffix in FORMATS}
    files[".html"] = files[".htm"] = [rich, WHOLE[".html"]]
    files[".pdf"] = [WHOLE[".pdf"], pdf([wrapped(NEWS * 3)] * 4, title="Harbour")]
    files[".docx"] = [WHOLE[".docx"], word(("Title", "Harbour"), ("List Bullet", "one"), ("table", rows), ("", NEWS))]
    files[".eml"] = [WHOLE[".eml"], mail(NEWS, rich), mail(None, rich, "a.zip")]
    files |= {suffix: [data, data * 3] for suffix, data in WHOLE_ROWS.items()}
    files[".mbox"] += [b"From eva@wheat.example Mon Dec 22 10:00:00 2025\n" + data for data in files[".eml"]]
    files[".jsonl"] += [json.dumps({"text": rich.decode(), "published": "2025-12-22", "id": 7}).encode()]
    for suffix, kinds in (BROKEN | BROKEN_ROWS).items():
        # Half-broken files lead further into the parsers; bombs are slow to copy and always refused.
        files[suffix] = files[suffix] * 6 + [data for data, _ in kinds.values() if 0 < len(data) < 30_000]
    return files


def _damaged(chance: random.Random, suffix: str, files: list[bytes]) -> bytes:
    data = chance.choice(files)
    if suffix == ".docx" and data.startswith(b"PK") and chance.random() < 0.8:
        return _with_damaged_part(chance, data)
    return _mutated(chance, data)


def _with_damaged_part(chance: random.Random, data: bytes) -> bytes:
    """A zip that is whole and holds one part that is not; most often the document itself."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            names = old.namelist()
            chosen = "word/document.xml" if chance.random() < 0.6 else chance.choice(names)
            for name in names:
                part = old.read(name)
                new.writestr(name, _mutated(chance, part) if name == chosen else part)
    except zipfile.BadZipFile:
        return _mutated(chance, data)
    return made.getvalue()


def _mutated(chance: random.Random, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(made) + 1)
        to = min(at + chance.choice((1, 3, 20, 300)), len(made))
        match chance.randrange(6):
            case 0 if made:
                made[min(at, len(made) - 1)] = chance.randrange(256)
            case 1:
                del made[at:to]
            case 2:
                made[at:at] = made[at:to] * chance.choice((1, 2, 50))
            case 3:
                made[at:to] = chance.randbytes(to - at)
            case 4:
                made[at:at] = chance.choice(_TOKENS)
            case _:
                if chance.random() < 0.2:
                    del made[at:]
    return bytes(made)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(given + [100_000, 1][len(given) :])))
