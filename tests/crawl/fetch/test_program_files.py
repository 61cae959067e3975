"""Lists that go on by what programs in files of their own say: which are asked for, what is read in them, and how."""

import json
from pathlib import Path

import pytest
from lxml import html

from crawl.archive.frontier_file import FRONTIER
from crawl.fetch.json_lists import next_address
from crawl.fetch.program_files import MOST_WHOLE, named_files, of_interest
from tests.crawl.fetch.discovered import HOST, LIST, entry, forms, found_on, further
from tests.crawl.sites.small_site import Answer, article, small_site

BUTTON = '<a href="javascript:void(0)" class="xem-them" data-nhom="31" data-page="1">Xem thêm</a>'
DRAWN = '<div id="app"></div>'


@pytest.mark.parametrize(
    "program",
    [
        "$('.xem-them').click(function () { var nhom = $(this).data('nhom'); p++;"
        " $.ajax({ url: '/nap/', type: 'GET', data: { nhom: nhom, page: p }, success: function (h) { add(h); } }); });",
        "$.get('/nap/', { nhom: btn.attr('data-nhom'), page: page + 1 }, function (h) { /* don't */ });",
        'axios.get("/nap/", { params: { nhom: e.currentTarget.dataset.nhom, page: t.page } }).then(n => n.data)',
        'var a=x.create({baseURL:"/"});a.get("nap/",{params:{nhom:31,page:e}})',
        "fetch('/nap/?' + new URLSearchParams({ nhom: this.dataset.nhom, page: ++page }))",
        "fetch(`/nap/?nhom=${el.dataset.nhom}&page=${page}`)",
        "const { data } = await this.$axios.$get('/nap/', { params: { nhom: 31, page: this.page } })",
        "$.ajax({ // don't cache\n url: '/nap/', data: 'nhom=31&page=' + page })",
    ],
)
def test_a_list_goes_on_with_what_a_program_in_a_file_asks_for(program: str) -> None:
    assert further(found_on(LIST + BUTTON)) == []
    assert further(found_on(LIST + BUTTON, files=program)) == ["/nap/?nhom=31&page=2"]


@pytest.mark.parametrize(
    "program",
    [
        "$.ajax({ url: '/nap/', data: { nhom: which(), page: p } });",
        "$.ajax({ url: where, data: { nhom: 31, page: p } });",
        "$.ajax({ url: '/nap/', data: $(this).serialize() });",
        "$.ajax({ url: '/nap/', data: { nhom: 31, ...more } });",
        "$.ajax({ url: '/nap/', data: { nhom: 31 } });",
        "$.ajax({ url: '/binh-luan/gui/', type: 'POST', data: { page: 1, nhom: 31 } });",
        "// $.ajax is not used here",
    ],
)
def test_what_is_not_known_whole_is_not_asked_for(program: str) -> None:
    found = found_on(LIST + BUTTON, files=program)
    assert (further(found), found.not_followed) == ([], 1)


@pytest.mark.parametrize(
    "program",
    [
        "var o={api:'',size:5};$(document).on('click','.xem-them',function(){var t=$(this),"
        "n=parseInt(t.attr('data-page'))+1,z=t.attr('data-nhom');"
        '$.ajax({url:o.api+"/nap/tin-"+z+"-"+n+".html?dai="+o.size,success:function(r){add(r)}})})',
        "function tai(e) { const trang = +e.target.dataset.page + 1; const nhom = e.target.dataset.nhom;"
        " fetch(`/nap/tin-${nhom}-${trang}.html?dai=5`).then(add); }",
        "var n = 4; $('.xem-them').click(function () { var nhom = $(this).data('nhom'), n = $(this).data('page') + 1;"
        " $('#ds').load('/nap/tin-' + nhom + '-' + n + '.html?dai=5'); });",
    ],
)
def test_a_name_read_from_what_counts_at_the_button_is_the_number_of_the_page(program: str) -> None:
    """No word beside it says so: "/nap/tin-31-2.html" of a button with data-page."""
    assert further(found_on(LIST + BUTTON, files=program)) == ["/nap/tin-31-2.html?dai=5"]


@pytest.mark.parametrize("counted", ["n = parseInt(t.attr('data-so-tin')) + 1", "n = where()", "n = t.html()"])
def test_a_name_read_from_anything_else_is_unknown(counted: str) -> None:
    program = (
        f"$('.xem-them').click(function () {{ var t = $(this), {counted}; $.get('/nap/tin-' + n + '.html', add); }});"
    )
    assert further(found_on(LIST + BUTTON, files=program)) == []


def test_a_list_in_json_counts_in_its_path_where_its_query_counts_nothing() -> None:
    assert next_address("https://a.vn/api/tin-zone-21-2.html?sz=21", 5) == "https://a.vn/api/tin-zone-21-3.html?sz=21"
    assert next_address("https://a.vn/api/tin-7?trangso=2", 5) == "https://a.vn/api/tin-7?trangso=3"
    assert next_address("https://a.vn/api/tin?muc=7", 5) == "https://a.vn/api/tin?muc=8"


@pytest.mark.parametrize("reads", ["document.getElementById('ds').dataset", "el.dataset"])
def test_a_name_of_several_words_is_written_with_hyphens_in_the_page(reads: str) -> None:
    program = (
        f"const el = document.getElementById('ds'); const nhomTin = {reads}.nhomTin;"
        " axios.get('/nap', { params: { nhom_tin: nhomTin, page: this.page } });"
    )
    assert further(found_on(f'<div id="ds" data-nhom-tin="31">{LIST}</div>{BUTTON}', files=program)) == [
        "/nap?nhom_tin=31&page=2"
    ]


def test_libraries_are_no_programs_of_the_site() -> None:
    names = ("axios.min.js", "vue.global.prod.js", "vue.min.js", "app.js", "vue-tin.js", "tin.vue.js")
    page = html.fromstring("".join(f'<script src="/js/{name}"></script>' for name in names))
    found = named_files(page, f"{HOST}/", ("baomau.vn",))
    assert [url.rpartition("/")[2] for url in found] == ["app.js", "vue-tin.js", "tin.vue.js"]


SCROLLED = """$(window).%s(function () { if (nearEnd()) { %s; tai(page); } });
 function tai(page) { $.post('/nap/', { nhom: 31, page: page }, function (h) { $('#ds').append(h); }); }"""


@pytest.mark.parametrize("counts", ["page++", "++page", "page += 1", "trang = page + 1"])
def test_a_list_that_is_loaded_as_the_reader_scrolls_is_asked_for_by_post(counts: str) -> None:
    found = found_on(f"{LIST}<script>var page = 1; {SCROLLED % ('scroll', counts)}</script>")
    assert forms(found) == {"/muc#part=2": {"nhom": "31", "page": "2"}}


@pytest.mark.parametrize("program", [SCROLLED % ("scroll", "$('.len-dau').show()"), SCROLLED % ("click", "page++")])
def test_nothing_is_sent_where_no_control_and_no_scrolling_counts_pages(program: str) -> None:
    assert forms(found_on(f"{LIST}<script>var page = 1; {program}</script>")) == {}


def test_fields_of_a_post_that_are_written_as_a_text_with_a_name() -> None:
    program = (
        "function tai() { page++; var nhom = jQuery('#them').data('nhom');"
        " var gui = '&nhom=' + nhom + '&pageNumber=' + page + '&sl=' + sl + '&action=them_tin';"
        " jQuery.ajax({ type: 'POST', url: '/nap/', data: gui, success: add }); } var page = 1, sl = 4;"
    )
    button = '<a id="them" href="#" data-nhom="31" class="xem-them">Xem thêm</a>'
    (fields,) = forms(found_on(LIST + button, files=program)).values()
    assert fields == {"nhom": "31", "pageNumber": "2", "sl": "4", "action": "them_tin"}
    assert forms(found_on(LIST + button, files=program.replace("+ sl +", "+ so() +"))) == {}


def test_what_the_data_of_a_page_say_of_it_stands_for_what_its_program_asks() -> None:
    data = {"query": {"muc": "dang"}, "props": {"section": {"slug": "dang", "id": 7}, "posts": [{"id": 1}, {"id": 2}]}}
    page = f'{LIST}<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'
    program = 'fetch("/api/bai?section="+i.slug+"&page="+e)'
    assert further(found_on(page, files=program)) == ["/api/bai?page=2&section=dang"]
    assert further(found_on(page, files=program.replace("section=", "khac="))) == []


def test_a_page_that_is_drawn_begins_with_its_first_part_and_the_pattern_of_its_articles() -> None:
    program = (
        'var s=o.create({baseURL:"/api"});s.get("/bai",{params:{muc:t,page:e,size:6}});s.get("/menu");'
        'r=[{path:"/chuyen-muc/:slug",component:d},{path:"/tin/:slug",component:f}]'
    )
    found = found_on(DRAWN, url=f"{HOST}/", files=program)
    assert (further(found), found.item_url) == (["/api/bai?page=1&size=6"], "/tin/{slug}")


def test_a_list_that_is_drawn_below_a_menu_is_asked_for_where_all_is_known() -> None:
    """A hidden field names the section; the program writes the addresses of the articles."""
    program = (
        "$.ajax({ url: '/nap/ds.ashx', data: { lenh: 'ds', nhom: $('#hdNhom').val(), page: page, size: 5 } });"
        """ h += '<a href="/tin.aspx?id=' + item.ID + '">' + item.Title + '</a>';"""
    )
    menu = '<a href="/muc/dang">Đảng</a><input type="hidden" id="{}" value="31"><ul id="ds"></ul>'
    found = found_on(menu.format("hdNhom"), files=program)
    assert further(found) == ["/muc/dang", "/nap/ds.ashx?lenh=ds&nhom=31&page=1&size=5"]
    assert found.item_url == "/tin.aspx?id={ID}"
    assert further(found_on(menu.format("khac"), files=program)) == ["/muc/dang"]


def test_an_address_may_be_put_together_from_the_root_of_an_interface() -> None:
    program = (
        'const E={apiUrl:"/api/v1"};constructor(r){this.http=r,this.url=E.apiUrl}'
        "ds(r,i){return this.http.get(`${this.url}/bai?nhom=${r}&pageIndex=${i}&size=6`)}"
        "bai(r){return this.http.get(`${this.url}/bai/${r}`)}"
    )
    assert further(found_on(DRAWN, url=f"{HOST}/", files=program)) == ["/api/v1/bai?pageIndex=1&size=6"]


def test_what_a_page_hands_to_its_program_is_sent_from_the_number_that_it_hands_over() -> None:
    """As WordPress does: the number is that of the page that is shown, the server adds one."""
    given = {"ajaxurl": f"{HOST}/wp-admin/admin-ajax.php", "posts": '{"muc":"dang"}', "current_page": "1"}
    page = f'{LIST}<div class="nap_loadmore">Xem thêm</div><script>var nap = {json.dumps(given)};</script>'
    program = (
        "$('.nap_loadmore').click(function () { var data = { action: 'more', query: nap.posts,"
        " page: nap.current_page }; $.ajax({ url: nap.ajaxurl, data: data, type: 'POST',"
        " success: function (d) { nap.current_page++; } }); });"
    )
    first = found_on(page, files=program)
    assert forms(first) == {"/muc#part=2": {"action": "more", "query": '{"muc":"dang"}', "page": "1"}}
    (part,) = [further for further in first.lists.values() if further.form]
    assert forms(found_on(page, files=program.replace("'more'", "'save_vote'"))) == {}
    then = forms(found_on(entry(9), url=part.url, page=part))
    assert [fields["page"] for fields in then.values()] == ["2"]
    assert found_on("", url=part.url, page=part).lists == {}


def test_the_last_page_of_a_list_with_links_to_the_others_is_not_told() -> None:
    pager = (
        '<ul class="pager"><li><a href="/muc?page=2">Trước</a></li><li><a href="javascript:;">Tiếp theo</a></li></ul>'
    )
    assert found_on(LIST + pager, url=f"{HOST}/muc?page=3").not_followed == 0
    assert found_on(LIST + pager.replace("?page=2", "/"), url=f"{HOST}/muc").not_followed == 1


def test_files_that_are_asked_for() -> None:
    names = ["js/main.js?v=2", "js/jquery-3.6.min.js", "js/vendors~main.js", "https://cdn.vn/a.js", "/t/page-1a2b.js"]
    root = html.fromstring("".join(f'<script src="{name}"></script>' for name in names))
    assert named_files(root, f"{HOST}/muc/", ["baomau.vn"]) == (f"{HOST}/muc/js/main.js?v=2", f"{HOST}/t/page-1a2b.js")
    assert found_on(LIST + '<a href="/muc/trang-2">2</a><script src="/a.js"></script>').program_files == ()
    assert found_on(LIST + BUTTON + '<script src="/a.js"></script>').program_files == (f"{HOST}/a.js",)


def test_of_a_long_program_its_calls_are_read() -> None:
    call = '$.get("/nap/",{nhom:31,page:e})'
    text = of_interest("a" * MOST_WHOLE + call + "b" * MOST_WHOLE)
    assert call in text
    assert len(text) < MOST_WHOLE


def test_a_file_is_read_once_and_asked_again_conditionally(tmp_path: Path) -> None:
    """Two sections name it, and what is forbidden is not read."""
    program = "$.ajax({ url: '/nap/', data: { nhom: $(this).data('nhom'), page: p } });"
    files = '<script src="/js/main.js"></script><script src="/cam/khac.js"></script>'

    def main(headers: dict[str, str]) -> Answer:
        return (304, {}, "") if headers.get("If-None-Match") == '"1"' else (200, {"ETag": '"1"'}, program)

    with small_site({}) as site:
        site.pages = {
            "/robots.txt": (200, {}, "User-agent: *\nDisallow: /cam/"),
            "/": (200, {}, '<a href="/muc/dang">Đảng</a><a href="/muc/xa">Xã</a>'),
            "/js/main.js": main,
            **{f"/tin/phien-hop-thuong-vu-{n}.html": article(n) for n in range(1, 13)},
        }
        for name, first in (("dang", 1), ("xa", 7)):
            shown = "".join(map(entry, range(first, first + 3)))
            site.pages[f"/muc/{name}"] = (200, {}, shown + BUTTON.replace("31", name) + files)
            more = "".join(map(entry, range(first + 3, first + 6)))
            site.pages |= {f"/nap/?nhom={name}&page=2": (200, {}, more), f"/nap/?nhom={name}&page=3": (200, {}, "")}
        summary = site.crawled(tmp_path, article="", example="")
        assert (summary.new, summary.failed, summary.notes) == (12, 0, [])
        assert [path for path in site.paths() if path.endswith(".js")] == ["/js/main.js"]
        site.asked.clear()
        (tmp_path / FRONTIER).unlink()
        summary = site.crawled(tmp_path, article="", example="")
        assert [headers.get("If-None-Match") for path, _, headers in site.asked if path == "/js/main.js"] == ['"1"']
        assert (summary.new, summary.failed, summary.notes) == (0, 0, [])


def test_a_list_is_asked_for_by_how_many_entries_to_leave_out() -> None:
    program = (
        "var $this = $(this), nhom = $this.data('nhom'), offset = $('.tin').length;"
        "$.get('nap.php', { nhom: nhom, offset: offset }, them);"
    )
    assert further(found_on(LIST + BUTTON, files=program)) == ["/nap.php?nhom=31&offset=0"]


def test_data_that_a_program_of_the_page_holds_stands_for_what_is_asked() -> None:
    data = '<script>window.__NUXT__=(function(a){return {data:[{nhom:{slug:"dang",name:a}}]}}("Đảng"))</script>'
    program = 'this.$axios.$get("/nap/",{params:{nhom:this.nhom.slug,page:this.page}})'
    assert further(found_on(LIST + BUTTON.replace("data-nhom", "data-x") + data, files=program)) == [
        "/nap/?nhom=dang&page=2"
    ]


def test_items_of_an_interface_are_no_articles() -> None:
    items = [
        {"link": f"{HOST}/tin/phien-hop-thuong-vu-{n}.html", "self": f"{HOST}/wp-json/wp/v2/posts/{700 + n}"}
        for n in (1, 2)
    ]
    found = found_on(json.dumps(items), url=f"{HOST}/wp-json/wp/v2/posts?page=2")
    assert sorted(found.articles) == [f"{HOST}/tin/phien-hop-thuong-vu-{n}.html" for n in (1, 2)]
