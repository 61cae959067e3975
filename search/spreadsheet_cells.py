"""Cells of tables that a spreadsheet opens: no text of a page is run there."""

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # a cell that begins so would be run


def inert(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
