"""How much the archive holds by province and year, with the gaps in sight.

The year is the one printed by the source, else the one its feed, sitemap or URL gives; the province that of the source.
What only a reading of the text can tell is left to the index, whose facets count the same more closely.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawl.archive.archive import Archive
from crawl.article import Article

FIRST_YEAR = 1997  # the first Vietnamese portals; a year before that is no date of publication
HINTS = ("import", "meta", "feed", "sitemap", "url", "htmldate", "archive_prefix")  # the surest first

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class ProvinceCoverage:
    """What is held of one province. counts: articles by year; undated: those without one. province "" is unknown."""

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
    """Rows by province, ordered by slug; years: from the first to the last that any province has."""

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


def archive_coverage(data_dir: Path, provinces: Collection[str] = ()) -> CoverageTable:
    """Return the coverage of an archive. Raises ArchiveError. provinces: slugs that get a row even if it is empty."""
    with Archive(data_dir, read_only=True) as archive:
        of_source = {record.slug: record.province for record in archive.sources()}
        articles = (archived.article for archived in archive.articles(damaged=lambda name, error: None))
        return coverage(((one.province or of_source.get(one.source, ""), year_of(one)) for one in articles), provinces)


def coverage(found: Iterable[tuple[str, int]], provinces: Collection[str] = ()) -> CoverageTable:
    """Count pairs of province and year; "" and 0 stand for unknown."""
    counted = Counter(found)
    years = sorted({year for _, year in counted if year})
    rows = [
        ProvinceCoverage(
            province,
            {year: counted[province, year] for year in years if counted[province, year]},
            counted[province, 0],
        )
        for province in sorted({province for province, _ in counted} | set(provinces))
    ]
    return CoverageTable(list(range(years[0], years[-1] + 1)) if years else [], rows)


def year_of(article: Article) -> int:
    """Return the year an article was published in as its source prints or hints it, 0 where it does not."""
    hints = dict(article.hints)
    for text in (article.printed_date, *(hints.get(name, "") for name in HINTS)):
        for found in _YEAR.findall(text):
            if int(found) >= FIRST_YEAR:
                return int(found)
    return 0
