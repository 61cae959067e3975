"""Districts, towns and cities within provinces, as they stood until 2025-07-01 (districts.csv)."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("districts.csv")
CITY = "thành phố"


class District(NamedTuple):
    """kind: "huyện", "quận", "thị xã" or "thành phố". province: its slug.

    name: without the kind, but where a province has two of one name: "Cao Lãnh (Huyện)".
    """

    name: str
    kind: str
    province: str


@cache
def districts() -> tuple[District, ...]:
    """Return all of them, ordered by province and name."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(District(row["name"], row["type"], row["province"]) for row in csv.DictReader(lines))


def city_names() -> list[str]:
    """Return the names of the cities within provinces."""
    return [one.name.partition(" (")[0] for one in districts() if one.kind == CITY]
