"""Builds as portals of offices have them: sections behind the front page, and lists that go on in ways of their own."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from tests.crawl.sites.plain_builds import PER_PAGE, PlainBuild, Story, all_stories, numbers, page

SECTION = "Hoạt động của Tỉnh ủy"


def behind(link: str, text: str = SECTION) -> Callable[[PlainBuild, str], dict[str, Any]]:
    """A front page that names no article, only the section."""
    return lambda build, base: {"/": page("Trang chủ", f'<nav>{build.menu} <a href="{link}">{text}</a></nav>')}


def counted(first: str, further: str, minus: int = 0, times: int = 1) -> Callable[[int], str]:
    """Addresses of a section's pages."""
    return lambda number: first if number == 1 else further.format((number - minus) * times)


def in_a_program(build: PlainBuild, number: int, count: int) -> str:
    """A pager of one arrow, whose program holds the address; on the last page the arrow does nothing."""
    if number == count:
        return '<a class="disabled" href="javascript:;"><img src="/next.gif" alt="Tiếp theo"></a>'
    address = build.listing(number + 1).replace("&", "\\u0026")
    program = f"javascript:Refresh(event, &quot;{address}&quot;);javascript:return false;"
    return f'<a href="javascript:" onclick="{program}"><img src="/next.gif" alt="Tiếp theo"></a>'


def form(build: PlainBuild, number: int, count: int) -> str:
    """A choice of pages that a form sends by GET."""
    options = "".join(f"<option value={n}{' selected' * (n == number)}>{n}</option>" for n in range(1, count + 1))
    return (
        '<form action="/tin.html" method="get"><input type="hidden" name="muc" value="dang">'
        f'<select name="trang" onchange="this.form.submit()">{options}</select></form>'
    )


def form_buttons(build: PlainBuild, number: int, count: int) -> str:
    buttons = "".join(f'<button type="submit" name="pg" value="{n}">{n}</button>' for n in range(1, count + 1))
    return f'<form action="/tin.aspx">{buttons}</form>'


def more(build: PlainBuild, number: int, count: int) -> str:
    return f'<div class="more" data-url="{build.listing(number + 1)}">Xem thêm tin</div>' if number < count else ""


def icon(build: PlainBuild, number: int, count: int) -> str:
    return f'<a class="btn next" href="{build.listing(number + 1)}"><i></i></a>' if number < count else ""


def card(url: str, story: Story) -> str:
    """A title that is no link; "Chi tiết" beside it is."""
    return f'<div><div><h4>{story.title}</h4><p>{story.text[:60]}</p></div><a href="{url}">Chi tiết</a></div>'


def cover(url: str, story: Story) -> str:
    """A link without a text that lies over its card."""
    return f'<div><h5>{story.title}</h5><a href="{url}" aria-label="{story.title}"></a></div>'


def row(url: str, story: Story) -> str:
    return (
        f'<table><tr><td>{story.number}</td><td><a href="{url}">{story.title}</a></td><td>01/03/2024</td></tr></table>'
    )


def with_print(url: str, story: Story) -> str:
    on_paper = f'<a href="/ban-in{url}" title="{story.title}"><img src="/i.gif"></a>'
    return f'<li><a href="{url}">{story.title}</a> {on_paper}</li>'


def _letters(number: int) -> str:
    """Return a key without digits."""
    return "".join("bcdfghjkmn"[int(digit)] for digit in str(number))


def _parts(build: PlainBuild, addresses: dict[int, str], more: str) -> dict[str, Any]:
    """The stories in as many parts as there are addresses, each with the links to all of them."""
    pages = {}
    for rest, address in addresses.items():
        shown = [story for story in all_stories() if story.number % len(addresses) == rest]
        entries = "".join(build.entry(build.article(story), story) for story in shown)
        pages[address] = page("Tin tức", f"<ul>{entries}</ul>{more}")
    return pages


def _years(build: PlainBuild, base: str) -> dict[str, Any]:
    """The years of a channel are its pages."""
    addresses = {rest: f"/channel/{2022 + rest}/" for rest in range(3)}
    links = "".join(f'<a href="{address}">Năm {address[-5:-1]}</a> ' for address in addresses.values())
    newest = "".join(build.entry(build.article(story), story) for story in all_stories()[:3])
    pages = {"/": page("Trang chủ", f'<nav>{build.menu} <a href="/channel/">{SECTION}</a></nav><ul>{newest}</ul>')}
    return pages | {"/channel/": page("Kênh", f"<ul>{newest}</ul>{links}")} | _parts(build, addresses, links)


def _months(build: PlainBuild, base: str) -> dict[str, Any]:
    addresses = {rest: f"/tin?nam=2024&thang={rest + 1}" for rest in range(3)}
    links = "".join(f'<a href="{address}">Tháng {rest + 1}/2024</a> ' for rest, address in addresses.items())
    newest = "".join(build.entry(build.article(story), story) for story in all_stories()[:3])
    return {"/": page("Trang chủ", f"<ul>{newest}</ul>{links}")} | _parts(build, addresses, links)


def _frames(build: PlainBuild, base: str) -> dict[str, Any]:
    frames = '<frameset><frame src="/dau.htm"><frame src="/tin/ds.asp"></frameset>'
    return {
        "/": (200, {}, f"<html><head><title>Trang tin</title></head>{frames}</html>"),
        "/dau.htm": page("Đầu trang", '<img src="/b.jpg" alt="Biểu trưng">'),
    }


def _welcome(build: PlainBuild, base: str) -> dict[str, Any]:
    """A page of welcome, a portal, its news: the sections come after them."""
    steps = ("/", "/vi/trang-chu", "/vi/tin-tuc", "/vi/tin-tuc/dang")
    return {here: page("Cổng", f'<a href="{there}">Vào trang</a>') for here, there in pairwise(steps)}


def _long_names(build: PlainBuild, base: str) -> dict[str, Any]:
    """Names of sections as long as titles, with addresses like those of articles."""
    other = "/van-hoa-va-doi-song-o-co-so-c25.html"
    menu = f'<a href="{build.listing(1)}">Xây dựng Đảng và hệ thống chính trị</a> <a href="{other}">Văn hóa</a>'
    newest = "".join(build.entry(build.article(story), story) for story in all_stories()[:PER_PAGE])
    return {"/": page("Trang chủ", f"<nav>{menu}</nav>{newest}"), other: page("Văn hóa", "<p>Chưa có bài.</p>")}


def _prints(build: PlainBuild, base: str) -> dict[str, Any]:
    return {f"/ban-in{build.article(story)}": page(story.title, story.text) for story in all_stories()}


PORTALS = (
    PlainBuild("years", lambda s: f"/tin/{s.slug}/", counted("/nowhere", "/nowhere-{}"), numbers, extra=_years),
    PlainBuild("months", lambda s: f"/t/{s.slug}.html", counted("/nowhere", "/nowhere-{}"), numbers, extra=_months),
    PlainBuild(
        "numbered",
        lambda s: f"/node/{s.number}",
        counted("/taxonomy/term/34", "/taxonomy/term/34?page={}", minus=1),
        numbers,
        extra=behind("/taxonomy/term/34"),
    ),
    PlainBuild(
        "program",
        lambda s: f"/Lists/Tin/View_Detail.aspx?ItemId={s.number}",
        counted("/Lists/Tin/View.aspx", "/Lists/Tin/View.aspx?PageFirstRow={}&Paged=TRUE", times=PER_PAGE),
        in_a_program,
        extra=behind("/Lists/Tin/View.aspx"),
    ),
    PlainBuild(
        "form",
        lambda s: f"/tin/{s.number}.html",
        counted("/tin.html?muc=dang", "/tin.html?muc=dang&trang={}"),
        form,
        extra=behind("/tin.html?muc=dang"),
    ),
    PlainBuild("cards", lambda s: f"/chi-tiet/{s.number}", counted("/", "/?page={}"), numbers, entry=card),
    PlainBuild("covers", lambda s: f"/tin/{s.slug}-{s.number}", counted("/", "/trang/{}"), numbers, entry=cover),
    PlainBuild(
        "frames",
        lambda s: f"/xem.asp?so={s.number}",
        counted("/tin/ds.asp", "/tin/ds.asp?tr={}"),
        numbers,
        extra=_frames,
    ),
    PlainBuild(
        "keyed",
        lambda s: f"/tin/newsid/{s.number}/tabid/85/Default.aspx",
        counted("/tin/tabid/85/Default.aspx", "/tin/tabid/85/currentpage/{}/Default.aspx"),
        icon,
        extra=behind("/tin/tabid/85/Default.aspx"),
    ),
    PlainBuild("more", lambda s: f"/doc/{s.slug}-{s.number}.tin", counted("/", "/ajax/kenh?trang={}"), more),
    PlainBuild(
        "long names",
        lambda s: f"/{s.slug}-a{s.number}.html",
        counted("/xay-dung-dang-va-doan-the-c24.html", "/xay-dung-dang-va-doan-the-c24-p{}.html"),
        numbers,
        entry=row,
        extra=_long_names,
    ),
    PlainBuild(
        "plain", lambda s: f"/?p={s.number}", counted("/?cat=3", "/?cat=3&paged={}"), numbers, extra=behind("/?cat=3")
    ),
    PlainBuild("short", lambda s: f"/v/{_letters(s.number)}", counted("/", "/c/{}"), numbers),
    PlainBuild(
        "session",
        lambda s: f"/portal/tin/{s.number}",
        counted("/portal/muc", "/portal/muc?d-49653-p={}"),
        lambda build, number, count: numbers(build, number, count).replace("muc?", "muc;jsessionid=0A1B2C3D?"),
        extra=behind("/portal/muc;jsessionid=77AA"),
    ),
    PlainBuild("nuke", lambda s: f"/modules.php?name=News&sid={s.number}", counted("/", "/?min={}0"), icon),
    PlainBuild(
        "print", lambda s: f"/tin/{s.number}", counted("/", "/?trang={}"), numbers, entry=with_print, extra=_prints
    ),
    PlainBuild(
        "welcome",
        lambda s: f"/vi/bai/{s.number}",
        counted("/vi/tin-tuc/dang", "/vi/tin-tuc/dang/trang{}"),
        numbers,
        extra=_welcome,
    ),
    PlainBuild("sent", lambda s: f"/tin/{s.number}.aspx", counted("/", "/tin.aspx?pg={}"), form_buttons),
    PlainBuild(
        "module",
        lambda s: f"/default.asp?id={s.number}&m=2",
        counted("/default.asp?m=1", "/default.asp?m=1&trang={}"),
        numbers,
        extra=behind("/default.asp?m=1"),
    ),
)
