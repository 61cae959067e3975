"""The pages of alerts: ask (/theo-doi), confirm (/theo-doi/xac-nhan/<token>), end (/theo-doi/huy/<token>).

Opening a link changes nothing: mail programs and scanners open links on their own. A button on the page does, and the
one-click request of RFC 8058 for ending. A token is all the right that is needed, there are no sessions to be ridden.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, Response, current_app, make_response, request
from werkzeug.datastructures import MultiDict

from search.errors import BadRequest, SearchError
from web.alerts import followed_figures, webhooks
from web.alerts.delivery import known_at_confirmation
from web.alerts.destinations import LONGEST_ADDRESS, LONGEST_URL, BadAddress, hook_address, mail_address
from web.alerts.links import CONFIRM, UNSUBSCRIBE, Links
from web.alerts.settings import Settings
from web.alerts.smtp import Mailer, MailServerDown, NotTaken, NotTakenNow
from web.alerts.subscriptions import CONFIRM_WITHIN, KINDS, PENDING, RHYTHMS, Subscription, Subscriptions
from web.http.figure_parameters import FiguresRequest, read_page
from web.http.limits import RateLimit, enforce, network_of
from web.http.parameters import (
    FILTER_PARAMETERS,
    SearchRequest,
    check_asked,
    check_names,
    encode,
    one_of,
    read_search,
)
from web.http.proxy import refuse_foreign_form
from web.http.security import keep_nothing
from web.http.urls import at
from web.services import library
from web.ui.language import current_language, translated
from web.ui.templating import render

WISH_FIELDS = ("by", "address", "rhythm")
ASKED_PER_WINDOW, WINDOW_SECONDS = 10, 600  # each sends a letter, or calls a program: nobody needs more by hand
MOST_FORM_BYTES = 50_000  # the longest search in its longest encoding, and the fields beside it
SMTP_SECONDS = 10.0  # somebody waits for the page


class AlertsOff(SearchError):
    """This server is not set up for a kind of alerts."""


alerts = Blueprint("alerts", __name__)
alerts.after_request(keep_nothing)


def install(app: Flask) -> None:
    app.extensions["alert_limit"] = RateLimit(ASKED_PER_WINDOW, WINDOW_SECONDS)
    app.register_blueprint(alerts)


@alerts.before_request
def bound_form() -> None:
    request.max_content_length = MOST_FORM_BYTES


def settings() -> Settings:
    held: Settings = current_app.extensions["alert_settings"]
    return held


def now() -> datetime:
    return datetime.now(UTC)


def without_order(asked: SearchRequest) -> SearchRequest:
    pairs = tuple(pair for pair in asked.pairs if pair[0] != "sort")
    return replace(asked, sort="relevance", limit=0, offset=0, pairs=pairs)


@dataclass(frozen=True, slots=True)
class Followed:
    """What is followed: a search, or an indicator. query: what a subscription keeps of it; pairs: the same as fields.

    understood: in words, "" for nothing. page, feed: addresses of its page and its feed.
    """

    query: str
    pairs: tuple[tuple[str, str], ...]
    understood: str
    page: str
    feed: str
    of_figures: bool = False


def read_followed(arguments: MultiDict[str, str]) -> Followed:
    """Return what a form, or a link to it, asks for. Raises BadRequest."""
    if "indicator" in arguments:
        check_names(arguments, (*followed_figures.PARAMETERS, "lang"))
        return _followed_figures(read_page(arguments))
    return followed_search(without_order(read_search(arguments, blank_is_absent=True)))


def followed_search(asked: SearchRequest) -> Followed:
    understood = "" if asked.is_empty else library().results(asked, current_language()).understood
    query, text = asked.query_string(), (("q", asked.text),) if asked.text else ()
    return Followed(query, (*text, *asked.filter_pairs), understood, at("pages.search", query), at("feeds.atom", query))


def _followed_figures(asked: FiguresRequest) -> Followed:
    store = library().figures
    followed_figures.require_indicator(asked, store)
    query, pairs = followed_figures.query_of(asked), tuple(followed_figures.pairs_of(asked))
    words = followed_figures.in_words(asked, store)
    return Followed(query, pairs, words, at("figures.index", query), at("figures.atom", query), of_figures=True)


@alerts.get("/theo-doi")
def form() -> Response:
    followed = read_followed(request.args)
    return form_page(followed, near=() if followed.of_figures else _near(request.args))


def _near(arguments: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Return (text, address of the form) of searches near in meaning to one, within the same filters."""
    asked = without_order(read_search(arguments, blank_is_absent=True))
    near = library().related_searches(asked.text, asked.filters) if asked.text else []
    return [(text, at("alerts.form", encode((("q", text), *asked.filter_pairs)))) for text in near]


def form_page(
    followed: Followed, problem: str = "", status: int = 200, near: Sequence[tuple[str, str]] = ()
) -> Response:
    return make_response(
        render(
            "follow.html",
            followed=followed,
            near=near,
            can_mail=not settings().missing("mail"),
            can_call=not settings().missing("webhook"),
            problem=problem,
            by=request.form.get("by", "mail"),
            rhythm=request.form.get("rhythm", "daily"),
            longest_address=LONGEST_ADDRESS,
            longest_url=LONGEST_URL,
            days=CONFIRM_WITHIN.days,
        ),
        status,
    )


@alerts.post("/theo-doi")
def ask() -> Response:
    refuse_foreign_form()
    enforce(current_app.extensions["alert_limit"], "alerts")
    fields = request.form.copy()
    for name in WISH_FIELDS:
        fields.poplist(name)
    if "indicator" not in fields:
        check_names(fields, ("q", *FILTER_PARAMETERS))
        asked = without_order(read_search(fields, blank_is_absent=True))
        check_asked(asked)
        followed = followed_search(asked)
    else:
        followed = read_followed(fields)
    kind, rhythm = (
        one_of(name, request.form.get(name, ""), known) for name, known in (("by", KINDS), ("rhythm", RHYTHMS))
    )
    if missing := settings().missing(kind):
        raise AlertsOff(
            "alerts by {kind} are off: {missing} not set on this server",
            code="alerts-off",
            kind=kind,
            missing=", ".join(missing),
        )
    given = request.form.get("address", "")
    try:
        if kind == "mail":
            return ask_by_mail(mail_address(given), rhythm, followed)
        return ask_program(hook_address(given, loopback_allowed=settings().loopback_allowed), rhythm, followed)
    except BadAddress:
        texts = {
            "mail": translated("Địa chỉ email chưa đúng; địa chỉ có dạng ten@example.vn."),
            "webhook": translated(
                "Địa chỉ của chương trình không dùng được; nó bắt đầu bằng https:// và một tên miền."
            ),
        }
        return form_page(followed, texts[kind], 400)


def ask_by_mail(address: str, rhythm: str, followed: Followed) -> Response:
    """Send a letter that asks for confirmation.

    The page is the same whether this address may get one or not, and whether the mail server takes it or not: else the
    form would tell strangers which mailboxes there are.
    """
    from web.alerts.mail import Letters

    with Subscriptions(library().data_dir) as subscriptions:
        wish = subscriptions.ask(
            "mail", address, followed.query, rhythm, current_language(), now(), network_of(request.remote_addr)
        )
        if wish is not None:
            smtp = settings().smtp
            assert smtp is not None
            letter = Letters(settings()).confirmation(wish, now())
            try:
                with Mailer(smtp, settings().sender, settings().host, SMTP_SECONDS) as mailer:
                    mailer.send(letter, address)
            except (NotTakenNow, NotTaken) as error:
                subscriptions.remove(wish.id)
                current_app.logger.warning("no letter of confirmation taken: %s", error)
            except MailServerDown as error:
                subscriptions.remove(wish.id)
                current_app.logger.warning("no letter of confirmation sent: %s", error)
                problem = translated("Chưa gửi được email xác nhận. Xin kiểm tra lại địa chỉ, hoặc thử lại sau.")
                return form_page(followed, problem, 503)
    return answer_page("letter_sent")


def ask_program(address: str, rhythm: str, followed: Followed) -> Response:
    """Challenge a program; its answer is the confirmation."""
    with Subscriptions(library().data_dir) as subscriptions:
        wish = subscriptions.ask(
            "webhook", address, followed.query, rhythm, current_language(), now(), network_of(request.remote_addr)
        )
        if wish is None:
            problem = translated("Chương trình này đang theo dõi quá nhiều; xin bỏ bớt trước.")
            return form_page(followed, problem, 400)
        has_answered = False
        try:
            text = secrets.token_urlsafe(24)
            has_answered = webhooks.challenge(address, text, loopback_allowed=settings().loopback_allowed)
        except webhooks.WebhookFailed as error:
            current_app.logger.warning("a program did not take its challenge: %s", error)
        finally:
            if not has_answered:
                subscriptions.remove(wish.id)
        if not has_answered:
            problem = translated("Chương trình ở địa chỉ ấy không đáp lại yêu cầu thử, nên chưa theo dõi gì cả.")
            return form_page(followed, problem, 400)
        held = subscriptions.confirm(wish.id, now(), *known(subscriptions, wish))
    assert held is not None
    links = Links(settings())
    return answer_page("confirmed", held, hook_key=links.hook_key(held.id))


@alerts.get("/theo-doi/xac-nhan/<token>")
def offer_confirmation(token: str) -> Response:
    wish = subscription_of(token, CONFIRM)
    if wish is None:
        return answer_page("link_expired", status=404)
    return answer_page("confirm" if wish.state == PENDING else "confirmed", wish)


@alerts.post("/theo-doi/xac-nhan/<token>")
def confirm(token: str) -> Response:
    wish = subscription_of(token, CONFIRM)
    held = None
    if wish is not None:
        with Subscriptions(library().data_dir) as subscriptions:
            held = subscriptions.confirm(wish.id, now(), *known(subscriptions, wish))
    return answer_page("confirmed", held) if held is not None else answer_page("link_expired", status=404)


@alerts.get("/theo-doi/huy/<token>")
def offer_end(token: str) -> Response:
    if not Links(settings()).read(token, UNSUBSCRIBE):
        return answer_page("link_expired", status=404)
    held = subscription_of(token, UNSUBSCRIBE)
    return answer_page("end" if held is not None else "ended", held)


@alerts.post("/theo-doi/huy/<token>")
def end(token: str) -> Response:
    """End an alert: by the button, or by a mail program for its reader. Asked again, it answers the same."""
    identifier = Links(settings()).read(token, UNSUBSCRIBE)
    if not identifier:
        return answer_page("link_expired", status=404)
    if Subscriptions.exist(library().data_dir):
        with Subscriptions(library().data_dir) as subscriptions:
            subscriptions.remove(identifier)
    return answer_page("ended")


def subscription_of(token: str, purpose: str) -> Subscription | None:
    """Return what a token was made for; None where it is not ours, or its subscription no longer there."""
    identifier = Links(settings()).read(token, purpose)
    if not identifier or not Subscriptions.exist(library().data_dir):
        return None
    with Subscriptions(library().data_dir) as subscriptions:
        held = subscriptions.get(identifier)
    if held is not None and held.state == PENDING and datetime.fromisoformat(held.created) + CONFIRM_WITHIN <= now():
        return None
    return held


def known(subscriptions: Subscriptions, wish: Subscription) -> tuple[int, dict[str, int]]:
    """Return from where on pages are new to who confirms now, and what beyond that is there already."""
    begin, pages = known_at_confirmation(library().data_dir, library().engine(), subscriptions)
    if not followed_figures.of_figures(wish.query):
        return begin, pages
    stated = followed_figures.stated_by(library().figures, wish.query, pages)
    return begin, {one.id: begin for one in stated}


def answer_page(step: str, held: Subscription | None = None, status: int = 200, hook_key: str = "") -> Response:
    """Return the page that says what has happened, or has a button for what may happen."""
    followed = None
    if held is not None and held.query:
        with suppress(BadRequest):  # a source or a province that is no longer known
            followed = read_followed(MultiDict(parse_qsl(held.query)))
    leave = ""
    if held is not None and step == "confirmed":
        leave = Links(settings()).unsubscribe(held.id)
    response = make_response(
        render(
            "follow_answer.html",
            step=step,
            held=held,
            followed=followed,
            leave=leave,
            hook_key=hook_key,
            days=CONFIRM_WITHIN.days,
        ),
        status,
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of this page is a right
    return response
