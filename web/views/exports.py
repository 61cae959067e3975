"""A whole result as CSV or JSON Lines, streamed, with the query and the moment of the export in it."""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, current_app, request, url_for

from search.document import Hit, Results
from search.domain import places
from search.domain.quote import quotes_of
from search.errors import IndexUnavailable
from web.http.deadline import current_deadline
from web.http.parameters import (
    MAX_LIMIT,
    MAX_OFFSET,
    SEARCH_PARAMETERS,
    SearchRequest,
    check_asked,
    check_names,
    read_search,
)
from web.services import Library
from web.ui.labels import kind_label

COLUMNS = (
    *("title", "held", "published", "year", "province_then", "province_now", "kind", "source"),
    *("province_then_label", "province_now_label", "kind_label", "source_label", "excerpt"),
    *("url", "permalink", "id", "query", "exported_at"),
)
QUOTE_COLUMNS = (
    *("speaker", "role", "verb", "words", "direct", "frame", "title", "held", "published"),
    *("province_then", "province_now", "source", "url", "permalink", "id", "query", "exported_at"),
)
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for another encoding and breaks Vietnamese letters
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # a cell that begins so would be run by a spreadsheet

MARK = re.compile("</?mark>")

exports = Blueprint("exports", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(exports)


@exports.get("/export.csv")
def as_csv() -> Response:
    asked, moment = asked_export(), now()
    return download(csv_lines(asked, moment, rows(asked)), "text/csv", "csv")


@exports.get("/export.jsonl")
def as_json_lines() -> Response:
    asked, moment = asked_export(), now()
    return download(json_lines(asked, moment, rows(asked)), "application/jsonl", "jsonl")


@exports.get("/quotes.csv")
def quotes_as_csv() -> Response:
    """What people say in the pages found, a line each."""
    asked, moment = asked_export(), now()
    return download(csv_lines(asked, moment, quote_rows(asked), QUOTE_COLUMNS), "text/csv", "csv")


def asked_export() -> SearchRequest:
    check_names(request.args, SEARCH_PARAMETERS)
    asked = read_search(request.args)
    check_asked(asked)
    return asked


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rows(asked: SearchRequest) -> Iterator[dict[str, object]]:
    line = line_maker()
    return (line(hit) for hit in found_hits(asked))


def quote_rows(asked: SearchRequest) -> Iterator[dict[str, object]]:
    """Yield the quotes of every result, best result first."""
    line = line_maker()
    return (quote for hit in found_hits(asked) for quote in quotes_of_hit(hit, line(hit)))


def quotes_of_hit(hit: Hit, page: dict[str, object]) -> Iterator[dict[str, object]]:
    """Yield the lines of a hit's quotes. page: the hit's own line."""
    document = hit.document
    for number, quote in enumerate(quotes_of(document)):
        yield {
            "speaker": quote.speaker,
            "role": quote.role,
            "verb": quote.verb,
            "words": quote.words(document.text),
            "direct": quote.direct,
            "frame": quote.frame(document.text),
            **{name: page[name] for name in QUOTE_COLUMNS if name in page},
            "permalink": f"{page['permalink']}#loi-{number}",
        }


def found_hits(asked: SearchRequest) -> Iterator[Hit]:
    """Yield every result, best first. The first batch is searched at once: a mistake is still a clear answer then."""
    library: Library = current_app.extensions["library"]
    deadline = current_deadline()

    def batch_at(offset: int) -> Results:
        if deadline is not None:
            deadline.check()
        batch = library.results(replace(asked, limit=MAX_LIMIT, offset=offset))
        if batch.partial:
            raise IndexUnavailable("a part of the index does not answer, and the export would lack pages: try again")
        return batch

    first = batch_at(0)

    def all_hits() -> Iterator[Hit]:
        batch, offset = first, 0
        while batch.counted:
            yield from batch.counted
            offset += len(batch.hits)
            if batch.uncounted or offset >= min(batch.total, MAX_OFFSET):
                return
            batch = batch_at(offset)  # an error breaks the connection off: a file that ends early must not look whole

    return all_hits()


def line_maker() -> Callable[[Hit], dict[str, object]]:
    """Return what makes a line of a hit; the lines are made while they are sent, when there is no request any more."""
    library: Library = current_app.extensions["library"]
    root, names = url_for("pages.search", _external=True), library.source_names()
    return lambda hit: row(hit, root, names)


def row(hit: Hit, root: str, names: Mapping[str, str]) -> dict[str, object]:
    document = hit.document
    return {
        "title": document.title,
        "held": document.held,
        "published": document.published,
        "year": document.year,
        "province_then": document.province_then,
        "province_now": document.province_now,
        "kind": document.kind,
        "source": document.source,
        "province_then_label": places.label(document.province_then) if document.province_then else "",
        "province_now_label": places.label(document.province_now) if document.province_now else "",
        "kind_label": kind_label(document.kind),
        "source_label": names.get(document.source, document.source),
        "excerpt": html.unescape(MARK.sub("", hit.snippet)),
        "url": document.url,
        "permalink": f"{root}bai/{document.key}",
        "id": document.id,
    }


def csv_lines(
    asked: SearchRequest, moment: str, found: Iterator[dict[str, object]], columns: Sequence[str] = COLUMNS
) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns)
    buffer.write(BYTE_ORDER_MARK)
    writer.writeheader()
    for entry in found:
        cells = {**entry, "query": asked.query_string(), "exported_at": moment}
        writer.writerow({name: inert(value) for name, value in cells.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def inert(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def json_lines(asked: SearchRequest, moment: str, found: Iterator[dict[str, object]]) -> Iterator[str]:
    """Yield one line about the export, then one per result."""
    yield json.dumps({"query": asked.query_string(), "exported_at": moment}, ensure_ascii=False) + "\n"
    for entry in found:
        yield json.dumps(entry, ensure_ascii=False) + "\n"


def download(lines: Iterator[str], mimetype: str, suffix: str) -> Response:
    response = Response(lines, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="hoinghi-{now()[:10]}.{suffix}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
