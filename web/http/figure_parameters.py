"""Query parameters of the pages and the interface on figures, strictly: nothing is guessed or cut."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from search.domain import place_names
from search.figures.statements import Asked
from web.http.parameters import (
    ERAS,
    MAX_LIMIT,
    MAX_OFFSET,
    PAGE_SIZE,
    encode,
    filled,
    named,
    one_of,
    read_given,
    single,
    whole_number,
    year,
)

KINDS = (
    *("result", "estimate", "plan_share", "growth", "plan_gap", "share", "base_share", "rank", "comparison", "target"),
    "disputed",
)
FIGURE_PARAMETERS = ("indicator", "province", "year", "kind", "limit", "offset")
SORTS = ("name", "value")
PAGE_PARAMETERS = ("indicator", "view", "era", "province", "year", "period", "sector", "sort")
_SEVERAL = ("province", "year", "kind")


@dataclass(frozen=True, slots=True)
class FiguresRequest:
    """What a page is asked for. view: "level" or a kind; era: "then" or "now"; period, sector: "" for any.

    sort: "name" (of the places) or "value" (of the period, the highest first).
    """

    indicator: str
    view: str
    era: str
    provinces: tuple[str, ...]
    years: tuple[int, ...]
    period: str
    sector: str
    sort: str = "name"

    def link(self, **changed: str) -> str:
        """Return the query string with some values changed; "" takes one away."""
        pairs = [
            *(("indicator", self.indicator), ("view", self.view), ("era", self.era if self.era != "then" else "")),
            *(("province", one) for one in self.provinces),
            *(("year", str(one)) for one in self.years),
            *(("period", self.period), ("sector", self.sector), ("sort", self.sort if self.sort != "name" else "")),
        ]
        kept = [(name, value) for name, value in pairs if value and name not in changed]
        return encode([*kept, *((name, value) for name, value in changed.items() if value)])


def read_page(arguments: MultiDict[str, str]) -> FiguresRequest:
    """Return what a page is asked for; fields of forms may be empty. Raises BadRequest."""
    given = read_given(arguments, PAGE_PARAMETERS, _SEVERAL, blank_is_absent=True)
    view, era = single(given, "view"), single(given, "era") or "then"
    one_of("view", view, ("", "level", *KINDS))
    one_of("era", era, ERAS)
    one_of("sort", sort := single(given, "sort") or "name", SORTS)
    period, sector = (_short(given, name) for name in ("period", "sector"))
    provinces, years = _provinces(given), tuple(map(year, given["year"]))
    return FiguresRequest(_short(given, "indicator"), view, era, provinces, years, period, sector, sort)


def read_figures(arguments: MultiDict[str, str]) -> tuple[Asked, int, int]:
    """Return which statements a program asks for, how many of them, and how many to pass over. Raises BadRequest."""
    given = read_given(arguments, FIGURE_PARAMETERS, _SEVERAL, blank_is_absent=False)
    for name in FIGURE_PARAMETERS:
        filled(given, name)
    for kind in given["kind"]:
        one_of("kind", kind, KINDS)
    limit = whole_number(given, "limit", default=PAGE_SIZE, least=0, most=MAX_LIMIT)
    offset = whole_number(given, "offset", default=0, least=0, most=MAX_OFFSET)
    years = tuple(map(year, given["year"]))
    return Asked(_short(given, "indicator"), _provinces(given), years, kinds=given["kind"]), limit, offset


def _provinces(given: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(place_names.require_slug(one, "province") for one in given["province"])


def _short(given: dict[str, tuple[str, ...]], name: str) -> str:
    value = single(given, name)
    return named(value, name, "a key as the pages link to", code="not-a-key") if value else ""
