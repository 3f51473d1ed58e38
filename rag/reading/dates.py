"""When an article was written, as its dateline says or as far as its own words give it away."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.reading.kickers import kickers
from rag.reading.outline import Block, outline
from rag.reading.sentences import is_ended
from rag.reading.stated import as_date

_MONTHS = ("january", "february", "march", "april", "may", "june",
           "july", "august", "september", "october", "november", "december")  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = r"(?P<month>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|" \
         r"aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"  # fmt: skip
_WEEKDAY = rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)}),?\s+"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?", r"(?P<year>(?:19|20)\d\d)\b"
_WEEKDAY_DATES = (
    re.compile(rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\b(?:,?\s+{_YEAR})?", re.IGNORECASE),
    re.compile(rf"{_WEEKDAY}(?:the )?{_DAY}\s+(?:of )?{_MONTH}\b(?:,?\s+{_YEAR})?", re.IGNORECASE),
)
_DAY_DATES = (
    re.compile(rf"\b{_DAY}\s+(?:of )?{_MONTH},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
)
_MONTH_YEAR = re.compile(rf"\b{_MONTH}\s+(?:\d{{1,2}},\s+)?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})\b(?!,?\s+(?:19|20)\d\d|\d)", re.IGNORECASE)
# Days as other languages and programs write them; `rag.reading.stated` reads them, and leaves what is not clear.
_OTHER_FORMS = (
    re.compile(r"(?<![\d./-])\d{1,2}([./])\d{1,2}\1(?:19|20)\d\d\b(?![./-])"),
    re.compile(r"(?<![\d./-])(?:19|20)\d\d/\d\d/\d\d\b(?!/)"),
    re.compile(r"\b\d{1,2}-[^\W\d_]{3}-(?:19|20)\d\d\b"),
    re.compile(r"\b\d{1,2}\.? (?:de )?(?!of\b)[^\W\d_]{3,10}\.?(?: del?)? (?:19|20)\d\d\b"),
)
# `Published on Monday, 3 March 2025`, in a line of its own, wherever it stands.
_PUBLISHED = re.compile(
    r"^\W*(?:(?:first|originally|this (?:article|story|piece|column|post)(?: was)?(?: first| originally)?) )*"
    r"(?:published|posted|appeared|issued|released|date[d:]|veröffentlicht|erschienen|publié|publicado|stand:)"
    r"(?!.*\b(?:retrieved|accessed)\b)",
    re.IGNORECASE,
)
_OF_A_COPY = re.compile(
    r"\b(?:retrieved|accessed|printed|downloaded|captured|archived|photo(?:graph)?s?)\b", re.IGNORECASE
)
# What stands before the first sentence of a report: `PORT ALDER, 14 June 2019 (Wirefeed) – `.
_DATELINE = re.compile(
    r"[A-Z][\w.'’ -]{1,40}(?:, [A-Z][\w.'’ -]{1,30})?(?: \([^()\n]{1,40}\))?"
    r"(?:, ?(?P<when>[^()\n–—]{8,30}?)| \((?P<inside>[^()\n–—]{8,30})\))"
    r"(?: \([^()\n]{1,40}\)| [/|] [^\n–—]{1,40})? ?(?:[–—]|-{1,2}|:) ?"
)
_OTHER_DAY = re.compile(
    r"\bby (?:\d{1,2} )?$|\b(?:birth\w*|born|died|founded|established|since|until|till|before|after|from|due|deadline|"
    r"effective|valid|expires?|starts?|begins?|next|war|fire)\b[^.]{0,30}$",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\([^()]{4,30}[–—-] ?[^()]{4,30}\)")  # of a life: `(May 24, 1901 – October 22, 1985)`
_ISSUE = re.compile(rf"\b(?:spring|summer|autumn|fall|winter|no\.? ?\d{{1,3}},?)\s+{_YEAR}", re.IGNORECASE)
# A headline that names the day of what the text itself is.
_RECORD = re.compile(
    r"\b(?:minutes|meeting|session|sitting|hearing|speech|address|letter|statement|declaration|communiqué|release)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"\b(?:scheduled|planned|due|by|until|before|expected|will|in time)\b[^.]{0,30}$", re.IGNORECASE)

_YEAR_ALONE = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d,.]*\d)")
_LONG_PAST = re.compile(r"\b(?:last \w+ed|born|founded|established|built|laid)\b[^.]{0,30}$", re.IGNORECASE)
_SINCE = re.compile(r"\bsince ((?:19|20)\d\d)\b", re.IGNORECASE)

_EARLIEST_YEAR = 1990
_HEAD_LINES, _LONGEST_HEAD_LINE = 7, 120
_MOST_WORDS_SIGNED = 9
_LONGEST_STANDFIRST = 220
_HEAD = 2_000  # characters
_CLOCK = re.compile(
    r"\b\d{1,2}\s?(?:[:.h]\s?\d\d(?::\d\d)?)?\s?(?:[ap]\.?m\.?(?!\w))?\s?(?:GMT|UTC|BST|[CEMPW]E?[DS]?T|uhr|hrs?)?(?:[+-]\d+)?(?!\w)|"
    r"\b\d+[ -]min(?:ute)?s?(?: read)?\b",
    re.IGNORECASE,
)
_OF_PUBLISHING = frozenset(
    "published posted updated modified last first on at by admin the date of publication mon tue tues wed thu thur "
    "thurs fri sat sun gmt utc bst est edt pst pdt cet cest am pm uhr publié mis à jour le veröffentlicht aktualisiert "
    "am um publicado actualizado el las montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
)


@dataclass(frozen=True, slots=True)
class InferredDate:
    """An ISO date as precise as the text allows, and the words it was inferred from."""

    date: str
    note: str


def infer_date(text: str, today: dt.date) -> InferredDate | None:
    """From a weekday with its day, or from the latest month named with a year; None rather than a guess."""
    return _from_weekday(text, today) or _from_month_and_year(text, today)


def says_when(line: str) -> bool:
    """Whether it names a day, a month with its year, or an issue."""
    return any(pattern.search(line) for pattern in (*_DAY_DATES, *_OTHER_FORMS, _MONTH_YEAR, _ISSUE))


def without_day(line: str) -> str:
    """The line without the day or the month and year that it ends in, and without what parts these from it."""
    for pattern in (*_DAY_DATES, _MONTH_YEAR):
        for match in pattern.finditer(line):
            if match.end() == len(line):
                return line[: match.start()].rstrip(" ,–—-")
    return line


def is_weekday(word: str) -> bool:
    """Whether it is the name of one, in full."""
    return word.casefold() in _WEEKDAYS


def date_in_head(text: str, today: dt.date) -> InferredDate | None:
    """The day, or the month, that the head of the text names, else what a line of its own says of its publication."""
    return _in_head(text, today) or _published(text, today)


def _published(text: str, today: dt.date) -> InferredDate | None:
    """`Posted on March 3, 2025 by admin`; `— Tilda Brook, 3 March 2025` in the last line."""
    lines = [line for block in outline(text) for line in text[block.body : block.end].split("\n")]
    short = [line for line in lines if len(line) <= _LONGEST_HEAD_LINE]
    found = (_named(line, today) for line in short if _PUBLISHED.search(line) and says_when(line))
    stated = next(filter(None, found), None)
    if stated is None and len(lines) > 1 and lines[-1] in short and _is_signed(lines[-1]):
        stated = _named(lines[-1], today)
    return stated and replace(stated, note=stated.note.replace("at the head of the text", "in the text"))


def _is_signed(line: str) -> bool:
    """Whether it ends in a day, behind no more than a name and a place."""
    return without_day(line) != line and not is_ended(line) and len(line.split()) <= _MOST_WORDS_SIGNED


def _in_head(text: str, today: dt.date) -> InferredDate | None:
    """The day, or the month, that the headline, the lines below it or the dateline name; none of a later day."""
    in_headline = None
    lines = list(head_lines(text))
    below = _last_of_head(lines)
    for number, (line, is_heading) in enumerate(lines):
        is_headline = number == 0
        if number < below and not is_headline:
            continue  # a standfirst: the line that says when is still to come
        if not is_heading and _is_of_the_story(line, is_headline):
            dateline = _DATELINE.match(line)
            if dateline:
                found = _named(dateline["when"] or dateline["inside"], today)
            else:
                found = None if is_headline else _closing(line, today)
            return found or in_headline
        found = _named(line, today)
        if found and not is_headline:
            return found
        if found:
            # A headline may name the day of what it tells of: then the text names later ones.
            years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", text) if int(year) <= today.year]
            in_headline = found if _RECORD.search(line) or max(years) <= int(found.date[:4]) else None
    return in_headline


def _last_of_head(lines: Sequence[tuple[str, bool]]) -> int:
    """The place of the line that says only when, in front of which stands none of the story; 0 where there is none."""
    for number, (line, _) in enumerate(lines):
        if number and _ends_in_day(line):
            return number
        if len(line) > _LONGEST_STANDFIRST:
            return 0
    return 0


def _ends_in_day(line: str) -> bool:
    """Whether it says only when, or where and when: `Sunday Dispatch, 7 May 2023`."""
    is_of_head = len(line) <= _LONGEST_HEAD_LINE and not is_ended(line)
    return is_when_alone(line) or (is_of_head and without_day(line) != line and not _OF_A_COPY.search(line))


def is_when_alone(line: str) -> bool:
    """Whether it says when an article was published or changed, perhaps where and to the minute, and nothing else.

    >>> is_when_alone("Published on Monday, 3 March 2025 at 09:30 GMT"), is_when_alone("They met on 3 March 2025")
    (True, False)
    """
    if len(line) > _LONGEST_HEAD_LINE or not any(form.search(line) for form in (*_DAY_DATES, *_OTHER_FORMS)):
        return False
    for form in (*_DAY_DATES, *_OTHER_FORMS):
        line = form.sub(" ", line)
    rest = re.findall(r"[^\W\d_]+", _CLOCK.sub(" ", line))
    return all(word.casefold() in _OF_PUBLISHING or word.casefold() in _WEEKDAYS for word in rest)


def _is_of_the_story(line: str, is_headline: bool) -> bool:
    """Whether it is no headline or line below one, but the first words of the story."""
    return len(line) > _LONGEST_HEAD_LINE or (is_ended(line) and not (is_headline and line[-1] in "?!"))


def head_lines(text: str) -> Iterator[tuple[str, bool]]:
    """The first lines below any label and whether each is a heading, up to a list or a heading below the story."""
    head = text[:_HEAD]
    blocks = outline(head)
    labels = kickers(head, blocks)
    of_head = blocks[labels:][:_HEAD_LINES]
    for number, block in enumerate(of_head):
        is_heading = block.kind == "heading"
        if block.kind not in ("heading", "paragraph"):
            return
        for line in head[block.body : block.end].split("\n"):
            if is_heading and number and not says_when(line) and not _goes_on(head, of_head[number + 1 :]):
                return
            yield line, is_heading


def _goes_on(head: str, blocks: Sequence[Block]) -> bool:
    """Whether a line that says only when comes before the story: a heading above it is no section's."""
    for block in blocks:
        line = head[block.body : block.end]
        if any(map(_ends_in_day, line.split("\n"))):
            return True
        if len(line) > _LONGEST_STANDFIRST:
            return False
    return False


def _closing(line: str, today: dt.date) -> InferredDate | None:
    """Of a short line that ends in a full stop, as in `Report of the Town Clerk, 6 October 2025. For decision.`."""
    first = re.split(r"(?<=\w\w)\.(?:\s|$)", line)[0]
    _, comma, last = first.rpartition(", ")
    is_all = len(line) <= _LONGEST_HEAD_LINE and any(p.fullmatch(last if comma else first) for p in _DAY_DATES)
    is_ahead = _AHEAD.search(first.removesuffix(last))
    return _named(first, today) if is_all and not is_ahead else None


def _named(words: str, today: dt.date) -> InferredDate | None:
    """The first day in the words, else the first month; none of a copy or a photograph."""
    if _OF_A_COPY.search(words):
        return None
    for patterns in (_DAY_DATES, _OTHER_FORMS, (_MONTH_YEAR,), (_ISSUE,)):
        matches = [match for pattern in patterns for match in pattern.finditer(words)]
        for match in sorted(matches, key=re.Match.start):
            date = as_date(match.group()) if patterns is _OTHER_FORMS else _as_written(match.groupdict())
            in_span = any(span.start() < match.start() < span.end() for span in _SPAN.finditer(words))
            is_other = in_span or _OTHER_DAY.search(words[: match.start()])
            if date and date <= today.isoformat() and not is_other:
                return InferredDate(date, f"stated at the head of the text: “{match.group()}”")
    return None


def _as_written(parts: dict[str, str]) -> str | None:
    """The ISO date of a year, a month and a day, as far as they are given; None for a day that no month has."""
    if "month" not in parts:
        return parts["year"]
    month = int(parts["month"]) if parts["month"].isdigit() else _month(parts["month"])
    try:
        date = dt.date(int(parts["year"]), month, int(parts.get("day", 1)))
    except ValueError:
        return None
    return date.isoformat() if "day" in parts else f"{date:%Y-%m}"


def _from_weekday(text: str, today: dt.date) -> InferredDate | None:
    """`Monday, December 22` fits one year in six; the latest that is not in the future is taken."""
    found = [match for pattern in _WEEKDAY_DATES for match in pattern.finditer(text)]
    matches = [match for match in found if not _is_of_something_else(match, text)]
    if not matches:
        return None
    match = min(matches, key=re.Match.start)
    if match["year"] and _latest_year(text, today) > int(match["year"]):
        return None  # what tells of later years was written later
    month, day = _month(match["month"]), int(match["day"])
    weekday = _WEEKDAYS.index(match["weekday"].casefold())
    years = [int(match["year"])] if match["year"] else range(today.year, _EARLIEST_YEAR, -1)
    for year in years:
        try:
            candidate = dt.date(year, month, day)
        except ValueError:
            continue
        if candidate.weekday() == weekday and candidate <= today:
            how = "stated" if match["year"] else f"of the years it fits, {year} is the latest"
            return InferredDate(candidate.isoformat(), f"inferred from “{match.group()}” in the text: {how}")
    return None


def _from_month_and_year(text: str, today: dt.date) -> InferredDate | None:
    """`October 2013` is a lower bound; days named without a year (`Nov. 8`) then tell the month."""
    named = [
        (int(match["year"]), _month(match["month"]), match.group())
        for match in _MONTH_YEAR.finditer(text)
        if not _is_of_something_else(match, text)
    ]
    named = [entry for entry in named if (entry[0], entry[1]) <= (today.year, today.month)]
    if not named:
        return None
    year, month, words = max(named)
    if any(int(since[1]) >= year for since in _SINCE.finditer(text)) or _latest_year(text, today) > year:
        return None  # `since 2013` is written later, and how much later is not known
    days = Counter(_month(match["month"]) for match in _MONTH_DAY.finditer(text))
    if not days:
        return InferredDate(str(year), f"inferred: the latest month that the text names is {words}")
    likely, _ = days.most_common(1)[0]
    likely_year = year if likely >= month else year + 1
    if (likely_year, likely) > (today.year, today.month) or (likely_year - year) * 12 + likely - month > 6:
        return InferredDate(str(year), f"inferred: the latest month that the text names is {words}")
    name = _MONTHS[likely - 1].capitalize()
    return InferredDate(
        f"{likely_year}-{likely:02}", f"inferred: days in {name} are named without a year, after {words}"
    )


def _is_of_something_else(match: re.Match[str], text: str) -> bool:
    """Whether it is the day of what is still to come, or of what is long past."""
    before = text[max(match.start() - 60, 0) : match.start()]
    return bool(_AHEAD.search(before) or _LONG_PAST.search(before))


def _latest_year(text: str, today: dt.date) -> int:
    """The latest that the text tells of as past, and that is not to come; 0 for none."""
    years = (
        int(found.group())
        for found in _YEAR_ALONE.finditer(text)
        if not _AHEAD.search(text[max(found.start() - 60, 0) : found.start()])
    )
    return max((year for year in years if year <= today.year), default=0)


def _month(word: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, start=1) if name.startswith(word.casefold().rstrip(".")[:3]))
