"""Builds whose lists go on in a way that only their programs, data or forms say; typical of what agencies deliver."""

import json
from typing import Any
from urllib.parse import quote

from tests.crawl.sites.plain_builds import PER_PAGE, PlainBuild, Story, all_stories, nothing, page
from tests.crawl.sites.portal_builds import behind, counted
from tests.crawl.sites.small_site import Answer

COUNT = -(-len(all_stories()) // PER_PAGE)


def shown(number: int) -> list[Story]:
    return all_stories()[(number - 1) * PER_PAGE : number * PER_PAGE]


def entries(build: PlainBuild, number: int) -> str:
    return "".join(build.entry(build.article(story), story) for story in shown(number))


def as_json(value: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value, ensure_ascii=False)


def program(text: str) -> Answer:
    return 200, {"Content-Type": "application/javascript"}, text


def encoded(build: PlainBuild, number: int, count: int) -> str:
    """NukeViet: the address of each page, written as part of an address, is what a program is called with."""
    return " ".join(
        f"<a href=\"javascript:void(0)\" onclick=\"tai_trang('{quote(build.listing(n), safe='')}','ds')\">{n}</a>"
        for n in range(1, count + 1)
        if n != number
    )


def data_program(build: PlainBuild, number: int, count: int) -> str:
    """Nuxt: buttons that say nothing, and the data of the page as a program that is called at once."""
    items = ",".join(f'{{id:{story.number},slug:"{story.slug}",hot:a}}' for story in shown(number))
    data = f"(function(a,b){{return {{tin:{{data:[{items}],current_page:{number},last_page:b}}}}}}(false,{count}))"
    buttons = "".join(f"<button>{n}</button>" for n in range(1, count + 1))
    return f"<div>{buttons}</div><script>window.__NUXT__={data};</script>"


def revealed(build: PlainBuild, number: int, count: int) -> str:
    """htmx: a part of the page that is replaced by the next part when it is seen."""
    return f'<div hx-get="{build.listing(number + 1)}" hx-trigger="revealed"></div>' if number < count else ""


def arrows(build: PlainBuild, number: int, count: int) -> str:
    """Pictures without a word."""
    return f'<a href="{build.listing(number + 1)}"><img src="/toi.png"></a>' if number < count else ""


def of_an_object(build: PlainBuild, number: int, count: int) -> str:
    spans = "".join(f'<span onclick="trang.den({n})">{n}</span>' for n in range(1, count + 1) if n != number)
    body = "if (p < 1 || p > this.tong) return; window.location.href = '/1239/' + this.muc + '/page/' + p;"
    return f"{spans}<script>var trang = {{ muc: 30565, tong: {count}, den: function (p) {{ {body} }} }};</script>"


def called(build: PlainBuild, number: int, count: int) -> str:
    """A program that is called with the section and the number of the page."""
    if number > 1:
        return ""
    links = " ".join(f"<a href=\"javascript:tai('dang', {n})\">{n}</a>" for n in range(2, count + 1))
    return f"{links}<script>function tai(muc, p) {{ $('#ds').load('/phan/' + muc + '.html?p=' + p); }}</script>"


def _sent_on(build: PlainBuild, base: str) -> dict[str, Any]:
    """A front page whose program leads away at once; the menu of the next one is pictures without a word."""
    menu = '<a href="/muc.asp?c=12"><img src="/nut.gif"></a>'
    return {
        "/": page("", '<script>window.location.replace("/cong/trang-chu");</script>'),
        "/cong/trang-chu": page("Trang chủ", f"{menu}<ul>{entries(build, 1)}</ul>"),
    }


def chosen(build: PlainBuild, number: int, count: int) -> str:
    """A choice of numbers, whose program puts the address together."""
    options = "".join(f"<option value={n}>{n}</option>" for n in range(1, count + 1))
    return f"<select onchange=\"location.href='/muc/trang-'+this.value+'.html'\">{options}</select>"


def _framed(build: PlainBuild, base: str) -> dict[str, Any]:
    """The list stands within a page that has a box of news itself."""
    front = f'<nav>{build.menu}</nav><iframe src="{build.listing(1)}"></iframe><aside>{entries(build, 1)}</aside>'
    return {"/": page("Trang chủ", front)}


def _months(build: PlainBuild, base: str) -> dict[str, Any]:
    """Older articles are reached by a form with a choice of months and one of years alone."""

    def choice(name: str, numbers: range) -> str:
        options = "".join(f'<option value="{number}">{number}</option>' for number in numbers)
        return f'<select name="{name}">{options}</select>'

    choices = choice("thang", range(1, 13)) + choice("nam", range(2024, 2025))
    form = f'<form action="/tin-cu">{choices}<button>Xem</button></form>'
    pages: dict[str, Any] = {"/": page("Trang chủ", f"<ul>{entries(build, 1)}</ul>{form}")}
    for month in range(1, 13):
        stories = [story for story in all_stories() if story.number % 4 + 9 == month]
        body = "".join(build.entry(build.article(story), story) for story in stories)
        pages[f"/tin-cu?nam=2024&thang={month}"] = page(f"Tháng {month}", f"<ul>{body}</ul>{form}")
    return pages


def _menu(build: PlainBuild, base: str) -> dict[str, Any]:
    """The menu is drawn from a file of data."""
    drawn = '<script>$.getJSON("/du-lieu/menu.json", function (d) { ve(d) })</script>'
    names = [("Trang chủ", "/"), ("Tin tức", "/chuyen-muc/tin-tuc-su-kien"), ("Liên hệ", "/lien-he")]
    return {
        "/": page("Trang chủ", f"<ul>{entries(build, 1)}</ul>{drawn}"),
        "/du-lieu/menu.json": as_json([{"ten": name, "duongDan": address} for name, address in names]),
    }


def _interface(build: PlainBuild, base: str) -> dict[str, Any]:
    """SharePoint with Angular: a bare page, its list asked for in a file, each part naming the one after it."""
    items = "/_api/web/lists/getbytitle('Tin')/items"
    answers: dict[str, Any] = {
        "/": page("Cổng", '<div ng-repeat="t in ds"><a ng-href="/chitiet.aspx?ItemID={{t.ID}}">{{t.Title}}</a></div>'
                  '<script src="/js/app.js"></script>'),
        "/js/app.js": program(f"""$http({{url: "{items}?$select=ID,Title&$orderby=ID desc"}}).success(ve)"""),
    }  # fmt: skip
    for number in range(1, COUNT + 1):
        part = {"results": [{"ID": story.number, "Title": story.title} for story in shown(number)]}
        if number < COUNT:
            part["__next"] = f"{base}{items}?$skiptoken={number}"  # type: ignore[assignment]
        asked = f"{items}?$orderby=ID%20desc&$select=ID,Title" if number == 1 else f"{items}?$skiptoken={number - 1}"
        answers[_as_asked(asked)] = as_json({"d": part})
    return answers


def _as_asked(address: str) -> str:
    """Return an address in the letters in which the crawler asks for it."""
    from crawl.registry.canonical import list_url

    return list_url(f"http://x{address}").removeprefix("http://x")


def _posted(build: PlainBuild, base: str) -> dict[str, Any]:
    """A button that sends JSON, and gets items without addresses."""
    call = (
        "function tai() { p++; fetch('/api/tin', "
        "{ method: 'POST', body: JSON.stringify({ muc: 12, trang: p, sl: 5 }) })"
        '.then(d => ve(d.map(x => `<a href="/doc/${x.slug}-${x.id}">${x.ten}</a>`))); }'
    )
    more = f'<button onclick="tai()">Xem thêm</button><script>var p = 1; {call}</script>'
    answers: dict[str, Any] = {"/": page("Trang chủ", f"<ul>{entries(build, 1)}</ul>{more}")}
    for number in range(2, COUNT + 2):
        items = [{"id": story.number, "slug": story.slug, "ten": story.title} for story in shown(number)]
        answers[f"/api/tin {json.dumps({'muc': 12, 'trang': number, 'sl': 5})}"] = as_json(items)
    return answers


def _loaded(build: PlainBuild, base: str) -> dict[str, Any]:
    """A program in a file, which reads the section from the button."""
    text = (
        '$(document).on("click",".xem-them",function(){var $t=$(this),muc=$t.data("muc"),p=$t.attr("data-page")||2;'
        '$.get("/dong-tin/"+muc+"/trang-"+p+".htm",function(r){$("#ds").append(r)})})'
    )
    more = '<a href="javascript:;" class="xem-them" data-muc="31" data-page="2">Xem thêm</a>'
    answers: dict[str, Any] = {
        "/": page("Trang chủ", f'<ul>{entries(build, 1)}</ul>{more}<script src="/js/trang.js?v=3"></script>'),
        "/js/trang.js?v=3": program(text),
    }
    for number in range(2, COUNT + 2):
        answers[f"/dong-tin/31/trang-{number}.htm"] = page("", f"<ul>{entries(build, number)}</ul>")
    return answers


def _zone(build: PlainBuild, base: str) -> dict[str, Any]:
    """A program in a file puts the address together of what its button says: its zone, and the number of the page."""
    text = (
        '!function($){var o={api:"",size:5};$(document).on("click",".them",function(){var t=$(this),'
        'n=parseInt(t.attr("data-page"))+1,z=t.attr("data-zone");$.ajax({url:o.api+"/api/tin-zone-"+z+"-"+n+".html?sl="'
        "+o.size,success:function(r){ve(r.data)}})})}(jQuery);"
    )
    more = '<button class="them" data-page="1" data-zone="31">Xem thêm</button><script src="/js/app.min.js"></script>'
    answers: dict[str, Any] = {
        "/": page("Trang chủ", f"<ul>{entries(build, 1)}</ul>{more}"),
        "/js/app.min.js": program(text),
    }
    for number in range(2, COUNT + 2):
        contents = [{"title": story.title, "url": build.article(story)} for story in shown(number)]
        answers[f"/api/tin-zone-31-{number}.html?sl=5"] = as_json({"data": {"contents": contents}})
    return answers


def _bound(build: PlainBuild, base: str) -> dict[str, Any]:
    """A section that Vue draws; its attributes say how items are addressed, one of its elements which section it is."""
    text = (
        'const el = document.getElementById("app"); const categoryId = el.dataset.categoryId;'
        'function tai() { axios.get("/api/bai", { params: { category_id: categoryId, page: this.page } }).then(ve) }'
    )
    drawn = """<div id="app" data-category-id="31"><a v-for="t in ds" :href="'/tin-bai/' + t.muc + '/' + t.slug"></a>"""
    answers: dict[str, Any] = {
        "/": page("Trang chủ", f'<nav>{build.menu} <a href="/thoi-su">Thời sự</a></nav><ul>{entries(build, 1)}</ul>'),
        "/thoi-su": page("Thời sự", f'<nav>{build.menu}</nav>{drawn}</div><script src="/js/muc.js"></script>'),
        "/js/muc.js": program(text),
    }
    for number in range(1, COUNT + 1):
        data = [{"title": story.title, "slug": story.slug, "muc": "thoi-su"} for story in shown(number)]
        meta = {"current_page": number, "last_page": COUNT}
        answers[f"/api/bai?category_id=31&page={number}"] = as_json({"data": data, "meta": meta})
    return answers


NOWHERE = counted("/nowhere", "/nowhere-{}")

DRAWN = (
    PlainBuild("encoded", lambda s: f"/vi/{s.slug}-{s.number}", counted("/", "/vi/tin/page-{}"), encoded),
    PlainBuild("data program", lambda s: f"/bai/{s.slug}-{s.number}", counted("/", "/?page={}"), data_program),
    PlainBuild("revealed", lambda s: f"/bai/{s.number}/{s.slug}", counted("/", "/them/?page={}"), revealed),
    PlainBuild(
        "arrows",
        lambda s: f"/index.php?mod=news&so={s.number}",
        counted("/index.php?c=3&mod=cat", "/index.php?c=3&mod=cat&vt={}", minus=1),
        arrows,
        extra=behind("/index.php?c=3&mod=cat"),
    ),
    PlainBuild("framed", lambda s: f"/xem/{s.number}/{s.slug}", counted("/phan/ds?cm=3", "/phan/ds?cm=3&trang={}"),
               revealed, extra=_framed),
    PlainBuild("of an object", lambda s: f"/1239/30565/{s.number}/{s.slug}",
               counted("/1239/30565", "/1239/30565/page/{}"), of_an_object, extra=behind("/1239/30565")),
    PlainBuild("called", lambda s: f"/xem/{s.slug}.{s.number}.html", counted("/", "/phan/dang.html?p={}"), called),
    PlainBuild("chosen", lambda s: f"/xem/{s.number}/{s.slug}",
               counted("/muc/trang-1.html", "/muc/trang-{}.html"), chosen, extra=behind("/muc/trang-1.html")),
    PlainBuild("sent on", lambda s: f"/xem.asp?so={s.number}", counted("/muc.asp?c=12", "/muc.asp?c=12&t={}"), arrows,
               extra=_sent_on),
    PlainBuild("months in a form", lambda s: f"/news/{s.number}/{s.slug}", NOWHERE, nothing, extra=_months),
    PlainBuild(
        "menu in data",
        lambda s: f"/bai-viet/{s.number}/{s.slug}",
        counted("/chuyen-muc/tin-tuc-su-kien", "/chuyen-muc/tin-tuc-su-kien?page={}"),
        revealed,
        extra=_menu,
    ),
    PlainBuild("interface", lambda s: f"/chitiet.aspx?ItemID={s.number}", NOWHERE, nothing, extra=_interface),
    PlainBuild("posted", lambda s: f"/doc/{s.slug}-{s.number}", NOWHERE, nothing, extra=_posted),
    PlainBuild("loaded", lambda s: f"/{s.slug}-d{s.number}.htm", NOWHERE, nothing, extra=_loaded),
    PlainBuild("zone", lambda s: f"/{s.slug}-post{s.number}.html", NOWHERE, nothing, extra=_zone),
    PlainBuild("bound", lambda s: f"/tin-bai/thoi-su/{s.slug}", NOWHERE, nothing, extra=_bound),
)  # fmt: skip
