"""Which passages a search may return: by the days of their articles, and by where they come from."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

_FIRST, _LAST = 0, 99_999_999


@dataclass(frozen=True, slots=True)
class Filter:
    """What does not say when it was written is outside every range of days."""

    since: str | None = None
    """ISO 8601, from its first day on: `2013` begins on 2013-01-01."""
    until: str | None = None
    """ISO 8601, to its last day."""
    source: str | None = None
    """An article's source, or a folder or a file of many articles that it lies in."""
    sources: tuple[str, ...] = ()
    """Any of these, each as `source`; none for all."""
    phrases: tuple[tuple[str, ...], ...] = ()
    """Stems that must follow one another in the passage."""

    @property
    def is_empty(self) -> bool:
        return not (self.since or self.until or self.source or self.sources or self.phrases)

    @property
    def is_of_days_alone(self) -> bool:
        return self.days is not None and not (self.source or self.sources or self.phrases)

    @property
    def days(self) -> tuple[int, int] | None:
        """First and last day as numbers such as 20131104; None where any time will do."""
        if not (self.since or self.until):
            return None
        first = days_of(self.since)[0] if self.since else _FIRST + 1
        return first, days_of(self.until)[1] if self.until else _LAST

    def fits(self, date: str | None, source: str) -> bool:
        """Whether an article of this date and source may be found; phrases are the index's to look for."""
        if self.source and self.source not in places(source):
            return False
        if self.sources and not set(self.sources).intersection(places(source)):
            return False
        if self.days is None:
            return True
        first, last = days_of(date) if date else (_FIRST, _FIRST)
        return first <= self.days[1] and last >= self.days[0]


def days_of(date: str) -> tuple[int, int]:
    """First and last day of a date of any precision, as numbers.

    >>> days_of("2013-11"), days_of("2013")
    ((20131101, 20131130), (20130101, 20131231))
    """
    year, month, day = ([int(part) for part in date[:10].split("-")] + [0, 0])[:3]
    last_month = month or 12
    last = day or calendar.monthrange(max(year, 1), last_month)[1]
    return year * 10_000 + (month or 1) * 100 + (day or 1), year * 10_000 + last_month * 100 + last


def as_text(source: str) -> str:
    """The source, or one that no article has where it holds what is no text, as a terminal makes of other encodings."""
    return source.encode(errors="backslashreplace").decode()


def places(source: str) -> list[str]:
    """The source, and each folder or file that it lies in.

    >>> places("a/b.jsonl#3")
    ['a/b.jsonl#3', 'a/b.jsonl', 'a']
    """
    found = [source]
    rest, hash_, _ = source.rpartition("#")
    if hash_:
        found.append(rest)
        source = rest
    while "/" in source:
        source = source.rpartition("/")[0]
        found.append(source)
    return found
