"""How often phrases are found over time and over the country: a chart, two tables, and the same as files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_plus

from flask import Blueprint, Flask, Response, current_app, request, url_for

from search import trends as counting
from search.domain import kinds, places
from search.errors import BadRequest
from search.query.description import describe
from search.text.collation import sort_key
from search.trends import Counts
from web.http.assets import STATIC_DIR
from web.http.downloads import csv_table, downloaded
from web.http.limits import enforce
from web.http.trend_parameters import MOST_PHRASES, TrendRequest, read_trend
from web.services import library, month_days
from web.ui import trend_chart
from web.ui.charts import first_year_drawn
from web.ui.figure_words import period_in_words
from web.ui.labels import kind_label, number, province_label
from web.ui.language import current_language, translated
from web.ui.templating import page, render

MOST_PERIODS = 120  # of a chart; a table of more nobody reads
YEARS_SHOWN = {"year": MOST_PERIODS, "quarter": 15, "month": 5}  # where nothing else is asked for
PICTURE_FONT = STATIC_DIR / "fonts" / "be-vietnam-pro-400.ttf"
PICTURE_ZOOM = 2.0  # of the PNG: 1,440 pixels, sharp in print at 12 cm
SERIES_COLUMNS = ("phrase", "period", "count", "archived", "share", "search")
TABLE_COLUMNS = ("phrase", "year", "province", "province_label", "era", "count", "archived", "share", "search")

trends = Blueprint("trends", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(trends)


@dataclass(frozen=True, slots=True)
class Series:
    """A phrase with what it finds. understood: how it was read."""

    phrase: str
    understood: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Answer:
    """What all parts of a page are drawn from. held: what the archive holds within the same filters."""

    asked: TrendRequest
    periods: tuple[str, ...]
    years: tuple[int, ...]
    held: Counts
    series: tuple[Series, ...]

    def share(self, count: int, archived: int) -> float | None:
        """Return per cent of what is archived, None where nothing is."""
        return 100 * count / archived if archived else None


@dataclass(frozen=True, slots=True)
class Row:
    """A province with its counts by year: (count, archived), and their sum."""

    slug: str
    cells: tuple[tuple[int, int], ...]
    total: int


@trends.get("/xu-huong")
def show() -> Response:
    answer = answered(read_trend(request.args))
    asked = answer.asked
    rows = province_rows(answer, asked.phrases[asked.of - 1]) if asked.phrases else []
    return page(
        "trends.html",
        asked=asked,
        answer=answer,
        drawn=drawn(answer) if asked.phrases else None,
        rows=rows,
        fields=(*asked.phrases, *("" for _ in range(MOST_PHRASES - len(asked.phrases)))),
        days=days,
        kinds=kinds.labels(current_language()),
        units_now=sorted_units(until=""),
        units_then=sorted_units(until=places.REFORM),
        share_in_words=share_in_words,
        permalink=url_for("trends.show", _external=True) + "?" + asked.link(),
    )


@trends.get("/xu-huong.csv")
def series_as_csv() -> Response:
    """A line for each phrase and period."""
    answer = file_asked()
    return _csv(SERIES_COLUMNS, _series_lines(answer))


@trends.get("/xu-huong-tinh.csv")
def table_as_csv() -> Response:
    """A line for each phrase, year and province."""
    answer = file_asked()
    return _csv(TABLE_COLUMNS, _table_lines(answer))


@trends.get("/xu-huong.svg")
def as_svg() -> Response:
    return _downloaded(Response(_picture(file_asked()), mimetype="image/svg+xml"), "svg")


@trends.get("/xu-huong.png")
def as_png() -> Response:
    import resvg_py  # as long as the search takes: only who wants a picture waits for it

    image = resvg_py.svg_to_bytes(
        svg_string=_picture(file_asked()),
        background="#ffffff",
        zoom=PICTURE_ZOOM,
        skip_system_fonts=True,
        font_files=[str(PICTURE_FONT)],
        font_family="Be Vietnam Pro",
    )
    return _downloaded(Response(bytes(image), mimetype="image/png"), "png")


def file_asked() -> Answer:
    enforce(current_app.extensions["export_limit"], "exports")
    asked = read_trend(request.args)
    if not asked.phrases:
        raise BadRequest('empty query "": expected one to five phrases in q', "q", code="no-phrase")
    return answered(asked)


def answered(asked: TrendRequest) -> Answer:
    """Count what is asked for. Raises BadRequest where it is too much for one chart."""
    engine = library().engine()
    everything = counting.read(engine, "", asked.filters)
    by_year = {int(year): count for year, count in counting.counts(engine, everything, "year").by_period.items()}
    last = asked.until or max(by_year, default=0)
    drawn_from = max([first_year_drawn(by_year), min(by_year, default=0), last - YEARS_SHOWN[asked.step] + 1])
    span = tuple(range(asked.since or min(drawn_from, last), last + 1)) if last else ()
    periods = counting.periods(span[0], last, asked.step) if span else []
    if len(periods) > MOST_PERIODS:
        raise BadRequest(
            "from {first} to {last} are {count} periods: expected at most {most}; take fewer years or longer periods",
            "since",
            code="too-many-periods",
            first=span[0],
            last=last,
            count=len(periods),
            most=MOST_PERIODS,
        )
    series = []
    for phrase in asked.phrases:
        query = counting.read(engine, phrase, asked.filters)
        series.append(Series(phrase, describe(query, current_language()), counting.counts(engine, query, asked.step)))
    held = counting.counts(engine, everything, asked.step)
    return Answer(asked, tuple(periods), span, held, tuple(series))


def province_rows(answer: Answer, phrase: str) -> list[Row]:
    """Return the provinces in which a phrase is found in the years shown, those with most first."""
    engine, asked = library().engine(), answer.asked
    found = counting.by_year_and_province(engine, counting.read(engine, phrase, asked.filters), answer.years, asked.era)
    held = counting.by_year_and_province(engine, counting.read(engine, "", asked.filters), answer.years, asked.era)
    rows = []
    for slug in {slug for _, slug in found if slug}:
        cells = tuple((found.get((year, slug), 0), held.get((year, slug), 0)) for year in answer.years)
        rows.append(Row(slug, cells, sum(count for count, _ in cells)))
    return sorted(rows, key=lambda row: (-row.total, row.slug))


def drawn(answer: Answer) -> trend_chart.Chart:
    is_share = answer.asked.show == "share"
    labels = [_brief(period) for period in answer.periods]
    values = []
    for one in answer.series:
        row: list[float | None] = []
        says = []
        for period in answer.periods:
            count, archived = one.counts.by_period.get(period, 0), answer.held.by_period.get(period, 0)
            row.append(answer.share(count, archived) if is_share else count if archived else None)
            some = translated("{count} / {archived} bài", count=number(count), archived=number(archived))
            says.append(f"“{one.phrase}”, {period_in_words(period)}: {some}")
        values.append((one.phrase, row, says))
    return trend_chart.chart(labels, values, " %" if is_share else "")


def _brief(period: str) -> str:
    """Return a period as it stands below a chart: 2023, Q3/2023, 7/2023."""
    year, _, part = period.partition("-")
    return f"{part.lstrip('0')}/{year}" if part else year


def days(period: str) -> tuple[tuple[str, str], ...]:
    """Return the filters of the search that a period leads to."""
    year, _, part = period.partition("-")
    if not part:
        return (("year", year),)
    last = 3 * int(part[1:]) if part.startswith("Q") else int(part)
    first = last - 2 if part.startswith("Q") else last
    return ("from", month_days(int(year), first)[0]), ("to", month_days(int(year), last)[1])


def share_in_words(share: float | None) -> str:
    """Return per cent as written in the language of the page, "–" where there is none."""
    if share is None:
        return "–"
    text = f"{share:.1f}" if 0 < share < 10 else f"{share:.0f}"
    return f"{text}%" if current_language() == "en" else f"{text.replace('.', ',')}\u00a0%"


def sorted_units(until: str) -> list[tuple[str, str]]:
    """Return (slug, name) of the units of today (""), or of those before a day, by name."""
    units = places.units_on(places.LAST_DAY_OF_63 if until else places.REFORM)
    return sorted(((unit.slug, unit.name) for unit in units), key=lambda unit: sort_key(unit[1]))


def _picture(answer: Answer) -> str:
    asked = answer.asked
    filters = ", ".join(
        kind_label(value) if name == "kind" else province_label(value) if name.startswith("province") else value
        for name, value in asked.pairs
    )
    return render(
        "trend_picture.svg",
        chart=drawn(answer),
        title=translated("Tỷ lệ trong các bài của kho") if asked.show == "share" else translated("Số bài có cụm từ"),
        filters=filters,
        rows=len(answer.series),
        row_height=trend_chart.LEGEND_ROW,
        above=trend_chart.LEGEND_TOP,
        permalink=unquote_plus(url_for("trends.show", _external=True) + "?" + asked.link()),
    )


def _series_lines(answer: Answer) -> Iterable[Sequence[object]]:
    for one in answer.series:
        for period in answer.periods:
            count, archived = one.counts.by_period.get(period, 0), answer.held.by_period.get(period, 0)
            link = _search_link(answer.asked.search(one.phrase, *days(period)))
            yield one.phrase, period, count, archived, _rounded(answer.share(count, archived)), link


def _table_lines(answer: Answer) -> Iterable[Sequence[object]]:
    era = answer.asked.era
    for one in answer.series:
        for row in province_rows(answer, one.phrase):
            for year, (count, archived) in zip(answer.years, row.cells, strict=True):
                limits = ("year", str(year)), (f"province_{era}", row.slug)
                link = _search_link(answer.asked.search(one.phrase, *limits))
                share = _rounded(answer.share(count, archived))
                yield one.phrase, year, row.slug, province_label(row.slug), era, count, archived, share, link


def _search_link(query_string: str) -> str:
    return f"{url_for('pages.search', _external=True)}?{query_string}"


def _rounded(share: float | None) -> object:
    return "" if share is None else round(share, 3)


def _csv(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> Response:
    return _downloaded(Response(csv_table(columns, lines), mimetype="text/csv"), "csv")


def _downloaded(response: Response, ending: str) -> Response:
    return downloaded(response, f"{Path(request.path).stem}.{ending}")
