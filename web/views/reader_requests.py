"""/yeu-cau: a reader asks to take an article down, or tells a mistake in it."""

from flask import Blueprint, Flask, Response, current_app, make_response, request, url_for

from search.errors import BadRequest
from web.alerts.destinations import LONGEST_ADDRESS, BadAddress, mail_address
from web.alerts.letter_text import sendable
from web.alerts.operator_mail import send_to_operator
from web.alerts.settings import Settings
from web.http.limits import RateLimit, enforce
from web.http.parameters import check_names, one_of
from web.http.proxy import refuse_foreign_form
from web.http.security import keep_nothing
from web.reader_requests import KINDS, WITHHOLD, ReaderRequest
from web.reader_requests import ask as keep_request
from web.services import Withheld, library
from web.ui.language import speaking, translated
from web.ui.templating import render

FIELDS = ("kind", "page", "text", "mail")
ASKED_PER_WINDOW, WINDOW_SECONDS = 5, 600  # each is read by a person
LONGEST_TEXT = 4000
MOST_FORM_BYTES = 50_000
SMTP_SECONDS = 10.0

reader_requests = Blueprint("reader_requests", __name__)
reader_requests.after_request(keep_nothing)


def install(app: Flask) -> None:
    app.extensions["request_limit"] = RateLimit(ASKED_PER_WINDOW, WINDOW_SECONDS)
    app.register_blueprint(reader_requests)


@reader_requests.get("/yeu-cau")
def form() -> Response:
    check_names(request.args, (*FIELDS, "lang"))
    kind = request.args.get("kind", WITHHOLD)
    return form_page(kind if kind in KINDS else WITHHOLD, request.args.get("page", "")[:40])


def form_page(kind: str, page: str, problem: str = "", status: int = 200, is_sent: bool = False) -> Response:
    return make_response(
        render(
            "reader_request.html",
            kind=kind,
            page=page if is_article(page) else "",
            problem=problem,
            is_sent=is_sent,
            given=request.form,
            longest={"text": LONGEST_TEXT, "mail": LONGEST_ADDRESS},
        ),
        status,
    )


@reader_requests.post("/yeu-cau")
def ask() -> Response:
    """Keep a request on disk and tell the operator by mail; nothing becomes public or changes by itself."""
    request.max_content_length = MOST_FORM_BYTES
    refuse_foreign_form()
    check_names(request.form, FIELDS)
    kind = one_of("kind", request.form.get("kind", ""), KINDS)
    given = {name: sendable(request.form.get(name, "")).strip() for name in FIELDS}
    if problem := problem_of(given):
        return form_page(kind, given["page"], problem, 400)
    enforce(current_app.extensions["request_limit"], "requests")
    page, text = given["page"], given["text"][:LONGEST_TEXT]
    asked = keep_request(library().data_dir, kind, page=page, text=text, mail=given["mail"])
    tell_operator(asked)
    return form_page(kind, page, is_sent=True)


def problem_of(given: dict[str, str]) -> str:
    """Return what is wrong with what was filled in, "" for nothing."""
    if given["mail"]:
        try:
            mail_address(given["mail"])
        except BadAddress:
            return translated("Địa chỉ email chưa đúng; địa chỉ có dạng ten@example.vn.")
    if not is_article(given["page"]):
        return translated("Xin mở bài cần nói đến rồi bấm liên kết ở cuối bài.")
    return "" if given["text"] else translated("Xin ghi lý do.")


def is_article(key: str) -> bool:
    try:
        return bool(key) and (library().article(key) or library().document(key)) is not None
    except (Withheld, BadRequest):
        return False


def tell_operator(asked: ReaderRequest) -> None:
    """Send the operator a letter where there is somebody to write to; the request is on disk, whatever comes of it."""
    settings: Settings = current_app.extensions["alert_settings"]
    recipient: str = current_app.extensions["operator_mail"]
    if not recipient or settings.smtp is None:
        return
    with speaking("vi"):
        page = url_for("pages.article", key=asked.page, _external=True)
    lines = [page, "", asked.text, "", f"Trả lời: {asked.mail or '–'}", f"Mã: {asked.id}"]
    subject = f"hoinghi: yêu cầu của bạn đọc ({asked.kind})"
    if trouble := send_to_operator(settings, recipient, subject, lines, SMTP_SECONDS):
        current_app.logger.warning("the operator was not told of a request by mail: %s", trouble)
