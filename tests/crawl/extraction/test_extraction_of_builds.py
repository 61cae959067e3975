"""What is read from the pages of twelve builds, against the truth of their articles: title, date line, text."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from crawl.extraction.extract import extract_article
from crawl.registry.sources import Source, load_sources
from tests.crawl.sites.likeness import token_f1, true_text
from tests.crawl.sites.more_sites import HOSTS as MORE_HOSTS
from tests.crawl.sites.more_sites import MoreSites
from tests.crawl.sites.running_sites import RunningSites
from tests.crawl.sites.sample_article import SampleArticle, as_read
from tests.crawl.sites.serve import HOSTS, SampleSites

PAGES_OF_A_SITE = 4  # the throttled site answers no more without a pause
SITES = [*HOSTS, *(build.slug for build in MORE_HOSTS)]
TITLE_IN_NO_HEADING = "mau-cong-da-rang"  # it stands in a <span>; only a selector tells that


class Page(NamedTuple):
    article: SampleArticle
    url: str
    body: bytes
    content_type: str
    date_line: str


class Builds(NamedTuple):
    pages: dict[str, list[Page]]
    sources: dict[str, Source]


@pytest.fixture(scope="module")
def builds() -> Iterator[Builds]:
    pages: dict[str, list[Page]] = {}
    sources: dict[str, Source] = {}
    with ExitStack() as stack:
        for sites in (stack.enter_context(SampleSites()), stack.enter_context(MoreSites())):
            pages |= {site: oddest_pages(sites, site) for site in sites.builds}
            sources |= {source.slug: source for source in load_sources(sites.sources_file)}
        yield Builds(pages, sources)


def oddest_pages(sites: RunningSites, site: str) -> list[Page]:
    """Return some pages of site, those of the oddest articles."""
    build = sites.builds[site]
    pages = []
    for article in sorted(sites.articles(site), key=lambda article: -len(article.oddities))[:PAGES_OF_A_SITE]:
        answer = build.app.test_client().get(build.path_of(article))
        assert answer.status_code == 200
        line = sites.printed_date(article)
        pages.append(Page(article, sites.url_of(article), answer.data, answer.headers["Content-Type"], line))
    return pages


def test_there_are_enough_pages_of_enough_builds(builds: Builds) -> None:
    assert len(SITES) >= 12
    assert sum(len(builds.pages[site]) for site in SITES) >= 40


@pytest.mark.parametrize("site", SITES)
def test_the_registry_reads_title_date_line_and_text(builds: Builds, site: str) -> None:
    for page in builds.pages[site]:
        read = extract_article(page.body, page.url, builds.sources[site], content_type=page.content_type)
        assert as_read(read.title) == as_read(page.article.title)
        assert page.date_line in as_read(read.printed_date)
        assert bool(read.printed_date) == bool(page.date_line)
        assert token_f1(f"{read.lede}\n{read.body}", true_text(page.article)) >= 0.99
        assert read.id == page.url


@pytest.mark.parametrize("site", SITES)
def test_without_a_registry_the_text_is_found_all_the_same(builds: Builds, site: str) -> None:
    for page in builds.pages[site]:
        read = extract_article(page.body, page.url, None, content_type=page.content_type)
        assert token_f1(f"{read.lede}\n{read.body}", true_text(page.article)) >= 0.95
        assert page.date_line in as_read(read.printed_date)
        if site != TITLE_IN_NO_HEADING:
            assert as_read(read.title) == as_read(page.article.title)


@pytest.mark.parametrize("site", SITES)
def test_captions_stand_apart_and_once(builds: Builds, site: str) -> None:
    for page in builds.pages[site]:
        read = extract_article(page.body, page.url, builds.sources[site], content_type=page.content_type)
        true = list(dict.fromkeys(as_read(caption) for caption in page.article.captions))
        assert [as_read(caption) for caption in read.captions] == true
        assert not any(caption in as_read(read.body) for caption in true)
