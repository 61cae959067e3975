"""Shows the answers: HTML pages, JSON, feeds. Imports search and the reading side of crawl.archive."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

DEFAULT_DATA_DIR = Path("index_data")


def create_app(data_dir: Path | None = None, index: str | None = None) -> "Flask":
    """Return the WSGI application over a data directory and an index.

    None: HOINGHI_DATA (else index_data) and HOINGHI_INDEX (else whoosh:<data>/whoosh). The directory may be empty or
    missing: the pages then say what to do.
    """
    from flask import Flask

    from search.engines.opensearch.address import from_environment
    from web.alerts import routes as alerts
    from web.alerts.settings import read_settings
    from web.http import answer_cache, assets, deadline, errors, limits, metrics, security, urls
    from web.services import Library
    from web.ui import language, templating
    from web.views import api, entity_pages, exports, feeds, pages, robots, sitemaps, source_pages

    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False  # /do-phu/ is /do-phu, without a redirect
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Vietnamese stays readable in the answers
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    index = index or os.environ.get("HOINGHI_INDEX")
    app.extensions["library"] = Library(
        data_dir or Path(os.environ.get("HOINGHI_DATA") or DEFAULT_DATA_DIR),
        from_environment(index, os.environ) if index else None,
    )
    app.extensions["alert_settings"] = read_settings(os.environ)
    shown = (pages, entity_pages, source_pages, api, feeds, exports, alerts, robots, sitemaps)
    for part in (metrics, deadline, limits, language, answer_cache, urls, assets, templating, *shown, errors, security):
        part.install(app)
    return app
