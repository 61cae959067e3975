"""Documents → the arrays of one segment. Runs in worker processes; a token is an integer from its first mention on."""

from array import array
from collections.abc import Iterable

import numpy as np

from search.document import FACETS, Document
from search.engines.embedded.format import docstore
from search.engines.embedded.format.array_file import pack, row_lengths
from search.engines.embedded.format.keyword_fields import exact_arrays
from search.engines.embedded.format.packers import PairPacker, StreamPacker
from search.engines.embedded.format.segment_format import (
    STREAMS,
    changes,
    hash_index,
    hashes,
    head_ends,
    narrow,
    sorted_rows,
    starts_of,
)
from search.engines.embedded.format.sentence_borders import border_arrays
from search.engines.indexed_fields import day_range, facet_values
from search.text import analysis
from search.text.normalization import folded_of, terms


class _Numbers(dict[str, int]):
    """Term → its number in order of first mention."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class _Tokens:
    """The tokens of one stream over all documents, and the runs of neighbouring positions that they came in."""

    def __init__(self) -> None:
        self.terms, self.runs = array("I"), array("I")

    def add(self, document: int, terms: Iterable[int], start: int, count: int) -> None:
        self.terms.extend(terms)
        self.runs.extend((document, start, count))

    def columns(self, ranks: np.ndarray) -> list[np.ndarray]:
        """Return term, document and position of each token. ranks: number in order of mention → in the segment."""
        documents, starts, counts = np.array(self.runs, dtype=np.int64).reshape(-1, 3).T
        before = np.cumsum(counts) - counts
        positions = np.arange(len(self.terms)) + np.repeat(starts - before, counts)
        return [ranks[np.array(self.terms, dtype=np.int64)], np.repeat(documents, counts), positions]


def build(documents: list[Document]) -> dict[str, np.ndarray]:
    """Return the arrays of a segment that holds documents (at most MAX_DOCUMENTS), in this order."""
    vocabulary = _Numbers()
    number_of = vocabulary.__getitem__
    streams = {name: _Tokens() for name in STREAMS}
    lengths = np.zeros((3, len(documents)), dtype=np.uint32)

    def put(stream: str, number: int, norms: list[str], beside: list[tuple[str, int]], start: int) -> None:
        tokens = streams[stream]
        tokens.add(number, map(number_of, norms), start, len(norms))
        for term, position in beside:
            tokens.add(number, (number_of(term),), start + position, 1)

    for number, document in enumerate(documents):
        title, body = analysis.document_terms(document.title), analysis.document_terms(document.text)
        if analysis.is_unaccented(title.norms + body.norms):
            title.beside.append((analysis.UNACCENTED, 0))
        start_of_body = len(title.norms) + analysis.TITLE_GAP
        put("text", number, title.norms, title.beside, 0)
        put("text", number, body.norms, body.beside, start_of_body)
        put("quotes", number, [], analysis.quote_terms(document, body, start_of_body), 0)
        lengths[:, number] = len(title.norms), len(body.norms), len(title.beside) + len(body.beside)
        for name in ("people", "document_numbers"):
            start = 0
            for value in getattr(document, name):
                norms, wholes = terms(value)
                put(name, number, norms, wholes, start)
                start += len(norms) + analysis.VALUE_GAP

    arrays = {"title_length": lengths[0], "body_length": lengths[1], "wholes": lengths[2]}
    arrays |= _facts(documents)
    arrays |= docstore.arrays([docstore.keep(documents)])
    filed, ranks = _vocabulary(vocabulary)
    arrays |= filed
    columns = {name: tokens.columns(ranks) for name, tokens in streams.items()}
    for name, tokens in columns.items():
        arrays |= _stream(name, tokens, arrays)
    arrays |= border_arrays(arrays)
    markers = ranks[[vocabulary[term] for term in analysis.MARKERS if term in vocabulary]]
    arrays |= _pairs(columns["text"], arrays, markers)
    arrays |= _words(analysis.words_of(documents))
    return arrays


def _facts(documents: list[Document]) -> dict[str, np.ndarray]:
    """Return ids, days and facet codes. Code 0 is "unknown"; code c > 0 is value c - 1."""
    ids = [document.id.encode("utf-8", "surrogatepass") for document in documents]
    blob, offsets = pack(ids)
    days = [day_range(document.day) for document in documents]
    fingerprints = b"".join(bytes.fromhex(document.fingerprint()) for document in documents)
    arrays = {
        "id.blob": blob,
        "id.offsets": offsets,
        "fingerprint": np.frombuffer(fingerprints, dtype=np.uint8),
        "day": np.array([first for first, _ in days], dtype=np.int32),
        "day_last": np.array([last for _, last in days], dtype=np.int32),
        "reprint": np.where(
            [bool(document.copies) for document in documents],
            hashes([document.copied_text.encode("utf-8", "surrogatepass") for document in documents]),
            np.uint64(0),
        ),
    }
    arrays |= hash_index("id", ids)
    arrays |= hash_index("key", [document.key.encode("utf-8", "surrogatepass") for document in documents])
    values = [facet_values(document) for document in documents]
    for facet in FACETS:
        arrays |= facet_arrays(facet, [value.get(facet, "") for value in values])
    return arrays | exact_arrays(documents)


def facet_arrays(facet: str, values: list[str]) -> dict[str, np.ndarray]:
    """Return codes (one for each document) and the values they stand for, in order."""
    distinct = sorted(set(values) - {""})
    code = {value: number for number, value in enumerate(distinct, 1)} | {"": 0}
    blob, offsets = pack([value.encode("utf-8", "surrogatepass") for value in distinct])
    codes = np.array([code[value] for value in values], dtype=np.uint32)
    return {f"{facet}.codes": narrow(codes), f"{facet}.blob": blob, f"{facet}.offsets": offsets}


def _vocabulary(numbers: dict[str, int]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the arrays of the vocabulary and, for each number in order of mention, the number in the segment."""
    filed = sorted((folded_of(norm), norm) for norm in numbers)
    ranks = np.zeros(len(filed), dtype=np.int64)
    ranks[[numbers[norm] for _, norm in filed]] = np.arange(len(filed))
    first_of: dict[str, int] = {}
    for number, (folded, _) in enumerate(filed):
        first_of.setdefault(folded, number)
    return vocabulary_arrays([norm for _, norm in filed], list(first_of), list(first_of.values())), ranks


def vocabulary_arrays(terms: list[str], groups: list[str], firsts: list[int]) -> dict[str, np.ndarray]:
    """Return the arrays of a vocabulary. terms, groups (folded forms): in order; firsts: first term of each group."""
    fold_bytes = [fold.encode("utf-8", "surrogatepass") for fold in groups]
    blob, offsets = pack(fold_bytes)
    norm_blob, norm_offsets = pack([term.encode("utf-8", "surrogatepass") for term in terms])
    return {
        "fold.blob": blob,
        "fold.offsets": offsets,
        "norm.blob": norm_blob,
        "norm.offsets": norm_offsets,
        "variants": np.array([*firsts, len(terms)], dtype=np.uint32),
        **hash_index("fold", fold_bytes),
    }


def _stream(name: str, tokens: list[np.ndarray], arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return postings and positions of a stream, by form, then document, then position."""
    terms, documents, positions = sorted_rows(tokens)
    starts = changes([terms, documents])
    counts = np.diff(np.append(starts, len(terms)))
    heads = np.zeros(len(starts), dtype=np.int64)
    if name == "text" and len(starts):
        inside = positions < head_ends(arrays["title_length"])[documents]
        heads = np.add.reduceat(inside.astype(np.int64), starts)
    packer = StreamPacker(name, int(arrays["variants"][-1]), len(starts), len(positions))
    packer.add(terms[starts], documents[starts], counts, heads, positions)
    return packer.arrays(arrays["variants"])


def _pairs(tokens: list[np.ndarray], arrays: dict[str, np.ndarray], markers: np.ndarray) -> dict[str, np.ndarray]:
    """Return the postings of neighbouring syllables of one sentence. Wholes stand beside the parts, not between them.

    markers: the terms that mark where sentences begin, and the like.
    """
    terms, documents, positions = tokens
    is_marker = np.isin(terms, markers)
    begins = documents[is_marker] << 32 | positions[is_marker]
    # A part comes right after its predecessor in the columns; wholes are entered after all parts of their text.
    is_next = (documents[1:] == documents[:-1]) & (positions[1:] == positions[:-1] + 1)
    is_next &= ~(is_marker[1:] | is_marker[:-1])
    follows = np.flatnonzero(is_next)
    follows = follows[~np.isin(documents[follows + 1] << 32 | positions[follows + 1], begins)]
    owners, variants = documents[follows], arrays["variants"]
    outside = positions[follows] >= head_ends(arrays["title_length"])[owners]
    columns = pair_columns(terms[follows], terms[follows + 1], variants)
    *columns, owners, outside = sorted_rows([*columns, owners, outside.astype(np.int64)])
    starts = changes([*columns, owners])
    counts = np.diff(np.append(starts, len(owners)))
    heads = np.add.reduceat(1 - outside, starts) if len(starts) else starts
    packer = PairPacker(len(variants) - 1, len(starts), len(starts))
    packer.add([column[starts] for column in columns], owners[starts], counts, heads)
    return packer.arrays()


def pair_columns(first: np.ndarray, second: np.ndarray, variants: np.ndarray) -> list[np.ndarray]:
    """Return what pairs are ordered by: both folded syllables, then which of their forms."""
    size = row_lengths(variants)
    groups = np.repeat(np.arange(len(size)), size)
    one, other = groups[first], groups[second]
    return [one, other, first - variants[one], second - variants[other]]


def _words(words: list[list[str]]) -> dict[str, np.ndarray]:
    """Return for each word the documents it occurs in."""
    numbers = _Numbers()
    terms = array("I")
    for found in words:
        terms.extend(map(numbers.__getitem__, found))
    owners = np.repeat(np.arange(len(words)), [len(found) for found in words])
    ordered = sorted(numbers)
    ranks = np.zeros(len(ordered) + 1, dtype=np.int64)
    ranks[[numbers[word] for word in ordered]] = np.arange(len(ordered))
    postings = ranks[np.array(terms, dtype=np.int64)] << 16 | owners
    postings.sort()
    return word_arrays(ordered, postings[changes([postings])])


def word_arrays(words: list[str], postings: np.ndarray) -> dict[str, np.ndarray]:
    """words: in order. postings: ascending, word << 16 | document."""
    blob, offsets = pack([word.encode("utf-8", "surrogatepass") for word in words])
    return {
        "word.blob": blob,
        "word.offsets": offsets,
        "word.start": starts_of(postings >> 16, len(words)),
        "word.docs": (postings & 0xFFFF).astype(np.uint16),
    }
