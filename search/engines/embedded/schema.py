"""The Whoosh schema: text fields of search/ranking.py, exact values for filters and facets, days, what is stored."""

from collections import defaultdict
from collections.abc import Generator
from typing import Any

from whoosh import fields, formats
from whoosh.system import pack_uint

from search import ranking
from search.document import FACETS
from search.engines.indexed_fields import FIRST_DAY, LAST_DAY, WHOLE_VALUES

STORED = "document"


class Terms(fields.FieldType):
    """A field that is given its terms as (term, position) pairs: search/text/analysis.py makes them."""

    def __init__(self, positions: bool) -> None:
        self.format = formats.Positions() if positions else formats.Frequency()
        self.positions = positions
        self.scorable = True
        self.stored = self.unique = False
        self.analyzer = self.vector = None

    def index(self, value: Any, **_: Any) -> Generator[tuple[bytes, int, float | int, bytes], Any, None]:
        positions_of: dict[str, list[int]] = defaultdict(list)
        for term, position in value:
            positions_of[term].append(position)
        for term, positions in positions_of.items():
            count = len(positions)
            yield term_bytes(term), count, count, self.encode(sorted(positions))

    def encode(self, positions: list[int]) -> bytes:
        if self.positions:
            return self.format.encode(positions)
        return pack_uint(len(positions))

    def to_bytes(self, value: Any) -> bytes:
        return value if isinstance(value, bytes) else term_bytes(value)

    def from_bytes(self, bs: Any) -> str:
        return bytes(bs).decode("utf-8", "surrogatepass")


def term_bytes(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")


def schema() -> fields.Schema:
    names: dict[str, fields.FieldType] = {field.name: Terms(field.positions) for field in ranking.FIELDS}
    names[ranking.WORDS] = Terms(positions=False)
    names |= {facet: fields.ID(sortable=True) for facet in FACETS}
    names |= {name: fields.ID() for name in WHOLE_VALUES}
    names |= {day: fields.NUMERIC(int, sortable=True, default=0) for day in (FIRST_DAY, LAST_DAY)}
    names |= {"id": fields.ID(unique=True, stored=True), "key": fields.ID(), "fingerprint": fields.STORED()}
    return fields.Schema(**names, **{STORED: fields.STORED()})
