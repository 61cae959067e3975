"""The sitemap: which pages of ours there are, for search engines. In parts, of which each lists one kind of page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, Flask, Response, abort, url_for

from crawl.archive.archive import Archive
from crawl.errors import ArchiveError
from search.document import Document
from search.domain.citations import number_slug
from search.domain.person import name_slug
from search.query.nodes import Filters
from web.services import library
from web.ui.templating import render

PART_LIMIT = 50_000  # what the sitemap protocol allows in one file
LISTS = ("lists.provinces", "lists.people", "lists.cited", "lists.meetings", "lists.sources")
DOCUMENTS_READ = 5000  # the newest, for the pages on meetings, documents and people: reading them takes half a second

sitemaps = Blueprint("sitemaps", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(sitemaps)


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """location: absolute URL. changed: ISO time, "" if unknown."""

    location: str
    changed: str = ""


@sitemaps.get("/sitemap.xml")
def index() -> Response:
    articles = range(1, -(-library().archived_total() // PART_LIMIT) + 1)
    parts = ["holdings", "subjects", *(f"articles-{number}" for number in articles)]
    return Response(render("sitemap_index.xml", parts=parts), mimetype="application/xml")


@sitemaps.get("/sitemap-<name>.xml")
def part(name: str) -> Response:
    kind, _, number = name.partition("-")
    if name == "holdings":
        entries = fixed_pages()
    elif name == "subjects":
        entries = subject_pages(library().newest(Filters(), DOCUMENTS_READ)[0])
    elif kind == "articles" and number.isascii() and number.isdigit() and int(number[:9]) > 0:
        entries = article_pages((int(number[:9]) - 1) * PART_LIMIT)
    else:
        abort(404)
    listed = list(islice(entries, PART_LIMIT))
    return Response(render("sitemap.xml", entries=listed), mimetype="application/xml")


def fixed_pages() -> Iterator[SitemapEntry]:
    """Yield the start, what the archive holds, the help, and the pages of provinces and sources that have any."""
    for endpoint in (
        "pages.search",
        "figures.index",
        "trends.show",
        *LISTS,
        "pages.coverage",
        "pages.status",
        "pages.help_page",
    ):
        yield SitemapEntry(url_for(endpoint, _external=True))
    counts = library().coverage().counts
    provinces = {str(slug) for name in ("province_then", "province_now") for slug in counts.get(name, {}) if slug}
    for slug in sorted(provinces):
        yield SitemapEntry(url_for("holdings.province", slug=slug, _external=True))
    for source in library().sources():
        yield SitemapEntry(url_for("holdings.source", slug=source.slug, _external=True))


def subject_pages(documents: Iterable[Document]) -> Iterator[SitemapEntry]:
    """Yield the pages on the meetings, documents and people that some documents tell of, each once."""
    seen: set[tuple[str, ...]] = set()
    for document in documents:
        found = [("meeting", document.meeting, "")] if document.meeting else []
        found += [("document_number", number_slug(number), "") for number in document.document_numbers]
        if document.province_then:
            found += [("person", name_slug(name), document.province_then) for name, _, _ in document.roles]
        for kind, name, province in found:
            if not name or (kind, name, province) in seen:
                continue
            seen.add((kind, name, province))
            values = {"key": name} if kind == "meeting" else {"slug": name}
            values |= {"province": province} if province else {}
            yield SitemapEntry(url_for(f"subjects.{kind}", _external=True, **values))


def article_pages(first: int) -> Iterator[SitemapEntry]:
    """Yield the pages of articles from the first on, by id; none where there is no archive."""
    try:
        with Archive(library().data_dir, read_only=True) as archive:
            for archived in islice(archive.articles(), first, None):
                if not archived.gone:
                    location = url_for("pages.article", key=archived.article.key, _external=True)
                    yield SitemapEntry(location, archived.fetched_at)
    except ArchiveError:
        return
