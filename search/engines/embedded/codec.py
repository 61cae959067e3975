"""The segment's arrays as a Whoosh codec: with it Whoosh's own readers, searchers and matchers run on them.

Writing does not go through Whoosh's FieldWriter (a Python object for each token): search/engines/embedded/writer.py.
"""

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, matching
from whoosh.codec import base
from whoosh.reading import TermInfo

from search import ranking
from search.document import FACETS
from search.engines.embedded.format.length_norms import in_steps
from search.engines.embedded.format.segment_reader import SegmentPostings
from search.engines.embedded.format.term_dictionary import TEXT_FIELDS, SegmentTerms
from search.engines.embedded.schema import FIRST_DAY, LAST_DAY, STORED, Terms

EXTENSION = ".arrays"
FIELDS = (*TEXT_FIELDS, ranking.WORDS, *FACETS, "id", "key")


class ArraySegment(base.Segment):
    """What the table of contents keeps of a segment: its name, its size and which documents are deleted."""

    def __init__(self, indexname: str, size: int) -> None:
        super().__init__(indexname)
        self.size = size
        self.deleted_bits = b""  # np.packbits of flags, "" if there are none

    def codec(self) -> base.Codec:
        return ArrayCodec()

    def should_assemble(self) -> bool:
        return False

    def deleted(self) -> np.ndarray:
        """Return flags of the deleted documents, writable."""
        if not self.deleted_bits:
            return np.zeros(self.size, dtype=bool)
        return np.unpackbits(np.frombuffer(self.deleted_bits, dtype=np.uint8), count=self.size).astype(bool)

    def set_deleted(self, flags: np.ndarray) -> None:
        self.deleted_bits = np.packbits(flags).tobytes() if flags.any() else b""

    def set_doc_count(self, doccount: int) -> None:
        self.size = doccount

    def doc_count_all(self) -> int:
        return self.size

    def deleted_count(self) -> int:
        return int(self.deleted().sum())

    def deleted_docs(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.deleted()).tolist())

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        flags = self.deleted()
        flags[docnum] = delete
        self.set_deleted(flags)

    def is_deleted(self, docnum: int) -> bool:
        return bool(self.deleted()[docnum])


class ArrayCodec(base.Codec):
    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(indexname, 0)

    def terms_reader(self, storage: Any, segment: ArraySegment) -> "ArrayTermsReader":
        return ArrayTermsReader(open_segment(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> "ArrayDocumentReader":
        return ArrayDocumentReader(open_segment(storage, segment), segment)


def segment_path(storage: Any, segment: ArraySegment) -> Path:
    return Path(storage.folder) / segment.make_filename(EXTENSION)


def open_segment(storage: Any, segment: ArraySegment) -> SegmentPostings:
    return SegmentPostings(segment_path(storage, segment))


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
            places = self.terms_of.places(fieldname, _text(text))
            per_document = np.split(places & 0xFFFFFFFF, np.flatnonzero(np.diff(places >> 32)) + 1)
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
    """A place in the sorted terms of a field; what fuzzy queries walk along."""

    def __init__(self, texts: list[str]) -> None:
        self._texts, self._place = texts, 0

    def first(self) -> str | None:
        self._place = 0
        return self.text()

    def find(self, string: Any) -> str | None:
        self._place = bisect_left(self._texts, string if isinstance(string, str) else _text(string))
        return self.text()

    def next(self) -> str | None:
        self._place += 1
        return self.text()

    def text(self) -> str | None:
        return self._texts[self._place] if self._place < len(self._texts) else None

    term = text


def lengths_of(segment: SegmentPostings, field: str) -> np.ndarray | None:
    """Return the length of each document in a field; None where lengths play no part in scoring (b = 0)."""
    described = TEXT_FIELDS.get(field)
    if described is None or not described.b:
        return None
    return segment.pair_lengths if described.pair else segment.token_lengths


class ArrayDocumentReader(base.PerDocumentReader):
    def __init__(self, postings: SegmentPostings, segment: ArraySegment) -> None:
        self.segment = postings
        self._deleted = segment.deleted()

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
