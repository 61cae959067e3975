"""Answers to searches, given again to whoever asks the same while nothing that they depend on has changed.

People go back and forth between results and articles, a link is opened by many, browsers ask whether a page is still
the same. Nothing kept can be stale: an answer is known by the state of the index, of the archive, of the figures, of
what meaning may do, and the day, and where the index cannot tell its state (a cluster that others write to), nothing is
kept.
"""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import date
from threading import Lock

from flask import Flask, Response, current_app, g, request

from search.errors import SearchError
from web.services import library

ENDPOINTS = frozenset(("pages.search", "api.search", "api_v1.search"))
MOST_BYTES = 8 << 20  # about a thousand compressed pages


class AnswerCache:
    """Answers by key, those longest unused forgotten first. Safe for threads. most: bytes of keys and bodies."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._bytes = 0
        self._lock = Lock()
        self._answers: OrderedDict[Hashable, tuple[bytes, list[tuple[str, str]], int]] = OrderedDict()

    def find(self, key: Hashable) -> Response | None:
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return None
            self._answers.move_to_end(key)
        body, headers, _ = found
        return Response(body, headers=headers)

    def keep(self, key: Hashable, response: Response) -> None:
        body = response.get_data()
        size = len(body) + len(repr(key))  # addresses are as long as their senders like
        with self._lock:
            if key in self._answers or size > self._most:
                return
            self._answers[key] = (body, response.headers.to_wsgi_list(), size)
            self._bytes += size
            while self._bytes > self._most:
                _, (*_, forgotten) = self._answers.popitem(last=False)
                self._bytes -= forgotten


def install(app: Flask) -> None:
    app.extensions["kept"] = AnswerCache()
    app.before_request(again)
    app.after_request(keep)


def again() -> Response | None:
    """Return the answer that is kept for this request, if there is one."""
    if request.endpoint not in ENDPOINTS or request.method != "GET":
        return None
    g.kept_as = _key()
    found: Response | None = current_app.extensions["kept"].find(g.kept_as) if g.kept_as else None
    if found is not None:
        g.kept_as = None
        found.headers["Cache-Status"] = "hoinghi; hit"  # RFC 9211
        found.make_conditional(request)
    return found


def keep(response: Response) -> Response:
    """Keep a whole answer. Comes after compression."""
    key = g.get("kept_as")
    if key is not None and key[-1] != library().meaning_key():
        return response  # meaning came or went while it was made
    if key is not None and response.status_code == 200 and not response.is_streamed:
        current_app.extensions["kept"].keep(key, response)
    return response


def _key() -> tuple[Hashable, ...] | None:
    """Return all that the answer depends on; None where that cannot be told."""
    held = library()
    try:
        index = held.index_state()
    except SearchError:
        return None
    if not index:
        return None
    asked = request.path, request.query_string, request.accept_encodings.quality("gzip") > 0
    address = request.scheme, request.host, request.root_path
    states = index, held.archive_state(), held.figures.state(), date.today(), held.meaning_key()
    return asked, address, *states
