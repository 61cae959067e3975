"""Pages that have everything (figures, quotes, changes, gaps, two papers): no barrier, no stray language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from crawl.article import article_key
from tests.web.barriers import LOOKS, look
from tests.web.strays import stray

FIGURES = "/so-lieu?indicator=public-investment-disbursement"
PATHS = (
    *("/", "/?q=giải+ngân+vốn+đầu+tư+công+Sơn+La+2023", "/?q=Lò+A+Mẫu&year=2024", "/?q=Yên+Bái&fate=edited"),
    *(f"/bai/{article_key('3-2023')}", f"/bai/{article_key('1-2024')}?q=giải+ngân"),
    *("/tinh/son-la", "/tinh/tuyen-quang", "/nguoi/son-la/lo-a-mau?year=2024", "/van-ban/35-CT-TW/theo-dau"),
    *("/hop/ha-giang.bch.2023-07-06", "/hop/ha-giang.bch.2023-07-06/doi-chieu", "/so-lieu", FIGURES),
    *(f"{FIGURES}&province=son-la", "/xu-huong?q=chuyển+đổi+số&q=giải+ngân", "/do-phu"),
    f"/danh-sach?bai={article_key('1-2024')}",
)


@pytest.fixture(scope="module")
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", LOOKS)
def test_a_page_with_everything(page: Page, path: str, language: str) -> None:
    answer = page.goto(path + ("&" if "?" in path else "?") + f"lang={language}")
    assert answer and answer.status == 200
    assert stray(answer.text(), language) == []
    look(page, language)
