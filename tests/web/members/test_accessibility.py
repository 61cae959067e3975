"""The pages of members in both themes and languages, on a phone and a desk, without what axe-core objects to."""

import socket
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.web.barriers import LOOKS, look
from tests.web.conftest import serving
from tests.web.members.conftest import PASSWORD


@pytest.fixture
def address(private_site: Callable[..., Flask]) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    with serving(private_site(public_url=f"http://127.0.0.1:{listening.getsockname()[1]}"), listening) as site:
        yield site


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(chromium: Browser, address: str, language: str) -> None:
    page = chromium.new_page(base_url=address, bypass_csp=True)
    page.goto(f"/dang-nhap?lang={language}")
    look(page, language)
    page.locator("main input[name=name]").fill("a.operator")
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.goto(f"/quan-tri?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("main form").first).to_be_visible()
    look(page, language)
    page.close()
