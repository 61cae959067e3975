"""Real PDF and DOCX files for the tests, made without any font: Unicode text through a ToUnicode map, or a picture."""

import io

import docx
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, StreamObject

COLUMN = 110  # points from one cell of a row to the next


def pdf(pages: list[list[str | list[str]]], password: str = "") -> bytes:
    """Return a PDF with a text layer: for each page its lines, one below the other; a list is a row of cells."""
    writer = PdfWriter()
    letters = sorted({letter for lines in pages for line in lines for text in line for letter in text})
    codes = {letter: number for number, letter in enumerate(letters, 1)}
    font = writer._add_object(_font(writer, codes))
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        drawn = ["BT /F1 12 Tf 60 790 Td 16 TL"]
        for line in lines:
            cells = [line] if isinstance(line, str) else line
            for number, cell in enumerate(cells):
                shift = COLUMN if number < len(cells) - 1 else -COLUMN * (len(cells) - 1)
                shown = "".join(f"{codes[letter]:04x}" for letter in cell)
                drawn += [f"<{shown}> Tj", *([f"{shift} 0 Td"] if len(cells) > 1 else [])]
            drawn.append("T*")
        content = DecodedStreamObject()
        content.set_data("\n".join([*drawn, "ET"]).encode("ascii"))
        page[NameObject("/Contents")] = writer._add_object(content)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    return _bytes(writer)


def scanned_pdf(pictures: list[tuple[int, int, bytes]]) -> bytes:
    """Return a PDF of pictures alone: for each page width, height and 8-bit grey pixels."""
    writer = PdfWriter()
    for width, height, pixels in pictures:
        page = writer.add_blank_page(595, 842)
        picture = StreamObject()
        picture._data = pixels
        picture.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Image"),
                NameObject("/Width"): NumberObject(width),
                NameObject("/Height"): NumberObject(height),
                NameObject("/ColorSpace"): NameObject("/DeviceGray"),
                NameObject("/BitsPerComponent"): NumberObject(8),
            }
        )
        content = DecodedStreamObject()
        content.set_data(b"q 595 0 0 842 0 0 cm /Scan Do Q")
        page[NameObject("/Contents")] = writer._add_object(content)
        pictures_of_page = DictionaryObject({NameObject("/Scan"): writer._add_object(picture)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): pictures_of_page})
    return _bytes(writer)


def docx_file(paragraphs: list[str], table: list[list[str]] | None = None) -> bytes:
    """Return a DOCX: a table first (as letterheads are), then paragraphs."""
    document = docx.Document()
    if table:
        made = document.add_table(rows=len(table), cols=len(table[0]))
        for row, texts in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _font(writer: PdfWriter, codes: dict[str, int]) -> DictionaryObject:
    pairs = [f"<{number:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, number in codes.items()]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    mapping = DecodedStreamObject()
    mapping.set_data(
        "\n".join(
            [
                "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
                "1 begincodespacerange <0000> <ffff> endcodespacerange",
                *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
                "endcmap end end",
            ]
        ).encode("ascii")
    )
    descendant = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): NameObject("/Mau"),
            NameObject("/DW"): NumberObject(500),
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/Mau"),
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([writer._add_object(descendant)]),
            NameObject("/ToUnicode"): writer._add_object(mapping),
        }
    )


def _bytes(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
