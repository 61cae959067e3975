"""What other programs ask a site for: robots.txt, a sitemap, the OpenSearch description, a sign of life."""

from flask import Blueprint, Flask, Response, current_app, render_template, url_for

from crawl.archive import Archive, ArchivedArticle
from crawl.errors import ArchiveError
from web.library import Library

SITEMAP_LIMIT = 50_000  # what the sitemap protocol allows in one file

robots = Blueprint("robots", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(robots)


@robots.get("/robots.txt")
def robots_txt() -> Response:
    """Articles may be indexed; searches are endless and may not."""
    lines = ["User-agent: *", "Disallow: /*?", "Disallow: /api/", "Disallow: /export", "Disallow: /atom"]
    return Response(
        "\n".join([*lines, f"Sitemap: {url_for('robots.sitemap', _external=True)}", ""]), mimetype="text/plain"
    )


@robots.get("/sitemap.xml")
def sitemap() -> Response:
    library: Library = current_app.extensions["library"]
    entries: list[tuple[str, ArchivedArticle]] = []
    try:
        with Archive(library.data_dir, read_only=True) as archive:
            for archived in archive.articles():
                if len(entries) == SITEMAP_LIMIT:
                    break
                if not archived.gone:
                    entries.append((url_for("pages.article", key=archived.article.key, _external=True), archived))
    except ArchiveError:
        pass  # no archive here: the sitemap lists the fixed pages alone
    return Response(render_template("sitemap.xml", entries=entries), mimetype="application/xml")


@robots.get("/opensearch.xml")
def opensearch() -> Response:
    return Response(render_template("opensearch.xml"), mimetype="application/opensearchdescription+xml")


@robots.get("/healthz")
def healthz() -> Response:
    """200 while the index can be read; the error handlers answer otherwise."""
    library: Library = current_app.extensions["library"]
    return Response(f"ok {library.engine().count()}\n", mimetype="text/plain")
