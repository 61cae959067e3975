"""Which provinces took a document up, and which sentences are promises and reports."""

import pytest

from search.document import Document
from search.domain.tracing import says, trace

NUMBER, DATE = "35-CT/TW", "2024-06-14"


def page(name: str, province: str, held: str, text: str, date: str = "", **values: object) -> Document:
    cited = tuple((NUMBER, date, NUMBER) for _ in range(text.count(NUMBER)))
    known = {"level": "province", "province_then": province, "province_now": province, "held": held} | values
    return Document(name, name, "", "Hội nghị", text, document_numbers=(NUMBER,), citations=cited, **known)  # type: ignore[arg-type]


def test_the_first_page_promises_and_reports_of_each_province() -> None:
    first = page("a", "lao-cai", "2024-07-10", "Hội nghị quán triệt Chỉ thị 35-CT/TW.", date=DATE)
    promise = page("b", "lao-cai", "2024-09-01", "Theo 35-CT/TW, tỉnh phấn đấu xong đại hội cơ sở trong quý II.")
    report = page("c", "lao-cai", "2025-03-02", "Sơ kết một năm thực hiện 35-CT/TW, 98% chi bộ đã tổ chức đại hội.")
    other = page("d", "son-la", "2025-01-05", "Sơn La bàn việc thực hiện 35-CT/TW.")
    found = trace([report, other, promise, first], NUMBER, DATE, [DATE])
    uptakes = [(one.province, one.first.page.id, one.pages) for one in found.provinces]
    assert uptakes == [("lao-cai", "a", 3), ("son-la", "d", 1)]
    lao_cai = found.provinces[0]
    assert [one.page.id for one in lao_cai.promises] == ["b"]
    assert [one.page.id for one in lao_cai.reports] == ["c"]
    unseen = {one.province for one in found.unseen}
    assert len(unseen) == 61 and "bac-giang" in unseen and not unseen & {"lao-cai", "son-la"}


@pytest.mark.parametrize(
    "document",
    [
        page("huyện", "lao-cai", "2024-08-01", "Huyện học 35-CT/TW.", level="district"),
        page("trung ương", "lao-cai", "2024-08-01", "Bộ Chính trị ra 35-CT/TW.", level="central"),
        page("đơn vị", "lao-cai", "2024-08-01", "Đảng bộ học 35-CT/TW.", organ="huyện Mẫu"),
        page("trước", "lao-cai", "2024-06-01", "Dự thảo 35-CT/TW."),
        page("chỉ biết năm", "lao-cai", "2024", "Học 35-CT/TW."),
        page("văn bản khác", "lao-cai", "2024-08-01", "Tổng kết 35-CT/TW.", date="2019-05-30"),
        page("không rõ tỉnh", "", "2024-08-01", "Học 35-CT/TW."),
    ],
    ids=lambda document: document.id,
)
def test_what_is_not_the_provinces_own_taking_up(document: Document) -> None:
    assert trace([document], NUMBER, DATE, [DATE]).provinces == ()


def test_without_a_printed_day_it_is_the_only_one_there_was() -> None:
    dates = ["2019-05-30", DATE]
    early = page("a", "lao-cai", "2020-02-01", "Học 35-CT/TW.")
    late = page("b", "son-la", "2024-08-01", "Học 35-CT/TW.")
    assert [one.province for one in trace([early, late], NUMBER, "2019-05-30", dates).provinces] == ["lao-cai"]
    assert trace([early, late], NUMBER, DATE, dates).provinces == ()


def test_a_merged_province_is_pointed_to_its_successor() -> None:
    found = trace([page("a", "bac-ninh", "2025-08-01", "Tỉnh học 35-CT/TW.")], NUMBER, DATE, [DATE])
    assert next(one for one in found.unseen if one.province == "bac-giang").taken_up_by == "bac-ninh"


@pytest.mark.parametrize(
    ("sentence", "promises", "reports"),
    [
        ("Bộ Chính trị đã ban hành Chỉ thị 35-CT/TW về đại hội.", False, False),
        ("Tỉnh ủy đã ban hành kế hoạch thực hiện Chỉ thị 35-CT/TW.", False, True),
        ("Theo 35-CT/TW, các huyện cam kết xong trước quý II.", True, False),
        ("Qua 3 năm thực hiện 35-CT/TW, nhiều việc còn chậm.", False, True),
        ("Hội nghị quán triệt Chỉ thị 35-CT/TW.", False, False),
    ],
)
def test_promises_and_reports(sentence: str, promises: bool, reports: bool) -> None:
    assert (says("promise", sentence), says("report", sentence)) == (promises, reports)
