"""Where terms stand in documents: read by NumPy and in C, each compared with the positions that were written."""

from collections.abc import Sequence

import numpy as np
import pytest

from search.engines.embedded.format.occurrences import Occurrences
from search.engines.embedded.format.packers import StreamPacker
from search.engines.embedded.format.segment_format import BLOCK
from tests.components import COMPILER, absent, require

try:
    from search.engines.embedded.format.compiled_occurrences import CompiledOccurrences
except ImportError:
    CompiledOccurrences = None  # type: ignore[assignment,misc]

DOCUMENTS = 900
SIZES = [1, BLOCK - 1, BLOCK, BLOCK + 1, 5, 400, 0, DOCUMENTS]  # documents that have each form
TERMS = [range(5, 6), range(7, 8), range(0, 5), range(6, 7), range(0, 0), range(0, 8)]
AMONG = {
    "all": None,
    "none": [],
    "few": [0, 3, 31, 32, 33, 500, 501, DOCUMENTS - 1],
    "many": range(1, DOCUMENTS, 2),
}


@pytest.fixture(params=[9, 70_000], ids=["counts of two bytes", "counts of four bytes"])
def written(request: pytest.FixtureRequest) -> tuple[dict[str, np.ndarray], dict[int, list[int]]]:
    """A stream, and the occurrences of each form; some counts and positions are in the lists beside the codes."""
    dice = np.random.default_rng(7)
    documents = np.concatenate([np.sort(dice.choice(DOCUMENTS, size, replace=False)) for size in SIZES])
    forms = np.repeat(np.arange(len(SIZES)), SIZES)
    counts = dice.choice([1, 2, 3, 4, 9], len(documents))
    counts[700] = request.param
    positions = np.concatenate([np.cumsum(dice.choice([1, 2, 40, 900], count)) - 1 for count in counts])
    packer = StreamPacker("x", len(SIZES), len(documents), len(positions))
    for some in (slice(0, SIZES[0]), slice(SIZES[0], None)):  # in two ranges of forms
        within = slice(counts[: some.start].sum(), counts[: some.stop].sum())
        packer.add(forms[some], documents[some], counts[some], np.minimum(counts[some], 1), positions[within])
    arrays = packer.arrays(np.arange(len(SIZES) + 1, dtype=np.uint32))
    of_form: dict[int, list[int]] = {form: [] for form in range(len(SIZES))}
    places = np.repeat(documents, counts).astype(np.int64) << 32 | positions
    for form, place in zip(np.repeat(forms, counts).tolist(), places.tolist(), strict=True):
        of_form[form].append(place)
    return arrays, of_form


@pytest.mark.parametrize("reader", ["NumPy", "C"])
@pytest.mark.parametrize("among", AMONG.values(), ids=AMONG)
def test_terms_are_found_where_they_were_written(
    written: tuple[dict[str, np.ndarray], dict[int, list[int]]], among: Sequence[int] | None, reader: str
) -> None:
    arrays, of_form = written
    if reader == "C" and CompiledOccurrences is None:
        require(COMPILER)
        absent("not compiled: make components")
    flags = None
    if among is not None:
        flags = np.zeros(DOCUMENTS, dtype=bool)
        flags[list(among)] = True
    found = (Occurrences if reader == "NumPy" else CompiledOccurrences)(arrays, "x").of(TERMS, flags)
    for term, occurrences in zip(TERMS, found, strict=True):
        every = sorted(place for form in term for place in of_form[form])
        assert occurrences.tolist() == [place for place in every if among is None or place >> 32 in among]
