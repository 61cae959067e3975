from types import SimpleNamespace

import pytest
from flask import Flask

from search.document import Document, Hit
from web.ui.hot_markup import dates, hit_list, place


def sample(**facts: object) -> Document:
    return Document(**{"id": "1", "key": "k", "url": "", "title": "Một <hội nghị>", "text": "", **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("then", "now", "linked", "expected"),
    [
        ("ca-mau", "ca-mau", False, '<span class="place">Cà Mau</span>'),
        ("", "ca-mau", True, '<span class="place">Cà Mau</span>'),
        ("", "", False, '<span class="place unknown">không rõ tỉnh</span>'),
        ("ca-mau", "", True, '<span class="place"><a href="/tinh/ca-mau">Cà Mau</a></span>'),
        (
            "bac-giang",
            "bac-ninh",
            False,
            '<span class="place">Bắc Giang <span class="arrow" aria-hidden="true">→</span>'
            '<span class="hidden">, nay thuộc</span> Bắc Ninh</span>',
        ),
    ],
)
def test_a_place_is_named_as_it_was_and_as_it_is(app: Flask, then: str, now: str, linked: bool, expected: str) -> None:
    with app.test_request_context("/"):
        assert place(SimpleNamespace(province_then=then, province_now=now), linked) == expected


@pytest.mark.parametrize(
    ("held", "published", "language", "expected"),
    [
        ("2023-07-05", "2023-07-05", "vi", '<span>họp <time datetime="2023-07-05">5/7/2023</time></span>'),
        ("", "2023-07", "vi", '<span>đăng <time datetime="2023-07">tháng 7/2023</time></span>'),
        ("", "2023-07", "en", '<span>published <time datetime="2023-07">July 2023</time></span>'),
        ("", "", "en", '<span class="unknown">date unknown</span>'),
    ],
)
def test_days_are_told_in_the_language_of_the_page(
    app: Flask, held: str, published: str, language: str, expected: str
) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert dates(SimpleNamespace(held=held, published=published)) == expected


def test_what_a_document_says_is_no_markup(app: Flask) -> None:
    document = sample(source="<b>", copies=(("k", ""), ("other", "<i>")))
    with app.test_request_context("/"):
        shown = hit_list([Hit(document, 1.0)], '"><script>', {"<i>": "Báo & <i>"})
    assert "Một &lt;hội nghị&gt;" in shown
    assert "<span>&lt;b&gt;</span>" in shown
    assert "Báo &amp; &lt;i&gt;</a>" in shown
    assert not any(sign in shown for sign in ("<b>", "<i>", "<script>"))
