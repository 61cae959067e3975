"""The sample sites, served over real HTTP on loopback addresses.

python tests/crawl/sites/serve.py -- COMMAND…      serve them while COMMAND runs; its exit code is passed on

with SampleSites() as sites:                       in tests: a free port, a registry of one's own
    crawl(load_sources(sites.sources_file, None), data_dir)
"""

import argparse
import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

if __name__ == "__main__":  # run as a script: make the project importable
    sys.path[0] = str(Path(__file__).resolve().parents[3])

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.builds.liferay import LiferayPortal
from tests.crawl.sites.builds.nukeviet import NukeVietPortal
from tests.crawl.sites.builds.old_party import OldPartySite
from tests.crawl.sites.builds.rss_newspaper import RssNewspaper
from tests.crawl.sites.builds.sharepoint import SharePointSite
from tests.crawl.sites.builds.sitemap_newspaper import SitemapNewspaper
from tests.crawl.sites.loopback import AddressTaken, Loopback, Request
from tests.crawl.sites.registry import moved_to_port
from tests.crawl.sites.sample_article import ARTICLES, SampleArticle, load_articles, load_others

SOURCES = Path(__file__).parent / "sources.toml"
PORT = 8711  # the port that sources.toml names
BUILDS: tuple[type[Build], ...] = (
    LiferayPortal,
    NukeVietPortal,
    SharePointSite,
    RssNewspaper,
    SitemapNewspaper,
    OldPartySite,
)
HOSTS = {build.slug: f"127.0.0.{number}" for number, build in enumerate(BUILDS, start=11)}
WAIT_SECONDS = 20  # for the sites to answer; they do within one


class SampleSites:
    """The six sample sites, running while the `with` block does.

    port: 0 takes one that is free on all six addresses.
    edit: called with the sites before the first request can come, to change what they print.
    without_selectors: slugs whose selectors are left out of the registry, so that the generic extractor is used.
    sources_file: a registry with the right port. requests: every (site, method, path, status) in order of its end.
    """

    def __init__(
        self,
        port: int = 0,
        edit: Callable[["SampleSites"], None] | None = None,
        articles_dir: Path = ARTICLES,
        without_selectors: Collection[str] = (),
    ) -> None:
        articles = load_articles(articles_dir)
        everything = articles + load_others()
        self._truth = {(article.site, article.id): article for article in articles}
        self._others = [article for article in everything if not article.meeting]
        self.builds = {build.slug: build(a for a in everything if a.site == build.slug) for build in BUILDS}
        self._loopback = Loopback({slug: build.app for slug, build in self.builds.items()}, HOSTS, port)
        self._without_selectors = without_selectors
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if edit:
            edit(self)

    def __enter__(self) -> "SampleSites":
        self._loopback.start()
        self._folder = tempfile.TemporaryDirectory(prefix="hoinghi-sites-")
        self.sources_file = Path(self._folder.name) / "sources.toml"
        text = moved_to_port(SOURCES.read_text(encoding="utf-8"), self.port, self._without_selectors)
        self.sources_file.write_text(text, encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.stop()
        if self._folder:
            self._folder.cleanup()

    @property
    def port(self) -> int:
        return self._loopback.port

    @property
    def requests(self) -> list[Request]:
        return self._loopback.requests

    def base_url(self, site: str) -> str:
        return self._loopback.base_url(site)

    def most_at_once(self, site: str) -> int:
        """Return the greatest number of requests that site had open at one moment."""
        return self._loopback.most_at_once(site)

    # The truth.

    def articles(self, site: str | None = None) -> list[SampleArticle]:
        """Return the articles on meetings that the sites print now: what a crawl should find."""
        return [article for article in self._truth.values() if site in (None, article.site)]

    def others(self) -> list[SampleArticle]:
        """Return the articles on anything else."""
        return list(self._others)

    def url_of(self, article: SampleArticle) -> str:
        """Return the canonical URL of an article."""
        return self.base_url(article.site) + self.builds[article.site].path_of(article)

    def printed_date(self, article: SampleArticle) -> str:
        """Return the line of publication as the site prints it, without views and labels that follow; "" if none."""
        return self.builds[article.site].date_line(article)

    # What can happen to a site.

    def edit(self, site: str, article_id: str, **changes: Any) -> SampleArticle:
        """Change an article, and with it its ETag and Last-Modified; return it as it is now."""
        article = dataclasses.replace(self._truth[site, article_id], **changes)
        self.add(article)
        return article

    def correct(self, site: str, article_id: str) -> SampleArticle:
        """Make the corrections that the article's file foresees ([[edit]]); return it as it is now."""
        article = self._truth[site, article_id].corrected()
        self.add(article)
        return article

    def add(self, article: SampleArticle) -> None:
        """Print one more article."""
        self._truth[article.site, article.id] = article
        self.builds[article.site].put(article)

    def take_down(self, site: str, article_id: str) -> None:
        """Take an article off its site: its page answers 404."""
        del self._truth[site, article_id]
        self.builds[site].take_down(article_id)

    def fail(self, site: str, mode: str, path: str = "") -> None:
        """Switch a fault of loopback.FAULTS on for the pages whose URL begins with path; mode "" switches it off."""
        self._loopback.fail(site, mode, path)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Serve the sample sites while a command runs.")
    parser.add_argument("--port", type=int, default=PORT, help="another one than sources.toml names")
    parser.add_argument("command", nargs="+", help="what to run, after --")
    options = parser.parse_args(arguments)
    try:
        with SampleSites(options.port) as sites:
            _wait_until_they_answer(sites)
            if not sites.articles():
                print(f"no sample articles in {ARTICLES}: the sites are empty", file=sys.stderr)
            print(f"sample sites on {', '.join(map(sites.base_url, HOSTS))}", file=sys.stderr, flush=True)
            return _run(options.command, {"HOINGHI_SAMPLE_SOURCES": str(sites.sources_file)})
    except AddressTaken as error:
        print(error, file=sys.stderr)
        return 2


def _wait_until_they_answer(sites: SampleSites) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + WAIT_SECONDS
    for slug in HOSTS:
        while True:
            try:
                direct.open(sites.base_url(slug) + "/robots.txt", timeout=WAIT_SECONDS).close()
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run command to its end and return its exit code, 128 + number after a signal; pass SIGINT and SIGTERM on."""
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, _: FrameType | None) -> None:
        if child and child.poll() is None:
            child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        child = subprocess.Popen(command, env={**os.environ, **environment})
        code = child.wait()
    except OSError as error:
        print(f"cannot run {command[0]!r}: {error.strerror}", file=sys.stderr)
        return 127
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
