"""How much the index holds by province and year, with the gaps in sight: the province and year of the documents."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from search.document import Document
from search.domain.numbering import NOTICE, NUMBERED_KINDS, NumberedMeetings, numbered_meetings
from search.engines.ports import Engine
from search.query.nodes import Filters, Query

DOCUMENTS_READ = 100_000  # of numbered meetings; a province has some hundreds a year


@dataclass(frozen=True, slots=True)
class ProvinceCoverage:
    """What is held of one province as it was then. counts: documents by year; undated: those without one."""

    province: str
    counts: dict[int, int]
    undated: int

    @property
    def total(self) -> int:
        return sum(self.counts.values()) + self.undated

    def gaps(self, years: Iterable[int]) -> list[int]:
        """Return those of years of which nothing is held."""
        return [year for year in years if not self.counts.get(year)]


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """Rows by province, ordered by slug, what has none ("") last; years: from the first to the last of any province."""

    years: list[int]
    rows: list[ProvinceCoverage]

    def to_json(self) -> dict[str, Any]:
        return {
            "years": self.years,
            "provinces": [
                {
                    "province": row.province,
                    "total": row.total,
                    "undated": row.undated,
                    "counts": {str(year): row.counts.get(year, 0) for year in self.years},
                    "gaps": row.gaps(self.years),
                }
                for row in self.rows
            ],
        }

    def __str__(self) -> str:
        lines = ["\t".join(["", *map(str, self.years), "?"])]
        for row in self.rows:
            cells = (str(row.counts.get(year) or "·") for year in self.years)
            lines.append("\t".join([row.province or "?", *cells, str(row.undated or "·")]))
        return "\n".join(lines)


def coverage(engine: Engine) -> CoverageTable:
    """Count the documents of an index. Raises IndexMissing where there is none."""
    whole = _counted(engine, Filters())
    provinces = [
        str(value)
        for value, _ in engine.search(_all(Filters()), limit=0, facets=("province_then",)).facets["province_then"]
    ]
    rows = [ProvinceCoverage(slug, *_counted(engine, Filters(provinces_then=(slug,)))) for slug in sorted(provinces)]
    known = {year: sum(row.counts.get(year, 0) for row in rows) for year in whole[0]}
    rest = {year: count - known[year] for year, count in whole[0].items() if count > known[year]}
    undated = whole[1] - sum(row.undated for row in rows)
    if rest or undated:
        rows.append(ProvinceCoverage("", rest, undated))
    return CoverageTable(list(range(min(whole[0]), max(whole[0]) + 1)) if whole[0] else [], rows)


def meetings_coverage(engine: Engine, provinces: Collection[str] = ()) -> list[NumberedMeetings]:
    """Return which numbered meetings an index knows, of some provinces (as they were then) or of all."""
    wanted = Filters(provinces_then=tuple(provinces), kinds=(*NUMBERED_KINDS, NOTICE))
    found = engine.search(_all(wanted), limit=DOCUMENTS_READ)
    documents: Iterable[Document] = (document for document, _ in found.ranked)
    return numbered_meetings(documents)


def numbered_provinces(engine: Engine) -> list[str]:
    """Return the provinces (as they were then) that an index has meetings of numbered bodies of, ordered by slug."""
    wanted = Filters(kinds=(*NUMBERED_KINDS, NOTICE))
    found = engine.search(_all(wanted), limit=0, facets=("province_then",)).facets["province_then"]
    return sorted(str(value) for value, _ in found if value)


def _counted(engine: Engine, filters: Filters) -> tuple[dict[int, int], int]:
    found = engine.search(_all(filters), limit=0, facets=("year",))
    counts = {int(year): count for year, count in found.facets["year"]}
    return counts, found.total - sum(counts.values())


def _all(filters: Filters) -> Query:
    return Query(text="", root=None, filters=filters)
