"""A reader's list of articles and passages: it lives in the browser and in its address, nothing is kept here."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson
from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from crawl.archive.archive import ArchivedArticle
from search.document import Document
from web.http.downloads import csv_table
from web.http.limits import enforce
from web.http.list_parameters import MOST_ITEMS, ListItem, list_link, read_list
from web.services import library
from web.ui import citation_formats
from web.ui.citation import Reference, refer
from web.ui.citation_formats import Cited
from web.ui.language import translated
from web.ui.marking import split_paragraphs
from web.ui.passages import fragment_of, lede_and_body
from web.ui.templating import page

COLUMNS = (
    *("title", "authors", "source", "published", "url", "permalink", "captured"),
    *("passage", "passage_link", "note", "key"),
)

desk = Blueprint("desk", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(desk)
    app.add_template_global(is_newspaper)


@dataclass(frozen=True, slots=True)
class Kept:
    """An item of a list as it is shown. words: of its passage, link: where it stands; "" for a whole article."""

    item: ListItem
    reference: Reference
    in_paper: bool
    words: str = ""
    link: str = ""

    @property
    def coins(self) -> str:
        return citation_formats.coins(self.reference, self.in_paper)


@desk.get("/danh-sach")
def show() -> Response:
    items = read_list(request.args)
    found = kept(items)
    return page(
        "desk.html",
        items=found,
        lost=len(items) - len(found),
        most=MOST_ITEMS,
        link=list_link(tuple(one.item for one in found)),
        permalink=url_for("desk.show", _external=True) + "?" + list_link(tuple(one.item for one in found)),
        formats=[(f".{ending}", label) for ending, (label, *_) in FORMATS.items()],
    )


@desk.get("/danh-sach.<ending>")
def download(ending: str) -> Response:
    if ending not in FORMATS:
        abort(404)
    enforce(current_app.extensions["export_limit"], "exports")
    _, mimetype, write = FORMATS[ending]
    response = Response(write(kept(read_list(request.args))), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="danh-sach.{ending}"'
    return response


def kept(items: tuple[ListItem, ...]) -> list[Kept]:
    """Return the items that the archive has; a passage only where its version still holds as many characters."""
    found = []
    for item in items:
        version = item.passage[0] if item.passage else 0
        archived, document = library().article(item.key, version or None), library().document(item.key)
        if archived is None and (document is None or version):
            continue
        permalink = url_for("pages.article", key=item.key, _external=True)
        reference = refer(item.key, archived, document, library().source_names(), permalink)
        slug = archived.article.source if archived else document.source if document else ""
        shown = Kept(item, reference, is_newspaper(slug))
        if item.passage is None:
            found.append(shown)
            continue
        words, name = passage(*parts_of(archived, document), *item.passage[1:])
        if words:
            link = url_for("pages.article", key=item.key, version=version or None, _external=True) + name
            found.append(Kept(item, reference, shown.in_paper, words, link))
    return found


def parts_of(archived: ArchivedArticle | None, document: Document | None) -> tuple[str, str]:
    """Return lede and body as the page of an article shows them."""
    if archived is not None:
        return archived.article.lede, archived.article.body
    return lede_and_body(document) if document else ("", "")


def passage(lede: str, body: str, start: int, end: int) -> tuple[str, str]:
    """Return the words between two offsets of the text of a page, and the fragment of the link to them; "" beyond."""
    paragraphs = ([lede] if lede else []) + split_paragraphs(body)
    text = "\n\n".join(paragraphs).replace("\r\n", "\n").replace("\r", "\n")
    if end > len(text):
        return "", ""
    words = text[start:end].strip()
    number = text.count("\n\n", 0, start + len(text[start:end]) - len(text[start:end].lstrip()))
    return words, fragment_of(number + (0 if lede else 1), words)


def is_newspaper(slug: str) -> bool:
    source = library().source(slug)
    return source is not None and source.kind == "newspaper"


def cited(items: list[Kept]) -> list[Cited]:
    """Return each article once, with all that is kept of it."""
    by_key: dict[str, list[Kept]] = {}
    for one in items:
        by_key.setdefault(one.item.key, []).append(one)
    return [
        Cited(
            same[0].reference,
            tuple((one.words, one.link) for one in same if one.words),
            tuple(one.item.note for one in same if one.item.note),
            same[0].in_paper,
        )
        for same in by_key.values()
    ]


def _row(one: Kept) -> tuple[str, ...]:
    reference = one.reference
    return (
        *(reference.title, "; ".join(reference.authors), reference.source, reference.published, reference.url),
        *(reference.permalink, reference.captured, one.words, one.link, one.item.note, reference.key),
    )


Writer = Callable[[list[Kept]], str | bytes]
FORMATS: dict[str, tuple[str, str, Writer]] = {
    "bib": ("BibTeX", "application/x-bibtex", lambda items: citation_formats.bibtex_list(cited(items))),
    "ris": ("RIS", "application/x-research-info-systems", lambda items: citation_formats.ris(cited(items))),
    "json": (
        "CSL-JSON",
        "application/vnd.citationstyles.csl+json",
        lambda items: orjson.dumps(citation_formats.csl(cited(items))),
    ),
    "docx": (
        "Word (DOCX)",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda items: citation_formats.word_document(cited(items), translated("Danh sách tài liệu")),
    ),
    "csv": ("CSV", "text/csv", lambda items: csv_table(COLUMNS, map(_row, items))),
}
