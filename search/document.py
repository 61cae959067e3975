"""What is indexed (Document) and what is answered (Hit, Facet, Results). Field names are defined here, once."""

import hashlib
from dataclasses import dataclass, field, fields
from typing import Any

from search.query.nodes import Hint

FACETS = ("province_then", "province_now", "year", "kind", "source", "level", "year_grade")
CITED = "document_number"  # a facet, too; a document has any number of them, so only the most frequent are told
MOST_CITED = 10
MONTH = "month"  # a facet, too, of the documents whose month is known: year * 100 + month


@dataclass(slots=True)  # an answer reads ten: to freeze them would treble the time to make one; nothing changes them
class Document:
    """One article, interpreted. Text is as printed (marks and offsets point into it); all else is normalised.

    id, key: as in the archive (key = short name in permalinks).
    text: lede and body as printed, paragraphs separated by an empty line.
    published, held, modified: ISO dates cut to their precision ("2024", "2024-07", "2024-07-05"), "" if unknown.
    year: of held, else of published, else of the term that a congress opens; None if none is known.
    year_grade: "printed" on the page, "inferred" from its words, "bracketed" (only one year fits); "" without a year.
    possible_years: of a page without a year, those that its words leave, ascending; () where they leave any.
    province_then, province_now: slugs, "" if unknown; then = the unit on the document's own date, now = today's.
    evidence: for each interpreted field the printed words it rests on: {"held": "Chiều ngày 5/7", …}; "held_day": those
    of a day whose year is not known.
    kind: key of the meeting kind ("bch", "btv", "hdnd", …), "" if none. meeting: key of the meeting, "" if none.
    term: number of the term in Roman ("XIX"), where unsaid its printed years; term_years: "2020-2025", "" if unknown.
    level: key of the level (levels.tsv) whose meeting or affairs the page reports, "" if unknown.
    event: kind of the meeting, also where the page is a notice of its conclusions (kind "thongbao").
    organ: "" for a body of the province, else the smaller unit whose meeting it was ("huyện Sơn Dương").
    chair, chairs: who presided, the first and all of them; place: as printed, "" if unsaid.
    agenda: items as printed, () if untold.
    document_numbers: normalised ("35-CT/TW"). people: names as printed.
    citations: (number, ISO date or "", words as printed) of each document cited, in order.
    roles: (name, roles as printed, sentence) of each person named with a role, in order.
    quotes: what people say, by their places in text (search/domain/quote.py names the values), in order.
    edits: (ISO day on which it was seen, words before, words after) of what was changed in the page, the latest first.
    gone: ISO day since which the page is no longer at its source, "" while it is.
    copies: (key, source) of all pages that print the same text, this one included, earliest first; () if none.
    """

    id: str
    key: str
    url: str
    title: str
    text: str
    lede: str = ""
    byline: str = ""
    source: str = ""
    province_then: str = ""
    province_now: str = ""
    published: str = ""
    held: str = ""
    modified: str = ""
    year: int | None = None
    kind: str = ""
    ordinal: int | None = None
    term: str = ""
    meeting: str = ""
    document_numbers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    event: str = ""
    organ: str = ""
    chair: str = ""
    place: str = ""
    agenda: tuple[str, ...] = ()
    citations: tuple[tuple[str, str, str], ...] = ()
    roles: tuple[tuple[str, str, str], ...] = ()
    quotes: tuple[tuple[str, str, str, int, int, bool, int, int], ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    term_years: str = ""
    year_grade: str = ""
    level: str = ""
    chairs: tuple[str, ...] = ()
    edits: tuple[tuple[str, str, str], ...] = ()
    gone: str = ""
    possible_years: tuple[int, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)
    version: int = 1
    fetched_at: str = ""
    sha256: str = ""

    @property
    def day(self) -> str:
        """Return the day of the meeting, else of publication (ISO cut to its precision); "" if neither is known."""
        return self.held or self.published

    @property
    def capture(self) -> dict[str, str | int]:
        """Return when the page was fetched as it is read here, the SHA-256 of its bytes, and which version it is."""
        return {"fetched_at": self.fetched_at, "sha256": self.sha256, "version": self.version}

    @property
    def fates(self) -> tuple[str, ...]:
        """Return what became of the page at its source: keys of search/domain/fates.tsv."""
        return ("edited",) * bool(self.edits) + ("gone",) * bool(self.gone)

    @property
    def fate_day(self) -> str:
        """Return the ISO day on which the last change of the page, or that it is gone, was seen; "" if neither was."""
        return max(self.gone, *(day for day, *_ in self.edits[:1]), "")

    @property
    def copied_text(self) -> str:
        """Return what names the text of this page: the same for all pages that print it."""
        return self.copies[0][0] if self.copies else self.key

    def fingerprint(self) -> str:
        """Return a digest (hex) of all that is indexed or shown; the index is stale for a document where it differs."""
        values = tuple([getattr(self, name) for name in _FIELDS])
        return hashlib.sha256(repr(values).encode("utf-8")).hexdigest()[:32]


_FIELDS = tuple(one.name for one in fields(Document))


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: the document, its score, and an excerpt as escaped HTML in which only <mark> is markup.

    is_full: it holds every word of the query. missing: the words, as typed, that a partial match lacks; () where it
    has all of a long query, but scattered. said: numbers of the document's quotes that the query asks for, if any.
    passage: where in the text the best of the excerpt stands; None where nothing is marked in it.
    """

    document: Document
    score: float
    snippet: str = ""
    title_marked: str = ""
    is_full: bool = True
    missing: tuple[str, ...] = ()
    said: tuple[int, ...] = ()
    passage: tuple[int, int] | None = None

    @property
    def match(self) -> str:
        return "full" if self.is_full else "partial"

    def to_json(self) -> dict[str, Any]:
        d = self.document
        return {
            "id": d.id,
            "url": d.url,
            "title": d.title,
            "province": {"then": d.province_then or None, "now": d.province_now or None},
            "year": d.year,
            "published": d.published or None,
            "held": d.held or None,
            "score": round(self.score, 4),
            "match": self.match,
            "missing": list(self.missing),
            "snippet": self.snippet,
            "key": d.key,
            "source": d.source or None,
            "kind": d.kind or None,
            "meeting": d.meeting or None,
            "edited": d.edits[0][0] if d.edits else None,
            "gone": d.gone or None,
            "capture": d.capture,
            "also_in": [{"key": key, "source": source} for key, source in self.also_in()],
            **({"said": [_quote_to_json(d, number) for number in self.said]} if self.said else {}),
        }

    def also_in(self) -> tuple[tuple[str, str], ...]:
        """Return (key, source) of the other pages that print the same text, earliest first."""
        return tuple(copy for copy in self.document.copies if copy[0] != self.document.key)


def _quote_to_json(document: Document, number: int) -> dict[str, Any]:
    speaker, role, verb, start, end, direct, *_ = document.quotes[number]
    words = document.text[start:end]
    return {"number": number, "speaker": speaker, "role": role, "verb": verb, "words": words, "direct": direct}


@dataclass(frozen=True, slots=True)
class NearHit:
    """A page that only meaning finds: document.text[start:end] is the passage that made it. cosine: at most 1."""

    document: Document
    start: int
    end: int
    cosine: float

    @property
    def passage(self) -> str:
        return self.document.text[self.start : self.end].strip()

    def to_json(self) -> dict[str, Any]:
        d = self.document
        return {
            "id": d.id,
            "key": d.key,
            "url": d.url,
            "title": d.title,
            "found_by": "meaning",
            "language": "vi",
            "passage": {"start": self.start, "end": self.end, "text": self.passage},
            "cosine": round(self.cosine, 4),
        }


@dataclass(slots=True)  # an answer has fifty: to freeze them would treble the time to make one
class FacetValue:
    """One value of a facet with its count under all *other* filters; selected = it is itself a filter."""

    value: str | int
    label: str
    count: int
    selected: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"value": self.value, "label": self.label, "count": self.count}


@dataclass(frozen=True, slots=True)
class UndatedMatches:
    """Full matches of unknown year that pass every limit but that on time, and may lie within it.

    total: how many pages. hits: the first of them.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()

    def to_json(self) -> dict[str, Any]:
        found = [{**hit.to_json(), "possible_years": list(hit.document.possible_years)} for hit in self.hits]
        return {"total": self.total, "results": found}


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to one search. hits holds one page of it: full matches, then, by relevance, partial ones.

    total, facets: of full matches; of partial ones as well where they were asked for (with_partial).
    texts: how many hits these are when those that print the same text are one; None where the engine does not tell.
    partial_matches: documents that hold enough of the words, but not each. absent: words that no document holds, told
    where there is no full match. loosened: phrases that no document has, so that their words were looked for.
    near: pages that only meaning finds; neither counted nor in any facet.
    undated: what a limit on time leaves out since its year is unknown; counted nowhere else. None where not asked for.
    reads_english: the query is not in Vietnamese and is looked for by its meaning: what was understood, and what stands
    beside near, is said in English.
    partial: a part of a distributed index did not answer; there may be more. hints: what was recognised in the words.
    """

    query: str
    understood: str
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    did_you_mean: str = ""
    partial: bool = False
    hints: tuple[Hint, ...] = ()
    partial_matches: int = 0
    absent: tuple[str, ...] = ()
    loosened: tuple[str, ...] = ()
    with_partial: bool = False
    texts: int | None = None
    near: tuple[NearHit, ...] = ()
    reads_english: bool = False
    undated: UndatedMatches | None = None

    @property
    def counted(self) -> tuple[Hit, ...]:
        """Return the hits that total counts."""
        return self.hits if self.with_partial else tuple(hit for hit in self.hits if hit.is_full)

    @property
    def uncounted(self) -> tuple[Hit, ...]:
        """Return the partial matches that stand below the counted ones."""
        return self.hits[len(self.counted) :]

    def to_json(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "understood": self.understood,
            "total": self.total,
            "texts": self.texts,
            "partial_matches": self.partial_matches,
            "took_ms": round(self.took_ms, 1),
            "hits": [hit.to_json() for hit in self.hits],
            "facets": {name: [value.to_json() for value in values] for name, values in self.facets.items()},
            "absent": list(self.absent),
            "loosened": list(self.loosened),
            **({"partial": True} if self.partial else {}),
            **({"by_meaning": [hit.to_json() for hit in self.near]} if self.near else {}),
            **({"undated_matches": self.undated.to_json()} if self.undated is not None else {}),
        }
