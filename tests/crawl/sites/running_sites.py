"""Builds of sample sites while they run: the truth of their articles, what was asked of them, what happens to them."""

import dataclasses
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from ssl import SSLContext
from typing import Any, Self

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.loopback import Loopback, Request, WSGIApp
from tests.crawl.sites.registry import moved_to_port
from tests.crawl.sites.sample_article import SampleArticle


class RunningSites:
    """Sites that are served while the `with` block runs.

    builds: the sites. hosts: slug → loopback address. sources: their registry. port: 0 takes a free one.
    edit: called with this object before the first request can come, to change what the sites print.
    without_selectors: slugs whose selectors are left out of the registry, so that the generic extractor is used.
    apps: further sites without articles, slug → WSGI app. tls: slug → SSL context, for sites that speak https.
    Attributes: sources_file, a registry with the right port.
    """

    def __init__(
        self,
        builds: Iterable[Build],
        hosts: Mapping[str, str],
        sources: Path,
        *,
        port: int = 0,
        edit: Callable[[Self], None] | None = None,
        without_selectors: Collection[str] = (),
        apps: Mapping[str, WSGIApp] | None = None,
        tls: Mapping[str, SSLContext] | None = None,
    ) -> None:
        self.builds = {build.slug: build for build in builds}
        everything = [article for build in self.builds.values() for article in build.articles]
        self._truth = {(article.site, article.id): article for article in everything if article.meeting}
        self._others = [article for article in everything if not article.meeting]
        served = {slug: build.app for slug, build in self.builds.items()} | dict(apps or {})
        self._loopback = Loopback(served, {slug: hosts[slug] for slug in served}, port, tls or {})
        self._registry = sources.read_text(encoding="utf-8")
        self._without_selectors = without_selectors
        if edit:
            edit(self)

    def __enter__(self) -> Self:
        self._loopback.start()
        self._folder = tempfile.TemporaryDirectory(prefix="hoinghi-sites-")
        self.sources_file = Path(self._folder.name) / "sources.toml"
        text = moved_to_port(self._registry, self.port, self._without_selectors)
        self.sources_file.write_text(text, encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.stop()
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
        """Return the articles on meetings that the sites print now, by site and id: what a crawl should find."""
        return [article for key, article in sorted(self._truth.items()) if site in (None, article.site)]

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
