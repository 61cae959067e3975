"""The Whoosh schema: text fields of search/ranking.py, exact values for filters and facets, days, what is stored."""

from collections import defaultdict
from collections.abc import Generator
from typing import Any

from whoosh import fields, formats, scoring
from whoosh.system import pack_uint

from search import ranking
from search.document import FACETS, Document
from search.engines.embedded.format.keyword_fields import EXACT

FIRST_DAY, LAST_DAY = "day", "day_last"
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
        places: dict[str, list[int]] = defaultdict(list)
        for term, position in value:
            places[term].append(position)
        for term, positions in places.items():
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


class Bm25(scoring.BM25F):
    """BM25 with the parameters of search/ranking.py (Whoosh's own idf never falls below 1, even for "và")."""

    def __init__(self) -> None:
        super().__init__(K1=ranking.K1, **{f"{field.name}_B": field.b for field in ranking.FIELDS}, words_B=0.0)

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
        top = searcher.get_parent()
        return ranking.idf(top.doc_count_all(), top.doc_frequency(ranking.idf_field(fieldname), text))


def term_bytes(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")


def schema() -> fields.Schema:
    names: dict[str, fields.FieldType] = {field.name: Terms(field.positions) for field in ranking.FIELDS}
    names[ranking.WORDS] = Terms(positions=False)
    names |= {facet: fields.ID(sortable=True) for facet in FACETS}
    names |= {name: fields.ID() for name in EXACT}
    names |= {day: fields.NUMERIC(int, sortable=True, default=0) for day in (FIRST_DAY, LAST_DAY)}
    names |= {"id": fields.ID(unique=True, stored=True), "key": fields.ID(), "fingerprint": fields.STORED()}
    return fields.Schema(**names, **{STORED: fields.STORED()})


def day_range(iso: str) -> tuple[int, int]:
    """Return the first and last day that an ISO date cut to its precision can mean, as YYYYMMDD; (0, 0) if unknown."""
    if not iso:
        return 0, 0
    year, month, day = (int(part) for part in [*iso.split("-"), "0", "0"][:3])
    return year * 10_000 + month * 100 + day, year * 10_000 + (month or 12) * 100 + (day or 31)


def facet_values(document: Document) -> dict[str, str]:
    """Return the value of each facet as indexed; unknown ones are left out."""
    values = {facet: getattr(document, facet) for facet in FACETS}
    return {facet: str(value) for facet, value in values.items() if value not in ("", None)}
