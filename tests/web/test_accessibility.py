"""Every page in both themes and languages, on a phone and a desk, without a violation that axe-core knows."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from tests.web.barriers import LOOKS, look
from tests.web.every_page import ELSEWHERE, FILES, OF_MEMBERS, PAGES, route


def test_no_route_is_forgotten(app: Flask, client: FlaskClient) -> None:
    """A new route has to be added to the pages, which are looked at here, or to the files, which are none."""
    pages = {route(app, address) for name, address in PAGES.items() if name != "error"}
    files = {route(app, address) for address in FILES}
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages | files | OF_MEMBERS | ELSEWHERE == routes
    assert not pages & files
    for address in FILES:
        answer = client.get(address)
        assert answer.status_code == 200 and answer.mimetype != "text/html", address
    assert all(client.get(address).mimetype == "text/html" for address in PAGES.values())


@pytest.fixture(scope="module")
def page(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(page: Page, name: str, language: str) -> None:
    page.goto(PAGES[name] + ("&" if "?" in PAGES[name] else "?") + f"lang={language}")
    look(page, language)
