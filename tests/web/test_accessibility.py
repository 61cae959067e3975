"""Every kind of page in both themes and languages, on a phone and a desk, without a violation that axe-core knows."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from crawl.article import article_key

ARTICLE = f"/bai/{article_key('https://bao.mau.test/tin/1.html')}"
PAGES = {
    "home": "/",
    "results": "/?q=giai+ngan+Bac+Giang&year=2023",
    "nothing found": "/?q=xyzzy&year=2023",
    "article": f"{ARTICLE}?q=giai+ngan",
    "versions": f"{ARTICLE}?version=2&compare=1",
    "meeting": "/hop/bac-giang.btv.2023-07-05",
    "cited document": "/van-ban/35-CT-TW",
    "person": "/nguoi/bac-giang/nguoi-mau",
    "province": "/tinh/bac-ninh",
    "former province": "/tinh/bac-giang",
    "province without pages": "/tinh/ha-noi",
    "source": "/nguon/cong-mau",
    "status": "/tinh-trang",
    "coverage": "/do-phu?q=giai+ngan",
    "own list": f"/danh-sach?bai={ARTICLE[5:]}&bai={ARTICLE[5:]}@2.3-40&ghi=chương+3&ghi=",
    "list of people": "/nguoi",
    "list of provinces": "/tinh?q=hà",
    "named province": "/?q=Bắc+Giang",
    "trends": "/xu-huong?q=giải+ngân&q=hội+nghị&show=share",
    "traced document": "/van-ban/35-CT-TW/theo-dau",
    "only what is said": "/?q=giải+ngân&said=1",
    "help": "/tro-giup",
    "for programs": "/api",
    "about": "/gioi-thieu",
    "error": "/nowhere",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("theme", "width", "language"), [("light", 1280, "vi"), ("dark", 390, "en")])
def test_axe_finds_nothing(
    chromium: Browser, site: str, name: str, theme: Literal["light", "dark"], width: int, language: str
) -> None:
    context = chromium.new_context(
        base_url=site, color_scheme=theme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(PAGES[name] + ("&" if "?" in PAGES[name] else "?") + f"lang={language}")
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")
    found = Axe().run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()
