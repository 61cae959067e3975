"""Politeness and patience over real HTTP: robots.txt, delays, Retry-After, redirects, limits; and the hostile site."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from crawl.archive.archive import Archive
from crawl.fetch.crawler import crawl
from crawl.fetch.fetcher import MAX_RETRY_AFTER_SECONDS, retry_after_seconds
from crawl.fetch.progress import no_progress
from crawl.fetch.robots import robots_of, unreachable_robots
from crawl.fetch.summary import SourceSummary
from crawl.registry.sources import load_sources
from tests.crawl.sites.more.hostile import GOOD, SCRIPT, HostileSite
from tests.crawl.sites.small_site import QUICK, Answer, Site, article, listing


def test_robots_txt_comes_first_and_we_say_who_we_are(site: Site, tmp_path: Path) -> None:
    assert site.crawled(tmp_path).new == 1
    assert site.paths() == ["/robots.txt", "/", "/bai-1"]
    assert all(headers["User-Agent"].startswith("hoinghi/") for _, _, headers in site.asked)


def test_rules_and_crawl_delay_of_robots_txt_are_kept(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /bai-2\nCrawl-delay: 0.4\n")
    site.pages["/"] = listing(1, 2)
    summary = site.crawled(tmp_path)
    assert (summary.new, summary.forbidden) == (1, 1)
    assert "/bai-2" not in site.paths()
    moments = [moment for _, moment, _ in site.asked]
    assert moments[2] - moments[1] >= 0.35  # a lower bound: the site was left alone


def test_rules_for_us_by_name_count() -> None:
    robots = robots_of(200, b"User-agent: hoinghi\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    assert not robots.allows("http://a.vn/x")


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (410, True), (403, True), (500, False), (429, False)])
def test_what_an_answer_to_robots_txt_means(status: int, allowed: bool) -> None:
    assert robots_of(status, b"").allows("http://a.vn/x") is allowed


def test_of_a_long_robots_txt_the_first_half_megabyte_counts(site: Site, tmp_path: Path) -> None:
    comment = f"# {'x' * 998}\n"
    site.pages["/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /bai-2\n" + comment * 30_000 + "Disallow: /\n")
    site.pages |= {"/": listing(1, 2), "/bai-2": article(2)}
    summary = site.crawled(tmp_path)
    assert (summary.new, summary.forbidden, summary.error) == (1, 1, "")


def test_a_slow_site_rests_five_times_as_long_as_it_needed(site: Site, tmp_path: Path) -> None:
    def slow(_: dict[str, str]) -> Answer:
        time.sleep(0.3)
        ended.append(time.monotonic())
        return listing(1)

    ended: list[float] = []
    site.pages["/"] = slow
    site.crawled(tmp_path, delay_seconds=0.05)
    after = next(moment for path, moment, _ in site.asked if path == "/bai-1")
    assert after - ended[0] >= 4.5 * 0.3  # a lower bound: the site was left alone


def test_a_page_without_an_answer_keeps_its_host_busy_once(site: Site, tmp_path: Path) -> None:
    """The server is at work on a request that we gave up: as long again nothing else is asked of it."""

    def late(_: dict[str, str]) -> Answer:
        time.sleep(3.0)
        return article(1)

    site.pages |= {"/": listing(1, 2), "/bai-1": late, "/bai-2": article(2)}
    summary = site.crawled(tmp_path, replace(QUICK, timeout_seconds=2.0))
    assert (summary.new, summary.failed) == (1, 1)
    assert site.paths().count("/bai-1") == 1
    moments = {path: moment for path, moment, _ in site.asked}
    assert moments["/bai-2"] - moments["/bai-1"] >= 3.9


def test_a_host_whose_robots_txt_cannot_be_read_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = (500, {}, "")
    summary = site.crawled(tmp_path)
    assert summary.error.startswith("robots.txt cannot be read (answered 500")
    assert set(site.paths()) == {"/robots.txt"}
    assert not unreachable_robots("timeout").allows("http://a.vn/")


def test_requests_keep_their_distance(site: Site, tmp_path: Path) -> None:
    site.crawled(tmp_path, delay_seconds=0.3)
    moments = [moment for _, moment, _ in site.asked]
    assert all(later - earlier >= 0.25 for earlier, later in pairwise(moments))


def test_retry_after_is_waited_for(site: Site, tmp_path: Path) -> None:
    answers = iter([(503, {"Retry-After": "1"}, ""), article()])
    site.pages["/bai-1"] = lambda _: next(answers)
    assert site.crawled(tmp_path).new == 1
    first, second = (moment for path, moment, _ in site.asked if path == "/bai-1")
    assert second - first >= 0.95


def test_a_long_retry_after_ends_the_run_and_is_remembered(site: Site, tmp_path: Path) -> None:
    site.pages["/bai-1"] = (429, {"Retry-After": "7200"}, "")
    summary = site.crawled(tmp_path)
    assert "asks to wait 7,200 seconds" in summary.error
    assert site.paths().count("/bai-1") == 1
    with Archive(tmp_path, read_only=True) as archive:
        (run,) = archive.runs("trang-mau")
        assert run.not_before > run.finished_at


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(
            ("120", 120.0),
            ("", 0.0),
            ("bald", 0.0),
            ("-5", 0.0),
            ("²", 0.0),
            ("1e400", 0.0),
            ("0", 0.0),
            ("00060", 60.0),
        ),
        *(("9" * 400, MAX_RETRY_AFTER_SECONDS), ("31536000", MAX_RETRY_AFTER_SECONDS)),
        *(("Fri, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER_SECONDS), ("Fri, 99 Dec 99999 00:00:00 GMT", 0.0)),
    ],
)
def test_retry_after_in_seconds(value: str, seconds: float) -> None:
    assert retry_after_seconds(value) == seconds


def test_retry_after_as_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(minutes=10)
    assert 590 <= retry_after_seconds(format_datetime(moment, usegmt=True)) <= 600


def test_errors_that_pass_are_tried_again_and_others_are_not(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/": listing(1, 2, 3), "/bai-2": (500, {}, ""), "/bai-3": (404, {}, "")}
    summary = site.crawled(tmp_path)
    assert (summary.new, summary.failed) == (1, 2)
    assert (site.paths().count("/bai-2"), site.paths().count("/bai-3")) == (3, 1)


def test_a_site_that_fails_again_and_again_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/": listing(*range(1, 30))} | {f"/bai-{n}": (500, {}, "") for n in range(1, 30)}
    summary = site.crawled(tmp_path)
    assert "4 pages in a row failed, the rest waits for the next run" in summary.error
    assert len(site.asked) == 2 + 4 * 3


def test_redirects_to_other_hosts_are_refused(site: Site, tmp_path: Path) -> None:
    site.pages["/bai-1"] = (301, {"Location": "http://khac.invalid/bai-1"}, "")
    summary = site.crawled(tmp_path)
    assert summary.failures[0][1].startswith("moved to http://khac.invalid/bai-1, which is no host of this source")


def test_a_moved_article_is_stored_under_its_new_address(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/bai-1": (301, {"Location": "/bai-9"}, ""), "/bai-9": article(9)}
    assert site.crawled(tmp_path).new == 1
    with Archive(tmp_path, read_only=True) as archive:
        assert [found.article.id for found in archive.articles()] == [f"{site.base}/bai-9"]


def test_every_answer_is_kept_as_it_came(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/": listing(1, 2), "/bai-2": (404, {}, "không có")}
    site.crawled(tmp_path)
    with Archive(tmp_path, read_only=True) as archive:
        kept = {capture.url.removeprefix(site.base): capture for capture in archive.captures()}
        assert {path: capture.status for path, capture in kept.items()} == {
            "/robots.txt": 404, "/": 200, "/bai-1": 200, "/bai-2": 404,
        }  # fmt: skip
        assert archive.body(kept["/bai-2"].id) == "không có".encode()


def test_a_list_that_goes_on_showing_its_last_page_ends(site: Site, tmp_path: Path) -> None:
    for number in range(2, 200):
        site.pages[f"/?page={number}"] = listing(1, more=f'<a href="/?page={number + 1}">sau</a>')
    site.pages["/"] = listing(1, more='<a href="/?page=2">sau</a>')
    assert site.crawled(tmp_path).new == 1
    assert len(site.asked) < 6  # the list repeats itself


def test_endless_new_lists_end_with_the_budget(site: Site, tmp_path: Path) -> None:
    for number in range(1, 500):
        site.pages[f"/?page={number}"] = listing(number, more=f'<a href="/?page={number + 1}">sau</a>')
        site.pages[f"/bai-{number}"] = article(number)
    site.pages["/"] = listing(1, more='<a href="/?page=2">sau</a>')
    site.crawled(tmp_path, page_budget=40)
    assert len(site.asked) == 40


def test_a_server_without_validators_is_not_asked_for_the_same_body_again(site: Site, tmp_path: Path) -> None:
    site.pages["/bai-1"] = (200, {}, article()[2])
    site.crawled(tmp_path)
    assert site.crawled(tmp_path).new == 0
    assert site.paths().count("/bai-1") == 1


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HostileSite, SourceSummary, Path]]:
    data = tmp_path_factory.mktemp("hostile")
    with HostileSite() as sites:
        summary = crawl(
            load_sources(sites.sources_file),
            data,
            max_pages=45,
            all_=True,
            limits=replace(QUICK, timeout_seconds=3, max_bytes=4 << 20),
            progress=no_progress,
        ).sources[0]
        yield sites, summary, data


def test_the_good_article_of_a_hostile_site_is_stored(hostile: tuple[HostileSite, SourceSummary, Path]) -> None:
    _, _, data = hostile
    with Archive(data, read_only=True) as archive:
        titles = [found.article.title for found in archive.articles()]
    assert GOOD.title in titles


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("vo-tan", "larger than"), ("bom-gzip", "cannot be unpacked: more than"), ("nho-giot", "timeout"),
        ("toi-tep", "leads to no web page"), ("toi-may-nay", "no host of this source"), ("toi-noi-khac", "no host of"),
        ("vong-tron", "redirected"), ("nhi-phan", "zero bytes"), ("long-nhau", "nested deeper"), ("rong", "no title"),
    ],
)  # fmt: skip
def test_each_harm_is_refused_in_plain_words(
    hostile: tuple[HostileSite, SourceSummary, Path], name: str, why: str
) -> None:
    _, summary, _ = hostile
    said = {url.rsplit("/", 1)[1].removesuffix(".html"): reason for url, reason in summary.failures}
    assert why in said[name]


def test_nothing_is_asked_of_a_server_that_the_registry_does_not_name(
    hostile: tuple[HostileSite, SourceSummary, Path],
) -> None:
    sites, _, _ = hostile
    assert {request.site for request in sites.requests} == {"mau-trang-du"}


def test_a_hostile_site_costs_a_bounded_number_of_requests_and_bytes(
    hostile: tuple[HostileSite, SourceSummary, Path],
) -> None:
    sites, _, data = hostile
    assert len(sites.requests) <= 45
    assert sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) < 50_000_000


def test_scripts_in_titles_are_text_and_titles_are_short(hostile: tuple[HostileSite, SourceSummary, Path]) -> None:
    _, _, data = hostile
    with Archive(data, read_only=True) as archive:
        found = [one.article for one in archive.articles()]
    assert any(SCRIPT in article.title for article in found)
    assert max(len(article.title) for article in found) <= 1_000
    assert not any(link.startswith(("javascript:", "data:")) for article in found for link in article.attachments)
