"""Figures in tables: from the page or the document as it is fetched, over its text, to the statement and its place."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from lxml.html import fromstring

from crawl.extraction.attachments import attachment_text
from crawl.extraction.blocks import lines_of
from crawl.extraction.extract import extract_article
from indexer.rules.figures import read_document
from search.document import Document
from search.domain.figure import Figure
from tests.crawl.documents import docx_file, pdf

# Two-level headings, a numbering of the columns, units by row, a total; invented figures.
ROWS = [
    ["TT", "Chỉ tiêu", "ĐVT", "Kế hoạch năm 2024", "Thực hiện 6 tháng đầu năm 2024", "So sánh (%)", ""],
    ["", "", "", "", "", "So với kế hoạch", "So với cùng kỳ"],
    ["A", "B", "C", "1", "2", "3", "4"],
    ["1", "Thu ngân sách nhà nước trên địa bàn", "Tỷ đồng", "17.500", "9.120,5", "52,1", "107,4"],
    ["2", "Kim ngạch xuất khẩu", "Triệu USD", "1.900", "980", "51,6", "112,3"],
    ["3", "Số xã đạt chuẩn nông thôn mới", "Xã", "120", "108", "90,0", ""],
    ["4", "Một chỉ tiêu chưa ai đặt tên", "cái", "7", "8", "9", "10"],
    ["", "Tổng số", "", "1", "2", "3", "4"],
]
SAID = {
    ("budget-revenue", "17500", "tỷ đồng", "target", "2024"),
    ("budget-revenue", "9120.5", "tỷ đồng", "result", "2024-H1"),
    ("budget-revenue", "52.1", "%", "plan_share", "2024-H1"),
    ("budget-revenue", "107.4", "%", "base_share", "2024-H1"),
    ("exports", "1900", "triệu usd", "target", "2024"),
    ("exports", "980", "triệu usd", "result", "2024-H1"),
    ("exports", "51.6", "%", "plan_share", "2024-H1"),
    ("exports", "112.3", "%", "base_share", "2024-H1"),
    ("new-rural-communes", "120", "xã", "target", "2024"),
    ("new-rural-communes", "108", "xã", "result", "2024-H1"),
    ("new-rural-communes", "90", "%", "plan_share", "2024-H1"),
}
TEXT = "Sáng 5/7, Ủy ban nhân dân tỉnh họp phiên thường kỳ, nghe báo cáo và thảo luận nhiều việc."


@dataclass(frozen=True)
class Told:
    text: str
    figures: list[Figure]

    def said(self) -> set[tuple[str, ...]]:
        return {(one.indicator, one.value, one.unit.lower(), one.kind, one.period) for one in self.figures}


def told(text: str, kind: str = "ubnd") -> Told:
    document = Document(
        id="a", key="a", url="", title="Họp", text=text, province_then="bac-giang", held="2024-07-05", kind=kind
    )
    return Told(text, read_document(document).figures)


def html() -> str:
    first, second, *rest = ROWS
    cells = "".join(f'<th rowspan="2">{cell}</th>' for cell in first[:5])
    head = f'<tr>{cells}<th colspan="2">{first[5]}</th></tr><tr>{"".join(f"<th>{c}</th>" for c in second[5:])}</tr>'
    body = "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>" for row in rest)
    return (
        f"<html><body><article><h1>Phiên họp tháng 7</h1><p>{TEXT}</p><table>{head}{body}</table>"
        f"<p>{TEXT.replace('Sáng', 'Chiều')}</p></article></body></html>"
    )


def of_html() -> str:
    return extract_article(html().encode(), "https://mau.test/tin/1.html", content_type="text/html; charset=utf-8").body


def of_docx() -> str:
    return attachment_text(docx_file([TEXT], ROWS)).text


@pytest.mark.parametrize("text_of", [of_html, of_docx])
def test_a_table_with_two_levels_of_headings_and_units_by_row(text_of) -> None:
    found = told(text_of())
    assert found.said() == SAID
    for one in found.figures:
        assert Decimal(found.text[one.start : one.end].replace(".", "").replace(",", ".")) == Decimal(one.value)
        assert one.place == "bac-giang" and one.notes == ("table",) and not one.sure
        assert one.sentence in found.text and "|" in one.sentence
    assert next(one.unit for one in found.figures if one.indicator == "exports") == "Triệu USD"


def test_a_table_of_a_pdf() -> None:
    rows = [
        ["Chỉ tiêu", "ĐVT", "Năm 2022", "Ước 2023"],
        ["Thu ngân sách", "tỷ đồng", "15.400", "16.210"],
        ["Xuất khẩu", "triệu USD", "1.240", "1.385"],
    ]
    found = told(attachment_text(pdf([[TEXT[:60], *rows, "Đại biểu thống nhất cao."]])).text)
    assert found.said() == {
        ("budget-revenue", "15400", "tỷ đồng", "result", "2022"),
        ("budget-revenue", "16210", "tỷ đồng", "estimate", "2023"),
        ("exports", "1240", "triệu usd", "result", "2022"),
        ("exports", "1385", "triệu usd", "estimate", "2023"),
    }


def test_the_unit_and_the_period_may_stand_above() -> None:
    found = told(
        "Kết quả 9 tháng đầu năm 2023\n\n(Đơn vị tính: tỷ đồng)\n\nChỉ tiêu | Kế hoạch | Thực hiện | TH/KH (%)\n\n"
        "I. Thu ngân sách nhà nước | 16.000 | 12.100 | 75,6\n\n- Trong đó: Thu nội địa | 13.000 | 10.020 | 77,1"
    )
    period = "2023-M1/M9"
    assert found.said() == {
        ("budget-revenue", "16000", "tỷ đồng", "target", period),
        ("budget-revenue", "12100", "tỷ đồng", "result", period),
        ("budget-revenue", "75.6", "%", "plan_share", period),
        ("domestic-revenue", "13000", "tỷ đồng", "target", period),
        ("domestic-revenue", "10020", "tỷ đồng", "result", period),
        ("domestic-revenue", "77.1", "%", "plan_share", period),
    }


def test_growth_is_told_by_its_heading_or_its_sign_alone() -> None:
    head = "Chỉ tiêu | ĐVT | Năm 2023 | {} |\n\nThu ngân sách | tỷ đồng | 16.210 | {} |\n\n"
    grown = told(head.format("Tăng (+), giảm (-) so với năm 2022 (%)", "-4,5"))
    assert ("budget-revenue", "-4.5", "%", "growth", "2023") in grown.said()
    unsaid = told(head.format("So với năm 2022 (%)", "4,5"))  # 104,5 or 4,5 more?
    assert {one.value for one in unsaid.figures} == {"16210"}
    compared = told(head.format("So sánh (%)", "97,2"))  # with the plan or with the year before?
    assert {one.value for one in compared.figures} == {"16210"}


def test_an_estimate_may_be_abbreviated_in_a_heading() -> None:
    found = told("Chỉ tiêu | ĐVT | ƯTH năm 2023\n\nThu ngân sách | tỷ đồng | 16.210\n\nXuất khẩu | triệu USD | 1.385")
    assert {(one.value, one.kind) for one in found.figures} == {("16210", "estimate"), ("1385", "estimate")}


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("Tỷ lệ (%) so với kế hoạch", {"result", "plan_share"}),
        ("Tỷ lệ hoàn thành kế hoạch", {"result", "plan_share"}),
        ("Tỷ lệ % kế hoạch", {"result"}),  # a rate that is planned, perhaps
        ("Tỷ trọng so với kế hoạch", {"result"}),
    ],
)
def test_a_rate_is_a_share_of_the_plan_where_its_heading_says_so(heading: str, kinds: set[str]) -> None:
    found = told(
        f"Chỉ tiêu | ĐVT | Năm 2023 | {heading}\n\nThu ngân sách | tỷ đồng | 16.210 | 97,5\n\n"
        "Xuất khẩu | triệu USD | 1.385 | 102,4"
    )
    assert {one.kind for one in found.figures} == kinds


def test_a_decimal_point_is_read_as_one_in_a_comparison() -> None:
    """35.2 % of the year before or 35.2 % more is not said; 352 would be surely of it."""
    found = told(
        "Chỉ tiêu | ĐVT | Năm 2023 | So với năm 2022 (%)\n\nThu ngân sách | tỷ đồng | 16.210 | 35.2\n\n"
        "Xuất khẩu | triệu USD | 1.385 | 105.2"
    )
    assert {one.value for one in found.figures} == {"16210", "1385", "105.2"}


@pytest.mark.parametrize(
    "text",
    [
        "Chỉ tiêu | Năm 2022 | Năm 2023\n\nThu ngân sách | 15.400 | 16.210",  # no unit
        "Thu ngân sách | tỷ đồng | 15.400\n\nXuất khẩu | triệu USD | 1.240",  # no headings
        "Chỉ tiêu | ĐVT | Năm 2023\n\nThu ngân sách | tỷ đồng",  # cells are missing
        "Trang chủ | Thu ngân sách đạt 900 tỷ đồng | Liên hệ",
    ],
)
def test_what_a_table_does_not_say_is_left_out(text: str) -> None:
    assert not told(text).figures


def test_a_table_that_lays_out_a_page_stays_text() -> None:
    first = "<tr><td><h1>Tin</h1></td><td><img src='a.gif'></td><td>1</td></tr>"
    page = f"<table>{first}<tr><td>a</td><td>b</td><td>2</td></tr></table>"
    assert [line.text for line in lines_of(fromstring(page))] == ["Tin", "1", "a", "b", "2"]
