"""An Atom feed for every search: its newest results, so that a reader learns of new pages."""

from dataclasses import replace

from flask import Blueprint, Flask, Response, current_app, make_response, request

from web.http.parameters import SEARCH_PARAMETERS, check_names, read_search
from web.services import Library
from web.ui.templating import render

ENTRIES = 50

feeds = Blueprint("feeds", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(feeds)


@feeds.get("/atom")
def atom() -> Response:
    check_names(request.args, SEARCH_PARAMETERS)
    asked = read_search(request.args)
    library: Library = current_app.extensions["library"]
    results = library.results(replace(asked, sort="newest", limit=ENTRIES))
    # RFC 4287 wants a time of change: that of the newest capture shown; an empty feed has none, so it says the epoch
    updated = max((hit.document.fetched_at for hit in results.hits), default="") or "1970-01-01T00:00:00Z"
    response = make_response(
        render("atom.xml", asked=asked, results=results, updated=updated, source_names=library.source_names())
    )
    response.mimetype = "application/atom+xml"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
