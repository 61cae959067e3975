"""Which numbered meetings are known, and which are missing."""

from search.document import Document
from search.domain.numbering import numbered_meetings, ranges


def report(number: int | None, *, day: str = "", kind: str = "bch", term: str = "XIX", **fields: str) -> Document:
    name = f"{kind}-{number}-{term}-{fields}"
    return Document(
        name, name, "", f"Hội nghị mẫu lần thứ {number}", "", held=day, kind=kind, ordinal=number, term=term,
        province_then=fields.get("province", "bac-giang"), organ=fields.get("organ", ""), event=fields.get("event", ""),
        meeting=f"m{number}",
    )  # fmt: skip


def test_where_13_14_and_16_are_known_15_is_missing_and_all_below_13() -> None:
    found = numbered_meetings(
        [report(13, day="2023-03-01"), report(14, day="2023-06-01"), report(16, day="2023-12-01")]
    )
    [body] = found
    assert (body.province, body.kind, body.term) == ("bac-giang", "bch", "XIX")
    assert sorted(body.known) == [13, 14, 16]
    assert body.missing == [*range(1, 13), 15]
    assert ranges(body.missing) == "1–12, 15"
    assert body.neighbours(15) == ("2023-06-01", "2023-12-01")
    assert body.neighbours(3) == ("", "2023-03-01")
    assert body.estimated_total == 20  # 16 + 16 / 3 - 1
    assert body.completeness == 3 / 20


def test_a_term_with_all_numbers_lacks_none() -> None:
    [body] = numbered_meetings([report(number) for number in range(1, 11)])
    assert body.missing == []
    assert body.estimated_total == 10


def test_no_total_is_estimated_from_two_meetings() -> None:
    [body] = numbered_meetings([report(4), report(9)])
    assert (body.estimated_total, body.completeness, body.highest) == (None, None, 9)


def test_two_terms_two_bodies_and_a_notice() -> None:
    found = numbered_meetings(
        [
            report(2, term="XVIII"),
            report(2, term="XIX"),
            report(5, kind="hdnd"),
            report(3, kind="thongbao", event="bch"),
        ]
    )
    assert {(body.kind, body.term, *sorted(body.known)) for body in found} == {
        ("bch", "XVIII", 2),
        ("bch", "XIX", 2, 3),
        ("hdnd", "XIX", 5),
    }


def test_what_says_nothing_about_a_body_of_the_province_is_left_out() -> None:
    others = [
        report(None),
        report(7, term=""),
        report(20, kind="daihoi"),  # congresses are numbered across terms
        report(3, organ="huyện Mẫu"),
        report(1945),
    ]
    assert numbered_meetings(others) == []
