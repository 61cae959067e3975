"""One polite visit to a site: robots.txt, a list page or two, three articles; what would be stored of each, and why."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crawl import clock
from crawl.archive.archive import Archive
from crawl.article import Article
from crawl.errors import CrawlError
from crawl.extraction.blocks import lines_of
from crawl.extraction.extract import extract_page
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.relevance import Verdict, judge
from crawl.fetch.client import Client
from crawl.fetch.discover import discover, seeds
from crawl.fetch.fetcher import Answer, Fetcher, FetchFailed, SourceDown
from crawl.fetch.found_links import Discovery
from crawl.fetch.frontier import Page
from crawl.fetch.limits import Limits
from crawl.fetch.soft_errors import suspicion, unfinished
from crawl.registry.canonical import host_of, list_url
from crawl.registry.hosts import Hosts
from crawl.registry.sources import Source, select_sources

ARTICLES_TRIED = 3
LISTS_TRIED = 3
MAX_HOPS = 5
FURNITURE_CHARACTERS = 20  # shorter lines (names, buttons) occur anywhere


@dataclass(slots=True)
class TriedPage:
    """One article as it would be stored. trouble: why it would not, "" otherwise; furniture: lines left out of it."""

    url: str
    body: bytes = b""
    content_type: str = ""
    page: HtmlPage | None = None
    article: Article | None = None
    verdict: Verdict | None = None
    furniture: list[str] = field(default_factory=list)
    trouble: str = ""


@dataclass(slots=True)
class Trial:
    """What a visit found. lists: URL of each list page with the number of articles it named.

    further: addresses of further list pages; trouble: why there is nothing to show, "" otherwise.
    """

    source: Source
    robots: str = ""
    site_title: str = ""
    lists: list[tuple[str, int]] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    further: list[str] = field(default_factory=list)
    not_followed: int = 0
    pages: list[TriedPage] = field(default_factory=list)
    trouble: str = ""

    @property
    def read(self) -> list[TriedPage]:
        return [page for page in self.pages if page.article]


def source_to_try(target: str, sources: list[Source]) -> Source:
    """Return the source of a slug or URL: of the registry, or a new one that knows nothing but its start page.

    Raises SourcesError for an unknown slug, CrawlError for what is neither.
    """
    if "://" not in target:
        return select_sources(sources, [target])[0]
    host = host_of(target)
    if not target.lower().startswith(("http://", "https://")) or not host:
        raise CrawlError(f"{target}: expected the slug of a source, or an http(s) URL of a list page; correct it")
    known = Hosts(sources).source_of(target)
    if known and host in known.hosts:
        return known
    slug = "-".join(part for part in urlsplit(target).hostname.split(".") if part != "www")  # type: ignore[union-attr]
    return Source(slug, host, "other", (host,), start=(target,))


def visit(source: Source, limits: Limits | None = None, contact: str = "") -> Trial:
    """Visit a site: at most robots.txt, LISTS_TRIED lists, ARTICLES_TRIED articles, with the pauses of a crawl.

    Nothing is kept of it. Raises nothing: what went wrong stands in the trial.
    """
    limits = limits or Limits(retries=1)
    with tempfile.TemporaryDirectory(prefix="hoinghi-trial-") as folder, Archive(Path(folder)) as archive:
        return asyncio.run(_Visit(source, archive, limits, contact).trial())


class _Visit:
    def __init__(self, source: Source, archive: Archive, limits: Limits, contact: str) -> None:
        self._archive, self._limits, self._contact = archive, limits, contact
        self._trial = Trial(source)

    async def trial(self) -> Trial:
        source = self._trial.source
        async with Client(self._contact, self._limits.max_bytes) as client:
            self._fetcher = Fetcher(client, self._archive, source, self._limits, frozenset(source.hosts))
            try:
                first = next(seeds(source, clock.now().date()))
                robots = await self._fetcher.robots(first.url)
                self._trial.robots = robots.refusal or (
                    f"{'allows' if robots.allows(first.url) else 'forbids'} {first.url};"
                    f" crawl-delay {robots.delay_seconds():g} s; {len(robots.sitemaps())} sitemaps"
                )
                await self._read_lists(source)
                for url in spread(self._trial.named, ARTICLES_TRIED):
                    self._trial.pages.append(await self._tried(source, url))
            except SourceDown as down:
                self._trial.trouble = str(down)
        return self._trial

    async def _read_lists(self, source: Source) -> None:
        waiting = sorted(seeds(source, clock.now().date()), key=lambda page: page.kind != "list")
        seen: set[str] = set()
        troubles = []
        while waiting and len(self._trial.lists) < LISTS_TRIED and len(self._trial.named) < ARTICLES_TRIED:
            page = waiting.pop(0)
            if page.id in seen:
                continue
            seen.add(page.id)
            try:
                answer = await self._fetched(page)
                found = self._discovered(source, page, answer)
            except (FetchFailed, ValueError) as error:
                troubles.append(f"{page.url}: {error}")
                continue
            self._trial.lists.append((answer.url, len(found.articles)))
            self._trial.named += [known.url for known in found.articles.values() if known.url not in self._trial.named]
            self._trial.further += [known.url for known in found.lists.values() if known.depth > page.depth]
            self._trial.not_followed += found.not_followed
            waiting += found.lists.values()
        if not self._trial.named:
            why = "; ".join(troubles) or "no article was found on a list page"
            self._trial.trouble = f"{why}: name the page that lists the articles"

    def _discovered(self, source: Source, page: Page, answer: Answer) -> Discovery:
        parsed = None
        if page.kind == "list" and not answer.body.lstrip().startswith((b"{", b"[", b"<?xml")):
            parsed = HtmlPage.of(answer.body, answer.content_type)
            if kind := suspicion(parsed):
                raise ValueError(f"{kind}: not what this site should show")
            title = parsed.root.find(".//title")
            if title is not None and not self._trial.site_title:
                self._trial.site_title = " ".join(title.text_content().split())
        return discover(source, page, answer.url, answer.body, answer.content_type, parsed)

    async def _fetched(self, page: Page) -> Answer:
        for _ in range(MAX_HOPS):
            answer = await self._fetcher.fetch(page, conditional=False)
            if not answer.location:
                return answer
            if host_of(answer.location) not in self._trial.source.hosts:
                raise FetchFailed(f"moved to {answer.location}: try that address, or add its host")
            page = Page(list_url(answer.location), answer.location, page.kind, depth=page.depth)
        raise FetchFailed(f"redirected more than {MAX_HOPS} times")

    async def _tried(self, source: Source, url: str) -> TriedPage:
        tried = TriedPage(url)
        try:
            answer = await self._fetched(Page(url, url, "article"))
        except FetchFailed as failure:
            tried.trouble = str(failure)
            return tried
        tried.body, tried.content_type = answer.body, answer.content_type
        return read_page(tried, source)


def read_page(tried: TriedPage, source: Source) -> TriedPage:
    """Read a page that was fetched as the crawl would; what keeps it from being stored becomes its trouble."""
    try:
        page = tried.page = HtmlPage.of(tried.body, tried.content_type)
        if kind := suspicion(page):
            raise ValueError(f"{kind}: not what this site should show")
        article = tried.article = extract_page(page, tried.url, source)
    except ValueError as error:
        tried.trouble = str(error)
        return tried
    tried.verdict = judge(article)
    if kind := unfinished(article):
        tried.trouble = f"{kind}: it has no article yet"
    elif not tried.verdict.keep:
        tried.trouble = f"left out: {tried.verdict.reason}"
    stored = "\n".join((article.title, article.lede, article.body, article.byline, *article.captions))
    tried.furniture = list(
        dict.fromkeys(
            line.text
            for line in lines_of(page.body)
            if len(line.text) >= FURNITURE_CHARACTERS and line.text not in stored and line.text != article.printed_date
        )
    )
    return tried


def spread(named: list[str], count: int) -> list[str]:
    """Return `count` of the names, from the first to the last of the list: neighbours are often of one hand."""
    if len(named) <= count:
        return named
    return [named[round(position * (len(named) - 1) / (count - 1))] for position in range(count)]
