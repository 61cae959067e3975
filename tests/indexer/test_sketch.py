"""The kinds of characters: what the patterns over sketches rest on."""

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.letters import CAPITALS, USUAL
from indexer.reading import read
from indexer.sketch import draw, letters, lower, reading, sketch


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Hà Nội, 5/7", b"Aa Aaa. 0.0"),
        ("H'Mông_Đ", b"A'Aaaa_A"),
        ("a\nb\t“Ð”", b"a\na..A."),
        ("٣²Ωж☂", b"9aaa."),
        ("", b""),
    ],
)
def test_each_character_has_a_kind(text: str, kinds: bytes) -> None:
    assert sketch(text) == kinds


def test_every_character_is_of_the_kind_that_sets_of_characters_say() -> None:
    for code in (*range(0x3100), *range(0x3100, sys.maxunicode, 61)):
        character = chr(code)
        kind = sketch(character).decode()
        if character in " \n'_":
            assert kind == character
        elif character in USUAL:
            assert kind == sketch(USUAL[character]).decode()
        elif re.match(f"[{CAPITALS}]", character):
            assert kind == "A", character
        elif re.match(r"\d", character):
            assert kind == ("0" if re.match("[0-9]", character) else "9"), character
        else:
            assert kind == ("a" if re.match(r"[^\W_]", character) else "."), character


def test_rare_signs_make_no_difference_to_the_others() -> None:
    text = "Sáng 5/7, Tỉnh ủy Bắc Giang – họp"
    assert sketch(text + "☂")[:-1] == sketch(text)


LETTERS = "aếđHĐƯ'’ -_.\n5²٣Ðuỷoà"
RUN = re.compile(
    rf"[{CAPITALS}](?<![^\W_].)(?:'[{CAPITALS}]?)?[^\W\d_]*(?:'[^\W\d_]+)?"
    rf"(?: [{CAPITALS}](?:'[{CAPITALS}]?)?[^\W\d_]*(?:'[^\W\d_]+)?)*(?![^\W_])"
)


@given(st.text(LETTERS, max_size=30))
def test_runs_and_numbers_are_those_of_the_text_itself(text: str) -> None:
    page = read(text)
    runs = [match.span() for match in RUN.finditer(page.plain)]
    assert list(page.names()) == [(start, end) for start, end in runs if " " in page.plain[start:end]]
    assert all(page.name_at(start) == end for start, end in runs)
    assert list(page.numbers()) == [match.span() for match in re.finditer("[0-9]+", page.plain)]


@given(st.text("oOuUqQaàÀáỏạèéỳýỷỵỶnH 1_.-–“ÐðĐ☂", max_size=12))
def test_a_text_drawn_by_bytes_is_read_as_by_the_patterns(text: str) -> None:
    plain, low, drawn, by_bytes = draw(text)
    assert plain == reading(text)
    assert low == lower(plain)
    assert drawn == sketch(plain)
    assert draw(text + "☂") == (plain + "☂", low + "☂", drawn + b".", by_bytes + b" ")


def test_letters_tell_all_vietnamese_letters_apart_and_every_sign_is_a_space() -> None:
    small = "abcdefghijklmnopqrstuvwxyzàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ0123456789"
    assert len(set(letters(small))) == len(small)
    assert letters(small.upper()) == letters(small)
    for code in range(0x3100):
        assert (letters(chr(code)) == b" ") == (not chr(code).isalnum()), hex(code)
        assert len(letters(chr(code))) == 1
