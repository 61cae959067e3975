"""Everything is reached by keyboard alone, and nothing is lost at 200 % zoom or with letters twice as large."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crawl.article import article_key

PAGES = {
    "home": "/",
    "results": "/?q=giai+ngan+Bac+Giang&province_now=bac-ninh",
    "article": f"/bai/{article_key('https://bao.mau.test/tin/1.html')}?q=giai+ngan",
    "meeting": "/hop/bac-giang.btv.2023-07-05",
    "province": "/tinh/bac-ninh",
    "coverage": "/do-phu?q=giai+ngan",
    "status": "/tinh-trang",
}
# What can be operated and is drawn: parts of closed details are not. Of some radio buttons one stands for all.
STOPS = "a[href], button, input:not([type=hidden], [type=radio]:not(:checked)), summary, [tabindex='0']"
OPERABLE = f"""[...document.querySelectorAll("{STOPS}")]
    .filter(element => element.checkVisibility({{ contentVisibilityAuto: true }}))"""
NUMBER = f"{OPERABLE}.forEach((element, number) => element.dataset.number = number)"
SHOWS_FOCUS = """() => {
    const seen = element => { const style = getComputedStyle(element);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0; };
    const element = document.activeElement, marks = element.querySelectorAll("rect");
    const strokes = [...marks].some(rect => { const style = getComputedStyle(rect);
        return style.stroke !== "none" && parseFloat(style.strokeWidth) >= 2; });
    const boxed = element.closest(".search") && getComputedStyle(element.closest(".search")).borderTopColor
        === getComputedStyle(document.querySelector("button")).color;
    return seen(element) || strokes || Boolean(boxed); }"""
# Text that is cut off: wider or higher than its box, which hides what flows over.
CUT = """[...document.querySelectorAll("main *, header *, footer *")].filter(element => {
    const style = getComputedStyle(element);
    return ["hidden", "clip"].includes(style.overflowX) && !element.classList.contains("hidden")
        && !element.closest("svg") && element.scrollWidth > element.clientWidth + 1; })
    .map(element => element.outerHTML.slice(0, 120))"""
BEYOND = """(width) => [...document.querySelectorAll("main a, main button, main p, main h1, main h2, nav a")]
    .filter(element => element.checkVisibility() && !element.closest(".scroll, .hidden"))
    .map(element => [element.getBoundingClientRect(), element])
    .filter(([box]) => box.width && (box.right > width + 1 || box.left < -1))
    .map(([, element]) => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_tab_key_reaches_everything_and_shows_where_it_is(page: Page, name: str) -> None:
    page.goto(PAGES[name])
    page.evaluate(NUMBER)
    page.evaluate("document.activeElement.blur(); getSelection().collapse(document.body, 0)")
    wanted = page.evaluate(f"{OPERABLE}.length")
    reached: set[int] = set()
    for _ in range(wanted * 2 + 10):  # a field for a date has four stops of its own
        page.keyboard.press("Tab")
        number = page.evaluate("document.activeElement.dataset.number")
        if number is not None and int(number) not in reached:
            reached.add(int(number))
            assert page.evaluate(SHOWS_FOCUS), page.evaluate("document.activeElement.outerHTML")
        if len(reached) == wanted:
            break
    missing = set(range(wanted)) - reached
    assert not missing, page.evaluate(f"{[*missing]}.map(n => {OPERABLE}[n].outerHTML)")


def test_a_search_is_narrowed_and_opened_without_a_mouse(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+Home")
    page.keyboard.press("/")
    page.keyboard.type("giai ngan")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("18 kết quả")
    page.locator("#facet-year a", has_text="2023").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("3 kết quả")
    page.locator(".map-panel summary").focus()
    page.keyboard.press("Enter")
    page.locator(".tile-map a:visible", has_text="Thái").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("1 kết quả")
    page.locator(".hit h2 a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Thái Nguyên: giải ngân còn chậm")
    page.keyboard.press("Tab")  # on from the passage at which a result opens
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.goto("/tro-giup")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_lost_when_it_is_enlarged(page: Page, name: str) -> None:
    """640 pixels are a desk at 200 %, 320 at 400 %; letters twice as large are a reader's own setting."""
    page.goto(PAGES[name])
    for width, letters in ((640, "100%"), (640, "200%"), (320, "100%")):
        page.set_viewport_size({"width": width, "height": 450})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, letters)
        assert page.evaluate(CUT) == [], (width, letters)
        assert page.evaluate(BEYOND, width) == [], (width, letters)
