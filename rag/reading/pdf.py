"""The text layer of a PDF → the stored form: lines joined, running heads left out, and where each page begins."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.core.errors import ReadingError
from rag.reading.cleaning import clean, is_marked, visible
from rag.reading.draft import Draft
from rag.reading.frontmatter import FrontMatter

_PAGE_NUMBER = re.compile(r"\W*(?:page|p\.|seite)?\s*\d{1,4}(?:\s*(?:of|/|von)\s*\d{1,4})?\W*", re.IGNORECASE)
_SPLIT_WORD = re.compile(r"(\w+)-\n(\w+)(\S*)(?: |\n(?!\n))?")
_MARKS = ("\ufffe", "\x02")  # what pdfium writes for a hyphen and the end of its line
_LINE = re.compile(r"([^\n\ufffe\x02]*)([\n\ufffe\x02]|\Z)")
_EDGE_LINES = 2  # at the top and at the foot of a page, where running heads stand
_APART = 1.6  # times the size of its letters: how far a running head is at least from the text
_WIDE_GAP = 1.35  # times the usual distance of lines: a new paragraph
_OTHER_SIZE = 1.15  # times the size of the line before: a heading begins or ends
_SHORT_LINE = 0.6  # times the length of a full line: nothing was wrapped here
_WIDE_PAGE = 100  # letters in a line
_LONGEST_CELL = 60
_GAP = "   "  # as `rag.reading.tables` knows columns by
_COLUMN = 0.8  # times the size of its letters: how far from the word before a column begins at least
_SET_IN = 2.0  # the same for a row that has nothing in the first column
_KEY_LETTERS = 60  # by which a page's beginning is found again in the cleaned text


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    """Three spaces where a column of a table may begin, else one."""
    bottom: float
    size: float
    left: float

    @property
    def is_parted(self) -> bool:
        return _GAP in self.text


def read_pages(data: bytes) -> Draft:
    """The pages' text; a PDF without a text layer or under a password is refused."""
    left_out: list[str] = []
    pages, title, author = _pages(data, left_out)
    if len(left_out) == len(pages):
        raise ReadingError("it is not a PDF, or a damaged one.")
    if not any(pages):
        raise ReadingError("it holds no text, only pictures of pages; make them text with an OCR program first.")
    kept = _without_running_lines(pages, left_out)
    lengths = sorted(len(line.text) for lines in kept for line in lines)
    full = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    texts = _joined([_page_text(lines, full) for lines in kept])
    cleaned = clean("".join(texts))
    text = _without_false_headings(cleaned.text)
    about = FrontMatter(title=title, author=author or None)
    starts = _starts(texts, text)
    return Draft(text, about, cleaned.publisher, (*left_out, *cleaned.left_out), page_starts=starts)


def _pages(data: bytes, left_out: list[str]) -> tuple[list[list[_Line]], str, str]:
    """(lines of each page, title, author)."""
    # Only PDFs need it.
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadingError("it is protected by a password.") from error
        raise ReadingError("it is not a PDF, or a damaged one.") from error
    try:
        pages: list[list[_Line]] = []
        for index in range(len(document)):
            try:
                textpage = document[index].get_textpage()
            except pdfium.PdfiumError:
                left_out.append(f"page {index + 1}: damaged")
                pages.append([])
                continue
            pages.append(list(_lines(textpage)))
        about = document.get_metadata_dict()
    finally:
        document.close()
    title = _worthy(about.get("Title", ""))
    return pages, title, _worthy(about.get("Author", ""))


def _lines(textpage: object) -> Iterator[_Line]:
    """The lines of a page in the order of its text, each with its place and size."""
    count = textpage.count_chars()  # type: ignore[attr-defined]  # the vendor's page
    text = textpage.get_text_range(0, count) if count else ""  # type: ignore[attr-defined]
    has_places = len(text) == count  # letters beyond the first 65,536 count differently
    for match in _LINE.finditer(text):
        if not visible(match[1]).strip():
            continue
        first = match.start() + len(match[1]) - len(match[1].lstrip())
        words, left, bottom, top = visible(match[1]), 0.0, math.nan, math.nan
        if has_places:
            left, bottom, _, top = textpage.get_charbox(first, loose=True)  # type: ignore[attr-defined]
            words = _with_gaps(textpage, match[1], match.start(), _COLUMN * (top - bottom))
        words = _GAP.join(" ".join(part.split()) for part in words.strip().split(_GAP))
        yield _Line(words + ("-" if match[2] in _MARKS else ""), bottom, top - bottom, left)


def _with_gaps(textpage: object, words: str, start: int, wide: float) -> str:
    """The line's words with a gap for each space as wide as that or wider; `start` is its place in the page's text."""
    made = ""
    for place, letter in enumerate(words):
        is_between = letter == " " and 0 < place < len(words) - 1 and words[place - 1] != " " != words[place + 1]
        if is_between:
            before = textpage.get_charbox(start + place - 1, loose=True)  # type: ignore[attr-defined]
            after = textpage.get_charbox(start + place + 1, loose=True)  # type: ignore[attr-defined]
            letter = _GAP if after[0] - before[2] >= wide else letter
        made += letter
    return visible(made)


def _worthy(field: str) -> str:
    """A title or author that a person wrote: not the file name or nothing that programs put there."""
    words = " ".join(visible(field).split())
    is_filler = re.fullmatch(
        r"(?i)\W*(?:untitled.*|unspecified|anonymous|unknown|user|admin\w*|microsoft .*|.*\.\w{2,5})?\W*", words
    )
    return "" if is_filler else words


def _without_running_lines(pages: Sequence[Sequence[_Line]], left_out: list[str]) -> list[list[_Line]]:
    """The pages without what stands apart at the head or foot of many of them, and without page numbers there."""
    edges = [_edges(lines) for lines in pages]
    counts = Counter(key for page in edges for key in {_key(line) for line in page})
    often = max(2, math.ceil(0.4 * len(pages)))  # left and right pages may differ, and the first may have none
    kept: list[list[_Line]] = []
    told: set[tuple[str, int]] = set()
    for lines, edge in zip(pages, edges, strict=True):
        page = []
        for line in lines:
            is_number = line in edge and len(pages) > 1 and bool(_PAGE_NUMBER.fullmatch(line.text))
            if not is_number and (line not in edge or counts[_key(line)] < often):
                page.append(line)
            elif _key(line) not in told:
                told.add(_key(line))
                left_out.append(f"{'page number' if is_number else 'running head'}: {line.text}")
        kept.append(page)
    return kept


def _edges(lines: Sequence[_Line]) -> list[_Line]:
    """The one or two lines above and below everything else, with more than a line's distance between."""
    if any(math.isnan(line.bottom) for line in lines):
        return []
    ordered = sorted(lines, key=lambda line: -line.bottom)
    gaps = [above.bottom - below.bottom for above, below in pairwise(ordered)]
    usual = median(gaps or [0.0])
    is_apart = [gap > max(_APART * line.size, _WIDE_GAP * usual) for gap, line in zip(gaps, ordered, strict=False)]
    head = next((ordered[: n + 1] for n in range(min(_EDGE_LINES, len(gaps))) if is_apart[n]), [])
    foot = next((ordered[-n:] for n in range(1, min(_EDGE_LINES, len(gaps)) + 1) if is_apart[-n]), [])
    return [*head, *foot]


def _key(line: _Line) -> tuple[str, int]:
    """The same words at the same height, whatever the numbers in them."""
    return re.sub(r"\d+", "#", line.text.casefold()), 0 if math.isnan(line.bottom) else round(line.bottom / 5)


def _page_text(lines: Sequence[_Line], full: int) -> str:
    """The lines with a blank one where distance, size of letters or a line far from `full` tells a new paragraph."""
    gaps = [above.bottom - below.bottom for above, below in pairwise(lines)]
    usual = median([gap for gap in gaps if gap > 1] or [math.inf])
    text = ""
    previous: _Line | None = None
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        if previous is not None:
            sizes = sorted((line.size, previous.size))
            is_apart = previous.bottom - line.bottom > _WIDE_GAP * usual or sizes[1] > _OTHER_SIZE * sizes[0]
            is_short = len(previous.text) < _SHORT_LINE * full and not line.text[0].islower()
            # Lines as long as a wide page's would pass for whole paragraphs.
            is_joined = full > _WIDE_PAGE and not is_marked(line.text) and not text.endswith("-")
            is_of_table = line.is_parted and previous.is_parted
            text += "\n" if is_of_table else "\n\n" if is_apart or is_short else " " if is_joined else "\n"
        text += _GAP + line.text if _is_set_in(line, below) else line.text
        previous = line
    return text


def _is_set_in(line: _Line, below: _Line | None) -> bool:
    """Whether it is a row of a table that has nothing in the first column: `2023  2022` above `Plants  7  8`."""
    is_row = below is not None and line.is_parted and below.is_parted
    return is_row and below is not None and line.left - below.left > _SET_IN * line.size


def _joined(texts: Sequence[str]) -> list[str]:
    """The pages' texts, each ending as it goes on: in mid-paragraph or with a blank line; split words made whole."""
    whole = "\n".join(texts)
    made = []
    for index, text in enumerate(texts):
        following = next((later for later in texts[index + 1 :] if later), "")
        goes_on = following[:1].islower() and text[-1:] not in ".!?:"
        made.append(_SPLIT_WORD.sub(lambda split: _as_one_word(split, whole), text) + ("\n" if goes_on else "\n\n"))
    return made


def _as_one_word(split: re.Match[str], whole: str) -> str:
    """`break-⏎water` as the document writes it elsewhere; else without the hyphen if it goes on in small letters."""
    first, second, mark = split.groups()
    keeps = f"{first}-{second}" in whole or not second[0].islower() or not first[-1].isalpha()
    hyphen = "-" if keeps and first + second not in whole else ""
    return f"{first}{hyphen}{second}{mark}\n"


def _without_false_headings(text: str) -> str:
    """The rows of a table are short lines one after the other: what opens nothing longer is no heading."""
    blocks = text.split("\n\n")
    for index, block in enumerate(blocks[1:], start=1):
        following = blocks[index + 1] if index + 1 < len(blocks) else ""
        if block.startswith("## ") and len(following) < _LONGEST_CELL and not following.startswith(("- ", "1. ")):
            blocks[index] = block[3:]
    return "\n\n".join(blocks)


def _starts(texts: Sequence[str], cleaned: str) -> tuple[int, ...]:
    """Where each page's first words stand in the cleaned text, found by their letters alone, in order."""
    places = [place for place, character in enumerate(cleaned) if character.isalnum()]
    letters = "".join(cleaned[place] for place in places)
    starts: list[int] = []
    at = 0
    for text in texts:
        page = [re.sub(r"[\W_]+", "", line) for line in text.split("\n")]
        length = sum(map(len, page))
        found = -1
        skipped = 0
        for index, line in enumerate(page):
            # The cleaning may have left out the first lines; a page begins with the first that is left.
            key = "".join(page[index:])[:_KEY_LETTERS] if line else ""
            found = letters.find(key, at) if key else -1
            if found >= 0 or index > 8:
                break
            skipped += len(line)
        if found < 0:
            starts.append(places[min(at, len(places) - 1)] if places else 0)
            continue
        starts.append(_line_start(cleaned, places[found]))
        at = found + max((length - skipped) // 2, 0)
    return tuple(starts)


def _line_start(text: str, place: int) -> int:
    """Before the mark of a heading or an item, where the place is the first word after it."""
    start = text.rfind("\n", 0, place) + 1
    return start if not any(character.isalnum() for character in text[start:place]) else place
