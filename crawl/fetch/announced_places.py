"""What a site announces: sitemaps in robots.txt, and the places where sitemaps and feeds usually lie."""

from crawl import clock
from crawl.fetch.discover import seeds
from crawl.fetch.fetcher import Fetcher, SourceDown
from crawl.fetch.frontier import FOUND, TRIED, Frontier, Page
from crawl.fetch.list_following import LISTS_AGAIN_SECONDS
from crawl.registry.canonical import absolute_url, host_of, list_url
from crawl.registry.sources import Source

USUAL_PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/rss.xml", "/feed")


async def seed_announced(source: Source, fetcher: Fetcher, frontier: Frontier) -> None:
    """Add the sitemaps that robots.txt names; where the registry names no place of articles, try the usual ones.

    A usual place that named something is read in every run, one that did not is tried again after a while.
    Raises SourceDown where robots.txt cannot be read.
    """
    if not source.start:
        return
    start = next((page.url for page in seeds(source, clock.now().date()) if page.kind == "list"), "")
    robots = await fetcher.robots(start)
    if robots.refusal:  # said here, for asking in vain may have used up the requests of this run
        raise SourceDown(robots.refusal, robots.not_before)
    for url in robots.sitemaps():
        link = absolute_url(start, url)
        if host_of(link) in source.hosts:
            frontier.ask_again(Page(list_url(link), link, "sitemap"))
    if source.article or source.feeds or source.sitemaps:
        return
    for path in USUAL_PLACES:
        link = absolute_url(start, path)
        known = frontier.get(list_url(link))
        listing, unread_for = (TRIED, LISTS_AGAIN_SECONDS) if known is None or known.listing == TRIED else (FOUND, 0)
        frontier.ask_again(Page(list_url(link), link, "sitemap", listing=listing), unread_for)
