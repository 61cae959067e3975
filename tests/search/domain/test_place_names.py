"""Names of provinces in texts and queries: which unit one means on a date, and what only sounds like one."""

import unicodedata

import pytest

from search.domain import place_names, places
from search.errors import BadRequest


@pytest.mark.parametrize(
    ("name", "date", "full_name"),
    [
        ("Bắc Cạn", "2024", "Tỉnh Bắc Kạn"),
        ("bac kan", "2024", "Tỉnh Bắc Kạn"),
        ("Đắc Lắc", "2010", "Tỉnh Đắk Lắk"),
        ("Thừa Thiên - Huế", "2020", "Tỉnh Thừa Thiên Huế"),
        ("Huế", "2020", "Tỉnh Thừa Thiên Huế"),
        ("Huế", "2025-02-01", "Thành phố Huế"),
        ("Quảng Nam - Đà Nẵng", "1990", "Tỉnh Quảng Nam - Đà Nẵng"),
        ("Cần Thơ", "2000", "Tỉnh Cần Thơ"),
        ("Cần Thơ", "2010", "Thành phố Cần Thơ"),
        ("Quảng Ninh", "2026-08-31", "Tỉnh Quảng Ninh"),
        ("Quảng Ninh", "2026-09-01", "Thành phố Quảng Ninh"),
        ("Bắc Ninh", "2026-09-20", "Thành phố Bắc Ninh"),
        ("Đồng Nai", "2026-04-30", "Thành phố Đồng Nai"),
        ("Hải Phòng", "", "Thành phố Hải Phòng"),
    ],
)
def test_name_and_date_give_the_unit(name: str, date: str, full_name: str) -> None:
    unit = place_names.named(name, date)
    assert unit is not None
    assert unit.full_name == full_name


TEXTS = [
    ("Đảng bộ tỉnh Bắc Giang", [("bac-giang", "Bắc Giang")]),
    ("BẮC GIANG - Sáng 1/12", [("bac-giang", "BẮC GIANG")]),
    ("Tỉnh uỷ Hoà Bình giữ vững hòa bình", [("hoa-binh", "Hoà Bình")]),
    ("đồng chí Nguyễn Hòa Bình", []),
    ("xã Hòa Bình, huyện Thái Bình", []),
    ("châu Á - Thái Bình Dương", []),
    ("học tập tư tưởng, đạo đức, phong cách Hồ Chí Minh", []),
    ("đường Hồ Chí Minh qua Gia Lai", [("gia-lai", "Gia Lai")]),
    ("Đảng bộ Thành phố Hồ Chí Minh", [("ho-chi-minh", "Thành phố Hồ Chí Minh")]),
    ("tại TP.HCM và TP. Hồ Chí Minh", [("ho-chi-minh", "TP.HCM"), ("ho-chi-minh", "TP. Hồ Chí Minh")]),
    ("tỉnh Thừa Thiên - Huế, TT-Huế", [("thua-thien-hue", "Thừa Thiên - Huế"), ("thua-thien-hue", "TT-Huế")]),
    ("Bà Rịa – Vũng Tàu (BR-VT)", [("ba-ria-vung-tau", "Bà Rịa – Vũng Tàu"), ("ba-ria-vung-tau", "BR-VT")]),
    ("Ðà Nẵng, Đắc Lắc, Kontum", [("da-nang", "Ðà Nẵng"), ("dak-lak", "Đắc Lắc"), ("kon-tum", "Kontum")]),
    ("từ Quảng Nam - Đà Nẵng", [("quang-nam", "Quảng Nam"), ("da-nang", "Đà Nẵng")]),
    ("Hà Nam Ninh thời kỳ 1976 - 1991", [("ha-nam-ninh", "Hà Nam Ninh")]),
    ("thành phố Đà Nẵng", [("da-nang", "Đà Nẵng")]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_in_a_text(text: str, expected: list[tuple[str, str]], form: str) -> None:
    given = unicodedata.normalize(form, text)
    found = [(mention.slug, given[mention.start : mention.end]) for mention in place_names.find(given)]
    assert found == [(slug, unicodedata.normalize(form, name)) for slug, name in expected]


@pytest.mark.parametrize(
    ("query", "slug", "sure"),
    [
        ("bắc cạn 2024", "bac-kan", True),
        ("bac can 2024", "bac-kan", True),
        ("thái nguyên 2024", "thai-nguyen", True),
        ("hội nghị lần thứ 20 tuyên quang", "tuyen-quang", True),
        ("tphcm", "ho-chi-minh", True),
        ("tp hồ chí minh 2023", "ho-chi-minh", True),
        ("hồ chí minh", "ho-chi-minh", False),
        ("hòa bình", "hoa-binh", False),
        ("Hòa Bình", "hoa-binh", True),
        ("xứ Thanh", "thanh-hoa", True),
        ("bắc giang".upper(), "bac-giang", True),
        (unicodedata.normalize("NFD", "huế 2020"), "hue", True),
    ],
)
def test_names_as_typed(query: str, slug: str, sure: bool) -> None:
    assert [(mention.slug, mention.sure) for mention in place_names.find(query, typed=True)] == [(slug, sure)]


def test_a_wrong_slug_is_answered_with_near_ones() -> None:
    with pytest.raises(BadRequest, match='no province "bac-gian"; expected a slug such as bac-giang'):
        place_names.require_slug("bac-gian", "--province")
    with pytest.raises(BadRequest, match='"Bắc Giang" is a name; write its slug "bac-giang"'):
        place_names.require_slug("Bắc Giang", "--province")
    assert place_names.require_slug("ba-ria-vung-tau", "--province") == "ba-ria-vung-tau"


def test_signs_that_never_compose_end_the_search_for_names() -> None:
    assert place_names.find("\u031e\U0002e896\u055c\u05c5\u0352", typed=True) == []
    assert [mention.slug for mention in place_names.find("Bắc Giang\u05c5\u0352", typed=True)] == ["bac-giang"]


def test_every_name_is_found_in_every_spelling() -> None:
    for unit in places.units():
        if " - " in unit.name:
            continue
        for name in (unit.name, unit.name.upper(), unit.name.replace("Đ", "Ð"), unit.name.replace("òa", "oà")):
            assert [m.slug for m in place_names.find(f"tỉnh, thành phố {name}.")] == [unit.slug], name
