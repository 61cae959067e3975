"""Pages of lists that no link leads to: programs, buttons, forms sent by POST, choices, data; what is left alone."""

import json

import pytest

from crawl.fetch.json_lists import next_address
from crawl.fetch.pagination import counts_by_name
from tests.crawl.fetch.discovered import HOST, LIST, MORE, TITLE, forms, found_on, further


@pytest.mark.parametrize(
    ("program", "call"),
    [
        ("var nhom='dang'; function go(n){window.location.href='/ds?nhom='+nhom+'&trang='+n;}", "javascript:go(2)"),
        ("let go = (n) => { location = `/ds?nhom=dang&trang=${n}`; };", "javascript:go('2')"),
        ("function go(p){ document.location.assign('/ds?nhom=dang&trang=' + encodeURIComponent(p)); }", "go(2);"),
        ("", "location.href='/ds?nhom=dang&trang='+2"),
        (
            "var root = '/'; function go(p){ var to = root + 'ds?nhom=dang'; location.href = to + '&trang=' + p; }",
            "go(2)",
        ),
    ],
)
def test_a_function_of_the_page_that_goes_to_an_address_is_followed(program: str, call: str) -> None:
    pager = "".join(f'<a href="#" onclick="{call.replace("2", number)}">{number}</a>' for number in "23")
    found = found_on(f"<script>{program}</script>{LIST}{pager}")
    assert further(found) == ["/ds?nhom=dang&trang=2", "/ds?nhom=dang&trang=3"]
    assert found.item_url == ""  # what counts pages names no article


def test_a_name_of_a_function_is_its_own() -> None:
    program = "function a(){ var url = '/khac?trang='; } function go(n){ var url = where(); location.href = url + n; }"
    found = found_on(f'<script>{program}</script>{LIST}<a href="javascript:go(2)">2</a>')
    assert further(found) == []


@pytest.mark.parametrize("name", ["page", "trang", "pageIndex", "ctl00$txtPage", "p", "pn", "_danh_cur", "hdTrang"])
def test_fields_that_count_pages(name: str) -> None:
    assert counts_by_name(name)


@pytest.mark.parametrize("name", ["pageSize", "trangThai", "tinhTrang", "tinh_trang", "currency", "offset", "rows"])
def test_fields_that_do_not(name: str) -> None:
    assert not counts_by_name(name)


def test_a_form_without_an_address_is_sent_to_its_page_whatever_links_are_relative_to() -> None:
    form = '<form method="post"><button name="trang" value="2">2</button></form>'
    found = found_on(f'<base href="/">{LIST}{form}', url=f"{HOST}/muc")
    assert [page.url for page in found.lists.values() if page.form] == [f"{HOST}/muc"]


@pytest.mark.parametrize(
    "here", ["window.location.pathname", "location.href.split('?')[0]", "document.URL.split('?')[0]"]
)
def test_a_program_may_build_on_the_address_of_its_page(here: str) -> None:
    program = f"function go(p){{ var url = {here}; window.location.href = url + '?nhom=7&trang=' + p; }}"
    pager = '<a href="javascript:go(2)">2</a><a href="javascript:go(3)">3</a>'
    found = found_on(f"<script>{program}</script>{LIST}{pager}", url=f"{HOST}/muc?nhom=7")
    assert further(found) == ["/muc?nhom=7&trang=2", "/muc?nhom=7&trang=3"]


@pytest.mark.parametrize(
    "program",
    [
        "function go(n){ location.href = maker(n); }",
        "function go(n){ location.href = '/ds?nhom=' + unknown + '&x=' + n; }",
        "function go(n){ load(n); }",
    ],
)
def test_a_function_that_does_something_else_is_told(program: str) -> None:
    found = found_on(f'<script>{program}</script>{LIST}<a href="javascript:go(2)">2</a>')
    assert (further(found), found.not_followed) == ([], 1)


@pytest.mark.parametrize(
    "pager",
    [
        '<form method="post" action="/muc"><input type="hidden" name="nhom" value="7">'
        '<button name="trang" value="1">1</button><button name="trang" value="2">2</button></form>',
        '<form method="post" name="f" action="/muc"><input type="hidden" name="nhom" value="7"><input type="hidden"'
        ' name="trang" value="1"></form><script>function go(n){document.f.trang.value=n;document.f.submit();}</script>'
        '<a href="javascript:go(2)">2</a>',
        '<form method="post" id="f" action="/muc"><input type="hidden" name="nhom" value="7"><input type="hidden"'
        " id=\"so\" name=\"trang\"></form><script>function go(n){ $('#so').val(n); $('#f').submit(); }</script>"
        '<a href="#" onclick="go(2)">2</a>',
        '<form method="post" action="/muc"><input type="hidden" name="nhom" value="7">'
        '<select name="trang" onchange="this.form.submit()"><option>1<option>2</select></form>',
    ],
)
def test_a_pager_in_a_form_sent_by_post_is_sent(pager: str) -> None:
    found = found_on(f"{LIST}{pager}")
    assert forms(found) == {"/muc#page=2": {"nhom": "7", "trang": "2"}}
    assert found.not_followed == 0


def test_the_pages_of_a_list_that_is_sent_for_have_names_of_their_own() -> None:
    """Two sections may be sent for at one address: /list.do."""
    pager = (
        '<form method="post" action="/list.do"><input type="hidden" name="nhom" value="7">'
        '<button name="trang" value="2">2</button><button name="trang" value="3">3</button></form>'
    )
    second = next(page for page in found_on(f"{LIST}{pager}").lists.values() if page.id.endswith("#page=2"))
    found = found_on(f"{LIST}{pager}", url=f"{HOST}/list.do", page=second)
    assert list(forms(found)) == ["/muc#page=3"]


def test_a_button_of_an_asp_net_page_sends_its_hidden_fields_and_nothing_else() -> None:
    found = found_on(
        f'<form method="post" action="/muc.aspx"><input type="hidden" name="__VIEWSTATE" value="v1">{LIST}'
        '<input name="txtTim"><input type="submit" name="btnTim" value="Tìm"><input type="password" name="mk">'
        '<input type="submit" name="btnTruoc" value="Trang trước"><input type="submit" name="btnSau" value="Trang sau">'
        "</form>",
        url=f"{HOST}/muc.aspx",
    )
    assert forms(found) == {"/muc.aspx#page=2": {"__VIEWSTATE": "v1", "btnSau": "Trang sau"}}


@pytest.mark.parametrize(
    "form",
    [
        '<form method="post" action="/dang-nhap"><button name="page" value="2">2</button>',
        '<form method="post"><input type="password" name="p"><button name="page" value="2">2</button>',
        '<form method="post"><textarea name="t"></textarea><button name="page" value="2">Tiếp</button>',
        '<form method="post" class="poll"><button name="page" value="2">2</button>',
        '<form method="post"><button name="diem" value="2">2</button><button name="diem" value="3">3</button>',
        '<form method="post" action="https://khac.vn/muc"><button name="page" value="2">2</button>',
        '<form method="post" action="/tim-kiem"><input name="q"><button name="page" value="2">2</button>',
        '<form method="post" action="/gui"><input name="ten"><button name="page" value="2">2</button>',
    ],
)
def test_other_forms_are_never_sent(form: str) -> None:
    assert forms(found_on(f"{LIST}{form}</form>")) == {}


def test_the_days_of_a_calendar_are_no_pages_of_a_list() -> None:
    days = "".join(f"<a href=\"javascript:__doPostBack('cal','{8800 + n}')\">{n}</a>" for n in range(1, 29))
    body = f'<form method="post"><input type="hidden" name="__VIEWSTATE" value="v">{LIST}{days}</form>'
    assert forms(found_on(body)) == {}


def test_clickable_rows_and_choices_of_addresses_are_links() -> None:
    rows = "".join(
        f"<tr onclick=\"window.location='/xem?ma={n}'\"><td>{n}/3</td><td>{TITLE.format(n)}</td></tr>" for n in (11, 12)
    )
    options = '<option value="">Chọn<option value="/dang">Đảng<option value="/hdnd">HĐND'
    choice = f'<select onchange="location=this.value">{options}</select>'
    found = found_on(f"<table>{rows}</table>{choice}")
    assert [found.removeprefix(HOST) for found in found.articles] == ["/xem?ma=11", "/xem?ma=12"]
    assert further(found) == ["/dang", "/hdnd"]


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        (
            "<script>var p=1,nhom=7;function more(){p++;$.get('/tai?nhom='+nhom+'&trang='+p,add)}</script>",
            "/tai?nhom=7&trang=2",
        ),
        ("<script>fetch(`/tai?nhom=7&page=${page + 1}`)</script>", "/tai?nhom=7&page=2"),
        (
            '<input type="hidden" id="n" value="7"><script>$.get("/tai?nhom="+$("#n").val()+"&page="+p)</script>',
            "/tai?nhom=7&page=2",
        ),
        ('<div data-src="/tai?nhom=7" data-page="1"></div>', "/tai?nhom=7&page=2"),
    ],
)
def test_a_list_that_a_program_goes_on_with_is_counted_on(more: str, asked: str) -> None:
    (page,) = found_on(f"{LIST}{more}").lists.values()
    assert page.url == HOST + asked
    (after,) = found_on(LIST.replace("-1.", "-4."), url=page.url, page=page).lists.values()
    assert after.url == HOST + asked[:-1] + "3"
    assert not found_on("<p>Hết</p>", url=page.url, page=page).lists


def test_html_within_json_leads_to_articles() -> None:
    found = found_on(json.dumps({"html": LIST, "hasMore": True}), url=f"{HOST}/tai?trang=2")
    assert len(found.articles) == 3
    assert further(found) == ["/tai?trang=3"]


def test_addresses_of_items_are_learned_from_what_a_page_shows_and_writes() -> None:
    items = [{"id": 700 + n, "slug": f"phien-hop-thuong-vu-{n}", "title": TITLE.format(n)} for n in (1, 2, 3)]
    data = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"posts": items})}</script>'
    assert found_on(f"{LIST}{data}").item_url == "/tin/{slug}.html"
    written = """<script>rows += '<li><a href="/xem/' + tin.slug + '-' + tin.id + '.htm">' + tin.title;</script>"""
    assert found_on(f"{LIST}{written}").item_url == "/xem/{slug}-{id}.htm"
    bound = '<a ng-repeat="n in tin" ng-href="/xem/{{n.Alias}}-{{ n.Id }}.htm">{{n.Title}}</a>'
    assert found_on(f"{LIST}{bound}").item_url == "/xem/{Alias}-{Id}.htm"
    assert found_on('<a ng-href="/xem/{{n.Title | slug}}">').item_url == ""
    for attribute in (":href", "v-bind:href", ":to", "[routerLink]"):
        assert found_on(f"""<a {attribute}="'/xem/' + t.muc.slug + '/' + t.id">x</a>""").item_url == "/xem/{slug}/{id}"
    assert found_on('<a :href="`/xem/${t.slug}-${t.id}.htm`">').item_url == "/xem/{slug}-{id}.htm"
    assert found_on("""<a :href="'/tin?trang=' + trang">""").item_url == ""
    assert found_on("""<a :href="'/xem/' + lam(t)">""").item_url == ""
    assigned = f"<script>window.tin = {json.dumps(items)};</script>"
    assert len(found_on(assigned, item_url="/tin/{slug}.html").articles) == 3


@pytest.mark.parametrize(
    ("url", "entries", "following"),
    [
        ("/api?page=2&size=10", 10, "/api?page=3&size=10"),
        ("/api?skip=12&take=6", 6, "/api?skip=18&take=6"),
        ("/api/tin/2", 5, "/api/tin/3"),
        ("/api/tin", 5, ""),
    ],
)
def test_what_follows_in_a_list_that_counts(url: str, entries: int, following: str) -> None:
    assert next_address(url, entries) == following


def test_issues_of_a_magazine_are_followed_and_other_orders_of_a_list_are_not() -> None:
    issues = "".join(f'<a href="/tap-chi/{n}">Số {n} (2024)</a>' for n in (7, 8))
    orders = (
        '<a href="/muc?nhom=3&sx=cu">Cũ nhất</a><a href="/muc?nhom=3&sl=20">20</a><a href="/muc?nhom=3&sl=10">10</a>'
    )
    assert further(found_on(issues + orders, url=f"{HOST}/muc?nhom=3")) == ["/tap-chi/7", "/tap-chi/8"]


def test_the_next_part_that_a_list_names_at_its_end_is_asked_for() -> None:
    assert further(found_on(f'{LIST}<div class="end" data-next="/tai?so=2"></div>')) == ["/tai?so=2"]


@pytest.mark.parametrize(
    ("box", "leads_to"),
    [
        ('<input type="number" name="soTrang" value="2" max="4">', ["/muc?nhom=7&soTrang=3"]),
        ('<input type="number" name="soTrang" value="4" max="4">', []),
        ('<input type="number" name="gia" value="2" max="4">', []),
        ('<input type="text" name="trang" value="">', []),
    ],
)
def test_the_page_that_is_typed_into_a_box_is_the_next_one(box: str, leads_to: list[str]) -> None:
    form = f'<form action="/muc"><input type="hidden" name="nhom" value="7">{box}</form>'
    assert further(found_on(f"{LIST}{form}")) == leads_to


def test_a_choice_of_pages_that_posts_back_at_once_is_sent() -> None:
    call = "javascript:setTimeout('__doPostBack(\\'{}\\',\\'\\')', 0)"
    pages = (
        f'<select name="ddlTrang" onchange="{call.format("ddlTrang")}"><option value="1">1<option value="2">2</select>'
    )
    units = f'<select name="ddlXa" onchange="{call.format("ddlXa")}"><option value="1">1<option value="2">2</select>'
    found = found_on(
        f'<form method="post"><input type="hidden" name="__VIEWSTATE" value="v">{LIST}{units}{pages}</form>'
    )
    sent = {"__VIEWSTATE": "v", "ddlTrang": "2", "__EVENTTARGET": "ddlTrang", "__EVENTARGUMENT": ""}
    assert forms(found) == {"/muc#page=2": sent}


def test_further_pages_of_an_article_and_twins_of_a_page_are_not_followed() -> None:
    parts = '<a href="/tin/phien-hop-thuong-vu-1-p2.html">Trang 2</a>'
    twins = '<a href="/m/muc">Bản gọn</a><a href="/zh/muc">Tiếng nước bạn</a><a href="/m/khac">Mục khác</a>'
    found = found_on(f"{LIST}{parts}{twins}")
    assert len(found.articles) == 3
    assert further(found) == ["/m/khac"]


@pytest.mark.parametrize(
    "call",
    [
        "$.post('/Tin/UpdateView', { id: nhom, page: p }, add);",
        "$.post('/binh-chon', { page: p }, add);",
        "$.post('/Tin/LoadMore', { nhom: unknown, page: p }, add);",
        "$.post('/Tin/LoadMore', { nhom: nhom }, add);",
        "$.post('https://khac.vn/Tin/LoadMore', { page: p }, add);",
        "$.post('/dang-nhap', { page: p }, add);",
        "fetch('/binh-chon', { method: 'POST', body: JSON.stringify({ page: p }) });",
        "fetch('/tin/luu', { method: 'POST', body: JSON.stringify({ page: p }) });",
        "axios.post('/tin/them', { page: p, nhom: chon() });",
    ],
)
def test_what_else_programs_send_is_not_sent(call: str) -> None:
    found = found_on(LIST + MORE.format(call))
    assert (forms(found), found.not_followed) == ({}, 1)


def test_the_buttons_of_livewire_are_pages() -> None:
    pager = "".join(f'<button type="button" wire:click="gotoPage({n}, \'page\')">{n}</button>' for n in (1, 2, 3))
    assert further(found_on(LIST + pager)) == ["/muc?page=1", "/muc?page=2", "/muc?page=3"]


def test_a_month_of_an_archive_has_further_pages() -> None:
    pager = '<a href="/kho/2024/thang-3/trang-2">2</a><a href="/kho/2024/thang-2">Tháng trước</a>'
    found = found_on(LIST + pager, url=f"{HOST}/kho/2024/thang-3")
    assert further(found) == ["/kho/2024/thang-3/trang-2"]


def test_a_form_for_each_page_is_sent_with_its_own_number() -> None:
    pager = "".join(
        f'<form method="post" action="/muc"><input type="hidden" name="trang" value="{n}">'
        f'<input type="hidden" name="ma" value="x"><input type="submit" value="{n}"></form>'
        for n in (1, 2)
    )
    assert forms(found_on(LIST + pager)) == {"/muc#page=2": {"trang": "2", "ma": "x"}}
    assert forms(found_on(LIST + pager.replace("trang", "diem"))) == {}


def test_one_handler_for_all_numbers_of_a_pager_is_counted() -> None:
    handler = "$('.pg').click(function(){ location.href = '?trang=' + $(this).data('page'); });"
    pager = '<a class="pg" href="#" data-page="2">2</a>'
    assert further(found_on(f"<script>{handler}</script>{LIST}{pager}")) == ["/muc?trang=2"]


def test_what_leaves_out_entries_begins_with_none_and_goes_on_by_what_it_names() -> None:
    (page,) = found_on(LIST + "<script>$.get('/tai?nhom=7&offset=' + $('.tin').length, add)</script>").lists.values()
    assert page.url == f"{HOST}/tai?nhom=7&offset=0"
    (after,) = found_on(LIST, url=page.url, page=page).lists.values()
    assert after.url == f"{HOST}/tai?nhom=7&offset=3"


def test_a_page_of_data_alone_names_its_menu_and_its_next_page() -> None:
    posts = [{"title": TITLE.format(n), "path": f"/tin/phien-hop-thuong-vu-{n}"} for n in (1, 2, 3)]
    data = {
        "menu": [{"title": "Xây dựng Đảng", "path": "/dang"}],
        "posts": posts,
        "paging": {"page": 1, "totalPages": 3},
    }
    body = f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'
    found = found_on(body)
    assert len(found.articles) == 3
    assert further(found) == ["/dang", "/muc?page=2"]


def test_arrows_that_post_back_are_told_by_their_pictures() -> None:
    arrow = "<a href=\"javascript:__doPostBack('{}','')\"><img alt=\"{}\"></a>"
    arrows = arrow.format("truoc", "Trang trước") + arrow.format("sau", "Trang sau")
    found = found_on(f'<form method="post"><input type="hidden" name="__VIEWSTATE" value="v">{LIST}{arrows}</form>')
    sent = {"__VIEWSTATE": "v", "__EVENTTARGET": "sau", "__EVENTARGUMENT": ""}
    assert forms(found) == {"/muc#page=2": sent}


def test_a_list_that_an_attribute_names_is_drawn_from_there() -> None:
    assert further(found_on('<section data-endpoint="/ajax/tin?muc=7&amp;trang=1"></section>')) == [
        "/ajax/tin?muc=7&trang=1"
    ]


def test_an_address_in_a_program_may_be_written_in_escapes() -> None:
    """As the views of lists of SharePoint do."""
    call = r"javascript:RefreshPageTo(event, &quot;\u002ftin\u002fds.aspx?Paged\u003dTRUE\u0026p_ID\u003d7&quot;);"
    found = found_on(f'{LIST}<a onclick="{call}" href="javascript:"><img src="/next.gif" alt="Tiếp"></a>')
    assert further(found) == ["/tin/ds.aspx?Paged=TRUE&p_ID=7"]


@pytest.mark.parametrize(
    "shown", ['<li class="active"><a href="#">2</a></li>', '<a href="#" aria-current="page">2</a>']
)
def test_the_number_of_the_page_that_is_shown_leads_nowhere(shown: str) -> None:
    pager = f'<ul class="pagination"><li><a href="/muc/">1</a></li>{shown}</ul>'
    assert found_on(LIST + pager, url=f"{HOST}/muc/trang-2/").not_followed == 0


@pytest.mark.parametrize(
    ("link", "follows"),
    [
        ('<a href="/Tin/DanhSach?chuyenMucId=7&amp;page=2">2</a>', ["/Tin/DanhSach?chuyenMucId=7&page=2"]),
        ('<a href="/Tin/DanhSach?chuyenMucId=7&amp;page=2">3</a>', []),
        ('<a href="/Tin/DanhSach?chuyenMucId=2">2</a>', []),
    ],
)
def test_the_one_link_of_a_pager_may_lead_to_another_path(link: str, follows: list[str]) -> None:
    assert further(found_on(f"{LIST}<span>1</span>{link}", f"{HOST}/tin/kinh-te/7")) == follows
