"""The words that a full match holds: names of several syllables are one word, however their letters are encoded."""

from unicodedata import normalize

import pytest

from search.query.nodes import Words
from search.query.rewriter import understand
from tests.search.query.counted_vocabulary import CountedVocabulary

SENTENCES = ["ông Lò Thị Vàng thăm trường", "bà Vàng bán cá", "chống hạn ở bản Lò"] * 4


def words_of(text: str) -> list[str]:
    root = understand(text, CountedVocabulary(SENTENCES)).root
    assert isinstance(root, Words)
    return [normalize("NFC", unit.text) for unit in root.units]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_one_word(form: str) -> None:
    assert "Giàng Vừ Sùng" in words_of(normalize(form, "ông Giàng Vừ Sùng thăm trường"))


@pytest.mark.parametrize(
    "text", ["ông Lò Thị Vàng: Chống hạn", "ông Lò Thị Vàng ‘Chống hạn’", "ông Lò Thị Vàng, Chống hạn"]
)
def test_a_name_ends_at_a_sign(text: str) -> None:
    assert "Lò Thị Vàng" in words_of(text)


@pytest.mark.parametrize(
    ("text", "together", "has_province"),
    [
        ("Bắc Giang chống hạn thăm trường bán cá sông", True, True),
        ("Bắc Giang thăm trường bán cá sông", True, True),  # five words, and a province
        ("thăm trường bán cá sông năm 2023", True, False),
        ("Bắc Giang thăm trường bán cá", False, False),
        ("Bắc Giang và Bắc Ninh thăm trường bán cá sông", True, False),  # which of them it is about is not known
    ],
)
def test_the_one_province_of_a_sentence_is_required(text: str, together: bool, has_province: bool) -> None:
    root = understand(text, CountedVocabulary(SENTENCES)).root
    assert isinstance(root, Words)
    assert (bool(root.together), "Bắc Giang" in words_of(text)) == (together, has_province)
    assert "năm 2023" not in words_of(text)
