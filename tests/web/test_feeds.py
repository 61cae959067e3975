from xml.etree import ElementTree

from flask.testing import FlaskClient

ATOM = "{http://www.w3.org/2005/Atom}"


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
