"""The pictures as they stand in a page; their geometry is tested in test_charts.py."""

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient


class Marks(HTMLParser):
    """Collects the classes of what is drawn, the links with their titles, and the titles of what is no link."""

    def __init__(self) -> None:
        super().__init__()
        self.classes: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.others: list[str] = []
        self._in_title = self._in_svg = self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._in_svg = self._in_svg or tag == "svg"
        self._in_title = self._in_svg and tag == "title"
        if self._in_svg:
            self.classes.append(values.get("class", ""))
        if self._in_svg and tag == "a":
            self._in_link = True
            self.links.append((values["href"], ""))

    def handle_data(self, data: str) -> None:
        if self._in_title and self._in_link:
            self.links[-1] = (self.links[-1][0], data)
        elif self._in_title:
            self.others.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        self._in_link = self._in_link and tag != "a"
        self._in_svg = self._in_svg and tag != "svg"


def drawn(client: FlaskClient, path: str, name: str) -> Marks:
    """Return what the first picture of a class holds."""
    found = re.search(rf'<svg class="{name}.*?</svg>', client.get(path).text, re.DOTALL)
    assert found
    marks = Marks()
    marks.feed(found[0])
    return marks


@pytest.mark.parametrize(("path", "strips"), [("/", 1), ("/do-phu", 1), ("/?q=giai+ngan", 5)])
def test_what_is_archived_stands_below_bars_of_results_alone(client: FlaskClient, path: str, strips: int) -> None:
    """Bars of the archive itself say it already: there only the year without pages, 2022, is marked."""
    marks = drawn(client, path, "histogram")
    assert [title[:4] for _, title in marks.links] == ["2021", "2022", "2023", "2024", "2025"]
    assert sum(name.startswith("coverage ") for name in marks.classes) == strips


def test_a_mark_leads_to_its_search_in_the_language_of_the_page(client: FlaskClient) -> None:
    bars = drawn(client, "/?q=%22%3Cb%3E%26%22+OR+ngan&lang=en", "histogram").links
    assert bars[2][0] == "/?lang=en&q=%22%3Cb%3E%26%22+OR+ngan&year=2023"
    tiles = drawn(client, "/?q=giai+ngan", "tile-map").links
    assert ("/?q=giai+ngan&province_now=ca-mau", "Cà Mau: 1 / 1 bài") in tiles


def test_a_tile_without_results_leads_nowhere(client: FlaskClient) -> None:
    tiles = drawn(client, "/?q=giai+ngan", "tile-map")
    assert len(tiles.links) + len(tiles.others) == 34
    assert not any(": 0 / " in title or "chưa có" in title for _, title in tiles.links)
    assert all(": 0 / " in title or "chưa có" in title for title in tiles.others)


def test_the_only_filter_of_a_search_is_taken_back_on_its_tile(client: FlaskClient) -> None:
    tiles = drawn(client, "/?province_now=ca-mau", "tile-map")
    assert ("/", "Cà Mau: 1 / 1 bài") in [(link.rstrip("?"), title) for link, title in tiles.links]
