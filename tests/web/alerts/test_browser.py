"""The form in a real browser, without JavaScript and on a phone, and axe-core on each of its pages."""

import threading
from collections.abc import Iterator

import pytest
import waitress
from playwright.sync_api import Browser, Page, expect

from tests.web.barriers import violations


@pytest.fixture
def site(alerting) -> Iterator[str]:
    server = waitress.create_server(alerting.client.application, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def looks_well(page: Page) -> None:
    for theme, width in (("dark", 1280), ("light", 390)):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("javascript", [False, True])
def test_follow_confirm_and_leave(chromium: Browser, site: str, alerting, mailbox, javascript: bool) -> None:
    context = chromium.new_context(
        base_url=site, java_script_enabled=javascript, viewport={"width": 390, "height": 844}, bypass_csp=javascript
    )
    page = context.new_page()
    check = looks_well if javascript else lambda page: None  # axe is a script itself
    page.goto("/?q=giai+ngan")
    page.get_by_role("link", name="Theo dõi").click()
    check(page)
    page.get_by_label("Mỗi tuần một lần").first.check()
    page.get_by_label("Địa chỉ email").fill("ban.doc@thu.mau.vn")
    page.get_by_role("button", name="Gửi email xác nhận").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Xin kiểm tra hộp thư")
    check(page)
    page.goto(alerting.link(mailbox.letters.pop()))
    check(page)
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã bắt đầu theo dõi")
    check(page)
    leave = page.get_by_role("link", name="Ngừng theo dõi").get_attribute("href")
    assert leave is not None
    page.goto(leave.removeprefix("https://hoinghi.mau.vn"))
    check(page)
    page.get_by_role("button", name="Ngừng theo dõi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã ngừng theo dõi")
    with alerting.subscriptions() as subscriptions:
        assert subscriptions.counts() == {}
    context.close()
