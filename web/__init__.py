"""Shows the answers: HTML pages, JSON, feeds.

Imports search and the reading side of crawl.archive, nothing of indexer. Into the archive it writes only what /quan-tri
asks for: orders to the scheduler, what is withheld, dumps taken away.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from settings import Settings


def create_app(data_dir: Path | None = None, index: str | None = None, settings: "Settings | None" = None) -> "Flask":
    """Return the WSGI application over a data directory and an index.

    None: what the settings say; settings None: those of hoinghi.toml and the environment. The directory may be empty
    or missing: the pages then say what to do.
    """
    from flask import Flask

    from search.engines.opensearch.address import from_environment
    from settings import read_settings
    from web.alerts import routes as alerts
    from web.alerts.settings import alert_settings
    from web.http import (
        access_log,
        answer_cache,
        assets,
        deadline,
        errors,
        expensive,
        limits,
        metrics,
        proxy,
        security,
        urls,
    )
    from web.members import gate
    from web.members import routes as members
    from web.services import Library
    from web.ui import language, templating
    from web.views import (
        administration,
        api,
        changes,
        desk,
        entity_pages,
        exports,
        feeds,
        figures,
        lists,
        meeting_comparison,
        missing_meetings,
        pages,
        programs,
        reader_requests,
        replay,
        robots,
        sitemaps,
        source_pages,
        tracing,
        trends,
    )

    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False  # /do-phu/ is /do-phu, without a redirect
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Vietnamese stays readable in the answers
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    settings = settings or read_settings()
    index = index or settings["index"]
    app.extensions["library"] = Library(
        data_dir or Path(settings["data"]),
        from_environment(index, settings.variables()) if index else None,
        settings.variables(),
    )
    proxy.stand_behind(app, settings)
    gate.set_up(app, settings)
    app.jinja_env.globals["imprint"] = {name: settings[name] for name in ("operator", "licence", "contact")}
    app.extensions["settings"] = settings
    app.extensions["operator_mail"] = settings["operator_mail"]
    app.extensions["alert_settings"] = alert_settings(settings.variables())
    shown = (
        pages,
        entity_pages,
        source_pages,
        figures,
        trends,
        tracing,
        lists,
        desk,
        meeting_comparison,
        missing_meetings,
        programs,
        api,
        changes,
        feeds,
        exports,
        alerts,
        members,
        administration,
        reader_requests,
        replay,
        robots,
        sitemaps,
    )
    for part in (
        metrics,
        access_log,
        deadline,
        expensive,
        limits,
        language,
        proxy,
        gate,
        answer_cache,
        urls,
        assets,
        templating,
        *shown,
        errors,
        security,
    ):
        part.install(app)
    return app
