from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from crawl.article import article_key
from web import create_app

LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def locations(client: FlaskClient, path: str) -> list[str]:
    tree = ElementTree.fromstring(client.get(path).data)
    return [str(element.text).removeprefix("http://localhost") for element in tree.iter(LOCATION)]


def test_the_sitemap_names_its_parts(client: FlaskClient) -> None:
    parts = ["/sitemap-holdings.xml", "/sitemap-subjects.xml", "/sitemap-articles-1.xml"]
    assert locations(client, "/sitemap.xml") == parts


def test_every_article_is_listed(client: FlaskClient) -> None:
    listed = locations(client, "/sitemap-articles-1.xml")
    assert len(listed) == 18
    assert f"/bai/{article_key('https://bao.mau.test/tin/5.html')}" in listed


def test_what_articles_tell_of_is_listed_once(client: FlaskClient) -> None:
    listed = locations(client, "/sitemap-subjects.xml")
    assert len(listed) == len(set(listed)) == 17 + 1 + 6  # meetings, a document cited, one name in six provinces
    assert {"/hop/bac-giang.btv.2023-07-05", "/van-ban/35-CT-TW", "/nguoi/bac-giang/nguoi-mau"} <= set(listed)


def test_provinces_and_sources_that_have_pages_are_listed(client: FlaskClient) -> None:
    listed = locations(client, "/sitemap-holdings.xml")
    assert {"/", "/do-phu", "/tinh/bac-giang", "/tinh/bac-ninh", "/nguon/bao-mau"} <= set(listed)
    assert "/tinh/ha-noi" not in listed


def test_every_address_listed_is_there(client: FlaskClient) -> None:
    for part in locations(client, "/sitemap.xml"):
        for path in locations(client, part)[::3]:
            assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("name", ["articles-0", "articles-x", "articles-²", "articles", "other", ""])
def test_other_parts_are_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_parts_beyond_the_last_and_without_an_archive_are_empty(client: FlaskClient, tmp_path: Path) -> None:
    assert locations(client, "/sitemap-articles-99.xml") == []
    assert locations(create_app(tmp_path).test_client(), "/sitemap-articles-1.xml") == []
