"""The text of articles against the truth: our extraction beside trafilatura, readability-lxml and soup.get_text().

The pages are those of the sample sites, twelve builds; the truth is what their articles say, lede and body.
"""

import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from statistics import mean
from typing import NamedTuple

from bs4 import BeautifulSoup
from report import ROOT, write

sys.path.insert(0, str(ROOT))

from crawl.extraction.decoding import decoded_text
from crawl.extraction.extract import NoArticle, extract_article
from crawl.registry.sources import Source, load_sources
from tests.crawl.sites.likeness import token_f1, true_text
from tests.crawl.sites.more_sites import MoreSites
from tests.crawl.sites.running_sites import RunningSites
from tests.crawl.sites.sample_article import SampleArticle, as_read
from tests.crawl.sites.serve import SampleSites

TRUSTING = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())  # one site's certificate has expired
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), TRUSTING)
NEXT_JS = "mau-tinh-uy-co-chien"  # its text stands in a script alone, where no peer looks


class Page(NamedTuple):
    article: SampleArticle
    url: str
    body: bytes
    content_type: str
    source: Source
    date_line: str

    @property
    def text(self) -> str:
        """The page decoded as hoinghi does it: peers get it too, so that no charset is held against them."""
        return decoded_text(self.body, self.content_type)


def pages_of(sites: RunningSites) -> list[Page]:
    """Fetch every article page of sites, waiting where one asks to wait."""
    sources = {source.slug: source for source in load_sources(sites.sources_file)}
    pages = []
    for article in sites.articles():
        url = sites.url_of(article)
        while True:
            try:
                with OPENER.open(url, timeout=20) as response:
                    kind = response.headers.get("Content-Type", "")
                    line = sites.printed_date(article)
                    pages.append(Page(article, url, response.read(), kind, sources[article.site], line))
                break
            except urllib.error.HTTPError as error:
                if error.code != 429:
                    raise
                time.sleep(float(error.headers["Retry-After"]))
    return pages


def by_hoinghi(page: Page, source: Source | None) -> str:
    try:
        article = extract_article(page.body, page.url, source, content_type=page.content_type)
    except NoArticle:
        return ""
    return f"{article.lede}\n\n{article.body}"


def by_trafilatura(page: Page) -> str:
    import trafilatura

    return trafilatura.extract(page.text, include_comments=False) or ""


def by_readability(page: Page) -> str:
    from readability import Document

    return BeautifulSoup(Document(page.text).summary(), "lxml").get_text(" ")


def by_get_text(page: Page) -> str:
    return BeautifulSoup(page.text, "lxml").get_text(" ")


EXTRACTORS: dict[str, Callable[[Page], str]] = {
    "hoinghi, registry": lambda page: by_hoinghi(page, page.source),
    "hoinghi, no selectors": lambda page: by_hoinghi(page, None),
    "trafilatura": by_trafilatura,
    "readability-lxml": by_readability,
    "soup.get_text()": by_get_text,
}


def main() -> None:
    with SampleSites() as six, MoreSites() as more:
        pages = pages_of(six) + pages_of(more)
    scores = {
        name: [token_f1(read(page), true_text(page.article)) for page in pages] for name, read in EXTRACTORS.items()
    }
    sites = list(dict.fromkeys(page.article.site for page in pages))
    rows: list[list[object]] = []
    for site in sites:
        chosen = [number for number, page in enumerate(pages) if page.article.site == site]
        rows.append([site, len(chosen), *(f"{mean(values[n] for n in chosen):.3f}" for values in scores.values())])
    rows.append(["**all pages**", len(pages), *(f"**{mean(values):.3f}**" for values in scores.values())])
    static = [number for number, page in enumerate(pages) if page.article.site != NEXT_JS]
    rows.append(
        ["without Next.js", len(static), *(f"{mean(values[n] for n in static):.3f}" for values in scores.values())]
    )
    rows.append(["worst page", "", *(f"{min(values):.3f}" for values in scores.values())])
    rows.append(["pages below 0.95", "", *(sum(value < 0.95 for value in values) for values in scores.values())])
    write("extraction", "Text of articles, token F1", ("site", "pages", *EXTRACTORS), rows, notes(pages))


def notes(pages: list[Page]) -> str:
    right = {"title": 0, "date line": 0}
    generic = dict(right)
    for page in pages:
        for source, counts in ((page.source, right), (None, generic)):
            try:
                found = extract_article(page.body, page.url, source, content_type=page.content_type)
            except NoArticle:
                continue
            counts["title"] += as_read(found.title) == as_read(page.article.title)
            counts["date line"] += page.date_line in as_read(found.printed_date) and bool(
                page.date_line or not found.printed_date
            )
    return (
        "Mean of the pages of a site. The pages are sample pages of the project; the truth is lede and body of the "
        "article, words in small letters, order not counted. hoinghi's rules were written with these builds at hand, "
        "the peers' were not. All peers get the page decoded by hoinghi. "
        f"hoinghi with the registry: title right on {right['title']} of {len(pages)}, "
        f"date line on {right['date line']}; without selectors: {generic['title']} and {generic['date line']}."
    )


if __name__ == "__main__":
    main()
