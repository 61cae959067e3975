"""Pages on figures: one indicator by province and period, the whole as files, a feed, reports of wrong readings."""

import json
from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from search.domain import places
from search.domain.moments import iso_now
from search.errors import BadRequest
from search.figures.export import as_csv
from search.figures.schema import FIGURE_MEANINGS
from search.figures.statements import Asked, Statement
from search.figures.store import FigureStore
from search.text.collation import sort_key
from web.http.downloads import BYTE_ORDER_MARK, downloaded
from web.http.figure_parameters import PAGE_PARAMETERS, FiguresRequest, read_page
from web.http.limits import RateLimit, enforce
from web.http.parameters import check_names
from web.http.proxy import refuse_foreign_form
from web.http.urls import at
from web.reader_files import FIGURES
from web.reader_requests import report
from web.services import library
from web.ui import figure_table, figure_words
from web.ui.charts import TILE_HEIGHT, TILE_WIDTH
from web.ui.language import current_language
from web.ui.templating import page, render
from web.views.feeds import as_feed

FEED_ENTRIES = 50
PLOT = {  # of values over time, in user units; of more dots than most_named the values are not written
    "edge": 60,  # nearer to an edge a label begins or ends at its dot, so that none is cut
    "width": figure_table.WIDTH,
    "height": figure_table.HEIGHT,
    "margin": figure_table.MARGIN,
    "most_named": 12,
}
MOST_CHARTS = 4  # places, each over time; the largest merged province has three parts
OTHERS_READ, MOST_OTHERS = 200, 20  # rows, statements: of districts, of the nation, disputed
REPORTS_PER_HOUR = 20  # of one address

figures = Blueprint("figures", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(figures)
    app.extensions["reading_reports"] = RateLimit(REPORTS_PER_HOUR, 3600)
    app.extensions["figure_panels"] = {}
    for function in (
        figure_words.brief_kind,
        figure_words.figure_kind,
        figure_words.kind_in_words,
        figure_words.note_in_words,
        figure_words.period_in_words,
        figure_words.place_in_words,
        figure_words.value_in_words,
        figure_words.reference_in_words,
        indicator_label,
        sector_label,
    ):
        app.add_template_global(function)


def store() -> FigureStore:
    return library().figures


def indicator_label(key: str) -> str:
    known = store().indicators().get(key)
    return known.label(current_language()) if known else key


def sector_label(key: str) -> str:
    vi, en = store().sectors().get(key, (key, key))
    return en if current_language() == "en" else vi


# -- one indicator ---------------------------------------------------------------------------------------------------


def asked_figures() -> FiguresRequest:
    check_names(request.args, (*PAGE_PARAMETERS, "lang"))
    return read_page(request.args)


@figures.get("/so-lieu")
def index() -> Response:
    asked = asked_figures()
    known = store().indicators()
    if not asked.indicator:
        counts, reach = store().counts(), store().reach()
        return page("figures.html", indicators=known.values(), counts=counts, reach=reach, damaged=store().is_damaged())
    indicator = known.get(asked.indicator)
    if indicator is None:
        abort(404)
    wanted = Asked(indicator.key, asked.provinces, asked.years, shown=True)
    shown = store().statements(wanted)
    kinds = figure_table.kinds_of(shown)
    view = asked.view or figure_table.main_view(indicator, kinds)
    chosen = [one for one in shown if figure_table.view_of(one.figure) == view]
    sectors = sorted({one.figure.sector for one in chosen if one.figure.sector})
    chosen = [one for one in chosen if one.figure.sector == asked.sector]
    table = figure_table.table(chosen, asked.era == "now")
    period = asked.period if asked.period in table.periods else _fullest(table)
    of_period = [one for one in chosen if one.figure.period == period]
    if asked.sort == "value" and period:
        table = figure_table.by_value(table, period)
    return page(
        "figure.html",
        asked=asked,
        indicator=indicator,
        view=view,
        kinds=kinds,
        table=table,
        not_shown=figure_table.years_not_shown(chosen, table),
        period=period,
        sectors=sectors,
        bars=figure_table.newest_by_place(of_period, 63),
        map=figure_table.value_map(of_period, _era_of_map(asked, of_period)),
        plot=PLOT,
        tile_size=(TILE_WIDTH, TILE_HEIGHT),
        charts=_charts(chosen),
        unknown=figure_table.without_value(of_period, of_period[0].figure.last)
        if of_period and not asked.provinces
        else [],
        # a province of today is found under the names of its parts, too
        units=sorted(places.units_on(places.LAST_DAY_OF_63), key=lambda unit: sort_key(places.label(unit.slug))),
        others=store().statements(replace(wanted, shown=False), OTHERS_READ)[:MOST_OTHERS],
        reach=store().reach(),
        columns=figure_words.meanings_of_columns(),
        map_link=lambda slug: at("figures.index", asked.link(province=slug)),
    )


def _charts(chosen: list[Statement]) -> list[tuple[str, list[figure_table.Dot]]]:
    """Return the values over time of each place, where they are few: a merged province as its parts."""
    of_place: dict[str, list[Statement]] = {}
    for one in chosen:
        of_place.setdefault(one.figure.place, []).append(one)
    if len(of_place) > MOST_CHARTS:
        return []
    charts = [(place, figure_table.over_time(said)) for place, said in sorted(of_place.items())]
    return [(place, dots) for place, dots in charts if len(dots) > 1]


def _era_of_map(asked: FiguresRequest, of_period: list[Statement]) -> str:
    """Return whose provinces a map shows: those of today where the period ends after the merger."""
    merged = bool(of_period) and of_period[0].figure.last > places.LAST_DAY_OF_63
    return "now" if merged else asked.era


def _fullest(table: figure_table.Table) -> str:
    """Return the newest period among those of which most provinces are known."""
    counts = [sum(row.cells[at] is not None for row in table.rows) for at in range(len(table.periods))]
    return table.periods[counts.index(max(counts))] if counts else ""


# -- files, feed, reports ---------------------------------------------------------------------------------------------


@figures.get("/so-lieu.csv")
def as_table() -> Response:
    """The statements asked for, or all, a line for each page that makes one."""
    names = {one.key: one.label(current_language()) for one in store().indicators().values()}
    return downloaded(Response(BYTE_ORDER_MARK + as_csv(_all_asked(), names), mimetype="text/csv"), "so-lieu.csv")


@figures.get("/so-lieu.jsonl")
def as_json_lines() -> Response:
    """The statements asked for, or all, an object a line; the first line is the data dictionary."""
    head = {"exported_at": iso_now(), "columns": FIGURE_MEANINGS}

    def lines() -> Iterator[str]:
        yield json.dumps(head, ensure_ascii=False) + "\n"
        for statement in _all_asked():
            yield json.dumps(statement.to_json(), ensure_ascii=False) + "\n"

    return downloaded(Response("".join(lines()), mimetype="application/jsonl"), "so-lieu.jsonl")


def _all_asked() -> list[Statement]:
    enforce(current_app.extensions["export_limit"], "exports")
    asked = asked_figures()
    if asked.indicator and asked.indicator not in store().indicators():
        abort(404)
    kinds = figure_table.kinds_of_view(asked.view) if asked.view else ()
    return store().statements(Asked(asked.indicator, asked.provinces, asked.years, kinds=kinds), 10**6)


@figures.get("/so-lieu.atom")
def atom() -> Response:
    """The statements of an indicator that were read from the newest pages."""
    asked = asked_figures()
    if asked.indicator and asked.indicator not in store().indicators():
        abort(404)
    wanted = Asked(asked.indicator, asked.provinces, asked.years, sector=asked.sector or None, shown=True)
    newest = sorted(store().statements(wanted), key=lambda one: max(w.day for w in one.witnesses), reverse=True)[
        :FEED_ENTRIES
    ]
    return as_feed(render("figures_atom.xml", asked=asked, statements=newest, updated=_updated(newest)))


def _updated(statements: list[Statement]) -> str:
    """Return the newest day of the pages shown; an empty feed says the epoch."""
    days = [one.day for statement in statements for one in statement.witnesses if len(one.day) == 10]
    return f"{max(days, default='1970-01-01')}T00:00:00+07:00"


@figures.post("/so-lieu/doc-sai")
def wrong_reading() -> AnyResponse:
    """Keep a reader's word that a figure was read wrongly, on disk for the operator; nothing becomes public."""
    enforce(current_app.extensions["reading_reports"], "reports")
    refuse_foreign_form()
    key, statement = request.form.get("page", "")[:40], request.form.get("statement", "")[:40]
    known = [one for one in store().of_page(key) if f"{one.part}:{one.start}" == statement]
    if not known:
        message = "statement: expected a figure that the page lists"
        raise BadRequest(message, "statement", code="no-such-figure")
    figure = known[0]
    told = {
        "page": key,
        "figure": {
            name: getattr(figure, name) for name in ("indicator", "value", "kind", "period", "place", "sentence")
        },
    }
    remark, sender = request.form.get("remark", ""), request.remote_addr or ""
    report(library().data_dir, FIGURES, told, "statement", remark=remark, sender=sender)
    return redirect(url_for("pages.article", key=key, reported="1", _anchor="so-lieu"), 303)
