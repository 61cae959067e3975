"""A whole result as CSV or JSON Lines, streamed, with the query and the moment of the export in it."""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from flask import Blueprint, Flask, Response, request, url_for

from search.document import Document
from search.domain import places
from search.domain.moments import iso_now
from search.domain.quote import quotes_of
from search.highlight.snippet import excerpt
from search.query.nodes import Node
from search.query.speech import asks_for_quotes, quotes_asked_for, said_words
from search.spreadsheet_cells import inert
from web.http.deadline import current_deadline
from web.http.downloads import BYTE_ORDER_MARK, downloaded
from web.http.expensive import current_right_of_way
from web.http.parameters import (
    MAX_OFFSET,
    SEARCH_PARAMETERS,
    SearchRequest,
    check_asked,
    check_names,
    read_search,
)
from web.services import library
from web.ui.labels import kind_label
from web.ui.marking import marker_for

COLUMNS = (
    *("title", "held", "published", "year", "province_then", "province_now", "kind", "source"),
    *("province_then_label", "province_now_label", "kind_label", "source_label", "excerpt"),
    *("url", "permalink", "id", "query", "exported_at", "result", "results", "complete"),
)
QUOTE_COLUMNS = (
    *("speaker", "role", "verb", "words", "direct", "frame", "title", "held", "published"),
    *("province_then", "province_now", "source", "url", "permalink", "id", "query", "exported_at", "complete"),
)
WHOLE = "yes"  # in the last line alone: a file whose last line says nothing was cut there

MARK = re.compile("</?mark>")

exports = Blueprint("exports", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(exports)


@exports.get("/export.csv")
def as_csv() -> Response:
    asked, moment = asked_export(), iso_now()
    return download(csv_lines(asked, moment, rows(asked)), "text/csv", "csv")


@exports.get("/export.jsonl")
def as_json_lines() -> Response:
    asked, moment = asked_export(), iso_now()
    return download(json_lines(asked, moment, rows(asked, with_quotes=True)), "application/jsonl", "jsonl")


@exports.get("/quotes.csv")
def quotes_as_csv() -> Response:
    """What people say in the pages found, a line each."""
    asked, moment = asked_export(), iso_now()
    return download(csv_lines(asked, moment, quote_rows(asked), QUOTE_COLUMNS), "text/csv", "csv")


def asked_export() -> SearchRequest:
    check_names(request.args, SEARCH_PARAMETERS)
    asked = read_search(request.args)
    check_asked(asked)
    return asked


def rows(asked: SearchRequest, with_quotes: bool = False) -> Iterator[dict[str, object]]:
    line = line_maker(asked)
    total, documents = found_pages(asked)
    end = ending(total)

    def told(document: Document) -> dict[str, object]:
        page = line(document)
        if with_quotes:
            page["quotes"] = list(quote_lines(document, range(len(document.quotes)), str(page["permalink"])))
        return page

    return with_end(({**told(one), "result": rank, "results": total} for rank, one in enumerate(documents, 1)), end)


def quote_rows(asked: SearchRequest) -> Iterator[dict[str, object]]:
    """Yield the quotes of every result, best result first: where the search is for what is said, those that fit."""
    line, root = line_maker(asked, has_excerpt=False), library().understood(asked.text, asked.filters.said).root
    total, documents = found_pages(asked)
    found = (
        {**quote, **{name: page[name] for name in QUOTE_COLUMNS if name in page}, "permalink": quote["permalink"]}
        for document in documents
        for page in [line(document)]
        for quote in quote_lines(document, asked_quotes(document, root), str(page["permalink"]))
    )
    return with_end(found, ending(total))


def ending(total: int) -> str:
    """Return what the last line says of a result of so many pages."""
    return WHOLE if total <= MAX_OFFSET else f"cut after {MAX_OFFSET} of {total} pages"


def with_end(found: Iterator[dict[str, object]], end: str) -> Iterator[dict[str, object]]:
    """Yield lines, the last of them with what says that it is the last."""
    last = next(found, None)
    for line in found:
        if last is not None:
            yield last
        last = line
    if last is not None:
        yield {**last, "complete": end}


def asked_quotes(document: Document, root: Node | None) -> Iterable[int]:
    """Return the numbers of the quotes that a query asks for: all where it does not ask for any."""
    return quotes_asked_for([document], root)[0] if asks_for_quotes(root) else range(len(document.quotes))


def quote_lines(document: Document, numbers: Iterable[int], permalink: str) -> Iterator[dict[str, object]]:
    """Yield what is told of each of some quotes of a document."""
    quotes = quotes_of(document)
    for number in numbers:
        quote = quotes[number]
        yield {
            "speaker": quote.speaker,
            "role": quote.role,
            "verb": quote.verb,
            "words": quote.words(document.text),
            "direct": quote.direct,
            "frame": quote.frame(document.text),
            "permalink": f"{permalink}#loi-{number}",
        }


def found_pages(asked: SearchRequest) -> tuple[int, Iterator[Document]]:
    """Return how many pages are found, and each once, best first. A mistake is told before anything is sent."""
    deadline, way = current_deadline(), current_right_of_way()
    total, documents = library().every_page(asked, MAX_OFFSET)

    def in_time() -> Iterator[Document]:
        for document in documents:
            if deadline is not None:
                deadline.check()  # an error breaks the connection off: a file that ends early must not look whole
            way.give_way()
            yield document

    return total, in_time()


def line_maker(asked: SearchRequest, *, has_excerpt: bool = True) -> Callable[[Document], dict[str, object]]:
    """Return what makes a document's line; lines are made while they are sent, when there is no request any more."""
    root, names = url_for("pages.search", _external=True), library().source_names()
    query = library().understood(asked.text, asked.filters.said)
    marker = marker_for(query) if has_excerpt else None
    wants_quotes = asks_for_quotes(query.root)

    def line(document: Document) -> dict[str, object]:
        told = row(document, root, names)
        if has_excerpt:
            said = quotes_asked_for([document], query.root)[0] if wants_quotes else ()
            passages = MARK.sub("", excerpt(said_words(document, said), marker)) if marker else ""
            told["excerpt"] = html.unescape(passages)
        return told

    return line


def row(document: Document, root: str, names: Mapping[str, str]) -> dict[str, object]:
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


def json_lines(asked: SearchRequest, moment: str, found: Iterator[dict[str, object]]) -> Iterator[str]:
    """Yield one line about the export, then one per result; the last of them says that it is the last."""
    yield json.dumps({"query": asked.query_string(), "exported_at": moment}, ensure_ascii=False) + "\n"
    for entry in found:
        yield json.dumps(entry, ensure_ascii=False) + "\n"


def download(lines: Iterator[str], mimetype: str, suffix: str) -> Response:
    return downloaded(Response(lines, mimetype=mimetype), f"hoinghi-{iso_now()[:10]}.{suffix}")
