"""The Whoosh schema: text fields of search/ranking.py, exact values for filters and facets, days, what is stored."""

from collections import defaultdict
from collections.abc import Iterator

from whoosh import fields, formats, scoring
from whoosh.system import pack_uint

from search import ranking
from search.document import FACETS, Document

FIRST_DAY, LAST_DAY = "day", "day_last"
STORED = "document"
LONGEST_TERM_BYTES = 200  # longer runs of letters are no words; they are cut


class Terms(fields.FieldType):
    """A field that is given its terms as (term, position) pairs: analysis is done elsewhere (search/analysis.py)."""

    def __init__(self, positions: bool) -> None:
        self.positions = positions
        self.format = formats.Positions() if positions else formats.Frequency()
        self._encode = getattr(self.format, "encode", None)
        self.scorable = True
        self.stored = self.unique = False
        self.analyzer = self.vector = None

    def index(self, value: list[tuple[str, int]], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        places: dict[str, list[int]] = defaultdict(list)
        for term, position in value:
            places[term].append(position)
        for term, positions in places.items():
            count = len(positions)
            encoded = self._encode(positions) if self.positions else pack_uint(count)
            yield term_bytes(term), count, float(count), encoded

    def to_bytes(self, value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else term_bytes(value)


class Bm25(scoring.BM25F):
    """BM25 with the parameters of search/ranking.py (Whoosh's own idf never falls below 1, even for "và")."""

    def __init__(self) -> None:
        super().__init__(K1=ranking.K1, **{f"{field.name}_B": field.b for field in ranking.FIELDS})

    def idf(self, searcher: object, fieldname: str, text: bytes) -> float:
        top = searcher.get_parent()  # type: ignore[attr-defined]
        return ranking.idf(top.doc_count_all(), top.doc_frequency(fieldname, text))


def term_bytes(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")[:LONGEST_TERM_BYTES]


def schema() -> fields.Schema:
    names: dict[str, fields.FieldType] = {field.name: Terms(field.positions) for field in ranking.FIELDS}
    names |= {facet: fields.ID(sortable=True) for facet in FACETS}
    names |= {day: fields.NUMERIC(int, sortable=True) for day in (FIRST_DAY, LAST_DAY)}
    names |= {"id": fields.ID(unique=True, stored=True), "key": fields.ID(), "fingerprint": fields.STORED()}
    return fields.Schema(**names, **{STORED: fields.STORED()})


def day_range(iso: str) -> tuple[int, int]:
    """Return the first and last day that an ISO date cut to its precision can mean, as YYYYMMDD; (0, 0) if unknown."""
    if not iso:
        return 0, 0
    year, month, day = (int(part) for part in [*iso.split("-"), "0", "0"][:3])
    return year * 10_000 + month * 100 + day, year * 10_000 + (month or 12) * 100 + (day or 31)


def values_of(document: Document) -> dict[str, str]:
    """Return the value of each facet as indexed; unknown ones are left out."""
    values = {facet: getattr(document, facet) for facet in FACETS}
    return {facet: str(value) for facet, value in values.items() if value not in ("", None)}
