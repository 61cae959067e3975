"""/api/changes?since=: which articles came, changed, went or were withheld, in order, for those who keep a copy.

The answer's `next` is the `since` of the next question; asked with it again and again, every change is told once. An
article that changes again comes again. A day is understood as well: all that came since then, perhaps more.
"""

import re
from typing import Any

from flask import Blueprint, Flask, Response, abort, request, url_for

from crawl.archive.archive import Archive
from crawl.archive.signed_heads import signed_heads
from search.errors import BadRequest
from web.http.parameters import check_names, whole_number
from web.services import library
from web.views.api import answer

MOST = 1000
USUAL = 100
DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?")
STATE = re.compile(r"(\d{1,18}):(-?\d{1,19})")


feed = Blueprint("changes", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(feed, url_prefix="/api")
    app.register_blueprint(feed, url_prefix="/api/v1", name="changes_v1")


@feed.get("/changes")
def changes() -> Response:
    check_names(request.args, ("since", "limit"))
    given = {name: tuple(request.args.getlist(name)) for name in ("since", "limit")}
    limit = whole_number(given, "limit", default=USUAL, least=1, most=MOST)
    since = request.args.get("since", "")
    with Archive(library().data_dir, read_only=True) as archive:
        number = position(archive, since)
        rows = archive.changes_since(number, limit + 1)
        told = [change(archive, row) for row in rows[:limit]]
        last = rows[:limit][-1] if rows else None
        following = f"{last['number']}:{last['mark']}" if last else since or archive.state()
    return answer({"changes": told, "next": following, "complete": len(rows) <= limit})


@feed.get("/proof/head")
def head() -> Response:
    """The last signed head of the log of proofs, to be kept elsewhere."""
    check_names(request.args, ())
    signed = signed_heads(library().data_dir)
    if not signed:
        abort(404)
    return answer(signed[-1])


def position(archive: Archive, since: str) -> int:
    """Return the number of the change after which to tell. Raises BadRequest."""
    if not since:
        return 0
    if DAY.fullmatch(since):
        return archive.change_before(since)
    if (state := STATE.fullmatch(since)) and archive.has_change(int(state[1]), state[2]):
        return int(state[1])
    raise BadRequest(
        'since "{value}": expected the "next" of an earlier answer of this archive, or a day such as 2023-07-01; '
        "begin anew without it",
        "since",
        code="not-a-state",
        value=since[:60],
    )


def change(archive: Archive, row: dict[str, Any]) -> dict[str, Any]:
    """Return what is told of one article; of one that is withheld, nothing but that."""
    key = row["key"]
    found = {"key": key, "permalink": url_for("pages.article", key=key, _external=True)}
    archived = None if row["withheld"] else archive.article(key)
    if archived is None:
        return {**found, "change": "withheld"}
    return {
        **found,
        "change": "gone" if row["gone"] else "stored",
        "id": archived.article.id,
        "url": archived.article.url,
        "title": archived.article.title,
        "source": archived.article.source,
        "version": archived.version,
        "fetched_at": archived.fetched_at,
        "sha256": archived.sha256,
        "text_sha256": archived.text_sha256,
    }
