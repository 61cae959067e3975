"""Which of the dates on a page is the day of publication, and which is the day of the meeting."""

import pytest

from indexer.page import Page
from indexer.rules.event_dates import held, modified, published

FETCHED = "2026-11-20T08:00:00Z"


@pytest.mark.parametrize(
    ("line", "hints", "url", "text", "iso"),
    [
        ("15:30 02/12/2023", (), "", "", "2023-12-02"),
        # a page clock stands before the labelled date, or alone and contradicts all that the source says
        ("Thứ hai, 16/03/2026 - 12:57 Đăng ngày: 20/01/2020 - 8:28:04 AM", (), "", "", "2020-01-20"),
        ("Thứ sáu, 20/11/2026", (("url", "/202003/"),), "", "", "2020-03"),
        ("Thứ sáu, 20/11/2026", (), "", "", "2026-11-20"),
        ("", (("feed", "2024-05-06T07:08:09+07:00"), ("archive_prefix", "2024-06")), "", "", "2024-05-06"),
        ("", (("archive_prefix", "2024-07"),), "", "", "2024-07"),
        ("", (), "https://bao.vn/chinh-tri/202112/hoi-nghi-tinh-uy-1234567/", "", "2021-12"),
        ("", (), "https://tinh.gov.vn/portal/Pages/2024-4-25/Hoi-nghi-den-nam-2030x.aspx", "", "2024-04-25"),
        ("", (), "https://bao.vn/hoi-nghi-giai-doan-2021-2025-post123456.html", "", ""),
        ("", (), "", "14/12/2021Ngày 13/12, Ban Thường vụ Tỉnh ủy họp", "2021-12-14"),
        ("", (), "", "TỈNH ỦY\n\nNam Định, ngày 18 tháng 11 năm 2024\n\nTHÔNG BÁO", "2024-11-18"),
        ("", (), "", "Không có ngày nào", ""),
    ],
)
def test_published(line: str, hints: tuple[tuple[str, str], ...], url: str, text: str, iso: str) -> None:
    assert published(line, hints, url, Page("", [text]), FETCHED).iso == iso


def test_modified_is_another_day_than_published() -> None:
    line = "Đăng ngày: 20/01/2020 - 8:28 AM | Cập nhật: 22/01/2020"
    assert published(line, (), "", Page("", [])).iso == "2020-01-20"
    assert modified(line, ()).iso == "2020-01-22"
    assert modified("Cập nhật: 22/01/2020", ()).iso == ""


HELD = [
    # title, first paragraphs, day of publication → day held, its evidence
    ("", ["BẮC GIANG - Sáng 1/12, Tỉnh ủy họp."], "2023-12-01", "2023-12-01", "Sáng 1/12"),
    ("", ["Chiều 30/12, Ban Thường vụ Tỉnh ủy họp."], "2024-01-02", "2023-12-30", "Chiều 30/12"),
    ("", ["Ngày 31/12, HĐND tỉnh họp."], "2024-01-01", "2023-12-31", "Ngày 31/12"),
    ("", ["Trong hai ngày 6 và 7/7/2023, HĐND tỉnh họp."], "2023-07-08", "2023-07-06", "ngày 6 và 7/7/2023"),
    ("", ["Chiều 5/7, giao ban quý."], "2023-07", "2023-07-05", "Chiều 5/7"),
    ("Giao ban quý II năm 2023", ["Chiều ngày 5/7, Tỉnh ủy giao ban."], "", "2023-07-05", "Chiều ngày 5/7"),
    ("Triển khai nhiệm vụ năm 2024", ["Sáng 28/12, Tỉnh ủy họp."], "", "2023-12-28", "Sáng 28/12"),
    ("Tổng kết năm 2023", ["Sáng 9/1, Tỉnh ủy tổ chức hội nghị."], "", "2024-01-09", "Sáng 9/1"),
    ("", ["Sáng nay, Tỉnh ủy tổ chức hội nghị giao ban."], "2024-03-05", "2024-03-05", "Sáng nay"),
    # the day of a cited document, of a deadline, of a memorial is not the day of the meeting
    (
        "",
        ["Thực hiện Chỉ thị số 35-CT/TW ngày 14/6/2024, sáng 2/8, Tỉnh ủy họp."],
        "2024-08-03",
        "2024-08-02",
        "sáng 2/8",
    ),
    ("", ["Các huyện cam kết giải ngân trên 60% đến ngày 30/9."], "2020-07-17", "", ""),
    ("", ["Kỷ niệm Ngày Thương binh - Liệt sĩ (27/7), tỉnh tặng quà."], "2024-07-26", "", ""),
    ("", ["Hội nghị thảo luận dự toán ngân sách."], "2024-07-26", "", ""),
    # without any publication the body must be clear about the year; horizons and comparisons do not count
    (
        "",
        ["Ngày 16-7, Tỉnh ủy họp.", "So với cùng kỳ năm 2019; năm 2020; đến năm 2030; cùng kỳ năm 2029; hết năm 2020."],
        "",
        "2020-07-16",
        "Ngày 16-7",
    ),
    ("", ["Ngày 16-7, Tỉnh ủy họp.", "Năm 2020 một, năm 2017 hai."], "", "", "Ngày 16-7"),
]


@pytest.mark.parametrize(("title", "paragraphs", "publication", "iso", "evidence"), HELD)
def test_held(title: str, paragraphs: list[str], publication: str, iso: str, evidence: str) -> None:
    day = held(Page(title, paragraphs), publication, FETCHED)
    assert (day.iso, day.evidence) == (iso, evidence)


def test_the_words_that_give_the_year_are_kept() -> None:
    assert held(Page("Giao ban quý II năm 2023", ["Chiều 5/7, họp."]), "", FETCHED).year_evidence == "quý II năm 2023"
