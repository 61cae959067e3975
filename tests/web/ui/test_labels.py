import pytest
from flask import Flask

from web.ui.labels import date_in_words, evidence_in_words, moment_in_words


@pytest.mark.parametrize(
    ("iso", "vietnamese", "english"),
    [
        ("2023-07-05", "5/7/2023", "5 July 2023"),
        ("2023-07", "tháng 7/2023", "July 2023"),
        ("2023", "năm 2023", "2023"),
        ("", "", ""),
    ],
)
def test_a_date_is_said_as_precisely_as_it_is_known(app: Flask, iso: str, vietnamese: str, english: str) -> None:
    assert date_in_words(iso) == vietnamese
    with app.test_request_context("/?lang=en"):
        assert date_in_words(iso) == english


def test_a_moment_is_told_on_a_clock_in_vietnam() -> None:
    assert moment_in_words("2026-11-21T20:15:30Z") == "22/11/2026, 03:15"


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        ("nguồn bao-mau → Bắc Giang", "nguồn Báo Mẫu → Bắc Giang"),
        ("nguồn khac → Bắc Giang", "nguồn khac → Bắc Giang"),
        ("Huyện ủy Na Rì → Bắc Kạn", "Huyện ủy Na Rì → Bắc Kạn"),
        ("nguồn vốn", "nguồn vốn"),
        ("", ""),
    ],
)
def test_evidence_names_the_source_as_people_do(evidence: str, shown: str) -> None:
    assert evidence_in_words(evidence, {"bao-mau": "Báo Mẫu"}) == shown
