"""Values that are matched whole, several to a document: its meeting, documents cited, people, years it may be of.

    exact.hash     64-bit hashes of (field, value), ascending        H
    exact.starts   where the documents of each begin                 H + 1
    exact.docs     documents of each, ascending
    exact.field    which field each is of: its index in WHOLE_VALUES                H

A hash stands for its value: no two of a hundred million values share one, and a page shows what the documents say.
"""

from collections.abc import Sequence

import numpy as np

from search.document import Document
from search.engines.embedded.format.segment_format import hashes
from search.engines.indexed_fields import WHOLE_VALUES, exact_values, value_hash, value_key

FIELDS = WHOLE_VALUES

Arrays = dict[str, np.ndarray]


def exact_arrays(documents: Sequence[Document]) -> Arrays:
    rows = [
        (value_key(field, value), number, FIELDS.index(field))
        for number, document in enumerate(documents)
        for field, values in exact_values(document).items()
        for value in values
    ]
    numbers, fields = (np.array([row[column] for row in rows], dtype=np.int64) for column in (1, 2))
    return _grouped(hashes([key for key, _, _ in rows]), numbers, fields)


def merged_exact(parts: Sequence[Arrays], numbers: Sequence[np.ndarray]) -> Arrays:
    """Return the arrays of several segments together. numbers: for each part the new numbers, -1 for what is left."""
    keys, documents, fields = [], [], []
    for part, renumbered in zip(parts, numbers, strict=True):
        docs = renumbered[part["exact.docs"]]
        sizes = _sizes(part["exact.starts"])
        keys.append(np.repeat(part["exact.hash"], sizes)[docs >= 0])
        fields.append(np.repeat(part["exact.field"], sizes)[docs >= 0])
        documents.append(docs[docs >= 0])
    return _grouped(np.concatenate(keys), np.concatenate(documents), np.concatenate(fields))


def documents_with(arrays: Arrays, field: str, value: str) -> np.ndarray:
    """Return which documents of a segment have a value in a field."""
    known, wanted = arrays["exact.hash"], np.uint64(value_hash(field, value))
    slot = int(known.searchsorted(wanted))
    if slot == len(known) or known[slot] != wanted:
        return np.zeros(0, dtype=np.uint32)
    start, end = arrays["exact.starts"][slot : slot + 2].tolist()
    return arrays["exact.docs"][start:end].astype(np.uint32)


def of_field(arrays: Arrays, field: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the hashes of the values of one field, their documents one after the other, and whose each of those is.

    arrays: of a segment. Whose: the index of the value's hash.
    """
    wanted = arrays["exact.field"] == FIELDS.index(field)
    sizes = _sizes(arrays["exact.starts"])
    documents = arrays["exact.docs"][np.repeat(wanted, sizes)].astype(np.intp)  # as an index a quarter of the time
    return arrays["exact.hash"][wanted], documents, np.repeat(np.arange(int(wanted.sum())), sizes[wanted])


def _grouped(keys: np.ndarray, documents: np.ndarray, fields: np.ndarray) -> Arrays:
    order = np.lexsort((documents, keys))
    distinct, firsts = np.unique(keys[order], return_index=True)
    return {
        "exact.hash": distinct,
        "exact.starts": np.append(firsts, len(keys)).astype(np.uint32),
        "exact.docs": documents[order].astype(np.uint16),
        "exact.field": fields[order][firsts].astype(np.uint8),
    }


def _sizes(starts: np.ndarray) -> np.ndarray:
    return starts[1:].astype(np.int64) - starts[:-1]
