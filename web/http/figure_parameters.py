"""Query parameters of the pages and the interface on figures, strictly: nothing is guessed or cut."""

from collections.abc import Collection
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from search.domain import place_names
from search.errors import BadRequest
from search.figures.statements import Asked
from web.http.parameters import (
    MAX_LIMIT,
    MAX_OFFSET,
    PAGE_SIZE,
    encode,
    filled,
    named,
    one_of,
    single,
    whole_number,
    year,
)

KINDS = (
    *("result", "estimate", "plan_share", "growth", "plan_gap", "share", "base_share", "rank", "comparison", "target"),
    "disputed",
)
ERAS = ("then", "now")
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
    given = _given(arguments, PAGE_PARAMETERS, blank_is_absent=True)
    view, era = single(given, "view"), single(given, "era") or "then"
    one_of("view", view, ("", "level", *KINDS))
    one_of("era", era, ERAS)
    one_of("sort", sort := single(given, "sort") or "name", SORTS)
    period, sector = (_short(given, name) for name in ("period", "sector"))
    provinces, years = _provinces(given), tuple(map(year, given["year"]))
    return FiguresRequest(_short(given, "indicator"), view, era, provinces, years, period, sector, sort)


def read_figures(arguments: MultiDict[str, str]) -> tuple[Asked, int, int]:
    """Return which statements a program asks for, how many of them, and how many to pass over. Raises BadRequest."""
    given = _given(arguments, FIGURE_PARAMETERS)
    for name in FIGURE_PARAMETERS:
        filled(given, name)
    for kind in given["kind"]:
        one_of("kind", kind, KINDS)
    limit = whole_number(given, "limit", default=PAGE_SIZE, least=0, most=MAX_LIMIT)
    offset = whole_number(given, "offset", default=0, least=0, most=MAX_OFFSET)
    years = tuple(map(year, given["year"]))
    return Asked(_short(given, "indicator"), _provinces(given), years, kinds=given["kind"]), limit, offset


def _given(
    arguments: MultiDict[str, str], names: Collection[str], blank_is_absent: bool = False
) -> dict[str, tuple[str, ...]]:
    given: dict[str, tuple[str, ...]] = {}
    for name in names:
        values = tuple(dict.fromkeys(value.strip() for value in arguments.getlist(name)))
        given[name] = tuple(filter(None, values)) if blank_is_absent else values
        if name not in _SEVERAL and len(given[name]) > 1:
            message = '"{name}" was given {count} times: expected once'
            raise BadRequest(message, name, code="given-twice", name=name, count=len(values))
    return given


def _provinces(given: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(place_names.require_slug(one, "province") for one in given["province"])


def _short(given: dict[str, tuple[str, ...]], name: str) -> str:
    value = single(given, name)
    return named(value, name, "a key as the pages link to", code="not-a-key") if value else ""
