"""Where a cited document was taken up: /van-ban/<number>/theo-dau, over the country and in time, and as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, request, url_for
from werkzeug.datastructures import MultiDict

from search.document import Document
from search.domain import places
from search.domain.citations import editions, numbers_of_slug
from search.domain.tracing import PROVINCE, Trace, Uptake, trace
from search.query.nodes import Filters, Query
from web.http.downloads import csv_table, downloaded
from web.http.parameters import encode, one_of, read_search
from web.services import library
from web.ui.charts import SHADES, Bar, Bars, Picture, TileMark, Tiles, drawn, map_size, tiles
from web.ui.labels import date_in_words, number, province_label
from web.ui.language import translated
from web.ui.templating import page

FIRST_PAGES, LAST_PAGES = 25, 15  # of each province that are read: the first tell when, the last what came of it
MOST_QUARTERS = 24  # with a bar of their own
MONTHS_OF_SHADE = (3, 6, 12, 24)  # within which a province takes a document up, the darkest first
COLUMNS = (
    *("number", "date", "province", "province_label", "first_day", "meeting", "sentence", "title", "url", "permalink"),
    *("sha256", "promises", "reports", "pages_that_cite_it", "pages_since"),
)

tracing = Blueprint("tracing", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(tracing)


@dataclass(frozen=True, slots=True)
class Traced:
    """What a page is made of. dates: of all documents of this number. held: pages of a province since its day."""

    trace: Trace
    dates: tuple[str, ...]
    held: dict[str, int]

    @property
    def era(self) -> str:
        return "then" if self.trace.date and self.trace.date < places.REFORM else "now"


@tracing.get("/van-ban/<slug>/theo-dau")
def show(slug: str) -> Response:
    found = traced(slug)
    return page(
        "tracing.html",
        slug=slug,
        trace=found.trace,
        days=found.dates,
        held=found.held,
        units=len(found.trace.provinces) + len(found.trace.unseen),
        map=tile_picture(found),
        quarters=quarter_bars(found),
        source_names=library().source_names(),
    )


@tracing.get("/van-ban/<slug>/theo-dau.csv")
def as_csv(slug: str) -> Response:
    found = traced(slug)
    rows = ([line.get(name, "") for name in COLUMNS] for line in lines(found))
    return downloaded(Response(csv_table(COLUMNS, rows), mimetype="text/csv"), f"hoinghi-{slug}.csv")


def traced(slug: str) -> Traced:
    numbers = numbers_of_slug(slug)
    newest, _ = library().newest(Filters(document_numbers=numbers)) if numbers else ([], 0)
    known = editions(newest, numbers)
    if not known:
        abort(404)
    dates = tuple(sorted({one.date for one in known if one.date}))
    asked = one_of("ngay", request.args.get("ngay", dates[-1] if dates else ""), ("", *dates))
    cited = known[0].number
    counts = citing_pages(cited, asked)
    read = [one for province in counts for one in pages_of(cited, province, counts[province], asked)]
    return Traced(trace(read, cited, asked, dates), dates, pages_since(asked))


def citing_pages(cited: str, since: str) -> dict[str, int]:
    """Return how many pages of each province cite a document since its day."""
    return _by_province(Filters(document_numbers=(cited,), levels=(PROVINCE,), date_from=since))


def pages_since(day: str) -> dict[str, int]:
    """Return how many pages of each province the index holds since a day: what is not held cannot be seen."""
    return _by_province(Filters(levels=(PROVINCE,), date_from=day))


def _by_province(filters: Filters) -> dict[str, int]:
    found = library().engine().search(Query("", None, filters), limit=0, facets=("province_then",))
    return {str(slug): count for slug, count in found.facets["province_then"] if slug}


def pages_of(cited: str, province: str, count: int, since: str) -> Iterator[Document]:
    filters = Filters(document_numbers=(cited,), levels=(PROVINCE,), provinces_then=(province,), date_from=since)
    seen = set()
    for sort, most in (("oldest", FIRST_PAGES), ("newest", LAST_PAGES))[: 1 + (count > FIRST_PAGES)]:
        for one, _ in library().engine().search(Query("", None, filters, sort=sort), limit=most).ranked:
            if one.id not in seen:
                seen.add(one.id)
                yield one


def search_in(found: Traced, province: str) -> str:
    """Return the query string of the search for a province's pages that cite the document."""
    return encode([("q", f"số:{found.trace.number}"), ("province_then", province)])


def tile_picture(found: Traced) -> Tiles:
    """Return a map: the sooner a province took the document up, the darker."""
    taken = {one.province: one for one in found.trace.provinces}
    marks = []
    for tile in tiles(found.era):
        one, held = taken.get(tile.slug), found.held.get(tile.slug, 0)
        says, count = f"{tile.name}: {_told(one, held)}", one.pages if one else 0
        shade = shade_of(found.trace.date, one.first.day) if one else 0
        leads_to = search_in(found, tile.slug) if one else ""
        marks.append(TileMark(says, count, held, shade, False, leads_to, tile))
    return Picture(*map_size(found.era), tuple(marks))


def _told(one: Uptake | None, held: int) -> str:
    if one:
        return date_in_words(one.first.day)
    if held:
        return translated("chưa thấy trong {count} bài của kho", count=number(held))
    return translated("kho không có bài nào từ ngày ấy")


def shade_of(date: str, day: str) -> int:
    """Return SHADES for a province that took a document up within three months, 1 after two years."""
    if not date:
        return SHADES
    months = (int(day[:4]) - int(date[:4])) * 12 + int(day[5:7] or 12) - int(date[5:7] or 1)
    return SHADES - sum(months >= limit for limit in MONTHS_OF_SHADE)


def quarter_bars(found: Traced) -> Bars | None:
    """Return how many provinces took the document up in each quarter; None where fewer than two quarters have one."""
    known = [one for one in found.trace.provinces if len(one.first.day) >= 7]
    by_quarter: dict[int, int] = {}
    for one in known:
        quarter = int(one.first.day[:4]) * 4 + (int(one.first.day[5:7]) - 1) // 3
        by_quarter[quarter] = by_quarter.get(quarter, 0) + 1
    if len(by_quarter) < 2 or max(by_quarter) - min(by_quarter) >= MOST_QUARTERS:
        return None
    bars = []
    for quarter in range(min(by_quarter), max(by_quarter) + 1):
        year, past = divmod(quarter, 4)
        days = (f"{year}-{past * 3 + 1:02}-01", f"{year}-{past * 3 + 3:02}-{30 + (past in (0, 3))}")
        asked = read_search(MultiDict([("q", f"số:{found.trace.number}"), ("from", days[0]), ("to", days[1])]))
        name = translated("quý {quarter}/{year}", quarter=past + 1, year=year)
        count = by_quarter.get(quarter, 0)
        bars.append(Bar(f"{past + 1}/{year}", name, count, 1, False, asked.query_string(), days))
    return drawn(bars)


def lines(found: Traced) -> Iterator[dict[str, object]]:
    """Yield a line for each province of the document's day, those that took it up first."""
    for one in found.trace.provinces:
        document = one.first.page
        yield {
            **_place(found, one.province),
            "first_day": one.first.day,
            "meeting": document.meeting,
            "sentence": one.first.sentence,
            "title": document.title,
            "url": document.url,
            "permalink": url_for("pages.article", key=document.key, _external=True),
            "sha256": document.sha256,
            "promises": " | ".join(mention.sentence for mention in one.promises),
            "reports": " | ".join(mention.sentence for mention in one.reports),
            "pages_that_cite_it": one.pages,
        }
    for unseen in found.trace.unseen:
        yield {**_place(found, unseen.province), "pages_that_cite_it": 0}


def _place(found: Traced, province: str) -> dict[str, object]:
    return {
        "number": found.trace.number,
        "date": found.trace.date,
        "province": province,
        "province_label": places.label(province, found.trace.date) or province_label(province),
        "pages_since": found.held.get(province, 0),
    }
