"""The HTML pages: search, article, status, coverage, help."""

import re
from dataclasses import replace

from flask import Blueprint, Flask, Response, abort, make_response, request, url_for

from search.coverage import numbered_provinces
from search.document import Results
from search.domain.quote import quotes_of
from search.errors import BadRequest
from search.highlight.highlighter import is_written_unaccented
from search.query.nodes import MAX_QUERY_CHARACTERS
from web.http.parameters import MAX_OFFSET, PAGE_SIZE, PAGE_SIZES, SearchRequest, encode, read_search, search_pairs
from web.services import Coverage, library
from web.ui.charts import CHART_WIDTH, NARROW_WIDTH, histogram, month_histogram, tile_map
from web.ui.citation import bibtex, citation, refer, structured_data
from web.ui.citation_formats import coins
from web.ui.differences import differences
from web.ui.facets import FilterLink, active_filters, facet_groups, offered_filters
from web.ui.figure_marks import figure_marks
from web.ui.language import current_language
from web.ui.marking import marked_paragraphs, marked_text, marker_for, split_paragraphs
from web.ui.passages import lede_and_body, places_of, read_by_ocr
from web.ui.templating import page, render
from web.views.answer_card import cards
from web.views.examples import example
from web.views.figure_panel import panel

RECENT_ARTICLES = 5
PAGES_AROUND = 2  # page links on either side of the current one
SUGGESTED_RELAXATIONS = 4  # each is a search
TYPED_LIMIT = re.compile(r"""(?<!\S)(?:-|(?:ti[eê]u )?\w+:)(?:"[^"]*"|\S+)""")

pages = Blueprint("pages", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/")
def search() -> Response:
    asked = read_search(request.args, blank_is_absent=True)
    coverage = library().coverage()
    if not coverage.total:
        return make_response(render("empty.html"), 503)
    if asked.is_empty:
        recent = library().results(replace(asked, sort="newest", limit=RECENT_ARTICLES, offset=0))
        shown = pictures(asked, None, coverage)
        return page("home.html", asked=asked, coverage=coverage, recent=recent, **shown)
    results = library().results(asked, current_language(), propose=True, undated=True)
    names = library().source_names()
    offered, not_found = offered_filters(asked, results)
    response = page(
        "results.html",
        asked=asked,
        results=results,
        groups=[] if asked.is_long else facet_groups(asked, results),
        filters=active_filters(asked, names),
        offered=offered,
        not_found=not_found,
        relaxations=relaxations(asked) if not results.total else [],
        page_numbers=page_numbers(asked, results.total if results.texts is None else results.texts),
        source_names=names,
        coverage=coverage,
        cards=cards(asked, results),
        panel=panel(asked, results),
        page_sizes=PAGE_SIZES,
        **({} if asked.is_long else pictures(asked, results, coverage, NARROW_WIDTH)),
    )
    response.headers["Server-Timing"] = f"search;dur={results.took_ms:.1f}"
    return response


def pictures(
    asked: SearchRequest, results: Results | None, coverage: Coverage, width: int = CHART_WIDTH
) -> dict[str, object]:
    """Return the histograms (months where one year is chosen and has results) and the tile maps of a search.

    results None: those of the archive. width: of the histograms, in user units.
    """
    months = None
    if results and len(asked.filters.years) == 1:
        year = asked.filters.years[0]
        found, held = library().month_totals(year, asked), library().month_totals(year)
        months = month_histogram(asked, year, found, held, width) if any(found) else None
    return {
        "years": histogram(asked, results, coverage, width),
        "months": months,
        "map_now": tile_map("now", asked, results, coverage),
        "map_then": tile_map("then", asked, results, coverage),
    }


def relaxations(asked: SearchRequest) -> list[tuple[FilterLink, int]]:
    """Return what, taken away alone, would let something be found, and how much; most first.

    Filters, and limits typed among the words: năm:2019, -covid.
    """
    chips = active_filters(asked, library().source_names())
    wider_ones = [(chip, asked.dropping(pair)) for chip, pair in zip(chips, asked.filter_pairs, strict=True)]
    for typed in TYPED_LIMIT.finditer(asked.text):
        wider = asked.asking(" ".join(f"{asked.text[: typed.start()]} {asked.text[typed.end() :]}".split()))
        wider_ones.append((FilterLink(typed[0], wider.query_string()), wider))
    found = []
    for chip, wider in wider_ones[:SUGGESTED_RELAXATIONS]:
        wider = replace(wider, limit=0)
        total = 0 if wider.is_empty else library().results(wider).total
        if total:
            found.append((chip, total))
    return sorted(found, key=lambda entry: -entry[1])


def page_numbers(asked: SearchRequest, total: int) -> list[int]:
    """Return the numbers of the pages to link to: first, last, and those around the current one. total: of hits."""
    last = max(1, min(-(-total // asked.limit) if asked.limit else 1, MAX_OFFSET // (asked.limit or PAGE_SIZE)))
    around = range(asked.page - PAGES_AROUND, asked.page + PAGES_AROUND + 1)
    return sorted({1, last, *(number for number in around if 1 <= number <= last)})


@pages.get("/bai/<key>")
def article(key: str) -> Response:
    version, compared_version = version_asked("version"), version_asked("compare")
    archived = library().article(key, version)
    document = library().document(key)
    compared = library().article(key, compared_version) if compared_version else None
    if (version and not archived) or (compared_version and not compared) or not (archived or document):
        abort(404)
    query = request.args.get("q", "")
    asked = library().understood(query[:MAX_QUERY_CHARACTERS])
    marker = marker_for(asked)
    shown = archived.article if archived else None
    permalink = url_for("pages.article", key=key, _external=True)
    names = library().source_names()
    reference = refer(key, archived, document, names, permalink)
    lede, body = (shown.lede, shown.body) if shown else lede_and_body(document) if document else ("", "")
    printed = shown or document
    is_plain = is_written_unaccented("\n".join((reference.title, lede, body)))
    said = [] if compared or not document else quotes_of(document)
    words = [quote.words(document.text) for quote in said] if document else []
    stated = library().figures.of_page(key) if document else []
    source = library().source(printed.source) if printed else None
    return page(
        "article.html",
        key=key,
        query=query,
        back=encode(came_from) if (came_from := search_pairs(request.args)) else "",
        reference=reference,
        archived=archived,
        document=document,
        is_sample=bool(source and source.sample),
        of_many_provinces=bool(source and source.many_provinces),
        source_names=names,
        article=shown,
        read_by_ocr=read_by_ocr(archived),
        title=marked_text(reference.title, marker_for(asked, "title"), is_plain),
        lede=marked_text(lede, marker, is_plain),
        paragraphs=marked_paragraphs(body, marker, figure_marks(stated, document, split_paragraphs(body)), is_plain),
        stated=stated if not version else [],
        reported="reported" in request.args,
        quotes=list(zip(said, words, strict=True)),
        quote_places=places_of(words, lede, split_paragraphs(body)),
        versions=library().versions(key),
        roles={name: roles for name, roles, _ in document.roles} if document else {},
        similar=library().similar(document) if document else [],
        reports_total=library().reports_total(document.meeting) if document else 0,
        compared=compared,
        changes=differences(compared.article, shown) if compared and shown else [],
        citation=citation(reference),
        bibtex=bibtex(reference),
        structured=structured_data(reference),
        coins=coins(reference, bool(source and source.kind == "newspaper")) if printed else "",
    )


@pages.get("/bai/<key>/ban-chup")
def capture(key: str) -> Response:
    """The captured bytes, to be saved and never to be shown: they are another site's page."""
    archived = library().article(key, version_asked("version"))
    body = library().captured_bytes(archived) if archived else None
    if archived is None or body is None:
        abort(404)
    response = Response(body, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{archived.version}.html"'
    return response


def version_asked(name: str) -> int | None:
    value = request.args.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadRequest(
            '{name} "{value}": expected the number of a version, such as 1',
            name,
            code="not-a-version",
            name=name,
            value=value[:60],
        )
    return int(value)


@pages.get("/tinh-trang")
def status() -> Response:
    return page(
        "status.html",
        states=library().source_states(),
        archived_total=library().archived_total(),
        index_total=library().indexed_total(),
    )


@pages.get("/do-phu")
def coverage() -> Response:
    asked = read_search(request.args, blank_is_absent=True)
    held = library().coverage()
    results = None
    if not asked.is_empty:
        results = library().results(replace(asked, limit=0, offset=0), current_language())
    return page(
        "coverage.html",
        asked=asked,
        results=results,
        coverage=held,
        numbered_provinces=() if results else numbered_provinces(library().engine()),
        **pictures(asked, results, held),
    )


@pages.get("/gioi-thieu")
def about() -> Response:
    return page("about.html", coverage=library().coverage())


@pages.get("/tro-giup")
def help_page() -> Response:
    return page("help.html", spoken=example())
