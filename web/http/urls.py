"""The addresses of our own pages, with the language kept in every link between them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, request, url_for

from web.ui.language import current_language

PLACE = "0000000000000000"  # where a value will stand in an address
OUR_PAGES = (
    "pages.",
    "subjects.",
    "holdings.",
    "figures.",
    "alerts.",
    "trends.",
    "lists.",
    "desk.",
    "comparisons.",
    "programs.",
    "tracing.",
    "missing_meetings.",
    "members.",
    "replay.",
    "administration.",
    "reader_requests.",
)
SAFE = "!$&'()*+,/:;=@"  # besides letters and digits: signs that werkzeug writes as they are in a path


def install(app: Flask) -> None:
    app.extensions["addresses"] = {}
    app.url_defaults(keep_language)
    app.add_template_global(at)
    app.add_template_global(address_maker)
    app.add_template_global(in_other_language)


def keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint.startswith(OUR_PAGES) and current_language() != "vi":
        values.setdefault("lang", current_language())


def at(endpoint: str, query_string: str = "", **values: Any) -> str:
    """Return the address of an endpoint with a query string that is already encoded."""
    if not values:
        address, before = _kept(endpoint)
        return before + query_string if query_string else address
    address = url_for(endpoint, **values)
    return f"{address}{_joint(address)}{query_string}" if query_string else address


def kept_address(endpoint: str, **values: Any) -> str:
    """Return url_for(endpoint, **values), built once: for the few places that every page links to."""
    return _kept(endpoint, **values)[0]


def _kept(endpoint: str, **values: Any) -> tuple[str, str]:
    """Return an address, and the same up to where a query string follows; a page of results asks for thirty."""
    known: dict[tuple[object, ...], tuple[str, str]] = current_app.extensions["addresses"]
    key = (request.root_path, current_language(), endpoint, *values.values())
    if key not in known:
        address = url_for(endpoint, **values)
        known[key] = address, address + _joint(address)
    return known[key]


def address_maker(endpoint: str, name: str, **values: Any) -> Callable[[str], str]:
    """Return what makes an address from the one value, by its name, in which many links of a page differ."""
    address = kept_address(endpoint, **{name: PLACE}) if not values else url_for(endpoint, **{name: PLACE, **values})
    before, after = address.split(PLACE, 1)
    return lambda value: f"{before}{quote(value, SAFE)}{after}"


def before_query(endpoint: str) -> str:
    """Return the address of an endpoint up to where an encoded query string follows, for many links in one place."""
    return _kept(endpoint)[1]


def _joint(address: str) -> str:
    return "&" if "?" in address else "?"


def in_other_language() -> str:
    """Return the address of the page shown, in the other language."""
    from web.http.parameters import encode

    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    if current_language() == "vi":
        pairs.append(("lang", "en"))
    return request.root_path + request.path + ("?" + encode(pairs) if pairs else "")
