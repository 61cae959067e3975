"""The language of a page: Vietnamese as written in the templates, English from translations/en.toml.

The language is part of the URL (`lang=en`), so that links can be shared and no cookie is needed.
Why TOML and not gettext: docs/decisions (no compile step, and the translation is read as it stands).
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request

from search.errors import HoinghiError

LANGUAGES = ("vi", "en")
TRANSLATIONS = Path(__file__).parents[1] / "translations"
_spoken = ContextVar("spoken", default="")
_of_page = ContextVar("of_page", default="")  # a page asks three hundred times


def install(app: Flask) -> None:
    app.before_request(begin)
    app.teardown_request(end)


def begin() -> None:
    _of_page.set(_asked())


def end(error: BaseException | None) -> None:
    _of_page.set("")


@cache
def english() -> dict[str, str | dict[str, str]]:
    """Return Vietnamese text → English text, or its forms {"one", "other"} by the value of {count}."""
    tables = tomllib.loads((TRANSLATIONS / "en.toml").read_text(encoding="utf-8"))
    return {vietnamese: text for table in tables.values() for vietnamese, text in table.items()}


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in a language, whatever page is shown: for letters, which are written outside of any page."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def current_language() -> str:
    return _spoken.get() or _of_page.get() or (_asked() if has_request_context() else "vi")


def _asked() -> str:
    asked = request.args.get("lang", "vi")
    return asked if asked in LANGUAGES else "vi"


def translated(text: str, **values: Any) -> str:
    """Return text in the language of the page, {names} filled in; text itself where there is no translation."""
    if current_language() == "en":
        found = english().get(text, text)
        text = found if isinstance(found, str) else found["one" if str(values["count"]) == "1" else "other"]
    return text.format(**values) if values else text


@cache
def vietnamese_errors() -> dict[str, str]:
    """Return code of an error → what it says, with the {names} of its values."""
    tables = tomllib.loads((TRANSLATIONS / "errors.toml").read_text(encoding="utf-8"))
    return {code: text for table in tables.values() for code, text in table.items()}


def error_text(error: HoinghiError) -> str:
    """Return what an error says, in the language of the page; "" where it is not translated."""
    if current_language() == "en":
        return str(error)
    return vietnamese_errors().get(error.code, "").format(**error.values)
