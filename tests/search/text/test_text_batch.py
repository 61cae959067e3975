"""Words are found in a batch by their letters."""

import pytest

from search.text.text_batch import TextBatch


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
