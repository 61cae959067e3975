"""The tokens asked for are those that reading every word gives, by NumPy and in C."""

import re
from collections.abc import Callable, Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.highlight import batch_tokens
from search.text.number_tokens import Token
from search.text.orthography import forms
from search.text.text_batch import TextBatch
from tests.components import COMPILER, absent, require

try:
    from search.highlight import compiled_batch_tokens
except ImportError:
    compiled_batch_tokens = None  # type: ignore[assignment]

TokensOf = Callable[[TextBatch, Collection[str]], tuple[list[Token], list[int]]]
PRINTED = (
    "giải Giải giai ngân nghiêng nghiêngngả nghiengnga nghieng kỹ kĩ ki 5 05 T.Ư TƯ 35-CT/TW gia\u0309i ngân\u00adsách "
    "А1 Müller ² 😀 京 ıđ _ . \0 covid19 tongketnghiquyet tongketn tongket"
)
ASKED = "giai ngan nghieng ki ky tu t tongket tongketn tongketnghiquyet covid19 z"
PIECES = st.sampled_from(PRINTED.split(" "))
GAPS = st.sampled_from(["", " ", " ", " ", ". ", "\n\n", "-", "\u00a0"])
TEXTS = st.lists(
    st.lists(st.tuples(PIECES, GAPS).map("".join), max_size=30).map("".join),
    min_size=1,
    max_size=5,
)
WORDS = st.sets(st.sampled_from(ASKED.split()))


@pytest.fixture(scope="module", params=["NumPy", "C"])
def tokens_of(request: pytest.FixtureRequest) -> TokensOf:
    if request.param == "NumPy":
        return batch_tokens.tokens_of
    if compiled_batch_tokens is None:
        require(COMPILER)
        absent("not compiled: make components")
    return compiled_batch_tokens.tokens_of


@settings(max_examples=500, deadline=None)
@given(TEXTS, WORDS)
def test_tokens_are_those_of_all_words(tokens_of: TokensOf, texts: list[str], words: set[str]) -> None:
    batch = TextBatch(texts)
    heads = {f"{word} ".encode()[:8] for word in words}
    expected: list[list[Token]] = [[] for _ in texts]
    for position, word in enumerate(re.finditer(rb"[^ ]+", batch.folded)):
        if (word[0] + b" ")[:8] in heads:
            number = batch.text_at(word.start())
            start, end = (place - batch.begins[number] for place in word.span())
            expected[number].append((position, start, end, forms(texts[number][start:end])))
    tokens, bounds = tokens_of(batch, words)
    assert [tokens[bounds[number] : bounds[number + 1]] for number in range(len(texts))] == expected
    assert bounds[-1] == len(tokens) and len(bounds) == len(texts) + 1


def test_a_table_holds_as_many_words_as_are_asked_for(tokens_of: TokensOf) -> None:
    words = [f"{one}{two}{three}" for one in "abcdeghi" for two in "aeiouy" for three in "cmnpt"]
    tokens, bounds = tokens_of(TextBatch([" ".join(words), "", "xyz"]), words[::2])
    assert [token[3][1] for token in tokens] == words[::2]
    assert bounds == [0, len(tokens), len(tokens), len(tokens)]
