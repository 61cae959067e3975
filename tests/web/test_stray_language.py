"""No English on Vietnamese pages and no Vietnamese in the frame of English ones: a walk over every kind of page."""

import re

import pytest
from flask.testing import FlaskClient

from tests.web.every_page import PAGES
from tests.web.strays import ENGLISH, VIETNAMESE, stray, without_names
from web.ui.language import english

PATHS = [
    *PAGES.values(),
    *("/?q=giải+ngân&sort=best", "/?q=%27", "/danh-sach?bai=a+b", "/xu-huong?q=a&step=week", "/so-lieu?indicator=x"),
]


@pytest.mark.parametrize("path", PATHS)
def test_vietnamese_pages_say_nothing_in_english(client: FlaskClient, path: str) -> None:
    assert stray(client.get(path).text, "vi") == []


@pytest.mark.parametrize("path", PATHS)
def test_the_frame_of_english_pages_says_nothing_in_vietnamese(client: FlaskClient, path: str) -> None:
    assert stray(client.get(f"{path}{'&' if '?' in path else '?'}lang=en").text, "en") == []


def test_the_walk_sees_strays() -> None:
    page = '<html lang="{}"><p title="{}">{}<q lang="{}">{}</q></p></html>'
    assert stray(page.format("vi", "the end", "xin chào", "en", "no, of course"), "vi") == ["the end"]
    assert stray(page.format("en", "Trợ giúp", "help in Bắc Giang", "vi", "Nơi họp"), "en") == ["Trợ giúp"]


def test_no_translation_is_left_in_the_other_language() -> None:
    for vietnamese, entry in english().items():
        for form in [entry] if isinstance(entry, str) else entry.values():
            assert not VIETNAMESE.search(without_names(form)), form
        assert not ENGLISH.search(without_names(re.sub("{[^}]*}", "", vietnamese))), vietnamese
