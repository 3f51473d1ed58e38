"""Saved web pages → the stored form: the article's body, and what the page says about it."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from rag.core.errors import ReadingError
from rag.reading.bylines import byline
from rag.reading.cleaning import laid_out, notice_in, visible
from rag.reading.dates import LONGEST_HEAD_LINE
from rag.reading.draft import Draft, decoded_page
from rag.reading.frontmatter import FrontMatter
from rag.reading.heads import published_in

_NOWHERE = "https://page.invalid/"
_SHORT = 250  # characters: an article as short as this is looked for again, less strictly
_NO_SCRIPT = re.compile(
    r"\b(?:enable|activate|allow|requires?|needs?|turn on|without)\b.{0,40}\bJavaScript\b|\bJavaScript\b.{0,40}"
    r"\b(?:disabled|required|needed|enabled|turned (?:on|off))\b",
    re.IGNORECASE,
)
_SENTENCE_BREAK = re.compile(r"(?<=[.!?…:”\"])\s*\n")
_HIDDEN = frozenset(("script", "style", "noscript", "template"))
_OF_AUTHOR = re.compile(r"(?:^|[\s_-])(?:byline|author|auth?eur|credits?)(?:$|[\s_-])", re.IGNORECASE)
_MOST_PARTS = 6  # elements within one that holds a line
_BLOCKS = frozenset(("p", "head", "list", "item", "table", "row", "cell", "quote", "code", "div", "fw", "ab"))


def read_page(data: bytes) -> Draft:
    """The body of the article in a web page; menus, comments and notices are left out."""
    html = decoded_page(data)
    if not html.strip():
        raise ReadingError("it holds no text.")
    found = _extracted(html)
    if found is None:
        raise ReadingError("no article was found in the page.")
    left_out: list[str] = []
    lines = list(_kept(_lines(found.body), left_out))
    if len(" ".join(lines)) < _SHORT and _NO_SCRIPT.search(" ".join(lines)):
        raise ReadingError("it shows nothing without JavaScript; save it once it is shown.")
    tree = _tree(html)
    rest = _word_count(_everything(tree)) - sum(map(_word_count, [*lines, *left_out]))
    if rest > 0:
        left_out.append(f"outside the article’s body: about {rest} words of the page (menus, links, comments)")
    shown = list(_short_texts(tree))
    title, publisher = _plain(found.title or ""), _plain(found.sitename or "")
    if not publisher or publisher == title:  # a guess at what stands behind a dash in the page's title
        publisher = _site_behind(title, shown)
    about = FrontMatter(
        title=_without_site(title, publisher),
        date=_date(html) or _date_shown(shown),
        url=found.url if (found.url or "").startswith(("http://", "https://")) else None,
        author=re.split(r" [|·•]", _plain(found.author or ""))[0] or _author(shown),
        publisher=publisher or None,
    )
    return Draft(laid_out(lines), about, left_out=tuple(left_out), date_origin="page metadata")


def _extracted(html: str) -> Any:
    """Trafilatura's document, or None: its strict mode leaves out what surrounds an article, and misses short ones."""
    # Only web pages need it, and it takes a while to import.
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    best = None
    for is_strict in (True, False):
        found: Any = bare_extraction(
            html,
            include_comments=False,
            favor_precision=is_strict,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
        if found is not None and (best is None or len(found.text or "") > 2 * len(best.text or "")):
            best = found
        if best is not None and len(best.text or "") >= _SHORT:
            break
    return best


def _tree(html: str) -> Any:
    """The elements of the page; none where it has no root."""
    from trafilatura import load_html

    return load_html(html)


def _short_texts(tree: Any) -> Iterator[tuple[Any, str]]:
    """Each element of the page that holds a line and no more, and its words."""
    for element in () if tree is None else tree.iter("*"):
        if element.tag not in _HIDDEN and len(element) <= _MOST_PARTS:
            words = _plain(" ".join(element.itertext()))
            if 0 < len(words) <= LONGEST_HEAD_LINE:
                yield element, words


def _date_shown(shown: Sequence[tuple[Any, str]]) -> str | None:
    """The day of a line such as `Publié le 22/12/2025 à 18h35`."""
    published = published_in([words for _, words in shown], dt.date.today())
    return published.date if published else None


def _author(shown: Sequence[tuple[Any, str]]) -> str | None:
    """The name in the first element that is marked as the author's and holds a name and no more."""
    for element, words in shown:
        if _OF_AUTHOR.search(f"{element.get('class', '')} {element.get('itemprop', '')} {element.get('rel', '')}"):
            found = byline(words) or byline(f"By {words}")
            if found:
                return found.author
    return None


def _site_behind(title: str, shown: Sequence[tuple[Any, str]]) -> str:
    """`The Wheat` of a page titled `Harbour reopens | The Wheat`; nothing where the title has nothing behind it."""
    whole = next((words for element, words in shown if element.tag == "title"), "")
    behind = re.fullmatch(rf"{re.escape(title)}\s+[|–—·-]\s+(?P<site>.{{2,40}})", whole) if title else None
    return behind["site"] if behind else ""


def _without_site(title: str, site: str) -> str:
    """`Harbour reopens | The Wheat` is the title of a page; the article's is `Harbour reopens`."""
    return re.sub(rf"(?i)\s+[|–—·-]\s+{re.escape(site)}$", "", title) if site else title


def _date(html: str) -> str | None:
    """The day of publication that the page itself states."""
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    # With an address given it does not look for the page's own, which is asked after the page (`rag.reading.articles`).
    found = find_date(
        html, url=_NOWHERE, extensive_search=False, original_date=True, max_date=dt.date.today().isoformat()
    )
    # A year alone becomes its first of January; such a day must stand in the page.
    if found and found.endswith("-01-01") and not re.search(rf"{found}|Jan(?:uary|\.)? 0?1(?:st)?, {found[:4]}", html):
        return None
    return found or None


def _everything(tree: Any) -> str:
    """All words that the page shows."""
    shown = [] if tree is None else tree.iter("*")
    hidden = {*_HIDDEN, "title"}
    texts = ((element.text if element.tag not in hidden else "", element.tail) for element in shown)
    return " ".join(words for pair in texts for words in pair if words)


def _word_count(text: str) -> int:
    return sum(1 for _ in re.finditer(r"\w+", text))


def _kept(lines: Iterator[str], left_out: list[str]) -> Iterator[str]:
    """The lines without notices and without a line that merely repeats the one before it."""
    previous = ""
    for line in lines:
        if notice := notice_in(line.lstrip("#- ")):
            left_out.append(f"{notice}: {line}")
        elif line == previous and not line.startswith("|"):
            left_out.append(f"repeated line: {line}")
        else:
            yield line
        previous = line


# Trafilatura's tree → lines of the outline's grammar


def _lines(body: Any, depth: int = 0) -> Iterator[str]:
    """Each heading, paragraph, item and table row below an element; deeper than any real page is passed over."""
    if depth > 60:
        return
    loose: list[str] = [body.text or ""]
    for child in body:
        if child.tag in _BLOCKS:
            yield from _paragraphs("".join(loose))
            yield from _block(child, depth + 1)
            loose = [child.tail or ""]
        else:
            loose += [_inline(child), child.tail or ""]
    yield from _paragraphs("".join(loose))


def _block(element: Any, depth: int) -> Iterator[str]:
    match element.tag:
        case "head":
            level = re.sub(r"\D", "", element.get("rend") or "") or "2"
            words = _plain(_inline(element))
            if words:
                yield f"{'#' * max(1, min(int(level[:1]), 6))} {words}"
        case "list":
            yield from _items(element, depth)
        case "table":
            yield from _rows(element)
        case "code":
            for line in _inline(element).splitlines():
                yield from _paragraphs(line)
        case _:
            yield from _lines(element, depth)


def _items(element: Any, depth: int) -> Iterator[str]:
    is_numbered = element.get("rend") == "ol"
    for number, item in enumerate(element, start=1):
        mark = f"{number}. " if is_numbered and number < 1000 else "- "
        for index, line in enumerate(_lines(item, depth + 1)):
            is_own = index == 0 and not line.startswith(("- ", "|", "#"))
            yield mark + line if is_own else line


def _rows(table: Any) -> Iterator[str]:
    """Rows as `| a | b |`, the first with a rule below where its cells are headings; a lone cell is a paragraph."""
    rows = [(row, [_plain(_inline(cell)).replace("|", "/") for cell in row]) for row in table.iter("row")]
    if all(len(list(filter(None, cells))) < 2 for _, cells in rows):
        yield from (cell for _, cells in rows for cell in cells if cell)
        return
    for index, (row, cells) in enumerate(rows):
        if not any(cells):
            continue
        yield "| " + " | ".join(cells) + " |"
        if index == 0 and len(row) and all(cell.get("role") == "head" for cell in row):
            yield "|" + "---|" * len(cells)


def _inline(element: Any) -> str:
    """The words of an element, a line break as a line end."""
    words = [element.text or ""]
    for child in element:
        if child.tag in _BLOCKS and not words[-1][-1:].isspace():
            words.append("\n")
        words.append("\n" if child.tag == "lb" else _inline(child) if child.tag != "graphic" else "")
        if child.tag in _BLOCKS:
            words.append("\n")
        words.append(child.tail or "")
    return "".join(words)


def _plain(words: str) -> str:
    """On one line, without the invisible characters that entities of HTML may stand for."""
    return " ".join(visible(words).split())


def _paragraphs(words: str) -> Iterator[str]:
    """Paragraphs of running text: a line break parts them where a sentence ends before it, else it is a space."""
    for part in _SENTENCE_BREAK.split(words):
        line = _plain(part)
        if line:
            yield line
