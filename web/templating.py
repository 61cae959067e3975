"""What every template can call."""

import re
from datetime import date

from flask import Flask
from markupsafe import Markup

from web import labels, svg
from web.language import current_language, translated


def install(app: Flask) -> None:
    for function in (
        translated,
        current_language,
        labels.date_in_words,
        labels.evidence_in_words,
        labels.moment_in_words,
        labels.health_label,
        labels.kind_label,
        labels.province_label,
    ):
        app.add_template_global(function)
    app.add_template_global(translated, "_")
    app.add_template_global(date.today, "today")
    app.add_template_global(svg.bars)
    app.add_template_global(svg.tile_map)
    app.add_template_filter(labels.number)
    app.add_template_filter(marked)
    app.add_template_filter(printable)
    app.add_template_filter(followable)


def marked(escaped_html: str) -> Markup:
    """Return an excerpt of search/snippet.py as markup: it is escaped there, and only <mark> is markup in it."""
    return Markup(escaped_html)


def printable(text: str) -> str:
    """Return text without the control characters that XML does not allow in any form."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def followable(url: str) -> str:
    """Return url if a browser may follow it (http, https), else "": a page's data must not become a script."""
    return url if url.startswith(("https://", "http://")) else ""
