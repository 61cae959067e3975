"""A term of the Whoosh schema (field and text) → its postings in a segment. Most fields are views on one stream."""

from collections.abc import Iterator, Sequence

import numpy as np

from search import ranking
from search.document import FACETS
from search.engines.embedded.format.array_file import row_lengths
from search.engines.embedded.format.segment_reader import EMPTY, NONE, NOWHERE, Postings, SegmentPostings, Span, united
from search.engines.indexed_fields import WHOLE_VALUES
from search.text.analysis import PAIR_JOINT
from search.text.normalization import folded_of
from search.text.orthography import fold_letters

try:
    from search.engines.embedded.format.compiled_document_flags import flagged
except ImportError:  # built without a compiler
    from search.engines.embedded.format.document_flags import flagged

TEXT_FIELDS = ranking.BY_NAME
STREAM_OF = {"text": "text", "head": "text", "title": "text"}


class SegmentTerms:
    """postings(field, text): whatever the field is a view on."""

    def __init__(self, segment: SegmentPostings) -> None:
        self.segment = segment
        self._codes: dict[str, dict[str, int]] = {}
        self._values: dict[str, list[str]] = {}

    def postings(self, field: str, text: str) -> Postings:
        """Return the documents that have a term in a field, with its occurrences there (heads is not of interest)."""
        described = TEXT_FIELDS.get(field)
        if described is not None:
            found = united(self.segment.read(self.span(described.part, described.folded, described.pair, text)))
            if described.part == "head":
                heads = found.heads
                inside = np.flatnonzero(heads)
                return Postings.of(found.docs[inside], heads[inside])
            return self._in_title(described.folded, text) if described.part == "title" else found
        if field == ranking.WORDS:
            docs = self.segment.of_word(text)
        elif field in FACETS:
            docs = self.with_value(field, text)
        elif field in WHOLE_VALUES:
            docs = self.segment.with_exact(field, text)
        elif field == "id":
            number = self.segment.number_of(text)
            docs = EMPTY.docs if number == NONE else np.array([number])
        elif field == "key":
            same_hash = self.segment.numbers_of_key(text)
            docs = np.array([n for n in same_hash if self.segment.document(n).key == text], dtype=np.int64)
        else:
            return EMPTY
        return Postings.of(docs, np.ones(len(docs), dtype=np.uint32))

    def span(self, part: str, folded: bool, pair: bool, text: str) -> Span:
        """Return where the postings of a term stand; of a folded one those of its forms."""
        segment, stream = self.segment, STREAM_OF.get(part, part)
        if pair:
            first, _, second = text.partition(PAIR_JOINT)
            first_group = segment.group(first if folded else folded_of(first))
            second_group = segment.group(second if folded else folded_of(second))
            if NONE in (first_group, second_group):
                return NOWHERE
            if folded:
                return segment.of_folded_pair(first_group, second_group)
            one, other = segment.form(first, folded_of(first)), segment.form(second, folded_of(second))
            return NOWHERE if NONE in (one, other) else segment.of_pair(one, other, first_group, second_group)
        if folded:
            group = segment.group(text)
            return NOWHERE if group == NONE else segment.of_group(stream, group)
        form = segment.form(text, folded_of(text))
        return NOWHERE if form == NONE else segment.of_form(stream, form)

    def occurrences(self, field: str, text: str, among: np.ndarray | None = None) -> np.ndarray:
        """Return the occurrences of a term in a field with positions, as SegmentPostings.occurrences gives them."""
        return self.occurrences_of([(field, text)], among)[0]

    def occurrences_of(self, terms: Sequence[tuple[str, str]], among: np.ndarray | None = None) -> list[np.ndarray]:
        """Return the occurrences of some terms (field and text), as `occurrences` does of one.

        The fields have one stream. A dozen terms in a few documents take little longer than one.
        """
        described = [TEXT_FIELDS[field] for field, _ in terms]
        forms = [self._forms(one.folded, text) for one, (_, text) in zip(described, terms, strict=True)]
        part = described[0].part
        found = self.segment.occurrences(STREAM_OF.get(part, part), forms, among)
        if part == "title":
            lengths = self.segment.arrays["title_length"].astype(np.int64)
            found = [some[(some & 0xFFFFFFFF) < lengths[some >> 32]] for some in found]
        return found

    def _forms(self, folded: bool, text: str) -> range:
        """Return the forms of a term: none where no document has it."""
        number = self.segment.group(text) if folded else self.segment.form(text, folded_of(text))
        if number == NONE:
            return range(0)
        return self.segment.forms(number) if folded else range(number, number + 1)

    def _in_title(self, folded: bool, text: str) -> Postings:
        occurrences = self.occurrences("title_folded" if folded else "title_exact", text)
        docs, counts = np.unique(occurrences >> 32, return_counts=True)
        return Postings.of(docs, counts)

    def with_value(self, facet: str, value: str) -> np.ndarray:
        code = self.code(facet, value)
        return np.flatnonzero(self.segment.arrays[f"{facet}.codes"] == code) if code else EMPTY.docs

    def code(self, facet: str, value: str) -> int:
        """Return the code of a facet's value, 0 if no document has it."""
        known = self._codes.get(facet)
        if known is None:
            known = {name: code for code, name in enumerate(self.values(facet), 1)}
            self._codes[facet] = known
        return known.get(value, 0)

    def values(self, facet: str) -> list[str]:
        """Return the values of a facet; the first has code 1."""
        known = self._values.get(facet)
        if known is None:
            known = self._values[facet] = self.segment.facet_values(facet)
        return known

    def document_frequency(self, field: str, text: str) -> int:
        """Return how many documents (deleted ones among them) have a term; quick for what queries ask most."""
        described = TEXT_FIELDS.get(field)
        if described is None or described.part in ("head", "title"):
            return len(self.postings(field, text).docs)
        if described.folded and not described.pair:
            group = self.segment.group(text)
            return 0 if group == NONE else self.segment.documents_of_group(described.part, group)
        span = self.span(described.part, described.folded, described.pair, text)
        return span.size if len(span.bounds) <= 2 else int(np.count_nonzero(self.held(span)))

    def held(self, span: Span) -> np.ndarray:
        """Return flags of the documents that have one of some postings."""
        return flagged(self.segment.docs(span), self.segment.size)

    def documents_of_pair(self, one: tuple[str, str], other: tuple[str, str]) -> np.ndarray:
        """Return the documents, some more than once, that have two terms (field and text of each) side by side."""
        folded = [TEXT_FIELDS[field].folded for field, _ in (one, other)]
        groups = [
            self.segment.group(text if is_folded else folded_of(text))
            for is_folded, (_, text) in zip(folded, (one, other), strict=True)
        ]
        if NONE in groups:
            return EMPTY.docs
        firsts, seconds = (
            self._forms(is_folded, text) for is_folded, (_, text) in zip(folded, (one, other), strict=True)
        )
        return self.segment.documents_of_pairs(firsts, seconds, *groups)

    def starting_with(self, field: str, start: str) -> list[str]:
        """Return the terms of a text field (syllables, not pairs) that begin so."""
        segment = self.segment
        groups = segment.groups_starting_with(start if TEXT_FIELDS[field].folded else fold_letters(start))
        if TEXT_FIELDS[field].folded:
            return [segment.folded(group) for group in groups]
        norms = (segment.norm(form) for group in groups for form in segment.forms(group))
        return [norm for norm in norms if norm.startswith(start)]

    def texts(self, field: str) -> Iterator[str]:
        """Return all terms of a field in the order of their bytes."""
        segment, described = self.segment, TEXT_FIELDS.get(field)
        if described is not None and described.pair:
            candidates = self._pair_texts(described.folded)
        elif described is not None and described.folded:
            candidates = [segment.folded(group) for group in range(segment.groups)]
        elif described is not None:
            candidates = sorted(segment.norm(form) for form in range(int(segment.arrays["variants"][-1])))
        elif field == ranking.WORDS:
            candidates = segment.words()
        elif field in FACETS:
            candidates = segment.facet_values(field)
        else:
            candidates = sorted(segment.ids()) if field == "id" else []
        return (text for text in candidates if described is None or len(self.postings(field, text).docs))

    def _pair_texts(self, folded: bool) -> list[str]:
        segment = self.segment
        rows = np.repeat(np.arange(segment.groups), row_lengths(segment.arrays["pair.row"]))
        seconds = segment.arrays["pair.second"].astype(np.int64)
        if folded:
            return sorted(
                {
                    segment.folded(a) + PAIR_JOINT + segment.folded(b)
                    for a, b in zip(rows.tolist(), seconds.tolist(), strict=True)
                }
            )
        packed, variants = segment.arrays["pair.variants"].astype(np.int64), segment.arrays["variants"].astype(np.int64)
        shift = 8 if segment.arrays["pair.variants"].dtype == np.uint16 else 16
        firsts = variants[rows] + (packed >> shift)
        others = variants[seconds] + (packed & ((1 << shift) - 1))
        return sorted(segment.norm(a) + PAIR_JOINT + segment.norm(b) for a, b in zip(firsts, others, strict=True))
