"""The year of a day by other pages: of the same meeting, of its neighbours; the same in any order, or none."""

import random

from crawl.archive.archive import ArchivedArticle
from crawl.article import Article
from indexer.grouping import company
from indexer.interpret import interpret
from indexer.interpretation_cache import Interpretation
from indexer.meeting_clusters import Sighting, sighting_of
from indexer.meeting_days import infer_days


def seen(name: str, day: str, ordinal: int, term: str = "XIX", years: str = "") -> Sighting:
    """day: ISO, or "--07-04" where the page prints no year."""
    known, unknown = ("", day) if day.startswith("--") else (day, "")
    return Sighting(name, "bac-giang", "", "bch", known, "", ordinal, term, "", unknown, years)


def test_another_report_of_the_same_meeting_tells_the_year() -> None:
    days = infer_days([seen("a", "--07-04", 15), seen("b", "2023-07-04", 15), seen("c", "2022-07-04", 10)])
    assert {name: (one.day, one.grade) for name, one in days.items()} == {"a": ("2023-07-04", "inferred")}
    assert days["a"].words == "bài về cùng cuộc họp (2023-07-04): b"


def test_numbers_before_and_after_leave_one_year() -> None:
    days = infer_days([seen("a", "--07-04", 15), seen("b", "2023-03-30", 14), seen("c", "2023-09-28", 16)])
    assert (days["a"].day, days["a"].grade, days["a"].words) == (
        "2023-07-04",
        "bracketed",
        "xếp theo lần thứ 14 (2023-03-30) và lần thứ 16 (2023-09-28)",
    )


def test_the_term_bounds_what_has_one_neighbour() -> None:
    after = [seen("a", "--10-04", 30, years="2020-2025"), seen("b", "2025-01-10", 29)]
    assert infer_days(after)["a"].day == "2025-10-04"
    early = [seen("a", "--10-04", 30, years="2020-2025"), seen("b", "2024-01-10", 20)]
    assert infer_days(early) == {}  # 2024 or 2025


def test_there_is_no_year_where_others_do_not_agree() -> None:
    two_years = [seen("a", "--07-04", 15, ""), seen("b", "2023-07-04", 15, "XIX"), seen("c", "2018-07-04", 15, "XVIII")]
    assert infer_days(two_years) == {}
    against_the_numbers = [seen("a", "--07-04", 15), seen("b", "2023-09-30", 14), seen("c", "2023-03-28", 16)]
    assert infer_days(against_the_numbers) == {}
    another_term = [seen("a", "--07-04", 15, "XIX"), seen("b", "2018-07-04", 15, "XVIII")]
    assert infer_days(another_term) == {}
    another_day = [seen("a", "--07-04", 15, ""), seen("b", "2023-07-05", 15, "")]
    assert infer_days(another_day) == {}


def test_the_order_of_the_pages_changes_nothing() -> None:
    dice = random.Random(3)
    pages = [
        seen(f"p{number}", dice.choice(("--07-04", "--12-03", f"20{dice.randint(21, 24)}-07-04")), dice.randint(1, 12))
        for number in range(60)
    ]
    first = infer_days(pages)
    assert first
    for _ in range(5):
        dice.shuffle(pages)
        assert infer_days(pages) == first


def test_a_document_gets_day_year_grade_and_evidence_and_joins_its_meeting() -> None:
    title = "Hội nghị Ban Chấp hành Đảng bộ tỉnh Bắc Giang lần thứ 15, khóa XIX"
    bodies = {"a": "Sáng 4/7, hội nghị khai mạc.", "b": "Sáng 4/7/2023, hội nghị khai mạc."}
    made, documents = [], {}
    for name, body in bodies.items():
        archived = ArchivedArticle(Article(name, "", title, body), 1, "2026-11-20T08:00:00Z", "", False)
        documents[name] = interpret(archived)
        made.append(Interpretation(name, "", sighting=sighting_of(documents[name])))
    assert documents["a"].held == "" and documents["a"].evidence["held_day"] == "Sáng 4/7"
    whole = company(made)
    dated = whole.of(documents["a"])
    assert (dated.held, dated.year, dated.year_grade) == ("2023-07-04", 2023, "inferred")
    assert dated.evidence["held"] == "Sáng 4/7" and "held_day" not in dated.evidence
    assert dated.meeting == whole.of(documents["b"]).meeting != ""
