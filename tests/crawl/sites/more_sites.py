"""Six further builds, for tests alone: JSON lists, Next.js, a postback pager, a move, an expired certificate, 429."""

import dataclasses
from collections.abc import Collection
from pathlib import Path

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.more.expired import ExpiredCertificateSite, expired_context
from tests.crawl.sites.more.json_list import JsonListSite
from tests.crawl.sites.more.moved import OLD_HOST, OLD_SLUG, MovedNewspaper, old_domain
from tests.crawl.sites.more.nextjs import NextJsSite
from tests.crawl.sites.more.postback import PostbackSite
from tests.crawl.sites.more.throttled import ThrottledNewspaper
from tests.crawl.sites.running_sites import RunningSites
from tests.crawl.sites.sample_article import SampleArticle, load_articles

SOURCES = Path(__file__).parent / "more" / "sources.toml"
HOSTS: dict[type[Build], str] = {
    JsonListSite: "127.0.0.21",
    NextJsSite: "127.0.0.22",
    PostbackSite: "127.0.0.23",
    MovedNewspaper: "127.0.0.24",
    ExpiredCertificateSite: "127.0.0.26",
    ThrottledNewspaper: "127.0.0.27",
}


class MoreSites(RunningSites):
    """The six further builds while the `with` block runs. Each reprints another part of the sample articles."""

    def __init__(self, port: int = 0, without_selectors: Collection[str] = ()) -> None:
        articles = [article for article in load_articles() if not article.has("attachment")]
        builds = []
        for number, build in enumerate(HOSTS):
            builds.append(build(_reprinted(articles[number :: len(HOSTS)], build.slug)))
        hosts = {build.slug: host for build, host in HOSTS.items()}
        expired = ExpiredCertificateSite.slug
        super().__init__(
            builds,
            hosts | {OLD_SLUG: OLD_HOST},
            SOURCES,
            port=port,
            without_selectors=without_selectors,
            apps={OLD_SLUG: old_domain(hosts[MovedNewspaper.slug])},
            tls={expired: expired_context(hosts[expired])},
        )


def _reprinted(articles: list[SampleArticle], site: str) -> list[SampleArticle]:
    return [dataclasses.replace(article, site=site, id=str(7001 + n)) for n, article in enumerate(articles)]
