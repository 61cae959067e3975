"""The few tokens that are asked for are those of the whole text, and neighbours stay neighbours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.highlight.term_locator import LocatedTerms, occurrences
from search.text.normalization import syllables
from search.text.text_batch import TextBatch

PIECES = [
    *("giải", "ngân", "Giải", "ban", "bản", "tư", "TƯ", "T", "tw", "hoà", "m²", "covid19", "5", "05", "12", "2023"),
    *("35-CT/TW", "35 – CT/T.Ư", "T.Ư", "T. W", "T.Way", "01.12.2023", "1/12", "27.12", "1.510tỷ", "2,5", "2020-2025"),
    *(
        "5²/3",
        "Müller",
        "ıđ",
        "А1",
        "ªb",
        "２5",
        "½",
        "\U0001d7d9",
        "😀",
        "kĩ",
        "nghiêngngả",
        "0005/NQ-TW",
        "12.345.678",
    ),
    *("12.345.678", "giải-ngân", "a_b", "gia\u0309i", "ngân\u00adsách", "16/7/2021", "T.2", "1.5.7", "TT.Ư"),
]
GAPS = [" ", " ", " ", ", ", ". ", "-", "/", "", "\n\n", "_", "\u00a0", " – "]
texts = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)), max_size=30).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)


def wanted(text: str, folded: set[str]) -> list[tuple[str, int, int, bool]]:
    """Return (norm, start, end, whether it follows one asked for at once) for the parts asked for."""
    parts = [token for token in syllables(text) if not token.whole]
    return [
        (token.norm, token.start, token.end, at > 0 and parts[at - 1].folded in folded)
        for at, token in enumerate(parts)
        if token.folded in folded
    ]


def given_as(found: LocatedTerms, folded: set[str]) -> list[tuple[str, int, int, bool]]:
    asked = [token for token in found.tokens if token[3][1] in folded]
    positions = [position for position, *_ in asked]
    assert positions == sorted(set(positions))
    before = {position + 1 for position in positions}
    return [(norm, start, end, position in before) for position, start, end, (norm, _) in asked]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(texts, min_size=1, max_size=4),
    st.sets(st.sampled_from([token.folded for piece in PIECES for token in syllables(piece)]), max_size=8),
)
def test_the_same_tokens_are_found_as_by_reading_all(some: list[str], folded: set[str]) -> None:
    found = occurrences(TextBatch(some), folded)
    assert [given_as(one, folded) for one in found] == [wanted(text, folded) for text in some]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(texts, min_size=1, max_size=4),
    st.sets(st.sampled_from(["1", "12", "2023", "35", "ct", "tw", "7", "16"]), max_size=8),
)
def test_wholes_are_found_where_all_their_parts_are_asked_for(some: list[str], folded: set[str]) -> None:
    for text, found in zip(some, occurrences(TextBatch(some), folded), strict=True):
        every = syllables(text)
        parts = [token for token in every if not token.whole]
        asked = {
            (whole.norm, whole.start)
            for whole in every
            if whole.whole
            and all(part.folded in folded for part in parts if whole.start <= part.start and part.end <= whole.end)
        }
        start_of = {position: start for position, start, *_ in found.tokens}
        given = [(norm, start_of[position]) for norm, position in found.wholes]
        # A text whose letters are not all known is given with all its wholes.
        assert asked <= set(given) <= {(whole.norm, whole.start) for whole in every if whole.whole}
        assert len(given) == len(set(given))
        if all(letter.isascii() or letter in "hòáàảươưngâđ–Ư²\u00a0" for letter in text):
            assert set(given) == asked


@pytest.mark.parametrize(
    ("text", "folded", "expected"),
    [
        ("Giải ngân vốn, giải ngân", {"giai", "ngan"}, ["giải ngân", "giải ngân"]),
        ("ngân hàng giải thể", {"giai", "ngan"}, ["ngân", "giải"]),
        ("Chỉ thị 35-CT/TW", {"35", "ct", "tw"}, ["35 ct tw"]),
        ("Chỉ thị 35-CT/TW", {"ct", "tw"}, ["ct tw"]),
        ("ngày 1/12/2023", {"1", "12"}, ["1 12"]),
        ("đầu tư của T.Ư, đầu tư", {"tu"}, ["tư", "tư"]),
        ("số 35-CT/TƯ về đầu tư", {"tu"}, ["tư"]),
        ("1.510tỷ đồng", {"1510", "ty"}, ["1510 tỷ"]),
        ("1.510tỷ đồng", {"ty", "dong"}, ["tỷ đồng"]),
        ("12.345.678.510 đồng", {"678510", "dong"}, ["đồng"]),
        ("12.345.678.510 đồng", {"12345678510", "dong"}, ["12345678510 đồng"]),
        ("kỹ, kĩ, kí, ki", {"ky"}, ["kỹ kỹ ký ky"]),
        ("Thomas Müller, Muller", {"muller"}, ["müller muller"]),
        ("hội nghịquyết nghiêngngả", {"nghiengng"}, []),
        ("Москва, Moskva", {"москва"}, ["москва"]),
        ("", {"giai"}, []),
    ],
)
def test_what_is_found(text: str, folded: set[str], expected: list[str]) -> None:
    found = occurrences(TextBatch(["giải 5", text, "ngân 35"]), folded)[1]
    rows: list[str] = []
    before = -1
    for position, _, _, (norm, letters) in found.tokens:
        if letters in folded:
            rows = [*rows[:-1], f"{rows[-1]} {norm}"] if position == before + 1 and rows else [*rows, norm]
            before = position
    assert rows == expected
