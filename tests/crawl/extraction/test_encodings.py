"""One sentence in every encoding that Vietnamese pages and files came in."""

import unicodedata

import pytest

from crawl.extraction.encodings import NotText, decode, repaired

SENTENCE = (
    "Hội nghị Ban Chấp hành Đảng bộ tỉnh lần thứ bảy bàn về giải ngân vốn đầu tư công, xử lý kiến nghị của cử tri."
)
TCVN3 = "Héi nghÞ Ban ChÊp hµnh §¶ng bé tØnh lÇn thø b¶y bµn vÒ gi¶i ng©n vèn ®Çu t­ c«ng, xö lý kiÕn nghÞ cña cö tri."
VNI = (
    "Hoäi nghò Ban Chaáp haønh Ñaûng boä tænh laàn thöù baûy baøn veà giaûi ngaân voán ñaàu tö coâng,"
    " xöû lyù kieán nghò cuûa cöû tri."
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """Return text as that encoding has it: a letter with its hat or horn, the tone behind it."""
    parts = []
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in marks if mark in TONES)
        parts.append(unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES)) + tone)
    return "".join(parts).encode("cp1258")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SENTENCE.encode("utf-8"), "utf-8"),
        (SENTENCE.encode("utf-8-sig"), "utf-8"),
        (SENTENCE.encode("utf-16"), "utf-16"),
        (SENTENCE.encode("utf-16-le"), "utf-16-le"),
        (SENTENCE.encode("utf-16-be"), "utf-16-be"),
        (SENTENCE.encode("utf-32"), "utf-32"),
        (windows_1258(SENTENCE), "windows-1258"),
        (TCVN3.encode("latin-1"), "tcvn3"),
        (VNI.encode("cp1252"), "vni"),
        (TCVN3.encode("utf-8"), "tcvn3"),
        (VNI.encode("utf-8"), "vni"),
    ],
)
def test_each_encoding_is_recognised(data: bytes, encoding: str) -> None:
    read = decode(data)
    assert (read.text, read.encoding) == (SENTENCE, encoding)


def test_utf_8_that_was_read_as_windows_1252_is_mended() -> None:
    shown = "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in SENTENCE.encode()
    )
    assert decode(shown.encode()).text == repaired(shown) == SENTENCE


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        unicodedata.normalize("NFD", SENTENCE),
        "Hoi nghi khong dau",
        "Le Congrès des délégués s'est réuni à Hà Nội; Zürich, Göteborg, São Paulo.",
        "Ðại hội Ðảng bộ tỉnh, Ðoàn Chủ tịch",
        "Đăk Lăk, Krông Pắc, Ea H’leo, Pleiku",
        "",
    ],
)
def test_what_is_right_already_stays_to_the_letter(text: str) -> None:
    assert decode(text.encode()).text == text


def test_text_cut_off_inside_a_letter_is_read_to_the_cut() -> None:
    assert decode("Hội nghị Tỉnh ủ".encode()[:-1]).text == "Hội nghị Tỉnh "


def test_one_damaged_letter_does_not_make_another_encoding_of_it() -> None:
    data = (SENTENCE * 5).encode()
    read = decode(data[:200] + b"\xff" + data[200:])
    assert read.encoding == "utf-8"
    assert read.text.count("\ufffd") == 1


def test_a_declared_encoding_counts_where_nothing_is_vietnamese() -> None:
    assert decode("Ðåñïóáëèêà".encode("latin-1"), "windows-1251").text == "Республика"


@pytest.mark.parametrize("data", [bytes(range(256)), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes(range(128, 256)) * 3])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)
