"""Kinds of numbered documents: the letters of their numbers (NQ, CT) and their names (document_kinds.tsv).

in_text     the letters make one token of a number: 35-CT/TW. A closed list, or "10 km/h" would be a document
cited       a page that prints them cites a document
searched    searches name it by its name and number: "chỉ thị 35"
with_organ  pages do so too, with the organ: "Chỉ thị số 35 của Bộ Chính trị"
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

KINDS_FILE = Path(__file__).with_name("document_kinds.tsv")


class DocumentKind(NamedTuple):
    """code: as printed. name: "" where numbers alone have it; two names may share a code."""

    code: str
    name: str
    in_text: bool
    cited: bool
    searched: bool
    with_organ: bool


@cache
def document_kinds() -> tuple[DocumentKind, ...]:
    with KINDS_FILE.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file, delimiter="\t")
        return tuple(DocumentKind(code, name, *(flag == "1" for flag in flags)) for code, name, *flags in rows)


@cache
def codes_in_text() -> tuple[str, ...]:
    """Return the letters that make one token of a number, the longest first."""
    return tuple(sorted({kind.code for kind in document_kinds() if kind.in_text}, key=lambda code: (-len(code), code)))


@cache
def codes_by_name() -> dict[str, str]:
    """Return name → code of what pages cite by kind, number and organ."""
    return {kind.name: kind.code for kind in document_kinds() if kind.with_organ}
