"""An error is said in the language of its page, and in English to programs."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from web import create_app

MISTAKES = {
    "/?sort=upwards": ("không phải một cách sắp xếp", "is not an order"),
    "/?year=20x3": ("không phải một năm", "expected four digits"),
    "/?from=2023-02-30": ("không phải một ngày", "is not a day"),
    "/?province=atlantis": ("Không có tỉnh", "no province"),
    "/?from=2024-01-01&to=2023-01-01": ("xin đổi chỗ", "swap them"),
    "/?sort=newest&sort=oldest": ("được ghi 2 lần", "was given 2 times"),
}


@pytest.mark.parametrize(("path", "words"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_is_told_in_the_language_of_the_page(client: FlaskClient, path: str, words: tuple[str, str]) -> None:
    vietnamese, english = words
    page = client.get(path)
    assert page.status_code == 400
    assert vietnamese in page.text
    assert english not in page.text
    page = client.get(f"{path}&lang=en")
    assert english in page.text
    assert vietnamese not in page.text


def test_programs_are_told_in_english(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=a&sort=upwards")
    assert "is not an order" in answer.json["error"]["message"]


def test_a_missing_index_is_told_in_the_language_of_the_page(tmp_path: Path) -> None:
    client = create_app(tmp_path).test_client()
    assert f"Chưa có chỉ mục ở {tmp_path / 'whoosh'}" in client.get("/?q=a").text
    english = client.get("/?q=a&lang=en").text
    assert "no index at" in english
    assert "Chưa có" not in english


def test_an_index_address_that_cannot_be_meant_is_no_empty_archive(tmp_path: Path) -> None:
    page = create_app(tmp_path, "lucene:somewhere").test_client().get("/?q=a")
    assert page.status_code == 503
    assert "Kho còn trống" not in page.text
    assert "cần “whoosh:&lt;thư mục&gt;”" in page.text and "expected" not in page.text
