"""Sources of which nothing but a start page is known: every article on a meeting is found, and nothing else is kept."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.archive import Archive
from crawl.fetch.crawler import crawl
from crawl.fetch.frontier_reports import notes
from crawl.fetch.limits import Limits
from crawl.fetch.progress import no_progress
from crawl.registry.sources import Selectors, Source, load_sources
from tests.crawl.sites.more_sites import MoreSites
from tests.crawl.sites.plain_builds import BUILDS, PlainBuild
from tests.crawl.sites.running_sites import RunningSites
from tests.crawl.sites.serve import SampleSites
from tests.crawl.sites.small_site import QUICK, article, listing, small_site

RECALL, PRECISION = 0.98, 0.99


def bare(source: Source, base: str) -> Source:
    """Return a source of which only the start pages are known; of a JSON list, the page that draws it."""
    start = tuple(base + "/" if "{page}" in url else url for url in source.start)
    nothing: dict[str, object] = {"article": "", "next": "", "feeds": (), "sitemaps": (), "keep_query": ()}
    return replace(source, **nothing, item_url="", example="", selectors=Selectors(), delay_seconds=0, start=start)  # type: ignore[arg-type]


def kept_paths(data: Path) -> list[str]:
    with Archive(data, read_only=True) as archive:
        return [re.sub(r"^https?://[^/]+", "", found.article.id) for found in archive.articles()]


@pytest.mark.parametrize("sites_class", [SampleSites, MoreSites])
def test_the_sample_sites_are_found_from_their_start_pages(sites_class: type[RunningSites], tmp_path: Path) -> None:
    with sites_class() as sites:
        sources = [bare(source, sites.base_url(source.slug)) for source in load_sources(sites.sources_file)]
        crawl(sources, tmp_path, limits=Limits(timeout_seconds=10, retry_seconds=0.05), progress=no_progress)
        truth = {sites.url_of(found) for found in sites.articles()}
    with Archive(tmp_path, read_only=True) as archive:
        kept = {found.article.id for found in archive.articles()}
    assert len(kept & truth) >= RECALL * len(truth), sorted(truth - kept)
    assert len(kept & truth) >= PRECISION * len(kept), sorted(kept - truth)


@pytest.mark.parametrize("build", BUILDS, ids=[build.name for build in BUILDS])
def test_a_build_is_found_from_its_front_page(build: PlainBuild, tmp_path: Path) -> None:
    with small_site({}) as site:
        site.pages |= build.pages(site.base)
        summary = site.crawled(tmp_path, article="", example="")
        assert len(site.asked) < 80, site.paths()
    assert sorted(kept_paths(tmp_path)) == sorted(build.truth())
    assert (summary.error, summary.notes) == ("", [])


def test_links_like_pages_that_cannot_be_followed_are_told_in_summary_and_status(tmp_path: Path) -> None:
    from hoinghi import main

    pager = " ".join(f'<a href="javascript:goPage({n})">{n}</a>' for n in range(1, 6))
    with small_site({"/": listing(1, more=pager), "/bai-1": article()}) as site:
        source = site.source()
        summary = crawl([source], tmp_path, limits=QUICK, progress=no_progress)
    assert summary.sources[0].notes == ["4 links like pages of the list not followed"]
    assert next(iter(summary.lines())).startswith("!")
    assert notes(tmp_path) == {"trang-mau": ["4 links like pages of the list not followed"]}
    said = CliRunner().invoke(main, ["status", "--json", "--data", str(tmp_path)])
    (state,) = (state for state in json.loads(said.output) if state["slug"] == "trang-mau")
    assert state["not_followed"] == ["4 links like pages of the list not followed"]


def test_a_list_of_ten_thousand_links_is_read_to_its_end(tmp_path: Path) -> None:
    with small_site({"/": listing(*range(10_000))}) as site:
        summary = site.crawled(tmp_path, page_budget=2)
    assert (summary.named, summary.notes) == (10_000, [])


def test_the_end_of_an_endless_list_of_links_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawl.fetch.discover.MAX_LINKS", 50)
    with small_site({"/": listing(*range(80))}) as site:
        summary = site.crawled(tmp_path, page_budget=2)
    assert (summary.named, summary.notes) == (50, ["30 links of long lists not read"])


def test_entries_of_a_json_list_without_addresses_are_told(tmp_path: Path) -> None:
    entries = json.dumps({"items": [{"id": number, "title": "Hội nghị"} for number in range(7)]})
    page = '<div id="app">Đang tải</div><script>fetch("/api/tin")</script>'
    with small_site({"/": (200, {}, page), "/api/tin": (200, {}, entries)}) as site:
        summary = site.crawled(tmp_path)
    assert "7 entries of JSON lists name no address: say with item_url how it is made" in summary.notes
