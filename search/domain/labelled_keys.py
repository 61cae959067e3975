"""Keys with a label in each language, from a table beside this module: key, label, label_en, further names."""

import csv
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from search.text.normalization import fold


class LabelledKeys:
    """table: name of the file (TSV). names: columns by which a query may name a key; all where none are given."""

    def __init__(self, table: str, names: Sequence[str] = ()) -> None:
        self._file, self._names = Path(__file__).with_name(table), names

    def labels(self, language: str = "vi") -> dict[str, str]:
        """Return key → label, in the order of the table. language: "vi" or "en"."""
        return self._english if language == "en" else self._vietnamese

    def by_name(self) -> dict[str, str]:
        """Return folded name → key."""
        return self._by_name

    @cached_property
    def _rows(self) -> list[dict[str, str]]:
        with self._file.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, delimiter="\t"))

    @cached_property
    def _vietnamese(self) -> dict[str, str]:
        return {row["key"]: row["label"] for row in self._rows}

    @cached_property
    def _english(self) -> dict[str, str]:
        return {row["key"]: row["label_en"] for row in self._rows}

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {fold(row[name]): row["key"] for row in self._rows for name in self._names or row}
