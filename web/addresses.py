"""The addresses of our own pages, with the language kept in every link between them."""

from typing import Any

from flask import Flask, g, request, url_for

from web.language import current_language


def install(app: Flask) -> None:
    app.url_defaults(keep_language)
    app.add_template_global(at)
    app.add_template_global(before_query)
    app.add_template_global(in_other_language)


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
    return f"{address}{_joint(address)}{query_string}" if query_string else address


def before_query(endpoint: str) -> str:
    """Return the address of an endpoint up to where an encoded query string follows, for many links in one place."""
    address = at(endpoint)
    return address + _joint(address)


def _joint(address: str) -> str:
    return "&" if "?" in address else "?"


def in_other_language() -> str:
    """Return the address of the page shown, in the other language."""
    from web.parameters import encode

    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    if current_language() == "vi":
        pairs.append(("lang", "en"))
    return request.path + ("?" + encode(pairs) if pairs else "")
