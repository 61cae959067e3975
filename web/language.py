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

from flask import g, has_request_context, request

LANGUAGES = ("vi", "en")
TRANSLATIONS = Path(__file__).parent / "translations"
_spoken = ContextVar("spoken", default="")


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
    if spoken := _spoken.get():
        return spoken
    if not has_request_context():
        return "vi"
    if "language" not in g:
        asked = request.args.get("lang", "vi")
        g.language = asked if asked in LANGUAGES else "vi"
    return str(g.language)


def translated(text: str, **values: Any) -> str:
    """Return text in the language of the page, {names} filled in; text itself where there is no translation."""
    if current_language() == "en":
        found = english().get(text, text)
        text = found if isinstance(found, str) else found["one" if str(values["count"]) == "1" else "other"]
    return text.format(**values) if values else text
