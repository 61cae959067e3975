"""Typing errors are mended by what the index holds; what it holds is left alone."""

import pytest

from search.query.abbreviations import alternatives
from search.query.description import describe
from search.query.did_you_mean import better_text
from search.query.nodes import Alternative, Correction, Hint, Query, Words
from search.query.rewriter import understand
from search.query.spelling import correct
from search.text.keyboards import telex, vni
from tests.search.query.counted_vocabulary import CountedVocabulary

SENTENCES = """Ban Thường vụ Tỉnh ủy họp, cho ý kiến về giải ngân vốn đầu tư công.
Chủ tịch Ủy ban nhân dân tỉnh báo cáo.
Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ hai mươi thông qua nghị quyết về nông thôn mới, phát triển rừng.
Người dân được hỗ trợ khi giải phóng mặt bằng đường cao tốc. Đại biểu thảo luận về tiến độ giải ngân.
Sự dân chủ. Bộ đã lấy ý kiến dân. Larry dự họp. Dân hỏi nhiều phần việc, nơi nào có mặt đường xấu thì sửa.
Bí thư Tỉnh ủy kết luận hội nghị. Trường học mới ở Đắk Lắk được khởi công. Lấy phiếu tín nhiệm năm 2023."""
VOCABULARY = CountedVocabulary([SENTENCES] * 5)


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("giair", "giải"),
        ("ngaan", "ngân"),
        ("nguwowif", "người"),
        ("nguowif", "người"),
        ("nguoiwf", "người"),
        ("ddaof", "đào"),
        ("DDinhj", "định"),
        ("tiene", "tiên"),
        ("tiesn", "tién"),
        ("quyeets", "quyết"),
        ("khuyur", "khuỷu"),
        ("uws", "ứ"),
        ("ddawks", "đắk"),
        ("HDDND", "hđnd"),
        ("bao", ""),
        ("hoa", ""),
        ("2023", ""),
        ("w", ""),
        ("parking", ""),
    ],
)
def test_telex(keys: str, syllable: str) -> None:
    assert telex(keys) == syllable


def test_strict_telex_wants_the_tone_last() -> None:
    assert telex("mafi") == "mài"
    assert telex("mafi", strict=True) == ""
    assert telex("maif", strict=True) == "mài"


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("gia3i", "giải"),
        ("giai3", "giải"),
        ("nga6n", "ngân"),
        ("ngu7o7i2", "người"),
        ("nguoi72", "người"),
        ("d9u7o7c5", "được"),
        ("Ngh5i", "nghị"),
        ("tra8m", "trăm"),
        ("d9a8k1", "đắk"),
        ("Ngày10", ""),
        ("QH15", ""),
        ("covid19", ""),
        ("30a", ""),
    ],
)
def test_vni(keys: str, syllable: str) -> None:
    assert vni(keys) == syllable


@pytest.mark.parametrize(
    ("typed", "mended", "why"),
    [
        ("giair ngaan voons ddaafu tuw coong", "giải ngân vốn đầu tư công", "telex"),
        ("gia3i nga6n vo6n1", "giải ngân vốn", "vni"),
        ("Ngh5i quye61t hội nghị", "nghị quyết hội nghị", "vni"),
        ("Chủtịch tỉnh", "chủ tịch tỉnh", "joined"),
        ("giảingân vốn", "giải ngân vốn", "joined"),
        ("giaingan von", "giai ngan von", "joined"),
        ("năm2023", "năm 2023", "joined"),
        ("Xâydân tỉnh", "Xâydân tỉnh", ""),
        ("giải ngna vốn", "giải ngân vốn", "typo"),
        ("giiải ngân", "giải ngân", "typo"),
        ("trờưng học mới", "trường học mới", "typo"),
        ("giãi ngân", "giải ngân", "typo"),
        ("bi thuu tinh uy", "bi thu tinh uy", "typo"),
        ("giải ngân vốn đầu tư công", "giải ngân vốn đầu tư công", ""),
        ("giai ngan von", "giai ngan von", ""),
        ("GIẢI NGÂN", "GIẢI NGÂN", ""),
        ("120.782 con", "120.782 con", ""),
        ("Kuechly", "Kuechly", ""),
        ("gồm bao nhiêu tỉnh", "gồm bao nhiêu tỉnh", ""),
        ("có mấy đường cao tốc", "có mấy đường cao tốc", ""),
        ("từ chối giải ngân", "từ chối giải ngân", ""),
        ("vốn ODA của tỉnh", "vốn ODA của tỉnh", ""),
        ("cháu Harri ở tỉnh", "cháu Harri ở tỉnh", ""),
        ("Sudan và tỉnh ủy", "Sudan và tỉnh ủy", ""),
    ],
)
def test_corrections(typed: str, mended: str, why: str) -> None:
    text, corrections = correct(typed, VOCABULARY)
    assert text == mended
    assert {correction.why for correction in corrections} == ({why} if why else set())


def test_a_correction_says_what_was_changed() -> None:
    query = understand("giair ngaan vốn", VOCABULARY)
    assert query.corrections == (Correction("giair ngaan", "giải ngân", "telex"),)
    assert describe(query) == "Các bài có đủ: “giải ngân”, “vốn”; “giair ngaan” đọc là “giải ngân” (gõ Telex)."


OF_THE_NUMBER = ("chỉ thị số 12", "chỉ thị 12")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UBND tỉnh", (Alternative(0, 1, "Ủy ban nhân dân", 0.9),)),
        ("hdnd tinh", (Alternative(0, 1, "Hội đồng nhân dân", 0.9),)),
        ("Uỷ ban nhân dân tỉnh", (Alternative(0, 4, "UBND", 0.9),)),
        ("uy ban nhan dan", (Alternative(0, 4, "UBND", 0.9),)),
        ("phát triển KTXH", (Alternative(2, 1, "KT-XH", 1.0), Alternative(2, 1, "kinh tế - xã hội", 0.9))),
        ("KT - XH", (Alternative(0, 2, "KTXH", 1.0), Alternative(0, 2, "kinh tế - xã hội", 0.9))),
        ("mỗi xã một sản phẩm", (Alternative(0, 5, "OCOP", 0.9),)),
        ("dịch tả heo", (Alternative(0, 3, "dịch tả lợn", 0.9),)),
        ("tu", ()),
        ("họp TU", (Alternative(1, 1, "Tỉnh ủy", 0.4),)),
        ("HỌP TU", ()),
        ("số 35-CT/TW", (Alternative(1, 3, "chỉ thị số 35", 0.5), Alternative(1, 3, "chỉ thị 35", 0.5))),
        (
            "Chỉ thị 12-CT/TU",
            (Alternative(0, 2, "CT", 0.4, is_same=False), *(Alternative(2, 3, x, 0.5) for x in OF_THE_NUMBER)),
        ),
        ("202/2025/QH15", ()),
        ("lần thứ XX", tuple(Alternative(1, 2, x, 1.0) for x in ("thứ 20", "thứ hai mươi", "lần 20"))),
        ("ky hop thu muoi mot", tuple(Alternative(2, 3, x, 1.0) for x in ("thứ 11", "thứ XI", "lần 11"))),
        ("khóa 19", (Alternative(0, 2, "khóa XIX", 1.0),)),
        ("chi thi 05", (Alternative(0, 3, "chỉ thị số 5", 1.0), Alternative(0, 3, "5 CT", 1.0))),
        ("Nghị quyết số 28", (Alternative(0, 4, "nghị quyết 28", 1.0), Alternative(0, 4, "28 NQ", 1.0))),
        ("nghị quyết 2023", (Alternative(0, 2, "NQ", 0.9),)),
        ("giải ngân vốn", ()),
    ],
)
def test_other_ways_to_say_it(text: str, expected: tuple[Alternative, ...]) -> None:
    assert alternatives(text) == expected


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("giai ngan von dau tu cong", "giải ngân vốn đầu tư công"),
        ("Ban Thuong vu Tinh uy", "Ban Thường vụ Tỉnh ủy"),
        ('"giai ngan"', '"giải ngân"'),
        ("giải ngân vốn", ""),
        ("năm:2023 giai ngan", "giải ngân"),
        ("giai", ""),
        ("giai ngan OR von", ""),
        ("xyz abc", ""),
        ("người nào báo cáo", ""),
        ("ai báo cáo hội nghị", ""),
        ("Tỉnh ủi họp về giải ngân", "Tỉnh ủy họp về giải ngân"),
        ("giải ngan vốn đầu tư cong", "giải ngân vốn đầu tư công"),
    ],
)
def test_did_you_mean(typed: str, better: str) -> None:
    assert better_text(understand(typed, VOCABULARY), VOCABULARY) == better


@pytest.mark.parametrize(
    ("typed", "hints"),
    [
        ("giải ngân Bắc Giang 2023", (Hint("province", ("bac-giang",), "Bắc Giang"), Hint("year", (2023,), "2023"))),
        ("bắc cạn", (Hint("province", ("bac-kan",), "bắc cạn"),)),
        ("nhiệm kỳ 2020 – 2025", (Hint("term", ("2020-2025",), "nhiệm kỳ 2020 – 2025"),)),
        (
            "6 tháng đầu năm 2024",
            (
                Hint("date", ("2024-01-01", "2024-07-31"), "6 tháng đầu năm 2024"),
                Hint("year", (2024,), "6 tháng đầu năm 2024"),
            ),
        ),
        (
            "ngày 14/6/2024",
            (Hint("date", ("2024-06-14", "2024-06-14"), "ngày 14/6/2024"), Hint("year", (2024,), "ngày 14/6/2024")),
        ),
        ("hoi nghi ban thuong vu", (Hint("kind", ("btv",), "hoi nghi ban thuong vu"),)),
        ("họp -2023 -năm:2022", ()),
        ("họp -hà giang", ()),
        ("giai đoạn 2021-2025", ()),
        ("GRDP 6 thang dau nam", (Hint("months", (6, 7), "6 thang dau nam"),)),
    ],
)
def test_what_is_recognised_is_a_hint(typed: str, hints: tuple[Hint, ...]) -> None:
    assert understand(typed).hints == hints


def test_words_that_only_ask_are_left_out_and_said() -> None:
    query = understand("PCI bắc giang xếp thứ mấy?")
    assert isinstance(query.root, Words) and query.root.text.split() == ["PCI", "bắc", "giang"]
    assert "bỏ “xếp thứ mấy”" in describe(query)
    alone = understand("là gì").root
    assert isinstance(alone, Words) and alone.text == "là gì"


def test_without_words_nothing_is_recognised() -> None:
    assert understand("") == Query("", None)
