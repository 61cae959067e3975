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
from tests.crawl.sites.drawn_builds import DRAWN
from tests.crawl.sites.more_sites import MoreSites
from tests.crawl.sites.plain_builds import BUILDS, PlainBuild
from tests.crawl.sites.portal_builds import PORTALS
from tests.crawl.sites.running_sites import RunningSites
from tests.crawl.sites.serve import SampleSites
from tests.crawl.sites.small_site import QUICK, Answer, article, listing, small_site

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


@pytest.mark.parametrize("build", BUILDS + PORTALS + DRAWN, ids=lambda build: build.name)
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


MENU = '<nav><a href="/tuyen-truyen">Tuyên truyền</a> <a href="/chuyen-de.html">Chuyên đề</a></nav>'
TITLE = "Ban Thường vụ Tỉnh ủy họp phiên thứ {} trong quý"


def front_page(more: str) -> dict[str, Answer]:
    """A site without a pattern: a menu, three articles, and what stands below them."""
    entries = "".join(f'<li><a href="/tin/phien-hop-thuong-vu-{n}.html">{TITLE.format(n)}</a></li>' for n in (1, 2, 3))
    pages: dict[str, Answer] = {"/": (200, {}, f"{MENU}<ul>{entries}</ul>{more}")}
    pages |= {
        path: (200, {}, "<h1>Chuyên trang</h1><p>Trang mẫu.</p>") for path in ("/tuyen-truyen", "/chuyen-de.html")
    }
    return pages | {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in (1, 2, 3)}


@pytest.mark.parametrize(
    ("pager", "controls"),
    [
        (" ".join(f'<a href="javascript:toPage({n})">{n}</a>' for n in range(1, 6)), 4),
        (" ".join(f'<button onclick="toPage({n})">{n}</button>' for n in range(1, 4)), 2),
        (f'<select onchange="toPage(this)">{"".join(f"<option>{n}</option>" for n in range(1, 4))}</select>', 2),
        ('<div class="more" onclick="loadMore()">Xem thêm</div>', 1),
        ("".join(f'<span class="page" onclick="go({n})">{n}</span>' for n in range(1, 5)), 3),
        ('<ul class="pagination"><li><a href="#">1</a></li><li><a href="#">2</a></li></ul>', 1),
        ('<button id="load-more">Xem thêm</button>', 1),
        ('<div class="tin-trong-tuan" id="quang-nam"><button onclick="go(2)">2</button></div>', 1),
        ("".join(f"<i onclick=\"location.href='/tin?p=' + ({n} + at)\">{n}</i>" for n in (1, 2, 3)), 2),
    ],
)
def test_pagers_that_are_no_links_are_told_beside_a_menu(pager: str, controls: int, tmp_path: Path) -> None:
    with small_site(front_page(pager)) as site:
        summary = site.crawled(tmp_path, article="", example="")
    assert summary.notes == [f"{controls} links like pages of the list not followed"]


@pytest.mark.parametrize(
    "control",
    [
        '<div class="carousel slide"><a href="#c" data-slide="next">Next</a><li onclick="to(2)">2</li></div>',
        '<a href="#" onclick="move()">›</a><button data-move="1">»</button>',
        '<a href="#menu" data-toggle="collapse">Xem thêm</a>',
        '<div class="star-rating">' + "".join(f'<span onclick="rate({n})">{n}</span>' for n in range(1, 6)) + "</div>",
        "".join(f'<td onclick="day({n})">{n}</td>' for n in range(1, 32)),
        '<select onchange="show(this)"><option>2022</option><option>2023</option><option>2024</option></select>',
        '<select name="thang" onchange="show(this)"><option>1</option><option>2</option><option>3</option></select>',
        '<ul class="pager"><li class="disabled"><a href="javascript:;">Tiếp theo</a></li></ul>',
        '<div onclick="visitors()">1234</div>',
        '<select onchange="size(this)"><option>10</option><option>20</option><option>50</option></select>',
    ],
)
def test_controls_that_turn_no_pages_are_not_told(control: str, tmp_path: Path) -> None:
    with small_site(front_page(control)) as site:
        summary = site.crawled(tmp_path, article="", example="")
    assert (summary.new, summary.notes) == (3, [])


@pytest.mark.parametrize("shown", ["", "the articles of the front page"])
def test_months_that_lead_to_no_further_articles_are_left_soon(shown: str, tmp_path: Path) -> None:
    pages = front_page('<a href="/2030/01/">Tháng 1</a>')
    body = pages["/"][2] if shown else MENU
    for number in range(600):
        address = f"/{2030 + (number + 1) // 12}/{(number + 1) % 12 + 1:02}/"
        this = f"/{2030 + number // 12}/{number % 12 + 1:02}/"
        pages[this] = (200, {}, f'{body}<a href="{address}">Tháng sau</a>')
    with small_site(pages) as site:
        summary = site.crawled(tmp_path, article="", example="")
        assert sum(path.startswith("/20") for path in site.paths()) <= 3, site.paths()
    assert summary.new == 3


def test_a_section_that_shows_what_the_front_page_shows_is_read_to_its_end(tmp_path: Path) -> None:
    """Also where a pattern leads to it, and again in later runs."""
    pager = "".join(f'<a href="/muc/trang-{n}.html">{n}</a>' for n in (2, 3))
    pages: dict[str, Answer] = {"/": listing(1, 2, more='<a href="/muc/">Tin</a>'), "/muc/": listing(1, 2, more=pager)}
    pages |= {f"/muc/trang-{n}.html": listing(2 * n - 1, 2 * n, more=pager) for n in (2, 3)}
    with small_site(pages | {f"/bai-{n}": article(n) for n in range(1, 8)}) as site:
        assert site.crawled(tmp_path, next="/muc/$").new == 6
        site.pages["/"] = listing(7, 1, more='<a href="/muc/">Tin</a>')
        site.pages["/muc/"] = listing(7, 1, more=pager)
        assert site.crawled(tmp_path, next="/muc/$").new == 1


def test_a_list_of_ten_thousand_links_is_read_to_its_end(tmp_path: Path) -> None:
    with small_site({"/": listing(*range(10_000))}) as site:
        summary = site.crawled(tmp_path, page_budget=2)
    assert (summary.named, summary.notes) == (10_000, [])


def test_the_end_of_an_endless_list_of_links_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawl.fetch.html_reading.MAX_LINKS", 50)
    with small_site({"/": listing(*range(80))}) as site:
        summary = site.crawled(tmp_path, page_budget=2)
    assert (summary.named, summary.notes) == (50, ["30 links of long lists not read"])


def test_entries_of_a_json_list_without_addresses_are_told(tmp_path: Path) -> None:
    entries = json.dumps({"items": [{"id": number, "title": "Hội nghị"} for number in range(7)]})
    page = '<div id="app">Đang tải</div><script>fetch("/api/tin")</script>'
    with small_site({"/": (200, {}, page), "/api/tin": (200, {}, entries)}) as site:
        summary = site.crawled(tmp_path)
    assert "7 entries of JSON lists name no address: say with item_url how it is made" in summary.notes
