"""The segment's arrays as a Whoosh codec: with it Whoosh's own readers, searchers and matchers run on them.

Writing does not go through Whoosh's FieldWriter (a Python object for each token): search/engines/embedded/writer.py.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from whoosh import columns, matching
from whoosh.codec import base
from whoosh.reading import IndexReader, MultiReader, SegmentReader, TermInfo

from search import ranking
from search.document import FACETS
from search.engines.embedded.format.length_norms import in_steps
from search.engines.embedded.format.segment_reader import SegmentPostings
from search.engines.embedded.format.term_dictionary import TEXT_FIELDS, SegmentTerms
from search.engines.embedded.schema import STORED, Terms, schema
from search.engines.indexed_fields import FIRST_DAY, LAST_DAY

FIELDS = (*TEXT_FIELDS, ranking.WORDS, *FACETS, "id", "key")


class ArraySegment(base.Segment):
    """An open segment with its deletions, as Whoosh's readers ask for it."""

    def __init__(self, postings: SegmentPostings, live: np.ndarray | None) -> None:
        super().__init__(postings.name)
        self.postings = postings
        self.deleted = np.zeros(postings.size, dtype=bool) if live is None else ~live

    def codec(self) -> base.Codec:
        return ArrayCodec()

    def should_assemble(self) -> bool:
        return False

    def doc_count_all(self) -> int:
        return self.postings.size

    def deleted_count(self) -> int:
        return int(self.deleted.sum())

    def deleted_docs(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.deleted).tolist())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self.deleted[docnum])


class ArrayCodec(base.Codec):
    def terms_reader(self, storage: Any, segment: ArraySegment) -> "ArrayTermsReader":
        return ArrayTermsReader(segment.postings)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> "ArrayDocumentReader":
        return ArrayDocumentReader(segment)


def whoosh_reader(segments: Sequence[tuple[SegmentPostings, np.ndarray | None]]) -> IndexReader:
    """Return a reader of Whoosh's over open segments, each with the flags of the documents that are not deleted."""
    readers = [SegmentReader(None, schema(), ArraySegment(*segment)) for segment in segments]
    return readers[0] if len(readers) == 1 else MultiReader(readers)


class ArrayTermsReader(base.TermsReader):
    def __init__(self, postings: SegmentPostings) -> None:
        self.terms_of = SegmentTerms(postings)
        self.segment = postings

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.doc_frequency(*term) > 0

    def indexed_field_names(self) -> tuple[str, ...]:
        return FIELDS

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in sorted(FIELDS):
            for text in self.terms_of.texts(field):
                yield field, text.encode("utf-8", "surrogatepass")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for text in self.terms_of.texts(fieldname):
            encoded = text.encode("utf-8", "surrogatepass")
            if encoded >= prefix:
                yield fieldname, encoded

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> "ArrayCursor":
        return ArrayCursor(list(self.terms_of.texts(fieldname)))

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self.terms_of.document_frequency(fieldname, _text(text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self.terms_of.postings(fieldname, _text(text)).counts.sum())

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        found = self.terms_of.postings(fieldname, _text(text))
        docs, counts = found.docs, found.counts
        if not len(docs):
            raise KeyError((fieldname, text))
        lengths = lengths_of(self.segment, fieldname)
        own = np.ones(len(docs)) if lengths is None else lengths[docs]
        return TermInfo(
            weight=float(counts.sum()),
            df=len(docs),
            minlength=int(own.min()),
            maxlength=int(own.max()),
            maxweight=float(counts.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> matching.Matcher:
        found = self.terms_of.postings(fieldname, _text(text))
        docs, counts = found.docs, found.counts
        if not len(docs):
            raise KeyError((fieldname, text))
        field = TEXT_FIELDS.get(fieldname)
        values = None
        if field is not None and field.positions:
            encode = Terms(positions=True).encode
            occurrences = self.terms_of.occurrences(fieldname, _text(text))
            per_document = np.split(occurrences & 0xFFFFFFFF, np.flatnonzero(np.diff(occurrences >> 32)) + 1)
            values = [encode(sorted(positions.tolist())) for positions in per_document]
        return matching.ListMatcher(
            docs.tolist(),
            counts.astype(float).tolist(),
            values,
            format_,
            scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )


def _text(text: bytes) -> str:
    return bytes(text).decode("utf-8", "surrogatepass")


class ArrayCursor(base.FieldCursor):
    """A cursor over the sorted terms of a field; what fuzzy queries walk along."""

    def __init__(self, texts: list[str]) -> None:
        self._texts, self._slot = texts, 0

    def first(self) -> str | None:
        self._slot = 0
        return self.text()

    def find(self, string: Any) -> str | None:
        self._slot = bisect_left(self._texts, string if isinstance(string, str) else _text(string))
        return self.text()

    def next(self) -> str | None:
        self._slot += 1
        return self.text()

    def text(self) -> str | None:
        return self._texts[self._slot] if self._slot < len(self._texts) else None

    term = text


def lengths_of(segment: SegmentPostings, field: str) -> np.ndarray | None:
    """Return the length of each document in a field; None where lengths play no part in scoring (b = 0)."""
    described = TEXT_FIELDS.get(field)
    if described is None or not described.b:
        return None
    return segment.pair_lengths if described.pair else segment.token_lengths


class ArrayDocumentReader(base.PerDocumentReader):
    def __init__(self, segment: ArraySegment) -> None:
        self.segment = segment.postings
        self._deleted = segment.deleted

    def doc_count(self) -> int:
        return int(self.segment.size - self._deleted.sum())

    def doc_count_all(self) -> int:
        return self.segment.size

    def has_deletions(self) -> bool:
        return bool(self._deleted.any())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._deleted[docnum])

    def deleted_docs(self) -> Iterator[int]:
        return iter(np.flatnonzero(self._deleted).tolist())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = lengths_of(self.segment, fieldname)
        return default if lengths is None else int(in_steps(lengths[docnum]))

    def field_length(self, fieldname: str) -> int:
        if lengths_of(self.segment, fieldname) is None:
            return self.segment.size
        return self.segment.pairs if TEXT_FIELDS[fieldname].pair else self.segment.tokens

    def min_field_length(self, fieldname: str) -> int:
        lengths = lengths_of(self.segment, fieldname)
        return 1 if lengths is None else int(lengths.min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        lengths = lengths_of(self.segment, fieldname)
        return 1 if lengths is None else int(lengths.max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        document = self.segment.document(docnum)
        return {"id": document.id, "fingerprint": document.fingerprint(), STORED: document}

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in FACETS or fieldname in (FIRST_DAY, LAST_DAY)

    def list_columns(self) -> list[str]:
        return [*FACETS, FIRST_DAY, LAST_DAY]

    def column_reader(self, fieldname: str, column: Any) -> "ValuesReader":
        if fieldname in FACETS:
            names = [b"", *(value.encode() for value in self.segment.facet_values(fieldname))]
            return ValuesReader([names[code] for code in self.segment.arrays[f"{fieldname}.codes"].tolist()])
        # Whoosh keeps signed numbers in columns as unsigned ones, shifted by half the range.
        return ValuesReader((self.segment.arrays[fieldname].astype(np.int64) + (1 << 31)).tolist())


class ValuesReader(columns.ColumnReader):
    """A column in memory."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def set_reverse(self) -> None:
        """Nothing is turned: there are no missing values, whose default would change."""
