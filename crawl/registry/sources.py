"""The registry of sources: which sites are crawled, and how each of them is built.

One table [[source]] per site in a TOML file; `sources.toml` beside this file comes with the program. A new site is
a new table, never new code: without selectors the generic extractor reads its pages.
"""

import difflib
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawl.errors import SourcesError
from search.text.normalization import folds

DEFAULT_SOURCES = Path(__file__).with_name("sources.toml")

KINDS = ("party_committee", "portal", "newspaper", "council", "broadcaster", "other")


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where the parts of an article stand, as CSS; "" leaves a part to the generic rules. remove: cut out first."""

    title: str = ""
    lede: str = ""
    body: str = ""
    byline: str = ""
    date: str = ""
    captions: str = ""
    attachments: str = ""
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvinceSpan:
    """The unit a source speaks for from one day (inclusive) until another (inclusive); ISO dates, "" is open."""

    slug: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One site of the registry. Lists of URLs and patterns are as written there; see docs in `sources.toml`.

    aliases: further hosts of the same site, such as old domains: never fetched, known to imports.
    article, next: regular expressions searched in an absolute URL; without `article` the links' shape tells articles
    and lists (crawl/fetch/link_shapes.py). keep_query: ("*",) keeps every parameter.
    start: list pages; "{page}" counts up from 1, "{year}" and "{month}" run back from this month to `since`.
    item_url: how an item of a JSON list becomes the URL of its article, "https://…/{slug}-{id}.html".
    clock: regular expression of a line that shows today's date and is not the date of the article.
    many_provinces: it reports on many provinces, as papers of large cities and of the nation do, so that a page's own
    words may overrule `province`.
    page_budget: requests in one run; what is left over waits for the next one.
    """

    slug: str
    name: str
    kind: str
    hosts: tuple[str, ...]
    article: str = ""
    example: str = ""
    province: str = ""
    provinces: tuple[ProvinceSpan, ...] = ()
    start: tuple[str, ...] = ()
    next: str = ""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    keep_query: tuple[str, ...] = ()
    item_url: str = ""
    since: str = ""
    clock: str = ""
    date_example: str = ""
    successor: str = ""
    note: str = ""
    interval_hours: float = 12
    delay_seconds: float = 1.0
    page_budget: int = 30_000  # with a second between requests a run stays below nine hours
    checked: bool = False
    sample: bool = False
    many_provinces: bool = False
    aliases: tuple[str, ...] = ()
    selectors: Selectors = field(default_factory=Selectors)

    def province_on(self, date: str) -> str:
        """Return the slug of the unit the source speaks for on an ISO date, "" where that cannot be known.

        date: cut to any precision; "" asks for a unit that holds at all times.
        """
        if not self.provinces:
            return self.province
        if not date:
            return self.provinces[0].slug if len({span.slug for span in self.provinces}) == 1 else ""
        slugs = {span.slug for span in self.provinces if _overlaps(span, date)}
        return slugs.pop() if len(slugs) == 1 else ""

    def province_now(self) -> str:
        """Return the slug of the unit the source speaks for today: the span without an end, "" where there is none."""
        open_ended = [span.slug for span in self.provinces if not span.until]
        return self.province or (open_ended[-1] if open_ended else "")


def _overlaps(span: ProvinceSpan, date: str) -> bool:
    first = (date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date)[:10]
    last = (date + "-12-31"[len(date) - 4 :] if len(date) < 10 else date)[:10]
    return (not span.since or last >= span.since) and (not span.until or first <= span.until)


def load_sources(path: Path = DEFAULT_SOURCES, known_provinces: Collection[str] | None = None) -> list[Source]:
    """Return the sources of a registry in the order of the file.

    known_provinces: slugs that may be named; None checks no names of provinces.
    Raises SourcesError that names every problem of the file: value, expectation, remedy.
    """
    from crawl.registry.validation import problems_of

    tables = _read_tables(path)
    problems = problems_of(tables, known_provinces)
    if problems:
        raise SourcesError("\n".join(f"{path}: {problem}" for problem in problems))
    return [source_from_table(table) for table in tables]


def check_sources(path: Path = DEFAULT_SOURCES, known_provinces: Collection[str] | None = None) -> list[str]:
    """Return every problem of a registry as one line each; an empty list means that it can be used."""
    from crawl.registry.validation import problems_of

    try:
        return [f"{path}: {problem}" for problem in problems_of(_read_tables(path), known_provinces)]
    except SourcesError as error:
        return [str(error)]


def select_sources(sources: list[Source], slugs: Collection[str]) -> list[Source]:
    """Return the sources named by slugs, in the order of the registry; all of them where slugs is empty.

    Raises SourcesError for a slug that no source has, with the nearest one.
    """
    known = [source.slug for source in sources]
    for slug in slugs:
        if slug not in known:
            near = difflib.get_close_matches("-".join(folds(slug)), known, n=1)  # a name may have been given
            some = ", ".join(known[:3])
            hint = f"did you mean {near[0]!r}?" if near else f"such as {some}; all stand in the registry (--sources)"
            raise SourcesError(f"no source {slug!r}: expected the slug of a source in the registry; {hint}")
    return [source for source in sources if not slugs or source.slug in slugs]


def _read_tables(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourcesError(
            f"{path}: no such file: expected a TOML file with [[source]] tables; name one with --sources"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path}: cannot be read ({error}): expected a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SourcesError(f"{path}: not valid TOML: {error}; mend that line") from None
    stray = sorted(set(content) - {"source"})
    if stray:
        raise SourcesError(f"{path}: unknown table {stray[0]!r}: expected only [[source]]; rename or remove it")
    tables = content.get("source", [])
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise SourcesError(f"{path}: holds no source: expected at least one [[source]] table; add one")
    return tables


def source_from_table(table: dict[str, Any]) -> Source:
    """Build a Source from a table that passed the check."""
    values = dict(table)
    selectors = dict(values.pop("selectors", {}))
    selectors["remove"] = tuple(selectors.get("remove", ()))
    spans = tuple(
        ProvinceSpan(span["slug"], str(span.get("from", "")), str(span.get("to", "")))
        for span in values.pop("provinces", ())
    )
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return Source(**{**values, **lists, "provinces": spans, "selectors": Selectors(**selectors)})


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of the registry ready for searching; "" matches nothing."""
    return re.compile(pattern or r"(?!)")
