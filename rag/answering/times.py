"""The time a question asks about, against the dates of the articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.reading.sentences import Statement
from rag.search.dates import asks_about_now
from rag.search.halves import YEAR


@dataclass(frozen=True, slots=True)
class Times:
    """The time a question asks about: years that it names, or now, which is the latest article's date."""

    years: frozenset[str]
    latest: str

    @classmethod
    def of(cls, question: str, dates: Sequence[str | None]) -> Times:
        latest = max((date for date in dates if date), default="") if asks_about_now(question) else ""
        return cls(frozenset(YEAR.findall(question)), latest)

    def fit(self, date: str | None, statement: Statement) -> float:
        """See `Features.timely`: of another year is no statement that names the one asked about; a cell is of that."""
        if date is None or not (self.years or self.latest):
            return 0.5
        if self.years:
            named = any(year in statement.text for year in self.years)
            return 1.0 if date[:4] in self.years else named * (1.0 if statement.kind == "row" else 0.5)
        return float(date[:7] == self.latest[:7])
