"""Pages on a province and on a source: what the archive holds of it, over time and lately."""

from dataclasses import dataclass, replace

from flask import Blueprint, Flask, Response, abort, request
from werkzeug.datastructures import MultiDict

from crawl.archive.archive import SourceRecord
from search.coverage import meetings_coverage
from search.document import CITED, Document, Results
from search.domain import places
from search.figures.statements import Asked, Statement
from search.query.nodes import Filters
from web.http.parameters import SearchRequest, read_search
from web.services import library
from web.ui.charts import histogram
from web.ui.language import current_language
from web.ui.templating import page

LATEST_MEETINGS = 10
REPORTS_READ = 100  # the newest, among which the latest meetings are

LEFT_OUT_SHOWN = 1000

holdings = Blueprint("holdings", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(holdings)
    app.add_template_global(has_samples)


@dataclass(frozen=True, slots=True)
class LatestMeeting:
    """A meeting with the reports among those read, newest first."""

    key: str
    reports: tuple[Document, ...]

    @property
    def report(self) -> Document:
        """Return the report that tells most of what a list says of a meeting: its number, its body, its day."""
        return max(self.reports, key=lambda one: (one.ordinal is not None, bool(one.organ), len(one.held)))


@holdings.get("/tinh/<slug>")
def province(slug: str) -> Response:
    if slug not in places.known_slugs():
        abort(404)
    asked, results = newest_of("province", slug)
    return page(
        "province.html",
        slug=slug,
        periods=[unit for unit in places.units() if unit.slug == slug],
        units_now=places.now(slug),
        made_of=places.made_of(slug),
        meetings=latest_meetings(Filters(provinces=(slug,))),
        figure_counts=newest_figures(slug),
        numbered=meetings_coverage(library().engine(), (slug,)),
        proposed="proposed" in request.args,
        **shown(asked, results),
    )


def newest_figures(slug: str) -> list[tuple[str, Statement]]:
    """Return each indicator of which a province has a value, with the newest, those most often stated first."""
    told: dict[str, list[Statement]] = {}
    for one in library().figures.statements(Asked(provinces=(slug,), sector="", of_province=True)):
        told.setdefault(one.figure.indicator, []).append(one)
    by_use = sorted(told.items(), key=lambda item: -len(item[1]))
    return [(indicator, statements[0]) for indicator, statements in by_use]


@holdings.get("/nguon/<slug>")
def source(slug: str) -> Response:
    record = library().source(slug)
    asked, results = newest_of("source", slug)
    if record is None and not results.total:
        abort(404)
    return page(
        "source.html",
        record=record or SourceRecord(slug, slug, "", "other"),
        state=next((state for state in library().source_states() if state.slug == slug), None),
        meetings=latest_meetings(Filters(sources=(slug,))),
        left_out_total=library().left_out_total(slug),
        **shown(asked, results),
    )


@holdings.get("/nguon/<slug>/bo-lai")
def left_out(slug: str) -> Response:
    """What the rule of relevance left out of a source, with the reason of each page."""
    record = library().source(slug)
    if record is None:
        abort(404)
    found = library().left_out(slug)
    return page("left_out.html", record=record, total=len(found), pages=found[:LEFT_OUT_SHOWN])


@holdings.get("/ve-du-lieu-mau")
def samples() -> Response:
    invented = [one for one in library().sources() if one.sample]
    if not invented:
        abort(404)
    return page("samples.html", sources=invented)


def newest_of(parameter: str, value: str) -> tuple[SearchRequest, Results]:
    asked = read_search(MultiDict({parameter: value, "sort": "newest"}))
    return asked, library().results(asked, current_language())


def shown(asked: SearchRequest, results: Results) -> dict[str, object]:
    """Return what both kinds of page show of a search; its links lead to that search in its usual order."""
    asked = replace(asked, sort="relevance", pairs=asked.filter_pairs)
    return {
        "asked": asked,
        "results": results,
        "years": histogram(asked, results, library().coverage()),
        "months": None,
        "cited": results.facets.get(CITED, ()),
        "source_names": library().source_names(),
    }


def latest_meetings(filters: Filters) -> list[LatestMeeting]:
    """Return the meetings that the newest reports within filters tell of, the last held first.

    What would be listed twice in the same words is listed once, as the meeting that more reports tell of.
    """
    reports: dict[str, list[Document]] = {}
    for document in library().newest(filters, REPORTS_READ)[0]:
        if document.meeting:
            reports.setdefault(document.meeting, []).append(document)
    found = [LatestMeeting(key, tuple(told)) for key, told in reports.items()]
    listed: dict[tuple[object, ...], LatestMeeting] = {}
    for meeting in sorted(found, key=lambda meeting: -len(meeting.reports)):
        told = meeting.report
        body = told.organ or told.province_then
        listed.setdefault((told.event or told.kind, told.ordinal, body, told.held), meeting)
    return sorted(listed.values(), key=lambda meeting: meeting.report.held, reverse=True)[:LATEST_MEETINGS]


def has_samples() -> bool:
    """Return whether the archive holds pages that were made up to show the program."""
    return any(one.sample for one in library().sources())
