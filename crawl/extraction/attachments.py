"""Attached documents → text: PDF, DOCX, ODT, RTF, XLSX; where the programs are there, DOC, and scans by OCR.

Party documents are mostly PDF. A page that holds a picture and next to no letters was scanned; without OCR its document
is reported as scanned instead of being passed on as empty.
"""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawl.extraction import ocr, office, word_binary
from crawl.extraction.encodings import repaired
from crawl.extraction.tables import BETWEEN, MIN_COLUMNS, MIN_ROWS, row_line

if TYPE_CHECKING:
    from docx.table import Table
    from pypdf import PageObject, PdfReader

MAX_PAGES = 1_000  # the longest congress documents have some 300; a file with more is not read to its end
MAX_UNPACKED_BYTES = 300_000_000  # of a DOCX; a bomb stops here, a report full of photographs does not
SCANNED_PAGE_LETTERS = 30  # a stamp or page number that someone typed onto a scan has fewer
FULL_LINE_SHARE = 0.75  # of the usual line length: a line that long was broken by the page, not by its writer

PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")  # PNG, JPEG, TIFF
NUMBERS_OF_A_ROW = 2  # at least, of a row of a table in a PDF

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_AROUND_RUNS = tuple(f"{_WORD}{name}" for name in ("ins", "moveTo", "smartTag"))  # what was inserted; names, days
_NUMBERS = re.compile(r"(?<!\S)[+-]?\d[\d.,]*%?(?!\S)")
_NUMBER_ALONE = re.compile(r"[+-]?\d[\d.,]*\s?%?")
_GAP = re.compile(r"\s{2,}")
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–—\s]*", re.IGNORECASE)
_ENDS_PARAGRAPH = re.compile(r"[.!?:;…/]['\"”’)]*$")
_STARTS_PARAGRAPH = re.compile(r"(?:[-–+*•]|\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ][.)]|[IVX]{1,4}[.)])\s")


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """The text of a document. reading: "text" (as written in the file), "ocr", or "scanned" (pictures, text "")."""

    text: str
    reading: str
    pages: int


class UnreadableAttachment(ValueError):
    """A document is damaged, locked or of another kind; says why in plain words."""


def attachment_text(data: bytes) -> AttachmentText:
    """Return the text of a document or picture, told apart by its first bytes. Raises UnreadableAttachment."""
    if _is_pdf(data):
        return pdf_text(data)
    if data.startswith(b"PK\x03\x04"):
        return _packed_text(data)
    try:
        if data.startswith(office.RTF_MARK):
            return _joined(office.rtf_lines(data))
        if word_binary.is_word(data):
            return _joined(word_binary.doc_lines(data))
    except office.NotReadable as error:
        raise UnreadableAttachment(str(error)) from None
    if data.startswith(PICTURES) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return _picture_text(data)
    if data.startswith(word_binary.OLE_MARK):
        raise UnreadableAttachment(
            "it is an Office file of before 2007 (.xls, .ppt) or a damaged one: save it as .xlsx or .pdf"
        )
    raise UnreadableAttachment("it is neither PDF, DOCX, DOC, ODT, RTF, XLSX nor a picture")


def _packed_text(data: bytes) -> AttachmentText:
    """Return the text of what is packed as ZIP: DOCX, XLSX, ODT."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size, names = sum(part.file_size for part in parts.infolist()), set(parts.namelist())
            if size > MAX_UNPACKED_BYTES:
                raise UnreadableAttachment(
                    f"it unpacks to {size:,} bytes, more than the {MAX_UNPACKED_BYTES:,} allowed"
                )
            if "mimetype" in names and parts.read("mimetype").startswith(office.ODT_MARK):
                return _joined(office.odt_lines(parts))
            if office.WORKBOOK in names:
                return _joined(office.xlsx_lines(data))
    except office.NotReadable as error:
        raise UnreadableAttachment(str(error)) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
        raise UnreadableAttachment(f"the file is damaged ({error})") from None
    return docx_text(data)


def _joined(lines: Iterable[str]) -> AttachmentText:
    return AttachmentText(repaired("\n\n".join(line.strip() for line in lines if line.strip())), "text", 0)


def _picture_text(data: bytes) -> AttachmentText:
    """Return the text of a picture of text (a scanned letter, a page of an e-magazine), marked as read by OCR."""
    if not ocr.is_available():
        return AttachmentText("", "scanned", 1)
    text = "\n\n".join(_paragraphs([page.splitlines() for page in ocr.recognise([data])]))
    return AttachmentText(text, "ocr" if text else "scanned", 1)


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]  # the format allows some bytes before the mark, and servers use that


def pdf_text(data: bytes) -> AttachmentText:
    """Return the text of a PDF, paragraphs joined over line ends, without page numbers and running heads."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableAttachment("it is locked with a password")
        pages = [_page_lines(page) for page in reader.pages[:MAX_PAGES]]
        if _is_scanned(reader, pages):
            return _scanned_text(reader, len(pages))
    except UnreadableAttachment:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as error:
        # pypdf reports damage by whichever of these its parser stumbles over
        raise UnreadableAttachment(f"the PDF is damaged ({type(error).__name__}: {error})") from None
    return AttachmentText(repaired("\n\n".join(_paragraphs(_without_running_heads(pages)))), "text", len(pages))


def _page_lines(page: "PageObject") -> list[str]:
    lines = [line.strip() for line in page.extract_text().splitlines()]
    if sum(len(_NUMBERS.findall(line)) >= NUMBERS_OF_A_ROW for line in lines) < MIN_ROWS:
        return lines
    return _with_rows(page.extract_text(extraction_mode="layout").splitlines()) or lines


def _with_rows(laid_out: list[str]) -> list[str]:
    """Return the lines of a page that holds a table, rows as those of other tables; none where it holds no table.

    laid_out: with blanks where the page has room. A row has several numbers, or as many cells as the row beside it.
    """
    cells = [[cell for cell in _GAP.split(line.strip()) if cell] for line in laid_out]
    rows = {at for at, one in enumerate(cells) if sum(map(bool, map(_NUMBER_ALONE.fullmatch, one))) >= NUMBERS_OF_A_ROW}
    rows = {at for at in rows if len(cells[at]) >= MIN_COLUMNS}
    if len(rows) < MIN_ROWS:
        return []
    for at in range(max(rows), -1, -1):  # headings stand above
        if at + 1 in rows and len(cells[at]) == len(cells[at + 1]):
            rows.add(at)
    return [(row_line if at in rows else " ".join)(one) for at, one in enumerate(cells)]


def _is_scanned(reader: "PdfReader", pages: list[list[str]]) -> bool:
    """Tell whether most pages are pictures of text."""
    bare = [number for number, lines in enumerate(pages) if sum(map(len, lines)) < SCANNED_PAGE_LETTERS]
    return bool(pages) and len(bare) * 2 > len(pages) and any(_has_picture(reader.pages[number]) for number in bare[:3])


def _has_picture(page: "PageObject") -> bool:
    resources = page.get("/Resources")
    pictures = resources.get_object().get("/XObject") if resources is not None else None
    objects = pictures.get_object().values() if pictures is not None else ()
    return any(item.get_object().get("/Subtype") == "/Image" for item in objects)


def _scanned_text(reader: "PdfReader", pages: int) -> AttachmentText:
    if not ocr.is_available():
        return AttachmentText("", "scanned", pages)
    pictures = (max(page.images, key=lambda image: len(image.data)).data for page in reader.pages if _has_picture(page))
    text = "\n\n".join(_paragraphs([page.splitlines() for page in ocr.recognise(pictures)]))
    return AttachmentText(text, "ocr" if text else "scanned", pages)


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """Return pages without page numbers and without the line that heads or ends most of them."""
    edges = Counter(line for lines in pages for line in {*lines[:1], *lines[-1:]} if line)
    running = {line for line, times in edges.items() if times > 2 and times * 2 > len(pages)}
    kept = []
    for lines in pages:
        last = len(lines) - 1
        kept.append(
            [
                line
                for number, line in enumerate(lines)
                if not (number in (0, last) and (line in running or _PAGE_NUMBER.fullmatch(line)))
            ]
        )
    return kept


def _paragraphs(pages: list[list[str]]) -> Iterator[str]:
    """Yield paragraphs: lines that the page broke are joined, also from one page to the next."""
    lengths = sorted(len(line) for lines in pages for line in lines if line)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    paragraph = ""
    previous = ""
    for line in (line for lines in pages for line in lines):
        if paragraph and (not line or not _goes_on(previous, line, usual)):
            yield paragraph
            paragraph = ""
        if line:
            paragraph = f"{paragraph} {line}" if paragraph else line
        previous = line
    if paragraph:
        yield paragraph


def _goes_on(previous: str, line: str, usual: int) -> bool:
    if BETWEEN in line or BETWEEN in previous or _STARTS_PARAGRAPH.match(line) or _ENDS_PARAGRAPH.search(previous):
        return False
    return line[0].islower() or len(previous) >= FULL_LINE_SHARE * usual


def docx_text(data: bytes) -> AttachmentText:
    """Return the text of a DOCX: paragraphs and tables in their order, without headers, footers and comments."""
    import docx
    from docx.opc.exceptions import OpcError
    from docx.table import Table

    damage: tuple[type[Exception], ...] = (OpcError, *office.DAMAGE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
            if "word/document.xml" not in parts.namelist():
                raise UnreadableAttachment("it is a ZIP file, but no DOCX")
        if size > MAX_UNPACKED_BYTES:
            raise UnreadableAttachment(f"it unpacks to {size:,} bytes, more than the {MAX_UNPACKED_BYTES:,} allowed")
        lines: list[str] = []
        document = docx.Document(io.BytesIO(data))
        for wrapper in list(document.element.body.iter(*_AROUND_RUNS)):  # python-docx passes over what stands in them
            for child in list(wrapper):
                wrapper.addprevious(child)
            wrapper.getparent().remove(wrapper)
        for block in document.iter_inner_content():
            lines += _table_lines(block) if isinstance(block, Table) else [block.text]
    except UnreadableAttachment:
        raise
    except damage as error:
        raise UnreadableAttachment(str(office.damaged("DOCX", error))) from None
    return _joined(lines)


def _table_lines(table: "Table") -> Iterator[str]:
    """Yield a table row by row. Cells of one line stand side by side; a letterhead has its cells below each other."""
    above: list[object] = []
    for row in table.rows:
        merged = [cell._tc for cell in row.cells]  # a merged cell is handed out once for each column and row
        cells = [
            "" if (at and tc is merged[at - 1]) or (at < len(above) and tc is above[at]) else cell.text.strip()
            for at, (tc, cell) in enumerate(zip(merged, row.cells, strict=True))
        ]
        above = list(merged)
        if len(cells) < MIN_COLUMNS and any("\n" in cell for cell in cells):
            yield from (line for cell in cells for line in cell.split("\n"))
        elif len(cells) < MIN_COLUMNS:
            yield BETWEEN.join(filter(None, cells))
        elif any(cells):
            yield row_line(cells)
