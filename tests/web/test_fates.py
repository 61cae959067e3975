"""Pages that were changed or taken down at their source: on results and article, as filter, feed and in JSON."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from crawl.archive.archive import Archive
from crawl.archive.deletion import mark_gone
from crawl.article import Article, article_key
from indexer.build import build
from search.engines import open_engine
from web import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
BODY = (
    "Sáng 4/7/2024, Ban Chấp hành Đảng bộ tỉnh Lào Cai họp hội nghị lần thứ 17.\n\n"
    "Thu ngân sách sáu tháng đạt 51% dự toán, hội nghị nhắc các huyện thu nợ đọng.\n\nHội nghị bế mạc trong ngày."
)


def store(archive: Archive, article: Article, day: str) -> None:
    capture = archive.record_response("bao-mau", article.url, 200, [], f"{article.body} {day}".encode())
    archive.store_article(article, replace(capture, fetched_at=f"{day}T08:00:00Z"))


@pytest.fixture(scope="module")
def fated(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    data = tmp_path_factory.mktemp("fates")
    engine = open_engine(f"whoosh:{data / 'whoosh'}")

    def article(name: str, body: str = BODY) -> Article:
        title = f"Hội nghị tỉnh ủy ({name})"
        return Article(name, f"https://mau.test/{name}", title, body, source="bao-mau", province="lao-cai")

    with Archive(data) as archive:
        for name in ("changed", "gone", "boxed", "same"):
            store(archive, article(name, f"Bài {name}. {BODY}"), "2024-07-05")
    build(data, engine, progress=None)
    with Archive(data) as archive:
        store(archive, article("changed", f"Bài changed. {BODY}".replace("51%", "48,5%")), "2024-07-12")
        store(archive, article("boxed", f"Bài boxed. {BODY}\n\nXem thêm: tin khác"), "2024-07-12")
        for day in ("2024-08-01", "2024-08-02", "2024-08-04"):
            archive.note_missing("gone", 404, f"{day}T08:00:00Z")
        assert mark_gone(archive, "bao-mau") == 1
    summary = build(data, engine, progress=None)  # only what has changed is looked at
    assert (summary.changed, summary.added) == (3, 0)
    return create_app(data, f"whoosh:{data / 'whoosh'}").test_client()


def found(client: FlaskClient, query: str) -> list[str]:
    return sorted(hit["id"] for hit in client.get(f"/api/search?{query}").get_json()["hits"])


def test_filters(fated: FlaskClient) -> None:
    assert found(fated, "q=hội nghị&fate=edited") == ["changed"]
    assert found(fated, "q=hội nghị&fate=gone") == ["gone"]
    assert found(fated, "fate=gone&fate=edited") == ["changed", "gone"]
    assert found(fated, "q=hội nghị trạng thái:đã sửa") == ["changed"]
    assert found(fated, "q=hội nghị -trạng thái:đã gỡ") == ["boxed", "changed", "same"]
    assert fated.get("/api/search?q=a&fate=moved").status_code == 400
    assert fated.get("/api/coverage").get_json()["fate"] == [
        {"value": "edited", "label": "đã sửa", "count": 1},
        {"value": "gone", "label": "đã gỡ", "count": 1},
    ]


def test_the_result_line_and_the_top_of_the_article(fated: FlaskClient) -> None:
    results = fated.get("/?q=hội nghị").text
    assert "đã sửa, thấy ngày 12/7/2024: 51% → 48,5%" in results
    assert "đã gỡ khỏi nguồn, thấy từ 1/8/2024" in results
    assert "fate=edited" in results and "fate=gone" in results
    article = fated.get(f"/bai/{article_key('changed')}").text
    assert "Đã sửa sau khi đăng" in article and article.index("51% → 48,5%") < article.index('class="text"')
    assert "Thấy từ 1/8/2024." in fated.get(f"/bai/{article_key('gone')}").text
    assert "Đã sửa sau khi đăng" not in fated.get(f"/bai/{article_key('boxed')}").text


def test_what_became_of_it_in_json(fated: FlaskClient) -> None:
    [hit] = fated.get("/api/search?fate=edited").get_json()["hits"]
    assert (hit["edited"], hit["gone"], hit["capture"]["version"]) == ("2024-07-12", None, 2)
    facts = fated.get(f"/api/articles/{hit['key']}").get_json()["facts"]
    assert facts["edits"] == [{"seen": "2024-07-12", "before": "51%", "after": "48,5%"}]


def test_the_feed_has_the_last_change_first(fated: FlaskClient) -> None:
    feed = ElementTree.fromstring(fated.get("/edits.atom?q=hội nghị").get_data())
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Hội nghị tỉnh ủy (gone)",
        "Hội nghị tỉnh ủy (changed)",
    ]
    assert entries[1].findtext(f"{ATOM}summary") == "đã sửa, thấy ngày 12/7/2024: 51% → 48,5%"
    assert feed.findtext(f"{ATOM}updated") == "2024-08-01T00:00:00Z"
    only_gone = ElementTree.fromstring(fated.get("/edits.atom?fate=gone").get_data())
    assert len(only_gone.findall(f"{ATOM}entry")) == 1
