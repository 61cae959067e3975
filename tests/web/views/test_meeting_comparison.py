"""A meeting side by side: what each report says and leaves out."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article
from indexer.build import build
from search.engines import open_engine
from tests.web.barriers import violations
from web import create_app

OPENING = (
    "Sáng 4/7/2024, Ban Chấp hành Đảng bộ tỉnh Lào Cai họp hội nghị lần thứ 17. Đồng chí Vàng A Mẫu, Bí thư Tỉnh ủy "
    "chủ trì hội nghị.\n\n"
)
FIRST = OPENING + (
    "Sáu tháng đầu năm 2024, tỉnh giải ngân vốn đầu tư công đạt 51% kế hoạch. Thu ngân sách nhà nước đạt 4.100 tỷ "
    "đồng. Đến nay, toàn tỉnh có 120 sản phẩm OCOP.\n\nKết luận hội nghị, đồng chí Bí thư Tỉnh ủy nhấn mạnh: Phải "
    "trả lời dân trong năm ngày. Hồ sơ chậm là lỗi của người đứng đầu cơ quan.\n\nHội nghị quán triệt Chỉ thị 35-CT/TW."
)
SECOND = OPENING + (
    "Sáu tháng đầu năm 2024, tỉnh giải ngân vốn đầu tư công đạt 48,5% kế hoạch. Sáu tháng đầu năm "
    "2024, tỉnh phấn đấu thu ngân sách nhà nước đạt 4.100 tỷ đồng.\n\nBế mạc, đồng chí Vàng A Mẫu nhấn mạnh: "
    "Phải trả lời dân trong năm ngày. Hồ sơ chậm là lỗi của người đứng đầu."
)


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("meeting")
    texts = {"a": FIRST, "b": SECOND, "c": FIRST}
    with Archive(data) as archive:
        archive.save_sources(
            [SourceRecord(f"bao-{name}", f"Báo {name.upper()}", "lao-cai", "newspaper") for name in texts]
        )
        for day, (name, text) in enumerate(texts.items(), 4):
            title = f"Hội nghị Ban Chấp hành Đảng bộ tỉnh Lào Cai lần thứ 17 ({name})"
            archive.store_article(
                Article(
                    name,
                    f"https://{name}.mau.test/1",
                    title,
                    text,
                    source=f"bao-{name}",
                    printed_date=f"0{day}/07/2024",
                )
            )
    build(data, open_engine(f"whoosh:{data / 'whoosh'}"), progress=None)
    return data


@pytest.fixture(scope="module")
def client(meeting: Path) -> FlaskClient:
    return create_app(meeting, f"whoosh:{meeting / 'whoosh'}").test_client()


@pytest.fixture(scope="module")
def address(client: FlaskClient) -> str:
    page = client.get("/hoi-nghi").text
    (link,) = set(re.findall(r'href="(/hop/[^"]+)"', page))
    return f"{link}/doi-chieu"


def rows(page: str) -> dict[str, list[str]]:
    """Return the cells by the label of their row, as a reader sees them."""
    found = {}
    for row in re.findall(r"<tr[^>]*><th scope=\"row\".*?</tr>", page, re.DOTALL):
        label, *cells = [
            re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", "", cell))).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        found[label] = cells
    return found


def test_reports_stand_side_by_side_reprints_once(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    assert "Báo A" in page and "Báo B" in page and "Báo C" not in page
    assert "1 bài khác không đứng ở đây" in page
    told = rows(page)
    assert told["Lần thứ"] == ["17", "17"] and told["Chủ trì"] == ["Vàng A Mẫu", "Vàng A Mẫu"]
    assert told["35-CT/TW"] == ["✓có ghi", "–không ghi"]
    assert client.get(address.replace("/doi-chieu", "")).text.count("/doi-chieu") == 1


def row(told: dict[str, list[str]], beginning: str) -> tuple[str, list[str]]:
    (label,) = [label for label in told if label.startswith(beginning)]
    return label, told[label]


def test_figures_are_aligned_and_a_difference_is_marked_with_both_sentences(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    label, (one, other) = row(rows(page), "Giải ngân")
    assert label.endswith("các bài ghi khác nhau")
    assert one.startswith("51 %") and "giải ngân vốn đầu tư công đạt 51% kế hoạch." in one
    assert other.startswith("48,5 %") and "giải ngân vốn đầu tư công đạt 48,5% kế hoạch." in other
    label, cells = row(rows(page), "Sản phẩm OCOP")
    assert cells == ["120 sản phẩm OCOP", "–không ghi"] and not label.endswith("khác nhau")
    for link in re.findall(r'<a href="(/bai/[^"#]+)#(so-[^"]+)"', page):
        assert f'id="{link[1]}"' in client.get(link[0]).text


def test_a_result_here_and_an_aim_there_is_one_row_that_says_so(client: FlaskClient, address: str) -> None:
    label, (one, other) = row(rows(client.get(address).text), "Thu ngân sách")
    assert label.endswith("cùng một số: bài thì ghi là kết quả, bài thì ghi là mục tiêu")
    assert one.startswith("4.100 tỷ đồng kết quả") and other.startswith("4.100 tỷ đồng mục tiêu")
    assert "phấn đấu thu ngân sách" in other
    assert "result in one report, target in another" in client.get(f"{address}?lang=en").text


def test_one_utterance_in_two_wordings_is_one_row(client: FlaskClient, address: str) -> None:
    said = [cells for cells in rows(client.get(address).text).values() if cells[0].startswith("Phải trả lời dân")]
    assert len(said) == 1
    assert said[0][0].endswith("người đứng đầu cơ quan.") and said[0][1].endswith("người đứng đầu.")


def test_an_unknown_meeting_is_not_found(client: FlaskClient) -> None:
    assert client.get("/hop/lao-cai.bch.1999-01-01/doi-chieu").status_code == 404


SIZES: list[tuple[int, Literal["light", "dark"], str]] = [(1280, "dark", "vi"), (390, "light", "en")]


@pytest.mark.parametrize(("width", "theme", "language"), SIZES)
def test_it_stands_in_nobodys_way(
    chromium: Browser,
    serve: Callable[[Path], str],
    meeting: Path,
    address: str,
    width: int,
    theme: Literal["light", "dark"],
    language: str,
) -> None:
    context = chromium.new_context(
        base_url=serve(meeting), bypass_csp=True, viewport={"width": width, "height": 844}, color_scheme=theme
    )
    page = context.new_page()
    page.goto(f"{address}?lang={language}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    both = [cell.bounding_box() for cell in page.locator(".differs").first.locator("td").all()]
    assert len(both) == 2 and all(box and box["x"] + box["width"] <= width and box["width"] > 120 for box in both)
    page.goto(address.removesuffix("/doi-chieu"))
    search, title = page.locator(".search").first.bounding_box(), page.locator("h1").bounding_box()
    assert search and title and title["y"] - search["y"] - search["height"] < 40, "nothing empty above the title"
    page.emulate_media(media="print")
    assert page.locator(".statement summary").first.is_visible() and page.locator(".stated h3").first.is_visible()
    assert not page.locator(".search").first.is_visible()
    context.close()
