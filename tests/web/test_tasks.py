"""Tasks of a researcher, walked in Chromium with every click counted: by mouse, by keyboard alone, without JavaScript.

The searches are typed; a click is a link or a button that is operated. What is found is checked, not only reached.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article
from indexer.build import build
from search.engines import open_engine

PROVINCES = ["Lào Cai", "Sơn La", "Hà Giang", "Yên Bái"]
TEXT = (
    "Sáng {day}/7/{year}, Ban Chấp hành Đảng bộ tỉnh {province} họp hội nghị lần thứ {number}. Đồng chí {chair}, "
    "Bí thư Tỉnh ủy chủ trì hội nghị.\n\nSáu tháng đầu năm {year}, tỉnh {province} giải ngân vốn đầu tư công đạt "
    "{share}% kế hoạch.\n\nKết luận hội nghị, đồng chí Bí thư Tỉnh ủy nhấn mạnh: Việc chuyển đổi số ở xã phải xong "
    "trong năm {year}, huyện nào chậm thì người đứng đầu chịu trách nhiệm.\n\nĐây là bài mẫu."
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("tasks")
    with Archive(data) as archive:
        archive.save_sources([SourceRecord("bao-mau", "Báo Mẫu", "lao-cai", "newspaper")])
        for place, province in enumerate(PROVINCES):
            for year in (2022, 2023, 2024):
                number = 10 + place * 3 + year - 2022
                chair = f"{['Vàng', 'Lò', 'Sùng', 'Hoàng'][place]} A Mẫu"
                text = TEXT.format(
                    day=place + 4, year=year, province=province, number=number, chair=chair, share=30 + number
                )
                title = f"{province}: hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ {number}"
                archive.store_article(
                    Article(f"{place}-{year}", f"https://mau.test/{place}/{year}", title, text, source="bao-mau")
                )
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), progress=None)
    return data


@dataclass
class Reader:
    """Operates a page and counts the clicks. by_key: with the keyboard alone."""

    page: Page
    language: str
    by_key: bool
    clicks: int = 0
    searches: int = field(default=0)

    def search(self, words: str) -> None:
        self.searches += 1
        self.page.goto(f"/?lang={self.language}")
        box = self.page.locator("#q")
        box.fill(words)
        box.press("Enter")
        expect(self.page.locator("#count")).to_be_visible()

    def click(self, what: Locator) -> None:
        self.clicks += 1
        if self.by_key:
            what.focus()
            self.page.keyboard.press("Enter")
        else:
            what.click()

    def download(self, what: Locator) -> str:
        with self.page.expect_download() as taken:
            self.click(what)
        return Path(taken.value.path()).read_text(encoding="utf-8-sig")

    def sees_no_barrier(self) -> None:
        assert [one["id"] for one in Axe().run(self.page).response["violations"]] == []


Mode = tuple[int, Literal["light", "dark"], str, str]
MODES: list[Mode] = [(1280, "light", "vi", "mouse"), (390, "dark", "en", "mouse"), (1280, "dark", "vi", "keys")]
PLAIN: list[Mode] = [*MODES, (390, "light", "vi", "no script")]


@pytest.fixture
def reader(
    request: pytest.FixtureRequest, chromium: Browser, serve: Callable[[Path], str], archive: Path
) -> Iterator[Reader]:
    width, theme, language, how = request.param
    context = chromium.new_context(
        base_url=serve(archive),
        viewport={"width": width, "height": 844},
        color_scheme=theme,
        java_script_enabled=how != "no script",
        bypass_csp=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield Reader(context.new_page(), language, how == "keys")
    context.close()


def walked(modes: list[Mode]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reader", modes, indirect=True, ids=["-".join(map(str, mode)) for mode in modes])


@walked(PLAIN)
def test_a_compare_the_percentages_of_provinces(reader: Reader) -> None:
    reader.search("giải ngân vốn đầu tư công 2023")
    reader.click(reader.page.locator(".figure-panel a").last)
    rows = reader.page.locator(".figure-table tbody tr")
    expect(rows).to_have_count(len(PROVINCES))
    expect(rows.filter(has_text="Sơn La")).to_contain_text("44%")
    expect(reader.page.locator(".figure-table thead")).to_contain_text("2023")
    assert (reader.searches, reader.clicks) == (1, 1)


@walked(PLAIN)
def test_c_what_one_secretary_said_in_2024(reader: Reader) -> None:
    reader.search("Lò A Mẫu 2024")
    reader.click(reader.page.locator(".card a"))
    expect(reader.page.locator("h1")).to_have_text("Lò A Mẫu")
    said = reader.page.locator(".said blockquote")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("phải xong trong năm 2024")
    assert (reader.searches, reader.clicks) == (1, 1)


@walked(PLAIN)
def test_e_a_phrase_by_year_and_province_as_a_file(reader: Reader) -> None:
    reader.search("chuyển đổi số")
    name = "Trends" if reader.language == "en" else "Xu hướng"
    reader.click(reader.page.locator(".tools a", has_text=name))
    expect(reader.page.locator("h1")).to_have_text(name)
    text = reader.download(reader.page.locator("a[href*='/xu-huong-tinh.csv']"))
    rows = list(csv.DictReader(io.StringIO(text)))
    counted = {(row["province_label"], row["year"]): int(row["count"]) for row in rows}
    assert counted == {(province, str(year)): 1 for province in PROVINCES for year in (2022, 2023, 2024)}
    assert (reader.searches, reader.clicks) == (1, 2)


@walked(MODES)
def test_f_ten_references(reader: Reader) -> None:
    reader.search("chuyển đổi số")
    for number in range(10):
        reader.click(reader.page.locator(".hit .keep").nth(number))
    reader.click(reader.page.locator("#my-list"))
    expect(reader.page.locator(".kept li")).to_have_count(10)
    text = reader.download(reader.page.get_by_role("link", name="BibTeX"))
    assert text.count("@online{") == 10
    assert (reader.searches, reader.clicks) == (1, 12)


@walked(MODES)
def test_k_a_link_to_a_passage(reader: Reader) -> None:
    reader.search("người đứng đầu chịu trách nhiệm Sơn La 2023")
    reader.click(reader.page.locator(".hit h2 a").first)
    paragraph = reader.page.locator(".text p", has_text="chịu trách nhiệm")
    expect(paragraph).to_be_in_viewport()
    paragraph.evaluate("element => getSelection().selectAllChildren(element)")
    reader.click(reader.page.locator(".quoting button").first)
    copied = reader.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“Kết luận hội nghị") and "Báo Mẫu" in copied
    link = copied.rpartition(" ")[2]
    assert ":~:text=" in link
    reader.page.goto(link)
    expect(reader.page.locator(".text p", has_text="chịu trách nhiệm")).to_be_in_viewport()
    assert (reader.searches, reader.clicks) == (1, 2)


@walked(MODES)
def test_nothing_on_the_way_stands_in_anybodys_way(reader: Reader) -> None:
    reader.search("Lò A Mẫu 2024")
    reader.sees_no_barrier()
    reader.page.goto(f"/xu-huong?q=chuyển+đổi+số&q=giải+ngân&lang={reader.language}")
    reader.sees_no_barrier()
    for path in ("/tinh", "/nguoi", "/van-ban", "/hoi-nghi", "/nguon"):
        reader.page.goto(f"{path}?lang={reader.language}")
        reader.sees_no_barrier()
        assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
