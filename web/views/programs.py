"""The page that tells people how programs ask: JSON, files, models; with examples for Python, R, a spreadsheet."""

import tomllib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request

from search.domain.places import label
from web.http.openapi import description
from web.services import library
from web.ui.language import current_language
from web.ui.templating import page
from web.views.examples import example

VIETNAMESE = Path(__file__).parents[1] / "translations" / "api.toml"
MOST_SHOWN = 3  # provinces that stand as examples

programs = Blueprint("programs", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(programs)


@programs.get("/api")
def guide() -> Response:
    described = description(request.url_root.rstrip("/"))
    routes = {path: found["get"]["summary"] for path, found in described["paths"].items()}
    asked = described["paths"]["/api/search"]["get"]["parameters"]
    parameters = {one["name"]: one["description"] for one in asked if one["in"] == "query"}
    if current_language() == "vi":
        routes |= _vietnamese()["routes"]
        parameters |= _vietnamese()["parameters"]
    spoken = example()
    slugs = [str(slug) for slug in library().coverage().counts.get("province_then", {}) if slug][:MOST_SHOWN]
    return page(
        "api.html",
        server=request.url_root.rstrip("/"),
        routes=routes,
        parameters=parameters,
        provinces=[(slug, label(slug)) for slug in slugs or [spoken.province]],
        spoken=spoken,
    )


@cache
def _vietnamese() -> dict[str, dict[str, str]]:
    return tomllib.loads(VIETNAMESE.read_text(encoding="utf-8"))
