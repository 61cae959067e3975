"""Document numbers as flags: by NumPy and in C."""

from types import ModuleType

import numpy as np
import pytest

from search.engines.embedded.format import document_flags
from tests.components import COMPILER, absent, require

try:
    from search.engines.embedded.format import compiled_document_flags
except ImportError:
    compiled_document_flags = None  # type: ignore[assignment]


@pytest.fixture(params=["NumPy", "C"])
def maker(request: pytest.FixtureRequest) -> ModuleType:
    if request.param == "NumPy":
        return document_flags
    if compiled_document_flags is None:
        require(COMPILER)
        absent("not compiled: make components")
    return compiled_document_flags


@pytest.mark.parametrize("docs", [[], [0], [65_535, 3, 3, 4]])
def test_each_document_that_is_given_is_flagged(maker: ModuleType, docs: list[int]) -> None:
    flags = maker.flagged(np.array(docs, dtype=np.uint16), 65_536)
    assert flags.dtype == bool
    assert np.flatnonzero(flags).tolist() == sorted(set(docs))


def test_a_document_that_the_segment_has_not_is_an_error(maker: ModuleType) -> None:
    with pytest.raises(IndexError):
        maker.flagged(np.array([7], dtype=np.uint16), 7)
