"""Literals in letters: case and signs make no difference, overlaps are all found, a space is the edge of a word."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.literals import Literals
from indexer.sketch import letters


def found(literals: list[str], text: str) -> list[tuple[str, int]]:
    return [(literals[number], start) for number, start, _ in Literals(literals).find(letters(text))]


def test_case_and_signs_make_no_difference() -> None:
    assert found([" hội nghị "], "HỘI-NGHỊ; hội nghị_") == [(" hội nghị ", 0), (" hội nghị ", 10)]


def test_two_words_may_share_the_space_between_them_and_one_lie_in_another() -> None:
    assert found([" thị xã ", " xã "], "thị xã xã") == [(" thị xã ", 0), (" xã ", 4), (" xã ", 7)]


def test_without_a_space_at_its_end_a_literal_may_be_part_of_a_word() -> None:
    assert found([" hà gi", " hà gi "], "Hà Giang") == [(" hà gi", 0)]
    assert [start for _, start in found(["họp"], "chọp họp")] == [2, 6]  # one further than it begins


def test_letters_of_other_scripts_and_rare_signs_are_no_hindrance() -> None:
    assert found([" họp "], "漢họp 漢 họp ☂ họp") == [(" họp ", 7), (" họp ", 13)]


@given(st.text("aăHĐ .'5☂漢", max_size=12), st.lists(st.text("aăhđ5", min_size=1, max_size=3), min_size=1, max_size=4))
def test_whole_words_are_those_between_signs(text: str, words: list[str]) -> None:
    words = list(dict.fromkeys(words))
    plain = "".join(c if c.isalnum() else " " for c in text.lower())
    wanted, at = [], 0
    for word in plain.split(" "):
        if word in words:
            wanted.append((f" {word} ", at))
        at += len(word) + 1
    assert found([f" {word} " for word in words], text) == wanted
