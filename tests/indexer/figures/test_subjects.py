"""Whose a figure is: the province's, a city's within it, a part of the party's, or nobody's that the clause names."""

import pytest

from indexer.figures.introduced_places import names_another_body, names_its_bodies, of_title
from indexer.figures.subjects import PROVINCE, Subject
from indexer.reading import read as read_text
from indexer.rules.figures import read_document
from search.document import Document
from search.domain.figure import Figure


def read(text: str, province: str = "bac-giang", title: str = "", level: str = "") -> list[Figure]:
    document = Document(
        id="a",
        key="",
        url="",
        title=title,
        text=text,
        province_then=province,
        held="2024-07-10",
        kind="hdnd",
        level=level,
    )
    return list(read_document(document).figures)


@pytest.mark.parametrize(
    ("body", "province", "place", "level"),
    [
        ("Thành ủy Bắc Giang", "bac-giang", "thành phố Bắc Giang", "district"),
        ("Thành ủy TP. Bắc Giang", "bac-giang", "thành phố Bắc Giang", "district"),
        ("UBND thành phố Bắc Giang", "bac-giang", "thành phố Bắc Giang", "district"),
        ("Đảng bộ thành phố", "bac-giang", "", "district"),
        ("Thành ủy", "bac-giang", "", "district"),
        ("Thành ủy Hải Phòng", "hai-phong", "hai-phong", "province"),
        ("Đảng bộ thành phố", "hai-phong", "hai-phong", "province"),
        ("Thành ủy TP. Hồ Chí Minh", "ho-chi-minh", "ho-chi-minh", "province"),
        ("Thành ủy Thủ Đức", "ho-chi-minh", "thành phố Thủ Đức", "district"),
        ("Thành ủy Huế", "thua-thien-hue", "thành phố Huế", "district"),
        ("Thành ủy Huế", "hue", "hue", "province"),
        ("Phường 12", "ho-chi-minh", "Phường 12", "commune"),
        ("Xã số 3", "lam-dong", "Xã số 3", "commune"),
        ("Xã Sơn Mai 2", "lam-dong", "Xã Sơn Mai 2", "commune"),
        ("Phường Buôn Ma Thuột", "dak-lak", "Phường Buôn Ma Thuột", "commune"),
    ],
)
def test_a_city_that_is_a_province_is_told_from_one_within_a_province(
    body: str, province: str, place: str, level: str
) -> None:
    (one,) = read(f"Năm 2023, {body} đã kết nạp 142 đảng viên.", province)
    assert (one.place, one.place_level) == (place, level)
    assert one.is_of_province == (level == "province")


@pytest.mark.parametrize(
    "body",
    [
        *("Đảng ủy Khối các cơ quan tỉnh", "Đảng ủy Công an tỉnh", "Đảng bộ Quân sự tỉnh", "Đảng ủy UBND tỉnh"),
        *("Đảng ủy các cơ quan Đảng tỉnh", "Công an tỉnh", "Bộ Chỉ huy Quân sự tỉnh", "Đảng ủy xã Tân Lập"),
    ],
)
def test_a_part_of_the_party_is_not_the_province(body: str) -> None:
    (one,) = read(f"Năm 2023, {body} đã kết nạp 42 đảng viên.")
    assert not one.is_of_province


@pytest.mark.parametrize(
    "told",
    [
        "Năm 2023, toàn tỉnh kết nạp 42 đảng viên.",
        "Năm 2023, Đảng bộ tỉnh kết nạp 42 đảng viên.",
        "Bắc Giang đã kết nạp 42 đảng viên trong năm 2023.",
        "Phó Bí thư Tỉnh ủy Trần Văn An cho biết năm 2023 đã kết nạp 42 đảng viên.",
    ],
)
def test_the_province_by_any_of_its_names_is_the_province(told: str) -> None:
    (one,) = read(told)
    assert one.is_of_province


def test_who_is_not_known_to_be_the_province_keeps_its_figure_to_itself() -> None:
    found = read("Quý I/2024, các nghệ nhân xuất khẩu 1,4 tỷ USD. Năm 2023, toàn tỉnh xuất khẩu 8,1 tỷ USD.")
    assert [(one.value, one.is_of_province) for one in found] == [("1.4", False), ("8.1", True)]
    assert "place-presumed" in found[0].notes and not found[0].sure


def test_what_a_person_leads_is_not_called_by_his_name() -> None:
    (one,) = read("Bí thư Thành ủy Trần Văn An cho biết năm 2023 thu ngân sách đạt 812 tỷ đồng.")
    assert (one.place, one.place_level, one.is_of_province) == ("", "district", False)


def test_votes_in_the_council_of_a_city_are_of_the_city() -> None:
    title = "HĐND thành phố Bắc Giang lấy phiếu tín nhiệm"
    (one,) = read("Chủ tịch HĐND đạt 30 phiếu tín nhiệm cao.", title=title)
    assert (one.place, one.is_of_province) == ("thành phố Bắc Giang", False)


def test_votes_of_a_commune_are_not_of_its_province() -> None:
    (one,) = read("Kỳ họp bỏ phiếu: Chủ tịch UBND xã đạt 14 phiếu tín nhiệm thấp.", level="commune")
    assert not one.is_of_province


def test_a_sentence_that_turns_to_another_province_is_all_of_that() -> None:
    (one,) = read("Tại An Giang, năm 2023 toàn tỉnh có 21 xã đạt chuẩn nông thôn mới.")
    assert one.place == "an-giang"


def test_the_council_of_another_province_votes_for_itself() -> None:
    told = "HĐND tỉnh An Giang cũng lấy phiếu tín nhiệm. Ông Lê Văn Bình đạt 41 phiếu tín nhiệm cao."
    assert [one.is_of_province for one in read(told)] == [False]


@pytest.mark.parametrize(
    "told",
    [
        "Năm 2023, các khu công nghiệp trên địa bàn tỉnh thu hút FDI đạt 376 triệu USD.",
        "Năm 2023, tại Bắc Giang vốn FDI của Hàn Quốc đạt 813 triệu USD.",
        "Năm 2023, Thành đoàn kết nạp 306 đảng viên.",
        "Năm 2023, khu vực nông thôn ngoại thành Bắc Giang có tỷ lệ hộ nghèo 4,1%.",
        "Hội Luật gia tỉnh tổ chức Đại hội đại biểu lần thứ V với 130 đại biểu.",
        "Năm 2023, Huyện ủy Lục Ngạn báo cáo thu ngân sách 290 tỷ đồng.",
    ],
)
def test_a_part_that_lies_in_the_province_is_not_the_province(told: str) -> None:
    assert [one.is_of_province for one in read(told)] == [False]


def test_the_city_of_hue_has_figures_of_its_own() -> None:
    [found] = read("Năm 2023, Huế thu ngân sách đạt 8.000 tỷ đồng.", "hue")
    assert found.is_of_province


@pytest.mark.parametrize("level", ["", "district"])
def test_votes_are_of_the_body_that_the_title_names(level: str) -> None:
    title = "HĐND huyện Lục Ngạn lấy phiếu tín nhiệm"
    [found] = read("Chủ tịch UBND được 31 phiếu tín nhiệm cao.", title=title, level=level)
    assert (found.place, found.is_of_province) == ("huyện Lục Ngạn", False)


def test_what_goes_on_after_a_body_is_not_known_to_be_the_province() -> None:
    found = read("Năm 2023, Khu công nghiệp Vân Trung thu hút 11 dự án FDI. Tổng vốn đăng ký đạt 640 triệu USD.")
    assert [one.is_of_province for one in found] == [False, False]


@pytest.mark.parametrize(
    ("province", "told", "its", "another"),
    [
        ("ha-noi", "Hội nghị của Thành ủy\nĐại biểu dự đông đủ", True, False),  # the next line names no city
        ("ha-noi", "HĐND thành phố Khóa XVI", True, False),
        ("ha-noi", "Đảng bộ Thành phố Lần thứ XVII", True, False),
        ("ha-noi", "Bí thư Thành ủy-Chủ tịch HĐND", True, False),
        ("ha-noi", "Bí thư Thành ủy Mai Thị Bảng", True, False),
        ("ha-noi", "UBND thành phố Sơn Tây", False, True),
        ("hai-phong", "UBND thành phố Hải Phòng Mai Văn Bảng", True, False),
        ("hai-phong", "UBND thành phố Hà Nội", False, True),
        ("hai-phong", "UBND TP.Hà Nội", False, True),
        ("ho-chi-minh", "UBND TP.HCM", True, False),
        ("ho-chi-minh", "UBND TP.Thủ Đức", False, True),
        ("bac-giang", "UBND thành phố", False, True),
        ("bac-giang", "UBND thành phố Bắc Giang", False, True),
        ("bac-giang", "UBND thành phố Hà Nội", False, True),
        ("bac-giang", "UBND tỉnh Lạng Sơn", False, True),
        ("bac-giang", "UBND tỉnh Bắc Giang", True, False),
        ("bac-giang", "UBND tỉnh, HĐND huyện", True, True),
        ("bac-giang", "Sở Tài chính", False, False),
        ("hue", "Thành ủy Huế", True, False),
        ("thua-thien-hue", "Thành ủy Huế", False, True),
    ],
)
def test_whose_bodies_a_sentence_names(province: str, told: str, its: bool, another: bool) -> None:
    page, home = read_text(told), Subject(province, PROVINCE)
    stop = len(told.split("\n")[0])
    assert names_its_bodies(page, 0, stop, home) is its
    assert names_another_body(page, 0, stop, home) is another


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("HĐND TP. Bắc Giang lấy phiếu tín nhiệm", "TP. Bắc Giang"),
        ("HĐND TP Bắc Giang lấy phiếu tín nhiệm", "TP Bắc Giang"),
        ("Thành ủy Bắc Giang lấy phiếu tín nhiệm", "thành phố Bắc Giang"),
    ],
)
def test_the_city_of_a_title_is_named_as_printed(title: str, place: str) -> None:
    assert of_title(read_text(title), Subject("bac-giang", PROVINCE)).place == place


def test_the_city_of_an_officer_is_named_as_printed() -> None:
    (one,) = read("Chủ tịch UBND TP Bắc Giang cho biết năm 2023 thu ngân sách đạt 812 tỷ đồng.")
    assert (one.place, one.place_level) == ("TP Bắc Giang", "district")
