"""References for other programs: RIS, CSL-JSON, COinS, a document of Word. BibTeX of one stands in citation.py."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from web.ui.citation import Reference, bibtex, citation
from web.ui.labels import in_vietnam
from web.ui.language import translated


@dataclass(frozen=True, slots=True)
class Cited:
    """A reference with the passages that somebody keeps of it: (words, link), and notes. in_paper: from a newspaper."""

    reference: Reference
    passages: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    in_paper: bool = False

    @property
    def remarks(self) -> list[str]:
        return [f"“{words}” {link}" for words, link in self.passages] + list(self.notes)


def bibtex_list(cited: Iterable[Cited]) -> str:
    """Return the entries; passages and notes are their annotation (biblatex)."""
    return "\n\n".join(bibtex(one.reference, " — ".join(one.remarks)) for one in cited) + "\n"


def ris(cited: Iterable[Cited]) -> str:
    """Return the records, lines ended as the format wants them."""
    return "".join("".join(f"{tag}  - {_line(value)}\r\n" for tag, value in _tags(one) if value) for one in cited)


def _tags(one: Cited) -> list[tuple[str, str]]:
    reference = one.reference
    return [
        ("TY", "NEWS" if one.in_paper else "ELEC"),
        *(("AU", name) for name in reference.authors),
        ("TI", reference.title),
        ("T2", reference.source),
        ("PY", reference.published[:4]),
        ("DA", reference.published.replace("-", "/")),
        ("Y2", _accessed(reference).replace("-", "/")),
        ("LA", "vi"),
        ("UR", reference.url or reference.permalink),
        ("L2", reference.permalink),
        *(("N1", remark) for remark in one.remarks),
        ("ER", " "),
    ]


def _line(value: str) -> str:
    return value if value == " " else " ".join(value.split())


def csl(cited: Iterable[Cited]) -> list[dict[str, Any]]:
    """Return the items of CSL-JSON, without what is not known."""
    return [_csl(one) for one in cited]


def _csl(one: Cited) -> dict[str, Any]:
    reference = one.reference
    item = {
        "id": f"hoinghi-{reference.key}",
        "type": "article-newspaper" if one.in_paper else "webpage",
        "title": reference.title,
        "author": [{"literal": name} for name in reference.authors],
        "container-title": reference.source,
        "issued": _date_parts(reference.published),
        "accessed": _date_parts(_accessed(reference)),
        "URL": reference.url or reference.permalink,
        "archive": "hoinghi",
        "archive_location": reference.permalink,
        "language": "vi",
        "note": "\n".join(one.remarks),
    }
    return {name: value for name, value in item.items() if value}


def _date_parts(iso: str) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in iso.split("-")]]} if iso else None


def _accessed(reference: Reference) -> str:
    return in_vietnam(reference.captured)[:10] if reference.captured else ""


def coins(reference: Reference, in_paper: bool) -> str:
    """Return a context object (Z39.88-2004, Dublin Core) as programs such as Zotero read it from a span's title."""
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "newspaperArticle" if in_paper else "webpage"),
        ("rft.title", reference.title),
        ("rft.source", reference.source),
        ("rft.date", reference.published),
        ("rft.identifier", reference.url or reference.permalink),
        ("rft.language", "vi"),
        *(("rft.au", name) for name in reference.authors),
    ]
    return urlencode([pair for pair in pairs if pair[1]])


def word_document(cited: Sequence[Cited], title: str) -> bytes:
    """Return a document for Word: a numbered list of citations, the passages quoted below, the notes in italics."""
    from docx import Document as WordDocument  # takes a tenth of a second: only who wants a document waits for it

    document = WordDocument()
    document.core_properties.title, document.core_properties.language = title, "vi"
    document.add_heading(_printable(title), level=1)
    for one in cited:
        document.add_paragraph(_printable(citation(one.reference)), style="List Number")
        for words, link in one.passages:
            document.add_paragraph(_printable(f"“{words}”\n{link}"), style="Quote")
        for note in one.notes:
            document.add_paragraph().add_run(f"{translated('Ghi chú')}: {_printable(note)}").italic = True
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _printable(text: str) -> str:
    """Return text without the signs that XML does not allow."""
    return "".join(character for character in text if character >= " " or character in "\n\t")
