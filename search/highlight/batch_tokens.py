"""The words of a batch of texts that are asked for, as tokens.

The same is done in C where the package was built with a compiler (compiled_batch_tokens.pyx): of ten articles two
hundred words are wanted out of ten thousand.
"""

from collections.abc import Collection

from search.text import orthography
from search.text.number_tokens import Token
from search.text.text_batch import TextBatch


def tokens_of(batch: TextBatch, words: Collection[str]) -> tuple[list[Token], list[int]]:
    """Return the tokens of a batch whose letters are one of words (`TextBatch.numbers_of`), and their bounds.

    A token's position is the number of its word in the batch; those of text n stand from bounds[n] to bounds[n + 1].
    """
    numbers = batch.numbers_of(words)
    known = orthography.memory.get
    both = [known(word) or orthography.forms(word) for word in batch.printed(numbers)]
    bounds, *offsets = batch.offsets(numbers)
    return list(zip(*offsets, both, strict=True)), bounds
