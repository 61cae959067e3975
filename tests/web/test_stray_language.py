"""No English on Vietnamese pages and no Vietnamese in the frame of English ones: a walk over every kind of page.

What is quoted stands in elements of its own language (`lang`); names are the same in both.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crawl.article import article_key
from search.domain import places
from web.ui.language import english

KEY = article_key("https://bao.mau.test/tin/1.html")
PATHS = [
    *("/", "/?q=giai+ngan+Bac+Giang&year=2023", "/?q=xyzzy&year=2023", "/?q=giải+ngân+xyzzy", "/?q=Bắc+Giang"),
    *("/?q=giải+ngân&source=bao-mau&page=2&kind=ubnd", f"/bai/{KEY}?q=giai+ngan", f"/bai/{KEY}?version=2&compare=1"),
    *(
        "/hop/bac-giang.btv.2023-07-05",
        "/hop/bac-giang.btv.2023-07-05/doi-chieu",
        "/van-ban/35-CT-TW",
        "/nguoi/bac-giang/nguoi-mau",
        "/tinh/bac-ninh",
    ),
    *("/tinh/bac-giang", "/tinh/ha-noi", "/nguon/cong-mau", "/tinh-trang", "/do-phu?q=giai+ngan", "/tro-giup"),
    *("/gioi-thieu", "/nowhere", "/?year=20x3", "/?sort=best", "/so-lieu", "/theo-doi?q=giải+ngân", "/xu-huong"),
    *("/xu-huong?q=giải+ngân&step=month&show=share", "/xu-huong?q=a&step=week", "/tinh", "/nguoi", "/van-ban"),
    *(
        "/hoi-nghi",
        "/nguon",
        "/danh-sach",
        f"/danh-sach?bai={KEY}&ghi=x",
        "/danh-sach?bai=a+b",
        "/?q=%27",
        "/ve-du-lieu-mau",
        "/api",
        f"/yeu-cau?page={KEY}",
    ),
]
# Words that only one of the languages has; names of formats and of this program are neither.
ENGLISH = re.compile(
    r"\b(?:the|and|of|is|are|was|for|with|from|this|that|not|no|by|all|page|pages|search|year|expected|unknown|try)\b",
    re.IGNORECASE,
)
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
PIECES = {piece for unit in places.units() for piece in unit.name.split()}  # of a name on a tile of the map
NAMES = {unit.name for unit in places.units()} | {"Báo Mẫu", "Cổng thông tin Mẫu", "Người Mẫu", "Tiếng Việt"}
CODE = frozenset(("script", "style", "pre", "code"))
SPOKEN_ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")


class Texts(HTMLParser):
    """Collects what a reader sees or hears, with the language that it stands in."""

    VOID = frozenset(("meta", "link", "input", "br", "img", "hr"))

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        language = values.get("lang") or (self._open[-1][1] if self._open else "")
        if tag not in self.VOID:
            self._open.append((tag, language))
        if values.get("class") != "Z3988" and tag != "link":
            self.found += [(language, value) for name in SPOKEN_ATTRIBUTES if (value := values.get(name))]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and [tag for tag, _ in self._open[-3:]] == ["html", "head", "title"]:
            data = data.split(" · ")[-1]  # before it the page says in its own words what it is about
        if data.strip() and self._open and not CODE.intersection(tag for tag, _ in self._open):
            self.found.append((self._open[-1][1], data.strip()))


def texts(page: str) -> Iterator[tuple[str, str]]:
    parser = Texts()
    parser.feed(page)
    yield from parser.found


def without_names(text: str) -> str:
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(name, "")
    text = text.partition("chọn một trong:")[0]  # values of parameters are the same in both languages, as addresses are
    return re.sub(r'“[^”]*”|"[^"]*"|/\S*', "", text)  # what was typed is quoted


@pytest.mark.parametrize("path", PATHS)
def test_vietnamese_pages_say_nothing_in_english(client: FlaskClient, path: str) -> None:
    assert stray(client.get(path).text, "vi") == []


@pytest.mark.parametrize("path", PATHS)
def test_the_frame_of_english_pages_says_nothing_in_vietnamese(client: FlaskClient, path: str) -> None:
    assert stray(client.get(f"{path}{'&' if '?' in path else '?'}lang=en").text, "en") == []


def stray(page: str, language: str) -> list[str]:
    foreign = ENGLISH if language == "vi" else VIETNAMESE
    return [
        text
        for spoken, text in texts(page)
        if spoken == language and text not in PIECES and foreign.search(without_names(text))
    ]


def test_the_walk_sees_strays() -> None:
    page = '<html lang="{}"><p title="{}">{}<q lang="{}">{}</q></p></html>'
    assert stray(page.format("vi", "the end", "xin chào", "en", "no, of course"), "vi") == ["the end"]
    assert stray(page.format("en", "Trợ giúp", "help in Bắc Giang", "vi", "Nơi họp"), "en") == ["Trợ giúp"]


def test_every_page_of_ours_is_walked(app: Flask) -> None:
    """A new page has to be added to the walk."""
    files = ("static", "api", "exports", "feeds", "robots", "sitemaps", "metrics", "opensearch")
    walked = {re.split(r"[?/]", path)[1] for path in PATHS}
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.split(".")[0]
        first = rule.rule.split("/")[1]
        if "GET" in (rule.methods or ()) and not blueprint.startswith(files) and "." not in first and first:
            # the pages of members: tests/web/members/test_members.py
            assert first in walked | {"theo-doi", "dang-nhap", "quan-tri"}, rule


def test_no_translation_is_left_in_the_other_language() -> None:
    for vietnamese, entry in english().items():
        for form in [entry] if isinstance(entry, str) else entry.values():
            assert not VIETNAMESE.search(without_names(form)), form
        assert not ENGLISH.search(without_names(re.sub("{[^}]*}", "", vietnamese))), vietnamese
