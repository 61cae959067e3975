"""The JSON interface below /api: search, articles, meetings, quotes, figures, suggest, sources, coverage, openapi.json.

The same routes answer below /api/v1: that prefix keeps its meaning, /api is the newest version. Parameters are strict,
errors have one shape (web/http/errors.py), every answer may be read from any origin and carries an ETag.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from search.document import Document
from search.domain.meeting import meeting_from
from search.domain.quote import quotes_of
from search.errors import BadRequest
from search.query.nodes import Filters
from search.request_checks import check_length
from web.http.figure_parameters import FIGURE_PARAMETERS, read_figures
from web.http.openapi import description
from web.http.parameters import API_PARAMETERS, check_asked, check_names, read_search
from web.services import library
from web.ui.fates import fate_label
from web.ui.labels import kind_label, level_label, province_label, year_grade_label
from web.ui.passages import read_by_ocr

MAX_SUGGESTIONS = 8

api = Blueprint("api", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(api, url_prefix="/api")
    app.register_blueprint(api, url_prefix="/api/v1", name="api_v1")


def answer(data: Any, unstable: tuple[str, ...] = ()) -> Response:
    """Return data as JSON. unstable: names of numbers that differ from call to call and do not count for the ETag."""
    stable = body = orjson.dumps(data)
    for name in unstable:
        stable = stable.replace(f'"{name}":{data[name]}'.encode(), b"", 1)
    response = current_app.response_class(body + b"\n", mimetype="application/json")
    response.set_etag(hashlib.sha256(stable).hexdigest()[:32], weak=True)
    response.cache_control.no_cache = True
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response


@api.get("/search")
def search() -> Response:
    check_names(request.args, API_PARAMETERS)
    asked = read_search(request.args)
    check_asked(asked)
    return answer(library().results(asked, undated=True).to_json(), unstable=("took_ms",))


@api.get("/articles/<key>")
def article(key: str) -> Response:
    check_names(request.args, ())
    archived, document = library().article(key), library().document(key)
    if archived is None and document is None:
        abort(404)
    printed = archived.article if archived else None
    shown = printed or document
    assert shown is not None
    return answer(
        {
            "key": key,
            "id": shown.id,
            "url": shown.url,
            "permalink": url_for("pages.article", key=key, _external=True),
            "title": shown.title,
            "lede": shown.lede,
            "text": printed.body if printed else document.text if document else "",
            "byline": shown.byline,
            "captions": list(printed.captions) if printed else [],
            "ocr": dict(zip(("whole", "files"), read_by_ocr(archived), strict=True)),
            "shown": archived.shown if archived else "full",
            "source": shown.source or None,
            "printed_date": printed.printed_date if printed else "",
            "facts": facts(document) if document else None,
            "capture": {
                "fetched_at": archived.fetched_at,
                "sha256": archived.sha256,
                "version": archived.version,
                "gone": archived.gone,
            }
            if archived
            else None,
            "versions": [asdict(version) for version in library().versions(key)],
        }
    )


def facts(document: Document) -> dict[str, Any]:
    """Return what was read out of an article, with the printed words it rests on."""
    return {
        "published": document.published or None,
        "held": document.held or None,
        "year": document.year,
        "province": {"then": document.province_then or None, "now": document.province_now or None},
        "kind": document.kind or None,
        "ordinal": document.ordinal,
        "term": document.term or None,
        "term_years": document.term_years or None,
        "level": document.level or None,
        "year_grade": document.year_grade or None,
        "possible_years": list(document.possible_years),
        "organ": document.organ or None,
        "chair": document.chair or None,
        "chairs": list(document.chairs),
        "place": document.place or None,
        "agenda": list(document.agenda),
        "document_numbers": list(document.document_numbers),
        "people": list(document.people),
        "roles": [{"name": name, "roles": roles, "sentence": sentence} for name, roles, sentence in document.roles],
        "quotes": quotes(document),
        "edits": [{"seen": day, "before": before, "after": after} for day, before, after in document.edits],
        "gone": document.gone or None,
        "evidence": document.evidence,
    }


def quotes(document: Document) -> list[dict[str, Any]]:
    """Return what people say in an article; frame: the words of the page that say that they do."""
    return [
        {
            **{name: getattr(quote, name) for name in ("speaker", "role", "verb", "direct", "start", "end")},
            "words": quote.words(document.text),
            "frame": quote.frame(document.text),
        }
        for quote in quotes_of(document)
    ]


@api.get("/quotes")
def said() -> Response:
    """What people say of the words asked for; limit and offset count pages."""
    check_names(request.args, [name for name in API_PARAMETERS if name not in ("said", "partial")])
    asked = read_search(request.args)
    check_asked(asked)
    results = library().results(replace(asked, filters=replace(asked.filters, said=True)))
    found = [
        {
            **quotes(hit.document)[number],
            "number": number,
            "key": hit.document.key,
            "url": hit.document.url,
            "permalink": f"{url_for('pages.article', key=hit.document.key, _external=True)}#loi-{number}",
            "title": hit.document.title,
            "province": {"then": hit.document.province_then or None, "now": hit.document.province_now or None},
            **{name: getattr(hit.document, name) or None for name in ("held", "published", "meeting", "source")},
            "capture": hit.document.capture,
        }
        for hit in results.hits
        for number in hit.said
    ]
    return answer({"query": asked.text, "understood": results.understood, "total": results.total, "quotes": found})


@api.get("/figures")
def figures() -> Response:
    """What pages state in numbers, newest period first; without an indicator, of all of them."""
    check_names(request.args, FIGURE_PARAMETERS)
    asked, limit, offset = read_figures(request.args)
    store = library().figures
    known = store.indicators()
    if asked.indicator and asked.indicator not in known:
        abort(404)
    found = store.statements(asked)
    return answer(
        {
            "indicators": [{"key": one.key, "vi": one.vi, "en": one.en, "unit": one.unit} for one in known.values()],
            "total": len(found),
            "statements": [one.to_json() for one in found[offset : offset + limit]],
        }
    )


@api.get("/meetings/<key>")
def meeting(key: str) -> Response:
    check_names(request.args, ())
    found = meeting_from(library().newest(Filters(meetings=(key,)))[0])
    if found is None:
        abort(404)
    return answer(
        {
            "key": key,
            "permalink": url_for("subjects.meeting", key=key, _external=True),
            "kind": found.kind or None,
            "province": {"then": found.province_then or None, "now": found.province_now or None},
            "organ": found.organ or None,
            "from": found.day or None,
            "to": found.last_day or None,
            "ordinal": found.ordinal,
            "term": found.term or None,
            "chair": found.chair or None,
            "place": found.place or None,
            "agenda": list(found.agenda),
            "documents": [{"number": number, "date": date or None} for number, date in found.citations],
            "quotes": [{**quote, "report": one.key} for one in found.reports for quote in quotes(one)],
            "reports": [
                {
                    **{name: getattr(one, name) for name in ("key", "url", "title", "evidence", "capture")},
                    **{name: getattr(one, name) or None for name in ("published", "source")},
                }
                for one in found.reports
            ],
        }
    )


@api.get("/suggest")
def suggest() -> Response:
    check_names(request.args, ("q",))
    text = request.args.get("q", "").strip()
    if not text:
        raise BadRequest('empty query "": expected the beginning of a search in q', "q", code="empty-beginning")
    check_length(text)
    entries = library().suggestions.complete(request.args["q"].lstrip(), MAX_SUGGESTIONS, library().index_state())
    found = [{"text": entry.text, "kind": entry.kind, "count": entry.pages} for entry in entries]
    return answer({"query": text, "suggestions": found})


@api.get("/sources")
def sources() -> Response:
    check_names(request.args, ())
    counts = library().coverage().counts.get("source", {})
    return answer(
        {
            "sources": [
                {**asdict(source), "province": source.province or None, "count": counts.get(source.slug, 0)}
                for source in library().sources()
            ]
        }
    )


@api.get("/coverage")
def coverage() -> Response:
    check_names(request.args, ())
    held = library().coverage()
    names = library().source_names()
    label: dict[str, Callable[[Any], str]] = {
        "province_then": province_label,
        "province_now": province_label,
        "kind": kind_label,
        "source": lambda slug: names.get(slug, slug),
        "level": level_label,
        "year_grade": year_grade_label,
        "fate": fate_label,
        "year": str,
    }
    facets = {
        facet: [{"value": value, "label": label[facet](value), "count": count} for value, count in counts.items()]
        for facet, counts in held.counts.items()
    }
    return answer({"total": held.total, **facets})


@api.get("/openapi.json")
def openapi() -> Response:
    check_names(request.args, ())
    return answer(description(request.url_root.rstrip("/")))
