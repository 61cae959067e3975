"""Documents to text: line ends joined, page furniture gone, scans recognised, damage told in words."""

import io
import zipfile

import pytest

from crawl.extraction import ocr
from crawl.extraction.attachments import UnreadableAttachment, attachment_text
from tests.components import DEJAVU, FONT, TESSERACT, require
from tests.crawl import documents

CONCLUSION = [
    [
        "TỈNH ỦY MẪU",
        "Số 45-KL/TU",
        "KẾT LUẬN",
        "Hội nghị Ban Chấp hành Đảng bộ tỉnh thống nhất đánh giá rằng trong sáu tháng đầu",
        "năm kinh tế của tỉnh tiếp tục phục hồi, thu ngân sách vượt kế hoạch.",
        "1. Giao Ban cán sự đảng Ủy ban nhân dân tỉnh chỉ đạo đẩy nhanh tiến độ giải ngân",
        "vốn đầu tư công và gỡ vướng mắc về mặt bằng của các dự án trọng điểm, nhất là các",
        "1",
    ],
    [
        "dự án giao thông liên vùng.",
        "- Lưu Văn phòng Tỉnh ủy.",
        "2",
    ],
]


def test_a_pdf_gives_paragraphs_joined_over_lines_and_pages() -> None:
    read = attachment_text(documents.pdf(CONCLUSION))
    assert (read.reading, read.pages) == ("text", 2)
    assert read.text.split("\n\n") == [
        "TỈNH ỦY MẪU",
        "Số 45-KL/TU",
        "KẾT LUẬN",
        "Hội nghị Ban Chấp hành Đảng bộ tỉnh thống nhất đánh giá rằng trong sáu tháng đầu năm kinh tế của tỉnh tiếp tục"
        " phục hồi, thu ngân sách vượt kế hoạch.",
        "1. Giao Ban cán sự đảng Ủy ban nhân dân tỉnh chỉ đạo đẩy nhanh tiến độ giải ngân vốn đầu tư công và gỡ vướng"
        " mắc về mặt bằng của các dự án trọng điểm, nhất là các dự án giao thông liên vùng.",
        "- Lưu Văn phòng Tỉnh ủy.",
    ]


def test_a_running_head_is_left_out() -> None:
    pages = [["Tỉnh ủy Mẫu – Văn kiện", f"Phần thứ {number} bàn về xây dựng Đảng.", str(number)] for number in range(4)]
    read = attachment_text(documents.pdf(pages))
    assert read.text.split("\n\n") == [f"Phần thứ {number} bàn về xây dựng Đảng." for number in range(4)]


def test_text_in_a_font_of_before_unicode_is_read_as_meant() -> None:
    garbled = "Héi nghÞ Ban ChÊp hµnh §¶ng bé tØnh lÇn thø b¶y"
    read = attachment_text(documents.pdf([[garbled]]))
    assert read.text == "Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ bảy"


def test_a_scan_is_recognised_and_not_taken_for_an_empty_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    read = attachment_text(documents.scanned_pdf([(60, 80, bytes(60 * 80))] * 2))
    assert (read.text, read.reading, read.pages) == ("", "scanned", 2)


def test_an_empty_page_without_pictures_is_no_scan() -> None:
    assert attachment_text(documents.pdf([["Trang"], []])).reading == "text"


def test_a_scan_is_read_where_tesseract_is_installed() -> None:
    require(TESSERACT, FONT)
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (1600, 500), 255)
    ImageDraw.Draw(page).text((60, 200), "Hội nghị Tỉnh ủy lần thứ bảy", 0, ImageFont.truetype(str(DEJAVU), 80))
    read = attachment_text(documents.scanned_pdf([(1600, 500, page.tobytes())]))
    assert (read.reading, read.text) == ("ocr", "Hội nghị Tỉnh ủy lần thứ bảy")


def test_a_docx_gives_letterhead_paragraphs_and_tables_in_order() -> None:
    letterhead = [["TỈNH ỦY MẪU\n*\nSố 12-TB/TU", "ĐẢNG CỘNG SẢN VIỆT NAM\nMẫu, ngày 5 tháng 7 năm 2023"]]
    read = attachment_text(documents.docx_file(["THÔNG BÁO", "Hội nghị bàn ba nội dung."], letterhead))
    assert read.text.split("\n\n") == [
        "TỈNH ỦY MẪU",
        "*",
        "Số 12-TB/TU",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Mẫu, ngày 5 tháng 7 năm 2023",
        "THÔNG BÁO",
        "Hội nghị bàn ba nội dung.",
    ]
    table = attachment_text(documents.docx_file([], [["Chỉ tiêu", "Kế hoạch"], ["GRDP", "8%"]]))
    assert table.text == "Chỉ tiêu | Kế hoạch\n\nGRDP | 8%"


def _zip(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7\nhong", "the PDF is damaged"),
        (documents.pdf(CONCLUSION)[:600], "the PDF is damaged"),
        (documents.pdf([["Mật"]], password="bi-mat"), "locked with a password"),
        (documents.docx_file(["a"])[:300], "damaged"),
        (_zip("bai.txt"), "a ZIP file, but no DOCX"),
        (_zip("word/document.xml"), "damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), r"before 2007"),
        (b"GIF89a", "neither PDF, DOCX"),
        (b"", "neither PDF, DOCX"),
    ],
)
def test_damage_is_told_in_words(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableAttachment, match=why):
        attachment_text(data)


def test_what_a_docx_holds_around_its_words_is_read_and_what_was_deleted_is_not() -> None:
    """Word marks what was inserted, and names and days that it knows ("smart tags")."""
    plain = documents.docx_file(["Ngày 5/7/2023 tỉnh đạt 35%38,5% kế hoạch."])
    wrapped = {
        "5/7/2023": '<w:smartTag w:element="date"><w:r><w:t>5/7/2023</w:t></w:r></w:smartTag>',
        "35%": '<w:del w:id="1" w:author="a"><w:r><w:delText>35%</w:delText></w:r></w:del>',
        "38,5%": '<w:ins w:id="2" w:author="a"><w:r><w:t>38,5%</w:t></w:r></w:ins>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as given, zipfile.ZipFile(made, "w") as parts:
        for name in given.namelist():
            content = given.read(name).decode("utf-8", "surrogateescape")
            if name == "word/document.xml":
                for words, marked in wrapped.items():
                    content = content.replace(words, f'</w:t></w:r>{marked}<w:r><w:t xml:space="preserve">')
                content = content.replace("<w:t>", '<w:t xml:space="preserve">')
            parts.writestr(name, content.encode("utf-8", "surrogateescape"))
    assert attachment_text(made.getvalue()).text == "Ngày 5/7/2023 tỉnh đạt 38,5% kế hoạch."


def test_a_docx_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawl.extraction.attachments.MAX_UNPACKED_BYTES", 1_000)
    with pytest.raises(UnreadableAttachment, match="more than the 1,000 allowed"):
        attachment_text(documents.docx_file(["a"]))
