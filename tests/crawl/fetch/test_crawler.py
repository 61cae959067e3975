"""Crawls of the sample sites over real HTTP, compared with the truth; then again, edited, broken, stopped."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.archive.frontier_file import left_out
from crawl.article import Article, article_key
from crawl.errors import ArchiveError, CrawlError
from crawl.fetch.client import user_agent
from crawl.fetch.crawler import crawl
from crawl.fetch.frontier_reports import notes
from crawl.fetch.limits import Limits
from crawl.fetch.progress import no_progress
from crawl.fetch.summary import CrawlSummary, SourceSummary
from crawl.registry.sources import Source, load_sources
from tests.crawl.sites.more_sites import MoreSites
from tests.crawl.sites.running_sites import RunningSites
from tests.crawl.sites.sample_article import SampleArticle, as_read
from tests.crawl.sites.serve import SampleSites

QUICK = Limits(timeout_seconds=60, retry_seconds=0.05)
NEWSPAPER, PORTAL = "mau-bao-song-thuong", "mau-cong-thai-nguyen"


def sources_of(sites: RunningSites, *slugs: str) -> list[Source]:
    """Return the sources of sites, without the pause between requests, which costs tests time and shows nothing."""
    sources = [source for source in load_sources(sites.sources_file) if not slugs or source.slug in slugs]
    return [replace(source, delay_seconds=0) for source in sources]


def crawled(sites: RunningSites, data: Path, *slugs: str, **options: object) -> CrawlSummary:
    return crawl(sources_of(sites, *slugs), data, progress=no_progress, **({"limits": QUICK} | options))  # type: ignore[arg-type]


def archived(data: Path) -> dict[str, Article]:
    with Archive(data, read_only=True) as archive:
        return {found.article.id: found.article for found in archive.articles()}


@dataclass
class Crawled:
    sites: RunningSites
    data: Path
    summary: CrawlSummary
    articles: dict[str, Article]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    data = tmp_path_factory.mktemp("first")
    with SampleSites() as sites:
        summary = crawled(sites, data)
        yield Crawled(sites, data, summary, archived(data))


def test_exactly_the_articles_on_meetings_are_stored(first: Crawled) -> None:
    assert set(first.articles) == {first.sites.url_of(article) for article in first.sites.articles()}


def test_titles_texts_and_dates_are_those_that_the_pages_print(first: Crawled) -> None:
    for truth in first.sites.articles():
        found = first.articles[first.sites.url_of(truth)]
        assert as_read(found.title) == as_read(truth.title)
        assert as_read(found.lede) == as_read(truth.lede)
        assert as_read(found.body) == as_read(truth.body)
        assert as_read(found.byline) == as_read(truth.byline)
        assert [as_read(caption) for caption in found.captions] == list(dict.fromkeys(map(as_read, truth.captions)))
        assert as_read(found.printed_date).startswith(as_read(first.sites.printed_date(truth)))
        assert bool(found.printed_date) == bool(first.sites.printed_date(truth))


def test_strings_stay_as_printed(first: Crawled) -> None:
    import unicodedata

    decomposed = [truth for truth in first.sites.articles() if truth.has("nfd_title")]
    assert decomposed
    for truth in decomposed:
        assert first.articles[first.sites.url_of(truth)].title == unicodedata.normalize("NFD", truth.title)


def test_attachments_are_linked(first: Crawled) -> None:
    truth = next(article for article in first.sites.articles() if article.has("attachment"))
    links = first.articles[first.sites.url_of(truth)].attachments
    assert [link.rsplit(".", 1)[1] for link in links] == ["pdf", "docx"]


def test_province_comes_from_the_registry(first: Crawled) -> None:
    provinces = {article.source: article.province for article in first.articles.values()}
    assert provinces["mau-bao-song-thuong"] == "bac-giang"
    assert provinces["mau-tinh-uy-bien-dong"] == ""


def test_dates_of_feeds_urls_and_heads_are_kept_as_hints(first: Crawled) -> None:
    names = {name for article in first.articles.values() for name, _ in article.hints}
    assert {"feed", "url", "meta", "sitemap"} <= names


def test_other_pages_are_left_out_with_a_reason(first: Crawled) -> None:
    others = {first.sites.url_of(article) for article in first.sites.others()}
    recorded = list(left_out(first.data))
    assert {url for _, url, _ in recorded} == others
    assert all(reason for _, _, reason in recorded)
    assert first.summary.total("left_out") == len(others)


def test_what_robots_txt_forbids_is_not_asked_for(first: Crawled) -> None:
    assert not [request for request in first.sites.requests if "/noi-bo/" in request.path]
    assert [source.forbidden for source in first.summary.sources if source.slug == NEWSPAPER] == [1]


def test_one_request_at_a_time_goes_to_each_site_and_none_twice(first: Crawled) -> None:
    assert {first.sites.most_at_once(source.slug) for source in first.summary.sources} == {1}
    asked = [(request.site, request.path) for request in first.sites.requests]
    assert len(asked) == len(set(asked))


def test_calendars_searches_and_tags_are_not_followed(first: Crawled) -> None:
    traps = ("tim-kiem", "/seek", "/lich-cong-tac", "/ngay/", "/tag/", "/print/")
    assert not [request for request in first.sites.requests if any(trap in request.path for trap in traps)]


def test_every_source_is_done_and_the_runs_are_recorded(first: Crawled) -> None:
    assert not first.summary.failed
    with Archive(first.data, read_only=True) as archive:
        for source in first.summary.sources:
            (run,) = archive.runs(source.slug)
            assert (run.new, run.error, run.succeeded) == (source.new, "", True)
            assert run.listed >= source.new


def test_nothing_is_told_where_nothing_is_amiss(first: Crawled) -> None:
    for source in first.summary.sources:
        assert (source.notes, source.not_followed, source.failing, source.failures) == ([], 0, 0, []), source.slug
        assert next(line for line in first.summary.lines() if source.slug in line)[0] == "✓"
    with Archive(first.data, read_only=True) as archive:
        assert archive.alarms() == []
    assert notes(first.data) == {}


def test_everything_is_kept_when_asked_for(first: Crawled, tmp_path: Path) -> None:
    summary = crawled(first.sites, tmp_path, PORTAL, all_=True)
    everything = [article for article in first.sites.others() if article.site == PORTAL]
    assert summary.total("new") == len(first.sites.articles(PORTAL)) + len(everything)


def test_what_was_left_out_comes_in_with_all(first: Crawled, tmp_path: Path) -> None:
    crawled(first.sites, tmp_path, PORTAL)
    others = [article for article in first.sites.others() if article.site == PORTAL]
    assert crawled(first.sites, tmp_path, PORTAL, all_=True).total("new") == len(others)


def test_a_second_crawl_fetches_no_article_again_and_an_edit_makes_one_version(tmp_path: Path) -> None:
    with SampleSites() as sites:
        crawled(sites, tmp_path)
        paths = {(article.site, sites.builds[article.site].path_of(article)) for article in sites.articles()}
        sites.requests.clear()
        again = crawled(sites, tmp_path)
        assert [r for r in sites.requests if (r.site, r.path) in paths and r.status != 304] == []
        assert (again.total("new"), again.total("changed"), again.failed) == (0, 0, False)

        edited = sites.edit(NEWSPAPER, sites.articles(NEWSPAPER)[3].id, byline="Người Biên Tập")
        third = crawled(sites, tmp_path)
        assert (third.total("new"), third.total("changed"), third.total("unchanged")) == (0, 1, 0)
        with Archive(tmp_path, read_only=True) as archive:
            versions = archive.versions(article_key(sites.url_of(edited)))
            current = archive.article(article_key(sites.url_of(edited)))
            former = archive.article(article_key(sites.url_of(edited)), 1)
        assert [version.version for version in versions] == [1, 2]
        assert current is not None and current.article.byline == "Người Biên Tập"
        assert former is not None and former.article.byline != "Người Biên Tập"


def test_a_new_article_is_found_and_a_missing_one_stays(tmp_path: Path) -> None:
    with SampleSites() as sites:
        crawled(sites, tmp_path, NEWSPAPER)
        missing = sites.articles(NEWSPAPER)[0]
        sites.take_down(NEWSPAPER, missing.id)
        model = sites.articles(NEWSPAPER)[1]
        new = SampleArticle(
            **{name: getattr(model, name) for name in model.__slots__}
            | {"id": "999001", "slug": "moi", "published": "2026-11-02T08:00"}
        )
        sites.add(new)
        summary = crawled(sites, tmp_path, NEWSPAPER)
        assert (summary.total("new"), summary.total("gone"), summary.failed) == (1, 1, False)
        assert sites.url_of(missing) in archived(tmp_path)


def test_without_selectors_the_generic_extractor_reads_the_same(tmp_path: Path) -> None:
    from tests.crawl.sites.serve import BUILDS

    with SampleSites(without_selectors=[build.slug for build in BUILDS]) as sites:
        crawled(sites, tmp_path)
        found = archived(tmp_path)
        for truth in sites.articles():
            article = found[sites.url_of(truth)]
            assert as_read(article.title) == as_read(truth.title)
            assert as_read(article.body) == as_read(truth.body)
            assert as_read(article.printed_date).startswith(as_read(sites.printed_date(truth)))


def test_further_builds_json_next_js_postback_move_expired_certificate_throttling(tmp_path: Path) -> None:
    with MoreSites() as sites:
        summary = crawled(sites, tmp_path)
        found = archived(tmp_path)
        assert set(found) == {sites.url_of(article) for article in sites.articles()}
        assert [source.slug for source in summary.sources if source.error or source.notes] == []
        for truth in sites.articles():
            article = found[sites.url_of(truth)]
            assert as_read(article.title) == as_read(truth.title)
            assert as_read(article.body) == as_read(truth.body)
            assert as_read(article.printed_date).startswith(as_read(sites.printed_date(truth)))
        unthrottled = [source.slug for source in summary.sources if source.slug != "mau-bao-xuan-dai"]
        again = crawled(sites, tmp_path, *unthrottled)
        assert (again.total("new"), again.total("changed")) == (0, 0)


FAULTS = {
    "500": "answered 500",
    "404": "answered 404",
    "403": "answered 403",
    "hang": "timeout: no answer within 2 seconds",
    "drop": "cut off",
    "challenge": "challenge",
    "gambling": "hijacked",
}


@pytest.mark.parametrize(("fault", "why"), FAULTS.items(), ids=list(FAULTS))
def test_a_broken_site_is_reported_and_the_others_go_on(tmp_path: Path, fault: str, why: str) -> None:
    with SampleSites() as sites:
        sites.fail(NEWSPAPER, fault)
        limits = Limits(timeout_seconds=2, retries=1, retry_seconds=0.05)
        broken, healthy = crawled(sites, tmp_path, PORTAL, NEWSPAPER, limits=limits).sources[::-1]
        assert why in broken.error
        assert broken.stored == 0
        assert (healthy.slug, healthy.error, healthy.new) == (PORTAL, "", len(sites.articles(PORTAL)))


def test_a_page_that_is_cut_in_the_middle_does_not_stop_the_rest(tmp_path: Path) -> None:
    with SampleSites() as sites:
        victim = sites.articles(NEWSPAPER)[0]
        sites.fail(NEWSPAPER, "drop", sites.builds[NEWSPAPER].path_of(victim))
        (summary,) = crawled(sites, tmp_path, NEWSPAPER).sources
        assert summary.new == len(sites.articles(NEWSPAPER)) - 1
        assert summary.failures[0][1].startswith("cut off: the connection ended")


def test_articles_that_turn_into_a_challenge_are_not_stored_and_raise_an_alarm(tmp_path: Path) -> None:
    with SampleSites() as sites:
        crawled(sites, tmp_path, NEWSPAPER)
        before = archived(tmp_path)
        sites.fail(NEWSPAPER, "gambling", "/bg/")
        crawled(sites, tmp_path, NEWSPAPER)
        assert archived(tmp_path) == before
        with Archive(tmp_path, read_only=True) as archive:
            assert {alarm.kind for alarm in archive.alarms()} == {"hijacked"}


def test_a_run_that_was_cut_short_by_its_budget_goes_on_where_it_was(tmp_path: Path) -> None:
    with SampleSites() as sites:
        first, *_ = crawled(sites, tmp_path, NEWSPAPER, max_pages=8).sources
        assert 0 < first.new < len(sites.articles(NEWSPAPER))
        assert first.waiting > 0
        assert first.fetched <= 8
        for _ in range(20):
            if not crawled(sites, tmp_path, NEWSPAPER, max_pages=8).sources[0].waiting:
                break
        assert len(archived(tmp_path)) == len(sites.articles(NEWSPAPER))


def test_a_lost_frontier_costs_no_article_body(tmp_path: Path) -> None:
    with SampleSites() as sites:
        crawled(sites, tmp_path, NEWSPAPER)
        (tmp_path / "frontier.db").unlink()
        summary = crawled(sites, tmp_path, NEWSPAPER)
        assert (summary.total("new"), summary.total("not_modified")) == (0, len(sites.articles(NEWSPAPER)))


def test_a_crawl_that_is_stopped_keeps_what_it_has(tmp_path: Path) -> None:
    stop = threading.Event()

    def stop_at_the_first(summary: SourceSummary, done: bool) -> None:
        if summary.new:
            stop.set()

    with SampleSites() as sites:
        summary = crawl(sources_of(sites, NEWSPAPER), tmp_path, progress=stop_at_the_first, stop=stop, limits=QUICK)
        assert summary.stopped and summary.failed
        stored = len(archived(tmp_path))
        assert 1 <= stored < len(sites.articles(NEWSPAPER))
        assert crawled(sites, tmp_path, NEWSPAPER).total("new") == len(sites.articles(NEWSPAPER)) - stored


def test_a_data_directory_in_use_is_refused_in_plain_words(tmp_path: Path) -> None:
    with SampleSites() as sites, Archive(tmp_path), pytest.raises(ArchiveError, match="another process is writing"):
        crawled(sites, tmp_path, NEWSPAPER)


def test_a_crawl_runs_from_a_thread(tmp_path: Path) -> None:
    found: list[CrawlSummary] = []
    with SampleSites() as sites:
        thread = threading.Thread(target=lambda: found.append(crawled(sites, tmp_path, PORTAL)))
        thread.start()
        thread.join()
    assert found[0].total("new") > 0


def test_no_pages_at_all_is_no_budget(tmp_path: Path) -> None:
    with pytest.raises(CrawlError, match="max_pages = 0: expected 1 or more"):
        crawl([], tmp_path, max_pages=0)


def test_the_user_agent_says_who_we_are_and_whom_to_write_to() -> None:
    assert user_agent("crawl@example.org").startswith("hoinghi/")
    assert "+crawl@example.org" in user_agent("crawl@example.org")


LOOK_AT_PORTS = """
import os, sys, threading
from pathlib import Path
from crawl.fetch.crawler import crawl
from crawl.registry.sources import load_sources

def listening():
    own = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            own.add(os.readlink(entry))
        except OSError:
            pass
    rows = [row.split() for name in ("tcp", "tcp6") for row in Path("/proc/net", name).read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own]

def look(summary, done):
    assert not Path(f"/proc/self/task/{os.getpid()}/children").read_text(), "a process that nobody looks into"
    print("ports", *listening())

crawl(load_sources(Path(sys.argv[1])), Path(sys.argv[2]), max_pages=12, progress=look)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the open ports of a process from /proc")
def test_a_crawl_opens_no_port(tmp_path: Path) -> None:
    with SampleSites() as sites:
        command = [sys.executable, "-c", LOOK_AT_PORTS, str(sites.sources_file), str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3], check=True)
    assert set(ended.stdout.splitlines()) == {"ports"}


def test_a_source_that_cannot_be_crawled_for_an_error_of_ours_fails_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawl.fetch import crawler

    whole = crawler.Frontier

    def broken(data_dir: Path, source: str) -> object:
        if source == NEWSPAPER:
            raise RuntimeError("a package is missing")
        return whole(data_dir, source)

    monkeypatch.setattr(crawler, "Frontier", broken)
    with SampleSites() as sites:
        summary = crawled(sites, tmp_path, PORTAL, NEWSPAPER)
    assert summary.failed
    assert [(source.slug, bool(source.error)) for source in summary.sources] == [(PORTAL, False), (NEWSPAPER, True)]
    assert "✓" not in next(line for line in summary.lines() if NEWSPAPER in line)
    with Archive(tmp_path, read_only=True) as archive:
        assert not archive.runs(NEWSPAPER)[0].succeeded


def test_a_frontier_that_cannot_be_opened_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "frontier.db").mkdir()
    with SampleSites() as sites:
        summary = crawled(sites, tmp_path, PORTAL)
    assert summary.failed
    assert "frontier.db cannot be used" in summary.sources[0].error
