"""A cell of the table of figures is a number or text, never a formula."""

import pytest

from search.figures.export import _safe


@pytest.mark.parametrize("cell", ["", "-4.5", "+12", "Bắc Giang", "8"])
def test_numbers_and_words_stay(cell: str) -> None:
    assert _safe(cell) == cell


@pytest.mark.parametrize("cell", ["=1+1", "-1+cmd", "＝1", "＠sum", "\n=1", "@x"])
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert _safe(cell) == f"'{cell}"
