"""What other programs ask a site for: robots.txt, the OpenSearch description, a sign of life."""

from flask import Blueprint, Flask, Response, url_for

from web.members.sessions import signing_in
from web.services import library
from web.ui.templating import render

robots = Blueprint("robots", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(robots)


@robots.get("/robots.txt")
def robots_txt() -> Response:
    """Articles may be indexed; searches are endless and may not."""
    lines = ["User-agent: *", "Disallow: /*?", "Disallow: /api/", "Disallow: /export", "Disallow: /atom"]
    return Response(
        "\n".join([*lines, f"Sitemap: {url_for('sitemaps.index', _external=True)}", ""]), mimetype="text/plain"
    )


@robots.get("/opensearch.xml")
def opensearch() -> Response:
    return Response(render("opensearch.xml"), mimetype="application/opensearchdescription+xml")


@robots.get("/healthz")
def healthz() -> Response:
    """200 while the index can be read; the error handlers answer otherwise. A private site does not say how many."""
    count = library().engine().count()
    return Response("ok\n" if signing_in().private else f"ok {count}\n", mimetype="text/plain")
