"""The few tokens that are asked for are those of the whole text, and neighbours stay neighbours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.occurrences import occurrences
from search.text import Syllable, syllables

PIECES = [
    *("giải", "ngân", "Giải", "ban", "bản", "tư", "TƯ", "T", "tw", "hoà", "m²", "covid19", "5", "05", "12", "2023"),
    *("35-CT/TW", "35 – CT/T.Ư", "T.Ư", "T. W", "T.Way", "01.12.2023", "1/12", "27.12", "1.510tỷ", "2,5", "2020-2025"),
    *("giải-ngân", "a_b", "gia\u0309i", "ngân\u00adsách", "16/7/2021", "T.2", "1.5.7", "TT.Ư"),
]
GAPS = [" ", " ", " ", ", ", ". ", "-", "/", "", "\n\n", "_", "\u00a0", " – "]
texts = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)), max_size=30).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)


def wanted(text: str, folded: set[str]) -> list[tuple[Syllable, bool]]:
    """Return (token without its position, whether it follows the one before it at once) for the parts asked for."""
    parts = [token for token in syllables(text) if not token.whole]
    return [
        (token._replace(position=0), at > 0 and parts[at - 1].folded in folded)
        for at, token in enumerate(parts)
        if token.folded in folded
    ]


def given_as(found: list[Syllable], folded: set[str]) -> list[tuple[Syllable, bool]]:
    parts = [token for token in found if not token.whole]
    assert [token.position for token in parts] == list(range(len(parts)))
    return [
        (token._replace(position=0), at > 0 and parts[at - 1].folded in folded)
        for at, token in enumerate(parts)
        if token.folded in folded
    ]


@settings(max_examples=150, deadline=None)
@given(texts, st.sets(st.sampled_from([token.folded for piece in PIECES for token in syllables(piece)]), max_size=8))
def test_the_same_tokens_are_found_as_by_reading_all(text: str, folded: set[str]) -> None:
    assert given_as(occurrences(text, folded), folded) == wanted(text, folded)


@settings(max_examples=150, deadline=None)
@given(texts, st.sets(st.sampled_from(["1", "12", "2023", "35", "ct", "tw", "7", "16"]), max_size=8))
def test_wholes_are_found_where_all_their_parts_are_asked_for(text: str, folded: set[str]) -> None:
    found, every = occurrences(text, folded), syllables(text)
    parts = [token for token in every if not token.whole]
    inside = [
        whole
        for whole in every
        if whole.whole
        and all(part.folded in folded for part in parts if whole.start <= part.start and part.end <= whole.end)
    ]
    kept = [token for token in found if token.whole and all_inside(token, found, folded)]
    assert {token._replace(position=0) for token in kept} == {token._replace(position=0) for token in inside}
    assert len(kept) == len(inside)
    for whole in kept:
        first = [token for token in found if not token.whole][whole.position]
        assert first.start == whole.start


def all_inside(whole: Syllable, found: list[Syllable], folded: set[str]) -> bool:
    """Whether the parts of a whole are all asked for; where a text is given with all its tokens, not all are."""
    return all(
        token.folded in folded
        for token in found
        if not token.whole and token.folded and whole.start <= token.start and token.end <= whole.end
    )


@pytest.mark.parametrize(
    ("text", "folded", "expected"),
    [
        ("Giải ngân vốn, giải ngân", {"giai", "ngan"}, ["giải", "ngân", "", "giải", "ngân"]),
        ("ngân hàng giải thể", {"giai", "ngan"}, ["ngân", "", "giải"]),
        ("Chỉ thị 35-CT/TW", {"35", "ct", "tw"}, ["35/ct/tw", "35", "ct", "tw"]),
        ("ngày 1/12/2023", {"1", "12"}, ["1/12", "1", "12"]),
        ("đầu tư của T.Ư, đầu tư", {"tu"}, ["tư", "", "tư"]),
        ("1.510tỷ đồng", {"1510", "ty"}, ["1510", "tỷ"]),
        ("", {"giai"}, []),
    ],
)
def test_what_is_found(text: str, folded: set[str], expected: list[str]) -> None:
    assert [token.norm for token in occurrences(text, folded)] == expected
