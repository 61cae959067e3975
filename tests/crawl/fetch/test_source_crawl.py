"""What one run of a source asks for, when it has had enough, and what it tells of that."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawl.archive.archive import Archive
from crawl.archive.database import CAPTURES
from crawl.archive.journal import events_in
from crawl.extraction.relevance import judge
from crawl.fetch.announced_places import USUAL_PLACES
from crawl.fetch.crawler import crawl
from crawl.fetch.frontier import DAY
from crawl.fetch.summary import SourceSummary
from hoinghi import main
from tests.crawl.sites.small_site import QUICK, Answer, Site, article, listing

NUMBERS = range(1, 9)


def test_a_run_ends_when_its_time_is_up_and_tells_what_waits(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages = {"/": listing(*NUMBERS)} | {f"/bai-{number}": article(number) for number in NUMBERS}
    ahead, begun = [0.0], time.monotonic()
    monkeypatch.setattr("crawl.clock.monotonic", lambda: begun + ahead[0])

    def pass_time(_: SourceSummary, done: bool) -> None:
        ahead[0] += 0.0 if done else 10.0  # each page

    limits = replace(QUICK, max_seconds=35.0)
    (summary,) = crawl([site.source()], tmp_path, limits=limits, progress=pass_time).sources
    assert (summary.new, summary.waiting, summary.error) == (3, 5, "")  # the list and three articles
    assert "3 new, 5 waiting for the next run" in summary.in_words()
    (summary,) = crawl([site.source()], tmp_path, limits=limits, progress=pass_time).sources
    assert (summary.new, summary.waiting) == (3, 2)
    assert site.crawled(tmp_path).new == 2


SITEMAP = "<urlset>{}</urlset>"
NAME = "/hop-tinh-uy-ve-dau-tu-cong-{}.html"


def entries(site: Site, *numbers: int) -> str:
    return SITEMAP.format("".join(f"<url><loc>{site.base}{NAME.format(number)}</loc></url>" for number in numbers))


def front_page(*numbers: int) -> Answer:
    links = "".join(f'<li><a href="{NAME.format(number)}">Họp Tỉnh ủy về đầu tư {number}</a>' for number in numbers)
    return 200, {}, f"<p>Trang tin (mẫu)</p><ul>{links}</ul>"


@pytest.mark.parametrize("place", USUAL_PLACES)
def test_usual_places_are_tried_where_nothing_is_announced(site: Site, tmp_path: Path, place: str) -> None:
    site.pages = {"/": front_page(), place: (200, {}, entries(site, 1, 2))}
    site.pages |= {NAME.format(number): article(number) for number in (1, 2, 3)}
    summary = site.crawled(tmp_path, article="")
    assert (summary.new, summary.notes, summary.failed, summary.error) == (2, [], 0, "")
    site.pages[place] = (200, {}, entries(site, 1, 2, 3))
    site.asked.clear()
    assert site.crawled(tmp_path, article="").new == 1
    assert set(USUAL_PLACES) & set(site.paths()) == {place}  # the others not again, so soon
    del site.pages[place]
    summary = site.crawled(tmp_path, article="")
    assert (summary.failed, summary.failing, summary.notes, summary.error) == (0, 0, [], "")


def test_usual_places_that_are_refused_are_no_failure_and_tried_again_after_a_month(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages = {"/": front_page(1, 2, 3)} | {NAME.format(number): article(number) for number in (1, 2, 3)}
    site.pages |= dict.fromkeys(USUAL_PLACES, (403, {}, ""))  # as some sites answer to whatever they do not know
    asked, new = [], []
    for days in (0, 1, 31):
        monkeypatch.setattr("crawl.clock.wall", lambda days=days: time.time() + days * DAY)
        summary = site.crawled(tmp_path, article="")
        assert (summary.failed, summary.failing, summary.notes, summary.error) == (0, 0, [], "")
        asked.append(sum(path in USUAL_PLACES for path in site.paths()))
        new.append(summary.new)
        site.asked.clear()
    assert (asked, new) == ([4, 0, 4], [3, 0, 0])


@pytest.mark.parametrize("named", [{}, {"article": "", "feeds": ("/rss",)}, {"article": "", "sitemaps": ("/s.xml",)}])
def test_usual_places_are_not_tried_where_the_registry_names_one(
    site: Site, tmp_path: Path, named: dict[str, object]
) -> None:
    values = {name: tuple(site.base + one for one in value) if value else "" for name, value in named.items()}
    site.crawled(tmp_path, **values)
    assert not set(USUAL_PLACES) & set(site.paths())


def test_a_clock_that_was_ahead_is_told_in_summary_and_status(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ahead:
        ahead.setattr("crawl.clock.wall", lambda: time.time() + 3 * 365 * DAY)
        site.crawled(tmp_path)
    site.pages |= {"/": listing(1, 2), "/bai-2": article(2)}
    (summary,) = crawl([site.source()], tmp_path, limits=QUICK, progress=lambda *_: None).sources
    assert summary.new == 1  # the list is asked again, though it was read in three years
    told = "times of 2 pages were in the future and count as now: the clock of this machine was ahead, or is behind"
    assert summary.notes == [told]
    said = CliRunner().invoke(main, ["status", "--data", str(tmp_path)])
    assert (said.exit_code, said.output.count(told)) == (0, 1), said.output
    assert site.crawled(tmp_path).notes == []
    assert told not in CliRunner().invoke(main, ["status", "--data", str(tmp_path)]).output


def test_the_captures_say_why_a_page_belongs_and_why_another_does_not(site: Site, tmp_path: Path) -> None:
    harvest = f"<title>Gặt lúa</title><h1>Gặt lúa</h1><p>{'Cánh đồng xã vào mùa gặt. ' * 30}</p>"
    site.pages |= {"/": listing(1, 2), "/bai-2": (200, {}, harvest)}
    assert (site.crawled(tmp_path).new, site.crawled(tmp_path).left_out) == (1, 1)
    (file,) = (tmp_path / CAPTURES).iterdir()
    told = {(event["event"], record.url): event for event, record in events_in(file)}
    with Archive(tmp_path, read_only=True) as archive:
        (stored,) = archive.articles()
    verdict = judge(stored.article)
    assert verdict.keep and verdict.reason  # which words of it tell of a meeting of which body
    kept = told["article", f"{site.base}/bai-1"]
    assert (kept["verdict"], kept["article"]["title"]) == (verdict.reason, stored.article.title)
    left_out = told["left_out", f"{site.base}/bai-2"]
    assert left_out["why"] == "names neither a meeting nor a party or council body in its opening"
    pages = {record.url: event["page"] for event, record in events_in(file) if event["event"] == "capture"}
    assert pages == {
        f"{site.base}{path}": kind
        for path, kind in {"/robots.txt": "robots", "/": "list", "/bai-1": "article", "/bai-2": "article"}.items()
    }
    assert {event["source"] for event, _ in events_in(file) if event["event"] == "capture"} == {"trang-mau"}
