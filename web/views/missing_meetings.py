"""The form beside the missing meetings of a province: a reader names a page that tells of one."""

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from crawl.article import article_key
from search.coverage import meetings_coverage
from search.domain import places
from search.errors import BadRequest
from web.http.limits import RateLimit, enforce
from web.http.parameters import check_names
from web.http.proxy import refuse_foreign_form
from web.missing_meetings import meeting_name, missing_meeting, page_address
from web.reader_files import PROPOSALS
from web.reader_requests import report
from web.services import library

PROPOSALS_PER_HOUR = 20  # of one address
MOST_FORM_BYTES = 20_000
FORM_FIELDS = ("meeting", "url", "remark")

missing_meetings = Blueprint("missing_meetings", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(missing_meetings)
    app.extensions["meeting_proposals"] = RateLimit(PROPOSALS_PER_HOUR, 3600)
    app.add_template_global(meeting_name)


@missing_meetings.before_request
def bound_form() -> None:
    request.max_content_length = MOST_FORM_BYTES


@missing_meetings.post("/tinh/<slug>/de-xuat")
def propose(slug: str) -> Response:
    """Keep the address that a reader names for a missing meeting, on disk for the operator; nothing is fetched."""
    enforce(current_app.extensions["meeting_proposals"], "reports")
    refuse_foreign_form()
    check_names(request.form, FORM_FIELDS)
    if slug not in places.known_slugs():
        abort(404)
    body, number = missing_meeting(meetings_coverage(library().engine(), (slug,)), request.form.get("meeting", ""))
    url = page_address(request.form.get("url", ""))
    if library().document(article_key(url)):
        raise BadRequest("url: the archive has this article already", "url", code="already-held")
    told = {"province": slug, "kind": body.kind, "term": body.term, "number": number, "url": url}
    remark, sender = request.form.get("remark", ""), request.remote_addr or ""
    report(library().data_dir, PROPOSALS, told, "url", remark=remark, sender=sender)
    return redirect(url_for("holdings.province", slug=slug, proposed="1", _anchor="thieu-cuoc-nao"), 303)
