"""Answers that a reader keeps as files."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from search.spreadsheet_cells import inert

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for another encoding and breaks Vietnamese letters


def csv_table(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table with a head for a spreadsheet."""
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows(map(inert, row) for row in rows)
    return buffer.getvalue()


def downloaded(response: Response, name: str) -> Response:
    """Return an answer as a file of this name, which any page may read."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
