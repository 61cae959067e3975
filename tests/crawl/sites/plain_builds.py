"""Further builds, each a way of naming articles and of leading from one page of a list to the next; made in memory.

Twelve articles on meetings and four on other things in lists of five, a menu, a sidebar, and the pages that every site
has beside its news. What differs is the addresses: Build.article and Build.listing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.crawl.sites.small_site import Answer

PER_PAGE = 5
TOPICS = (
    *("giải ngân vốn đầu tư công", "chuyển đổi số ở cấp xã", "nhà ở cho công nhân khu công nghiệp", "phòng cháy rừng"),
    *("thu gom rác thải nông thôn", "dạy nghề cho thanh niên", "đường liên xã vùng cao", "nước sạch mùa khô"),
    *("trồng lúa hữu cơ", "bảo hiểm y tế học sinh", "sắp xếp trụ sở dôi dư", "du lịch làng nghề"),
)
OTHERS = (
    "Chợ hoa xuân mở sớm ba ngày",
    "Đội bóng xã thắng trận đầu",
    "Mưa to ở các huyện phía bắc",
    "Triển lãm ảnh cũ",
)


@dataclass(frozen=True)
class Story:
    number: int
    title: str
    slug: str
    text: str
    meeting: bool

    @property
    def teaser(self) -> str:
        return self.text[:90] + "</p>"


@dataclass(frozen=True)
class PlainBuild:
    """article: a story's address; listing: address of page N of the list; pager: HTML of the links of page N of M."""

    name: str
    article: Callable[[Story], str]
    listing: Callable[[int], str]
    pager: Callable[["PlainBuild", int, int], str]
    entry: Callable[[str, Story], str] = lambda url, story: (
        f'<li><a href="{url}">{story.title}</a><p>{story.text[:90]}</p></li>'
    )
    menu: str = '<a href="/">Trang chủ</a> <a href="/gioi-thieu.html">Giới thiệu</a> <a href="/lien-he">Liên hệ</a>'
    head: str = ""
    extra: Callable[["PlainBuild", str], dict[str, Any]] = lambda build, base: {}

    def pages(self, base: str) -> dict[str, Any]:
        """Return path → answer of the whole site."""
        stories = all_stories()
        count = -(-len(stories) // PER_PAGE)
        pages: dict[str, Any] = {
            "/gioi-thieu.html": page("Giới thiệu", "<p>Trang tin mẫu, hư cấu.</p>"),
            "/lien-he": page("Liên hệ", "<p>Trang tin mẫu, hư cấu.</p>"),
        }
        for number in range(1, count + 1):
            shown = stories[(number - 1) * PER_PAGE : number * PER_PAGE]
            entries = "".join(self.entry(self.article(story), story) for story in shown)
            body = f"<nav>{self.menu}</nav><ul>{entries}</ul><div>{self.pager(self, number, count)}</div>"
            pages[self.listing(number)] = page("Tin tức", body, self.head)
        latest = "".join(f'<li><a href="{self.article(story)}">{story.title}</a></li>' for story in stories[:4])
        for story in stories:
            body = (
                f"<nav>{self.menu}</nav><h1>{story.title}</h1><div>{story.text}</div><aside><ul>{latest}</ul></aside>"
            )
            pages[self.article(story)] = page(story.title, body)
        return pages | self.extra(self, base)

    def truth(self) -> set[str]:
        """Return the paths of the articles on meetings."""
        return {self.article(story) for story in all_stories() if story.meeting}


def page(title: str, body: str, head: str = "") -> Answer:
    return 200, {}, f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def all_stories() -> list[Story]:
    stories = []
    for number, topic in enumerate(TOPICS, start=1):
        title = f"Ban Thường vụ Tỉnh ủy họp cho ý kiến về {topic}"
        text = "".join(
            f"<p>Sáng {number}/3, Ban Thường vụ Tỉnh ủy (mẫu) họp phiên thứ {number}, cho ý kiến về {topic}. {more}</p>"
            for more in (
                f"Đồng chí chủ trì đề nghị các huyện báo cáo việc {topic} trước ngày {number + 10} hằng tháng.",
                f"Các ý kiến tại phiên họp đều cho rằng {topic} cần thêm {number * 3} tỷ đồng và ít thủ tục hơn.",
            )
        )
        stories.append(Story(4100 + number, title, f"ban-thuong-vu-tinh-uy-hop-ve-{_plain(topic)}", text, True))
    for number, title in enumerate(OTHERS, start=21):
        text = (
            f"<p>{title}, người dân các xã đến xem từ sáng. </p>"
            + "<p>Ban tổ chức cho biết sẽ làm lại sang năm. </p>" * 5
        )
        stories.insert(3 * (number - 20), Story(4100 + number, f"{title} trong tuần này", _plain(title), text, False))
    return stories


def numbers(build: PlainBuild, number: int, count: int) -> str:
    """A pager of numbers, the current one without a link."""
    return " ".join(
        f"<b>{n}</b>" if n == number else f'<a href="{build.listing(n)}">{n}</a>' for n in range(1, count + 1)
    )


def following(word: str) -> Callable[[PlainBuild, int, int], str]:
    """A pager of one link, to the next page."""
    return lambda build, number, count: f'<a href="{build.listing(number + 1)}">{word}</a>' if number < count else ""


def nothing(build: PlainBuild, number: int, count: int) -> str:
    return ""


def _plain(text: str) -> str:
    from tests.crawl.sites.builds.build import slug_of

    return slug_of(text)


def _sitemap(build: PlainBuild, base: str) -> dict[str, Any]:
    locations = "".join(f"<url><loc>{base}{build.article(story)}</loc></url>" for story in all_stories())
    locations += f"<url><loc>{base}/gioi-thieu.html</loc></url>"
    return {
        "/robots.txt": (200, {}, f"User-agent: *\nAllow: /\nSitemap: {base}/so-do/tat-ca.xml\n"),
        "/so-do/tat-ca.xml": (200, {}, f'<?xml version="1.0"?><urlset>{locations}</urlset>'),
    }


def _feed(build: PlainBuild, base: str) -> dict[str, Any]:
    items = "".join(f"<item><link>{base}{build.article(story)}</link></item>" for story in all_stories())
    return {"/rss/trang-chu.rss": (200, {}, f'<?xml version="1.0"?><rss><channel>{items}</channel></rss>')}


def _refresh(build: PlainBuild, base: str) -> dict[str, Any]:
    return {
        "/": (
            200,
            {},
            '<html><head><meta http-equiv="Refresh" content="0; URL=/cong/tin-tuc"></head><body></body></html>',
        )
    }


def _cookie(build: PlainBuild, base: str) -> dict[str, Any]:
    def answer(headers: dict[str, str]) -> Answer:
        if "vao=1" in headers.get("Cookie", ""):
            return listing
        return 302, {"Location": "/", "Set-Cookie": "vao=1; path=/"}, ""

    stories = all_stories()
    entries = "".join(build.entry(build.article(story), story) for story in stories[:PER_PAGE])
    listing = page("Tin tức", f"<ul>{entries}</ul>{build.pager(build, 1, 4)}")
    return {"/": answer}


def _box(build: PlainBuild, base: str) -> dict[str, Any]:
    """A front page that shows what the first page of the section shows."""
    stories = all_stories()[:PER_PAGE]
    entries = "".join(build.entry(build.article(story), story) for story in stories)
    return {"/": page("Trang nhất", f'<nav>{build.menu} <a href="/muc/tin-tuc">Tin tức</a></nav><ul>{entries}</ul>')}


def choice(build: PlainBuild, number: int, count: int) -> str:
    """A pager to choose from; beside it a choice of years, which turns no pages."""
    pages = "".join(f'<option value="{build.listing(n)}">{n}</option>' for n in range(1, count + 1))
    years = "".join(f"<option>{year}</option>" for year in range(2019, 2025))
    return (
        f'<select onchange="location.href = this.value">{pages}</select><select onchange="loc(this)">{years}</select>'
    )


def buttons(build: PlainBuild, number: int, count: int) -> str:
    return " ".join(
        f"<button onclick=\"window.location='{build.listing(n)}'\">{n}</button>" for n in range(1, count + 1)
    )


def months(build: PlainBuild, number: int = 1, count: int = 1) -> str:
    """The box of an archive by months, and of a diary by months, which goes on for ever."""
    archive = "".join(f'<li><a href="/2024/{month:02}/">Tháng {month} 2024</a></li>' for month in (1, 2, 3))
    return f'<aside><ul>{archive}</ul><a href="/lich-hop/lich/2024/05/">Lịch họp tháng 5</a></aside>'


def _archive(build: PlainBuild, base: str) -> dict[str, Any]:
    pages = {}
    for month in (1, 2, 3):
        stories = [story for story in all_stories() if story.number % 3 + 1 == month]
        entries = "".join(build.entry(build.article(story), story) for story in stories)
        pages[f"/2024/{month:02}/"] = page(f"Tháng {month}", f"<ul>{entries}</ul>{months(build)}")
    return pages


def _counted(path: str) -> Callable[[int], str]:
    """Addresses of pages, the first of which is the front page."""
    return lambda number: "/" if number == 1 else path.format(number)


BUILDS = (
    PlainBuild("post", lambda s: f"/{s.slug}-post{s.number}.html", _counted("/?page={}"), numbers),
    PlainBuild("month", lambda s: f"/chinh-tri/202403/{s.slug}-{s.number:07x}/", _counted("/trang-{}.html"), numbers),
    PlainBuild(
        "id-slug", lambda s: f"/news/thoi-su/{s.number}/{s.slug}", _counted("/page/{}"), following("Trang sau »")
    ),
    PlainBuild("commas", lambda s: f"/11/{s.number}/{s.slug}.htm", _counted("/11/page/{}/CHINH-TRI.htm"), numbers),
    PlainBuild("asp", lambda s: f"/Default.aspx?NewsViews={s.number}", _counted("/?cat=7&p={}"), numbers),
    PlainBuild(
        "sharepoint",
        lambda s: f"/Pages/2024-3-{s.number % 28 + 1}/{s.slug}x{s.number}.aspx",
        _counted("/?PageFirstRow={}1&Paged=TRUE"),
        following("Tiếp theo >"),
    ),
    PlainBuild("no-id", lambda s: f"/tin-tuc/{s.slug}", _counted("/tin-tuc?start={}0"), following(">>")),
    PlainBuild("cpage", lambda s: f"/chi-tiet?nid={s.number}", _counted("/van-ban/&cpage={}"), numbers),
    PlainBuild("folder", lambda s: f"/{s.slug}/{s.number}.htm", _counted("/{}"), numbers),
    PlainBuild("dash", lambda s: f"/{s.slug}-a{s.number}.html", _counted("/tin-p{}.html"), following("Xem thêm")),
    PlainBuild("sitemap", lambda s: f"/{s.slug}-d{s.number}.html", _counted("/nowhere-{}"), nothing, extra=_sitemap),
    PlainBuild(
        "feed",
        lambda s: f"/tin/{s.number}/{s.slug}.html",
        _counted("/nowhere-{}"),
        nothing,
        head='<link rel="alternate" type="application/rss+xml" href="/rss/trang-chu.rss">',
        extra=_feed,
    ),
    PlainBuild(
        "refresh",
        lambda s: f"/cong/tin-tuc/{s.slug}-{s.number}.html",
        lambda number: "/cong/tin-tuc" + (f"?trang={number}" if number > 1 else ""),
        numbers,
        extra=_refresh,
    ),
    PlainBuild("cookie", lambda s: f"/bai/{s.number}-{s.slug}", _counted("/?trang={}"), numbers, extra=_cookie),
    PlainBuild(
        "pictures",
        lambda s: f"/bai-viet/{s.slug}.{s.number}",
        _counted("/?pageindex={}"),
        numbers,
        entry=lambda url, story: f'<li><a href="{url}" title="{story.title}"><img src="/a.gif" alt=""></a></li>',
    ),
    PlainBuild(
        "box",
        lambda s: f"/tin-bai/{s.slug}-{s.number}.html",
        lambda number: "/muc/tin-tuc" + (f"/trang-{number}.html" if number > 1 else ""),
        numbers,
        extra=_box,
    ),
    PlainBuild("choice", lambda s: f"/xem/{s.number}/{s.slug}.aspx", _counted("/tin.aspx?trang={}"), choice),
    PlainBuild("buttons", lambda s: f"/doc/{s.number}-{s.slug}", _counted("/?pageno={}"), buttons),
    PlainBuild(
        "archive", lambda s: f"/2024/{s.number % 3 + 1:02}/{s.slug}/", _counted("/nowhere-{}"), months, extra=_archive
    ),
)
