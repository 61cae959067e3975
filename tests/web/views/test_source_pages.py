import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article
from crawl.extraction.relevance import judge
from crawl.fetch.frontier import Frontier, Page
from indexer.build import build
from search.document import Document
from search.engines import open_engine
from tests.index_url import index_url
from web import create_app


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def test_a_former_province_tells_where_it_is_today(client: FlaskClient) -> None:
    page = words(client.get("/tinh/bac-giang").text)
    assert "Tỉnh Bắc Giang" in page
    assert "1 bài nay thuộc Bắc Ninh" in page
    assert "– 1/7/2025" in page
    assert "Bắc Giang đôn đốc giải ngân vốn đầu tư công" in page
    assert "35-CT/TW (1)" in page


def test_a_province_of_today_tells_of_what_it_was_made(client: FlaskClient) -> None:
    page = client.get("/tinh/bac-ninh").text
    assert "lập từ Bắc Giang , Bắc Ninh" in words(page)
    assert "2 bài" in words(page)  # of Bắc Giang as it was, and of Bắc Ninh
    assert 'href="/tinh/bac-giang"' in page
    assert 'href="/hop/bac-giang.btv.2023-07-05"' in page
    assert 'href="/nguon/bao-mau"' in page
    assert 'href="/atom?province=bac-ninh"' in page


def test_a_province_without_pages_says_so(client: FlaskClient) -> None:
    page = client.get("/tinh/ha-noi")
    assert page.status_code == 200
    assert "chưa có bài nào của đơn vị này" in page.text


def test_a_source_tells_how_it_fares_and_what_it_gave(client: FlaskClient) -> None:
    page = words(client.get("/nguon/cong-mau").text)
    assert "Cổng thông tin Mẫu" in page
    assert "3 bài" in page
    assert "máy chủ báo lỗi: HTTP 503" in page and "at the list page" not in page
    assert "Thái Nguyên: giải ngân còn chậm" in page
    assert "Bắc Giang đôn đốc" not in page


@pytest.mark.parametrize("path", ["/tinh/khong-co", "/nguon/khong-co", "/ve-du-lieu-mau"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_only_an_archive_with_samples_speaks_of_them(tmp_path: Path, client: FlaskClient) -> None:
    with Archive(tmp_path) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "gia-lai", "newspaper", sample=True)])
    with open_engine(index_url(tmp_path / "whoosh")).writer() as writer:
        writer.add([Document(id="1", key="1", url="", title="Một", text="Bài mẫu.", source="bao-mau")])
    sampled = create_app(tmp_path, index_url(tmp_path / "whoosh")).test_client()
    assert 'href="/ve-du-lieu-mau"' in sampled.get("/").text
    assert 'href="/ve-du-lieu-mau"' not in client.get("/").text
    about = words(sampled.get("/ve-du-lieu-mau").text)
    assert "đều hư cấu" in about
    assert "Báo Mẫu Gia Lai" in about
    assert "invented" in sampled.get("/ve-du-lieu-mau?lang=en").text
    assert "Nguồn mẫu" in sampled.get("/nguon/bao-mau").text


def test_a_paper_of_many_provinces_is_marked_and_its_pages_are_read_as_such(tmp_path: Path) -> None:
    body = "Sáng 27/9, Đại hội Đảng bộ tỉnh Quảng Trị khai mạc. Đây là bài mẫu."
    for many, then in ((True, "quang-tri"), (False, "ho-chi-minh")):
        data = tmp_path / str(many)
        with Archive(data) as archive:
            archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "ho-chi-minh", "newspaper", many_provinces=many)])
            url = "https://bao.mau.test/1"
            article = Article(url, url, "Chung sức", body, source="bao-mau", province="ho-chi-minh")
            archive.store_article(article)
        engine = open_engine(index_url(data / "whoosh"))
        build(data, engine, progress=None)
        client = create_app(data, index_url(data / "whoosh")).test_client()
        assert client.get(f"/api/articles/{article.key}").get_json()["facts"]["province"]["then"] == then
        for path in ("/nguon/bao-mau", f"/bai/{article.key}"):
            assert ("đưa tin nhiều tỉnh, thành phố" in client.get(path).text) == many
        assert client.get("/api/sources").get_json()["sources"][0]["many_provinces"] == many


def test_what_a_crawl_left_out_stands_on_a_page_with_its_reasons(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "gia-lai", "newspaper")])
    frontier = Frontier(tmp_path, "bao-mau")
    article = Article(
        "a", "http://a.test/1", "Đảng ủy xã Mẫu họp", "Sáng 5/6, Đảng ủy xã Mẫu họp bàn việc thu gom rác và trồng cây."
    )
    for page, reason in (
        (Page("a", "http://a.test/1", "article"), judge(article).reason),
        (Page("b", "http://a.test/2", "article"), judge(replace(article, title="Giá gạo", body="Giá tăng.")).reason),
        (Page("c", "http://a.test/3", "article"), "another reason"),
    ):
        frontier.add(page)
        frontier.settle(page, "left_out", reason)
    frontier.close()
    client = create_app(tmp_path, index_url(tmp_path / "whoosh")).test_client()
    with open_engine(index_url(tmp_path / "whoosh")).writer():
        pass
    of_source = client.get("/nguon/bao-mau").text
    assert 'href="/nguon/bao-mau/bo-lai"' in of_source
    assert "3 bài đã bỏ lại" in words(of_source)
    shown = words(client.get("/nguon/bao-mau/bo-lai").text)
    assert "3 bài không vào kho" in shown
    assert "thuộc cấp khác: Xã, phường, đặc khu (“đảng ủy xã”)" in shown
    assert "http://a.test/2 phần đầu không có cuộc họp" in shown
    assert "http://a.test/3 another reason" in shown
    assert "of another level: Commune" in words(client.get("/nguon/bao-mau/bo-lai?lang=en").text)
    assert client.get("/nguon/khong-co/bo-lai").status_code == 404
