"""Periods as they are written in queries."""

import pytest

from search.domain.date_words import find


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("quý II năm 2023", "quarter", "2023-04-01", "2023-06-30"),
        ("quy 3/2022", "quarter", "2022-07-01", "2022-09-30"),
        ("6 tháng đầu năm 2024", "months", "2024-01-01", "2024-06-30"),
        ("06 thang dau nam 2024", "months", "2024-01-01", "2024-06-30"),
        ("sáu tháng cuối năm 2021", "months", "2021-07-01", "2021-12-31"),
        ("9 tháng năm 2023", "months", "2023-01-01", "2023-09-30"),
        ("tháng 2/2024", "month", "2024-02-01", "2024-02-29"),
        ("12/2023", "month", "2023-12-01", "2023-12-31"),
        ("ngày 14/6/2024", "day", "2024-06-14", "2024-06-14"),
        ("ngày 14 tháng 6 năm 2024", "day", "2024-06-14", "2024-06-14"),
        ("2024-06-14", "day", "2024-06-14", "2024-06-14"),
        ("năm 2023", "year", "2023-01-01", "2023-12-31"),
        ("2023", "year", "2023-01-01", "2023-12-31"),
        ("nhiệm kỳ 2020-2025", "term", "2020-01-01", "2025-12-31"),
        ("2021 – 2025", "years", "2021-01-01", "2025-12-31"),
    ],
)
def test_a_period(text: str, kind: str, first: str, last: str) -> None:
    (period,) = find(f"hội nghị {text} ở tỉnh")
    assert (period.kind, period.first, period.last) == (kind, first, last)
    assert f"hội nghị {text} ở tỉnh"[period.start : period.end] == text


NONE = ["31/2/2024", "quý II", "6 tháng đầu năm", "2.023 hộ", "2.023", "nạp 1.990", "số 1850", "13 tháng", "hội nghị"]


@pytest.mark.parametrize("text", NONE)
def test_no_period(text: str) -> None:
    assert find(text) == []


def test_several_periods_in_order() -> None:
    assert [period.kind for period in find("từ tháng 6/2023 đến năm 2024, nhiệm kỳ 2020-2025")] == [
        "month",
        "year",
        "term",
    ]
