"""One meeting out of the pages that report it."""

from dataclasses import replace

from search.document import Document
from search.domain.meeting import meeting_from

REPORT = Document(
    id="a",
    key="ka",
    url="",
    title="Hội nghị Tỉnh ủy lần thứ 20",
    text="",
    province_then="tuyen-quang",
    province_now="tuyen-quang",
    published="2020-07-16",
    held="2020-07-16",
    kind="bch",
    event="bch",
    ordinal=20,
    meeting="tuyen-quang.bch.2020-07-16",
    chair="Hà Hữu Khoát",
    agenda=("đánh giá công tác 6 tháng",),
    citations=(("35-CT/TW", "2019-05-30", "Chỉ thị số 35"),),
)


def test_a_meeting_says_what_most_reports_say_and_lists_them_in_order() -> None:
    notice = replace(
        REPORT,
        id="b",
        kind="thongbao",
        published="2020-07-20",
        ordinal=None,
        chair="",
        place="Hội trường Tỉnh ủy",
        agenda=("đánh giá công tác 6 tháng", "triển khai nhiệm vụ cuối năm"),
        citations=(("35-CT/TW", "", "35-CT/TW"), ("55-NQ/TW", "", "55-NQ/TW")),
    )
    slip = replace(REPORT, id="c", published="2020-07-17", held="2020-07-17", ordinal=21)
    meeting = meeting_from([notice, slip, REPORT, replace(REPORT, id="d", published="2020-07-18")])
    assert meeting is not None
    assert [report.id for report in meeting.reports] == ["a", "c", "d", "b"]
    assert (meeting.key, meeting.kind, meeting.ordinal, meeting.chair) == (REPORT.meeting, "bch", 20, "Hà Hữu Khoát")
    assert (meeting.day, meeting.last_day, meeting.place) == ("2020-07-16", "2020-07-17", "Hội trường Tỉnh ủy")
    assert meeting.agenda == ("đánh giá công tác 6 tháng", "triển khai nhiệm vụ cuối năm")
    assert meeting.citations == (("35-CT/TW", "2019-05-30"), ("55-NQ/TW", ""))


def test_one_number_with_two_dates_is_two_documents() -> None:
    other = replace(REPORT, id="b", citations=(("35-CT/TW", "2024-06-14", "Chỉ thị 35"),))
    meeting = meeting_from([REPORT, other])
    assert meeting is not None
    assert meeting.citations == (("35-CT/TW", "2019-05-30"), ("35-CT/TW", "2024-06-14"))


def test_no_documents_no_meeting() -> None:
    assert meeting_from([]) is None
