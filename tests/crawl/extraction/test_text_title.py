"""The title among the lines above a text; parts of the site are never one. All lines are made up."""

import pytest

from crawl.extraction.text_title import split_title

TITLE = "Tỉnh ủy Mẫu Giang bàn việc trồng rừng năm 2023"
TEXT = "Sáng 3/4, Ban Thường vụ Tỉnh ủy Mẫu Giang họp, bàn việc trồng rừng."


@pytest.mark.parametrize(
    "above",
    [
        [],
        ["Mẫu Giang: 26°C Mẫu Giang"],
        ["> Tin tức > Xây dựng Đảng"],
        ["Trang chủ › Tin tức", "Báo Mẫu"],
        ["Thời sự địa phương"],
        ["Thứ Sáu, 19/7/2024", "Ban Tuyên giáo Mẫu", "Thứ Năm, 8/6/2023 14:46"],
        ["KỲ HỌP THỨ 9 HĐND TỈNH:"],
        ["25", "Thứ 6, 09", "+"],
        ["• Loading…", "Cổng thông tin điện tử tỉnh Mẫu Giang"],
    ],
)
def test_the_title_stands_below_parts_of_the_site(above: list[str]) -> None:
    title, rest = split_title([*above, TITLE, TEXT])
    assert (title, rest) == (TITLE, [*above, TEXT])


@pytest.mark.parametrize(
    "lines",
    [
        ["15/10/2020, 17:54", TEXT],
        ["Mẫu Giang: 26°C", "Tin tức", TEXT],
        ["Kính thưa Chủ tọa kỳ họp của Hội đồng nhân dân;", TEXT, TEXT],
        [TEXT, "Hội nghị thống nhất nhiều nội dung quan trọng của tỉnh"],
    ],
)
def test_a_text_may_have_no_title(lines: list[str]) -> None:
    assert split_title(lines) == ("", lines)


def test_a_headline_that_names_a_day_is_printed_again() -> None:
    headline = "Ngày 7 đến 25-10: đại biểu HĐND tỉnh tiếp xúc cử tri"
    assert split_title([headline, headline, TEXT]) == (headline, [TEXT])
