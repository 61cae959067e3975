"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

from web.http.urls import kept_address

STATIC_DIR = Path(__file__).parents[1] / "static"
ONE_YEAR_SECONDS = 31_536_000
ONE_HOUR_SECONDS = 3600
HASH_DIGITS = 10


@dataclass(frozen=True)
class Asset:
    """One static file as it is sent. name: path below static/; hashed_name: with its hash before the suffix."""

    name: str
    body: bytes

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:HASH_DIGITS]

    @cached_property  # every page has eight links to assets, and to read a font for its hash takes a while
    def hashed_name(self) -> str:
        stem, _, suffix = self.name.rpartition(".")
        return f"{stem}.{self.digest}.{suffix}"


def load_assets() -> dict[str, Asset]:
    """Return name → asset. Style sheets are read last: the url(…) of other files in them get hashed names."""
    paths = sorted((path for path in STATIC_DIR.rglob("*") if path.is_file()), key=lambda path: path.suffix == ".css")
    assets: dict[str, Asset] = {}
    for path in paths:
        name, body = path.relative_to(STATIC_DIR).as_posix(), path.read_bytes()
        if path.suffix == ".css":
            body = re.sub(r"url\(([^)]+)\)", lambda url: f"url({assets[url[1]].hashed_name})", body.decode()).encode()
        assets[name] = Asset(name, body)
    return assets


def install(app: Flask) -> None:
    assets = load_assets()
    app.extensions["assets"] = assets
    app.extensions["assets_by_hashed_name"] = {asset.hashed_name: asset for asset in assets.values()}
    app.add_url_rule("/static/<path:name>", "static", static)
    app.add_template_global(asset_url)


def asset_url(name: str) -> str:
    return kept_address("static", name=current_app.extensions["assets"][name].hashed_name)


def static(name: str) -> Response:
    hashed = current_app.extensions["assets_by_hashed_name"].get(name)
    asset: Asset | None = hashed or current_app.extensions["assets"].get(name)
    if asset is None:
        abort(404)
    response = Response(asset.body, mimetype=mimetypes.guess_type(asset.name)[0] or "application/octet-stream")
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR_SECONDS if hashed else ONE_HOUR_SECONDS
    if hashed:
        response.cache_control["immutable"] = None
    response.set_etag(asset.digest, weak=True)
    response.make_conditional(request)
    return response
