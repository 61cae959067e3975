"""A meeting side by side: what each report says and leaves out."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from crawl.archive.archive import Archive, SourceRecord
from crawl.article import Article
from indexer.build import build
from search.engines import open_engine
from web import create_app

OPENING = (
    "Sáng 4/7/2024, Ban Chấp hành Đảng bộ tỉnh Lào Cai họp hội nghị lần thứ 17. Đồng chí Vàng A Mẫu, Bí thư Tỉnh ủy "
    "chủ trì hội nghị.\n\n"
)
FIRST = OPENING + (
    "Sáu tháng đầu năm 2024, tỉnh giải ngân vốn đầu tư công đạt 51% kế hoạch. Thu ngân sách nhà nước đạt 4.100 tỷ "
    "đồng.\n\nKết luận hội nghị, đồng chí Bí thư Tỉnh ủy nhấn mạnh: Phải trả lời dân trong năm ngày. Hồ sơ chậm là lỗi "
    "của người đứng đầu cơ quan.\n\nHội nghị quán triệt Chỉ thị 35-CT/TW."
)
SECOND = OPENING + (
    "Sáu tháng đầu năm 2024, tỉnh giải ngân vốn đầu tư công đạt 48% kế hoạch.\n\nBế mạc, đồng chí Vàng A Mẫu nhấn "
    "mạnh: Phải trả lời dân trong năm ngày. Hồ sơ chậm là lỗi của người đứng đầu."
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
    for row in re.findall(r"<tr><th scope=\"row\".*?</tr>", page, re.DOTALL):
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


def test_figures_are_aligned_and_a_difference_is_marked(client: FlaskClient, address: str) -> None:
    told = rows(client.get(address).text)
    (label,) = [label for label in told if label.startswith("Giải ngân")]
    assert told[label] == ["51 %", "48 %"] and label.endswith("các bài ghi khác nhau")
    (other,) = [label for label in told if label.startswith("Thu ngân sách")]
    assert told[other][1] == "–không ghi" and not other.endswith("khác nhau")
    page = client.get(address).text
    for link in re.findall(r'<td><a href="(/bai/[^"#]+)#(so-[^"]+)"', page):
        assert f'id="{link[1]}"' in client.get(link[0]).text


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
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
