"""Documents of other offices → text: OpenDocument text (.odt), Rich Text (.rtf), workbooks (.xlsx).

Each of a sheet's rows is a line, its cells apart as those of other tables (tables.py).
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawl.extraction.tables import row_line

ODT_MARK = b"application/vnd.oasis.opendocument.text"
RTF_MARK = b"{\\rtf"
WORKBOOK, CONTENT = "xl/workbook.xml", "content.xml"
MAX_CELLS = 500_000  # of a workbook; a table of a province's projects has some thousands
MAX_REPEATED = 50  # cells or blanks that a file says once and means many times
_TEXT, _TABLE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_APART = {f"{_TEXT}{name}" for name in ("note", "tracked-changes", "sequence-decls")}  # and what they hold


class NotReadable(ValueError):
    """A document is damaged; says why in plain words."""


def odt_lines(parts: zipfile.ZipFile) -> Iterator[str]:
    """Yield paragraphs, headings and rows of tables in their order. Raises NotReadable."""
    try:
        root = etree.fromstring(parts.read(CONTENT), etree.XMLParser(resolve_entities=False, no_network=True))
    except (KeyError, etree.XMLSyntaxError) as error:
        raise NotReadable(f"the ODT is damaged ({error})") from None
    yield from _blocks(root)


def _blocks(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _APART:
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
        elif child.tag not in _APART:
            words.append(_line(child))
        words.append(child.tail or "")
    return "".join(words)


def rtf_lines(data: bytes) -> Iterator[str]:
    """Yield the lines of a Rich Text file. Raises NotReadable."""
    from striprtf.striprtf import rtf_to_text

    try:
        text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, RecursionError) as error:
        raise NotReadable(f"the RTF is damaged ({error})") from None
    yield from text.splitlines()


def xlsx_lines(data: bytes) -> Iterator[str]:
    """Yield the sheets of a workbook, each after its name, row by row, values as they were computed.

    Raises NotReadable.
    """
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of what it leaves out
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            cells = 0
            for sheet in book.worksheets:
                yield sheet.title
                for row in sheet.iter_rows(values_only=True):
                    cells += len(row)
                    if cells > MAX_CELLS:
                        return
                    words = [_cell(value) for value in row]
                    while words and not words[-1]:
                        words.pop()
                    if words:
                        yield row_line(words)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, SyntaxError, OSError) as error:
        raise NotReadable(f"the XLSX is damaged ({type(error).__name__}: {error})") from None


def _cell(value: object) -> str:
    """Return a value as an office here writes it: 1,5 and 5/7/2023."""
    if value is None:
        return ""
    if hasattr(value, "strftime") and hasattr(value, "year"):
        return f"{value.day}/{value.month}/{value.year}"  # type: ignore[attr-defined]
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",") if "e" not in f"{value:.10g}" else f"{value:.0f}"
    return str(value)
