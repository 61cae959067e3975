"""Sentences are told apart in a batch as a pattern over the text itself tells them apart, by Python and in C."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.text import sentence_gaps
from search.text.text_batch import TextBatch
from tests.components import COMPILER, absent, require

try:
    from search.text import compiled_sentence_gaps
except ImportError:
    compiled_sentence_gaps = None  # type: ignore[assignment]

Gaps = Callable[[bytes], tuple[list[int], list[int]]]

# A line ends a sentence, and so does a point before a capital, a figure or an opening sign.
SMALL = "".join(filter(str.islower, map(chr, range(0x1F00))))
SENTENCE_END = re.compile(
    rf"[.!?…;\n\r\u2028\u2029](?:(?<=[.!?…;])[\"”’)]*\s+(?=[^\W\d_{SMALL}]|[\d\"“‘(–-])|(?<![.!?…;])\s*)"
)
SIGNS = st.sampled_from([*'.!?…;"”’)“‘(–-_,', *" \n\r\t\u00a0\u2003\u2028\x85\x1c", *"aAđĐưƯáÀếẾ5²½ЖÜü京𠀀٣😀\u0301\0"])
TEXTS = st.lists(st.lists(SIGNS, max_size=40).map("".join), min_size=1, max_size=4)


@pytest.fixture(scope="module", params=["Python", "C"])
def gaps(request: pytest.FixtureRequest) -> Gaps:
    if request.param == "Python":
        return sentence_gaps.gaps
    if compiled_sentence_gaps is None:
        require(COMPILER)
        absent("not compiled: make components")
    return compiled_sentence_gaps.gaps


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_gaps_are_those_of_the_pattern(gaps: Gaps, texts: list[str]) -> None:
    batch = TextBatch(texts)
    expected = []
    for number, text in enumerate(texts):
        begin = batch.span(number)[0]
        expected += [(begin + gap.start(), begin + gap.end()) for gap in SENTENCE_END.finditer(text)]
    found = gaps(batch.kinds)
    assert list(zip(*found, strict=True)) == expected
    assert batch.gaps == found
