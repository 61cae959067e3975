"""The kinds of meetings: keys, labels, and the names they are asked for by (kinds.tsv)."""

import csv
from functools import cache
from pathlib import Path

from search.text.normalization import fold

KINDS_FILE = Path(__file__).with_name("kinds.tsv")


@cache
def labels(language: str = "vi") -> dict[str, str]:
    """Return key → label, in the order of the file. language: "vi" or "en"."""
    return {row["key"]: row["label_en" if language == "en" else "label"] for row in _rows()}


@cache
def by_name() -> dict[str, str]:
    """Return folded key, label or name → key."""
    return {fold(name): row["key"] for row in _rows() for name in row.values()}


def _rows() -> list[dict[str, str]]:
    with KINDS_FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
