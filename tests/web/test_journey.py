"""The way of a reader from the start page to a citation, on a phone and on a desk, in both languages and themes."""

import csv
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).parents[2]
WORDS = {
    "vi": {
        **{"find": "Tìm", "map": "Bản đồ", "differ": "so với bản trước", "copy": "Chép", "copied": "Đã chép"},
        **{"pages": "{} kết quả", "remove": "bỏ lọc"},
    },
    "en": {
        **{"find": "Search", "map": "Map", "differ": "compare with the one before", "copy": "Copy", "copied": "Copied"},
        **{"pages": "{} results", "remove": "remove this filter"},
    },
}
Theme = Literal["light", "dark"]


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keeps pictures of pages in HOINGHI_SCREENSHOTS, in build/screenshots where CI runs, else nowhere."""
    place = os.environ.get("HOINGHI_SCREENSHOTS") or (ROOT / "build/screenshots" if os.environ.get("CI") else "")

    def shoot(page: Page, name: str) -> None:
        if place:
            page.screenshot(path=Path(place) / f"{name}.png", full_page=True)

    return shoot


@pytest.mark.parametrize(
    ("width", "language", "theme", "scripted"),
    [
        (1280, "vi", "light", True),
        (390, "en", "dark", True),
        (390, "vi", "light", False),
        (1280, "en", "dark", False),
    ],
)
def test_from_the_start_page_to_a_citation(
    chromium: Browser,
    site: str,
    shoot: Callable[[Page, str], None],
    width: int,
    language: str,
    theme: Theme,
    scripted: bool,
) -> None:
    said = WORDS[language]
    context = chromium.new_context(
        base_url=site,
        viewport={"width": width, "height": 844},
        color_scheme=theme,
        java_script_enabled=scripted,
        locale="vi-VN" if language == "vi" else "en-GB",
    )
    page = context.new_page()

    def keep(name: str) -> None:
        shoot(page, f"{name}-{width}-{language}-{theme}{'' if scripted else '-without-script'}")

    def count(number: int) -> None:
        expect(page.locator("#count")).to_have_text(said["pages"].format(number))

    def facets() -> None:
        if not page.locator("#facets").is_visible():  # on a phone they are a sheet
            page.locator(".to-facets").click()

    def results() -> None:
        if page.locator(".done a").is_visible():
            page.locator(".done a").click()

    page.goto(f"/?lang={language}")
    keep("home")
    box = page.locator("#q")
    if scripted:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        box.press_sequentially("bac gi")
        expect(page.get_by_role("option", name="Bắc Giang", exact=True)).to_be_visible()
        keep("suggestions")
    box.fill("giai ngan")
    page.get_by_role("button", name=said["find"], exact=True).click()
    count(18)
    keep("results")

    facets()
    page.locator("#facet-document_number").get_by_role("link", name="35-CT/TW").click()
    count(17)
    facets()
    page.locator("#facet-source").get_by_role("link", name="Báo Mẫu").click()
    count(14)
    facets()
    page.locator("#facet-year").get_by_role("link", name="2023").click()
    results()
    expect(page.locator(".chips li")).to_have_count(4)  # three filters, and the way to drop all
    expect(page.locator("#count")).to_have_text(said["pages"].format(2))
    keep("narrowed")
    page.locator(".chips").get_by_role("link", name="Báo Mẫu").click()
    count(3)
    facets()
    page.locator(".histogram").first.get_by_role("link", name="2023").click()
    count(17)
    results()
    page.locator(".chips a").first.click()
    count(18)

    facets()
    page.locator(".map-panel summary").click()
    page.locator(".tile-map").get_by_role("link", name="Bắc Ninh").click()
    count(2)
    results()
    page.locator(".hit h2 a", has_text="đôn đốc").click()
    expect(page.locator(".text mark").first).to_have_text("giải ngân")
    keep("article")
    expect(page.locator("#citation")).to_contain_text(re.compile("“Bắc Giang đôn đốc .*”, Báo Mẫu"))
    if scripted:
        page.get_by_role("button", name=said["copy"]).first.click()
        expect(page.get_by_role("button", name=said["copied"])).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#citation").inner_text()
    page.get_by_text("BibTeX").click()
    expect(page.locator("#bibtex")).to_contain_text("@online{hoinghi-")
    page.get_by_role("link", name=said["differ"]).click()
    expect(page.locator("ins").last).to_have_text("41,5%")
    keep("differences")

    page.go_back()
    page.locator(".back a").click()
    count(2)
    page.locator(".chips a").first.click()
    count(18)
    facets()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 18
    feed = page.request.get(page.locator("link[type='application/atom+xml']").get_attribute("href") or "")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert feed.text().count("<entry>") == 18
    context.close()


def test_years_are_chosen_by_drawing_over_their_bars(chromium: Browser, site: str) -> None:
    page = chromium.new_page(base_url=site, viewport={"width": 1280, "height": 900})
    page.goto("/?q=giai+ngan&year=2025")
    bars = page.locator(".histogram").first
    first, last = (bars.get_by_role("link", name=name).locator(".area") for name in ("2021", "2023"))
    last.hover()
    page.mouse.down()
    first.hover()
    expect(bars.locator(".drawn")).to_have_count(3)
    page.mouse.up()
    expect(page.locator("#count")).to_have_text("4 kết quả")
    assert page.url.endswith("/?q=giai+ngan&from=2021-01-01&to=2023-12-31")
    page.close()
