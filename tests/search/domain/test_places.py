"""Provinces through time: who was what when, and how they are named in texts and queries."""

import json
import sqlite3
import unicodedata
from pathlib import Path

import pytest

from search.domain import places
from search.errors import BadRequest


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("1990-01-01", 44),
        ("1996-12-31", 53),
        ("1997-01-01", 61),
        ("2003-12-31", 61),
        ("2004-01-01", 64),
        ("2008-07-31", 64),
        ("2008-08-01", 63),
        ("2024-12-31", 63),
        ("2025-06-30", 63),
        ("2025-07-01", 34),
        ("2026-11-01", 34),
    ],
)
def test_how_many_units_there_were(day: str, count: int) -> None:
    assert len(places.units_on(day)) == count


def test_every_unit_of_63_has_exactly_one_successor_and_every_successor_exists() -> None:
    today = {unit.slug for unit in places.units_on(places.REFORM)}
    successors = {
        unit.slug: places.now(unit.slug, places.LAST_DAY_OF_63) for unit in places.units_on(places.LAST_DAY_OF_63)
    }
    assert all(len(now) == 1 for now in successors.values())
    assert {now[0] for now in successors.values()} == today


def test_63_to_34_agrees_with_an_independent_list() -> None:
    path = Path(pytest.importorskip("vietnamadminunits").__file__).parent / "data"
    mapping = json.loads((path / "converter_2025.json").read_text(encoding="utf-8"))["DICT_PROVINCE"]
    with sqlite3.connect(path / "dataset.db") as connection:
        full_names = dict(connection.execute("SELECT DISTINCT provinceKey, provinceShort FROM admin_units_legacy"))
        full_names |= dict(connection.execute("SELECT DISTINCT provinceKey, provinceShort FROM admin_units"))

    def slug(key: str, day: str) -> str:
        unit = places.named(full_names[key], day)
        assert unit is not None, key
        return unit.slug

    theirs = {
        slug(old, places.LAST_DAY_OF_63): slug(new, places.REFORM) for new, olds in mapping.items() for old in olds
    }
    assert len(theirs) == 63
    assert theirs == {
        u.slug: places.now(u.slug, places.LAST_DAY_OF_63)[0] for u in places.units_on(places.LAST_DAY_OF_63)
    }


@pytest.mark.parametrize("unit", places.units(), ids=lambda unit: f"{unit.slug}-{unit.since}")
def test_a_period_begins_where_its_parts_end(unit: places.Unit) -> None:
    for part in unit.made_of:
        assert any(p.slug == part and p.until in ("", unit.since) for p in places.units()), part


@pytest.mark.parametrize(
    ("slug", "date", "now"),
    [
        ("bac-giang", "", ("bac-ninh",)),
        ("bac-kan", "2024-07", ("thai-nguyen",)),
        ("ha-tay", "2005-01-01", ("ha-noi",)),
        ("bac-thai", "1990", ("thai-nguyen",)),
        ("ha-tuyen", "1985", ("tuyen-quang",)),
        ("ha-son-binh", "1985", ("ha-noi", "phu-tho")),
        ("lai-chau", "2000", ("dien-bien", "lai-chau")),
        ("lai-chau", "2010", ("lai-chau",)),
        ("hau-giang", "1985", ("can-tho",)),
        ("thua-thien-hue", "2020", ("hue",)),
        ("cao-bang", "", ("cao-bang",)),
        ("nowhere", "", ()),
    ],
)
def test_now(slug: str, date: str, now: tuple[str, ...]) -> None:
    assert places.now(slug, date) == now


@pytest.mark.parametrize(
    ("slug", "date", "then"),
    [
        ("bac-giang", "2025-08-01", "bac-ninh"),
        ("bac-giang", "2023-12-01", "bac-giang"),
        ("bac-giang", "2025", "bac-giang"),  # half of that year
        ("bac-ninh", "2025", "bac-ninh"),
        ("bac-giang", "2025-07", "bac-ninh"),
        ("bac-kan", "1990-05", "bac-thai"),
        ("hue", "2020-05-01", "thua-thien-hue"),
        ("bac-giang", "", "bac-giang"),
        ("ha-tuyen", "2020", ""),  # two provinces then
        ("ha-tuyen", "2026", "tuyen-quang"),
        ("ha-tay", "2023", "ha-noi"),
        ("ha-tay", "1980", "ha-son-binh"),
    ],
)
def test_as_of(slug: str, date: str, then: str) -> None:
    assert places.as_of(slug, date) == then


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
    unit = places.named(name, date)
    assert unit is not None
    assert unit.full_name == full_name


def test_what_a_unit_was_made_of() -> None:
    assert places.made_of("bac-ninh") == ("bac-giang", "bac-ninh")  # through the change of status in 2026
    assert places.made_of("quang-ninh") == ()
    assert places.family("bac-giang") == {"bac-giang", "bac-ninh"}
    assert places.family("hue") == {"hue", "thua-thien-hue"}


def test_the_law_stands_where_it_is_known() -> None:
    merged = places.unit("lam-dong", "2025-07-01")
    assert merged is not None
    assert merged.law == "202/2025/QH15"


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
    found = [(mention.slug, given[mention.start : mention.end]) for mention in places.find(given)]
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
    assert [(mention.slug, mention.sure) for mention in places.find(query, typed=True)] == [(slug, sure)]


def test_a_wrong_slug_is_answered_with_near_ones() -> None:
    with pytest.raises(BadRequest, match='no province "bac-gian"; expected a slug such as bac-giang'):
        places.require_slug("bac-gian", "--province")
    with pytest.raises(BadRequest, match='"Bắc Giang" is a name; write its slug "bac-giang"'):
        places.require_slug("Bắc Giang", "--province")
    assert places.require_slug("ba-ria-vung-tau", "--province") == "ba-ria-vung-tau"


def test_labels_are_names() -> None:
    assert places.label("ba-ria-vung-tau") == "Bà Rịa - Vũng Tàu"
    assert places.label("thua-thien-hue") == "Thừa Thiên Huế"
    assert places.label("") == ""


def test_signs_that_never_compose_end_the_search_for_names() -> None:
    assert places.find("\u031e\U0002e896\u055c\u05c5\u0352", typed=True) == []
    assert [mention.slug for mention in places.find("Bắc Giang\u05c5\u0352", typed=True)] == ["bac-giang"]


def test_every_name_is_found_in_every_spelling() -> None:
    for unit in places.units():
        if " - " in unit.name:
            continue
        for name in (unit.name, unit.name.upper(), unit.name.replace("Đ", "Ð"), unit.name.replace("òa", "oà")):
            assert [m.slug for m in places.find(f"tỉnh, thành phố {name}.")] == [unit.slug], name
