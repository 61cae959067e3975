"""Suggestions as you type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.document import Document
from search.query.suggest import Entry, Suggester, entries_of

ENTRIES = [
    Entry("giải ngân vốn đầu tư công", "phrase", 12),
    Entry("giai đoạn", "phrase", 30),
    Entry("Giải phóng mặt bằng cao tốc gặp khó", "title"),
    Entry("Bắc Giang", "province"),
    Entry("Bạc Liêu", "province"),
    Entry("Châu Văn Lâm", "person", 5),
    Entry("35-CT/TW", "document", 3),
]


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester(ENTRIES)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("giai", ["giai đoạn", "giải ngân vốn đầu tư công", "Giải phóng mặt bằng cao tốc gặp khó"]),
        ("giải", ["giải ngân vốn đầu tư công", "Giải phóng mặt bằng cao tốc gặp khó", "giai đoạn"]),
        ("GIAI NG", ["giải ngân vốn đầu tư công"]),
        ("bac", ["Bạc Liêu", "Bắc Giang"]),
        ("bắc", ["Bắc Giang", "Bạc Liêu"]),
        ("văn lâm", ["Châu Văn Lâm"]),
        ("35", ["35-CT/TW"]),
        ("35-ct", ["35-CT/TW"]),
        ("đầu tư ", ["giải ngân vốn đầu tư công"]),
        ("họp bàn giải ng", ["họp bàn giải ngân vốn đầu tư công"]),
        ("xyz", []),
        ("", []),
        (" ", []),
    ],
)
def test_completions(suggester: Suggester, typed: str, expected: list[str]) -> None:
    assert [entry.text for entry in suggester.complete(typed)] == expected


def test_at_most_limit(suggester: Suggester) -> None:
    assert len(suggester.complete("giai", limit=2)) == 2
    assert suggester.complete("giai", limit=0) == []


@given(st.text(max_size=40))
def test_anything_typed_is_answered(typed: str) -> None:
    assert len(Suggester(ENTRIES).complete(typed)) <= 8


def document(number: int, title: str, people: tuple[str, ...] = ()) -> Document:
    return Document(id=str(number), key=str(number), url="", title=title, text="", people=people)


def test_what_documents_offer() -> None:
    titles = ["Khai mạc kỳ họp thứ mười", "Bế mạc kỳ họp thứ mười", "Kỳ họp thứ mười: nhiều nghị quyết", "Hội thao"]
    entries = list(entries_of(document(i, title, ("Nguyễn Văn An",)) for i, title in enumerate(titles)))
    found = {(entry.kind, entry.text): entry.weight for entry in entries}
    assert found["title", "Hội thao"] == 1
    assert found["phrase", "kỳ họp thứ mười"] == 3
    assert ("phrase", "kỳ họp") not in found, "a piece of a longer phrase that is as frequent"
    assert found["person", "Nguyễn Văn An"] == 4
    assert found["province", "Bắc Giang"] == found["province", "Bắc Ninh"] == 1
