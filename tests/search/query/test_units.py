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
