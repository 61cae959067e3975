"""A site that has a bad day loses no article: what failed, was forbidden or stood unfinished comes in later."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.archive import Archive
from crawl.extraction.relevance import Verdict
from crawl.fetch import limits as limits_module
from crawl.fetch.frontier_reports import failing_pages, forbidden_pages
from tests.crawl.sites.small_site import QUICK, Answer, Site, article, listing, small_site

OLD, NEW = range(1, 7), range(7, 13)
PATIENT = replace(QUICK, retries=0, failures_in_a_row=100)

UNFINISHED = (
    "Sáng nay, Ban Thường vụ Tỉnh ủy họp phiên thường kỳ tại trụ sở Tỉnh ủy, cho ý kiến về bốn nội dung do Ban cán sự "
    "đảng UBND tỉnh trình. Đồng chí Bí thư Tỉnh ủy chủ trì phiên họp. Dự phiên họp có các đồng chí trong Ban "
    "Thường vụ và lãnh đạo các sở có liên quan.</p><p>Phiên họp dự kiến bế mạc vào cuối giờ chiều. Nội dung chi tiết "
    "của phiên họp đang được cập nhật."
)


def page(title: str, text: str) -> Answer:
    return 200, {}, f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"


def forbidden(site: Site) -> None:
    site.pages["/robots.txt"] = (200, {}, "User-agent: *\nDisallow: /bai-\n")


def maintenance_elsewhere(site: Site) -> None:
    for number in NEW:
        site.pages[f"/bai-{number}"] = (302, {"Location": "http://bao-tri.invalid/"}, "")


def maintenance_at_another_article(site: Site) -> None:
    site.pages["/bai-99"] = page("Thông báo", "Trang tin tạm dừng để nâng cấp.")
    for number in NEW:
        site.pages[f"/bai-{number}"] = (302, {"Location": "/bai-99"}, "")


def maintenance_in_place(site: Site) -> None:
    for number in NEW:
        site.pages[f"/bai-{number}"] = page(
            "Bảo trì", "Hệ thống đang được bảo trì, mời quý độc giả quay lại sau ít giờ."
        )


def not_found(site: Site) -> None:
    for number in NEW:
        site.pages[f"/bai-{number}"] = (404, {}, "")


def server_error(site: Site) -> None:
    for number in NEW:
        site.pages[f"/bai-{number}"] = (500, {}, "")


def unfinished(site: Site) -> None:
    for number in NEW:
        site.pages[f"/bai-{number}"] = page(
            f"Hội nghị Ban Thường vụ Tỉnh ủy lần {number}",
            UNFINISHED,
        )


def behind_a_login(site: Site) -> None:
    for number in NEW:
        site.pages[f"/bai-{number}"] = page(
            f"Hội nghị Tỉnh ủy lần {number}", "Vui lòng đăng nhập để xem bài viết về hội nghị Tỉnh ủy."
        )


def not_about_a_meeting_yet(site: Site) -> None:
    for number in NEW:
        site.pages[f"/bai-{number}"] = page(f"Tin số {number}", f"Bài số {number} nói về mùa gặt ở cánh đồng xã. " * 20)


BAD_DAYS: dict[str, tuple[Callable[[Site], None], int]] = {
    "robots.txt forbids all for a night": (forbidden, 1),
    "a redirect to another host": (maintenance_elsewhere, 1),
    "a redirect to a notice": (maintenance_at_another_article, 1),
    "a notice with status 200": (maintenance_in_place, 1),
    "404 on five runs": (not_found, 5),
    "500 on six runs": (server_error, 6),
    "articles that are being written": (unfinished, 1),
    "a login before every article": (behind_a_login, 2),
    "articles that are rewritten": (not_about_a_meeting_yet, 2),
}


@pytest.mark.parametrize(("fault", "bad_runs"), BAD_DAYS.values(), ids=list(BAD_DAYS))
def test_every_article_is_there_after_a_bad_day(
    site: Site, tmp_path: Path, fault: Callable[[Site], None], bad_runs: int
) -> None:
    site.pages = {"/": listing(*OLD)} | {f"/bai-{number}": article(number) for number in OLD}
    assert site.crawled(tmp_path, PATIENT).new == len(OLD)
    well = {"/": listing(*OLD, *NEW)} | {f"/bai-{number}": article(number) for number in (*OLD, *NEW)}
    site.pages = dict(well)
    fault(site)
    for _ in range(bad_runs):
        summary = site.crawled(tmp_path, PATIENT)
        assert summary.new == 0
        assert summary.failing or summary.left_out or summary.failed or summary.error
    site.pages = dict(well)
    for _ in range(2):
        summary = site.crawled(tmp_path, PATIENT)
    with Archive(tmp_path, read_only=True) as archive:
        assert {found.article.id.rpartition("-")[2] for found in archive.articles()} == {
            str(number) for number in (*OLD, *NEW)
        }
    assert summary.error == ""
    assert {page.url for page in failing_pages(tmp_path)} <= {f"{site.base}/bai-99"}  # the notice, which is gone


def test_an_article_that_stays_short_is_taken_as_it_is_after_two_days(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages |= {"/": listing(7)}
    unfinished(site)
    assert site.crawled(tmp_path).new == 0
    monkeypatch.setattr("crawl.fetch.source_crawl.UNFINISHED_SECONDS", 0.0)
    assert site.crawled(tmp_path).new == 1


def test_a_chain_of_redirects_to_ever_new_addresses_ends(site: Site, tmp_path: Path) -> None:
    for number in range(1, 300):
        site.pages[f"/bai-{number}"] = (302, {"Location": f"/bai-{number + 1}"}, "")
    for number in range(300):
        site.pages[f"/?page={number}"] = (302, {"Location": f"/?page={number + 1}"}, "")
    summary = site.crawled(tmp_path, start=(f"{site.base}/", f"{site.base}/?page=1"))
    assert len(site.asked) < 30
    assert any("redirected more than 5 times" in why for _, why in summary.failures)


def registry_of(site: Site, folder: Path) -> list[str]:
    """Write a registry of the site alone; return the options that name it and the folder."""
    sources = folder / "sources.toml"
    sources.write_text(
        f'[[source]]\nslug = "trang-mau"\nname = "Trang mẫu"\nkind = "other"\nhosts = ["{site.host}:{site.port}"]\n'
        f'start = ["{site.base}/"]\narticle = \'/bai-\\d+$\'\nexample = "{site.base}/bai-1"\ndelay_seconds = 0\n',
        "utf-8",
    )
    return ["--sources", str(sources), "--data", str(folder)]


@pytest.mark.parametrize("budget", [[], ["--max-pages", "1"]], ids=["of the registry", "of one page"])
def test_a_site_that_no_longer_answers_is_no_success_whatever_it_had(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, budget: list[str]
) -> None:
    from hoinghi import main

    monkeypatch.setattr("crawl.fetch.crawler.Limits", lambda: QUICK)
    command = ["crawl", *registry_of(site, tmp_path), *budget]
    site.crawled(tmp_path)
    ended = CliRunner().invoke(main, command)
    assert (ended.exit_code, site.paths().count("/")) == (0, 2), ended.output  # a page, though robots.txt was asked for
    site.pages["/robots.txt"] = (503, {}, "")
    ended = CliRunner().invoke(main, command)
    assert ended.exit_code == 1, ended.output
    assert "✗ trang-mau" in ended.output
    assert "failed: robots.txt cannot be read (answered 503): nothing is fetched until it can" in ended.output


@pytest.mark.parametrize("path", ["/robots.txt", "/"])
def test_a_site_that_asks_to_come_back_later_has_not_failed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    from hoinghi import main

    monkeypatch.setattr("crawl.fetch.crawler.Limits", lambda: QUICK)
    site.pages[path] = (503, {"Retry-After": "3600"}, "")
    ended = CliRunner().invoke(main, ["crawl", *registry_of(site, tmp_path)])
    assert ended.exit_code == 0, ended.output
    assert "! trang-mau" in ended.output
    assert site.paths()[-1] == path
    with Archive(tmp_path, read_only=True) as archive:
        (run,) = archive.runs("trang-mau", 5)
    assert run.not_before > run.started_at  # the scheduler comes back after it
    assert f"    asked to come back, not before {run.not_before}: " in ended.output
    assert not run.succeeded


def test_status_names_what_could_not_be_fetched_and_retry_asks_for_it(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hoinghi import main

    site.pages |= {"/": listing(1, 2), "/bai-2": (404, {}, "")}
    site.crawled(tmp_path)
    common = registry_of(site, tmp_path)
    (state,) = json.loads(CliRunner().invoke(main, ["status", "--json", *common]).output)
    (unfetched,) = state["unfetched"]
    assert (unfetched["url"], unfetched["why"], unfetched["tries"]) == (f"{site.base}/bai-2", "answered 404", 1)
    said = CliRunner().invoke(main, ["status", *common]).output
    assert f"{site.base}/bai-2" in said and "answered 404" in said

    monkeypatch.setattr("crawl.fetch.frontier.YOUNG_SECONDS", -1.0)  # as if days had gone by
    site.crawled(tmp_path)
    site.pages["/bai-2"] = article(2)
    assert site.crawled(tmp_path).new == 0
    ended = CliRunner().invoke(main, ["crawl", "--retry", *common])
    assert ended.exit_code == 0, ended.output
    assert "1 new" in ended.output
    (state,) = json.loads(CliRunner().invoke(main, ["status", "--json", *common]).output)
    assert state["unfetched"] == []


def test_many_pages_that_fail_for_days_raise_an_alarm(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages = {"/": listing(*OLD, *NEW)} | {f"/bai-{number}": article(number) for number in OLD}
    site.crawled(tmp_path, PATIENT)
    with Archive(tmp_path, read_only=True) as archive:
        assert archive.alarms() == []
    monkeypatch.setattr("crawl.fetch.alarms.ALARM_AFTER_SECONDS", 0.0)
    site.crawled(tmp_path, PATIENT)
    with Archive(tmp_path, read_only=True) as archive:
        (alarm,) = archive.alarms()
    assert (alarm.kind, alarm.detail[:8]) == ("unfetched", "6 pages ")


def test_another_rule_judges_what_was_left_out_without_a_request(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/bai-2"] = page("Tin", "Cánh đồng xã vào mùa gặt sớm hơn mọi năm gần mười ngày. " * 20)
    site.pages["/"] = listing(1, 2)
    assert site.crawled(tmp_path).left_out == 1
    monkeypatch.setattr("crawl.fetch.frontier.YOUNG_SECONDS", -1.0)
    site.crawled(tmp_path)
    asked = site.paths().count("/bai-2")
    for reader in ("source_crawl", "page_settlement"):
        monkeypatch.setattr(f"crawl.fetch.{reader}.rules_version", lambda: "another rule")
    site.crawled(tmp_path)
    assert site.paths().count("/bai-2") == asked
    monkeypatch.setattr("crawl.fetch.source_crawl.rules_version", lambda: "one that keeps it")
    monkeypatch.setattr("crawl.fetch.page_reading.judge", lambda article: Verdict(True, ""))
    assert site.crawled(tmp_path).new == 1


def test_a_full_disk_pauses_the_crawl_which_says_so_and_goes_on(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawl.fetch.crawler import crawl
    from crawl.fetch.summary import SourceSummary

    real = os.statvfs(tmp_path)
    free = [0]
    usage = type(limits_module.shutil.disk_usage(tmp_path))
    monkeypatch.setattr(
        limits_module.shutil, "disk_usage", lambda _: usage(real.f_blocks * 4096, 0, free[0] or real.f_blocks * 4096)
    )
    monkeypatch.setattr("crawl.fetch.source_crawl.SPACE_CHECK_SECONDS", 0.05)
    free[0] = 1024
    said: list[str] = []

    def make_room(summary: SourceSummary, done: bool) -> None:
        said.append(summary.in_words())
        if "paused" in said[-1] and len(said) > 3:
            free[0] = 0

    summary = crawl([site.source()], tmp_path, limits=QUICK, progress=make_room).sources[0]
    assert "paused: the disk of" in said[0] and "make room" in said[0]
    assert (summary.new, summary.error) == (1, "")


def test_a_disk_that_stays_full_ends_the_run_as_failed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawl.fetch.source_crawl.lacking_space", lambda *_: "the disk is full: make room")
    monkeypatch.setattr("crawl.fetch.source_crawl.SPACE_CHECK_SECONDS", 0.02)
    summary = site.crawled(tmp_path, replace(QUICK, max_space_wait_seconds=0.1))
    assert summary.error == "the disk is full: make room"


def test_a_source_that_moved_house_in_the_night_is_followed_in_the_morning(tmp_path: Path) -> None:
    with small_site({"/": (302, {"Location": "http://noi-khac.invalid/"}, "")}, "127.0.0.42") as site:
        summary = site.crawled(tmp_path)
        assert "no host of this source" in summary.failures[0][1]
        site.pages = {"/": listing(1), "/bai-1": article()}
        assert site.crawled(tmp_path).new == 1


def test_a_page_that_robots_txt_forbids_is_no_failure_and_is_asked_for_again(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/": listing(1, 2), "/robots.txt": (200, {}, "User-agent: *\nDisallow: /bai-2\n")}
    for _ in range(2):
        summary = site.crawled(tmp_path)
        assert (summary.forbidden, summary.failing, summary.notes, summary.error) == (1, 0, [], "")
    assert failing_pages(tmp_path) == []
    assert forbidden_pages(tmp_path) == {"trang-mau": 1}
    site.pages |= {"/robots.txt": (404, {}, ""), "/bai-2": article(2)}
    assert site.crawled(tmp_path).new == 1
    assert forbidden_pages(tmp_path) == {}


def test_a_site_that_forbids_most_of_its_articles_is_told(site: Site, tmp_path: Path) -> None:
    site.pages = {"/": listing(*OLD, *NEW)} | {f"/bai-{number}": article(number) for number in (*OLD, *NEW)}
    forbidden(site)
    summary = site.crawled(tmp_path)
    assert summary.error == "robots.txt forbids every article that was asked for (12)"
    site.pages["/robots.txt"] = (200, {}, "User-agent: *\nAllow: /bai-1$\nDisallow: /bai-\n")
    summary = site.crawled(tmp_path)
    assert (summary.new, summary.error) == (1, "")
    assert any("robots.txt forbids 11 pages" in note for note in summary.notes)


def damaged_in_its_midst(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\x55" * 8192)


@pytest.mark.parametrize(
    "harm", [lambda path: path.write_bytes(b"\x00\x01not a database" * 1000), damaged_in_its_midst]
)
def test_a_damaged_frontier_is_told_set_aside_and_made_anew(
    site: Site, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    from hoinghi import main

    site.crawled(tmp_path)
    harm(tmp_path / "frontier.db")
    said = CliRunner().invoke(main, ["status", "--data", str(tmp_path)])
    assert "trang-mau: " in said.output and "sets it aside" in said.output
    assert (said.exit_code, type(said.exception)) == (1, SystemExit)
    summary = site.crawled(tmp_path)
    assert (summary.new + summary.unchanged + summary.not_modified, summary.error) == (1, "")
    assert len(list(tmp_path.glob("frontier.db.damaged-*"))) == 1
    assert any("the pages were found anew" in note for note in summary.notes)
    assert CliRunner().invoke(main, ["status", "--data", str(tmp_path)]).exit_code == 0


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><item><link>{base}/bai-1</link></item>
<item><link>{base}/bai-2</link></item>{rest}"""


@pytest.mark.parametrize(
    ("rest", "told"),
    [("</channel></rss>", ""), ("<item><title>đứt", "it is malformed"), ("</kênh></rss>", "it is malformed")],
)
def test_a_malformed_feed_is_read_as_far_as_it_goes_and_told(site: Site, tmp_path: Path, rest: str, told: str) -> None:
    site.pages |= {"/rss": (200, {}, FEED.format(base=site.base, rest=rest)), "/bai-2": article(2), "/": listing(1)}
    summary = site.crawled(tmp_path, feeds=(f"{site.base}/rss",))
    assert (summary.new, summary.error) == (2, "")
    assert [told in note for note in summary.notes] == ([True] if told else [])
    assert all("/rss: " in note for note in summary.notes)


def test_a_page_in_the_place_of_a_feed_is_told(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = (200, {}, "<?xml version='1.0'?><loi>hết bài</loi>")
    summary = site.crawled(tmp_path, feeds=(f"{site.base}/rss",))
    assert any("its root is <loi>: expected RSS, Atom or a sitemap" in note for note in summary.notes)


def test_links_that_cannot_be_followed_are_counted_for_the_metrics(site: Site, tmp_path: Path) -> None:
    pager = "".join(f'<a href="javascript:den({n})" data-trang="{n}">{n}</a>' for n in (2, 3))
    site.pages["/"] = (200, {}, f'<a href="/bai-1">b</a>{pager}')
    summary = site.crawled(tmp_path)
    assert summary.not_followed == 2
    with Archive(tmp_path, read_only=True) as archive:
        assert archive.runs("trang-mau")[0].not_followed == 2


def test_a_zero_byte_costs_no_page(site: Site, tmp_path: Path) -> None:
    status, heads, body = article(1)
    site.pages["/bai-1"] = (status, heads, body.replace("hội nghị", "hội\0 nghị").replace("họp", "h\0ọp", 1))
    assert site.crawled(tmp_path).new == 1
    with Archive(tmp_path, read_only=True) as archive:
        (stored,) = archive.articles()
    assert "\0" not in stored.article.body and "họp phiên thường kỳ" in stored.article.body
