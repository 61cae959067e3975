"""What every template can call, and the language kept in every link between pages."""

import re
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup

from web import labels
from web.language import current_language, translated


def install(app: Flask) -> None:
    app.url_defaults(keep_language)
    for function in (
        at,
        translated,
        current_language,
        drawn_once,
        in_other_language,
        labels.date_in_words,
        labels.moment_in_words,
        labels.health_label,
        labels.kind_label,
        labels.province_label,
    ):
        app.add_template_global(function)
    app.add_template_global(translated, "_")
    app.add_template_global(date.today, "today")
    app.add_template_filter(number)
    app.add_template_filter(marked)
    app.add_template_filter(printable)
    app.add_template_filter(followable)


def keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint.startswith(("pages.", "subjects.", "holdings.", "alerts.")) and current_language() != "vi":
        values.setdefault("lang", current_language())


def at(endpoint: str, query_string: str = "", **values: Any) -> str:
    """Return the address of an endpoint with a query string that is already encoded."""
    if values:
        address = url_for(endpoint, **values)
    else:  # a page of results has a hundred links to the same place
        known: dict[str, str] = g.setdefault("addresses", {})
        address = known.get(endpoint) or known.setdefault(endpoint, url_for(endpoint))
    if not query_string:
        return address
    return f"{address}{'&' if '?' in address else '?'}{query_string}"


@lru_cache(maxsize=1024)
def drawn_once(template: str, *values: Any) -> Markup:
    """Return a template that depends on these values alone, rendered and remembered: the tiles of a map stay."""
    return Markup(current_app.jinja_env.get_template(template).render(values=values))


def in_other_language() -> str:
    """Return the address of the page shown, in the other language."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    if current_language() == "vi":
        pairs.append(("lang", "en"))
    from web.parameters import encode

    return request.path + ("?" + encode(pairs) if pairs else "")


def number(value: int) -> str:
    """Return a number with its thousands set apart as the language of the page does."""
    text = f"{value:,}"
    return text if current_language() == "en" else text.replace(",", ".")


def marked(escaped_html: str) -> Markup:
    """Return an excerpt of search/snippet.py as markup: it is escaped there, and only <mark> is markup in it."""
    return Markup(escaped_html)


def printable(text: str) -> str:
    """Return text without the control characters that XML does not allow in any form."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def followable(url: str) -> str:
    """Return url if a browser may follow it (http, https), else "": a page's data must not become a script."""
    return url if url.startswith(("https://", "http://")) else ""
