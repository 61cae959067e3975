"""Suggestions as you type."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.document import Document
from search.query.suggest import KINDS, Suggester, Suggestion, entries_of

ENTRIES = [
    Suggestion("giải ngân", "phrase", 51),
    Suggestion("giải ngân vốn đầu tư công", "phrase", 12),
    Suggestion("giai đoạn", "phrase", 30),
    Suggestion("hội nghị", "phrase", 80),
    Suggestion("nghị quyết", "phrase", 40),
    Suggestion("kiểm tra", "phrase", 20),
    Suggestion("kỷ luật", "phrase", 10),
    Suggestion("lợn rừng", "phrase", 4),
    Suggestion("lớn nhất", "phrase", 60),
    Suggestion("hoán đổi", "phrase", 3),
    Suggestion("Bắc Giang", "province", 7),
    Suggestion("Bạc Liêu", "province", 9),
    Suggestion("Châu Văn Lâm", "person", 5),
    Suggestion("35-CT/TW", "document", 3),
    Suggestion("Hội nghị Ban Thường vụ", "meeting", 6),
]


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester(ENTRIES, documents=1_000)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("giai", ["giải ngân", "giai đoạn", "giải ngân vốn đầu tư công"]),
        ("giải", ["giải ngân", "giải ngân vốn đầu tư công"]),
        ("giải ng", ["giải ngân", "giải ngân vốn đầu tư công"]),
        ("GIAI NG", ["giải ngân", "giải ngân vốn đầu tư công"]),
        ("giải ngâ", ["giải ngân", "giải ngân vốn đầu tư công"]),
        ("giải ngân ", ["giải ngân vốn đầu tư công"]),
        ("bac", ["Bạc Liêu", "Bắc Giang"]),
        ("bắc", ["Bắc Giang"]),
        ("lợ", ["lợn rừng"]),
        ("lợn", ["lợn rừng"]),
        ("lo", ["lớn nhất", "lợn rừng"]),
        ("ki", ["kiểm tra", "kỷ luật"]),
        ("kĩ", []),
        ("kỉ", ["kỷ luật"]),
        ("hoá", ["hoán đổi"]),
        ("văn lâm", ["Châu Văn Lâm"]),
        ("ban th", ["Hội nghị Ban Thường vụ"]),
        ("hội ngh", ["hội nghị", "Hội nghị Ban Thường vụ"]),
        ("35", ["35-CT/TW"]),
        ("35-ct", ["35-CT/TW"]),
        ("họp bàn giải ng", ["họp bàn giải ngân", "họp bàn giải ngân vốn đầu tư công"]),
        ("xyz", []),
        ("", []),
        (" ", []),
    ],
)
def test_completions(suggester: Suggester, typed: str, expected: list[str]) -> None:
    assert [entry.text for entry in suggester.complete(typed)] == expected


@pytest.mark.parametrize("typed", ["giải b", "hội nghị quyết", "hội nghị quy", "đầu tư "])
def test_no_stranger_is_put_to_the_last_syllable_and_no_word_is_cut(suggester: Suggester, typed: str) -> None:
    assert suggester.complete(typed) == []


def test_at_most_limit(suggester: Suggester) -> None:
    assert len(suggester.complete("giai", limit=2)) == 2
    assert suggester.complete("giai", limit=0) == []


def test_each_kind_has_its_turn_in_one_order() -> None:
    entries = [Suggestion(f"Bắc {letter}", kind, 9) for kind in KINDS for letter in "abcdefgh"]
    found = [entry.kind for entry in Suggester(entries).complete("bắc", limit=10)]
    assert found == ["phrase"] * 4 + ["person"] * 2 + ["province"] * 2 + ["document"] * 2


def test_what_finds_nothing_is_left_out_and_the_rest_says_how_much_it_finds(suggester: Suggester) -> None:
    counts = {"giai đoạn": 3, "giải ngân vốn đầu tư công": 1}
    found = suggester.complete("giai", count=lambda text: counts.get(text, 0))
    assert [(entry.text, entry.pages) for entry in found] == list(counts.items())


@given(st.text(max_size=40))
def test_anything_typed_is_answered(typed: str) -> None:
    assert len(Suggester(ENTRIES).complete(typed)) <= 8


@given(st.sampled_from(ENTRIES), st.integers(1, 30))
def test_an_entry_is_found_by_each_of_its_beginnings(entry: Suggestion, end: int) -> None:
    assert entry in Suggester(ENTRIES).complete(entry.text[:end], limit=len(ENTRIES))


def test_what_is_saved_is_read_again(tmp_path: Path, suggester: Suggester) -> None:
    file = tmp_path / "suggestions.npz"
    suggester.count_most_frequent(len, "as it was")
    suggester.save(file)
    read = Suggester.load(file)
    assert read is not None
    assert read.state == "as it was"
    assert read.counted == {entry.text: len(entry.text) for entry in ENTRIES}
    for typed in ("giai", "giải ng", "ban", "35"):
        assert read.complete(typed) == suggester.complete(typed)


def test_of_few_documents_few_entries_are_counted() -> None:
    suggester = Suggester(ENTRIES, documents=21)
    suggester.count_most_frequent(len, "as it was")
    best = sorted(ENTRIES, key=lambda entry: -entry.pages)[:3]
    assert suggester.counted == {entry.text: len(entry.text) for entry in best}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"giai"])
def test_a_damaged_file_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "suggestions.npz").write_bytes(content)
    assert Suggester.load(tmp_path / "suggestions.npz") is None
    assert Suggester.load(tmp_path / "absent.npz") is None


def test_what_documents_offer() -> None:
    titles = ["Khai mạc kỳ họp thường lệ", "Bế mạc kỳ họp thường lệ", "Kỳ họp thường lệ: nhiều nghị quyết"]
    documents = [
        Document(
            id=title,
            key=title,
            url="",
            title=title,
            text="Bắc Ninh họp. Ông Nguyễn Văn An dự.",
            people=("Nguyễn Văn An",),
            document_numbers=("35-CT/TW",) if number else (),
            province_then="bac-ninh",
            kind="hdnd",
        )
        for number, title in enumerate(titles)
    ]
    found = {(entry.kind, entry.text): entry.pages for entry in entries_of(documents, len(documents))}
    assert found["phrase", "kỳ họp thường lệ"] == 3
    assert ("phrase", "họp thường lệ") not in found, "a piece of a longer phrase that is as frequent"
    assert found["person", "Nguyễn Văn An"] == 3
    assert found["document", "35-CT/TW"] == 2
    assert found["province", "Bắc Ninh"] == 3
    assert ("phrase", "Bắc Ninh") not in found, "a place is suggested as a place"
    assert found["meeting", "Kỳ họp Hội đồng nhân dân"] == 3


def test_entries_on_as_many_pages_keep_the_order_in_which_they_were_met() -> None:
    people = tuple(f"Nguyễn Văn {letter}" for letter in "ABCDEGHIKLMNOPQRSTUVXY")
    documents = [Document(id=key, key=key, url="", title="", text="", people=people) for key in "123"]
    assert [entry.text for entry in entries_of(documents, 3) if entry.kind == "person"] == list(people)
