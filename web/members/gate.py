"""Lets nobody read a private site without signing in, and sets up what signing in needs."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from settings import Settings
from web.alerts.settings import SHORTEST_SECRET
from web.http.errors import error_answer
from web.members import oidc
from web.members.accounts import Accounts, MembersMisconfigured
from web.members.sessions import COOKIE, SESSION_SECONDS, SigningIn, current_member, session_key, signing_in
from web.ui.language import translated

# Answered to everybody: signing in and the looks of its page, a sign of life, and what a signed link alone allows.
OPEN = frozenset(
    (
        *("static", "robots.healthz", "alerts.end"),
        *("members.form", "members.enter", "members.to_provider", "members.from_provider"),
    )
)
OWN_PROCESS = "hoinghi.own_process"  # in the WSGI environment: asked within this process, by who may read its files
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def set_up(app: Flask, settings: Settings) -> None:
    """Read how one signs in here. Raises MembersMisconfigured, naming the setting and never a secret."""
    file, issuer = settings["members"], settings["oidc_issuer"]
    private = settings["private"] == "1"
    way = SigningIn(Accounts(Path(file) if file else None), private, bool(file), bool(issuer))
    app.extensions["members"] = way
    app.jinja_env.globals["signing_in"] = way
    if not way.is_on:
        if private:
            raise MembersMisconfigured("private is 1 and nobody can sign in: set members (a file) or oidc_issuer")
        return
    if len(settings["secret"]) < SHORTEST_SECRET:
        raise MembersMisconfigured(
            f"signing in needs secret: expected at least {SHORTEST_SECRET} characters, "
            "as python3 -c 'import secrets; print(secrets.token_hex())' makes them"
        )
    public = urlsplit(settings["public_url"])
    if public.scheme != "https" and public.hostname not in LOOPBACK:
        raise MembersMisconfigured(
            f'public_url "{settings["public_url"]}": expected an https address, or http://localhost for a trial;'
            " passwords would cross the network readable"
        )
    way.accounts.by_name()  # a file that cannot be read is told at the start
    app.config.update(
        SECRET_KEY=session_key(settings["secret"]),
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=public.scheme == "https",
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would lose the session on the way back from a provider
        PERMANENT_SESSION_LIFETIME=SESSION_SECONDS,
    )
    if issuer:
        oidc.set_up(app, settings)


def install(app: Flask) -> None:
    app.before_request(refuse_strangers)
    app.after_request(keep_from_shared_caches)


def refuse_strangers() -> ResponseReturnValue | None:
    way = signing_in()
    if not way.private or (request.endpoint in OPEN and (request.endpoint != "alerts.end" or request.method == "POST")):
        return None
    if request.environ.get(OWN_PROCESS) or current_member() is not None:
        return None
    wants_page = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
    if wants_page and not request.path.startswith("/api/"):
        asked = request.full_path.rstrip("?")
        return redirect(url_for("members.form", next=asked), 303)
    answer = error_answer(
        401, translated("Trang này chỉ dành cho thành viên; xin đăng nhập, hoặc gửi kèm mã truy cập.")
    )
    answer.headers["WWW-Authenticate"] = 'Bearer realm="hoinghi"'
    return answer


def keep_from_shared_caches(response: Response) -> Response:
    if signing_in().private and request.endpoint not in ("static", "robots.healthz"):
        held = response.headers.get("Cache-Control", "")
        response.headers["Cache-Control"] = held if "no-store" in held else "private, no-cache"
        response.vary.update(("Cookie", "Authorization"))
    return response
