"""Provinces through time: who was what when."""

import json
import sqlite3
from pathlib import Path

import pytest

from search.domain import place_names, places


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
        unit = place_names.named(full_names[key], day)
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


def test_what_a_unit_was_made_of() -> None:
    assert places.made_of("bac-ninh") == ("bac-giang", "bac-ninh")  # through the change of status in 2026
    assert places.made_of("quang-ninh") == ()
    assert places.family("bac-giang") == {"bac-giang", "bac-ninh"}
    assert places.family("hue") == {"hue", "thua-thien-hue"}


def test_the_law_stands_where_it_is_known() -> None:
    merged = places.unit("lam-dong", "2025-07-01")
    assert merged is not None
    assert merged.law == "202/2025/QH15"


def test_labels_are_names() -> None:
    assert places.label("ba-ria-vung-tau") == "Bà Rịa - Vũng Tàu"
    assert places.label("thua-thien-hue") == "Thừa Thiên Huế"
    assert places.label("") == ""
