"""Dot products of bytes, by NumPy and in C: whole numbers, the same for both."""

from collections.abc import Callable

import numpy as np
import pytest

from search.semantic.dot_products import ROWS_AT_ONCE, dot_products
from tests.components import COMPILER, absent, require

try:
    from search.semantic.compiled_dot_products import dot_products as compiled
except ImportError:
    compiled = None  # type: ignore[assignment]


@pytest.fixture(params=["NumPy", "C"])
def product(request: pytest.FixtureRequest) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    if request.param == "C" and compiled is None:
        require(COMPILER)
        absent("not compiled: make components")
    return compiled if request.param == "C" else dot_products


@pytest.mark.parametrize(("count", "dimension"), [(0, 8), (1, 1), (3, 7), (ROWS_AT_ONCE + 5, 384), (5, 3072)])
def test_they_are_exact(product: Callable[[np.ndarray, np.ndarray], np.ndarray], count: int, dimension: int) -> None:
    dice = np.random.default_rng(5)
    rows = dice.integers(-127, 128, (count, dimension), dtype=np.int8)
    query = dice.integers(-127, 128, dimension, dtype=np.int8)
    assert product(rows, query).tolist() == (rows.astype(np.int64) @ query.astype(np.int64)).tolist()


def test_the_greatest_sums_are_exact(product: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    most = np.full((2, 4096), 127, dtype=np.int8)
    most[1, ::2] = -127
    most[1, 0] = 126
    assert product(most, most[0]).tolist() == [127 * 127 * 4096, 127 * (126 + 127)]
