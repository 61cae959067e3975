"""The panel above the results of a search that names an indicator: its newest values, its aims, each with its page."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app

from search.document import Results
from search.figures.statements import Asked, Brief, IndicatorInfo, Statement
from web.http.parameters import SearchRequest, encode
from web.services import library
from web.ui import figure_table
from web.ui.figure_table import Bar, main_view

PANEL_ROWS, PANEL_TARGETS = 6, 3
PANEL_READ = 200  # rows of the newest periods that the panel is made of; aims that are as new besides
PANELS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Panel:
    """The newest values of an indicator that a search names; link: query string of the page with all of them."""

    indicator: IndicatorInfo
    view: str
    bars: tuple[Bar, ...]
    targets: tuple[Statement, ...]
    link: str


def panel(asked: SearchRequest, results: Results) -> Panel | None:
    """Return what is known in numbers of what a search names, None where it names no indicator or nothing is known."""
    if not asked.text or asked.offset:
        return None
    state = library().figures.state()
    if state is None:
        return None
    hinted = {hint.field: hint.values for hint in results.hints}
    filters = asked.filters
    then = filters.provinces_then
    provinces = then or filters.provinces_now or filters.provinces or tuple(map(str, hinted.get("province", ())))
    years = filters.years or tuple(int(year) for year in hinted.get("year", ()))
    key = (state, asked.text, provinces, bool(then), years)
    kept: dict[Any, Panel | None] = current_app.extensions["figure_panels"]
    if key not in kept:
        while len(kept) >= PANELS_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = _panel(asked.text, provinces, years, as_then=bool(then))
    return kept[key]


def _panel(text: str, provinces: tuple[str, ...], years: tuple[int, ...], as_then: bool) -> Panel | None:
    """as_then: the provinces are meant as they were; what belongs to them today is left out."""
    indicator = library().figures.named_in(text)
    if indicator is None:
        return None
    for of_years in (years, ()) if years else ((),):  # nothing of that year: the newest there is, with its period
        wanted = Asked(indicator.key, provinces, of_years, sector="", shown=True, as_then=as_then)
        shown = library().figures.newest(wanted, PANEL_READ)
        if not shown:
            continue
        reached = [one for one in shown if one.status != "target"]
        view = main_view(indicator, Counter(figure_table.view_of_kind(one.kind) for one in reached)) if reached else ""
        chosen = [one for one in reached if figure_table.view_of_kind(one.kind) == view]
        chosen.sort(key=lambda one: (one.last, one.status == "result"), reverse=True)
        places = {one.place for one in chosen}
        key = (lambda one: one.statement) if len(places) == 1 else (lambda one: one.place)
        rows = _first_of_each(chosen, key)[:PANEL_ROWS]
        targets = _first_of_each([one for one in shown if one.status == "target"], lambda one: one.statement)
        told = library().figures.by_ids([one.statement for one in (*rows, *targets[:PANEL_TARGETS])])
        bars = figure_table.bars(figure_table.newest_first(told[: len(rows)]))
        pairs = [("indicator", indicator.key), ("view", view), *(("province", one) for one in provinces)]
        link = encode(pair for pair in pairs if pair[1])
        return Panel(indicator, view or "target", tuple(bars), tuple(told[len(rows) :]), link)
    return None


def _first_of_each(briefs: list[Brief], key: Callable[[Brief], str]) -> list[Brief]:
    found: dict[str, Brief] = {}
    for one in briefs:
        found.setdefault(key(one), one)
    return list(found.values())
