"""What a reader meets first on results: hits before pictures, filters as a sheet on a phone, a way back."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

Theme = Literal["light", "dark"]
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
HIGHEST = {1280: 260, 390: 330}  # pixels above the first hit
SMALL = """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('svg, .text, .skip, .detail'))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, r]) => r.width && (r.height < 23.9 || r.width < 23.9))
  .map(([html, r]) => `${r.width}x${r.height} ${html}`)"""


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}-{size[1]}")
def page(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Page]:
    width, theme = request.param
    context = chromium.new_context(
        base_url=site, viewport={"width": width, "height": 844}, color_scheme=theme, locale="vi-VN"
    )
    yield context.new_page()
    context.close()


def is_phone(page: Page) -> bool:
    return (page.viewport_size or {"width": 0})["width"] < 500


@pytest.mark.parametrize("path", ["/?q=giải+ngân", "/?q=giải+ngân&year=2023"])
def test_the_first_hit_stands_high(page: Page, path: str) -> None:
    page.goto(path)
    box = page.locator(".hit").first.bounding_box()
    assert box and box["y"] < HIGHEST[(page.viewport_size or {"width": 0})["width"]]


def test_filters_of_a_phone_are_a_sheet_that_stays_until_it_is_closed(page: Page) -> None:
    if not is_phone(page):
        pytest.skip("beside the results there is room for the filters")
    page.goto("/?q=giải+ngân")
    expect(page.locator("#facets")).to_be_hidden()
    page.get_by_role("link", name="Lọc").click()
    expect(page.locator("#facets")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    expect(page.locator(".hit").first).to_be_in_viewport()
    page.locator("#facet-year").get_by_role("link", name="2023").click()
    expect(page.locator("#count")).to_have_text("3 kết quả")
    expect(page.locator("#facets")).to_be_visible()
    page.get_by_role("link", name="Xem 3 bài").click()
    expect(page.locator("#facets")).to_be_hidden()


def test_the_focus_stays_where_the_reader_was(page: Page) -> None:
    page.goto("/?q=giải+ngân")
    if is_phone(page):
        page.get_by_role("link", name="Lọc").click()
    link = page.locator("#facet-source").get_by_role("link", name="Cổng thông tin Mẫu")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_contain_text("Cổng thông tin Mẫu")
    expect(link).to_be_focused()
    assert page.evaluate("document.activeElement !== document.body")


def test_few_stops_before_the_first_hit(page: Page) -> None:
    page.goto("/?q=giải+ngân")
    page.locator("#q").focus()
    for stops in range(1, 20):  # noqa: B007  # how many there were is what is asked
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.hit') !== null"):
            break
    assert stops <= 14


def test_back_from_an_article_keeps_filters_order_and_page(page: Page) -> None:
    page.goto("/?q=giải+ngân&source=bao-mau&sort=newest&page=2")
    address = page.url
    page.locator(".hit h2 a").first.click()
    page.locator(".back a").click()
    expect(page.locator(".sort [aria-current]")).to_have_text("Mới nhất")
    expect(page.locator(".pager [aria-current]")).to_have_text("2")
    expect(page.locator(".chips")).to_contain_text("Báo Mẫu")
    assert page.url.split("?")[0] == address.split("?")[0]


@pytest.mark.parametrize("path", ["/", "/?q=giải+ngân", "/tinh/bac-ninh", "/nguoi/bac-giang/nguoi-mau", "/gioi-thieu"])
def test_fingers_find_what_can_be_touched(page: Page, path: str) -> None:
    """Bars and tiles of pictures are smaller on a phone; the same filters stand as links and fields beside them."""
    page.goto(path)
    if is_phone(page) and page.locator(".to-facets").count():
        page.locator(".to-facets").click()
    assert page.evaluate(SMALL) == []


def test_a_map_says_what_its_colours_mean(page: Page) -> None:
    page.goto("/do-phu?q=giải+ngân")
    legend = page.locator(".map-panel").first.locator(".shades")
    expect(legend).to_contain_text("12 bài")
    expect(legend.locator("i")).to_have_count(6)
    colours = [swatch.evaluate("e => getComputedStyle(e).backgroundColor") for swatch in legend.locator("i").all()[:5]]
    drawn = page.locator(".tile-map .shade-5 rect").first.evaluate("e => getComputedStyle(e).fill")
    assert drawn == colours[-1] and len(set(colours)) == 5


def test_letters_on_a_map_beside_results_can_be_read(page: Page) -> None:
    page.goto("/?q=giải+ngân")
    if is_phone(page):
        page.get_by_role("link", name="Lọc").click()
    page.get_by_text("Bản đồ").click()
    for era in ("now", "then"):
        page.locator(f"#era-{era}").check()
        label = page.locator(f".era-{era} text").first.bounding_box()
        scale = page.locator(f".era-{era} svg").evaluate("e => e.getScreenCTM().a")
        assert label and scale * 10.5 >= 9
