from pathlib import Path

from tests.index_url import index_url
from web import create_app
from web.http.limits import RateLimit


def test_an_address_waits_for_the_rest_of_its_window() -> None:
    limit = RateLimit(calls=2, window_seconds=60)
    assert [limit.wait_seconds("a", now) for now in (0, 1, 10)] == [0, 0, 50]
    assert limit.wait_seconds("b", 10) == 0
    assert limit.wait_seconds("a", 60) == 0


def test_the_addresses_of_one_line_are_counted_together(data_dir: Path) -> None:
    app = create_app(data_dir, index_url(data_dir / "whoosh"))
    app.extensions["export_limit"] = RateLimit(calls=1, window_seconds=600)
    client = app.test_client()

    def ask(address: str) -> int:
        return client.get("/export.csv?q=ngan", environ_base={"REMOTE_ADDR": address}).status_code

    assert [ask("2001:db8::1"), ask("2001:db8::ffff:2"), ask("2001:db8:0:1::1")] == [200, 429, 200]
    assert [ask("203.0.113.1"), ask("203.0.113.2")] == [200, 200]
    assert [ask("::ffff:203.0.113.2"), ask("::ffff:203.0.113.3")] == [429, 200]
    assert [ask("unix-1"), ask("unix-1"), ask("unix-2")] == [200, 429, 200]


def test_too_many_exports_are_told_when_to_come_again(data_dir: Path) -> None:
    app = create_app(data_dir, index_url(data_dir / "whoosh"))
    app.extensions["export_limit"] = RateLimit(calls=1, window_seconds=60)
    client = app.test_client()
    assert client.get("/export.csv?q=ngan").status_code == 200
    refused = client.get("/export.jsonl?q=ngan")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert client.get("/api/search?q=ngan").status_code == 200
