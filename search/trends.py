"""How many documents a search finds in each year, quarter or month, and in each province of each year.

Counted are full matches, as facets count them: the numbers are those of the search that a reader is led to.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from search.answer import NO_FILTERS, narrowed
from search.document import MONTH
from search.engines.ports import Engine
from search.query.nodes import Filters, Query
from search.query.rewriter import understand
from search.request_checks import check_request

STEPS = ("year", "quarter", "month")
_MONTHS_OF = {"quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True)
class Counts:
    """by_period: "2023", "2023-Q3" or "2023-07" → documents. total: of all; undated: of which the period is unknown.

    is_partial: a part of the index did not answer.
    """

    by_period: dict[str, int]
    total: int
    is_partial: bool = False

    @property
    def undated(self) -> int:
        return self.total - sum(self.by_period.values())


def read(engine: Engine, text: str, filters: Filters = NO_FILTERS) -> Query:
    """Return a search as it is answered, but for its exact phrases: they are not loosened. Raises BadRequest."""
    check_request(text, filters, "relevance", 0, 0)
    return narrowed(understand(text, engine.vocabulary()), filters)


def counts(engine: Engine, query: Query, step: str) -> Counts:
    """Return what a query finds in each period. step: of STEPS; only the year may be known of a document."""
    facet = "year" if step == "year" else MONTH
    found = engine.search(query, limit=0, facets=(facet,))
    by_period: Counter[str] = Counter()
    for value, count in found.facets[facet]:
        if value:
            by_period[period(int(value), step)] += count
    return Counts(dict(by_period), found.total, found.partial)


def period(number: int, step: str) -> str:
    """Return the name of the period of a year (2023) or of a month (202307)."""
    if step == "year":
        return f"{number:04}"
    year, month = divmod(number, 100)
    return f"{year:04}-{month:02}" if step == "month" else f"{year:04}-Q{(month + 2) // 3}"


def periods(first: int, last: int, step: str) -> list[str]:
    """Return all periods of the years from first to last, in order."""
    if step == "year":
        return [period(year, step) for year in range(first, last + 1)]
    months = range(1, 13, _MONTHS_OF[step])
    return [period(year * 100 + month, step) for year in range(first, last + 1) for month in months]


def by_year_and_province(engine: Engine, query: Query, years: Iterable[int], era: str) -> dict[tuple[int, str], int]:
    """Return (year, slug) → documents. era: "then" or "now"; documents of no known province are under ""."""
    facet = f"province_{era}"
    found: dict[tuple[int, str], int] = {}
    for year in years:
        of_year = _of_year(query, year)
        for slug, count in engine.search(of_year, limit=0, facets=(facet,)).facets[facet] if of_year else ():
            found[year, str(slug)] = count
    return found


def _of_year(query: Query, year: int) -> Query | None:
    """Return a query within a year, None where its own filters leave that year out."""
    if query.filters.years and year not in query.filters.years:
        return None
    return replace(query, filters=replace(query.filters, years=(year,)))
