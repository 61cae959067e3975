"""Crawls of sites whose further pages no link names, or whose articles stand at more than one address."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawl.archive.archive import Archive
from tests.crawl.fetch.discovered import MORE, TITLE, entry, found_on, further
from tests.crawl.sites.small_site import Answer, article, small_site


def kept(data: Path, base: str) -> list[str]:
    with Archive(data, read_only=True) as archive:
        return sorted(found.article.id.removeprefix(base) for found in archive.articles())


def day(number: int, shown: str, more: str = "") -> dict[str, Answer]:
    return {f"/ngay/2024/03/{number:02}": (200, {}, f"<ul>{shown}</ul>{more}")}


def test_days_of_an_archive_are_followed_as_long_as_they_tell_something(tmp_path: Path) -> None:
    """The newest are known from the front page; each day names the day before."""
    pages: dict[str, Answer] = {
        "/": (200, {}, f'<ul>{"".join(map(entry, range(18, 13, -1)))}</ul><a href="/ngay/2024/03/18">Tin ngày 18/3</a>')
    }
    for number in range(18, 0, -1):
        pages |= day(number, entry(number), f'<a href="/ngay/2024/03/{number - 1:02}">Ngày trước</a>')
        pages[f"/tin/phien-hop-thuong-vu-{number}.html"] = article(number)
    with small_site(pages) as site:
        assert site.crawled(tmp_path, article="", example="").new == 18
        assert len(site.asked) < 50, site.paths()


@pytest.mark.parametrize("shown", ["", entry(1) + entry(2) + entry(3)])
def test_the_days_of_a_calendar_are_left_soon(shown: str, tmp_path: Path) -> None:
    """Also where each day links the month before it, and shows a box of news."""
    box = "".join(map(entry, (1, 2, 3)))
    pages: dict[str, Answer] = {}
    for month in range(1, 13):
        before = f'<a href="/lich-su/2024/{month - 1:02}">‹</a>'
        links = before + "".join(f'<a href="/su-kien/2024/{month:02}/{n:02}">{n}</a>' for n in range(1, 29))
        pages |= {f"/su-kien/2024/{month:02}/{n:02}": (200, {}, shown + links) for n in range(1, 29)}
        pages[f"/su-kien/2024/{month:02}"] = (200, {}, shown + links)
    pages["/"] = (200, {}, f"<ul>{box}</ul>" + links)
    pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in (1, 2, 3)}
    with small_site(pages) as site:
        assert site.crawled(tmp_path, article="", example="").new == 3
        assert sum(path.startswith("/su-kien") for path in site.paths()) <= 10, site.paths()


def test_a_pager_sent_by_post_is_read_to_its_end_and_nothing_else_is_sent(tmp_path: Path) -> None:
    others = '<form method="post" action="/binh-chon"><button name="chon" value="2">2</button></form>'
    pager = (
        '<form method="post" action="/">'
        + "".join(f'<button name="trang" value="{n}">{n}</button>' for n in (1, 2, 3))
        + "</form>"
    )
    pages: dict[str, Answer] = {"/": (200, {}, entry(1) + entry(2) + pager + others)}
    for number in (2, 3):
        pages[f"/ trang={number}"] = (200, {}, entry(2 * number - 1) + entry(2 * number) + pager + others)
    pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in range(1, 7)}
    with small_site(pages) as site:
        summary = site.crawled(tmp_path, article="", example="")
        assert [path for path in site.paths() if " " in path] == ["/ trang=2", "/ trang=3"]
    assert (summary.new, summary.notes) == (6, [])


def test_an_article_at_two_addresses_is_kept_at_the_one_that_it_names(tmp_path: Path) -> None:
    own = "/dang/phien-hop-thuong-vu-{}.html"
    both = "".join(
        f'<a href="/{c}/phien-hop-thuong-vu-{n}.html">{TITLE.format(n)}</a>' for n in (1, 2) for c in ("moi", "dang")
    )
    pages: dict[str, Answer] = {"/": (200, {}, both)}
    with small_site(pages) as site:
        for number in (1, 2):
            status, headers, text = article(number)
            for folder in ("moi", "dang"):
                head = f'<link rel="canonical" href="{site.base}{own.format(number)}">'
                pages[f"/{folder}/phien-hop-thuong-vu-{number}.html"] = (status, headers, f"{head}{text}")
        site.pages |= pages
        assert site.crawled(tmp_path, article="", example="").error == ""
        assert kept(tmp_path, site.base) == [own.format(1), own.format(2)]


def test_an_article_whose_own_address_leads_nowhere_is_kept_where_it_is(tmp_path: Path) -> None:
    status, headers, text = article(1)
    pages: dict[str, Answer] = {"/": (200, {}, entry(1) + entry(2))}
    with small_site(pages) as site:
        head = f'<link rel="canonical" href="{site.base}/cu/phien-hop-thuong-vu-1.html">'
        front = f'<link rel="canonical" href="{site.base}/">'
        site.pages["/tin/phien-hop-thuong-vu-1.html"] = (status, headers, f"{head}{text}")
        site.pages["/tin/phien-hop-thuong-vu-2.html"] = (200, {}, f"{front}{article(2)[2]!s}")
        for _ in range(2):
            site.crawled(tmp_path, article="", example="")
        assert kept(tmp_path, site.base) == [f"/tin/phien-hop-thuong-vu-{n}.html" for n in (1, 2)]


def test_feeds_that_a_page_links_are_read(tmp_path: Path) -> None:
    with small_site({}) as site:
        links = "".join(f"<item><link>{site.base}/tin/phien-hop-thuong-vu-{n}.html</link></item>" for n in (1, 2, 3))
        site.pages |= {
            "/": (200, {}, f'{entry(1)}<a href="/rss.html">RSS</a>'),
            "/rss.html": (200, {}, '<ul><li>Thời sự <a href="/rss/thoi-su.rss"><img alt="RSS"></a></ul>'),
            "/rss/thoi-su.rss": (200, {}, f'<?xml version="1.0"?><rss version="2.0"><channel>{links}</channel></rss>'),
        }
        site.pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in (1, 2, 3)}
        assert site.crawled(tmp_path, article="", example="").new == 3


def test_items_without_addresses_are_those_that_other_pages_link(tmp_path: Path) -> None:
    """A list in JSON drawn by a program in a file; dates and pictures in it are no articles."""

    def items(*numbers: int) -> Answer:
        data = [
            {
                "Id": 700 + n,
                "Alias": f"phien-hop-thuong-vu-{n}",
                "Date": f"/Date(17000{n})/",
                "Anh": f"/anh/{n}-2024.jpg",
            }
            for n in numbers
        ]
        return 200, {"Content-Type": "application/json"}, json.dumps({"Data": data})

    def linked(number: int) -> str:
        return entry(number).replace(".html", f"-{700 + number}.html")

    pages: dict[str, Answer] = {
        "/": (200, {}, linked(1) + linked(2) + '<a href="/muc/dang">Xây dựng Đảng</a>'),
        "/muc/dang": (200, {}, '<div id="app"></div><script>var ds = "/api/tin?pageIndex=1&pageSize=3"</script>'),
        "/api/tin?pageIndex=1&pageSize=3": items(1, 2, 3),
        "/api/tin?pageIndex=2&pageSize=3": items(4, 5),
        "/api/tin?pageIndex=3&pageSize=3": items(),
    }
    pages |= {f"/tin/phien-hop-thuong-vu-{n}-{700 + n}.html": article(n) for n in range(1, 6)}
    with small_site(pages) as site:
        summary = site.crawled(tmp_path, article="", example="")
        assert not [path for path in site.paths() if "Date" in path or "anh" in path]
    assert (summary.new, summary.failed) == (5, 0)


@pytest.mark.parametrize("pager", ["", '<a href="/?trang=2">2</a>'])
def test_where_no_list_goes_on_the_older_articles_are_those_that_articles_name(pager: str, tmp_path: Path) -> None:
    pages: dict[str, Answer] = {"/": (200, {}, entry(9) + entry(8) + pager), "/?trang=2": (200, {}, entry(7))}
    for number in range(1, 10):
        status, headers, text = article(number)
        older = "".join(map(entry, range(number - 1, max(0, number - 3), -1)))
        others = '<a href="/in/phien-hop-thuong-vu-5.html">Bản in của bài họp thường vụ</a>'
        pages[f"/tin/phien-hop-thuong-vu-{number}.html"] = (status, headers, f"{text}<h4>Đã đưa</h4>{older}{others}")
    with small_site(pages) as site:
        summary = site.crawled(tmp_path, article="", example="")
    assert (summary.new, summary.failed) == (3 if pager else 9, 0)


def test_an_article_that_stands_at_two_addresses_word_for_word_is_kept_once(tmp_path: Path) -> None:
    both = "".join(
        f'<a href="/{c}/phien-hop-thuong-vu-{n}.html">{TITLE.format(n)}</a>' for n in (1, 2) for c in ("a", "b")
    )
    pages: dict[str, Answer] = {"/": (200, {}, both)}
    for number in (1, 2):
        status, headers, text = article(number)
        for folder in ("a", "b"):
            pages[f"/{folder}/phien-hop-thuong-vu-{number}.html"] = (
                status,
                headers,
                f"{text}<p>Số {number}, ngày hội</p>",
            )
    with small_site(pages) as site:
        site.crawled(tmp_path, article="", example="")
        assert kept(tmp_path, site.base) == [f"/a/phien-hop-thuong-vu-{n}.html" for n in (1, 2)]
        assert len(set(site.paths())) == len(site.paths())
        site.asked.clear()
        summary = site.crawled(tmp_path, article="", example="")
        assert (summary.new, summary.changed, summary.moved) == (0, 0, 0)
        assert kept(tmp_path, site.base) == [f"/a/phien-hop-thuong-vu-{n}.html" for n in (1, 2)]
        assert len(site.asked) <= 2 + 3 * 2  # a twin is asked for, and what it is the twin of, once more than by itself


def test_sections_deep_below_one_another_are_followed(tmp_path: Path) -> None:
    pages: dict[str, Answer] = {}
    steps = ["/", "/ban", "/ban/linh-vuc", "/ban/linh-vuc/chuyen-de"]
    for number, (here, below) in enumerate(zip(steps, [*steps[1:], ""], strict=True), 1):
        more = f'<a href="{below}">Mục bên dưới</a>' if below else ""
        pages[here] = (200, {}, f"{entry(2 * number)}{entry(2 * number + 1)}{more}")
    pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in range(2, 10)}
    with small_site(pages) as site:
        assert site.crawled(tmp_path, article="", example="").new == 8


def test_parts_that_a_program_asks_for_by_post_are_asked_for_to_the_last(tmp_path: Path) -> None:
    call = MORE.format("$.post('/Tin/LoadMore', { nhom: nhom, page: p }, add);")
    pages: dict[str, Answer] = {
        "/": (200, {}, entry(1) + entry(2) + call),
        "/Tin/LoadMore nhom=7&page=4": (200, {}, " "),
    }
    for number in (2, 3):
        pages[f"/Tin/LoadMore nhom=7&page={number}"] = (200, {}, entry(2 * number - 1) + entry(2 * number))
    pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in range(1, 7)}
    with small_site(pages) as site:
        summary = site.crawled(tmp_path, article="", example="")
        assert sum(" " in path for path in site.paths()) <= 3, site.paths()
    assert (summary.new, summary.notes) == (6, [])


def test_where_many_titles_stand_at_one_path_the_query_names_them(tmp_path: Path) -> None:
    path = "/wps/!ut/p/a1/04_Sj9CPykssy0xPLMnMz0vMAfGjzOLd"
    links = "".join(f'<a href="{path}?urile=tin/{n}&amp;1dmy">{TITLE.format(n)}</a>' for n in (1, 2, 3))
    pages: dict[str, Answer] = {"/": (200, {}, links + entry(4).replace(".html", ".html?tu=trang-chu"))}
    pages |= {f"{path}?1dmy=&urile=tin/{n}": article(n) for n in (1, 2, 3)}
    pages["/tin/phien-hop-thuong-vu-4.html"] = article(4)
    with small_site(pages) as site:
        assert site.crawled(tmp_path, article="", example="").new == 4


def test_addresses_with_hash_and_bang_are_asked_for_as_robots_ask(tmp_path: Path) -> None:
    head = '<meta name="fragment" content="!">'
    links = "".join(f'<a href="#!/tin/{n}00/phien-hop">{TITLE.format(n)}</a>' for n in (1, 2, 3))
    pages: dict[str, Answer] = {
        "/": (200, {}, f'{head}<div id="app"></div>'),
        "/?_escaped_fragment_=": (200, {}, f"{head}{links}"),
    }
    pages |= {f"/?_escaped_fragment_=/tin/{n}00/phien-hop": article(n) for n in (1, 2, 3)}
    with small_site(pages) as site:
        assert site.crawled(tmp_path, article="", example="").new == 3
    assert further(found_on('<a href="#!/muc/2">Mục hai</a>')) == []


def test_an_archive_by_weeks_is_read_from_the_page_that_names_its_years(tmp_path: Path) -> None:
    pages: dict[str, Answer] = {
        "/": (200, {}, "".join(map(entry, (8, 7, 6))) + '<a href="/luu-tru">Lưu trữ</a>'),
        "/luu-tru": (200, {}, '<a href="/luu-tru/2023">Năm 2023</a><a href="/luu-tru/2024">Năm 2024</a>'),
    }
    for number in range(1, 9):
        year, week = 2023 + number % 2, 10 + number
        weeks = f'<a href="/luu-tru/{year}/tuan-{week}">Tuần {week} ({number}/3 - {number + 6}/3)</a>'
        known = pages.get(f"/luu-tru/{year}", (200, {}, ""))[2]
        pages[f"/luu-tru/{year}"] = (200, {}, f"{known!s}{weeks}")
        pages[f"/luu-tru/{year}/tuan-{week}"] = (200, {}, entry(number))
        pages[f"/tin/phien-hop-thuong-vu-{number}.html"] = article(number)
    with small_site(pages) as site:
        assert site.crawled(tmp_path, article="", example="").new == 8


@pytest.mark.parametrize(
    ("link", "is_followed"),
    [
        ('<a href="/tin?nam=2024&tuan=12">Tuần 12</a>', True),
        ('<a href="/luu-tru/2024-w12">18/3/2024 - 24/3/2024</a>', True),
        ('<a href="/lich-cong-tac/2024/tuan-12">Tuần 12</a>', False),
        ('<a href="/luu-tru/2024-w12">12</a>', False),
    ],
)
def test_weeks_of_an_archive_are_told_from_those_of_a_diary(link: str, is_followed: bool) -> None:
    assert bool(further(found_on(entry(1) + entry(2) + link))) is is_followed


def unchanged(answer: Answer) -> Callable[[dict[str, str]], Answer]:
    """Return a page that is not sent again to whoever has it."""
    status, _, text = answer
    return lambda asked: (304, {}, "") if asked.get("If-None-Match") else (status, {"ETag": '"1"'}, text)


def test_that_lists_have_pagers_is_known_when_they_do_not_change(tmp_path: Path) -> None:
    """Then what a new article names beside it waits for nobody to name it."""
    pages: dict[str, Any] = {
        "/": unchanged((200, {}, entry(1) + entry(2) + '<a href="/?page=2">2</a>')),
        "/?page=2": unchanged((200, {}, entry(3))),
        **{f"/tin/phien-hop-thuong-vu-{n}.html": unchanged(article(n)) for n in range(1, 6)},
    }
    with small_site(pages) as site:
        assert site.crawled(tmp_path, article="", example="").new == 3
        item = f"<item><link>{site.base}/tin/phien-hop-thuong-vu-4.html</link></item>"
        site.pages["/tin.rss"] = (200, {}, f'<?xml version="1.0"?><rss version="2.0"><channel>{item}</channel></rss>')
        status, headers, text = article(4)
        site.pages["/tin/phien-hop-thuong-vu-4.html"] = (status, headers, f"{text!s}<ul>{entry(5)}</ul>")
        site.crawled(tmp_path, article="", example="", feeds=(f"{site.base}/tin.rss",))
        assert kept(tmp_path, site.base) == [f"/tin/phien-hop-thuong-vu-{n}.html" for n in range(1, 5)]


def test_how_items_are_addressed_is_known_when_the_page_that_shows_them_does_not_change(tmp_path: Path) -> None:
    def items(*numbers: int) -> Answer:
        return 200, {}, json.dumps([{"id": 700 + n, "alias": f"phien-hop-thuong-vu-{n}"} for n in numbers])

    shown = f'{entry(1)}{entry(2)}<script type="application/json">{items(1, 2)[2]!s}</script>'
    pages: dict[str, Any] = {"/": unchanged((200, {}, shown)), "/api": items(1, 2)}
    pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": unchanged(article(n)) for n in (1, 2, 3)}
    with small_site(pages) as site:
        start = (f"{site.base}/", f"{site.base}/api")
        assert site.crawled(tmp_path, article="", example="", start=start).new == 2
        site.pages["/api"] = items(3, 2, 1)
        summary = site.crawled(tmp_path, article="", example="", start=start)
        assert (summary.new, summary.notes) == (1, [])


@pytest.mark.parametrize("status", [400, 404])
def test_what_answers_behind_the_last_part_of_a_counted_list_is_no_failure(status: int, tmp_path: Path) -> None:
    """As the interface of WordPress does: parts are counted here, nobody said that there is a further one."""
    items = "/wp-json/posts?categories=7&page={}"
    call = "p++; fetch('/wp-json/posts?categories=7&page=' + p)"
    more = (
        f'<button id="them" onclick="them()">Tải thêm</button><script>var p = 1; function them() {{ {call} }}</script>'
    )
    pages: dict[str, Any] = {"/": (200, {}, f"<ul>{entry(1)}{entry(2)}</ul>{more}")}
    pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in (1, 2, 3, 4)}
    pages[items.format(3)] = (status, {"Content-Type": "application/json"}, '{"code":"rest_post_invalid_page_number"}')
    with small_site(pages) as site:
        posts = [{"link": f"{site.base}/tin/phien-hop-thuong-vu-{n}.html"} for n in (3, 4)]
        site.pages[items.format(2)] = (200, {"Content-Type": "application/json"}, json.dumps(posts))
        summary = site.crawled(tmp_path, article="", example="")
        assert items.format(3) in site.paths()
    assert (summary.new, summary.failures, summary.failing, summary.notes) == (4, [], 0, [])


def test_a_page_that_lists_feeds_may_be_announced_as_one(tmp_path: Path) -> None:
    """As NukeViet does; where it lists none, it is damaged."""
    announced = '<link rel="alternate" type="application/rss+xml" href="/kenh/">'
    items = "<item><link>/tin/phien-hop-thuong-vu-3.html</link></item>"
    pages: dict[str, Any] = {
        "/": (200, {}, f"<head>{announced}</head><ul>{entry(1)}{entry(2)}</ul>"),
        "/kenh/": (200, {}, '<!DOCTYPE html><html><body><a href="/rss/tin-tuc/">Tin tức</a></body></html>'),
        "/rss/tin-tuc/": (200, {}, f'<?xml version="1.0"?><rss><channel>{items}</channel></rss>'),
    }
    pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in (1, 2, 3)}
    with small_site(pages) as site:
        summary = site.crawled(tmp_path, article="", example="")
    assert (summary.new, summary.notes) == (3, [])


def test_a_sitemap_may_be_a_text_of_addresses(tmp_path: Path) -> None:
    pages: dict[str, Any] = {"/": (200, {}, f"<ul>{entry(1)}{entry(2)}</ul>")}
    pages |= {f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in (1, 2, 3)}
    with small_site(pages) as site:
        site.pages["/robots.txt"] = (200, {}, f"Sitemap: {site.base}/so-do.txt\n")
        named = f"{site.base}/\n{site.base}/lien-he\n{site.base}/tin/phien-hop-thuong-vu-3.html\n"
        site.pages["/so-do.txt"] = (200, {"Content-Type": "text/plain"}, named)
        summary = site.crawled(tmp_path, article="", example="")
    assert (summary.new, summary.notes) == (3, [])
