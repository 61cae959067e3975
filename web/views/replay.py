"""/bai/<key>/trang-goc: the page as it was captured, beside the text that was read from it.

The frame has an empty sandbox and a policy of its own: nothing runs, nothing is loaded, no form is sent, no link leads
away. What could do any of that is taken out before as well, for readers with old browsers.
"""

from flask import Blueprint, Flask, Response, abort, request

from crawl.archive.archive import ArchivedArticle
from crawl.archive.permits import FULL
from web.http.parameters import check_names
from web.services import library
from web.ui.language import current_language
from web.ui.marking import split_paragraphs
from web.ui.templating import page
from web.views.pages import version_asked

MOST_BYTES = 8 << 20  # of a page that is shown; larger ones can be saved
FRAME_POLICY = "; ".join(
    (
        "sandbox",
        "default-src 'none'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "font", "connect", "frame")),
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

replay = Blueprint("replay", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(replay)


@replay.get("/bai/<key>/trang-goc")
def show(key: str) -> Response:
    check_names(request.args, ("version", "lang"))
    archived = archived_page(key)
    response = page(
        "replay.html",
        key=key,
        archived=archived,
        paragraphs=[*filter(None, (archived.article.lede,)), *split_paragraphs(archived.article.body)],
    )
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


@replay.get("/bai/<key>/trang-goc/khung")
def frame(key: str) -> Response:
    check_names(request.args, ("version", "lang"))
    body = library().captured_bytes(archived_page(key))
    if body is None or len(body) > MOST_BYTES or not (inert := inert_page(body)):
        abort(404)
    response = Response(inert, mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = current_language()
    return response


def archived_page(key: str) -> ArchivedArticle:
    """Return the article whose capture can be shown; answers 404 where there is none."""
    archived = library().article(key, version_asked("version"))
    if archived is None or not archived.sha256 or archived.shown != FULL:
        abort(404)
    return archived


def inert_page(body: bytes) -> bytes:
    """Return a page without what runs, loads, sends or leads away; b"" for what is no page of HTML."""
    from lxml import etree, html
    from lxml_html_clean import Cleaner

    if b"<" not in body[:2048] or body.lstrip()[:4] in (b"%PDF", b"PK\x03\x04"):
        return b""
    try:
        body.decode("utf-8")
        parser = html.HTMLParser(encoding="utf-8")
    except UnicodeDecodeError:
        parser = html.HTMLParser()  # what the page says of itself
    try:
        tree = html.document_fromstring(body, parser=parser)
        Cleaner(
            scripts=True,
            javascript=True,
            comments=True,
            style=True,
            links=True,
            meta=True,
            page_structure=False,
            processing_instructions=True,
            embedded=True,
            frames=True,
            forms=True,
            safe_attrs_only=False,
        )(tree)
    except (etree.LxmlError, ValueError):
        return b""
    for element in tree.iter(etree.Element):
        for full_name in [*element.attrib]:
            name = full_name.rpartition(":")[2].rpartition("}")[2]  # xlink:href leads away as href does
            is_picture = name == "src" and element.attrib[full_name].startswith("data:image/")
            if name in ("href", "src", "srcset", "action", "formaction", "background", "poster", "ping", "target"):
                if not is_picture:
                    del element.attrib[full_name]
            elif name.startswith("on"):
                del element.attrib[full_name]
    made: bytes = html.tostring(tree, encoding="utf-8", doctype="<!doctype html>")
    return made
