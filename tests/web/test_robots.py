from xml.etree import ElementTree

from flask.testing import FlaskClient

from crawl.article import article_key

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_the_sitemap_lists_every_article(client: FlaskClient) -> None:
    locations = [
        element.text for element in ElementTree.fromstring(client.get("/sitemap.xml").data).iter(f"{SITEMAP}loc")
    ]
    assert len(locations) == 18 + 2
    assert f"http://localhost/bai/{article_key('https://bao.mau.test/tin/5.html')}" in locations


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
