"""Ordinals as they are printed."""

import pytest

from search.domain.ordinals import in_roman, in_words, ways


@pytest.mark.parametrize(
    ("number", "words", "roman"),
    [
        (1, "một", "I"),
        (4, "bốn", "IV"),
        (10, "mười", "X"),
        (11, "mười một", "XI"),
        (14, "mười bốn", "XIV"),
        (15, "mười lăm", "XV"),
        (19, "mười chín", "XIX"),
        (20, "hai mươi", "XX"),
        (21, "hai mươi mốt", "XXI"),
        (24, "hai mươi tư", "XXIV"),
        (35, "ba mươi lăm", "XXXV"),
        (49, "bốn mươi chín", "XLIX"),
    ],
)
def test_a_number_in_words_and_in_roman_numerals(number: int, words: str, roman: str) -> None:
    assert in_words(number) == words
    assert in_roman(number) == roman


def test_the_first_and_the_fourth_have_their_own_words() -> None:
    found = list(ways())
    assert ["thứ 1", "thứ I", "thứ nhất", "lần 1"] in found
    assert ["thứ 4", "thứ IV", "thứ tư", "lần 4"] in found
    assert ["khóa 18", "khóa XVIII"] in found


def test_no_way_means_two_numbers() -> None:
    printed = [way for forms in ways() for way in forms]
    assert len(set(printed)) == len(printed)
