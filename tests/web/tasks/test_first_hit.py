"""Results first: where the first hit stands below all that can stand above it."""

import pytest
from playwright.sync_api import Browser

HIGHEST = {1280: 260, 390: 330}  # pixels above the first hit
# What stands above the first hit → the search that has it there.
SEARCHES = {
    "": "q=họp",
    ".card, .offered": "q=Sơn La",
    ".card": "q=35-CT/TW",
    ".figure-panel, #count small": "q=giải ngân vốn đầu tư công",
    ".figure-panel, .offered": "q=giải ngân vốn đầu tư công Sơn La 2023",
    ".chips": "q=họp&year=2023",
    ".figure-panel, .chips": "q=giải ngân&year=2023&province=son-la&kind=bch",
    ".figure-panel, .offered, .chips": "q=giải ngân vốn đầu tư công Sơn La&year=2023&kind=bch",
    ".card, .offered, .chips": "q=Sơn La&year=2023",
    ".figure-panel, .offered, .did-you-mean": "q=giai ngan von dau tu cong Son La 2023",
    ".figure-panel, .did-you-mean, #count small": "q=giai ngan von dau tu cong",
    ".figure-panel, .did-you-mean, .chips": "q=giai ngan von dau tu cong&year=2023&kind=bch",
}


@pytest.mark.parametrize("width", HIGHEST)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_first_hit_stands_high(chromium: Browser, address: str, width: int, language: str) -> None:
    context = chromium.new_context(base_url=address, viewport={"width": width, "height": 844})
    page = context.new_page()
    found = {}
    for above, search in SEARCHES.items():
        page.goto(f"/?{search}&lang={language}")
        assert all(page.locator(part).count() for part in above.split(", ") if part), (above, search)
        box = page.locator(".hit").first.bounding_box()
        assert box, search
        found[search] = box["y"]
    context.close()
    assert {search: y for search, y in found.items() if y > HIGHEST[width]} == {}


def test_a_line_of_figures_opens(chromium: Browser, address: str) -> None:
    page = chromium.new_page(base_url=address, viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto("/?" + SEARCHES[".figure-panel, #count small"])
    first = page.locator(".figure-panel li").first
    assert not first.is_visible()
    page.locator(".figure-panel summary").first.click()
    assert first.is_visible() and "%" in first.inner_text()
    page.close()


@pytest.mark.parametrize("width", HIGHEST)
def test_the_closed_line_of_figures_shows_a_value(chromium: Browser, address: str, width: int) -> None:
    page = chromium.new_page(base_url=address, viewport={"width": width, "height": 844})
    clipped = []
    for search in (one for above, one in SEARCHES.items() if ".figure-panel" in above):
        page.goto(f"/?{search}")
        line = page.locator(".figure-panel > details > summary")
        value, room = line.locator("b").first.bounding_box(), line.bounding_box()
        assert value and room, search
        if value["x"] + value["width"] > room["x"] + room["width"]:
            clipped.append(search)
    page.close()
    assert clipped == []
