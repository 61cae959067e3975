"""entities.db follows the index: what is added, changed and deleted; counts are those of the documents."""

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from search import database_checksum
from search.document import Document
from search.engines import open_engine
from search.engines.ports import Engine
from search.entities.mentions import CITED, MEETING, PERSON, Entity
from search.entities.schema import FILE, VERSION
from search.entities.store import EntityStore
from search.entities.update import update
from search.errors import IndexUnavailable


def key_of(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()[:16]


def document(
    number: int, province: str, name: str, day: str, role: str = "Bí thư Tỉnh ủy", **values: object
) -> Document:
    made = Document(
        id=f"bai-{number}",
        key=key_of(f"bai-{number}"),
        url="",
        title=f"Bài mẫu {number}",
        text="Bài mẫu.",
        province_then=province,
        held=day,
        roles=((name, role, f"{name}, {role}."),),
        document_numbers=("5-CT/TW", "35-CT/TW"),
        citations=(("35-CT/TW", "2024-06-14", "35-CT/TW"),),
        event="bch",
        ordinal=number,
        meeting=f"{province}.bch.{day}",
    )
    return replace(made, **values)  # type: ignore[arg-type]


FIRST = [
    document(1, "lao-cai", "Vàng A Mẫu", "2023-01-02", "Phó Bí thư Tỉnh ủy"),
    document(2, "lao-cai", "Vàng A Mẫu", "2024-05-06"),
    document(3, "lao-cai", "Vàng A Mậu", "2024-05-07"),
    document(4, "son-la", "Vàng A Mẫu", "2022-03-04"),
    document(5, "son-la", "Đào Thị Ánh", "2022-03-04"),
]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(f"whoosh:{tmp_path / 'whoosh'}")
    change(engine, FIRST)
    update(tmp_path, engine, key_of)
    return engine


def change(engine: Engine, documents: Iterable[Document], gone: Iterable[str] = ()) -> None:
    with engine.writer() as writer:
        writer.add(documents)
        writer.delete(gone)


def told(entities: Iterable[Entity]) -> list[tuple[str, str, int]]:
    return [(one.name, one.province, one.pages) for one in entities]


def test_people_are_told_apart_by_province_and_by_signs(engine: Engine, tmp_path: Path) -> None:
    found = EntityStore(tmp_path).listed(PERSON)
    assert told(found.entities) == [
        ("Đào Thị Ánh", "son-la", 1),
        ("Vàng A Mẫu", "lao-cai", 2),
        ("Vàng A Mẫu", "son-la", 1),
        ("Vàng A Mậu", "lao-cai", 1),
    ]
    assert found.letters == {"A": 1, "M": 3} and found.total == 4
    mau = found.entities[1]
    assert (mau.detail, mau.first, mau.last) == ("Bí thư Tỉnh ủy", "2023-01-02", "2024-05-06")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("mau", ["Vàng A Mẫu", "Vàng A Mẫu", "Vàng A Mậu"]),
        ("mậu", ["Vàng A Mậu"]),
        ("vang son", ["Vàng A Mẫu"]),
        ("vàng lào", ["Vàng A Mẫu", "Vàng A Mậu"]),
        ("a%", ["Đào Thị Ánh", "Vàng A Mẫu", "Vàng A Mẫu", "Vàng A Mậu"]),
        ("thị đào", ["Đào Thị Ánh"]),
        ("ang", []),
    ],
)
def test_a_list_is_searched_by_words_and_the_beginning_of_the_last(
    engine: Engine, tmp_path: Path, words: str, names: list[str]
) -> None:
    found = EntityStore(tmp_path).listed(PERSON, words)
    assert [one.name for one in found.entities] == names and found.total == len(names)


def test_lists_have_pages_and_letters(engine: Engine, tmp_path: Path) -> None:
    store = EntityStore(tmp_path)
    assert told(store.listed(PERSON, limit=1, offset=1).entities) == [("Vàng A Mẫu", "lao-cai", 2)]
    assert store.listed(PERSON, letter="A").total == 1
    assert [one.name for one in store.listed(CITED).entities] == ["5-CT/TW", "35-CT/TW"]
    assert store.listed(CITED).entities[1].detail == "2024-06-14"


def test_meetings_stand_by_province_the_newest_first(engine: Engine, tmp_path: Path) -> None:
    found = EntityStore(tmp_path).listed(MEETING).entities
    assert [one.key for one in found] == [
        *("lao-cai.bch.2024-05-07", "lao-cai.bch.2024-05-06", "lao-cai.bch.2023-01-02"),
        "son-la.bch.2022-03-04",
    ]
    assert found[-1].pages == 2 and found[0].parts() == ("bch", 3, "", "2024-05-07")
    assert EntityStore(tmp_path).listed(MEETING, "hội nghị lần thứ 3 lào cai").total == 1


def test_the_file_follows_the_index(engine: Engine, tmp_path: Path) -> None:
    assert update(tmp_path, engine, key_of) == 0
    renamed = document(2, "lao-cai", "Giàng Thị Mới", "2024-05-06")
    change(engine, [renamed, document(6, "lao-cai", "Vàng A Mẫu", "2025-01-01")], ["bai-4", "bai-5"])
    assert update(tmp_path, engine, key_of) == 2
    store = EntityStore(tmp_path)
    assert told(store.listed(PERSON).entities) == [
        ("Vàng A Mẫu", "lao-cai", 2),
        ("Vàng A Mậu", "lao-cai", 1),
        ("Giàng Thị Mới", "lao-cai", 1),
    ]
    assert store.counts() == {PERSON: 3, CITED: 2, MEETING: 4}
    assert [one.pages for one in store.listed(CITED).entities] == [4, 4]


def test_a_damaged_or_older_file_is_made_anew(engine: Engine, tmp_path: Path) -> None:
    whole = EntityStore(tmp_path).listed(PERSON)
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    assert EntityStore(tmp_path).listed(PERSON).total == 0
    assert update(tmp_path, engine, key_of) == len(FIRST)
    assert EntityStore(tmp_path).listed(PERSON) == whole


def test_without_a_file_lists_are_empty(tmp_path: Path) -> None:
    store = EntityStore(tmp_path)
    assert store.listed(PERSON).total == 0 and store.named(PERSON, "a") == [] and store.counts() == {}


def test_a_file_of_a_newer_version_is_refused_and_left_alone(engine: Engine, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database_checksum.write(tmp_path / FILE)  # as that program leaves it
    change(engine, [], gone=["bai-1"])
    with pytest.raises(IndexUnavailable, match=r"written by a newer version of this program .* remove the file"):
        update(tmp_path, engine, key_of)
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        assert database.execute("SELECT count(*) FROM documents").fetchone() == (5,)
