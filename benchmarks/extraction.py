"""How well the article is found in saved web pages: `python -m benchmarks.extraction DATA_FOLDER`.

DATA_FOLDER holds `article_extraction/` (articles.jsonl with the true body of each page in html/) and
`trafilatura_eval/` (pages.jsonl with segments to keep and to drop, and the true date of most pages). The options of
`rag/reading/webpage.py` were chosen on the first, third, fifth … page of the first set; "other half" was not looked at.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from trafilatura import extract

from rag.core.errors import ReadingError
from rag.core.types import Article
from rag.reading.articles import read_article
from rag.reading.inferring import infer_date
from rag.reading.naming import date_in_address

_SHINGLE = 4  # words


def main(data: Path) -> None:
    """Print the figures of both sets, ours beside trafilatura's own defaults."""
    logging.disable(logging.CRITICAL)
    readers: dict[str, Callable[[bytes], str]] = {"citewell": _ours, "trafilatura's defaults": _defaults}
    print("article_extraction: F1 over 4-word shingles, and pages where nothing was found")
    rows = list(_rows(data / "article_extraction" / "articles.jsonl"))
    for name, reader in readers.items():
        scores = [_score(reader(_page(data, "article_extraction", row)), row["text"]) for row in rows]
        halves = f"chosen on {_f1(scores[::2])}, other half {_f1(scores[1::2])}, all {_f1(scores)}"
        empty = sum(1 for _, _, is_empty in scores if is_empty)
        print(f"  {name:24} {halves}; empty {empty} of {len(scores)}")
    print("trafilatura_eval: share of segments kept that must stay, dropped that must go, and both")
    rows = list(_rows(data / "trafilatura_eval" / "pages.jsonl"))
    for name, reader in readers.items():
        print(f"  {name:24} {_segments([(reader(_page(data, 'trafilatura_eval', row)), row) for row in rows])}")
    print("dates by origin, where the true day is known (right: agrees as far as it goes)")
    _dates([(_article(_page(data, "trafilatura_eval", row)), row) for row in rows])
    rows = list(_rows(data / "article_extraction" / "articles.jsonl"))
    _agreement([(_article(_page(data, "article_extraction", row)), row) for row in rows])


def _rows(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _page(data: Path, name: str, row: dict) -> bytes:
    return (data / name / row["html"]).read_bytes()


def _article(page: bytes) -> Article | None:
    try:
        return read_article("page.html", page)
    except ReadingError:
        return None


def _ours(page: bytes) -> str:
    article = _article(page)
    # The marks of headings, lists and tables are ours, not the page's.
    return re.sub(r"^(?:#{1,6} |- |\|[-|]+\|$)", "", article.text, flags=re.MULTILINE) if article else ""


def _defaults(page: bytes) -> str:
    return extract(page) or ""


def _score(found: str, true: str) -> tuple[float, float, bool]:
    """Precision, recall, and whether nothing was found."""
    ours, theirs = _shingles(found), _shingles(true)
    both = sum((ours & theirs).values())
    precision = both / sum(ours.values()) if ours else 1.0
    return precision, both / sum(theirs.values()) if theirs else 1.0, not found.strip()


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(len(words) - _SHINGLE + 1, min(len(words), 1))))


def _f1(scores: Sequence[tuple[float, float, bool]]) -> str:
    """Of the mean precision and the mean recall, as the benchmark's authors compute it."""
    precision = sum(score[0] for score in scores) / len(scores)
    recall = sum(score[1] for score in scores) / len(scores)
    return f"{2 * precision * recall / (precision + recall):.4f} (P {precision:.3f}, R {recall:.3f})"


def _segments(read: Sequence[tuple[str, dict]]) -> str:
    plain = [(" ".join(text.split()), row) for text, row in read]
    kept = [" ".join(segment.split()) in text for text, row in plain for segment in row["with"]]
    dropped = [" ".join(segment.split()) not in text for text, row in plain for segment in row["without"]]
    both = (sum(kept) + sum(dropped)) / (len(kept) + len(dropped))
    return f"kept {sum(kept) / len(kept):.3f}, dropped {sum(dropped) / len(dropped):.3f}, accuracy {both:.4f}"


def _dates(read: Sequence[tuple[Article | None, dict]]) -> None:
    """Each origin by itself against the true day, and what an article comes out with, by its origin."""
    counts: dict[str, Counter[str]] = {}
    for article, row in read:
        if article is None or not row["date"]:
            continue
        inferred = infer_date(article.text, dt.date.today())
        given = {
            "page metadata alone": article.date if article.date_origin == "page metadata" else None,
            "address alone": date_in_address(row["url"]),
            "text alone": inferred.date if inferred else None,
            f"the article’s, {article.date_origin}": article.date,
        }
        for origin, date in given.items():
            verdict = "none" if not date else "right" if row["date"].startswith(date) else "wrong"
            counts.setdefault(origin, Counter())[verdict] += 1
    for origin in sorted(counts):
        print(f"  {origin:32} " + ", ".join(f"{name} {counts[origin][name]}" for name in ("right", "wrong", "none")))


def _agreement(read: Sequence[tuple[Article | None, dict]]) -> None:
    """Where no true day is known: page metadata beside the date in the address."""
    pairs = [(article.date, date_in_address(row["url"])) for article, row in read if article and article.date]
    both = [(stated, named) for stated, named in pairs if stated and named]
    same = sum(1 for stated, named in both if stated.startswith(named))
    print(f"article_extraction: page and address agree on {same} of {len(both)} pages that have both")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
