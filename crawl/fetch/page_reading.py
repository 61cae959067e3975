"""What a fetched page says, read in one go from one parse: an article with its verdict, or what a list leads to.

Nothing here knows an archive or a frontier, so that it can be done in another process (reading_pool.py).
"""

from dataclasses import dataclass, replace

from crawl.article import Article
from crawl.extraction.decoding import TooLarge
from crawl.extraction.extract import NoArticle, extract_page
from crawl.extraction.html_page import HtmlPage
from crawl.extraction.relevance import Verdict, judge
from crawl.extraction.text_pictures import says_little, text_pictures
from crawl.fetch.discover import Discovery, discover
from crawl.fetch.frontier import Page
from crawl.fetch.list_pages import is_list_page
from crawl.fetch.soft_errors import suspicion, unfinished
from crawl.registry.sources import Source

_WEB_PAGES = ("", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What one page says; all empty for a list that was taken for an article, which nothing but its content tells.

    trouble: why it cannot be read. strange: "challenge", "hijacked", "discontinued"; such a page is of no site.
    unfinished: why its article is none yet. as_built: whether the selectors of the registry match, None without any.
    found: what a page that lists articles leads to. pictures: those that may hold the text of an article that says
    little; where it says nothing, its title is all there is.
    """

    article: Article | None = None
    verdict: Verdict | None = None
    unfinished: str = ""
    as_built: bool | None = None
    found: Discovery | None = None
    strange: str = ""
    trouble: str = ""
    pictures: tuple[str, ...] = ()


def read_page(source: Source, page: Page, url: str, body: bytes, content_type: str) -> ReadPage:
    """Read what came for a page. url: where it was found in the end; body: without content coding. Raises nothing
    that a page could bring about.
    """
    try:
        if page.kind == "article":
            return _read_article(source, page, url, body, content_type)
        return _read_list(source, page, url, body, content_type)
    except (TooLarge, ValueError) as error:  # NotText and NoArticle among them
        return ReadPage(trouble=str(error))


def _read_article(source: Source, page: Page, url: str, body: bytes, content_type: str) -> ReadPage:
    if not _is_web_page(content_type):
        return ReadPage(trouble=f"{content_type or 'unnamed content'}: expected a web page")
    parsed = HtmlPage.of(body, content_type)
    if strange := suspicion(parsed):
        return ReadPage(strange=strange)
    article: Article | None = None
    trouble = ""
    try:
        article = replace(extract_page(parsed, url, source, hints=page.hints), id=page.id)
    except NoArticle as nothing:
        trouble = str(nothing)
    as_built = None
    if article is not None and source.selectors.body:
        as_built = bool(parsed.select(source.selectors.body))
    if not source.article and is_list_page(parsed, url, source, article):
        return ReadPage(as_built=as_built)
    pictures = text_pictures(parsed, url, source.selectors) if says_little(article) else ()
    if article is None:
        if not pictures:
            return ReadPage(trouble=trouble)
        article = replace(extract_page(parsed, url, source, hints=page.hints, textless=True), id=page.id)
    return ReadPage(article, judge(article), unfinished(article), as_built, pictures=pictures)


def _read_list(source: Source, page: Page, url: str, body: bytes, content_type: str) -> ReadPage:
    parsed = None
    if page.kind == "list" and _is_web_page(content_type):
        parsed = HtmlPage.of(body, content_type)
        if strange := suspicion(parsed):
            return ReadPage(strange=strange)
    return ReadPage(found=discover(source, page, url, body, content_type, parsed))


def _is_web_page(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in _WEB_PAGES
