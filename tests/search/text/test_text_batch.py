"""Sentences are told apart in a batch as a pattern over the text itself tells them apart."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.text.text_batch import TextBatch

# A line ends a sentence, and so does a point before a capital, a figure or an opening sign.
SMALL = "".join(filter(str.islower, map(chr, range(0x1F00))))
SENTENCE_END = re.compile(
    rf"[.!?…;\n\r\u2028\u2029](?:(?<=[.!?…;])[\"”’)]*\s+(?=[^\W\d_{SMALL}]|[\d\"“‘(–-])|(?<![.!?…;])\s*)"
)
SIGNS = st.sampled_from([*'.!?…;"”’)“‘(–-_,', *" \n\r\t\u00a0\u2003\u2028\x85\x1c", *"aAđĐưƯáÀếẾ5²½ЖÜü京𠀀٣😀\u0301\0"])
TEXTS = st.lists(st.lists(SIGNS, max_size=40).map("".join), min_size=1, max_size=4)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_gaps_are_those_of_the_pattern(texts: list[str]) -> None:
    batch = TextBatch(texts)
    expected = []
    for number, text in enumerate(texts):
        begin = batch.span(number)[0]
        expected += [(begin + gap.start(), begin + gap.end()) for gap in SENTENCE_END.finditer(text)]
    assert list(zip(*batch.gaps, strict=True)) == expected


@pytest.mark.parametrize(
    ("texts", "words", "expected"),
    [
        (["Giải ngân", "", "vốn giải"], {"giai"}, [[(0, 4)], [], [(4, 8)]]),
        (["ủy ban/ủy_ban"], {"uy", "ban"}, [[(0, 2), (3, 6), (7, 9), (10, 13)]]),
        (["nghiêng nghiên"], {"nghieng"}, [[(0, 7)]]),
        ([""], {"giai"}, [[]]),
    ],
)
def test_words_are_found_by_their_letters(
    texts: list[str], words: set[str], expected: list[list[tuple[int, int]]]
) -> None:
    batch = TextBatch(texts)
    bounds, _, starts, ends = batch.offsets(batch.numbers_of(words))
    places = list(zip(starts, ends, strict=True))
    assert [places[bounds[number] : bounds[number + 1]] for number in range(len(texts))] == expected
