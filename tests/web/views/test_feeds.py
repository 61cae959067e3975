from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
from flask.testing import FlaskClient

from crawl.fetch.crawler import crawl
from crawl.fetch.progress import no_progress
from crawl.registry.sources import load_sources
from indexer.build import build
from search.engines import open_engine
from tests.crawl.sites.serve import SampleSites
from tests.web.atom_rules import ATOM, faults
from web import create_app


def test_a_search_has_a_feed_of_its_newest_results(client: FlaskClient) -> None:
    answer = client.get("/atom?q=giải ngân&province_now=bac-ninh")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert feed.findtext(ATOM + name)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Bắc Ninh bàn việc giải ngân sáu tháng",
        "Bắc Giang đôn đốc giải ngân vốn đầu tư công",
    ]
    for entry in entries:
        assert entry.findtext(f"{ATOM}id", "").startswith("http://localhost/bai/")
        assert entry.findtext(f"{ATOM}updated") == "2026-11-20T08:15:00Z"
        assert "<mark>" in entry.findtext(f"{ATOM}summary", "")


def test_a_feed_without_results_is_still_a_feed(client: FlaskClient) -> None:
    feed = ElementTree.fromstring(client.get("/atom?q=xyzzy").data)
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert not feed.findall(f"{ATOM}entry")


def test_a_feed_of_everything_needs_no_words(client: FlaskClient) -> None:
    assert len(ElementTree.fromstring(client.get("/atom").data).findall(f"{ATOM}entry")) == 18


def test_a_feed_is_as_strict_as_the_interface(client: FlaskClient) -> None:
    assert client.get("/atom?q=a&limit=3").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=giải ngân",
        "q=%22giải ngân%22 -a&year=2023&sort=oldest",
        "q=a<b>%26c",
        "q=xyzzy",
        "q=%F0%9F%98%80",
    ],
)
def test_feeds_are_valid(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/atom?{query}")
    assert faults(answer.data) == []
    read = feedparser.parse(answer.data)
    assert (read.version, read.bozo) == ("atom10", False)
    assert all(entry.updated_parsed and entry.link and entry.title for entry in read.entries)


def test_the_rules_see_what_is_wrong(client: FlaskClient) -> None:
    feed = client.get("/atom").text
    twice = feed.replace("<updated>", "<updated>now</updated><updated>", 1)
    assert faults(twice.encode()) == ["updated stands 2 times", "updated now"]


def test_a_feed_tells_of_a_page_after_the_next_crawl(tmp_path: Path) -> None:
    with SampleSites() as sites:
        [source] = [one for one in load_sources(sites.sources_file) if one.slug == "mau-bao-song-thuong"]

        def feed() -> tuple[list[str], str]:
            crawl([replace(source, delay_seconds=0)], tmp_path, progress=no_progress)
            build(tmp_path, open_engine(f"whoosh:{tmp_path / 'whoosh'}"), progress=None)
            answer = create_app(tmp_path).test_client().get("/atom?q=hội nghị")
            entries = ElementTree.fromstring(answer.data).findall(f"{ATOM}entry")
            return [entry.findtext(f"{ATOM}title", "") for entry in entries], answer.headers["ETag"]

        before, tag = feed()
        newest = max(sites.articles(source.slug), key=lambda article: article.published)
        title = "Hội nghị mẫu bàn về một trang mới"
        body = "Sáng 9/11/2026, Tỉnh ủy Bắc Ninh họp hội nghị lần thứ mười, bàn việc ghi lại từng trang mới."
        sites.add(replace(newest, id="99001", slug="hoi-nghi-mau-ve-mot-trang-moi", title=title, lede="", body=body))
        after, new_tag = feed()
    assert set(after) - set(before) == {title}
    assert len(after) == len(before) + 1
    assert new_tag != tag
