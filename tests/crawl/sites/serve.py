"""The sample sites, served over real HTTP on loopback addresses.

python tests/crawl/sites/serve.py -- COMMAND…      serve them while COMMAND runs; its exit code is passed on
python tests/crawl/sites/serve.py --corrected -- COMMAND…      with the corrections that they made later

with SampleSites() as sites:                       in tests: a free port, a registry of one's own
    crawl(load_sources(sites.sources_file, None), data_dir)
"""

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from types import FrameType

if __name__ == "__main__":  # run as a script: make the project importable
    sys.path[0] = str(Path(__file__).resolve().parents[3])

from tests.crawl.sites.builds.build import Build
from tests.crawl.sites.builds.liferay import LiferayPortal
from tests.crawl.sites.builds.nukeviet import NukeVietPortal
from tests.crawl.sites.builds.old_party import OldPartySite
from tests.crawl.sites.builds.rss_newspaper import RssNewspaper
from tests.crawl.sites.builds.sharepoint import SharePointSite
from tests.crawl.sites.builds.sitemap_newspaper import SitemapNewspaper
from tests.crawl.sites.loopback import AddressTaken
from tests.crawl.sites.running_sites import RunningSites
from tests.crawl.sites.sample_article import ARTICLES, load_articles, load_others

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


class SampleSites(RunningSites):
    """The six sample sites, running while the `with` block does; port 0 takes one that is free on all six addresses."""

    def __init__(
        self,
        port: int = 0,
        edit: Callable[["SampleSites"], None] | None = None,
        articles_dir: Path = ARTICLES,
        without_selectors: Collection[str] = (),
    ) -> None:
        everything = load_articles(articles_dir) + load_others()
        builds = [build(article for article in everything if article.site == build.slug) for build in BUILDS]
        super().__init__(builds, HOSTS, SOURCES, port=port, edit=edit, without_selectors=without_selectors)


def make_corrections(sites: RunningSites) -> None:
    """Make the corrections that the files of the articles foresee ([[edit]])."""
    for article in sites.articles():
        if article.edit:
            sites.correct(article.site, article.id)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Serve the sample sites while a command runs.")
    parser.add_argument("--port", type=int, default=PORT, help="another one than sources.toml names")
    parser.add_argument("--corrected", action="store_true", help="with the corrections that the sites made later")
    parser.add_argument("command", nargs="+", help="what to run, after --")
    options = parser.parse_args(arguments)
    try:
        with SampleSites(options.port, make_corrections if options.corrected else None) as sites:
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
    early: list[int] = []  # signals that came while the command was being started

    def pass_on(number: int, _: FrameType | None = None) -> None:
        if child is None:
            early.append(number)
        elif child.poll() is None:
            os.killpg(child.pid, number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        # A process group of its own: a signal reaches what `sh -c` runs too, and Ctrl-C comes once, from here.
        child = subprocess.Popen(command, env={**os.environ, **environment}, process_group=0)
        for number in early:
            pass_on(number)
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
