"""Documents of other offices → text: OpenDocument text (.odt), Rich Text (.rtf), workbooks (.xlsx).

Each of a sheet's rows is a line, its cells apart as those of other tables (tables.py).
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lxml import etree

from crawl.extraction.tables import row_line

ODT_MARK = b"application/vnd.oasis.opendocument.text"
RTF_MARK = b"{\\rtf"
WORKBOOK, CONTENT = "xl/workbook.xml", "content.xml"
MAX_CELLS = 500_000  # of a workbook; a table of a province's projects has some thousands
MAX_REPEATED = 50  # cells or blanks that a file says once and means many times
_TEXT, _TABLE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_APART = {f"{_TEXT}{name}" for name in ("note", "tracked-changes", "sequence-decls")} | {f"{_OFFICE}annotation"}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # of a number format: shown as it stands, or a colour
# By these lxml, striprtf, openpyxl and python-docx report damage, whichever their parsers stumble over.
DAMAGE: tuple[type[Exception], ...] = (ValueError, LookupError, TypeError, ArithmeticError, AttributeError)
DAMAGE += (RecursionError, SyntaxError, OSError, zipfile.BadZipFile)


class NotReadable(ValueError):
    """A document is damaged; says why in plain words."""


def odt_lines(parts: zipfile.ZipFile) -> list[str]:
    """Return paragraphs, headings and rows of tables in their order. Raises NotReadable."""
    try:
        root = etree.fromstring(parts.read(CONTENT), etree.XMLParser(resolve_entities=False, no_network=True))
        return list(_blocks(root))
    except DAMAGE as error:
        raise damaged("ODT", error) from None


def damaged(kind: str, error: Exception) -> NotReadable:
    """Return what to raise where a parser stumbled. kind: of the document, "ODT"."""
    return NotReadable(f"the {kind} is damaged ({type(error).__name__}: {error})")


def _blocks(element: Any) -> Iterator[str]:
    for child in element:
        if _is_apart(child):
            continue
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield _line(child)
        elif child.tag == f"{_TABLE}table-row":
            cells = []
            for cell in child.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                words = " ".join(filter(None, _blocks(cell)))
                repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1")) if words else 1
                cells += [words] * min(repeated, MAX_REPEATED)
            if any(cells):
                yield row_line(cells)
        else:
            yield from _blocks(child)


def _line(paragraph: Any) -> str:
    words = [paragraph.text or ""]
    for child in paragraph:
        if child.tag == f"{_TEXT}s":
            words.append(" " * min(int(child.get(f"{_TEXT}c", "1")), MAX_REPEATED))
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            words.append(" ")
        elif not _is_apart(child):
            words.append(_line(child))
        words.append(child.tail or "")
    return "".join(words)


def _is_apart(element: Any) -> bool:
    """Whether an element and what it holds is no text of the document. A comment of XML has a function for its tag."""
    return not isinstance(element.tag, str) or element.tag in _APART


def rtf_lines(data: bytes) -> list[str]:
    """Return the lines of a Rich Text file. Raises NotReadable."""
    from striprtf.striprtf import rtf_to_text

    try:
        text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except DAMAGE as error:
        raise damaged("RTF", error) from None
    # Word writes what is beyond 16 bits as two halves, and each comes as a character of its own
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").splitlines()


def xlsx_lines(data: bytes) -> list[str]:
    """Return the sheets of a workbook, each after its name, row by row, values as they were computed.

    Raises NotReadable.
    """
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of what it leaves out
            return list(_rows(load_workbook(io.BytesIO(data), read_only=True, data_only=True)))
    except DAMAGE as error:
        raise damaged("XLSX", error) from None


def _rows(book: Any) -> Iterator[str]:
    cells = 0
    for sheet in book.worksheets:
        yield sheet.title
        for row in sheet.iter_rows():
            cells += len(row)
            if cells > MAX_CELLS:
                return
            words = [_cell(cell.value, cell.number_format or "") for cell in row]
            while words and not words[-1]:
                words.pop()
            if words:
                yield row_line(words)


def _cell(value: object, number_format: str) -> str:
    """Return a value as an office here writes it: 1,5, 95,3% and 5/7/2023. number_format: "0.0%" of 0.953."""
    if value is None:
        return ""
    if hasattr(value, "strftime") and hasattr(value, "year"):
        return f"{value.day}/{value.month}/{value.year}"  # type: ignore[attr-defined]
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    if "%" in _LITERAL.sub("", number_format):
        value *= 100
    digits = f"{Decimal(f'{value:.10g}'):f}" if isinstance(value, float) else str(value)
    return digits.replace(".", ",") + "%" * ("%" in number_format)
