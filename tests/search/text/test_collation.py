from itertools import permutations

import pytest

from search.text.collation import initial, sort_key

# As a dictionary has them: letters before tones; no tone, huyền, hỏi, ngã, sắc, nặng.
ORDERED = [
    ["an", "ă", "ân", "ba", "da", "đa", "ê", "ô", "ơ", "ư"],
    ["ma", "mà", "mả", "mã", "má", "mạ"],
    ["ma quỷ", "má hồng", "mai", "mía"],
    ["5-CT", "a", "z"],
    ["Hà Giang", "Hà Nam", "Hà Nội", "Hải Dương", "Hòa Bình"],
]


@pytest.mark.parametrize("words", ORDERED)
def test_words_are_ordered_as_in_a_dictionary(words: list[str]) -> None:
    for mixed in list(permutations(words))[:200]:
        assert sorted(mixed, key=sort_key) == words


def test_case_and_composition_do_not_matter() -> None:
    assert sort_key("ĐÀ NẴNG") == sort_key("đa\u0300 nẵng")


@pytest.mark.parametrize(
    ("word", "letter"), [("Ẩn", "Â"), ("đạo", "Đ"), ("Ước", "Ư"), ("35", "#"), ("", "#"), ("é", "E")]
)
def test_a_word_stands_under_its_letter(word: str, letter: str) -> None:
    assert initial(word) == letter
