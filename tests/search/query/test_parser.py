"""The query language: what is typed, and what it is read as. Nothing fails."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query.description import describe
from search.query.nodes import And, Filters, Near, Node, Not, Or, Phrase, Prefix, Where, Words
from search.query.parser import parse


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("", None),
        ("giải ngân vốn", Words("giải ngân vốn")),
        ('giải ngân "đầu tư công"', And((Words("giải ngân"), Phrase("đầu tư công")))),
        ("giải ngân “đầu tư công” vốn", And((Words("giải ngân vốn"), Phrase("đầu tư công")))),
        ("giải ngân -covid", And((Words("giải ngân"), Not(Words("covid"))))),
        ("giải ngân -2023", And((Words("giải ngân"), Not(Words("2023"))))),
        ("nhiệm kỳ 2020 -2025", Words("nhiệm kỳ 2020 -2025")),
        ("covid -19", Words("covid -19")),
        ("giải ngân -Bắc Giang", And((Words("giải ngân"), Not(Phrase("Bắc Giang"))))),
        ("họp NOT hà giang lũ", And((Words("họp lũ"), Not(Phrase("hà giang"))))),
        ("họp -thành phố Hồ Chí Minh", And((Words("họp"), Not(Phrase("thành phố Hồ Chí Minh"))))),
        ("họp -tinh ha giang lũ", And((Words("họp lũ"), Not(Phrase("tinh ha giang"))))),
        ("họp -Bà Rịa - Vũng Tàu", And((Words("họp"), Not(Phrase("Bà Rịa - Vũng Tàu"))))),
        ("họp -tỉnh lũ Hà Giang", And((Words("họp lũ Hà Giang"), Not(Words("tỉnh"))))),
        ("họp -hà nam phương", And((Words("họp phương"), Not(Phrase("hà nam"))))),
        ('họp NOT "trực tuyến"', And((Words("họp"), Not(Phrase("trực tuyến"))))),
        ("lợn OR heo", Or((Words("lợn"), Words("heo")))),
        ("lợn | heo", Or((Words("lợn"), Words("heo")))),
        ("lợn HOẶC heo", Or((Words("lợn"), Words("heo")))),
        ("dịch (lợn OR heo)", And((Words("dịch"), Or((Words("lợn"), Words("heo")))))),
        ("họp -(lợn OR heo)", And((Words("họp"), Not(Or((Words("lợn"), Words("heo"))))))),
        ("tiêu đề:giải ngân vốn", Words("giải ngân vốn", "title")),
        ("tieu de:giai ngan", Words("giai ngan", "title")),
        ("tieu-de:giai ngan", Words("giai ngan", "title")),
        ('title:"giải ngân"', Phrase("giải ngân", "title")),
        ("số:35-CT/TW đại hội", And((Phrase("35-CT/TW", "document_numbers"), Words("đại hội")))),
        ("so: 104 BB/TU", Phrase("104 BB/TU", "document_numbers")),
        ("người:Châu Văn Lâm", Phrase("Châu Văn Lâm", "people")),
        ("nguoi:chau van lam", Phrase("chau van lam", "people")),
        ("giải ng*", And((Words("giải"), Prefix("ng")))),
        ("GPMB NEAR/5 cao tốc", Near(("GPMB", "cao tốc"), 5)),
        ('giải phóng mặt bằng NEAR "cao tốc"', Near(("giải phóng mặt bằng", "cao tốc"), 10)),
        ("họp -năm:2022", And((Words("họp"), Not(Where(Filters(years=(2022,))))))),
        ("năm:2023 OR năm:2024", Or((Where(Filters(years=(2023,))), Where(Filters(years=(2024,)))))),
        ("Nghị quyết 01 (khóa XI) nay là", Words("Nghị quyết 01 khóa XI nay là")),
        ("Bắc Giang: Khai mạc hội nghị", Words("Bắc Giang: Khai mạc hội nghị")),
        ("Covid -19", Words("Covid -19")),
        ("KHÔNG ĐƯỢC HOẶC CÓ", Words("KHÔNG ĐƯỢC HOẶC CÓ")),
    ],
)
def test_what_is_typed_is_read_as(typed: str, root: Node | None) -> None:
    query = parse(typed)
    assert query.root == root
    assert query.notes == () and query.filters == Filters()


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("tỉnh:bắc giang", Filters(provinces=("bac-giang",))),
        ("tinh:bac-giang", Filters(provinces=("bac-giang",))),
        ('province:"Bà Rịa - Vũng Tàu"', Filters(provinces=("ba-ria-vung-tau",))),
        ("tỉnh: Bắc Cạn", Filters(provinces=("bac-kan",))),
        ("năm:2023", Filters(years=(2023,))),
        ("nam:2022-2024", Filters(years=(2022, 2023, 2024))),
        ("year:2021,2023", Filters(years=(2021, 2023))),
        ("năm:2022 năm:2023", Filters(years=(2022, 2023))),
        ("từ:1/6/2023 đến:12/2023", Filters(date_from="2023-06-01", date_to="2023-12-31")),
        ("from:2023-06-01 to:2023", Filters(date_from="2023-06-01", date_to="2023-12-31")),
        ("tu:thang 6 nam 2023", Filters(date_from="2023-06-01")),
        ("từ:quý II năm 2023", Filters(date_from="2023-04-01")),
        ("loại:bch", Filters(kinds=("bch",))),
        ("loai:hoi nghi ban thuong vu", Filters(kinds=("btv",))),
        ("nguồn:bao-bac-giang", Filters(sources=("bao-bac-giang",))),
    ],
)
def test_limits(typed: str, filters: Filters) -> None:
    assert parse(typed).filters == filters
    assert parse(typed).root is None
    assert parse(f"giải ngân {typed}").root == Words("giải ngân")


def test_limits_end_where_their_value_ends() -> None:
    query = parse("giải ngân tỉnh:bắc giang vốn năm:2023 đầu tư công")
    assert query.root == Words("giải ngân vốn đầu tư công")
    assert query.filters == Filters(provinces=("bac-giang",), years=(2023,))


UNREAD = "không đọc được như một điều kiện; được tìm như chữ thường."


@pytest.mark.parametrize(
    ("typed", "root", "note"),
    [
        ('"giải ngân', Words("giải ngân"), "Dấu ngoặc kép chưa đóng được bỏ qua."),
        ("màu:đỏ", Words("màu:đỏ"), "“màu:” không phải là một trường; được tìm như chữ thường."),
        ("tỉnh:xyz", Words("tỉnh xyz"), f"“tỉnh:xyz” {UNREAD}"),
        ("năm:mới", Words("năm mới"), f"“năm:mới” {UNREAD}"),
        ("từ:31/2/2024", Words("từ 31/2/2024"), f"“từ:31/2/2024” {UNREAD}"),
    ],
)
def test_mistakes_are_searched_as_words_and_said(typed: str, root: Node, note: str) -> None:
    query = parse(typed)
    assert query.root == root
    assert query.notes == (note,)


@pytest.mark.parametrize(
    "typed", ['"', "-", "()", "OR", "OR OR", "(((", ")))", "NEAR", '""', "…", "- -", "*", ":", '-"']
)
def test_nothing_but_signs_asks_for_nothing(typed: str) -> None:
    assert parse(typed).root is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Tất cả các bài."),
        (
            '"giải ngân" năm:2023 tỉnh:bắc giang',
            "Các bài có đúng cụm “giải ngân”, năm 2023, Bắc Giang (nay thuộc Bắc Ninh).",
        ),
        ("lợn OR heo", "Các bài có “lợn” hoặc có “heo”."),
        ("họp -covid từ:1/6/2023", "Các bài có “họp”, không có “covid”, từ 1/6/2023."),
        (
            "tiêu đề:giải ngân loại:bch",
            "Các bài có “giải ngân” trong tiêu đề, loại hội nghị: Hội nghị Ban Chấp hành Đảng bộ.",
        ),
        ("số:35-CT/TW", "Các bài nhắc đến văn bản số “35-CT/TW”."),
        ("năm:2021-2023", "Các bài năm 2021–2023."),
        ('"giải ngân', "Các bài có “giải ngân”. Dấu ngoặc kép chưa đóng được bỏ qua."),
    ],
)
def test_the_reading_in_words(typed: str, said: str) -> None:
    assert describe(parse(typed)) == said


def test_the_reading_in_english() -> None:
    query = parse('"giải ngân" năm:2023 -covid')
    assert describe(query, "en") == "Articles with exactly “giải ngân”, not with “covid”, of 2023."


SAID = (
    "giải",
    "ngân",
    '"',
    "“",
    "(",
    ")",
    "-",
    "OR",
    "NEAR/3",
    "năm:",
    "2023",
    "tỉnh:",
    "bắc giang",
    "số:",
    "*",
    "|",
    " ",
)
PIECES = st.sampled_from(SAID)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.lists(PIECES, max_size=60).map(" ".join) | st.lists(PIECES, max_size=60).map("".join))
def test_any_text_is_read_and_described(text: str) -> None:
    assert describe(parse(text)).endswith(".")


@pytest.mark.parametrize("piece", ["(", "a(", "-(", '"', "năm:", "a NEAR ", "tỉnh:", "a* ", "số:", "1/", "(a OR "])
def test_two_thousand_characters_of_one_kind(piece: str) -> None:
    text = (piece * 2000)[:2000]
    assert describe(parse(text)).endswith(".")
