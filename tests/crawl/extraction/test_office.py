"""Documents of other offices to text: paragraphs and rows in their order, pictures by OCR, damage told in words."""

import io
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from crawl.archive.archive import Archive
from crawl.extraction import ocr
from crawl.extraction.attachments import UnreadableAttachment, attachment_text
from crawl.importing.importer import import_paths
from tests.components import ANTIWORD, LIBREOFFICE, Component, command, missing, require

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
ODT = f"""<?xml version="1.0"?><o:document-content xmlns:o="{OFFICE}office:1.0" xmlns:text="{OFFICE}text:1.0"
 xmlns:table="{OFFICE}table:1.0"><o:body><o:text>
<text:tracked-changes><text:p>đã xóa</text:p></text:tracked-changes>
<text:h>THÔNG BÁO</text:h><text:p>Hội nghị<text:s text:c="2"/>lần thứ <text:span>12</text:span><text:line-break/>bàn về
giải ngân<text:note><text:note-body><text:p>chú thích</text:p></text:note-body></text:note>.</text:p>
<table:table><table:table-row><table:table-cell><text:p>Chỉ tiêu</text:p></table:table-cell><table:table-cell/>
<table:table-cell><text:p>61,5</text:p></table:table-cell></table:table-row></table:table>
</o:text></o:body></o:document-content>"""
RTF = r"{\rtf1\ansi\ansicpg1258\uc1 TH\'d4NG B\'c1O\par H\u7897?i ngh\u7883? l\u7847?n th\u7913? 12.\par}"


def odt(content: str = ODT) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        parts.writestr("content.xml", content)
    return made.getvalue()


def xlsx() -> bytes:
    book, made = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.title = "Giải ngân"
    sheet.append(["Đơn vị", "Tỷ lệ", "Ngày"])
    sheet.append(["Huyện Mẫu", 61.5, datetime(2023, 7, 5)])
    sheet.append([None, 12, None])
    book.save(made)
    return made.getvalue()


def test_an_odt_gives_paragraphs_and_rows_in_their_order() -> None:
    read = attachment_text(odt())
    assert read.reading == "text"
    lines = [" ".join(line.split()) for line in read.text.split("\n\n")]
    assert lines == ["THÔNG BÁO", "Hội nghị lần thứ 12 bàn về giải ngân.", "Chỉ tiêu | | 61,5"]


def test_what_is_no_text_of_an_odt_is_left_out() -> None:
    """A reviewer's comment on the text, and a comment of XML."""
    noted = "<o:annotation><text:p>xem lại số này</text:p></o:annotation><!-- máy ghi -->"
    read = attachment_text(odt(ODT.replace("bàn về", f"{noted}bàn về").replace("<text:h>", f"{noted}<text:h>")))
    assert read == attachment_text(odt())


def test_word_writes_what_is_beyond_16_bits_in_an_rtf_as_two_halves() -> None:
    halves = r"{\rtf1\ansi\uc1 Ch\u224?o \u-10179?\u-8704? h\u7897?i ngh\u7883? \u-10179?.\par}"
    assert attachment_text(halves.encode("ascii")).text == "Chào \U0001f600 hội nghị \ufffd."


def test_an_rtf_gives_its_lines() -> None:
    assert attachment_text(RTF.encode("ascii")).text.split("\n\n") == ["THÔNG BÁO", "Hội nghị lần thứ 12."]


def test_a_workbook_gives_its_sheets_row_by_row() -> None:
    assert attachment_text(xlsx()).text.split("\n\n") == [
        "Giải ngân",
        "Đơn vị | Tỷ lệ | Ngày",
        "Huyện Mẫu | 61,5 | 5/7/2023",
        "| 12",
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.953, "0.0%", "95,3%"),
        (0.07, "0%;-0%", "7%"),
        (1, "0%", "100%"),
        (95.3, '0.0"%"', "95,3%"),
        (95.3, "[Red]0.0", "95,3"),
        (0.0000001, "General", "0,0000001"),
        (1.5e12, "General", "1500000000000"),
    ],
)
def test_a_number_of_a_workbook_is_read_as_it_is_shown(value: float, number_format: str, shown: str) -> None:
    book, made = Workbook(), io.BytesIO()
    book.active.append(["Giải ngân (%)", value])
    book.active["B1"].number_format = number_format
    book.save(made)
    assert attachment_text(made.getvalue()).text.split("\n\n")[1] == f"Giải ngân (%) | {shown}"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "before 2007"),
        (odt("<open>"), "the ODT is damaged"),
        (odt(ODT.replace("<table:table-cell>", '<table:table-cell table:number-columns-repeated="x">')), "the ODT is"),
        (rb"{\rtf1\ansi h\u99999999999999999999?}", "the RTF is damaged"),
        (rb"{\rtf1\ansi \uc \u abc}", "the RTF is damaged"),
        (odt()[:-30], "damaged"),
        (xlsx()[:400] + b"x" * 50 + xlsx()[450:], "damaged"),
        (b"GIF89a", "neither PDF"),
    ],
)
def test_damage_is_told_in_words(data: bytes, told: str) -> None:
    with pytest.raises(UnreadableAttachment, match=told):
        attachment_text(data)


def test_a_picture_is_read_by_ocr_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Tesseract reads is tested with scanned PDF files; here, what becomes of it."""
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    assert attachment_text(b"\x89PNG\r\n\x1a\n").reading == "scanned"
    monkeypatch.setattr(ocr, "is_available", lambda: True)
    monkeypatch.setattr(ocr, "recognise", lambda pictures: ["Hội nghị lần thứ 12 bàn về giải ngân."] * len(pictures))
    read = attachment_text(b"\xff\xd8\xff\xe0")
    assert (read.reading, read.text) == ("ocr", "Hội nghị lần thứ 12 bàn về giải ngân.")


def test_files_of_these_kinds_are_imported_and_an_old_one_is_told(tmp_path: Path) -> None:
    (folder := tmp_path / "bai").mkdir()
    for name, data in (("a.odt", odt()), ("b.rtf", RTF.encode()), ("c.xlsx", xlsx())):
        (folder / name).write_bytes(data)
    (folder / "cu.doc").write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 600)
    summary = import_paths([folder], tmp_path / "data")
    assert [(Path(place).name, "before 2007" in why) for place, why in summary.skipped] == [("cu.doc", True)]
    with Archive(tmp_path / "data", read_only=True) as archive:
        assert {one.article.id for one in archive.articles()} == {"a.odt", "b.rtf", "c.xlsx"}


# Written by LibreOffice: with a header, a page number, a change that is tracked, a link, and two paragraphs in a cell.
WORD_FILE = (Path(__file__).parent / "ket-luan.doc").read_bytes()
WORD_TEXT = [
    "THÔNG BÁO KẾT LUẬN",
    "Ban Thường vụ Tỉnh ủy (mẫu) họp ngày 5/7/2023 về giải ngân vốn đầu tư công.",
    "Đến hết tháng Sáu cả tỉnh đạt 38,5% kế hoạch, xem phụ lục.",
    "Đơn vị | Kế hoạch (tỷ đồng) | Tỷ lệ (%)",
    "Huyện Mẫu Thượng | 412,5 | 36,2",
    "Huyện Mẫu Hạ, vùng cao | 388 | 41,7",
    "“Không để vốn chờ dự án” – đồng chí Lê Văn Mẫu yêu cầu.",
]


def only_with(monkeypatch: pytest.MonkeyPatch, folder: Path, *programs: str) -> None:
    """Let no converters be found but these."""
    folder.mkdir()
    for program in programs:
        found = shutil.which(program)
        assert found
        (folder / program).symlink_to(found)
    real = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: real(name, path=str(folder)))


@pytest.mark.parametrize(("component", "program"), [(ANTIWORD, "antiword"), (LIBREOFFICE, "soffice")])
def test_a_word_file_of_before_2007_is_read_by_either_converter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, component: Component, program: str
) -> None:
    if component is LIBREOFFICE and missing(component):
        pytest.skip(f"{component.name} missing: {command([component])}")  # in CI, too: it is large
    require(component)
    only_with(monkeypatch, tmp_path / "programs", program)
    read = attachment_text(WORD_FILE)
    assert (read.reading, read.text.split("\n\n")) == ("text", WORD_TEXT)


def test_a_converter_is_run_where_it_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_with(monkeypatch, programs := tmp_path / "programs")
    (program := programs / "antiword").write_text("#!/bin/sh\necho '<book><chapter><para>OK</para></chapter></book>'\n")
    program.chmod(0o755)
    assert attachment_text(WORD_FILE).text == "OK"


def test_without_a_converter_it_is_said_which_one_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_with(monkeypatch, tmp_path / "programs")
    with pytest.raises(UnreadableAttachment, match=r'before 2007: install "antiword"'):
        attachment_text(WORD_FILE)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (WORD_FILE[:3000], "a damaged one"),
        (WORD_FILE[:1500] + b"x" * 900 + WORD_FILE[2400:], r"antiword cannot read the Word file \(\w+"),
    ],
)
def test_a_damaged_word_file_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, told: str
) -> None:
    require(ANTIWORD)
    only_with(monkeypatch, tmp_path / "programs", "antiword")
    with pytest.raises(UnreadableAttachment, match=told):
        attachment_text(data)


def test_a_word_file_is_imported_as_an_article(tmp_path: Path) -> None:
    require(ANTIWORD)
    (tmp_path / "ket-luan.doc").write_bytes(WORD_FILE)
    assert import_paths([tmp_path / "ket-luan.doc"], tmp_path / "data").new == 1
    with Archive(tmp_path / "data", read_only=True) as archive:
        [kept] = archive.articles()
    assert kept.article.title == "THÔNG BÁO KẾT LUẬN"
    assert "Huyện Mẫu Thượng | 412,5 | 36,2" in kept.article.body
