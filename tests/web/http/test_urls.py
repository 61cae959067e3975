import re

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from web.http.urls import address_maker


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("value", ["bac-giang.btv.2023-07-05", "tuyen-quang.huyện Sơn Dương.bch.2020", "a?b&c#d%/+"])
def test_an_address_is_the_same_however_it_is_made(app: Flask, language: str, value: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert address_maker("subjects.meeting", "key")(value) == url_for("subjects.meeting", key=value)
        query = "35-CT/TW & “nông thôn”"
        assert address_maker("pages.article", "key", q=query)(value) == url_for("pages.article", key=value, q=query)


def test_links_begin_where_the_program_is_mounted(client: FlaskClient) -> None:
    """Addresses are kept from page to page, and a server may show the same pages in two places."""
    for root in ("", "/tim", ""):
        page = client.get("/?q=giải ngân", base_url=f"http://localhost{root}/").text
        links = re.findall(r'(?:href|action)="(/[^"]*)"', page)
        assert len(links) > 50
        assert {link.startswith("/tim/") for link in links} == {root == "/tim"}
