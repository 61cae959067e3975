"""The pages of members in both themes and languages, on a phone and a desk, without what axe-core objects to."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.web.members.conftest import PASSWORD
from tests.web.test_accessibility import LOOKS


@pytest.fixture
def address(private_site: Callable[..., Flask]) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = waitress.create_server(private_site(public_url=address), sockets=[listening])
    threading.Thread(target=server.run, daemon=True).start()
    yield address
    server.close()


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(chromium: Browser, address: str, language: str) -> None:
    page = chromium.new_page(base_url=address, bypass_csp=True)

    def look() -> None:
        for theme, width in LOOKS[language]:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page)
            assert found.violations_count == 0, f"{theme} {width}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto(f"/dang-nhap?lang={language}")
    look()
    page.locator("main input[name=name]").fill("a.operator")
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.goto(f"/quan-tri?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("main form").first).to_be_visible()
    look()
    page.close()
