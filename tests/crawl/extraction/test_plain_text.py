"""Texts as people save them from pages, sorted into the parts of an article. All texts are made up."""

import unicodedata

import pytest

from crawl.extraction.plain_text import beginning, read_plain_text

REPORT = """Truy cập nội dung luôn

Hội nghị Tỉnh ủy Mẫu lần thứ 12

15:34 01/12/2023
MẪU GIANG - Sáng 1/12, Ban Chấp hành Đảng bộ tỉnh Mẫu Giang họp phiên thường kỳ.

Quang cảnh hội nghị.

Quang cảnh hội nghị.

Theo báo cáo, thu ngân sách vượt kế hoạch năm.

Đồng chí Lê Văn Mẫu, Bí thư Tỉnh ủy phát biểu kết luận hội nghị

Hội nghị thống nhất ba nhóm nhiệm vụ.

Tin, ảnh: Đặng Ước Lệ

Tag:

File đính kèm
"""

NOTICE = """TỈNH ỦY MẪU GIANG
*
Số 45-TB/TU

ĐẢNG CỘNG SẢN VIỆT NAM
Mẫu Giang, ngày 13 tháng 5 năm 2022

THÔNG BÁO
KẾT LUẬN HỘI NGHỊ BAN THƯỜNG VỤ TỈNH ỦY

Ngày 12/5/2022, Ban Thường vụ Tỉnh ủy họp, xem xét tình hình kinh tế - xã hội và thống nhất một số nội dung để đại biểu

Hội đồng nhân dân tỉnh thảo luận tại kỳ họp giữa năm, trong đó chú trọng chương trình mục tiêu quốc gia và công trình

trọng điểm của tỉnh.

1. Về đầu tư công

Nơi nhận:
- Như trên,
- Lưu Văn phòng.

T/M BAN THƯỜNG VỤ
PHÓ BÍ THƯ

Trần Ước Mẫu
"""


def test_a_report_is_sorted_into_its_parts() -> None:
    read = read_plain_text(REPORT)
    assert read.title == "Hội nghị Tỉnh ủy Mẫu lần thứ 12"
    assert read.printed_date == "15:34 01/12/2023"
    assert read.lede == "MẪU GIANG - Sáng 1/12, Ban Chấp hành Đảng bộ tỉnh Mẫu Giang họp phiên thường kỳ."
    assert read.body == "Theo báo cáo, thu ngân sách vượt kế hoạch năm.\n\nHội nghị thống nhất ba nhóm nhiệm vụ."
    assert read.captions == ("Quang cảnh hội nghị.", "Đồng chí Lê Văn Mẫu, Bí thư Tỉnh ủy phát biểu kết luận hội nghị")
    assert read.byline == "Tin, ảnh: Đặng Ước Lệ"
    assert read.titled


def test_an_official_notice_keeps_letterhead_recipients_and_signer_in_its_body() -> None:
    read = read_plain_text(NOTICE)
    assert read.title == "THÔNG BÁO KẾT LUẬN HỘI NGHỊ BAN THƯỜNG VỤ TỈNH ỦY"
    assert read.printed_date == "Mẫu Giang, ngày 13 tháng 5 năm 2022"
    assert (read.lede, read.byline, read.captions) == ("", "", ())
    paragraphs = read.body.split("\n\n")
    assert paragraphs[:3] == ["TỈNH ỦY MẪU GIANG", "*", "Số 45-TB/TU"]
    assert "để đại biểu Hội đồng nhân dân tỉnh thảo luận" in read.body
    assert "và công trình trọng điểm của tỉnh." in read.body
    assert paragraphs[-6:] == [
        "Nơi nhận:",
        "- Như trên,",
        "- Lưu Văn phòng.",
        "T/M BAN THƯỜNG VỤ",
        "PHÓ BÍ THƯ",
        "Trần Ước Mẫu",
    ]


def test_a_text_without_title_is_named_by_its_first_sentence_and_keeps_it() -> None:
    text = " date 2024-07 Các đồng chí lãnh đạo tỉnh chủ trì hội nghị. Cùng dự có các sở, ngành.\n\nHội nghị bế mạc.\n"
    read = read_plain_text(text)
    assert read.title == "Các đồng chí lãnh đạo tỉnh chủ trì hội nghị"
    assert not read.titled
    assert read.archive_prefix == "2024-07"
    assert read.body == "Các đồng chí lãnh đạo tỉnh chủ trì hội nghị. Cùng dự có các sở, ngành.\n\nHội nghị bế mạc."


def test_a_long_first_sentence_is_cut_at_a_word() -> None:
    title = beginning(["Hội nghị " + "bàn về phát triển kinh tế, " * 10])
    assert title == (
        "Hội nghị bàn về phát triển kinh tế, bàn về phát triển kinh tế, bàn về phát triển kinh tế,"
        " bàn về phát triển kinh tế…"
    )
    assert len(title) <= 121


@pytest.mark.parametrize(
    "line",
    [
        "15:34 01/12/2023",
        "17:54, 08/04/2024",
        "21:48 | 28/06/2020",
        "Thứ Năm, 15/10/2020, 16:21 (GMT+7)",
        "Thứ sáu: 15:00 ngày 09/02/2024",
        "Cập nhật: 18:37 27/09/2020",
        "Cập nhật lúc: 18:18 |31/03/2020",
        "Đăng ngày 15-05-2022 10:48",
        "Thời gian đăng: 26/11/2018 01:49:17 PM",
        "(25/08/2022)",
        "Chủ nhật,  27/09/2020",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_publication_lines_are_taken_off_as_printed(line: str, form: str) -> None:
    printed = unicodedata.normalize(form, line)
    read = read_plain_text(f"Hội nghị Tỉnh ủy lần thứ 12\n\n{printed}\n\nHội nghị bàn hai nội dung.")
    assert read.printed_date == printed
    assert read.title == "Hội nghị Tỉnh ủy lần thứ 12"
    above = read_plain_text(f"{printed}\n\nHội nghị Tỉnh ủy lần thứ 12\n\nHội nghị bàn hai nội dung.")
    assert (above.title, above.printed_date) == (read.title, read.printed_date)


@pytest.mark.parametrize(
    "line",
    [
        "Trần Mẫu",
        "Lệ Thủy – Văn Huyến – Quang Hiếu",
        "Đ.ĐẠO - H.QUÂN |",
        "Bài, ảnh: Trần Mẫu",
        "Nhóm phóng viên",
        "P.V",
        "Nguồn: Báo Mẫu",
        "maugiang.gov.vn",
    ],
)
def test_bylines_are_known_by_their_look(line: str) -> None:
    read = read_plain_text(f"Hội nghị Tỉnh ủy lần thứ 12\n\nHội nghị bàn hai nội dung.\n\n{line}\n")
    assert (read.byline, read.body) == (line, "Hội nghị bàn hai nội dung.")


@pytest.mark.parametrize(
    "line", ["Hội nghị bế mạc chiều cùng ngày.", "Tăng trưởng cao nhưng chưa bền vững", "2. Về Đảng"]
)
def test_last_lines_that_are_text_stay_in_the_body(line: str) -> None:
    read = read_plain_text(f"Hội nghị Tỉnh ủy lần thứ 12\n\nHội nghị bàn hai nội dung.\n\n{line}\n")
    assert read.byline == ""
    assert read.body.endswith(line)


@pytest.mark.parametrize(
    "title",
    [
        "Ngày hội Đại đoàn kết toàn dân tộc ở Mẫu Giang",
        "Sáng kiến mới trong giải ngân vốn đầu tư công",
        "Chiều sâu của công tác cán bộ",
        "Hội nghị lần thứ 20, khóa XVI: Bàn về quy hoạch",
    ],
)
def test_titles_are_not_taken_for_ledes(title: str) -> None:
    assert read_plain_text(f"{title}\n\nNội dung bài viết ở đây.\n\nĐoạn hai.").title == title


def test_what_follows_a_list_of_other_articles_is_cut() -> None:
    read = read_plain_text("Hội nghị lần thứ 12\n\nNội dung.\n\nTin cùng chuyên mục\n\nBài khác năm 2026\n")
    assert read.body == "Nội dung."


def test_captions_do_not_swallow_paragraphs_on_what_people_did() -> None:
    paragraph = (
        "Đồng chí Bí thư Tỉnh ủy yêu cầu các cấp ủy quyết tâm hơn nữa. Đồng chí cũng phát biểu về công tác cán bộ."
    )
    assert paragraph in read_plain_text(f"Hội nghị lần thứ 12\n\nĐoạn một.\n\n{paragraph}\n\nĐoạn ba.").body


@pytest.mark.parametrize("text", ["", " \n\n", "...\n,\n", "\ufeff"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="holds no text"):
        read_plain_text(text)


@pytest.mark.parametrize("text", ["Hội nghị", "Hội nghị Tỉnh ủy họp sáng nay."])
def test_a_single_line_is_both_title_and_body(text: str) -> None:
    read = read_plain_text(text)
    assert (read.title, read.body) == (text.rstrip("."), text)


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (
            "Thứ Sáu, 20/9/2024\nTên bài mẫu\nBan mẫu\nThứ Năm, 8/6/2023 14:46'(GMT+7)",
            "Thứ Năm, 8/6/2023 14:46'(GMT+7)",
        ),
        ("Tên bài mẫu\nLê An Mẫu (thực hiện) 10/10/2018 03:09", "Lê An Mẫu (thực hiện) 10/10/2018 03:09"),
        ("Tên bài mẫu\nNgày xuất bản: 16/09/2020 5:02:00 CH\nLượt xem: 688", "Ngày xuất bản: 16/09/2020 5:02:00 CH"),
        ("Tên bài mẫu\n14/5/2019 8:43' Gửi bài này In bài này", "14/5/2019 8:43' Gửi bài này In bài này"),
        ("Tên bài mẫu\n- Được đăng: Thứ ba, 13 Tháng 10 2015 09:10", "- Được đăng: Thứ ba, 13 Tháng 10 2015 09:10"),
        ("Tên bài mẫu\n(16/07/2014)Chiều ngày 16/7, hội nghị mẫu khai mạc.", "16/07/2014"),
        ("Tên bài mẫu\nĐại hội khai mạc ngày 16/07/2014 lúc 8:00 tại hội trường lớn của tỉnh.", ""),
    ],
)
def test_the_line_of_publication(lines: str, date: str) -> None:
    assert read_plain_text(f"{lines}\nĐoạn một của bài mẫu.\nĐoạn hai của bài mẫu.").printed_date == date
