"""Atom feeds for every search: its newest results, and what people say in them."""

from dataclasses import replace

from flask import Blueprint, Flask, Response, make_response, request

from search.document import Results
from search.domain.quote import quotes_of
from web.http.parameters import SEARCH_PARAMETERS, SearchRequest, check_names, read_search
from web.services import library
from web.ui.templating import render
from web.views.exports import asked_quotes

ENTRIES = 50
LOOKED_AT = 500  # pages that were changed last
NEVER = "1970-01-01T00:00:00Z"

feeds = Blueprint("feeds", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(feeds)


@feeds.get("/atom")
def atom() -> Response:
    return feed("atom.xml", *newest())


@feeds.get("/quotes.atom")
def quotes() -> Response:
    """What people say in the newest pages that are found, an entry each."""
    asked, results = newest()
    root = library().understood(asked.text, asked.filters.said).root
    said = [
        (hit.document, number, quotes_of(hit.document)[number])
        for hit in results.hits
        for number in asked_quotes(hit.document, root)
    ]
    return feed("quotes_atom.xml", asked, results, said=said[:ENTRIES])


@feeds.get("/edits.atom")
def edits() -> Response:
    """The pages of a search that were changed at their source, or taken down, an entry for the last change of each."""
    check_names(request.args, SEARCH_PARAMETERS)
    asked = read_search(request.args)
    documents = library().last_fates(asked, LOOKED_AT, ENTRIES)
    days = [day for one in documents for day in (one.gone, *(seen for seen, *_ in one.edits)) if day]
    updated = f"{max(days)}T00:00:00Z" if days else NEVER
    return as_feed(render("edits_atom.xml", asked=asked, documents=documents, updated=updated))


def newest() -> tuple[SearchRequest, Results]:
    check_names(request.args, SEARCH_PARAMETERS)
    asked = read_search(request.args)
    return asked, library().results(replace(asked, sort="newest", limit=ENTRIES))


def feed(template: str, asked: SearchRequest, results: Results, **values: object) -> Response:
    # RFC 4287 wants a time of change: that of the newest capture shown; an empty feed has none, so it says the epoch
    updated = max((hit.document.fetched_at for hit in results.hits), default="") or NEVER
    names = library().source_names()
    return as_feed(render(template, asked=asked, results=results, updated=updated, source_names=names, **values))


def as_feed(written: str) -> Response:
    response = make_response(written)
    response.mimetype = "application/atom+xml"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
