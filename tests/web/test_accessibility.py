"""Every page in both themes and languages, on a phone and a desk, without a violation that axe-core knows."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from tests.web.every_page import ELSEWHERE, FILES, OF_MEMBERS, PAGES, route

# Each pair of language, theme and width occurs.
LOOKS: dict[str, list[tuple[Literal["light", "dark"], int]]] = {
    "vi": [("light", 1280), ("dark", 390)],
    "en": [("dark", 1280), ("light", 390)],
}


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
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for theme, width in LOOKS[language]:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, f"{theme} {width}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
