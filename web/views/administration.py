"""/quan-tri: what editors and operators see and do. Every button is a form with the token of the session."""

from datetime import date
from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crawl.archive import orders, withholding
from crawl.archive.dumps import drop_dumps
from crawl.archive.index_run import last_run
from search.errors import BadRequest
from settings import SETTINGS, Settings
from web import reader_requests
from web.http.parameters import check_names, one_of
from web.http.security import keep_nothing
from web.members.accounts import EDITOR, OPERATOR
from web.members.sessions import check_form, current_member, form_token, require, signing_in
from web.reader_requests import DONE, OPEN, REFUSED
from web.services import library
from web.ui.language import translated
from web.ui.templating import render

LONGEST_REASON = 500
WAITING_SHOWN, ANSWERED_SHOWN = 100, 20
DUMP_SECONDS = 5.0  # to wait for a dump that is being written; else its writer takes it away again
MOST_FORM_BYTES = 50_000
SOURCE_ORDERS = {"visit": orders.visit_now, "pause": orders.pause, "resume": orders.resume}

administration = Blueprint("administration", __name__)
administration.after_request(keep_nothing)


def install(app: Flask) -> None:
    app.register_blueprint(administration)


@administration.before_request
def only_editors() -> ResponseReturnValue | None:
    request.max_content_length = MOST_FORM_BYTES
    if not signing_in().is_on:
        abort(404)
    if current_member() is None and request.method in ("GET", "HEAD"):
        return redirect(url_for("members.form", next=request.full_path.rstrip("?")), 303)
    require(EDITOR)
    if request.method == "POST":
        check_form()
    return None


@administration.get("/quan-tri")
def show() -> ResponseReturnValue:
    member = require(EDITOR)
    asked = reader_requests.requests(library().data_dir)
    waiting = [one for one in asked if one.state == OPEN]
    is_operator = member.may(OPERATOR)
    settings: Settings = current_app.extensions["settings"]
    return make_response(
        render(
            "administration.html",
            member=member,
            form=form_token(),
            waiting=waiting[:WAITING_SHOWN],
            waiting_total=len(waiting),
            answered=[one for one in asked if one.state != OPEN][:ANSWERED_SHOWN],
            tombstones=library().tombstones(),
            longest_reason=LONGEST_REASON,
            states=library().source_states() if is_operator else [],
            orders=orders.read_orders(library().data_dir) if is_operator else None,
            run=last_run(library().data_dir),
            backup=library().last_backup_day(),
            archived=library().archived_total(),
            indexed=library().indexed_total(),
            settings=[
                (one.name, settings.shown(one.name), origin_in_words(settings.origin(one.name))) for one in SETTINGS
            ]
            if is_operator
            else [],
        )
    )


def origin_in_words(origin: str) -> str:
    words = {"default": translated("mặc định"), "command line": translated("dòng lệnh")}
    return words.get(origin, origin)


@administration.post("/quan-tri/nguon")
def source() -> ResponseReturnValue:
    """Let a source rest, wake it, or have it visited now; the scheduler does it within a second."""
    require(OPERATOR)
    check_names(request.form, ("form", "source", "order"))
    slug = request.form.get("source", "")
    if slug not in library().source_names():
        raise BadRequest("source: expected that of a source", "source", code="not-a-source", value=slug[:60])
    SOURCE_ORDERS[one_of("order", request.form.get("order", ""), tuple(SOURCE_ORDERS))](library().data_dir, slug)
    return done("nguon")


@administration.post("/quan-tri/an")
def withhold() -> ResponseReturnValue:
    """Withhold an article: gone from all pages when this answers, from the index with the scheduler's next run."""
    require(EDITOR)
    check_names(request.form, ("form", "key", "reason", "until", "request"))
    key = request.form.get("key", "").strip().rstrip("/").rpartition("/")[2]
    reason, until = request.form.get("reason", "").strip()[:LONGEST_REASON], request.form.get("until", "")
    if not reason:
        raise BadRequest("reason: expected why, as readers are told", "reason", code="empty-value", name="reason")
    if until:
        check_day(until)
    if not library().has_article(key):
        raise BadRequest("key: expected that of an article", "key", code="not-a-key", value=key[:40])
    asked = request.form.get("request", "")
    if asked:
        reader_requests.check_known(library().data_dir, asked)
    withholding.withhold(library().data_dir, key, reason, until)
    orders.index_now(library().data_dir)
    if asked:
        reader_requests.answer(library().data_dir, asked, DONE, reason, require(EDITOR).name)
    settings: Settings = current_app.extensions["settings"]
    if settings["dumps"]:
        drop_dumps(Path(settings["dumps"]), DUMP_SECONDS)
    return done("an")


@administration.post("/quan-tri/hien")
def lift() -> ResponseReturnValue:
    require(EDITOR)
    check_names(request.form, ("form", "key"))
    key = request.form.get("key", "")
    if key not in library().tombstones():
        raise BadRequest("key: expected that of a withheld article", "key", code="not-a-key", value=key[:40])
    withholding.lift(library().data_dir, key)
    orders.index_now(library().data_dir)
    return done("an")


@administration.post("/quan-tri/yeu-cau")
def answer() -> ResponseReturnValue:
    """Note what became of a reader's request: done (a proposal: accepted) or refused, with a word on why."""
    member = require(EDITOR)
    check_names(request.form, ("form", "id", "state", "answer"))
    state = one_of("state", request.form.get("state", ""), (DONE, REFUSED))
    text = request.form.get("answer", "").strip()[:LONGEST_REASON]
    reader_requests.answer(library().data_dir, request.form.get("id", ""), state, text, member.name)
    return done("yeu-cau")


def check_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        message = f'until "{text[:20]}": expected a day such as 2030-01-31'
        raise BadRequest(message, "until", code="not-a-day", name="until", value=text[:20]) from None


def done(section: str) -> ResponseReturnValue:
    return redirect(url_for("administration.show", _anchor=section), 303)
