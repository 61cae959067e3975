"""The files that official notices carry: their text as DOCX and as PDF with a text layer."""

import io
import zlib

from tests.crawl.sites.sample_article import SampleArticle

LINES_ON_A_PAGE = 46
COLUMNS = 90


def docx_of(article: SampleArticle) -> bytes:
    from docx import Document  # here, since only sites with attachments need it

    document = Document()
    for paragraph in [article.title, *article.paragraphs]:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_of(article: SampleArticle) -> bytes:
    """Return the text as a PDF of our own making: one Type 0 font by name, glyph numbers, and a map to Unicode."""
    lines = [line for paragraph in [article.title, *article.paragraphs] for line in _wrapped(paragraph)]
    glyphs = {letter: number for number, letter in enumerate(sorted(set("".join(lines))), start=1)}
    pages = [lines[start : start + LINES_ON_A_PAGE] for start in range(0, len(lines), LINES_ON_A_PAGE)]
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /MauSerif /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /MauSerif /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(_unicode_map(glyphs)),
    ]
    for number, page in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            + f" /Contents {7 + 2 * number} 0 R >>".encode()
        )
        shown = "\n".join("<" + "".join(f"{glyphs[letter]:04x}" for letter in line) + "> Tj T*" for line in page)
        objects.append(_stream(f"BT /F1 11 Tf 16 TL 60 780 Td\n{shown}\nET"))
    return _file(objects)


def _wrapped(paragraph: str) -> list[str]:
    lines, line = [], ""
    for word in paragraph.split():
        if line and len(line) + 1 + len(word) > COLUMNS:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def _unicode_map(glyphs: dict[str, int]) -> str:
    rows = "\n".join(f"<{number:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, number in glyphs.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(glyphs)} beginbfchar\n{rows}\nendbfchar\n"
        "endcmap end end"
    )


def _stream(text: str) -> bytes:
    packed = zlib.compress(text.encode())
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()
