"""The finished pages in a real Chromium: search, narrow, open, compare; with and without JavaScript."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, Request, Route, expect

MAP = '<details class="map-panel">'
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A fresh window; the test fails if the page logs an error or asks another host for anything."""
    context = chromium.new_context(viewport=DESK, base_url=site, locale="vi-VN")
    window = context.new_page()
    troubles: list[str] = []
    window.on("pageerror", lambda error: troubles.append(str(error)))
    window.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)

    def note_foreign(request: Request) -> None:
        if not request.url.startswith((site, "data:")):
            troubles.append(f"asked for {request.url}")

    window.on("request", note_foreign)
    yield window
    context.close()
    assert troubles == []


def count(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("#count").inner_text()))


def test_search_choose_a_province_and_a_year_and_open_an_article(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Tìm kiếm").or_(page.get_by_role("combobox", name="Tìm kiếm")).fill("giai ngan")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
    everything = count(page)

    page.locator("#facet-province").get_by_role("link", name="Bắc Ninh").first.click()
    expect(page.locator(".chips")).to_contain_text("Bắc Ninh")
    assert count(page) == 2 < everything
    page.locator("#facet-year").get_by_role("link", name="2023").click()
    expect(page.locator(".chips")).to_contain_text("2023")
    page.locator("#facet-province").get_by_role("link", name="Bắc Giang").click()
    expect(page.locator("#count")).to_have_text("1 kết quả")
    expect(page.locator(".hit .facts")).to_contain_text("Bắc Giang")

    page.locator(".hit h2 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bắc Giang đôn đốc giải ngân vốn đầu tư công")
    expect(page.locator(".text mark").first).to_have_text("giải ngân")
    expect(page.locator(".digest")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(page.get_by_role("link", name="Đọc ở nguồn")).to_have_attribute("href", "https://bao.mau.test/tin/1.html")

    page.get_by_role("link", name="so với bản trước").click()
    expect(page.locator("del")).to_have_text(["bỏ đi", "41%"])
    expect(page.locator("ins")).to_have_text(["thêm vào", "41,5%"])


def test_filters_are_removed_one_by_one_and_back_brings_them_again(page: Page) -> None:
    page.goto("/?q=giai+ngan&year=2023&province_now=bac-ninh")
    assert count(page) == 2
    page.locator(".chips").get_by_role("link", name="Bắc Ninh").click()
    expect(page.locator("#count")).to_have_text("3 kết quả")
    page.go_back()
    expect(page.locator("#count")).to_have_text("2 kết quả")
    assert page.url.endswith("/?q=giai+ngan&year=2023&province_now=bac-ninh")


def test_of_two_clicks_the_later_one_counts_whichever_answer_comes_first(page: Page) -> None:
    held: list[Route] = []
    page.route("**/*year=2023*", lambda route: held.append(route))
    page.goto("/?q=giai+ngan")
    page.locator("#facet-year").get_by_role("link", name="2023").click()
    page.locator("#facet-year").get_by_role("link", name="2021").click()
    expect(page.locator("#count")).to_have_text("1 kết quả")
    (late,) = held
    with suppress(Error):  # a browser that gave the request up has nothing to continue
        late.continue_()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".chips")).to_contain_text("2021")
    expect(page.locator("#count")).to_have_text("1 kết quả")
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
    assert page.url.endswith("year=2021")


def test_an_open_map_stays_open_when_the_results_change(page: Page) -> None:
    def with_a_longer_list(route: Route) -> None:  # the sample pages have too few provinces for one
        answer = route.fetch()
        more = '<details class="more"><summary>More</summary></details>'
        route.fulfill(response=answer, body=answer.text().replace(MAP, f"{more}{MAP}", 1))

    page.route("**/?q=*", with_a_longer_list)
    page.goto("/?q=giai+ngan")
    panel = page.locator("#facet-province .map-panel")
    page.get_by_text("Bản đồ").click()
    page.locator("#facet-year").get_by_role("link", name="2023").click()
    expect(page.locator("#count")).to_have_text("3 kết quả")
    expect(panel).to_have_attribute("open", "")
    expect(page.locator("#facet-province .more")).not_to_have_attribute("open", "")


def test_bars_and_tiles_are_filters(page: Page) -> None:
    page.goto("/?q=giai+ngan")
    page.locator(".histogram").get_by_role("link", name="2021").click()
    expect(page.locator("#count")).to_have_text("1 kết quả")
    page.get_by_text("Bản đồ").click()
    page.locator(".tile-map").get_by_role("link", name="Thái Nguyên").click()
    expect(page.locator(".chips")).to_contain_text("Thái Nguyên")


@pytest.mark.parametrize(("path", "panel"), [("/", ""), ("/?q=giải+ngân", "Bản đồ")])
def test_the_map_switches_to_the_provinces_of_before(page: Page, path: str, panel: str) -> None:
    page.goto(path)
    if panel:
        page.get_by_text(panel).click()
    former = page.locator(".tile-map").get_by_role("link", name="Bắc Giang")
    expect(former).to_be_hidden()
    page.get_by_label("63 tỉnh trước 7/2025").focus()
    page.keyboard.press("Space")
    expect(page.locator(".tile-map :is(a, g):visible")).to_have_count(63)
    former.click()
    expect(page.locator("#count")).to_have_text("1 kết quả")
    assert page.url.endswith("province_then=bac-giang")


def test_slash_goes_to_the_search_box(page: Page) -> None:
    page.goto("/tro-giup")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("giai ngan")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()


def test_a_suggestion_is_chosen_with_the_arrows(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="Tìm kiếm")
    box.press_sequentially("bac g")
    option = page.get_by_role("option", name="Bắc Giang", exact=True)
    expect(option).to_be_visible()
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_value("Bắc Giang")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("bac g")
    box.press("ArrowLeft")
    box.press("End")
    box.press_sequentially("i")
    expect(option).to_be_visible()
    option.click()
    expect(page.locator(".hit").first).to_contain_text("Bắc Giang")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/?q=giai+ngan&year=2023", "/do-phu?q=giai+ngan", "/tinh-trang", "/tro-giup"),
        *("/hop/bac-giang.btv.2023-07-05", "/van-ban/35-CT-TW", "/nguoi/bac-giang/nguoi-mau"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_is_wider_than_a_phone(page: Page, path: str, language: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(path + ("&" if "?" in path else "?") + f"lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_everything_works_without_javascript(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/")
    page.locator("#q").fill("giai ngan")
    page.get_by_role("button", name="Tìm").click()
    page.locator("#facet-year").get_by_role("link", name="2023").click()
    assert page.locator("#count").inner_text() == "3 kết quả"
    page.locator(".period input[name=from]").fill("2023-08-01")
    page.locator(".period button").click()
    assert page.locator("#count").inner_text() == "1 kết quả"
    page.locator(".hit h2 a").first.click()
    assert page.locator("h1").inner_text() == "Bắc Ninh bàn việc giải ngân sáu tháng"
    context.close()


def test_a_printed_article_tells_its_origin_and_leaves_the_frame_out(page: Page) -> None:
    page.goto("/?q=giai+ngan+Bac+Giang")
    page.locator(".hit h2 a").first.click()
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text()
    assert "https://bao.mau.test/tin/1.html" in shown
    assert re.search(r"\b[0-9a-f]{64}\b", shown)
    assert re.search(r"Chụp lúc\s+\d+/\d+/\d{4}, \d\d:\d\d", shown)
    for frame in (".top", "footer", ".back", ".similar", ".versions", "button"):
        for element in page.locator(frame).all():
            expect(element).to_be_hidden()
    assert len(page.pdf(format="A4")) > 10_000
