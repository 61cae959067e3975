"""Whose affairs a page reports: by the body that acts, not by offices of people and citations."""

import pytest

from search.domain.levels import by_name, labels, level_of


@pytest.mark.parametrize(
    ("title", "opening", "level"),
    [
        ("hội nghị tỉnh ủy lần thứ 9", "", "province"),
        ("bí thư tỉnh ủy làm việc với huyện ủy na rì", "", "province"),
        ("khai mạc đại hội đại biểu đảng bộ thành phố hải phòng lần thứ i", "", "province"),
        ("huyện ủy na rì họp bàn trồng rừng", "sáng 3/4, đồng chí tỉnh ủy viên, bí thư huyện ủy chủ trì.", "district"),
        ("đảng ủy xã phú lâm triển khai nhiệm vụ", "", "commune"),
        ("khai mạc hội nghị lần thứ 13 ban chấp hành trung ương đảng khóa xiii", "", "central"),
        # a member of the Central Committee presides, results of the centre are passed on: the province acts
        ("", "đồng chí ủy viên trung ương đảng, bí thư tỉnh ủy chủ trì kỳ họp hđnd tỉnh.", "province"),
        ("", "tỉnh ủy thông báo nhanh kết quả hội nghị lần thứ sáu ban chấp hành trung ương khóa xii.", "province"),
        # a city within a province is none run by the centre, however its name is spelt; a person's name is no city
        ("", "ubnd tp biên hoà đối thoại với dân.", "district"),
        ("thành ủy hạ long họp", "", "district"),
        ("", "chủ tịch ubnd thành phố nguyễn văn mẫu chủ trì cuộc họp.", "province"),
        ("thành ủy đà nẵng họp", "", "province"),
        ("giá vải đầu mùa tăng", "thương lái đến tận vườn.", ""),
    ],
)
def test_level(title: str, opening: str, level: str) -> None:
    assert level_of(title, opening).key == level


def test_other_levels_that_are_named_are_told() -> None:
    found = level_of("huyện ủy na rì họp", "thực hiện kế hoạch của tỉnh ủy, huyện ủy na rì họp.")
    assert (found.key, found.words, found.rivals) == ("district", "huyện ủy", frozenset({"province"}))


def test_names_of_levels() -> None:
    assert labels("en")["central"] == "Central"
    assert by_name()["huyen"] == "district"
