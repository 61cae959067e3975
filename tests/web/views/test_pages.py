import hashlib
import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crawl.archive.archive import Archive
from crawl.article import Article, article_key
from indexer.build import build
from search.document import Document
from search.engines import open_engine
from tests.index_url import embedded_only, index_url
from web import create_app


def url(number: int) -> str:
    return f"https://bao.mau.test/tin/{number}.html"


def key(number: int) -> str:
    return article_key(url(number))


def visible(page: str) -> str:
    """Return what a reader sees of a page, in one line."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def facet(page: str, name: str) -> str:
    match = re.search(rf'<section class="facet[^"]*" id="facet-{name}">(.*?)</section>', page, re.DOTALL)
    assert match, name
    return visible(match[1])


def test_a_result_shows_title_places_dates_source_and_marks(client: FlaskClient) -> None:
    page = client.get("/?q=giải ngân Bắc Giang").text
    first = page[page.index('<li class="hit">') :].split("</li>")[0]
    assert f'href="/bai/{key(1)}' in first
    seen = visible(first)
    assert "Bắc Giang đôn đốc" in seen
    assert "Bắc Giang → , nay thuộc Bắc Ninh" in seen
    assert "họp 5/7/2023" in seen
    assert "Báo Mẫu" in seen
    assert "<mark>giải ngân</mark>" in first


def test_a_date_is_shown_with_the_precision_that_is_known(client: FlaskClient) -> None:
    page = client.get("/?q=Thái Nguyên còn chậm").text
    assert "họp tháng 7/2023" in visible(page)
    assert '<time datetime="2023-07">' in page


def test_a_page_without_date_and_province_says_so(client: FlaskClient) -> None:
    seen = visible(client.get('/?q="hội nghị không ghi ngày"').text)
    assert "không rõ tỉnh" in seen
    assert "không rõ ngày" in seen


def test_former_provinces_stand_below_the_one_of_today(client: FlaskClient) -> None:
    shown = facet(client.get("/?q=giải ngân").text, "province")
    assert "Bắc Ninh 2 Bắc Giang 1 Bắc Ninh 1" in shown
    assert "Thái Nguyên 2 Bắc Kạn 1 Thái Nguyên 1" in shown


def test_filters_combine_and_counts_follow_the_others(client: FlaskClient) -> None:
    page = client.get("/?q=giải ngân&year=2023").text
    assert "3 kết quả" in visible(page)
    assert "2021: 1 / 1 bài" in facet(page, "year")  # a facet's own filter does not narrow its counts
    assert "Bắc Kạn" not in facet(page, "province").partition("Bản đồ")[0]  # the map has all
    both = visible(client.get("/?q=giải ngân&year=2023&province_now=thai-nguyen").text)
    assert "1 kết quả" in both
    assert "Thái Nguyên: giải ngân còn chậm" in both


def test_a_filter_that_is_on_links_to_the_search_without_it(client: FlaskClient) -> None:
    page = client.get("/?q=ngan&year=2023&province_then=bac-giang").text
    chips = re.search(r'<ul class="chips".*?</ul>', page, re.DOTALL)
    assert chips
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', chips[0])]
    assert links == ["/?q=ngan&year=2023", "/?q=ngan&province_then=bac-giang", "/?q=ngan"]


def test_a_province_and_a_year_among_the_words_are_offered_as_filters(client: FlaskClient) -> None:
    page = client.get("/?q=giải ngân Bắc Giang 2023").text
    offered = re.search(r'<p class="offered">.*?</p>', page, re.DOTALL)
    assert offered
    assert visible(offered[0]).split() == ["Chỉ", "xem:", "Bắc", "Giang", "2023"]
    assert "province=bac-giang" in offered[0]
    narrowed = client.get("/?q=giải ngân Bắc Giang 2023&year=2023&province_now=bac-ninh").text
    assert 'class="offered"' not in narrowed


def test_a_province_that_no_result_belongs_to_is_told_and_not_offered(client: FlaskClient) -> None:
    page = client.get("/?q=giải ngân vĩnh phúc").text
    assert "Không có kết quả nào thuộc Vĩnh Phúc." in page
    assert "province=vinh-phuc" not in page.partition('<ol class="hits"')[0]


def test_a_page_behind_the_last_says_so(client: FlaskClient) -> None:
    assert "Danh sách kết thúc trước trang này." in client.get("/?q=giai ngan&page=90").text
    assert "Danh sách kết thúc" not in client.get("/?q=giai ngan").text


def test_within_filters_the_page_says_of_them_that_a_word_is_missing(client: FlaskClient) -> None:
    page = client.get("/?q=giải ngân&province=vinh-phuc").text
    assert "Trong những bài qua bộ lọc, không bài nào có:" in page


def test_the_reading_of_the_query_is_told_and_a_likelier_one_offered(client: FlaskClient) -> None:
    page = client.get("/?q=giai ngan vôn dau tu cong&year=2023").text
    assert "Các bài có đủ: “giai ngan”, “vôn”, “dau tu cong”, năm 2023" in visible(page)
    offered = re.search(r'<p class="did-you-mean">.*?href="([^"]+)".*?>([^<]+)</a>', page, re.DOTALL)
    assert offered
    assert offered[2] == "giải ngân vốn đầu tư công"
    better = client.get(html.unescape(offered[1])).text
    assert "2023 ×" in visible(better)  # the filter stays
    assert "did-you-mean" not in better


def test_results_are_paged(client: FlaskClient) -> None:
    first, second = (client.get(f"/?q=hội nghị&sort=oldest&page={number}").text for number in (1, 2))
    assert first.count('<li class="hit">') == 10
    assert 0 < second.count('<li class="hit">') < 10
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_the_search_box_keeps_what_was_typed(client: FlaskClient) -> None:
    assert 'value="a &#34;b&#34; &lt;c&gt;"' in client.get('/?q=a "b" <c>').text


def test_nothing_found_names_the_filter_to_take_away(client: FlaskClient) -> None:
    page = client.get("/?q=giải ngân&year=2025&province_now=bac-ninh").text
    seen = visible(page)
    assert "bỏ “Bắc Ninh” : 1 kết quả" in seen
    assert "bỏ “2025” : 2 kết quả" in seen


@pytest.mark.parametrize(
    ("query", "dropped", "total"),
    [
        ("giải ngân năm:1999", "năm:1999", 18),
        ('giải ngân -"hội nghị"', '-"hội nghị"', 18),
        ("tỉnh:hà-giang giải ngân", "tỉnh:hà-giang", 18),
    ],
)
def test_nothing_found_names_the_limit_that_was_typed(
    client: FlaskClient, query: str, dropped: str, total: int
) -> None:
    page = client.get("/", query_string={"q": query}).text
    assert f"bỏ “{dropped}” : {total} kết quả" in html.unescape(visible(page))
    assert 'href="/?q=gi%E1%BA%A3i+ng%C3%A2n"' in page


def test_an_article_shows_its_text_and_where_it_is_from(client: FlaskClient) -> None:
    page = client.get(f"/bai/{key(2)}").text
    seen = visible(page)
    assert "Chiều ngày 10/08, tại trụ sở Tỉnh ủy" in seen
    assert "Đây là bài mẫu viết cho phần kiểm thử." in seen
    assert "Quang cảnh hội nghị." in seen
    assert "Chủ trì Người Mẫu Nơi họp Trụ sở Tỉnh ủy Nội dung họp Cho ý kiến về giải ngân" in seen
    assert "Người được nhắc Người Mẫu Bí thư Tỉnh ủy" in seen
    assert f'href="{url(2)}"' in page
    assert "“Chiều ngày 2023-08-10”" in seen or "Chiều ngày 2023-08-10" in seen
    assert re.search(r"SHA-256 [0-9a-f]{64}", seen)
    assert page.count('<p id="doan-2">Đến cuối kỳ') == 1  # each paragraph is one


def test_an_article_carries_the_marks_of_the_search(client: FlaskClient) -> None:
    page = client.get(f"/bai/{key(2)}?q=giai ngan").text
    assert "<mark>giải ngân</mark> được 42%" in page


def test_an_older_version_is_shown_and_compared(client: FlaskClient) -> None:
    assert "41% kế hoạch" in client.get(f"/bai/{key(1)}?version=1").text
    assert "41,5% kế hoạch" in client.get(f"/bai/{key(1)}").text
    compared = client.get(f"/bai/{key(1)}?version=2&compare=1").text
    assert "<del>41%</del><ins>41,5%</ins>" in compared


def test_of_two_texts_that_come_in_turns_the_current_one_is_shown_as_such(tmp_path: Path) -> None:
    one, other = (Article(url(8), url(8), "Hội nghị mẫu", f"Hội nghị bàn {count} việc.") for count in ("ba", "bốn"))
    with Archive(tmp_path) as archive:
        for day, shown in enumerate((one, other, one, other), 1):
            archive.store_article(shown, seen_at=f"2024-01-0{day}T00:00:00Z")
    build(tmp_path, open_engine(index_url(tmp_path / "whoosh")), progress=None)
    client = create_app(tmp_path, index_url(tmp_path / "whoosh")).test_client()
    page = client.get(f"/bai/{key(8)}").text
    assert "Hội nghị bàn ba việc." in page and "không phải bản hiện nay" not in page
    assert f'href="/bai/{key(8)}?version=1&amp;compare=2"' in page
    page = client.get(f"/bai/{key(8)}?version=2").text
    assert "Hội nghị bàn bốn việc." in page and "không phải bản hiện nay" in page


def test_the_capture_can_be_saved_and_has_the_digest_that_is_shown(client: FlaskClient) -> None:
    page = client.get(f"/bai/{key(1)}?version=1").text
    link = re.search(r'href="(/bai/[^"]+/ban-chup[^"]*)"', page)
    assert link
    answer = client.get(html.unescape(link[1]))
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert hashlib.sha256(answer.data).hexdigest() in page
    assert b"corrected" not in answer.data
    assert b"corrected" in client.get(f"/bai/{key(1)}/ban-chup").data
    assert client.get("/bai/nothing/ban-chup").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/bai/0123456789abcdef", 404),
        (f"/bai/{key(1)}?version=9", 404),
        (f"/bai/{key(1)}?version=x", 400),
        (f"/bai/{key(1)}?version=2&compare=9", 404),
        ("/nowhere", 404),
        ("/?q=a&year=20x3", 400),
        ("/?q=" + "a" * 2001, 400),
        ("/?q=a&page=0", 400),
        ("/?q=a&utm_source=mail", 200),
    ],
)
def test_bad_addresses_get_a_page_in_style(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "<main" in answer.text
    if status == 400:
        assert "Tham số" in answer.text


def test_the_status_page_says_what_went_wrong(client: FlaskClient) -> None:
    seen = visible(client.get("/tinh-trang").text)
    assert "Báo Mẫu" in seen
    assert "máy chủ báo lỗi: HTTP 503" in seen and "at the list page" not in seen
    assert "18 bài trong kho, 18 bài trong chỉ mục" in seen
    assert "HTTP 503 at the list page" in visible(client.get("/tinh-trang?lang=en").text)


def test_coverage_has_every_number_in_a_table(client: FlaskClient) -> None:
    seen = visible(client.get("/do-phu?q=giải ngân").text)
    assert "Năm Tìm thấy Trong kho 2021 1 1 2022 0 0 2023 3 3 2024 12 12 2025 1 1" in seen
    assert "1 bài trong kho không rõ năm" in seen
    assert "Hà Nội: chưa có bài nào trong kho" in seen


def test_an_article_that_is_not_indexed_yet_is_shown(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        article = Article(id="tep.txt", url="", title="Chưa lập chỉ mục", body="Bài mẫu.")
        archive.store_article(article, None)
    with open_engine(index_url(tmp_path / "whoosh")).writer() as writer:
        writer.add([Document(id="khac", key="khac", url="", title="Khác", text="Bài khác.")])
    client = create_app(tmp_path, index_url(tmp_path / "whoosh")).test_client()
    assert "Chưa lập chỉ mục" in client.get(f"/bai/{article.key}").text
    assert "Bài khác." in client.get("/bai/khac").text  # and one that the archive has not


def test_an_empty_data_directory_says_what_to_do_and_needs_no_restart(tmp_path: Path) -> None:
    client = create_app(tmp_path / "none", index_url(tmp_path / "none" / "whoosh")).test_client()
    for path in ("/", "/?q=giải ngân", "/do-phu"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "hoinghi index" in answer.text
    assert "Chưa thu thập nguồn nào" in client.get("/tinh-trang").text
    with open_engine(index_url(tmp_path / "none" / "whoosh")).writer() as writer:
        writer.add([Document(id="a", key="a", url="", title="Hội nghị mẫu", text="Giải ngân.")])
    assert "Hội nghị mẫu" in client.get("/?q=giải ngân").text


@embedded_only
def test_the_environment_names_the_data_where_no_argument_does(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOINGHI_DATA", str(data_dir))
    monkeypatch.delenv("HOINGHI_INDEX", raising=False)
    assert "1 kết quả" in visible(create_app().test_client().get('/?q="đôn đốc"').text)
    monkeypatch.setenv("HOINGHI_INDEX", index_url(data_dir / "elsewhere"))
    assert create_app().test_client().get("/?q=đôn đốc").status_code == 503


def test_markup_in_a_page_is_text(tmp_path: Path) -> None:
    vector = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    with Archive(tmp_path) as archive:
        article = Article(
            id="https://x.test/1",
            url="javascript:alert(1)",
            title=vector,
            body=f"{vector}\n\nhội nghị {vector}",
            lede=vector,
            byline=vector,
            captions=(vector,),
            attachments=("javascript:alert(1)",),
            source=vector,
        )
        archive.store_article(article, None)
    with open_engine(index_url(tmp_path / "whoosh")).writer() as writer:
        writer.add(
            [
                Document(
                    id=article.id,
                    key=article.key,
                    url=article.url,
                    title=vector,
                    text=article.body,
                    source=vector,
                    people=(vector,),
                    evidence={"held": vector},
                    held="2023",
                )
            ]
        )
    client = create_app(tmp_path, index_url(tmp_path / "whoosh")).test_client()
    for path in ("/", "/?q=hội nghị", f"/?q={vector} hội nghị", f"/bai/{article.key}?q={vector}", "/atom?q=hội nghị"):
        page = client.get(path).text
        assert "<script>alert" not in page, path
        assert "<img" not in page, path
        assert 'href="javascript:' not in page, path


def test_words_of_a_page_written_without_diacritics_are_marked(tmp_path: Path) -> None:
    text = "Hoi nghi ban viec giai ngan von dau tu cong cua tinh trong quy hai."
    plain = Article("p", "https://bao.mau.test/p", "Hoi nghi ban viec giai ngan", text)
    with Archive(tmp_path) as archive:
        archive.store_article(plain)
    with open_engine(index_url(tmp_path / "whoosh")).writer() as writer:
        writer.add([Document("p", plain.key, plain.url, plain.title, text)])
    client = create_app(tmp_path, index_url(tmp_path / "whoosh")).test_client()
    page = client.get(f"/bai/{plain.key}?q=giải ngân").text
    assert '<h1 lang="vi">Hoi nghi ban viec <mark>giai ngan</mark></h1>' in page
    assert "ban viec <mark>giai ngan</mark> von" in page


def hits(page: str) -> int:
    return page.count('<li class="hit">')


def test_a_page_has_as_many_results_as_the_reader_wants(client: FlaskClient) -> None:
    first = client.get("/?q=giải ngân&source=bao-mau").text
    assert hits(first) == 10
    links = dict((size, link) for link, size in re.findall(r'<a href="([^"]+)"[^>]*>(10|25|50)</a>', first))
    assert set(links) == {"10", "25", "50"}
    whole = client.get(html.unescape(links["25"])).text
    assert hits(whole) == 14
    narrower = re.findall(r'id="facet-year".*?href="([^"]+year=2024[^"]*)"', whole, re.DOTALL)[0]
    assert "limit=25" in narrower and hits(client.get(html.unescape(narrower)).text) == 12
    assert "limit" not in re.findall(r'href="(/export\.csv[^"]+)"', whole)[0]
    assert 'name="limit" value="25"' in whole
    second = client.get("/?q=giải ngân&source=bao-mau&page=2").text
    assert hits(second) == 4
    back = re.findall(r'<a href="([^"]+)"[^>]*>50</a>', second)[0]
    assert "page" not in back.replace("pages", "") and hits(client.get(html.unescape(back)).text) == 14
    article = re.findall(r'<h2 lang="vi"><a href="([^"#]+)', whole)[0]
    assert "limit=25" in client.get(html.unescape(article)).text


@pytest.mark.parametrize(
    "pairs",
    [
        [("q", ("giải ngân " * 250)[:2000]), ("year", "2024")],
        [("q", " OR ".join(["giải ngân", "ế", "hội nghị"] * 90)[:1995])],
        [("q", "giải ngân"), *(("year", str(year)) for year in range(1950, 2100))],
        [("q", "giải ngân"), *(("document_number", "ế" * 100 + str(number)) for number in range(50))],
    ],
)
def test_the_longest_search_has_a_page_of_bounded_size(client: FlaskClient, pairs: list[tuple[str, str]]) -> None:
    answer = client.get("/", query_string=pairs)
    assert answer.status_code == 200
    assert len(answer.data) < 450_000


def test_what_ocr_read_is_marked_as_such(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for key, hints in (("anh", ("ocr", "trang-1.png")), ("quet", ("reading", "ocr")), ("chu", ("meta", "2023"))):
            archive.store_article(Article(key, "", "Họp", "trang-1.png\n\nHội nghị bàn về giải ngân.", hints=(hints,)))
    build(tmp_path, open_engine(index_url(tmp_path / "whoosh")), progress=None)
    client = create_app(tmp_path, index_url(tmp_path / "whoosh")).test_client()
    pages = {key: client.get(f"/bai/{article_key(key)}?lang=en").text for key in ("anh", "quet", "chu")}
    assert "read from pictures by a program (OCR); letters and figures may be wrong: trang-1.png." in pages["anh"]
    assert "All of it was read from pictures by a program (OCR)" in pages["quet"]
    assert "OCR" not in pages["chu"]
    told = {key: client.get(f"/api/articles/{article_key(key)}").json["ocr"] for key in pages}
    assert told["anh"] == {"whole": False, "files": ["trang-1.png"]}
    assert told["quet"] == {"whole": True, "files": []}
    assert told["chu"] == {"whole": False, "files": []}
