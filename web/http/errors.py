"""What a reader or a program is told when something is wrong: a page in style, or one JSON shape.

    {"error": {"status": 400, "parameter": "year", "message": "year \\"20x3\\": expected …"}}

parameter is null where no single one is at fault.
"""

from flask import Flask, Response, current_app, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from search.errors import BadRequest, HoinghiError, IndexMissing, IndexUnavailable
from web.http.deadline import RETRY_SECONDS, TooSlow
from web.http.expensive import TooManyAtOnce
from web.http.limits import TooOften
from web.members.accounts import MembersMisconfigured
from web.members.sessions import RoleMissing
from web.services import Withheld
from web.ui.language import error_text, translated
from web.ui.templating import render

MESSAGES = {
    403: "Biểu mẫu này chỉ gửi được từ chính trang này.",
    404: "Không có trang nào ở địa chỉ này.",
    405: "Địa chỉ này không nhận phương thức đó.",
    413: "Nội dung gửi đến quá lớn.",
    500: "Chương trình gặp lỗi. Lỗi đã được ghi lại; xin thử lại sau.",
}


def install(app: Flask) -> None:
    app.register_error_handler(BadRequest, bad_request)
    app.register_error_handler(IndexMissing, index_missing)
    app.register_error_handler(IndexUnavailable, index_unavailable)
    app.register_error_handler(TooOften, too_much)
    app.register_error_handler(TooManyAtOnce, too_much)
    app.register_error_handler(Withheld, withheld)
    app.register_error_handler(RoleMissing, role_missing)
    app.register_error_handler(MembersMisconfigured, members_misconfigured)
    app.register_error_handler(HoinghiError, trouble)
    app.register_error_handler(TooSlow, too_slow)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, failure)


def error_answer(
    status: int,
    message: str,
    parameter: str | None = None,
    template: str = "error.html",
    api: str = "",
) -> Response:
    """Return an error as JSON below /api, as a page elsewhere.

    api: what programs are told instead of message.
    """
    if request.path.startswith("/api/"):
        response = jsonify(error={"status": status, "parameter": parameter, "message": api or message})
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        page = render(template, status=status, message=message, parameter=parameter)
        response = make_response(page)
    response.status_code = status
    return response


def told(
    status: int, error: HoinghiError, otherwise: str, parameter: str | None = None, template: str = "error.html"
) -> Response:
    """Answer with an error in the language of the page; otherwise: what stands there where it has no translation."""
    return error_answer(status, error_text(error) or otherwise, parameter, template, api=str(error))


def bad_request(error: BadRequest) -> Response:
    return told(400, error, translated("Giá trị này không hợp lệ."), error.parameter)


def index_missing(error: IndexMissing) -> Response:
    return told(503, error, translated("Không đọc được chỉ mục."), template="empty.html")


def index_unavailable(error: IndexUnavailable) -> Response:
    current_app.logger.warning("%s", error)
    response = told(503, error, translated("Chỉ mục tạm thời không trả lời. Xin thử lại sau ít phút."))
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def trouble(error: HoinghiError) -> Response:
    current_app.logger.warning("%s: %s", type(error).__name__, error)
    return told(503, error, translated("Chưa thực hiện được yêu cầu này. Xin thử lại sau."))


def withheld(error: Withheld) -> Response:
    return told(410, error, "")


def role_missing(error: RoleMissing) -> Response:
    return told(403, error, "")


def members_misconfigured(error: MembersMisconfigured) -> Response:
    """Tell the log what is wrong, and strangers nothing of our files."""
    current_app.logger.error("%s", error)
    return error_answer(503, translated("Chưa thực hiện được yêu cầu này. Xin thử lại sau."))


def too_much(error: TooOften | TooManyAtOnce) -> Response:
    response = told(429 if isinstance(error, TooOften) else 503, error, "")
    response.headers["Retry-After"] = str(error.retry_seconds)
    return response


def too_slow(error: TooSlow) -> Response:
    current_app.logger.warning("%s given up: it took too long", request.url_rule)
    response = error_answer(
        503,
        translated("Tìm kiếm mất quá nhiều thời gian nên đã dừng lại. Xin thử lại sau, hoặc thêm bộ lọc để thu hẹp."),
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400:  # a redirect is no error
        return make_response(error.get_response())
    message = MESSAGES.get(status, error.description or error.name)
    response = error_answer(status, translated(message))
    response.headers.extend({k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")})
    return response


def failure(error: Exception) -> Response:
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return error_answer(500, translated(MESSAGES[500]))
