import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crawl.archive.archive import Archive, SourceRecord
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
