import pytest

from crawl.archive.archive import ArchivedArticle
from crawl.article import Article
from indexer.interpret import interpret
from indexer.rules.personal_numbers import HIDDEN, without_personal_numbers


@pytest.mark.parametrize(
    "text",
    [
        "Đường dây nóng: {0912 345 678}.",
        "ĐT {0912.345.678}; {091-234-5678}; {0912345678}",
        "Văn phòng: {(0204) 3855 123}, fax {0204.3855.124}",
        "gọi {+84 912 345 678} hoặc {024 3845 6789}",
        "ủng hộ qua số tài khoản {1234567890123} tại ngân hàng",
        "STK: {0123 4567 8901 2}",
        "CCCD số {001085012345}, cấp ngày 10/5/2021",
        "số CMND: {121 234 567} do Công an tỉnh cấp",
        "Danh sách (họ tên, số CMND)\nNguyễn Văn Mẫu\t{121234567}\nTrần Thị Mẫu\t{121234568}",
        "STT | Họ tên | Số tài khoản\n1 | Nguyễn Văn Mẫu | {88001234567}",
        "Nguyễn Văn Mẫu, {024085001234}",
    ],
)
def test_personal_numbers_are_hidden(text: str) -> None:
    plain = text.replace("{", "").replace("}", "")
    expected, hides = [], False
    for sign in text:
        if sign in "{}":
            hides = sign == "{"
        else:
            expected.append(HIDDEN if hides and sign.isdigit() else sign)
    assert without_personal_numbers(plain) == "".join(expected)


@pytest.mark.parametrize(
    "text",
    [
        "giải ngân 1.234.567.890 đồng, đạt 45,6% kế hoạch",
        "thu ngân sách 12345678901 đồng",
        "ngày 05/10/2023, từ 07 giờ 30 đến 11 giờ 30",
        "ngày 05.10.2023 và 08-10-2023; 05-10-2023 10.30",
        "Nghị quyết số 0912/NQ-HĐND, Chỉ thị 35-CT/TW, Quyết định 02/2023/QĐ-UBND",
        "tổng số tài khoản 1.234.567 tài khoản",
        "số tài khoản ngân hàng tăng 300.000 so với năm 2022",
        "cấp 1.250.000 thẻ căn cước công dân cho 98,5% dân số",
        "nhiệm kỳ 2020-2025, giai đoạn 2021 - 2030",
        "02 công trình, 09 dự án, 0345 hộ",
        "cấp hơn 85 triệu CCCD, thu 12.345.678.901 đồng",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_personal_numbers(text) == text


def test_the_document_hides_them_and_keeps_all_places() -> None:
    body = "Hội nghị họp ngày 12/7/2023.\n\nLiên hệ ông Mẫu, điện thoại 0912 345 678, để đăng ký."
    article = Article(id="a", url="", title="Họp tỉnh ủy, gọi 0912345678", body=body, source="")
    document = interpret(ArchivedArticle(article, 1, "2023-07-13T00:00:00Z", "", False))
    assert document.text == body.replace("0912 345 678", "•••• ••• •••")
    assert "0912345678" not in document.title


def test_it_is_quick_on_long_rows_of_digits() -> None:
    steps = without_personal_numbers("0912 345 6" * 20_000 + "số tài khoản " * 5_000)
    assert len(steps) == 265_000
