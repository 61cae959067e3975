"""The data that stand in a page: of frameworks, in what its programs assign, in the attributes of its elements."""

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import html

from crawl.fetch.js_literals import literal

MOST_ASSIGNED = 20  # values that the programs of a page assign, tried as data
MOST_ATTRIBUTES = 20  # of a page that hold data
SHORTEST = 40  # characters of an attribute that may hold a list
DEEPEST = 40  # values within one another of flat data

_TYPED = "//script[@id='__NEXT_DATA__' or @type='application/json' or @type='application/ld+json']"
_NAMED = r"""\{\s*["'\w$]+\s*:"""
_ASSIGNED = re.compile(rf"=\s*(?={_NAMED}|\[\s*{_NAMED}|\(?\s*(?:function\s*)?\([\w$,\s]*\)\s*(?:=>\s*)?\(?\{{)")
_IN_ATTRIBUTE = "//*/@*[starts-with(., '{\"') or starts-with(., '[{\"')]"
_FLAT = "__NUXT_DATA__"


def page_documents(root: html.HtmlElement, text: str) -> Iterator[Any]:
    """Yield the documents that stand in a page. text: of its own programs."""
    for script in root.xpath(_TYPED):
        try:
            document = json.loads(script.text or "")
            yield _unflattened(document) if script.get("id") == _FLAT else document
        except (ValueError, RecursionError):
            continue
    for value in root.xpath(_IN_ATTRIBUTE)[:MOST_ATTRIBUTES]:
        if len(value) >= SHORTEST:
            try:
                yield json.loads(value)
            except (ValueError, RecursionError):
                continue
    yield from _assigned(text)


def _assigned(text: str) -> Iterator[Any]:
    at = 0
    for _ in range(MOST_ASSIGNED):
        found = _ASSIGNED.search(text, at)
        if not found:
            return
        try:
            document, at = literal(text, found.end())
            if isinstance(document, dict | list):
                yield document
        except ValueError:
            at = found.end()


def _unflattened(document: Any) -> Any:
    """Return data in which a number stands for the value at that index: `[{"posts": 1}, [2], {"id": 3}, 4107]`."""
    if not isinstance(document, list):
        return document

    def at(index: Any, depth: int) -> Any:
        if not isinstance(index, int) or not 0 <= index < len(document) or depth > DEEPEST:
            return None
        value = document[index]
        if isinstance(value, dict):
            return {name: at(held, depth + 1) for name, held in value.items()}
        if isinstance(value, list):
            if value and isinstance(value[0], str):  # what a value is wrapped in: ["Reactive", 1]
                return at(value[-1], depth + 1) if len(value) == 2 else None
            return [at(held, depth + 1) for held in value]
        return value

    return at(0, 0)
