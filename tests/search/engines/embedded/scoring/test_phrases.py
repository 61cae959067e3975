"""Words of a query found in arrays: what plain Python finds in the texts."""

from itertools import product

import numpy as np
import pytest

from search.document import Document
from search.engines.embedded.engine import WhooshEngine
from search.engines.embedded.scoring.phrases import documents_with_row
from search.engines.plan.nodes import Row, Term
from search.text.normalization import folded_of

SYLLABLES = ["giá", "gia", "già", "vàng", "vang", "lên"]


@pytest.fixture(scope="module")
def sentences() -> list[list[list[str]]]:
    """The sentences of each document, in syllables."""
    dice = np.random.default_rng(11)
    return [[dice.choice(SYLLABLES, int(dice.integers(1, 5))).tolist() for _ in range(4)] for _ in range(120)]


@pytest.fixture(scope="module")
def engine(sentences: list[list[list[str]]], tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    texts = ["\n".join(" ".join(sentence).capitalize() + "." for sentence in document) for document in sentences]
    with engine.writer() as writer:
        writer.add(Document(f"bai-{number}", f"k{number}", "", "", text) for number, text in enumerate(texts))
    return engine


@pytest.mark.parametrize("fields", [*product(("exact", "folded"), repeat=2), ("folded", "exact", "folded")])
def test_a_word_is_found_whichever_of_its_syllables_were_typed_with_signs(
    fields: tuple[str, ...], sentences: list[list[list[str]]], engine: WhooshEngine
) -> None:
    view = engine.collection().views[0]
    found = 0
    for word in product(SYLLABLES[:5], repeat=len(fields)):
        terms = tuple(
            Term(field, text if field == "exact" else folded_of(text)) for field, text in zip(fields, word, strict=True)
        )
        expected = [any(_stands_in(terms, sentence) for sentence in document) for document in sentences]
        assert documents_with_row(Row(terms), view).tolist() == expected, terms
        found += sum(expected)
    assert found


def _stands_in(terms: tuple[Term, ...], sentence: list[str]) -> bool:
    read = [[text, folded_of(text)] for text in sentence]
    return any(
        all(term.text == read[first + place][term.field == "folded"] for place, term in enumerate(terms))
        for first in range(len(sentence) - len(terms) + 1)
    )
