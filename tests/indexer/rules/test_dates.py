"""Dates as Vietnamese pages print them, and number pairs that only look like dates."""

import csv
from pathlib import Path

import pytest

from indexer.rules.dates import find_dates

EXAMPLES = Path(__file__).parents[4] / "shared" / "facts" / "date_examples.tsv"

FORMS = [
    # publication lines
    ("09:15 02/11/2023", "2023-11-02T09:15"),
    ("Thứ Sáu, 16/10/2020, 07:05 (GMT+7)", "2020-10-16T07:05"),
    ("18:40, 09/05/2024", "2024-05-09T18:40"),
    ("- Cập nhật: Thứ năm, 1/7/2010 | 9:03:02 AM", "2010-07-01T09:03:02"),
    ("Cập nhật: Thứ bảy, 19/10/2019 | 2:16:30 PM", "2019-10-19T14:16:30"),
    ("lúc 12:05:00 AM, không có ngày", None),
    ("01/12/2019 12:05 AM", "2019-12-01T00:05"),
    ("Cập nhật lúc: 18:18 |31/03/2021", "2021-03-31T18:18"),
    ("21:48 | 28/06/2021", "2021-06-28T21:48"),
    ("Thứ 4, 14/10/2020 | 16:39:25", "2020-10-14T16:39:25"),
    ("Thứ bảy: 15:00 ngày 10/02/2024", "2024-02-10T15:00"),
    ("Thứ năm - 09/03/2017 21:41 3.217 0", "2017-03-09T21:41"),
    ("(25/08/2022)", "2022-08-25"),
    ("Đăng ngày 15-05-2022 10:48", "2022-05-15T10:48"),
    ("Print Thứ Tư, 15/01/2020 08:22 Gốc", "2020-01-15T08:22"),
    ("Thứ Tư, 27/3/2019 15:54'(GMT+7)", "2019-03-27T15:54"),
    ("23:56, ngày 15-09-2023", "2023-09-15T23:56"),
    ("14/12/2021Ngày 13/12, Ban Thường vụ", "2021-12-14"),
    ("2025-07-30T10:22:00+07:00", "2025-07-30T10:22"),
    ("date 2024-07 Các đại biểu", "2024-07"),
    ("2024-07", "2024-07"),
    # days of meetings
    ("Sáng 3/12, Ban Chấp hành", "--12-03"),
    ("Chiều ngày 6/7", "--07-06"),
    ("- Ngày 17-7, Ban Thường vụ", "--07-17"),
    ("Chiều 26.12, tại Hà Nội", "--12-26"),
    ("Sáng nay, 11-11, đồng chí", "--11-11"),
    ("sáng nay (11/11)", "--11-11"),
    ("Ngày 29/6/2022", "2022-06-29"),
    ("ngày 13 tháng 5 năm 2022", "2022-05-13"),
    ("ngày 5 tháng bảy năm 2023", "2023-07-05"),
    ("ngày 5 tháng Mười hai", "--12-05"),
    ("13 Tháng 10 2015", "2015-10-13"),
    ("Đăng ngày 13 Tháng Mười, 2015", "2015-10-13"),
    ("13 tháng 10 2015 08:30", "2015-10-13T08:30"),
    ("Sáng 13 tháng 10, hơn 2015 người", "--10-13"),
    ("nhân ngày truyền thống (27/7)", "--07-27"),
    # ranges
    ("từ ngày 26 đến 28.10.2020", "2020-10-26/2020-10-28"),
    ("diễn ra từ 1-03/10/2020", "2020-10-01/2020-10-03"),
    ("12 đến ngày 15 tháng 10 năm 2020", "2020-10-12/2020-10-15"),
    ("Trong hai ngày 9 và 10/7", "--07-09/--07-10"),
    ("Sáng 30/6 và 1/7/2024", "2024-06-30/2024-07-01"),
    # months
    ("báo cáo trong tháng 7/2021", "2021-07"),
    ("tháng 7 năm 2021", "2021-07"),
]


@pytest.mark.parametrize(("text", "iso"), FORMS)
def test_form(text: str, iso: str | None) -> None:
    found = [str(written) for written in find_dates(text)]
    assert found[:1] == ([iso] if iso else [])


TRAPS = [
    "có 108/126 xã đạt chuẩn",
    "đứng thứ 2/63 tỉnh, thành phố",
    "5/7 xã, 10/12 huyện và 9/13 chỉ tiêu",
    "phấn đấu đến hết quý 3/2020",
    "thu 45.799/36.875 tỷ đồng",
    "tổng số 97.052 đảng viên, tăng 1.7 lần",
    "Nghị quyết 13-NQ/TW và 202/2025/QH15",
    "8h00: Đại hội chào cờ; 10h05: tham luận",
    "giai đoạn 2021-2025, nhiệm kỳ 2020 - 2025, năm học 2024-2025",
    "giỗ Tổ mùng 10/3, ngày 10/3 âm lịch",
    "ngày 31/2 và ngày 30/02/2023",
    "dài 12-15 km, rộng 5 - 7 m",
    "Đoàn kiểm tra số 25",
]


@pytest.mark.parametrize("text", TRAPS)
def test_trap(text: str) -> None:
    assert find_dates(text) == []


def test_offsets_point_at_what_is_printed() -> None:
    text = "Quyết định số 12 ký ngày 05/02/2024; họp chiều 7/2."
    assert [text[written.start : written.end] for written in find_dates(text)] == ["05/02/2024", "7/2"]


def test_a_day_of_the_leap_year_alone_exists_in_leap_years_alone() -> None:
    (written,) = find_dates("Sáng 29/2, hội nghị")
    assert (written.in_year(2024), written.in_year(2023)) == ("2024-02-29", "")


@pytest.mark.skipif(not EXAMPLES.exists(), reason=f"{EXAMPLES} is not there")
def test_all_forms_that_were_seen_on_real_pages() -> None:
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert len(rows) >= 40
    for row in rows:
        written = find_dates(row["raw"])[0]
        iso = str(written)
        if "năm" in row["kind"]:  # the year comes from elsewhere on the page
            iso = written.in_year(int(row["iso"][:4]))
        assert iso == row["iso"], row["raw"]
