from xml.etree import ElementTree

from flask.testing import FlaskClient


def test_robots_may_read_articles_but_not_walk_through_searches(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /*?" in text
    assert "Sitemap: http://localhost/sitemap.xml" in text
    assert "Disallow: /bai" not in text


def test_a_browser_can_add_the_site_as_a_search_engine(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    namespace = "{http://a9.com/-/spec/opensearch/1.1/}"
    description = ElementTree.fromstring(answer.data)
    templates = {url.get("type"): url.get("template") for url in description.iter(f"{namespace}Url")}
    assert templates["text/html"] == "http://localhost/?q={searchTerms}"
    assert 'rel="search"' in client.get("/").text
