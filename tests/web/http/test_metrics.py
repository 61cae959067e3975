import shutil
from pathlib import Path

from crawl.archive.backup import backup
from crawl.fetch.frontier import Frontier, Page
from tests.index_url import index_url
from web import create_app
from web.serving.metrics import metrics_text


def test_answers_are_counted_by_route_and_status_and_nothing_of_the_query_is_kept(data_dir: Path) -> None:
    client = create_app(data_dir, index_url(data_dir / "whoosh")).test_client()
    for path in ("/api/search?q=riêng", "/api/search?q=tư", "/api/search?year=x", "/bai/riêng", "/riêng"):
        client.get(path)
    text = metrics_text(client.application).decode()
    assert 'hoinghi_answers_total{route="/api/search",status="200"} 2' in text
    assert 'hoinghi_answers_total{route="/api/search",status="400"} 1' in text
    assert 'hoinghi_answers_total{route="/bai/<key>",status="404"} 1' in text
    assert 'hoinghi_answer_seconds_count{route="/api/search"} 3' in text
    assert "riêng" not in text


def test_the_state_of_the_archive_is_measured_where_there_is_none(tmp_path: Path) -> None:
    text = metrics_text(create_app(tmp_path, index_url(tmp_path / "none"))).decode()
    assert "hoinghi_index_documents 0.0" in text
    assert "hoinghi_last_backup" not in text


def test_what_waits_to_be_fetched_and_the_last_backup_are_measured(data_dir: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_dir, data)
    frontier = Frontier(data, "bao-mau")
    frontier.add_all(Page(str(number), f"https://bao.mau.test/{number}", "article") for number in range(7))
    frontier.close()
    backup(data, tmp_path / "kho.tar")
    text = metrics_text(create_app(data, index_url(data_dir / "whoosh"))).decode()
    assert 'hoinghi_frontier_waiting{source="bao-mau"} 7.0' in text
    assert "hoinghi_last_backup_timestamp_seconds 1" in text
    (data / "frontier.db").write_bytes(b"not a database at all" * 100)
    assert "hoinghi_index_documents 18.0" in metrics_text(create_app(data, index_url(data_dir / "whoosh"))).decode()


def test_healthz_tells_an_index_from_none(data_dir: Path, tmp_path: Path) -> None:
    healthy = create_app(data_dir, index_url(data_dir / "whoosh")).test_client()
    assert healthy.get("/healthz").text == "ok 18\n"
    assert create_app(tmp_path, index_url(tmp_path / "none")).test_client().get("/healthz").status_code == 503
