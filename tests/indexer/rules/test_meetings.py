"""Kind, number, term and body of the meeting that a page reports."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.page import Page
from indexer.reading import read
from indexer.rules.meeting_numbers import as_number
from indexer.rules.meetings import BODY, LONGEST_CUE, THRESHOLD, TITLE, _cues, _needed, meeting_of

NEEDED = sorted({word for cue in _cues() for word in cue.needs})
OTHERS = ["tỉnh ủy", "đảng bộ tỉnh", "của", "lần thứ 9", "họp", "với", "công bố", "cán bộ", "bí thư", "hđnd"]
OTHERS += ["ubnd tỉnh", "khóa", "nghị quyết", "cử tri", "công tác", "tổ chức", ","]


@pytest.mark.parametrize(
    ("title", "lead", "kind"),
    [
        ("Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 20", "Sáng 16-7, Ban Thường vụ Tỉnh ủy tổ chức hội nghị.", "bch"),
        ("Rà soát nhiệm vụ", "Sáng 1/12, Ban Chấp hành Đảng bộ tỉnh tổ chức hội nghị thường kỳ phiên thứ 16.", "bch"),
        ("", "Các đồng chí đồng chủ trì Hội nghị. Dự có các Ủy viên BCH Đảng bộ tỉnh.", "bch"),
        ("Ban Thường vụ Tỉnh ủy cho ý kiến về quy hoạch", "Chiều 5/7, BTV Tỉnh ủy họp.", "btv"),
        ("Thường trực Tỉnh ủy giao ban tháng 5", "Sáng 2/5, Thường trực Tỉnh ủy họp.", "thuongtruc"),
        ("Giao ban các cơ quan khối Đảng quý II", "Chiều 5/7, Tỉnh uỷ giao ban.", "giaoban"),
        ("Khai mạc Đại hội đại biểu Đảng bộ tỉnh lần thứ XVII", "Sáng 15-10, đại hội khai mạc.", "daihoi"),
        ("Ban Thường vụ Tỉnh ủy bàn việc chuẩn bị đại hội đảng bộ các cấp", "Sáng 1/8, BTV Tỉnh ủy họp.", "btv"),
        ("Kỳ họp thứ 12 HĐND tỉnh khóa VIII", "HĐND tỉnh khai mạc kỳ họp thứ 12.", "hdnd"),
        ("Phiên họp thường kỳ tháng 7", "Sáng 1/8, UBND tỉnh tổ chức phiên họp thường kỳ.", "ubnd"),
        ("Thông báo kết quả kỳ họp thứ 31", "Ủy ban Kiểm tra Tỉnh ủy tổ chức kỳ họp thứ 31.", "ubkt"),
        ("Hội nghị báo cáo viên tháng 9", "Ban Tuyên giáo Tỉnh ủy tổ chức hội nghị báo cáo viên.", "bcv"),
        ("Hội nghị trực tuyến quán triệt Nghị quyết số 57-NQ/TW", "Sáng 2/3, tại điểm cầu tỉnh.", "quantriet"),
        ("Tổng kết 10 năm thực hiện Nghị quyết 28", "Sáng 3/4, Tỉnh ủy tổ chức hội nghị tổng kết.", "sotongket"),
        ("Công bố quyết định về công tác cán bộ", "Chiều 1/4, Tỉnh ủy trao quyết định điều động.", "canbo"),
        ("Bí thư Tỉnh ủy làm việc với Huyện ủy Na Rì", "Sáng 3/3, đoàn công tác làm việc.", "lamviec"),
        ("Đối thoại với đoàn viên, thanh niên", "Sáng 3/3, Bí thư Tỉnh ủy đối thoại với thanh niên.", "doithoai"),
        ("Phiên họp thứ 26 của Thường trực HĐND tỉnh", "Sáng 10/5, Thường trực HĐND tỉnh họp.", "hdnd"),
        ("Đảng bộ huyện Na Rì họp lần thứ 14", "Ngày 30/6, Ban Chấp hành Đảng bộ huyện Na Rì tổ chức hội nghị.", "bch"),
        ("Mùa vải chín sớm", "Nông dân thu hoạch vải, giá cao.", ""),
    ],
)
def test_kind(title: str, lead: str, kind: str) -> None:
    assert meeting_of(Page(title, [lead])).kind == kind


def test_a_notice_is_a_notice_and_names_the_meeting_it_concludes() -> None:
    paragraphs = ["THÔNG BÁO", "Ngày 29/6/2021, Ban Thường vụ Tỉnh ủy họp, cho ý kiến.", "Nơi nhận:", "- Lưu."]
    meeting = meeting_of(Page("Kết luận về công tác quý II", paragraphs))
    assert (meeting.kind, meeting.event) == ("thongbao", "btv")


@pytest.mark.parametrize(
    ("title", "lead", "ordinal"),
    [
        ("Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ 20", "", 20),
        ("Hội nghị Tỉnh ủy lần thứ bảy", "", 7),
        ("", "Ban Chấp hành Đảng bộ tỉnh tổ chức hội nghị thường kỳ phiên thứ 16.", 16),
        ("Kỳ họp thứ Mười một HĐND tỉnh", "", 11),
        ("Kỳ họp thứ hai mươi lăm HĐND tỉnh khóa XIX", "", 25),
        ("Khai mạc Đại hội đại biểu Đảng bộ tỉnh lần thứ XVII", "", 17),
        (
            "Hội nghị BCH Đảng bộ tỉnh (mở rộng)",
            "BCH Đảng bộ tỉnh họp, quán triệt Hội nghị lần thứ 8 Ban Chấp hành Trung ương.",
            None,
        ),
        ("Hội nghị Ban Chấp hành Đảng bộ tỉnh", "Hội nghị bàn chuẩn bị Đại hội đại biểu lần thứ XVII.", None),
        ("Hội nghị Ban Chấp hành Đảng bộ tỉnh", "Tỉnh xếp thứ 2/63, tăng lần thứ ba.", None),
    ],
)
def test_ordinal(title: str, lead: str, ordinal: int | None) -> None:
    assert meeting_of(Page(title, [lead])).ordinal == ordinal


@pytest.mark.parametrize(
    ("title", "lead", "term"),
    [
        ("Hội nghị lần thứ 7, khóa XXII Tỉnh ủy", "", "XXII"),
        ("Kỳ họp thứ 8 HĐND tỉnh khoá XIX, nhiệm kỳ 2021 - 2026", "", "XIX"),
        ("Đại hội đại biểu Đảng bộ tỉnh lần thứ XVII, nhiệm kỳ 2020 – 2025", "", "XVII"),
        ("Kỳ họp thứ 6 HĐND tỉnh", "Kỳ họp thứ 6 của HĐND tỉnh khóa 14 khai mạc.", "XIV"),
        ("KỲ HỌP THỨ TƯ HĐND TỈNH KHÓA VIII", "", "VIII"),
        # the term of an office is not that of the meeting
        ("Kỳ họp thứ nhất HĐND tỉnh khóa IX", "Dự có đồng chí Chủ tịch HĐND tỉnh khóa VIII.", "IX"),
        ("Ban Thường vụ Tỉnh ủy họp", "BTV Tỉnh ủy bàn đại hội cấp cơ sở, nhiệm kỳ 2025 - 2030.", ""),
        ("Hội nghị Ban Chấp hành Đảng bộ tỉnh", "Hội nghị bàn bầu cử đại biểu Quốc hội khóa XV.", ""),
    ],
)
def test_term(title: str, lead: str, term: str) -> None:
    assert meeting_of(Page(title, [lead])).term == term


@pytest.mark.parametrize(
    ("words", "number"),
    [
        *[("20", 20), ("xvii", 17), ("xix", 19), ("iv", 4), ("bảy", 7), ("nhất", 1), ("mười", 10), ("mười một", 11)],
        *[("mười lăm", 15), ("hai mươi", 20), ("hai mươi mốt", 21), ("hai mươi tư", 24)],
    ],
)
def test_numbers_in_digits_words_and_roman(words: str, number: int) -> None:
    assert as_number(words) == number


def test_body_and_place() -> None:
    lead = "Sáng 3/7, tại Hội trường Huyện ủy, Ban Chấp hành Đảng bộ huyện Sơn Dương tổ chức hội nghị lần thứ 9."
    meeting = meeting_of(Page("Hội nghị Ban Chấp hành Đảng bộ huyện Sơn Dương lần thứ 9", [lead]))
    assert (meeting.kind, meeting.organ, meeting.place) == ("bch", "huyện Sơn Dương", "Hội trường Huyện ủy")


def test_no_pattern_fits_more_than_is_read_beyond_the_lead() -> None:
    for cue in _cues():
        assert re._parser.parse(cue.pattern.pattern).getwidth()[1] < LONGEST_CUE, cue.pattern.pattern  # type: ignore[attr-defined]


@given(st.lists(st.sampled_from(NEEDED + OTHERS), max_size=12), st.sampled_from([" ", "\n", ". "]), st.integers(0, 3))
def test_no_cue_fits_beyond_the_stretch_around_its_words(words: list[str], joint: str, far: int) -> None:
    page = read("x" * (far * LONGEST_CUE) + "\n" + joint.join(words) + "\n" + "y" * (far * LONGEST_CUE))
    needed = _needed(page.letters)
    for number, cue in enumerate(_cues()):
        match = cue.pattern.search(page.low)
        near = cue.pattern.search(page.low, *needed[number]) if number in needed else None
        assert (near and near.span()) == (match and match.span()), cue.pattern.pattern


def test_a_cue_in_the_far_body_alone_decides_nothing() -> None:
    weights = [cue.weight for cue in _cues()]
    assert max(weights) * BODY < THRESHOLD
    assert max(weights) * BODY < min(weights) * TITLE  # nor does it replace the words that decide
