"""A reader's list and quotations in Chromium: kept in the browser, in a link, with notes; whole words with source."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.barriers import violations

SELECT = """([id, from, to]) => {
  const walker = document.createTreeWalker(document.getElementById(id), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let node, at = 0;
  while ((node = walker.nextNode())) {
    if (at <= from && from <= at + node.length) range.setStart(node, from - at);
    if (at <= to && to <= at + node.length) { range.setEnd(node, to - at); break; }
    at += node.length;
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""
SIZES: list[tuple[int, Literal["light", "dark"]]] = [(1280, "light"), (390, "dark")]


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}-{size[1]}")
def page(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Page]:
    width, theme = request.param
    context = chromium.new_context(
        base_url=site,
        viewport={"width": width, "height": 844},
        color_scheme=theme,
        bypass_csp=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    window = context.new_page()
    troubles: list[str] = []
    window.on("pageerror", lambda error: troubles.append(str(error)))
    yield window
    context.close()
    assert troubles == []


def test_results_and_passages_are_kept_with_notes_and_shared_by_link(page: Page, chromium: Browser) -> None:
    page.goto("/?q=giải+ngân+Bắc+Giang")
    page.locator(".hit .keep").first.click()
    expect(page.locator(".hit .keep").first).to_have_text("Đã lưu")
    expect(page.locator("#my-list")).to_have_text("Danh sách (1)")
    page.locator(".hit h2 a").first.click()
    expect(page.locator("article header .keep")).to_have_text("Đã lưu")
    page.evaluate(SELECT, ["doan-2", 17, 40])
    page.get_by_role("button", name="Lưu đoạn này").click()
    assert violations(page) == []
    page.locator("#my-list").click()
    expect(page.locator(".kept li")).to_have_count(2)
    expect(page.locator(".kept blockquote")).to_have_text("tỉnh giải ngân được 41,5%")
    page.get_by_label("Ghi chú").first.fill("cho chương 3")
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS").click()
    assert "N1  - cho chương 3" in download.value.path().read_text(encoding="utf-8")
    assert violations(page) == []
    page.reload()
    expect(page.get_by_label("Ghi chú").first).to_have_value("cho chương 3")

    stranger = chromium.new_context()
    other = stranger.new_page()
    other.goto(page.url)
    expect(other.locator(".kept .note").first).to_have_text("cho chương 3")
    expect(other.get_by_label("Ghi chú")).to_have_count(0)
    other.get_by_role("button", name="Thêm vào danh sách của tôi").click()
    expect(other.get_by_label("Ghi chú").first).to_have_value("cho chương 3")
    expect(other.locator("#my-list")).to_have_text("Danh sách (2)")
    stranger.close()

    page.get_by_role("button", name="Bỏ").first.click()
    expect(page.locator(".kept li")).to_have_count(1)
    page.get_by_role("button", name="Bỏ").click()
    expect(page.locator("#desk-empty")).to_be_visible()


def test_a_quotation_is_copied_with_whole_words_source_date_and_link(page: Page) -> None:
    page.goto("/?q=giải+ngân+Bắc+Giang")
    page.locator(".hit h2 a").first.click()
    page.evaluate(SELECT, ["doan-2", 19, 34])  # from within "tỉnh" to within "được"
    page.get_by_role("button", name="Chép trích dẫn").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    words, _, rest = copied.partition(" — ")
    assert words == "“tỉnh giải ngân được”"
    assert rest.startswith("Báo Mẫu, 5/7/2023. http://")
    link = rest.rpartition(" ")[2]
    assert "?version=2#doan-2:~:text=" in link and unquote(link).endswith("tỉnh giải ngân được")
    page.goto(link)
    expect(page.locator("#doan-2")).to_be_in_viewport()


def test_a_result_opens_at_its_best_passage(page: Page) -> None:
    page.goto("/?q=toàn+tỉnh+giải+ngân+kế+hoạch")
    page.locator(".hit h2 a").first.click()
    expect(page.locator("#doan-2")).to_be_in_viewport()
    assert page.evaluate("location.hash").startswith("#doan-2")


def test_without_javascript_a_shared_list_is_shown(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/?q=giải+ngân+Bắc+Giang")
    expect(page.locator(".keep")).to_have_count(0)
    key = (page.locator(".hit h2 a").first.get_attribute("href") or "").split("/bai/")[1][:16]
    page.goto(f"/danh-sach?bai={key}&ghi=xem+lại")
    expect(page.locator(".kept .note")).to_have_text("xem lại")
    context.close()
