"""What can be wrong with a registry of sources: each problem with its value, the expectation and the remedy."""

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from crawl.registry.canonical import canonical_url, host_of
from crawl.registry.sources import KINDS, ProvinceSpan, Selectors, Source, source_from_table

# TOML type and wording of each key; what is not here is a string.
_LISTS = {"hosts", "aliases", "start", "feeds", "sitemaps", "keep_query"}
_NUMBERS = {"interval_hours", "delay_seconds", "page_budget"}
_FLAGS = {"checked", "sample", "many_provinces"}
_TABLES = {"selectors", "provinces"}
_REQUIRED = ("slug", "name", "kind", "hosts")
_KEYS = tuple(field.name for field in fields(Source))
_SELECTOR_KEYS = tuple(field.name for field in fields(Selectors))

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")


def problems_of(tables: list[dict[str, Any]], known_provinces: Collection[str] | None) -> list[str]:
    """Return the problems of a registry, one line each, in the order of the file."""
    problems: list[str] = []
    owners: dict[str, str] = {}
    slugs: set[str] = set()
    for number, table in enumerate(tables, start=1):
        name = table.get("slug") if isinstance(table.get("slug"), str) else f"number {number}"
        found = list(_shape_problems(table))
        if not found:
            found = list(_meaning_problems(table, known_provinces))
            if table["slug"] in slugs:
                found.append(f"slug {table['slug']!r} is used twice: expected one of its own; rename one of the two")
            slugs.add(table["slug"])
            for host in (*table["hosts"], *table.get("aliases", ())):
                if host in owners:
                    found.append(
                        f"host {host!r} also belongs to source {owners[host]!r}: expected each host in one source;"
                        " remove it from one of them"
                    )
                owners.setdefault(host, table["slug"])
        problems += [f"source {name!r}: {problem}" for problem in found]
    problems += _successor_problems(tables, slugs)
    return problems


def _shape_problems(table: dict[str, Any]) -> Iterator[str]:
    """Yield unknown keys, missing keys and values of a wrong type."""
    yield from _unknown_keys(table, _KEYS, "key")
    for key in _REQUIRED:
        if not table.get(key):
            yield f"{key} is missing: expected {_expected(key)}; add {key} = …"
    for key, value in table.items():
        if key in _KEYS and key not in _TABLES and not _has_type(key, value):
            yield f"{key} = {value!r}: expected {_expected(key)}; change it"
    selectors = table.get("selectors", {})
    if not isinstance(selectors, dict):
        yield f"selectors = {selectors!r}: expected a table [source.selectors]; write it as one"
    else:
        yield from _unknown_keys(selectors, _SELECTOR_KEYS, "selector")
        for key, value in selectors.items():
            values = value if key == "remove" and isinstance(value, list) else [value]
            if key in _SELECTOR_KEYS and not all(isinstance(one, str) for one in values):
                yield f"selectors.{key} = {value!r}: expected CSS as a string; change it"
    spans = table.get("provinces", [])
    if not isinstance(spans, list) or not all(isinstance(span, dict) and span.get("slug") for span in spans):
        yield f'provinces = {spans!r}: expected [{{slug = "…", from = "YYYY-MM-DD", to = "YYYY-MM-DD"}}]; change it'


def _unknown_keys(table: dict[str, Any], known: tuple[str, ...], noun: str) -> Iterator[str]:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else "remove it"
            yield f"unknown {noun} {key!r}: expected one of {', '.join(known)}; {remedy}"


def _has_type(key: str, value: object) -> bool:
    if key in _LISTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if key in _FLAGS:
        return isinstance(value, bool)
    if key in _NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def _expected(key: str) -> str:
    if key in _LISTS:
        return "a list of strings"
    if key in _FLAGS:
        return "true or false"
    return "a number" if key in _NUMBERS else "a string"


def _meaning_problems(table: dict[str, Any], known_provinces: Collection[str] | None) -> Iterator[str]:
    """Yield what is wrong with values whose types are right."""
    if not _SLUG.fullmatch(table["slug"]):
        yield f"slug = {table['slug']!r}: expected small letters, digits and hyphens (bao-bac-giang); rename it"
    if table["kind"] not in KINDS:
        yield f"kind = {table['kind']!r}: expected one of {', '.join(KINDS)}; choose one"
    if table.get("interval_hours", 1) <= 0:
        yield f"interval_hours = {table['interval_hours']}: expected more than 0; name the hours between two crawls"
    if table.get("delay_seconds", 0) < 0:
        yield f"delay_seconds = {table['delay_seconds']}: expected 0 or more; name the pause between two requests"
    if table.get("page_budget", 1) < 1:
        yield f"page_budget = {table['page_budget']}: expected 1 or more; name the requests of one run"
    yield from _province_problems(table, known_provinces)
    hosts = table["hosts"]
    for host in hosts:
        if not _HOST.fullmatch(host):
            yield f"host {host!r}: expected a name in small letters with an optional port (baobacgiang.vn); rewrite it"
    bad_pattern = False
    for key in ("article", "next", "clock"):
        try:
            re.compile(table.get(key, ""))
        except re.error as error:
            bad_pattern = True
            yield f"{key} = {table[key]!r}: not a regular expression ({error}); mend it"
    for key in ("start", "feeds", "sitemaps"):
        for url in table.get(key, []):
            if urlsplit(url).scheme not in ("http", "https") or host_of(url) not in hosts:
                yield f"{key} {url!r}: expected an http(s) URL on one of {', '.join(hosts)}; correct it or add its host"
    if not any(table.get(key) for key in ("start", "feeds", "sitemaps")):
        yield "start, feeds and sitemaps are all missing: expected one place where articles are listed; add start = […]"
    if not bad_pattern:
        yield from _example_problems(table)
    yield from _selector_problems(table.get("selectors", {}))


def _province_problems(table: dict[str, Any], known: Collection[str] | None) -> Iterator[str]:
    spans = [ProvinceSpan(s["slug"], str(s.get("from", "")), str(s.get("to", ""))) for s in table.get("provinces", [])]
    if spans and table.get("province"):
        yield "province and provinces are both given: expected one of them; remove the other"
    for slug in [table.get("province", ""), *(span.slug for span in spans)]:
        if slug and known is not None and slug not in known:
            near = difflib.get_close_matches(slug, known, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else "leave it empty if the site speaks for several"
            yield f"province {slug!r} is unknown: expected the slug of a province (bac-giang); {remedy}"
    for span in spans:
        for day in filter(None, (span.since, span.until)):
            try:
                date.fromisoformat(day)
            except ValueError:
                yield f"date {day!r} of province {span.slug!r}: expected YYYY-MM-DD; correct it"
        if span.since and span.until and span.since > span.until:
            yield f"province {span.slug!r} from {span.since} to {span.until}: expected from before to; swap them"


def _example_problems(table: dict[str, Any]) -> Iterator[str]:
    example = table.get("example", "")
    if not table.get("article"):
        return  # articles are told by the shape of their links
    if not example:
        yield "example is missing: expected the URL of an article; add example = …"
    elif host_of(example) not in table["hosts"]:
        yield f"example {example!r}: expected a URL on one of {', '.join(table['hosts'])}; name one of its articles"
    elif not re.search(table["article"], canonical_url(example, source_from_table(table))):
        yield (
            f"example {example!r} does not match article = {table['article']!r}: expected that it does"
            " (after keep_query); correct one of the two"
        )


def _selector_problems(selectors: dict[str, Any]) -> Iterator[str]:
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector
    from lxml.etree import XPathError

    for key, value in selectors.items():
        for css in value if isinstance(value, list) else [value]:
            try:
                CSSSelector(css, translator="html") if css else None
            except (SelectorError, XPathError) as error:
                yield f"selectors.{key} = {css!r}: not a CSS selector ({str(error).splitlines()[0]}); mend it"


def _successor_problems(tables: list[dict[str, Any]], slugs: set[str]) -> list[str]:
    return [
        f"source {table.get('slug')!r}: successor {table['successor']!r} is unknown: expected the slug of a source;"
        " correct it"
        for table in tables
        if table.get("successor") and table["successor"] not in slugs
    ]
