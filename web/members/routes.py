"""Signing in and out: /dang-nhap, /dang-xuat."""

import logging

from flask import Blueprint, Flask, abort, current_app, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from web.http.limits import RateLimit, enforce
from web.http.security import keep_nothing
from web.members import oidc
from web.members.accounts import Member
from web.members.sessions import begin_session, check_form, current_member, form_token, signing_in
from web.ui.language import translated
from web.ui.templating import render

TRIES_PER_WINDOW, WINDOW_SECONDS = 20, 600  # of one address: who has forgotten a password, and no machine that guesses
MOST_FORM_BYTES = 20_000
LONGEST_PASSWORD = 1000
AFTERWARDS = "next"

log = logging.getLogger(__name__)
members = Blueprint("members", __name__)
members.after_request(keep_nothing)


def install(app: Flask) -> None:
    app.extensions["sign_in_limit"] = RateLimit(TRIES_PER_WINDOW, WINDOW_SECONDS)
    app.register_blueprint(members)


@members.before_request
def only_where_it_is_on() -> None:
    request.max_content_length = MOST_FORM_BYTES
    if not signing_in().is_on:
        abort(404)


@members.get("/dang-nhap")
def form() -> ResponseReturnValue:
    return form_page()


def form_page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    return make_response(
        render(
            "sign_in.html",
            way=signing_in(),
            member=current_member(),
            form=form_token(),
            next=own_path(request.values.get(AFTERWARDS, "")),
            problem=problem,
        ),
        status,
    )


@members.post("/dang-nhap")
def enter() -> ResponseReturnValue:
    check_form()
    if not signing_in().passwords:
        abort(404)
    enforce(current_app.extensions["sign_in_limit"], "tries")
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    member = signing_in().accounts.with_password(name, password[:LONGEST_PASSWORD])
    if member is None:
        log.warning("a password was refused")
        return form_page(translated("Tên hoặc mật khẩu không đúng."), 401)
    return welcome(member, "password", request.form.get(AFTERWARDS, ""))


@members.get("/dang-nhap/nha-cung-cap")
def to_provider() -> ResponseReturnValue:
    """Send the reader to the provider. By a link: the policy of the pages lets no form lead to another site."""
    if not signing_in().oidc:
        abort(404)
    enforce(current_app.extensions["sign_in_limit"], "tries")
    session[AFTERWARDS] = own_path(request.args.get(AFTERWARDS, ""))
    try:
        return oidc.to_provider(url_for("members.from_provider", _external=True))
    except Exception as error:  # whatever the network or the provider has: the page says so
        log.warning("the provider cannot be asked: %s: %s", type(error).__name__, error)
        return form_page(translated("Chưa hỏi được nơi cấp tài khoản. Xin thử lại sau."), 503)


@members.get("/dang-nhap/nha-cung-cap/tra-loi")
def from_provider() -> ResponseReturnValue:
    if not signing_in().oidc:
        abort(404)
    afterwards = session.get(AFTERWARDS, "")
    try:
        member = oidc.from_provider(signing_in().accounts)
    except Exception as error:  # a state, a signature or an answer that is not what it must be: nobody is signed in
        log.warning("an answer of the provider was refused: %s: %s", type(error).__name__, error)
        return form_page(translated("Lần đăng nhập này không hợp lệ hoặc đã quá lâu. Xin đăng nhập lại."), 400)
    if member is None:
        return form_page(translated("Tài khoản này chưa được cấp quyền ở đây. Xin hỏi người quản trị."), 403)
    return welcome(member, "oidc", afterwards)


@members.post("/dang-xuat")
def leave() -> ResponseReturnValue:
    check_form()
    session.clear()
    return redirect(url_for("members.form"), 303)


def welcome(member: Member, vouched_by: str, afterwards: str) -> ResponseReturnValue:
    begin_session(member, vouched_by)
    return redirect(request.root_path + (own_path(afterwards) or "/"), 303)


def own_path(path: str) -> str:
    """Return a path of this site, "" for anything else: a link must not lead elsewhere by way of us."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_own else ""
