"""Who keeps a copy by /api/changes has what the archive has, whatever happens between two questions."""

from pathlib import Path

from flask.testing import FlaskClient

from crawl.archive.archive import Archive
from crawl.archive.withholding import lift, withhold
from crawl.article import Article, article_key
from web import create_app


def article(number: int, body: str = "Lời.") -> Article:
    url = f"https://bao.mau.test/{number}"
    return Article(id=url, url=url, title=f"Tin {number}", body=body, source="bao-mau")


def follow(client: FlaskClient, since: str, copy: dict[str, str]) -> str:
    """Bring a copy (key → text_sha256) up to date by small steps; return where to go on."""
    while True:
        found = client.get(
            "/api/changes", query_string={"since": since, "limit": 2} if since else {"limit": 2}
        ).get_json()
        for one in found["changes"]:
            if one["change"] == "withheld":
                copy.pop(one["key"], None)
                assert one.keys() == {"key", "permalink", "change"}
            else:
                copy[one["key"]] = one["text_sha256"]
        since = found["next"]
        if found["complete"]:
            return since


def held(data: Path) -> dict[str, str]:
    with Archive(data, read_only=True) as archive:
        return {one.article.key: one.text_sha256 for one in archive.articles()}


def test_a_copy_follows_the_archive(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for number in range(7):
            archive.store_article(article(number))
    client, copy = create_app(tmp_path).test_client(), {}
    since = follow(client, "", copy)
    assert copy == held(tmp_path)
    assert len(copy) == 7
    with Archive(tmp_path) as archive:
        archive.store_article(article(3, "Lời khác."))
        archive.store_article(article(9))
        archive.set_gone([article_key("https://bao.mau.test/4")])
    told = client.get(f"/api/changes?since={since}").get_json()["changes"]
    assert {(one["title"], one["change"]) for one in told} == {
        ("Tin 3", "stored"),
        ("Tin 9", "stored"),
        ("Tin 4", "gone"),
    }
    since = follow(client, since, copy)
    assert copy == held(tmp_path)
    withhold(tmp_path, article_key("https://bao.mau.test/9"), "Theo yêu cầu")
    since = follow(client, since, copy)
    assert copy == held(tmp_path)
    assert len(copy) == 7
    lift(tmp_path, article_key("https://bao.mau.test/9"))
    since = follow(client, since, copy)
    assert copy == held(tmp_path)
    assert client.get(f"/api/changes?since={since}").get_json() == {"changes": [], "next": since, "complete": True}


def test_a_day_gives_what_came_since(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for day in (1, 5, 9):
            page = archive.record_response(
                "bao-mau", f"https://bao.mau.test/{day}", 200, [], b"<p>", fetched_at=f"2026-03-0{day}T08:00:00Z"
            )
            archive.store_article(article(day), page)
    client = create_app(tmp_path).test_client()

    def titles(since: str) -> list[str]:
        return [one["title"] for one in client.get(f"/api/changes?since={since}").get_json()["changes"]]

    assert titles("2026-03-01") == ["Tin 1", "Tin 5", "Tin 9"]
    assert titles("2026-03-05T08:00:00Z") == ["Tin 5", "Tin 9"]
    assert titles("2026-03-10") == []


def test_a_state_of_another_archive_is_refused(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.store_article(article(1))
    client = create_app(tmp_path).test_client()
    for since in ("1:1", "yesterday", "2:"):
        answer = client.get(f"/api/changes?since={since}")
        assert answer.status_code == 400
        assert answer.get_json()["error"]["parameter"] == "since"
