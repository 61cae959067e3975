"""Pages whose article stands in data alone, to be drawn by a script (Next.js, Nuxt, JSON-LD) → a page one can read."""

import json
import tomllib
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from crawl.extraction.html_page import HtmlPage
from crawl.registry.sources import Selectors

MIN_BODY_CHARACTERS = 200  # shorter values under these keys are teasers of other articles
MAX_VALUES = 100_000  # visited in the data of one page

SELECTORS = Selectors(title="h1", lede="p.lede", body="div.body", byline="p.byline", date="p.date")


def page_from_data(page: HtmlPage) -> str:
    """Return the article in the data of a page as HTML that fits SELECTORS, "" where there is none.

    The article is the value with a title that has the longest body.
    """
    best: dict[str, str] = {}
    for script in page.root.iter("script"):
        if script.get("id") in ("__NEXT_DATA__", "__NUXT_DATA__") or script.get("type") in (
            "application/json",
            "application/ld+json",
        ):
            try:
                found = _longest(json.loads(script.text or ""))
            except (ValueError, RecursionError):
                continue
            if len(found.get("body", "")) > len(best.get("body", "")):
                best = found
    if not best:
        return ""
    return (
        f"<html><body><h1>{escape(best['title'])}</h1><p class=date>{escape(best.get('date', ''))}</p>"
        f"<p class=lede>{best.get('lede', '')}</p><div class=body>{_as_html(best['body'])}</div>"
        f"<p class=byline>{escape(best.get('byline', ''))}</p></body></html>"
    )


def _longest(document: Any) -> dict[str, str]:
    best: dict[str, str] = {}
    waiting, count = [document], 0
    while waiting and count < MAX_VALUES:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            parts = {part: text for part, keys in _keys().items() if (text := _text(value, keys))}
            long_enough = len(parts.get("body", "")) >= max(MIN_BODY_CHARACTERS, len(best.get("body", "")) + 1)
            if long_enough and "title" in parts:
                best = parts
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return best


def _text(value: dict[str, Any], keys: list[str]) -> str:
    for key in keys:
        found = value.get(key)
        if isinstance(found, dict):  # {"author": {"name": "…"}}
            found = found.get("name")
        if isinstance(found, str) and found.strip():
            return found.strip()
    return ""


def _as_html(body: str) -> str:
    if "<" in body and ">" in body:
        return body
    return "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())


@cache
def _keys() -> dict[str, list[str]]:
    text = Path(__file__).with_name("page_parts.toml").read_text("utf-8")
    keys: dict[str, list[str]] = tomllib.loads(text)["embedded"]
    return keys
