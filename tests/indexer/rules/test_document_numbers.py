"""Numbers of documents in all their spellings."""

import pytest

from indexer.reading import read
from indexer.rules.document_numbers import Citation, documents_in
from indexer.signals import look_for


def cited(text: str) -> list[Citation]:
    page = read(text)
    return documents_in(page, look_for(page))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Chỉ thị số 35-CT/TW", ["35-CT/TW"]),
        ("35 - CT/T.Ư; 35 CT/TW; 35–CT/TƯ; 35/CT-TW", ["35-CT/TW"] * 4),
        ("Chỉ thị số 35 của Bộ Chính trị", ["35-CT/TW"]),
        ("Nghị quyết số 11 của Tỉnh ủy", ["11-NQ/TU"]),
        ("Nghị quyết số 18, 19-NQ/TW", ["18-NQ/TW", "19-NQ/TW"]),
        ("57-NQ/TW, 59-NQ/TW và 68-NQ/TW", ["57-NQ/TW", "59-NQ/TW", "68-NQ/TW"]),
        ("Biên bản số 104-BB/TU", ["104-BB/TU"]),
        ("số 5-CTr/TU, 05-CT/TW", ["05-CTr/TU", "05-CT/TW"]),
        ("2188-QĐNS/TW; 33-HD/BTGTU; 31-NQ/KU", ["2188-QĐNS/TW", "33-HD/BTGTU", "31-NQ/KU"]),
        ("TỈNH ỦY\nSố 445-KL/TƯ\nKẾT LUẬN", ["445-KL/TU"]),
        ("Quyết định số 1736/QĐ-TTg", ["1736/QĐ-TTg"]),
        ("472/QĐ-UBND, 117/NQ-CP, 12/2021/NQ-HĐND", ["472/QĐ-UBND", "117/NQ-CP", "12/2021/NQ-HĐND"]),
        ("202/2025/QH15 và 1667/NQ-UBTVQH15", ["202/2025/QH15", "1667/NQ-UBTVQH15"]),
        ("Nghị định số 178/2024/NĐ-CP, Thông tư 02/2023/TT-BNV", ["178/2024/NĐ-CP", "02/2023/TT-BNV"]),
        ("123/126 xã, 10 km/h, 24/7, 2020-2025, tháng 7/2021, quý 3/2020", []),
        ("Nghị quyết 18 của Chính phủ", []),  # which one, only the year would tell
        ("Chỉ thị số 35", []),
    ],
)
def test_normal_form(text: str, numbers: list[str]) -> None:
    assert [citation.number for citation in cited(text)] == numbers


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Chỉ thị số 35-CT/TW ngày 14/6/2024 của Bộ Chính trị", "2024-06-14"),
        ("Chỉ thị số 35-CT/TW, ngày 30/5/2019", "2019-05-30"),
        ("Chỉ thị số 35 ngày 30/5/2019 của Bộ Chính trị", "2019-05-30"),
        ("1736/QĐ-TTg ngày 29.12.2023", "2023-12-29"),
        ("Chỉ thị số 35-CT/TW trước ngày 20/8/2024", ""),
        ("Chỉ thị số 35-CT/TW", ""),
    ],
)
def test_the_date_beside_it_tells_apart_documents_of_one_number(text: str, date: str) -> None:
    assert [citation.date for citation in cited(text)] == [date]


def test_offsets_point_at_what_is_printed() -> None:
    text = "Theo Quyết định số 1736 / QĐ-TTg, tỉnh triển khai Chỉ thị số 35 của Bộ Chính trị."
    found = cited(text)
    assert [text[c.start : c.end] for c in found] == ["1736 / QĐ-TTg", "Chỉ thị số 35 của Bộ Chính trị"]
