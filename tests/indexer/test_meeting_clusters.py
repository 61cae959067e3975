"""Which pages report the same meeting."""

from dataclasses import replace

from indexer.meeting_clusters import Sighting, link, sighting_of
from search.document import Document

PLENUM = Sighting("a", "tuyen-quang", "", "bch", "2020-07-16", "2020-07-16", 20, "XVI", "ha huu khoat")


def test_same_number_within_days_and_same_day_without_number() -> None:
    keys = link(
        [
            PLENUM,
            replace(PLENUM, id="same day, no number", ordinal=0, term=""),
            replace(PLENUM, id="last day", day="2020-07-17"),
            replace(PLENUM, id="no day, published next day", day="", published="2020-07-17", chair=""),
        ]
    )
    assert set(keys.values()) == {"tuyen-quang.bch.2020-07-16"}
    assert len(keys) == 4


def test_the_same_number_of_another_term_year_or_province_is_another_meeting() -> None:
    keys = link(
        [
            PLENUM,
            replace(PLENUM, id="next term", day="2025-03-10", term="XVII"),
            replace(PLENUM, id="five years later, no term", day="2025-09-01", term=""),
            replace(PLENUM, id="elsewhere", province="ha-giang"),
            replace(PLENUM, id="another body", organ="huyen-son-duong"),
            replace(PLENUM, id="another kind", kind="btv"),
        ]
    )
    assert len(set(keys.values())) == 6


def test_two_numbers_on_one_day_are_two_meetings() -> None:
    keys = link([PLENUM, replace(PLENUM, id="b", ordinal=21)])
    assert set(keys.values()) == {"tuyen-quang.bch.2020-07-16", "tuyen-quang.bch.2020-07-16-2"}


def test_working_visits_of_one_day_are_told_apart_by_who_leads_them() -> None:
    visit = replace(PLENUM, kind="lamviec", ordinal=0, term="")
    keys = link(
        [visit, replace(visit, id="b", chair="vi thi man"), replace(visit, id="c"), replace(visit, id="d", chair="")]
    )
    assert keys["a"] == keys["c"]
    assert len(set(keys.values())) == 3


def test_order_does_not_matter() -> None:
    sightings = [PLENUM, replace(PLENUM, id="b", day="", term="XVI"), replace(PLENUM, id="c", ordinal=0)]
    assert link(sightings) == link(reversed(sightings))


def test_without_province_or_without_day_and_number_nothing_is_linked() -> None:
    document = Document(id="a", key="k", url="", title="", text="", event="bch", held="2020-07-16")
    assert sighting_of(document) is None
    assert sighting_of(replace(document, province_then="ha-giang", held="2020-07")) is None
    assert sighting_of(replace(document, province_then="ha-giang")) is not None
