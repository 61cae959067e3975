"""What became of a page at its source after it was archived: it was changed, or it is there no more (fates.tsv)."""

import csv
from functools import cache
from pathlib import Path

from search.text.normalization import fold

FATES_FILE = Path(__file__).with_name("fates.tsv")


@cache
def labels(language: str = "vi") -> dict[str, str]:
    """Return key → label. language: "vi" or "en"."""
    return {row["key"]: row["label_en" if language == "en" else "label"] for row in _rows()}


@cache
def by_name() -> dict[str, str]:
    """Return folded label or key → key, as a query may name it."""
    return {fold(row[name]): row["key"] for row in _rows() for name in ("key", "label")}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with FATES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t"))
