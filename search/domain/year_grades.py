"""How sure the year of a page is: printed on it, inferred from its words, alone fitting, unknown (year_grades.tsv)."""

import csv
from functools import cache
from pathlib import Path

GRADES_FILE = Path(__file__).with_name("year_grades.tsv")
UNKNOWN = "unknown"  # a value of the facet, and of documents without a year
FIRST_YEAR, LAST_YEAR = 1997, 2099  # in which a day without a year can lie: what is older is not on the web


@cache
def labels(language: str = "vi") -> dict[str, str]:
    """Return key → label, the surest first. language: "vi" or "en"."""
    with GRADES_FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["key"]: row["label_en" if language == "en" else "label"] for row in rows}
