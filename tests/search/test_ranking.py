"""The table of fields and the formulas of ranking."""

import pytest

from search import ranking


def test_rarer_terms_weigh_more_and_none_weighs_nothing() -> None:
    weights = [ranking.idf(1000, count) for count in (0, 1, 10, 500, 1000)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0
    assert ranking.idf(1000, 10) == pytest.approx(4.5574, abs=1e-4)  # ln(1 + 990.5 / 10.5)


def test_a_syllable_that_no_document_holds_counts_as_the_others_on_average() -> None:
    assert ranking.rarities([2.0, None, 4.0]) == [2.0, 3.0, 4.0]
    assert ranking.rarities([None, None]) == [1.0, 1.0]


def test_every_field_says_why() -> None:
    assert all(field.reason for field in ranking.FIELDS)
    assert len(ranking.BY_NAME) == len(ranking.FIELDS)


@pytest.mark.parametrize("name, counted", [("head_folded2", "folded2"), ("exact", "exact"), ("words", "words")])
def test_the_head_is_as_rare_as_the_text(name: str, counted: str) -> None:
    assert ranking.idf_field(name) == counted
